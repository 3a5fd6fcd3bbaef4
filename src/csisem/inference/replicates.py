"""Variances from replicates: how much a statistic moves when the replicate weights take the weights' place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Singular values of the replicate weights, over the largest, below which they bring no further degree of freedom.
_RANK = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateRule:
    """How R replicates become a variance: ``scale * sum_r rscales_r (t_r - centre)(t_r - centre)'``.

    Attributes
    ----------
    factors
        ``scale * rscales``, (R,).
    mse
        Whether the centre is the estimate of the whole sample; if not, the mean of the replicates.
    """

    factors: FloatArray
    mse: bool

    def deviations(self, stack: FloatArray, whole: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Deviations of replicates (R, ...) from their centre, and factors (R',), of the replicates that have a value.

        A replicate without a value, nan anywhere, is left out, as are replicates with factor 0 from the mean.
        """
        known = ~np.isnan(stack.reshape(len(stack), -1)).any(axis=1)
        values, factors = stack[known], self.factors[known]
        centre = whole if self.mse else values[factors > 0].mean(axis=0)
        return values - centre, factors

    def variance(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Covariance (k, k) of statistics whose replicates are ``stack`` (R, k) and whose values are ``whole`` (k,)."""
        deviations, factors = self.deviations(stack, whole)
        found: FloatArray = deviations.T @ (factors[:, None] * deviations)
        return found

    def variances(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Variances (...) of statistics of any shape, each from the replicates that have a value of it."""
        known = ~np.isnan(stack)
        factors = self.factors.reshape(-1, *(1,) * (stack.ndim - 1))
        counted = known & (factors > 0)
        mean = np.where(counted, stack, 0.0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
        deviations = np.where(known, stack - (whole if self.mse else mean), 0.0)
        found: FloatArray = np.where(counted.any(axis=0), (factors * deviations**2).sum(axis=0), np.nan)
        return found


def replicate_rule(
    kind: str, count: int, scale: float | None = None, rscales: tuple[float, ...] | None = None, mse: bool = False
) -> ReplicateRule:
    """The rule of a kind of replicates where its ``scale`` is not given.

    1/R for balanced repeated replication (McCarthy 1969), (R - 1)/R for the unstratified jackknife, 1 for the
    stratified one, whose factors are per replicate, 1/(R - 1) for a bootstrap (Rao and Wu 1988); see Wolter (2007),
    Introduction to Variance Estimation, chapters 3 to 5.
    """
    usual = {"BRR": 1 / count, "JK1": (count - 1) / count, "JKn": 1.0, "bootstrap": 1 / (count - 1)}
    factor = usual[kind] if scale is None else scale
    return ReplicateRule(factor * np.asarray(rscales if rscales is not None else np.ones(count), dtype=np.float64), mse)


def replicate_degrees(gram: FloatArray) -> float:
    """Degrees of freedom of R replicates, the rank of their weights less one, from ``W'W`` (R, R)."""
    scale = np.sqrt(np.diagonal(gram))
    scale = np.where(scale > 0, scale, 1.0)
    values = np.linalg.eigvalsh(gram / np.outer(scale, scale))
    return float(np.count_nonzero(values > _RANK**2 * values[-1]) - 1)
