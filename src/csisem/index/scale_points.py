"""Answers in points of 0-100 between the ends of their scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.moments.domain_ratios import Quotients
from csisem.survey import Survey
from csisem.survey.named_numbers import scales_of


@dataclass(frozen=True, slots=True, eq=False)
class Points(Quotients):
    """Quotients that are the means of L items in points of 0-100, over those who answered.

    Attributes
    ----------
    low, width
        Lowest answer and width of each item's scale, (L,).
    complete
        Whether only rows that answered every item count.
    """

    low: FloatArray
    width: FloatArray
    complete: bool = False

    @property
    def count(self) -> int:
        return len(self.low)

    def kept(self, values: FloatArray) -> BoolArray:
        return np.asarray(~np.isnan(values).any(axis=0) if self.complete else np.ones(values.shape[1], dtype=bool))

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        points = 100.0 * ((values - self.low[:, None]) / self.width[:, None])
        return points, np.ones(points.shape), ~np.isnan(points)


def points_of(survey: Survey, items: tuple[str, ...], *, complete: bool) -> Points:
    """The conversion of answers to the items into points."""
    scales = scales_of(survey, items, "Points of 0-100 need the questionnaire's bounds")
    low, high = (np.array([getattr(scale, end) for scale in scales], dtype=np.float64) for end in ("low", "high"))
    return Points(low, high - low, complete)
