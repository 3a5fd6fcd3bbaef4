"""p-values of several tests at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csisem.options import Adjustment

FloatArray = NDArray[np.float64]


def adjusted(pvalues: FloatArray, method: Adjustment) -> FloatArray:
    """p-values (k,) adjusted for being several; nan stays nan and does not count.

    ``"bonferroni"``; ``"holm"`` (1979, Scandinavian Journal of Statistics 6, 65-70); ``"fdr"``, the share of false
    findings (Benjamini and Hochberg 1995, JRSS B 57, 289-300); ``"none"``.
    """
    found = np.array(pvalues, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(found))
    k = len(known)
    if method == "none" or not k:
        return found
    p = found[known]
    if method == "bonferroni":
        found[known] = np.minimum(p * k, 1.0)
        return found
    order = np.argsort(p, kind="stable")
    if method == "holm":
        steps = np.maximum.accumulate(p[order] * (k - np.arange(k)))
    else:
        steps = np.minimum.accumulate((p[order] * k / np.arange(1, k + 1))[::-1])[::-1]
    found[known[order]] = np.minimum(steps, 1.0)
    return found
