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


def wald(estimate: FloatArray, se: FloatArray, *, level: float = 0.95, df: float | FloatArray = np.inf) -> Tested:
    """Two-sided Wald test against zero and interval; t where ``df``, one or of the estimates' shape, is finite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(se > 0, estimate / se, np.nan)
    tail, finite = (1 - level) / 2, np.isfinite(df)
    pvalue, width = 2 * np.asarray(ndtr(-np.abs(z)), dtype=np.float64), np.asarray(-float(ndtri(tail)))
    if finite.any():
        degrees = np.where(finite, df, 1.0)
        pvalue = np.where(finite, 2 * np.asarray(stdtr(degrees, -np.abs(z)), dtype=np.float64), pvalue)
        width = np.where(finite, -np.asarray(stdtrit(degrees, tail), dtype=np.float64), width)
    return Tested(z, pvalue, estimate - width * se, estimate + width * se)
