"""p-values of several tests at once."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.options import Adjustment

_THEIR_NAMES = {"bonferroni": "bonferroni", "holm": "holm", "fdr": "fdr_bh"}


def adjusted(pvalues: FloatArray, method: Adjustment) -> FloatArray:
    """p-values (k,) adjusted for being several, by statsmodels; nan stays nan and does not count.

    ``"bonferroni"``; ``"holm"`` (1979, Scandinavian Journal of Statistics 6, 65-70); ``"fdr"``, the share of false
    findings (Benjamini and Hochberg 1995, JRSS B 57, 289-300); ``"none"``.
    """
    found = np.array(pvalues, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(found))
    if method == "none" or len(known) < 2:
        return found
    from statsmodels.stats.multitest import multipletests

    found[known] = multipletests(found[known], method=_THEIR_NAMES[method])[1]
    return found
