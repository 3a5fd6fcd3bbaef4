"""Pairwise comparisons of groups by three methods."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.diagnose.strata.one_way import DesignMeans, SumsOfSquares
from csisem.inference.intervals import wald_interval
from csisem.inference.multiplicity import adjusted
from csisem.inference.studentized_range import range_quantile, range_tail
from csisem.options import Adjustment


@dataclass(frozen=True, slots=True, eq=False)
class PairwiseTests:
    """Differences (second less first group) of P pairs with tests and intervals, each (P,)."""

    method: str
    first: IntArray
    second: IntArray
    difference: FloatArray
    se: FloatArray
    df: FloatArray
    pvalue: FloatArray
    ci_lower: FloatArray
    ci_upper: FloatArray
    respects_design: bool

    def frame(self, labels: Sequence[Hashable]) -> pd.DataFrame:
        """Return a row a pair."""
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.difference / self.se
        named = {side: [labels[k] for k in getattr(self, side)] for side in ("first", "second")}
        frame = pd.DataFrame(asdict(self) | named)
        frame.insert(list(frame.columns).index("df"), "statistic", statistic)
        return frame


def tukey(groups: SumsOfSquares, level: float) -> PairwiseTests:
    """Tukey's honest differences, for groups of any size (Kramer 1956, Biometrics 12, 307-310)."""
    df = float(groups.n.sum() - len(groups.n))
    first, second = np.triu_indices(len(groups.n), 1)
    se = np.sqrt(groups.within_variance * (1 / groups.n[first] + 1 / groups.n[second]))
    return _by_range("tukey", groups, first, second, se, np.full(len(first), df), level)


def games_howell(groups: SumsOfSquares, level: float) -> PairwiseTests:
    """Games and Howell's pairs (1976, Journal of Educational Statistics 1, 113-125), for unequal variances."""
    first, second = np.triu_indices(len(groups.n), 1)
    share = groups.variance / groups.n
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (share[first] + share[second]) ** 2 / (
            share[first] ** 2 / (groups.n[first] - 1) + share[second] ** 2 / (groups.n[second] - 1)
        )
    return _by_range("games-howell", groups, first, second, np.sqrt(share[first] + share[second]), df, level)


def _by_range(
    method: str,
    groups: SumsOfSquares,
    first: IntArray,
    second: IntArray,
    se: FloatArray,
    df: FloatArray,
    level: float,
) -> PairwiseTests:
    """Compare differences with the studentized range of the G groups."""
    difference = groups.mean[second] - groups.mean[first]
    g = len(groups.n)
    pvalue, width = np.full(len(se), np.nan), np.full(len(se), np.nan)
    known = (se > 0) & (df > 0)
    if known.any():
        pvalue[known] = range_tail(np.sqrt(2) * np.abs(difference[known]) / se[known], g, df[known])
        width[known] = range_quantile(level, g, df[known]) / np.sqrt(2)
    return PairwiseTests(method, first, second, difference, se, df, pvalue, difference - width * se,
                         difference + width * se, respects_design=False)  # fmt: skip


def pairs_under_design(domains: DesignMeans, adjustment: Adjustment, level: float) -> PairwiseTests:
    """All pairs of domain means under the design, with t intervals and adjusted p-values."""
    first, second = np.triu_indices(len(domains.mean), 1)
    difference = domains.mean[second] - domains.mean[first]
    own = np.diagonal(domains.covariance)
    variance = own[first] + own[second] - 2 * domains.covariance[first, second]
    se, df = np.sqrt(np.maximum(variance, 0.0)), domains.degrees - 1
    test = wald_interval(difference, se, level=level, df=df)
    return PairwiseTests(f"design, {adjustment}", first, second, difference, se, np.full(len(se), df),
                         adjusted(test.pvalue, adjustment), test.lower, test.upper, respects_design=True)  # fmt: skip
