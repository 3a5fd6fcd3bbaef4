"""p-values adjusted for multiple testing."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.options import Adjustment

# statsmodels' names of the methods.
_STATSMODELS = {"bonferroni": "bonferroni", "holm": "holm", "fdr": "fdr_bh"}


def adjusted(pvalues: FloatArray, method: Adjustment) -> FloatArray:
    """p-values (k,) adjusted for multiple testing, by statsmodels; nan stays nan and does not count as a test.

    ``"bonferroni"``; ``"holm"`` (1979, Scandinavian Journal of Statistics 6, 65-70); ``"fdr"``, the false discovery
    rate (Benjamini and Hochberg 1995, JRSS B 57, 289-300); ``"none"``.
    """
    values = np.array(pvalues, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    if method == "none" or len(known) < 2:
        return values
    from statsmodels.stats.multitest import multipletests

    values[known] = multipletests(values[known], method=_STATSMODELS[method])[1]
    return values
