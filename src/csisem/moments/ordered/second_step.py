"""Correlations of residuals, given the estimates of single items."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.ordered.group_estimates import GroupEstimates, StandardRows
from csisem.moments.ordered.pair_likelihoods import PairSlopes, mixed_pair, numeric_pair, ordered_pair
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch, Rows

_ROOT = np.sqrt(2 * np.pi)
_PASSES = 60
# In atanh of the correlation: the step after which Newton's next is rounding, the longest step, the value at which the
# likelihood is taken to grow up to a correlation of 1, and the largest correlation to start from.
_SETTLED, _LONGEST, _EDGE, _SAFE = 1e-6, 0.5, 7.0, 0.9


def pair_slopes(rows: StandardRows, ordered: BoolArray, i: int, j: int, rho: float) -> PairSlopes:
    """Slopes of the log-likelihood of a pair's rows; those of ``i`` come first."""
    if ordered[i] and ordered[j]:
        return ordered_pair(rows.low[i], rows.high[i], rows.low[j], rows.high[j], rho)
    if ordered[i]:
        found = mixed_pair(rows.z[j], rows.low[i], rows.high[i], rho)
        return replace(found, first=found.second, second=found.first)
    if ordered[j]:
        return mixed_pair(rows.z[i], rows.low[j], rows.high[j], rho)
    return numeric_pair(rows.z[i], rows.z[j], rho)


@dataclass(frozen=True, slots=True, eq=False)
class PairKernel:
    """Kernel of the sums (G, Q, 3) of scores, curvatures and squared scores of correlations.

    ``active`` (G, Q) of the ``pairs`` (Q, 2) are summed, at the ``correlations`` (G, Q).
    """

    use: Use
    groups: tuple[GroupEstimates, ...]
    pairs: IntArray
    correlations: FloatArray
    active: BoolArray

    def partial(self, batch: Batch) -> FloatArray:
        sums = np.zeros((*self.active.shape, 3))
        for rows in self.use.groups(batch):
            group = self.groups[rows.group]
            standard = group.standardise(rows.values)
            for pair in np.flatnonzero(self.active[rows.group]):
                i, j = self.pairs[pair]
                slopes = pair_slopes(standard, group.layout.ordered, i, j, float(self.correlations[rows.group, pair]))
                parts = np.array([slopes.rho, slopes.curvature, slopes.rho**2])
                sums[rows.group, pair] += np.where(np.isnan(parts), 0.0, parts) @ rows.weights
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


@dataclass(frozen=True, slots=True, eq=False)
class StartKernel:
    """Kernel of sums over the rows that answer both items, (3, G, p, p).

    Of the products of expected residuals, of the squares of the first of them, and of weights.
    """

    use: Use
    groups: tuple[GroupEstimates, ...]

    def partial(self, batch: Batch) -> FloatArray:
        sums = np.zeros((3, len(self.groups), self.use.p, self.use.p))
        for rows in self.use.groups(batch):
            group = self.groups[rows.group]
            expected = _expected(group, group.standardise(rows.values))
            known = ~np.isnan(expected)
            expected[~known] = 0.0
            weighted = expected * rows.weights
            sums[0, rows.group] += weighted @ expected.T
            sums[1, rows.group] += (weighted * expected) @ known.T
            sums[2, rows.group] += (known * rows.weights) @ known.T
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


def _expected(group: GroupEstimates, rows: StandardRows) -> FloatArray:
    """Residuals (p, m) of numeric items and their expectation given the answers to ordered ones; nan where missing."""
    found = rows.z.copy()
    for item in np.flatnonzero(group.layout.ordered):
        # The mean of a normal variable between the thresholds without covariates is near enough.
        cuts = group.cuts(int(item))
        middle = -np.diff(np.exp(-(cuts**2) / 2) / _ROOT) / np.diff(ndtr(cuts))
        known = rows.code[item] < len(middle)
        found[item] = np.where(known, middle[np.where(known, rows.code[item], 0)], np.nan)
    return found


def residual_correlations(
    rows: Rows, use: Use, groups: tuple[GroupEstimates, ...], *, exact: bool, tables: FloatArray | None
) -> FloatArray:
    """Correlations (G, p, p) of residuals, nan where the likelihood grows up to a correlation of 1.

    Those of two ordered items are taken from ``tables`` (G, o, o) if given; those of two numeric items are Pearson's if
    ``exact``, all rows answering all items, and else maximise the likelihood over the rows that answer both.
    """
    layout = groups[0].layout
    cross, square, both = rows.reduce(StartKernel(use, groups))
    # Expectations vary less than residuals, whose covariance theirs is, times both variances, to first order.
    start = np.clip(cross * both / (square * square.mT), -_SAFE, _SAFE)
    found = np.tile(np.eye(layout.p), (len(groups), 1, 1))
    if tables is not None:
        at = np.flatnonzero(layout.ordered)
        found[:, at[:, None], at] = tables
    row, col = np.tril_indices(layout.p, -1)
    numeric = ~layout.ordered[row] & ~layout.ordered[col]
    if exact:
        i, j = row[numeric], col[numeric]
        found[:, i, j] = found[:, j, i] = (cross / np.sqrt(square * square.mT))[:, i, j]
    left = (layout.ordered[row] != layout.ordered[col]) | (numeric & (not exact))
    if tables is None:
        left |= layout.ordered[row] & layout.ordered[col]
    pairs = np.stack([row, col], axis=1)[left]
    if len(pairs):
        i, j = pairs.T
        found[:, i, j] = found[:, j, i] = _newton(rows, use, groups, pairs, start[:, i, j])
    return found


def _newton(rows: Rows, use: Use, groups: tuple[GroupEstimates, ...], pairs: IntArray, start: FloatArray) -> FloatArray:
    """Maximum likelihood (G, Q) by Newton's method in atanh of the correlations."""
    z = np.arctanh(start)
    found, active = np.full(z.shape, np.nan), np.ones(z.shape, dtype=np.bool_)
    for _ in range(_PASSES):
        rho = np.tanh(z)
        free = 1 - rho**2
        sums = rows.reduce(PairKernel(use, groups, pairs, rho, active))
        score, curvature, square = np.moveaxis(sums, -1, 0)
        bent = curvature * free**2 - 2 * rho * free * score
        # Far from the top the likelihood may be convex; the mean square of the scores then sets the step.
        bent = np.where(bent < 0, bent, -square * free**2)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(active, -score * free / bent, 0.0)
        z = np.clip(z + np.clip(np.nan_to_num(step), -_LONGEST, _LONGEST), -_EDGE, _EDGE)
        settled = active & (np.abs(step) < _SETTLED)
        found = np.where(settled, np.tanh(z), found)
        active &= ~settled & (np.abs(z) < _EDGE)
        if not active.any():
            break
    return found
