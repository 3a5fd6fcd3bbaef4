"""Regressions of numeric items on covariates, each over its own rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch

# Part of an item's variance below which it is determined by the covariates.
_NOTHING = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class RegressionSums:
    """Weighted sums over the rows that answer each of d numeric items, in G groups.

    Attributes
    ----------
    design
        Products of a column of ones and the k centred covariates, (G, d, k + 1, k + 1).
    product
        Their products with the centred item, (G, d, k + 1).
    square
        Squares of the centred item, (G, d).
    """

    design: FloatArray
    product: FloatArray
    square: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RegressionKernel:
    """Kernel of `RegressionSums`, about ``centre`` (d,) of items at ``places`` and ``given`` (G, k) of covariates."""

    use: Use
    places: tuple[int, ...]
    centre: FloatArray
    given: FloatArray

    def partial(self, batch: Batch) -> RegressionSums:
        (groups, k), d = self.given.shape, len(self.places)
        sums = RegressionSums(np.zeros((groups, d, k + 1, k + 1)), np.zeros((groups, d, k + 1)), np.zeros((groups, d)))
        for rows in self.use.groups(batch):
            x = np.ones((k + 1, rows.values.shape[1]))
            x[1:] = rows.values[self.use.p :] - self.given[rows.group][:, None]
            for at, (place, centre) in enumerate(zip(self.places, self.centre, strict=True)):
                y = rows.values[place] - centre
                known = ~np.isnan(y)
                weighted = x[:, known] * rows.weights[known]
                sums.design[rows.group, at] += weighted @ x[:, known].T
                sums.product[rows.group, at] += weighted @ y[known]
                sums.square[rows.group, at] += weighted[0] @ y[known] ** 2
        return sums

    def merge(self, left: RegressionSums, right: RegressionSums) -> RegressionSums:
        for name in ("design", "product", "square"):
            total = getattr(left, name)
            total += getattr(right, name)
        return left

    def estimates(self, sums: RegressionSums) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Intercepts (G, d), slopes (G, d, k) and residual variances with divisor n (G, d)."""
        found = np.linalg.solve(sums.design, sums.product[..., None])[..., 0]
        left = sums.square - (found * sums.product).sum(axis=-1)
        # What rounding leaves of an item that the covariates determine is nothing.
        about = sums.square - sums.product[..., 0] ** 2 / sums.design[..., 0, 0]
        variance = np.where(left > _NOTHING * about, left, 0.0) / sums.design[..., 0, 0]
        slopes = found[..., 1:]
        intercept = found[..., 0] + self.centre - (slopes @ self.given[..., None])[..., 0]
        return np.asarray(intercept), np.asarray(slopes), np.asarray(variance)
