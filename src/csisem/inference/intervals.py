"""Wald tests, Wald intervals and Wilson intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from csisem.arrays import FloatArray

# Rounding of an effective sample size.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Wald statistics of estimates of any shape; nan where the standard error is zero or unknown."""

    z: FloatArray
    pvalue: FloatArray
    lower: FloatArray
    upper: FloatArray


def wald_interval(
    estimate: FloatArray, se: FloatArray, *, level: float = 0.95, df: FloatArray | float = np.inf
) -> Tested:
    """Two-sided Wald test against zero, and interval; t with ``df`` degrees of freedom where ``df`` is finite.

    Tests and intervals are nan where ``df`` is not above zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(se > 0, estimate / se, np.nan)
    tail = (1 - level) / 2
    pvalue, width = 2 * np.asarray(ndtr(-np.abs(z)), dtype=np.float64), np.asarray(-ndtri(tail), dtype=np.float64)
    finite = np.isfinite(df)
    if np.any(finite):
        # The distribution functions need degrees of freedom above zero everywhere.
        degrees = np.where(finite & (np.asarray(df) > 0), df, 1.0)
        known = np.where(np.asarray(df) > 0, 1.0, np.nan)
        pvalue = np.where(finite, 2 * stdtr(degrees, -np.abs(z)), pvalue) * known
        width = np.where(finite, -stdtrit(degrees, tail), width) * known
    return Tested(z, pvalue, estimate - width * se, estimate + width * se)


def wilson(
    share: FloatArray, variance: FloatArray, effective: FloatArray, t: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Bounds of shares, within 0 and 1 (Wilson 1927, JASA 22, 209-212), with the critical value ``t``.

    The number of rows is the effective one, ``p (1 - p) / variance`` (Kott and Carr 1997, Journal of Official
    Statistics 13, 169-179); where the variance is zero, for a share of 0 or 1 or of a single row, it is ``effective``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(variance > 0, share * (1 - share) / variance, effective)
        # Where the variance is unknown for other reasons than a single row, there is no interval.
        n = np.where(np.isnan(variance) & (effective > 1 + _ROUNDING), np.nan, n)
        centre = (share + t**2 / (2 * n)) / (1 + t**2 / n)
        width = t / (1 + t**2 / n) * np.sqrt(np.maximum(share * (1 - share) / n, 0.0) + t**2 / (4 * n**2))
    # The interval of a share of 0 starts at 0, that of a share of 1 ends at 1, without rounding.
    lower, upper = np.maximum(centre - width, 0.0), np.minimum(centre + width, 1.0)
    return (np.where((share <= 0) & ~np.isnan(lower), 0.0, lower),
            np.where((share >= 1) & ~np.isnan(upper), 1.0, upper))  # fmt: skip
