"""Paired questions and their differences, in points of 0-100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, shown
from csisem.index.scale_points import Points
from csisem.moments.domain_ratios import Quotients
from csisem.survey.named_numbers import entries_of


def read_pairs(pairs: object, kind: str, first: str, second: str, option: str = "pairs") -> dict[str, tuple[str, str]]:
    """Two columns for each quality or question (``kind``), from the mapping given as ``option``."""
    found: dict[str, tuple[str, str]] = {}
    for name, pair in entries_of(option, pairs, "two columns").items():
        two = [] if isinstance(pair, str) or not isinstance(pair, Sequence) else list(pair)
        if len(two) != 2 or not all(isinstance(column, str) for column in two) or two[0] == two[1]:
            raise DataError(f"The {kind} {shown(name)} needs two columns, {first} and {second}, not {shown(pair)}.")
        found[name] = (two[0], two[1])
    if not found:
        raise DataError("There are no pairs of questions.")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Differences(Quotients):
    """Quotients of k pairs: the mean of the first question, of the second, and of second less first, in points.

    Attributes
    ----------
    points
        How answers become points.
    places
        Positions of the two questions of each pair, (k, 2).
    """

    points: Points
    places: IntArray

    @property
    def count(self) -> int:
        return 3 * len(self.places)

    def kept(self, values: FloatArray) -> BoolArray:
        return self.points.kept(values)

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        points = self.points.split(values)[0]
        first, second = points[self.places[:, 0]], points[self.places[:, 1]]
        both = np.repeat(~np.isnan(first + second), 3, axis=0)
        parts = np.stack([first, second, second - first], axis=1).reshape(self.count, -1)
        return parts, np.ones(parts.shape), both
