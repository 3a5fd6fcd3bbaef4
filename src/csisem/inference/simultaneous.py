"""Simultaneous intervals and ranks, with Satterthwaite's degrees of freedom."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from csisem.arrays import FloatArray, IntArray


def bonferroni_critical(count: IntArray | int, level: float = 0.95, df: FloatArray | float = np.inf) -> FloatArray:
    """Critical value of ``count`` (...) two-sided intervals that jointly hold with at least ``level`` (Bonferroni).

    Normal, or t with ``df`` degrees of freedom (...), and nan where these are not above zero; for any correlations.
    """
    tail = (1 - level) / (2 * np.maximum(count, 1))
    degrees = np.asarray(df, dtype=np.float64)
    # The distribution function needs degrees of freedom above zero everywhere.
    usable = np.where(np.isfinite(degrees) & (degrees > 0), degrees, 1.0)
    t = np.where(degrees > 0, -stdtrit(usable, tail), np.nan)
    return np.asarray(np.where(np.isinf(degrees), -ndtri(tail), t))


def satterthwaite(first: FloatArray, second: FloatArray, df_first: FloatArray, df_second: FloatArray) -> FloatArray:
    """Degrees of freedom of a difference of two estimates with variances (...) (Satterthwaite 1946, Biometrics 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (first + second) ** 2 / (first**2 / df_first + second**2 / df_second)
    return np.where(np.isnan(df), np.minimum(df_first, df_second), df)


def rank_bounds(
    value: FloatArray, covariance: FloatArray, df: FloatArray, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest rank (k,) of each of k estimates, 1 for the largest, jointly at least at ``level``.

    An estimate ranks below those that exceed it, and above those that it exceeds, by more than the half-width of the
    simultaneous interval of their difference over all pairs (Mohamad, Goeman and van Zwet 2022, Statistics in Medicine
    41).
    """
    k = len(value)
    own = np.diagonal(covariance)
    spread = own[:, None] + own - 2 * covariance
    degrees = satterthwaite(own[:, None], own, df[:, None], df)
    width = bonferroni_critical(k * (k - 1) // 2, level, degrees) * np.sqrt(np.maximum(spread, 0.0))
    # Where the standard error is unknown, no order is established.
    above = (value[:, None] - value) > np.where(np.isnan(width), np.inf, width)
    np.fill_diagonal(above, False)
    return 1.0 + above.sum(axis=0), k - above.sum(axis=1).astype(np.float64)
