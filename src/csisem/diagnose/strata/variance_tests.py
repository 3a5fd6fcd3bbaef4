"""Tests of equal variances in G groups, as functions of numbers."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import chdtrc, ndtri

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata import pingouin_adapter
from csisem.diagnose.strata.one_way import Comparison, DesignMeans, SumsOfSquares, tied

# Sums of weights that are equal but for rounding.
_ROUNDING = 1e-10


def bartlett(groups: SumsOfSquares, values: FloatArray, codes: IntArray) -> Comparison:
    """Bartlett's test of equal variances of normal values (1937, Proceedings of the Royal Society A 160, 268-282)."""
    df = len(groups.n) - 1
    if not (groups.variance > 0).all():
        # With a constant group beside others that vary the likelihood is unbounded.
        infinite, pvalue = (np.inf, 0.0) if (groups.variance > 0).any() else (np.nan, np.nan)
        return Comparison("bartlett", infinite, df, np.nan, pvalue, np.nan, "")
    statistic, pvalue = pingouin_adapter.spread(values - groups.shift, codes, "bartlett")
    return Comparison("bartlett", statistic, df, np.nan, pvalue, np.nan, "")


def distances(
    method: Literal["levene", "brown-forsythe"], groups: SumsOfSquares, values: FloatArray, codes: IntArray
) -> Comparison:
    """Analysis of variance of distances from each group's centre; nan where these do not vary within groups.

    From the mean: Levene (1960); from the median: Brown and Forsythe (1974, JASA 69, 364-367).
    """
    g = len(groups.n)
    statistic, pvalue = pingouin_adapter.spread(values - groups.shift, codes, method)
    if not np.isfinite(statistic):
        statistic = pvalue = np.nan
    return Comparison(method, statistic, g - 1, len(values) - g, pvalue, np.nan, "")


def fligner(groups: SumsOfSquares, values: FloatArray, codes: IntArray) -> Comparison:
    """Fligner and Killeen's test by normal scores of ranked distances from the median, with ties.

    Conover, Johnson and Johnson (1981, Technometrics 23, 351-361).
    """
    from scipy.stats import rankdata

    count, centred = len(groups.n), values - groups.shift
    middle = np.array([np.median(centred[codes == k]) for k in range(count)])
    scores = ndtri(0.5 + rankdata(tied(np.abs(centred - middle[codes]))) / (2 * (len(values) + 1)))
    own = SumsOfSquares.of(scores, codes, count)
    variance = (own.between + own.within) / (len(values) - 1)
    statistic = own.between / variance if variance > 0 else np.nan
    return Comparison("fligner", statistic, count - 1, np.nan, float(chdtrc(count - 1, statistic)), np.nan, "")


def medians(values: FloatArray, codes: IntArray, count: int, weights: FloatArray) -> FloatArray:
    """Weighted medians of the groups (G,): the value at which half of the weight is reached.

    If a value reaches exactly half, it is averaged with the next one: the usual median under equal weights.
    """
    found = np.empty(count)
    for k in range(count):
        own = np.flatnonzero((codes == k) & (weights > 0))
        order = own[np.argsort(values[own], kind="stable")]
        reached = np.cumsum(weights[order])
        half = reached[-1] / 2
        place = int(np.searchsorted(reached, half * (1 - _ROUNDING)))
        even = reached[place] <= half * (1 + _ROUNDING)
        found[k] = (values[order[place]] + values[order[place + 1]]) / 2 if even else values[order[place]]
    return found


def distances_under_design(sample: Sample) -> DesignMeans:
    """Weighted mean distances from each group's weighted median, with their design covariance."""
    values = sample.values[:, 0]
    centre = medians(values, sample.codes, len(sample.labels), sample.weights)
    return DesignMeans.of(sample, np.abs(values - centre[sample.codes]))
