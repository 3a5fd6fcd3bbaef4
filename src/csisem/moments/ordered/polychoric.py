"""Thresholds and polychoric correlations of ordered items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from csisem.arrays import FloatArray, IntArray

# Rows that are turned into columns of zeros and ones at a time.
_ROWS = 20_000
# Most scoring steps; in atanh of the correlation, the longest step, the step at which a pair has converged, and the
# value at which the likelihood is taken to grow up to a correlation of 1.
_STEPS = 100
_LONGEST = 0.5
_SETTLED = 1e-10
_EDGE = 7.0
# Information of a row about atanh of the correlation below which the likelihood is flat.
_FLAT = 1e-8
# Thresholds nearer to zero are set to this, a change below rounding, so that no ratio of two zeros occurs.
_NUDGE = 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class PairTables:
    """Weighted counts of all pairs of p ordered items.

    Attributes
    ----------
    margins
        Shares of each item's categories, (p, m), 0 beyond the categories of the item.
    pairs
        Items of each pair, (P, 2), the later one first.
    shares
        Shares of the pairs' cells, (P, m, m).
    """

    margins: FloatArray
    pairs: IntArray
    shares: FloatArray


def count_cells(codes: IntArray, weight: FloatArray) -> PairTables:
    """Count complete rows of codes (n, p), categories from 0, with weights (n,), by a Gram product of 0-1 columns."""
    p, m = codes.shape[1], int(codes.max()) + 1
    gram = np.zeros((p * m, p * m))
    first = np.arange(p) * m
    for start in range(0, len(codes), _ROWS):
        rows = codes[start : start + _ROWS]
        hot = np.zeros((len(rows), p * m))
        np.put_along_axis(hot, rows + first, 1.0, axis=1)
        gram += hot.T @ (hot * weight[start : start + _ROWS, None])
    shares = gram.reshape(p, m, p, m) / weight.sum()
    own = np.arange(p)
    margins = np.diagonal(shares[own, :, own, :], axis1=1, axis2=2)
    row, col = np.tril_indices(p, -1)
    return PairTables(margins, np.stack([row, col], axis=1), shares[row, :, col, :])


def polychoric(cells: PairTables) -> FloatArray:
    """Polychoric correlations (p, p) by two steps (Olsson 1979, Psychometrika 44, 443-460).

    Thresholds are the normal quantiles of the margins; given these, each pair's correlation is estimated by maximum
    likelihood, with Fisher scoring of all pairs at once in atanh(rho). It is nan for a pair whose likelihood grows up
    to rho = 1, and for one that does not converge.
    """
    h, k = _thresholds(cells)
    p = len(cells.margins)
    z, last, flat = np.zeros(len(h)), np.full(len(h), np.inf), np.zeros(len(h), dtype=np.bool_)
    for _ in range(_STEPS):
        rho = np.tanh(z)
        expected = _cells(_cumulative(h, k, rho[:, None, None]), h, k)
        moved = _cells(_density(h, k, rho[:, None, None]), h, k, edges=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(expected > 0, moved / expected, 0.0)
        score, information = (cells.shares * ratio).sum(axis=(1, 2)), (moved * ratio).sum(axis=(1, 2))
        last = score / np.maximum(information * (1 - rho**2), np.finfo(np.float64).tiny)
        flat = information * (1 - rho**2) ** 2 < _FLAT
        if ((np.abs(last) < _SETTLED) | (np.abs(z) == _EDGE) | flat).all():
            break
        z = np.clip(z + np.clip(last, -_LONGEST, _LONGEST), -_EDGE, _EDGE)
    found = np.eye(p)
    row, col = cells.pairs.T
    settled = (np.abs(last) < _SETTLED) & (np.abs(z) < _EDGE) & ~flat
    found[row, col] = found[col, row] = np.where(settled, np.tanh(z), np.nan)
    return found


def cell_influence(cells: PairTables, correlations: FloatArray) -> FloatArray:
    """Influence of a row in each cell on the polychoric correlation of each pair, (P, m, m).

    The score of the correlation, less its part by the estimated thresholds, over its information, both at the observed
    shares (Muthen 1984, Psychometrika 49, 115-132, as in lavaan). Nan where the correlation is.
    """
    (h, k), rho = _thresholds(cells), correlations[cells.pairs[:, 0], cells.pairs[:, 1]][:, None, None]
    expected = _cells(_cumulative(h, k, rho), h, k)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(cells.shares > 0, _cells(_density(h, k, rho), h, k, edges=False) / expected, 0.0)
        # Shares times score over probability: the coefficient of a cell's probability in the slope of the score.
        slope = np.where(cells.shares > 0, cells.shares * score / expected, 0.0)
    moved = score.copy()
    for axis, (own, other) in enumerate(((h, k), (k, h))):
        cut, past = (x if axis == 0 else np.swapaxes(x, 1, 2) for x in (own, other))
        by, table = (x if axis == 0 else np.swapaxes(x, 1, 2) for x in (slope, cells.shares))
        known = np.isfinite(cut)
        at = np.where(known, cut, 0.0)
        density = np.where(known, np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), 0.0)
        # Derivatives of the probabilities on both sides of a threshold, (P, m - 1, m).
        edge = np.diff(ndtr((past - rho * at) / np.sqrt(1 - rho**2)), axis=2, prepend=0.0, append=1.0) * density
        loss = ((by[:, :-1] - by[:, 1:]) * edge).sum(axis=2)
        # Influence of a row in each category on each threshold, (P, m, m - 1).
        below = np.cumsum(table.sum(axis=2), axis=1)[:, None, :-1]
        category, threshold = np.arange(table.shape[1])[:, None], np.arange(table.shape[1] - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            shift = np.where(known[:, None, :, 0], ((category <= threshold) - below) / density[:, None, :, 0], 0.0)
        taken = (shift * loss[:, None, :]).sum(axis=2)[:, :, None]
        moved -= taken if axis == 0 else np.swapaxes(taken, 1, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(moved / (cells.shares * score**2).sum(axis=(1, 2), keepdims=True))


def _thresholds(cells: PairTables) -> tuple[FloatArray, FloatArray]:
    """Thresholds of each pair's items, (P, m - 1, 1) and (P, 1, m - 1)."""
    below = np.cumsum(cells.margins, axis=1)[:, :-1]
    # Beyond the last category with answers the threshold is infinite.
    cut = ndtri(np.where(below >= 1 - 1e-12, 1.0, below))
    return cut[cells.pairs[:, 0]][:, :, None], cut[cells.pairs[:, 1]][:, None, :]


