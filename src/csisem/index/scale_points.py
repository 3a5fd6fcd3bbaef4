"""Answers in points of 0-100, of which more is better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.moments.domain_ratios import Quotients
from csisem.survey import Survey
from csisem.survey.declared import ItemPoints, item_points


@dataclass(frozen=True, slots=True, eq=False)
class Points(Quotients):
    """Quotients that are the means of L items in points of 0-100, over those who answered.

    Attributes
    ----------
    scores
        The conversion of answers to points.
    complete
        Whether only rows that answered every item count.
    """

    scores: ItemPoints
    complete: bool = False

    @property
    def count(self) -> int:
        return len(self.scores.low)

    def kept(self, values: FloatArray) -> BoolArray:
        return np.asarray(~np.isnan(values).any(axis=0) if self.complete else np.ones(values.shape[1], dtype=bool))

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        points = self.scores.of(values)
        return points, np.ones(points.shape), ~np.isnan(points)

    def of_rows(self, values: FloatArray) -> FloatArray:
        """Points (m, L) of rows of answers (m, L)."""
        return np.ascontiguousarray(self.scores.of(values.T).T)


def points_of(survey: Survey, items: tuple[str, ...], *, complete: bool) -> Points:
    """The conversion of answers to the items into points, of which more is better."""
    return Points(item_points(survey, items, "Points of 0-100 need the questionnaire's bounds"), complete)
