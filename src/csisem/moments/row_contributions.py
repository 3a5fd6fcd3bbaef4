"""Contributions of rows to the moments, and their covariance Gamma."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.batch_rows import complete, rows_by_group
from csisem.survey.rows.rows import Batch


def contributions(centred: FloatArray, cov: FloatArray, means: bool) -> FloatArray:
    """Centred contributions (s, m) of rows to the moments: answers, where means are modelled, then products.

    Parameters
    ----------
    centred
        Answers less their means, (p, m).
    cov
        Covariances (p, p), which are subtracted from the products; products run over the lower triangle by rows.
    means
        Whether the answers themselves come first.
    """
    row, col = np.tril_indices(len(centred))
    products = centred[row] * centred[col]
    products -= cov[row, col][:, None]
    return np.concatenate([centred, products]) if means else products


@dataclass(frozen=True, slots=True, eq=False)
class ProductKernel:
    """Kernel of Gamma for `Rows.reduce`: sums (G, s, s) of products of the contributions of complete rows.

    Attributes
    ----------
    mean, cov
        Sample means (G, p) and covariances with divisor n (G, p, p).
    means
        Whether means are among the moments.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    given
        Positions of predictors that are taken as fixed: contributions are less those of the answers fitted on them.
    """

    mean: FloatArray
    cov: FloatArray
    means: bool
    group_of: dict[Hashable, int]
    given: tuple[int, ...] = ()

    def partial(self, batch: Batch) -> FloatArray:
        groups, p = self.mean.shape
        size = p * (p + 1) // 2 + (p if self.means else 0)
        sums = np.zeros((groups, size, size))
        for label, rows in rows_by_group(batch, complete(batch.values)):
            group = self.group_of[label]
            centred = batch.values[:, rows] - self.mean[group][:, None]
            moments = contributions(centred, self.cov[group], self.means)
            if self.given:
                slopes = _on_given(self.cov[group], list(self.given))
                fitted = slopes @ centred[list(self.given)]
                moments -= contributions(fitted, slopes @ self.cov[group][list(self.given)], self.means)
            sums[group] += moments @ moments.T
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


def _on_given(cov: FloatArray, given: list[int]) -> FloatArray:
    """Coefficients (p, k) of the regressions of all variables on the ``given`` ones, which fit themselves."""
    return np.asarray(np.linalg.solve(cov[np.ix_(given, given)], cov[given]).T)
