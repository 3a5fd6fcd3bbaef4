"""Variances from replicate weights: BRR, jackknife and bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray

MOST_FAILED = 0.1
"""Share of replicates without a value of a statistic above which its standard error is nan."""

# Singular value of the replicate weights, relative to the largest, below which it adds no degree of freedom.
_RANK = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateRule:
    """Variance from R replicates: ``scale * sum_r rscales_r (t_r - centre)(t_r - centre)'``.

    Replicates without a value of a statistic are left out, and the sum is divided by the share of the factors of the
    others: times R / (R - failed) if the factors are equal. With more than `MOST_FAILED` left out the variance is nan.

    Attributes
    ----------
    factors
        ``scale * rscales``, (R,).
    mse
        Whether the centre is the estimate of the whole sample rather than the mean of the replicates.
    """

    factors: FloatArray
    mse: bool

    def variance(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Covariance (k, k) of statistics with replicates ``stack`` (R, k) and values ``whole`` (k,) in the sample."""
        deviations = self._deviations(stack, whole)
        return np.asarray(deviations.T @ (self.factors[:, None] * deviations))

    def variances(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Variances (...) of statistics of any shape, with replicates (R, ...) and values (...)."""
        return np.asarray(np.tensordot(self.factors, self._deviations(stack, whole) ** 2, axes=1))

    def _deviations(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Deviations from the centre, zero for missing values and scaled up for these elsewhere.

        Replicates of factor zero are left out of the mean.
        """
        known = ~np.isnan(stack)
        centre = whole
        if not self.mse:
            counted = known & (self.factors > 0).reshape(-1, *(1,) * (stack.ndim - 1))
            centre = np.where(counted, stack, 0.0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)
        deviations = np.where(known, stack - centre, 0.0)
        if known.all():
            return deviations
        left = np.tensordot(self.factors, known, axes=1) / max(self.factors.sum(), np.finfo(np.float64).tiny)
        failed = (~known).sum(axis=0) > MOST_FAILED * len(stack)
        return np.asarray(deviations / np.where(failed | (left <= 0), np.nan, np.sqrt(left)))


def replicate_rule(
    kind: str, count: int, scale: float | None = None, rscales: tuple[float, ...] | None = None, mse: bool = False
) -> ReplicateRule:
    """Rule of a kind of replicates, with its usual ``scale`` if none is given.

    1/R for balanced repeated replication (McCarthy 1969), (R - 1)/R for the unstratified jackknife, 1 for the
    stratified one, whose ``rscales`` differ by replicate, 1/(R - 1) for a bootstrap (Rao and Wu 1988); see Wolter
    (2007), Introduction to Variance Estimation, chapters 3 to 5.
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


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """The parameters of R replicates, and the rule of their variance.

    Attributes
    ----------
    theta
        Free parameters (R, q); a row of nan for a replicate without a solution.
    rule
        The rule of variance.
    """

    theta: FloatArray
    rule: ReplicateRule

    @property
    def failed(self) -> int:
        """Number of replicates without a solution."""
        return int(np.isnan(self.theta).any(axis=1).sum())

    def errors(self, function: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
        """Standard errors (...) of functions of the parameters, (k, q) to (k, ...), at the estimate ``at`` (q,)."""
        with np.errstate(invalid="ignore"):
            values = function(np.concatenate([self.theta, at[None]]))
        return np.asarray(np.sqrt(self.rule.variances(values[:-1], values[-1])))
