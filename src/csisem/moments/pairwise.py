"""Pairwise and mean-imputed moments of incomplete answers, from their patterns.

A pattern is the rows of a group that answer the same items; patterns stand in the order of their groups. Leading axes
hold samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Available:
    """Moments of G groups of p items, from P patterns.

    Attributes
    ----------
    mean
        Means of the answers to each item, (..., G, p).
    answered
        Share of the weight of the rows that answer each item, (..., G, p).
    both
        Share of the weight of the rows that answer both of two items, (..., G, p, p).
    shift
        Sum over the rows that answer both i and j of the deviation of i from its mean, divided by the whole weight,
        (..., G, p, p).
    cross
        Sum over the same rows of the product of deviations, divided by the whole weight, (..., G, p, p).
    """

    mean: FloatArray
    answered: FloatArray
    both: FloatArray
    shift: FloatArray
    cross: FloatArray

    def filled(self) -> FloatArray:
        """Covariances (..., G, p, p) with divisor n after imputing the item's mean for a missing answer."""
        return self.cross

    def pairwise(self) -> FloatArray:
        """Covariances (..., G, p, p) over the rows that answer both items, about the means there; nan without rows."""
        with np.errstate(divide="ignore", invalid="ignore"):
            away = self.shift / self.both
            return np.asarray(self.cross / self.both - away * away.mT)

    def unbiased(self, n: FloatArray) -> FloatArray:
        """Correction (..., G, p, p) of pairwise covariances of n rows (..., G) for the divisor of each pair.

        ``(n - 1) b / (n b - 1)`` with b the share that answers both: multiplied by n/(n - 1) of all rows, which is the
        same for all covariances, it gives R's and pandas' pairwise covariances.
        """
        rows = n[..., None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            pair = np.where(rows * self.both > 1, rows * self.both - 1, np.nan)
            return np.asarray((rows - 1) * self.both / pair)


def available(
    answered: BoolArray, group: IntArray, groups: int, weight: FloatArray, mean: FloatArray, cov: FloatArray
) -> Available:
    """Combine the moments of P patterns.

    Parameters
    ----------
    answered, group
        Which items each pattern answers (P, p), and its group (P,), in order.
    groups
        Number G of groups.
    weight, mean, cov
        Weights (..., P), means (..., P, p) and covariances with divisor n (..., P, p, p) of the patterns, zero where
        unanswered.
    """
    first = np.searchsorted(group, np.arange(groups))

    def total(values: FloatArray) -> FloatArray:
        """Sums (..., G, k) over the patterns of each group of values (..., P, k)."""
        return np.asarray(np.add.reduceat(values, first, axis=-2))

    p = answered.shape[1]
    whole = total(weight[..., None])
    own = weight[..., None] * answered
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total(own * mean) / total(own)
        away = np.where(answered, mean - means[..., group, :], 0.0)
        together = (answered[:, :, None] & answered[:, None, :]).astype(np.float64)
        lead = (*weight.shape, p * p)
        both = weight[..., None, None] * together
        cross = both * (cov + away[..., :, None] * away[..., None, :])
        square = (*whole.shape[:-1], p, p)
        return Available(
            means,
            total(own) / whole,
            (total(both.reshape(lead)) / whole).reshape(square),
            (total((both * away[..., :, None]).reshape(lead)) / whole).reshape(square),
            (total(cross.reshape(lead)) / whole).reshape(square),
        )
