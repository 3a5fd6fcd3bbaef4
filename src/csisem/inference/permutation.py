"""p-values from draws: of permutations of the rows over groups, and of bootstraps of two groups."""

from __future__ import annotations

from typing import Literal

import numpy as np

from csisem.arrays import FloatArray

Tail = Literal["both", "lower", "upper"]
"""Which draws count as at least as far out as the sample."""


def permutation_pvalue(observed: FloatArray, draws: FloatArray, tail: Tail = "both") -> FloatArray:
    """p-values (...) of statistics from B permutations, ``(1 + b)/(1 + B)`` with b draws at least as far out.

    The sample is itself one of the permutations, so that a p-value is never 0 (Phipson and Smyth 2010).

    Parameters
    ----------
    observed
        The sample's statistics, (...).
    draws
        Those of the permutations, (B, ...); nan marks one that failed and is not counted.
    tail
        ``"both"`` compares absolute values.
    """
    known = ~np.isnan(draws)
    # Draws that equal the sample but for rounding are as far out.
    slack = 1e-12 * np.maximum(np.abs(observed), 1e-300)
    if tail == "both":
        out = np.abs(draws) >= np.abs(observed) - slack
    else:
        out = draws <= observed + slack if tail == "lower" else draws >= observed - slack
    pvalue: FloatArray = (1 + (out & known).sum(axis=0)) / (1 + known.sum(axis=0))
    return np.where(np.isnan(observed), np.nan, pvalue)


def henseler_pvalue(first: FloatArray, second: FloatArray) -> FloatArray:
    """Probability (k,) that the second group's parameter is not smaller than the first's, from bootstraps of both.

    With draws b of each group and their means m, the share of pairs with ``2 m_1 - b_1 <= 2 m_2 - b_2`` (Henseler,
    Ringle and Sinkovics 2009). Small values speak for a larger parameter in the first group, values near 1 for a
    smaller one.

    Parameters
    ----------
    first, second
        Draws (B, k), of as many replicates as each group has; nan marks a failed one.
    """
    pvalues = np.empty(first.shape[1])
    for k in range(first.shape[1]):
        a, b = (draws[~np.isnan(draws[:, k]), k] for draws in (first, second))
        if not a.size or not b.size:
            pvalues[k] = np.nan
            continue
        mirrored = np.sort(2 * b.mean() - b)
        # For every draw of the first group, how many of the second's lie below it.
        below = np.searchsorted(mirrored, 2 * a.mean() - a, side="left")
        pvalues[k] = 1 - below.mean() / b.size
    return pvalues
