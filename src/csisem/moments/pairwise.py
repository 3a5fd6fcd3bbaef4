"""Moments of incomplete answers from what there is: by item, by pair of items, or with blanks filled by means.

Arrays are those of patterns: rows of a group that answer the same items, groups in order. Leading axes hold samples.
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
        Share of the weight whose rows answer an item, (..., G, p).
    both
        Share whose rows answer two items, (..., G, p, p).
    shift
        Sum over the rows that answer both i and j of the deviation of i from its mean, over the whole weight,
        (..., G, p, p).
    cross
        Sum over the same rows of the product of deviations, over the whole weight, (..., G, p, p).
    """

    mean: FloatArray
    answered: FloatArray
    both: FloatArray
    shift: FloatArray
    cross: FloatArray

    def filled(self) -> FloatArray:
        """Covariances (..., G, p, p) with divisor n where blanks are means."""
        return self.cross

    def pairwise(self) -> FloatArray:
        """Covariances (..., G, p, p) over the rows that answer both items, about their own means; nan where none do."""
        with np.errstate(divide="ignore", invalid="ignore"):
            away = self.shift / self.both
            cov: FloatArray = self.cross / self.both - away * np.swapaxes(away, -1, -2)
        return cov

    def unbiased(self, n: FloatArray) -> FloatArray:
        """What brings pairwise covariances of n rows (..., G) to the pair's own n - 1, over the same for all rows.

        ``(n - 1) b / (n b - 1)`` with b the share that answers both, so that all rows' n/(n - 1), applied to all
        covariances alike, leaves R's and pandas' pairwise covariances.
        """
        rows = n[..., None, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            factor: FloatArray = (rows - 1) * self.both / np.where(rows * self.both > 1, rows * self.both - 1, np.nan)
        return factor


def available(
    answered: BoolArray, group: IntArray, groups: int, weight: FloatArray, mean: FloatArray, cov: FloatArray
) -> Available:
    """Combine patterns.

    Parameters
    ----------
    answered, group
        What each pattern answers (P, p), and its group (P,), in order.
    groups
        Number G of groups.
    weight, mean, cov
        Weights (..., P), means (..., P, p) and covariances with divisor n (..., P, p, p) of the patterns, zero where
        unanswered.
    """
    first = np.searchsorted(group, np.arange(groups))

    def total(values: FloatArray) -> FloatArray:
        """Sums over the patterns of a group, of (..., P, k)."""
        sums: FloatArray = np.add.reduceat(values, first, axis=-2)
        return sums

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
