"""Tests of equal means in G groups, as functions of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata import pingouin_adapter
from csisem.inference.contrasts import WaldTest, against_first, wald_f
from csisem.inference.simultaneous import bonferroni_critical

# Values that differ by less than this part of the largest are equal but for rounding.
_SAME = 1e-11
ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Deviations from a mean within this part of the largest value are due to rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class SumsOfSquares:
    """Sums of squares of values in G groups, exact to rounding however far the values lie from zero.

    Attributes
    ----------
    n
        Number of rows (G,).
    shift
        A value of the data that is subtracted from all of them.
    mean
        Means (G,), less ``shift``.
    squares
        Squared deviations from the group's mean, summed, (G,).
    grand
        Mean of all rows, less ``shift``.
    """

    n: IntArray
    shift: float
    mean: FloatArray
    squares: FloatArray
    grand: float

    @classmethod
    def of(cls, values: FloatArray, codes: IntArray, count: int) -> SumsOfSquares:
        """Sum values (m,) by their group (m,).

        Differences from a value near the middle are exact where the data agree in their leading digits (Sterbenz 1974).
        """
        middle = values[np.argpartition(values, len(values) // 2)[len(values) // 2]]
        centred = values - middle
        n = np.bincount(codes, minlength=count)
        mean = np.bincount(codes, centred, minlength=count) / n
        rest = centred - mean[codes]
        # Rounding of the mean is taken out of the squares again (Chan, Golub and LeVeque 1983).
        left = np.bincount(codes, rest, minlength=count)
        squares = np.bincount(codes, rest**2, minlength=count) - left**2 / n
        squares[squares <= n * (ROUNDING * np.abs(values).max()) ** 2] = 0.0
        mean = mean + left / n
        return cls(n, float(middle), mean, squares, float((n * mean).sum() / n.sum()))

    @property
    def variance(self) -> FloatArray:
        """Variances with divisor n - 1 (G,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.squares / (self.n - 1)

    @property
    def between(self) -> float:
        """Sum of squares between groups."""
        return float((self.n * (self.mean - self.grand) ** 2).sum())

    @property
    def within(self) -> float:
        """Sum of squares within groups."""
        return float(self.squares.sum())

    @property
    def within_variance(self) -> float:
        """Mean square within groups."""
        return self.within / float(self.n.sum() - len(self.n))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test of G groups, with its effect size; ``df2`` is nan for a chi-square."""

    method: str
    statistic: float
    df1: float
    df2: float
    pvalue: float
    effect: float
    effect_size: str
    respects_design: bool = False


def classical(groups: SumsOfSquares) -> Comparison:
    """Analysis of variance (Fisher 1925); the effect is eta squared, between groups over total sum of squares."""
    df1, df2 = len(groups.n) - 1, int(groups.n.sum()) - len(groups.n)
    between, within = groups.between, groups.within
    statistic = (between / df1) / (within / df2) if within > 0 else np.nan
    effect = between / (between + within) if between + within > 0 else np.nan
    return Comparison("classical", statistic, df1, df2, float(fdtrc(df1, df2, statistic)), effect, "eta squared")


def welch(groups: SumsOfSquares, values: FloatArray, codes: IntArray) -> Comparison:
    """Welch's test (1951, Biometrika 38, 330-336), for unequal variances; the effect is omega squared."""
    df1 = len(groups.n) - 1
    if not (groups.variance > 0).all():
        return Comparison("welch", np.nan, df1, np.nan, np.nan, np.nan, "omega squared")
    statistic, df2, pvalue = pingouin_adapter.welch(values - groups.shift, codes)
    signal = df1 * (statistic - 1)
    effect = max(signal / (signal + float(groups.n.sum())), 0.0)
    return Comparison("welch", statistic, df1, df2, pvalue, effect, "omega squared")


def kruskal(groups: SumsOfSquares, values: FloatArray, codes: IntArray) -> Comparison:
    """Kruskal and Wallis's test by ranks, with ties (1952, JASA 47, 583-621); the effect is epsilon squared."""
    statistic, pvalue = pingouin_adapter.kruskal(tied(values - groups.shift), codes)
    return Comparison("kruskal", statistic, len(groups.n) - 1, np.nan, pvalue, statistic / (len(values) - 1),
                      "epsilon squared")  # fmt: skip


def tied(values: FloatArray) -> FloatArray:
    """Values (m,) in which those that differ by rounding alone are equal, so that ranks have their ties.

    An index is a sum of answers, whose last digits depend on the order of addition, and so on the machine.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.r_[True, np.diff(ordered) > _SAME * np.abs(ordered).max(initial=0.0)]
    found = np.empty_like(values)
    found[order] = ordered[np.flatnonzero(new)][np.cumsum(new) - 1]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class DesignMeans:
    """Weighted means of G groups (G,), their design covariance (G, G), and the design's degrees of freedom."""

    mean: FloatArray
    covariance: FloatArray
    degrees: float
    weight: FloatArray

    @classmethod
    def of(cls, sample: Sample, values: FloatArray) -> DesignMeans:
        """Means of ``values`` (m,) in the sample's groups, as domains: every sampling unit counts."""
        count = len(sample.labels)
        weight = np.asarray(np.bincount(sample.codes, sample.weights, minlength=count), dtype=np.float64)
        mean = np.bincount(sample.codes, sample.weights * values, minlength=count) / weight
        influence = np.zeros((sample.n, count))
        influence[np.arange(sample.n), sample.codes] = (values - mean[sample.codes]) / weight[sample.codes]
        return cls(mean, sample.variance(influence), sample.degrees(), weight)

    @property
    def se(self) -> FloatArray:
        """Standard errors (G,)."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))

    def test(self) -> WaldTest:
        """Wald's F that all means are equal, with the design's degrees of freedom less those of the test."""
        return wald_f(*against_first(self.mean, self.covariance), self.degrees - len(self.mean) + 1)

    def against_others(self, place: int, level: float) -> tuple[float, float]:
        """Mean of a group less that of all others, and half the width of its interval; nan without a standard error.

        The group was picked as the lowest or highest of G, for which Bonferroni's quantile allows.
        """
        contrast = -self.weight / (self.weight.sum() - self.weight[place])
        contrast[place] = 1.0
        se = float(np.sqrt(np.maximum(contrast @ self.covariance @ contrast, 0.0)))
        width = float(bonferroni_critical(len(self.mean), level, self.degrees)) * se if se > 0 else np.nan
        return float(contrast @ self.mean), width


def under_design(sample: Sample, values: FloatArray, domains: DesignMeans) -> Comparison:
    """Test under the design; the effect is weighted eta squared."""
    test = domains.test()
    total = domains.weight.sum()
    grand = domains.weight @ domains.mean / total
    between = float(domains.weight @ (domains.mean - grand) ** 2)
    whole = float(sample.weights @ (values - grand) ** 2)
    effect = between / whole if whole > 0 else np.nan
    return Comparison("design", test.statistic, test.df1, test.df2, test.pvalue, effect, "weighted eta squared", True)