def _cumulative(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """P(X <= h, Y <= k) of two normal variables, by Owen's T function (Owen 1956); infinite h or k allowed."""
    whole = np.isinf(h) | np.isinf(k)
    a, b = (np.where(np.isinf(x) | (np.abs(x) < _NUDGE), _NUDGE, x) for x in (h, k))
    root = np.sqrt(1 - rho**2)
    apart = np.where((a > 0) == (b > 0), 0.0, 0.5)
    inside = (ndtr(a) + ndtr(b)) / 2 - owens_t(a, (b - rho * a) / (a * root)) - owens_t(b, (a - rho * b) / (b * root))
    return np.asarray(np.where(whole, np.minimum(ndtr(h), ndtr(k)), inside - apart))


def _density(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """Bivariate normal density, the derivative of the probability by rho; 0 at infinity."""
    whole = np.isinf(h) | np.isinf(k)
    a, b = (np.where(np.isinf(x), 0.0, x) for x in (h, k))
    free = 1 - rho**2
    density = np.exp(-(a * a - 2 * rho * a * b + b * b) / (2 * free)) / (2 * np.pi * np.sqrt(free))
    return np.asarray(np.where(whole, 0.0, density))


def _cells(upper: FloatArray, h: FloatArray, k: FloatArray, *, edges: bool = True) -> FloatArray:
    """Values of cells (P, m, m) from those at their upper corners; edges hold the margins if ``edges``, else 0."""
    pairs, m = len(upper), upper.shape[1] + 1
    grid = np.zeros((pairs, m + 1, m + 1))
    grid[:, 1:-1, 1:-1] = upper
    if edges:
        grid[:, 1:-1, -1], grid[:, -1, 1:-1], grid[:, -1, -1] = ndtr(h[:, :, 0]), ndtr(k[:, 0, :]), 1.0
    return np.diff(np.diff(grid, axis=1), axis=2)
