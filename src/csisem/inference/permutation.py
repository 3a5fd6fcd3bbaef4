"""p-values of group differences, by permutation or bootstrap."""

from __future__ import annotations

from typing import Literal

import numpy as np

from csisem.arrays import FloatArray

Tail = Literal["both", "lower", "upper"]
"""Which permutations count as at least as extreme as the sample."""


def permutation_pvalue(observed: FloatArray, permuted: FloatArray, tail: Tail = "both") -> FloatArray:
    """p-values (...) of statistics, ``(1 + b)/(1 + B)`` with b of B permutations at least as extreme as the sample.

    The sample is itself one of the permutations, so that a p-value is never 0 (Phipson and Smyth 2010).

    Parameters
    ----------
    observed
        The sample's statistics, (...).
    permuted
        The statistics of the permutations, (B, ...); nan marks a failed one, which is not counted.
    tail
        ``"both"`` compares absolute values.
    """
    known = ~np.isnan(permuted)
    # Permutations that equal the sample but for rounding are as extreme.
    slack = 1e-12 * np.maximum(np.abs(observed), 1e-300)
    if tail == "both":
        extreme = np.abs(permuted) >= np.abs(observed) - slack
    else:
        extreme = permuted <= observed + slack if tail == "lower" else permuted >= observed - slack
    pvalue = (1 + (extreme & known).sum(axis=0)) / (1 + known.sum(axis=0))
    return np.where(np.isnan(observed), np.nan, pvalue)


def henseler_pvalue(first: FloatArray, second: FloatArray) -> FloatArray:
    """Probability (k,) that the second group's parameter is not smaller than the first's, from bootstraps of both.

    With replicates b of each group and their means m, the share of pairs with ``2 m_1 - b_1 <= 2 m_2 - b_2`` (Henseler,
    Ringle and Sinkovics 2009). Small values are evidence for a larger parameter in the first group, values near 1 for a
    smaller one.

    Parameters
    ----------
    first, second
        Replicates of each group, (B_1, k) and (B_2, k); nan marks a failed one.
    """
    pvalues = np.empty(first.shape[1])
    for k in range(first.shape[1]):
        a, b = (stack[~np.isnan(stack[:, k]), k] for stack in (first, second))
        if not a.size or not b.size:
            pvalues[k] = np.nan
            continue
        mirrored = np.sort(2 * b.mean() - b)
        # For every replicate of the first group, the number of the second's below it.
        below = np.searchsorted(mirrored, 2 * a.mean() - a, side="left")
        pvalues[k] = 1 - below.mean() / b.size
    return pvalues
