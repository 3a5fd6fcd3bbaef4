"""Places of thresholds, means, slopes and covariances in the vector of moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.arrays import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Layout:
    """Places of the s moments of p items and k covariates, in the order of `OrderedMoments.vector`.

    Attributes
    ----------
    ordered
        Which items are ordered, (p,).
    count
        Number of answers to each item, (p,); 0 for a numeric one.
    covariates
        Number k of covariates.
    """

    ordered: BoolArray
    count: IntArray
    covariates: int

    @classmethod
    def of(cls, answers: Sequence[Sequence[float]], covariates: int) -> Layout:
        """Of items with these different answers, none for numeric items."""
        count = np.array([len(own) for own in answers], dtype=np.intp)
        return cls(count > 0, count, covariates)

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.count)

    @cached_property
    def first_threshold(self) -> IntArray:
        """Place of each item's first threshold, (p,)."""
        number = np.maximum(self.count - 1, 0)
        return np.asarray(np.cumsum(number) - number)

    @cached_property
    def thresholds(self) -> int:
        """Number T of thresholds."""
        return int(np.maximum(self.count - 1, 0).sum())

    @cached_property
    def mean(self) -> IntArray:
        """Place of each item's mean, (p,), -1 for an ordered item."""
        return np.where(self.ordered, -1, self.thresholds + np.cumsum(~self.ordered) - 1)

    @cached_property
    def slope(self) -> IntArray:
        """Places of the slopes, (p, k)."""
        first = self.thresholds + int((~self.ordered).sum())
        return first + np.arange(self.p * self.covariates).reshape(self.p, self.covariates)

    @cached_property
    def products(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the covariances among the moments."""
        row, col = np.tril_indices(self.p)
        kept = (row != col) | ~self.ordered[row]
        return row[kept], col[kept]

    @cached_property
    def cov(self) -> IntArray:
        """Places of the covariances, (p, p), -1 for the variance of an ordered item."""
        row, col = self.products
        places = np.full((self.p, self.p), -1)
        places[row, col] = places[col, row] = self.size - len(row) + np.arange(len(row))
        return places

    @cached_property
    def size(self) -> int:
        """Number s of moments."""
        return self.thresholds + int((~self.ordered).sum()) + self.p * self.covariates + len(self.products[0])

    def own(self, item: int) -> IntArray:
        """Places of what the first step estimates of an item: thresholds, or mean and variance, and slopes."""
        start, slopes = self.first_threshold[item], self.slope[item]
        if self.ordered[item]:
            return np.concatenate([np.arange(start, start + self.count[item] - 1), slopes])
        return np.concatenate([[self.mean[item]], slopes, [self.cov[item, item]]])
