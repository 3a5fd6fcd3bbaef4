"""p-values adjusted for multiple testing."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.options import Adjustment


def adjusted(pvalues: FloatArray, method: Adjustment) -> FloatArray:
    """p-values (k,) adjusted for multiple testing; nan stays nan and does not count as a test.

    ``"bonferroni"``; ``"holm"`` (1979, Scandinavian Journal of Statistics 6, 65-70); ``"fdr"``, the false discovery
    rate (Benjamini and Hochberg 1995, JRSS B 57, 289-300); ``"none"``. The same as statsmodels' ``multipletests``,
    which collects garbage at every call: half a minute for a programme's fifty series.
    """
    values = np.array(pvalues, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    count = len(known)
    if method == "none" or count < 2:
        return values
    order = known[np.argsort(values[known])]
    raised = values[order]
    if method == "bonferroni":
        raised = raised * count
    elif method == "holm":
        raised = np.maximum.accumulate(raised * np.arange(count, 0, -1))
    else:
        raised = np.minimum.accumulate((raised * count / np.arange(1, count + 1))[::-1])[::-1]
    values[order] = np.minimum(raised, 1.0)
    return values
