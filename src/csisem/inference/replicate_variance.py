"""Variances from replicates: how much a statistic moves when the replicate weights take the weights' place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray

MOST_FAILED = 0.1
"""Share of the replicates without a value of a statistic above which it has no error."""

# Singular values of the replicate weights, over the largest, below which they bring no further degree of freedom.
_RANK = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateRule:
    """How R replicates become a variance: ``scale * sum_r rscales_r (t_r - centre)(t_r - centre)'``.

    Replicates that have no value of a statistic are left out, and the sum is scaled up by the share of the factors that
    are left: R / (R - failed) where these are equal. With more than `MOST_FAILED` left out there is none: nan.

    Attributes
    ----------
    factors
        ``scale * rscales``, (R,).
    mse
        Whether the centre is the estimate of the whole sample; if not, the mean of the replicates.
    """

    factors: FloatArray
    mse: bool

    def variance(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Covariance (k, k) of statistics whose replicates are ``stack`` (R, k) and whose values are ``whole`` (k,)."""
        deviations = self._deviations(stack, whole)
        found: FloatArray = deviations.T @ (self.factors[:, None] * deviations)
        return found

    def variances(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Variances (...) of statistics of any shape, replicates (R, ...) and values (...)."""
        deviations = self._deviations(stack, whole)
        found: FloatArray = np.tensordot(self.factors, deviations**2, axes=1)
        return found

    def _deviations(self, stack: FloatArray, whole: FloatArray) -> FloatArray:
        """Deviations from the centre, zero where a replicate has no value, the others standing for it.

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
        scaled: FloatArray = deviations / np.where(failed | (left <= 0), np.nan, np.sqrt(left))
        return scaled


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


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """The parameters of R replicates, and how their spread becomes a variance.

    Attributes
    ----------
    theta
        Free parameters (R, q); a row of nan for a replicate that failed.
    rule
        The rule of variance.
    """

    theta: FloatArray
    rule: ReplicateRule

    @property
    def failed(self) -> int:
        """How many replicates have no solution."""
        return int(np.isnan(self.theta).any(axis=1).sum())

    def errors(self, function: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
        """Standard errors (...) of functions of the parameters, (k, q) to (k, ...), at the estimate ``at`` (q,)."""
        with np.errstate(invalid="ignore"):
            values = function(np.concatenate([self.theta, at[None]]))
        errors: FloatArray = np.sqrt(self.rule.variances(values[:-1], values[-1]))
        return errors
