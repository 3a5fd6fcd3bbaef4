"""Several intervals at once: critical values, degrees of freedom and ranks from arrays."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from csisem.arrays import FloatArray, IntArray


def bonferroni_critical(count: IntArray | int, level: float = 0.95, df: FloatArray | float = np.inf) -> FloatArray:
    """Width of ``count`` (...) two-sided intervals in standard errors, that all hold together with at least ``level``.

    Normal, or t with ``df`` degrees of freedom (...); nan without any. Whatever the correlations (Bonferroni).
    """
    tail = (1 - level) / (2 * np.maximum(count, 1))
    degrees = np.asarray(df, dtype=np.float64)
    # The distribution function wants a number of degrees above zero everywhere.
    usable = np.where(np.isfinite(degrees) & (degrees > 0), degrees, 1.0)
    width: FloatArray = np.where(np.isinf(degrees), -ndtri(tail), np.where(degrees > 0, -stdtrit(usable, tail), np.nan))
    return width


def satterthwaite(first: FloatArray, second: FloatArray, df_first: FloatArray, df_second: FloatArray) -> FloatArray:
    """Degrees of freedom of a difference of two estimates with variances (...) (Satterthwaite 1946, Biometrics 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (first + second) ** 2 / (first**2 / df_first + second**2 / df_second)
    return np.where(np.isnan(found), np.minimum(df_first, df_second), found)


def rank_bounds(
    value: FloatArray, covariance: FloatArray, df: FloatArray, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest rank (k,) of each of k estimates, 1 the largest, all holding together with at least ``level``.

    An estimate ranks behind those that exceed it and before those that it exceeds by more than the simultaneous
    interval of their difference, over all pairs (Mohamad, Goeman and van Zwet 2022, Statistics in Medicine 41).
    """
    k = len(value)
    own = np.diagonal(covariance)
    spread = own[:, None] + own - 2 * covariance
    degrees = satterthwaite(own[:, None], own, df[:, None], df)
    width = bonferroni_critical(k * (k - 1) // 2, level, degrees) * np.sqrt(np.maximum(spread, 0.0))
    # Where there is no error there is no order either.
    above = (value[:, None] - value) > np.where(np.isnan(width), np.inf, width)
    np.fill_diagonal(above, False)
    return 1.0 + above.sum(axis=0), k - above.sum(axis=1).astype(np.float64)
