"""Joint Wald tests of several estimates, and contrasts of means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from csisem.arrays import FloatArray

# Eigenvalue of a correlation matrix, relative to the largest, below which it is taken to be singular.
_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class WaldTest:
    """F statistic with its degrees of freedom; nan where the covariance of the estimates is singular."""

    statistic: float
    df1: int
    df2: float
    pvalue: float


def wald_f(estimate: FloatArray, covariance: FloatArray, df2: float) -> WaldTest:
    """Test that k estimates (k,) with covariance (k, k) are all zero: ``t' V^-1 t / k`` by F with k and ``df2``."""
    k = len(estimate)
    scale = np.sqrt(np.diagonal(covariance))
    if k < 1 or df2 <= 0 or not (scale > 0).all():
        return WaldTest(np.nan, k, df2, np.nan)
    scaled = covariance / np.outer(scale, scale)
    values = np.linalg.eigvalsh(scaled)
    if values[0] < _SINGULAR * values[-1]:
        return WaldTest(np.nan, k, df2, np.nan)
    t = estimate / scale
    statistic = float(t @ np.linalg.solve(scaled, t)) / k
    return WaldTest(statistic, k, df2, float(fdtrc(k, df2, statistic)))


def sum_to_zero(levels: int) -> FloatArray:
    """Sum-to-zero coding (levels, levels - 1) of a factor."""
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])


def against_first(means: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Differences (G - 1,) of G means from the first, and their covariance."""
    g = len(means)
    contrast = np.hstack([-np.ones((g - 1, 1)), np.eye(g - 1)])
    return contrast @ means, contrast @ covariance @ contrast.T
