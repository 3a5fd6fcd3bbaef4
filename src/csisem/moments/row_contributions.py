"""What each row contributes to the moments, and how much the contributions vary: Gamma, the rows' fourth moments."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.survey.rows.rows import Batch


def contributions(centred: FloatArray, cov: FloatArray, means: bool) -> FloatArray:
    """Contributions (s, m) of rows to the moments, less the moments: answers, where means are modelled, then products.

    Parameters
    ----------
    centred
        Answers less their means, (p, m).
    cov
        Covariances, (p, p); the products run over their lower triangle by rows.
    means
        Whether the answers themselves come first.
    """
    row, col = np.tril_indices(len(centred))
    products = centred[row] * centred[col]
    products -= cov[row, col][:, None]
    return np.concatenate([centred, products]) if means else products


@dataclass(frozen=True, slots=True, eq=False)
class ProductKernel:
    """Kernel of the pass for Gamma, for `Rows.reduce`: sums of products of the rows' contributions, (G, s, s).

    Attributes
    ----------
    mean, cov
        Sample means (G, p) and covariances with divisor n (G, p, p).
    means
        Whether means are among the moments.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    """

    mean: FloatArray
    cov: FloatArray
    means: bool
    group_of: dict[Hashable, int]

    def partial(self, batch: Batch) -> FloatArray:
        groups, p = self.mean.shape
        size = p * (p + 1) // 2 + (p if self.means else 0)
        sums = np.zeros((groups, size, size))
        complete = ~np.isnan(batch.values).any(axis=0)
        for code, label in enumerate(batch.labels if batch.codes is not None else (None,)):
            rows = complete if batch.codes is None else complete & (batch.codes == code)
            if not rows.any():
                continue
            group = self.group_of[label]
            centred = batch.values[:, rows] - self.mean[group][:, None]
            moments = contributions(centred, self.cov[group], self.means)
            sums[group] += moments @ moments.T
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left
