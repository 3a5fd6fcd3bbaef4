"""Influence of single rows on statistics of a PLS path model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import CompleteRows
from csisem.inference.moment_functions import Gradient, influence


def in_group(own: FloatArray, group: int, groups: int) -> FloatArray:
    """Influence (G k, m) of rows of one group from that on its own statistics (k, m), zero on those of the others."""
    if groups == 1:
        return own
    every = np.zeros((groups, *own.shape))
    every[group] = own
    return every.reshape(-1, own.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class RowInfluence(CompleteRows):
    """Influence of complete rows on k statistics of each of G groups, zero on those of other groups.

    It replaces scores whose information is the identity: the sum of products of the (weighted) influences,
    over the squared sum of weights, is the statistics' covariance.

    Attributes
    ----------
    slopes
        Derivatives of each group's statistics by its moments.
    cov
        Covariances of the P columns in each group, (G, P, P).
    share
        Share of each group in the sum of weights, (G,).
    """

    slopes: Sequence[Gradient]
    cov: FloatArray
    share: FloatArray

    @property
    def q(self) -> int:
        return len(self.slopes) * len(self.slopes[0].by_mean)

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        own = influence(self.slopes[group], self.cov[group], centred) / self.share[group]
        return in_group(own, group, len(self.slopes))
