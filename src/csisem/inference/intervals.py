"""z values, p-values and intervals from estimates and their standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Wald statistics of estimates of any shape; nan where the error is zero or unknown."""

    z: FloatArray
    pvalue: FloatArray
    lower: FloatArray
    upper: FloatArray


def wald(estimate: FloatArray, se: FloatArray, *, level: float = 0.95, df: FloatArray | float = np.inf) -> Tested:
    """Two-sided Wald test against zero and interval; t with ``df`` degrees of freedom where ``df`` is finite.

    Without a degree of freedom there is no interval: nan.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(se > 0, estimate / se, np.nan)
    tail = (1 - level) / 2
    pvalue, width = 2 * np.asarray(ndtr(-np.abs(z)), dtype=np.float64), np.asarray(-ndtri(tail), dtype=np.float64)
    finite = np.isfinite(df)
    if np.any(finite):
        # The distribution functions want a number of degrees above zero everywhere.
        degrees = np.where(finite & (np.asarray(df) > 0), df, 1.0)
        known = np.where(np.asarray(df) > 0, 1.0, np.nan)
        pvalue = np.where(finite, 2 * stdtr(degrees, -np.abs(z)), pvalue) * known
        width = np.where(finite, -stdtrit(degrees, tail), width) * known
    return Tested(z, pvalue, estimate - width * se, estimate + width * se)
