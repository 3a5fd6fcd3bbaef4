"""Pooling of estimates and tests over multiply imputed data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from csisem.arrays import FloatArray

# Relative increase of a variance up to which data sets are taken to agree but for rounding.
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Estimates pooled over M data sets.

    Attributes
    ----------
    estimate
        Mean estimates, (k,).
    within
        Mean of their covariance matrices, (k, k).
    total
        Within plus (1 + 1/M) times between, (k, k).
    count
        Number M of data sets.
    """

    estimate: FloatArray
    within: FloatArray
    total: FloatArray
    count: int


def pool(estimates: FloatArray, covariances: FloatArray) -> Pooled:
    """Pool estimates (M, k) with covariance matrices (M, k, k) (Rubin 1987, chapter 3)."""
    count = len(estimates)
    within = covariances.mean(axis=0)
    away = estimates - estimates.mean(axis=0)
    between = away.T @ away / (count - 1)
    return Pooled(estimates.mean(axis=0), within, within + (1 + 1 / count) * between, count)


def pooled_degrees(total: FloatArray, within: FloatArray, count: int) -> FloatArray:
    """Degrees of freedom ``(M - 1)(1 + 1/r)^2`` of variances, r the relative increase due to missing answers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total - within) / total
    return np.where(share > _NOTHING, (count - 1) / np.maximum(share, _NOTHING) ** 2, np.inf)


@dataclass(frozen=True, slots=True)
class PooledTest:
    """A chi-square pooled over data sets.

    Attributes
    ----------
    f, df1, df2, pvalue
        F statistic with its degrees of freedom.
    increase
        Average relative increase of variance due to missing answers.
    """

    f: float
    df1: float
    df2: float
    pvalue: float
    increase: float


def d1(estimate: FloatArray, within: FloatArray, total: FloatArray, count: int) -> PooledTest:
    """Test that k pooled estimates (k,) are all zero, from their covariances within data sets and in total, (k, k).

    The increase of variance is taken to be the same for all (Li, Raghunathan and Rubin 1991, D1).
    """
    k = len(estimate)
    increase = float(np.trace(np.linalg.solve(within, total - within))) / k
    f = float(estimate @ np.linalg.solve(within, estimate)) / (k * (1 + increase))
    t = k * (count - 1)
    if increase <= _NOTHING:
        return PooledTest(f, k, np.inf, float(chdtrc(k, k * f)), increase)
    df2 = 4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2 if t > 4 else t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2
    return PooledTest(f, k, df2, float(fdtrc(k, df2, f)), increase)


def d2(chisq: FloatArray, df: float) -> PooledTest:
    """Pool chi-squares (M,) with ``df`` degrees of freedom (Li, Meng, Raghunathan and Rubin 1991, D2)."""
    count = len(chisq)
    if df <= 0:
        return PooledTest(np.nan, df, np.nan, np.nan, np.nan)
    increase = (1 + 1 / count) * float(np.var(np.sqrt(chisq), ddof=1))
    f = max((float(chisq.mean()) / df - (count + 1) / (count - 1) * increase) / (1 + increase), 0.0)
    df2 = df ** (-3 / count) * (count - 1) * (1 + 1 / increase) ** 2 if increase > _NOTHING else np.inf
    # F with infinite degrees of freedom is a chi-square.
    pvalue = float(fdtrc(df, df2, f) if np.isfinite(df2) else chdtrc(df, df * f))
    return PooledTest(f, df, df2, pvalue, increase)
