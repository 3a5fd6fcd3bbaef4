"""Comparison of G groups by how much they vary: five tests, numbers in, numbers out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from csisem.diagnose.one_way import Comparison, DomainMeans, Groups, classical, ranked
from csisem.diagnose.sample import Sample

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

# Sums of weights that are equal but for rounding.
_ROUNDING = 1e-10


def bartlett(groups: Groups) -> Comparison:
    """Bartlett's test of equal variances of normal values (1937, Proceedings of the Royal Society A 160, 268-282)."""
    g, free = len(groups.n), groups.n - 1
    variance, total = groups.variance, float(free.sum())
    if not (variance > 0).all():
        # A group without spread among others with spread: the likelihood has no bound.
        return Comparison("bartlett", np.inf, g - 1, np.nan, 0.0, np.nan, "")
    pooled = float(free @ variance) / total
    raw = total * np.log(pooled) - float(free @ np.log(variance))
    statistic = raw / (1 + (float((1 / free).sum()) - 1 / total) / (3 * (g - 1)))
    return Comparison("bartlett", statistic, g - 1, np.nan, float(chdtrc(g - 1, max(statistic, 0.0))), np.nan, "")


def medians(values: FloatArray, codes: IntArray, count: int, weights: FloatArray | None = None) -> FloatArray:
    """Medians of the groups (G,): the value at which half of the weight is reached.

    Where a value reaches exactly half, its mean with the next one, which is the usual median for equal weights.
    """
    found = np.empty(count)
    for k in range(count):
        own = np.flatnonzero((codes == k) if weights is None else (codes == k) & (weights > 0))
        order = own[np.argsort(values[own], kind="stable")]
        reached = np.arange(1.0, len(order) + 1) if weights is None else np.cumsum(weights[order])
        half = reached[-1] / 2
        place = int(np.searchsorted(reached, half * (1 - _ROUNDING)))
        even = reached[place] <= half * (1 + _ROUNDING)
        found[k] = (values[order[place]] + values[order[place + 1]]) / 2 if even else values[order[place]]
    return found


def deviations(method: str, values: FloatArray, codes: IntArray, centre: FloatArray) -> Comparison:
    """Analysis of variance of the distances from each group's centre.

    From the mean: Levene (1960); from the median: Brown and Forsythe (1974, JASA 69, 364-367).
    """
    distance = np.abs(values - centre[codes])
    found = classical(Groups.of(distance, codes, len(centre)))
    return Comparison(method, found.statistic, found.df1, found.df2, found.pvalue, found.effect, found.effect_size)


def fligner(values: FloatArray, codes: IntArray, centre: FloatArray) -> Comparison:
    """Fligner and Killeen's test by normal scores of the distances' ranks (Conover, Johnson and Johnson 1981)."""
    m, count = len(values), len(centre)
    scores = ndtri(0.5 + ranked(np.abs(values - centre[codes]))[0] / (2 * (m + 1)))
    groups = Groups.of(scores, codes, count)
    variance = (groups.between + groups.within) / (m - 1)
    statistic = groups.between / variance if variance > 0 else np.nan
    return Comparison("fligner", statistic, count - 1, np.nan, float(chdtrc(count - 1, statistic)), np.nan, "")


def distances_under_design(sample: Sample) -> DomainMeans:
    """Weighted mean distances from each group's weighted median, with their design covariance."""
    values = sample.values[:, 0]
    centre = medians(values, sample.codes, len(sample.labels), sample.weights)
    return DomainMeans.of(sample, np.abs(values - centre[sample.codes]))
