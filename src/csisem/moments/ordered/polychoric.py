"""Thresholds and polychoric correlations of ordered items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from csisem.arrays import FloatArray, IntArray

# Rows that are turned into columns of zeros and ones at a time.
_ROWS = 20_000
# Pairs whose correlations are estimated at a time, so that their cells stay in the cache.
_PAIRS = 1024
# Most scoring steps; in atanh of the correlation, the longest step, the step at which a pair has converged, and the
# value at which the likelihood is taken to grow up to a correlation of 1.
_STEPS = 100
_LONGEST = 0.5
SETTLED = 1e-10
_EDGE = 7.0
# The largest correlation to start from.
_SAFE = 0.99
# Information of a row about atanh of the correlation below which the likelihood is flat.
_FLAT = 1e-8
# Thresholds nearer to zero are set to this, a change below rounding, so that no ratio of two zeros occurs.
_NUDGE = 1e-15


@dataclass(frozen=True, slots=True, eq=False)
class PairTables:
    """Weighted counts of all pairs of p ordered items; leading axes hold samples.

    Attributes
    ----------
    margins
        Shares of each item's categories, (..., p, m), 0 beyond the categories of the item.
    pairs
        Items of each pair, (P, 2), the later one first.
    shares
        Shares of the pairs' cells, (..., P, m, m).
    """

    margins: FloatArray
    pairs: IntArray
    shares: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CellScores:
    """Scores of P polychoric correlations at their estimates; nan where a correlation is.

    Attributes
    ----------
    score
        Slope of a row's log-likelihood on the correlation, by its cell, (..., P, m, m).
    information
        Sum of shares times squared scores, (..., P).
    crossed
        Sum of shares times the score times the slope of the log-likelihood on the thresholds of the later and of the
        earlier item, (..., P, 2, m - 1).
    """

    score: FloatArray
    information: FloatArray
    crossed: FloatArray


def count_cells(codes: IntArray, weight: FloatArray) -> PairTables:
    """Count complete rows of codes (n, p), categories from 0, by Gram products of 0-1 columns.

    Weights are (n,), or (..., n) for samples that repeat rows in different numbers.
    """
    p, m, lead = codes.shape[1], int(codes.max()) + 1, weight.shape[:-1]
    weights = weight.reshape(-1, weight.shape[-1])
    gram = np.zeros((len(weights), p * m, p * m))
    first = np.arange(p) * m
    for start in range(0, len(codes), _ROWS):
        rows = codes[start : start + _ROWS]
        hot = np.zeros((len(rows), p * m))
        np.put_along_axis(hot, rows + first, 1.0, axis=1)
        for k, part in enumerate(weights[:, start : start + _ROWS]):
            gram[k] += hot.T @ (hot * part[:, None])
    shares = gram.reshape(*lead, p, m, p, m) / weight.sum(axis=-1)[..., None, None, None, None]
    own = np.arange(p)
    # numpy puts the axis of items first when they are picked on both sides.
    margins = np.moveaxis(np.diagonal(shares[..., own, :, own, :], axis1=-2, axis2=-1), 0, -2)
    row, col = np.tril_indices(p, -1)
    return PairTables(margins, np.stack([row, col], axis=1), np.moveaxis(shares[..., row, :, col, :], 0, -3))


def thresholds(margins: FloatArray) -> FloatArray:
    """Normal quantiles (..., p, m - 1) of shares of categories (..., p, m); infinite beyond an item's categories."""
    below = np.cumsum(margins, axis=-1)[..., :-1]
    return np.asarray(ndtri(np.where(below >= 1 - 1e-12, 1.0, below)))


def polychoric(cells: PairTables, start: FloatArray | None = None, settled: float = SETTLED) -> FloatArray:
    """Polychoric correlations (..., p, p) by two steps (Olsson 1979, Psychometrika 44, 443-460).

    Thresholds are the normal quantiles of the margins; given these, each pair's correlation is estimated by maximum
    likelihood, with Fisher scoring of many pairs at once in atanh(rho). It is nan for a pair whose likelihood grows up
    to rho = 1, and for one that does not converge.

    Parameters
    ----------
    cells
        Tables of pairs; leading axes hold samples.
    start
        Correlations (p, p), or (..., p, p), near those sought; 0 if None.
    settled
        Step of atanh(rho) at which a pair has converged.
    """
    lead, p = cells.margins.shape[:-2], cells.margins.shape[-2]
    row, col = cells.pairs.T
    cut = thresholds(cells.margins)
    size = (*lead, len(row))
    z = np.zeros(size)
    if start is not None:
        z = np.arctanh(np.clip(np.broadcast_to(start[..., row, col], size), -_SAFE, _SAFE))
    m = cells.margins.shape[-1]
    shares, z = cells.shares.reshape(-1, m, m), z.ravel()
    h, k = cut[..., row, :].reshape(-1, m - 1, 1), cut[..., col, :].reshape(-1, 1, m - 1)
    rho = np.empty(len(z))
    for at in range(0, len(z), _PAIRS):
        part = slice(at, at + _PAIRS)
        rho[part] = _scoring(h[part], k[part], shares[part], z[part], settled)
    found = np.zeros((*lead, p, p))
    found[..., np.arange(p), np.arange(p)] = 1.0
    found[..., row, col] = found[..., col, row] = rho.reshape(size)
    return found


def _scoring(h: FloatArray, k: FloatArray, shares: FloatArray, z: FloatArray, settled: float) -> FloatArray:
    """Correlations (N,) of N tables with thresholds (N, m - 1, 1) and (N, 1, m - 1), from the start tanh(z)."""
    found, active = np.full(len(z), np.nan), np.arange(len(z))
    for _ in range(_STEPS):
        rho = np.tanh(z)
        expected = _cells(bivariate_normal(h, k, rho[:, None, None]), h, k)
        moved = _cells(bivariate_density(h, k, rho[:, None, None]), h, k, edges=False)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(expected > 0, moved / expected, 0.0)
        score, information = (shares * ratio).sum(axis=(1, 2)), (moved * ratio).sum(axis=(1, 2))
        free = 1 - rho**2
        step = score / np.maximum(information * free, np.finfo(np.float64).tiny)
        lost = (np.abs(z) == _EDGE) | (information * free**2 < _FLAT)
        done = (np.abs(step) < settled) & ~lost
        # The step is so small that its square does not count; it is taken without looking again.
        found[active[done]] = np.tanh(z + step)[done]
        left = ~done & ~lost
        if not left.any():
            break
        z = np.clip(z + np.clip(step, -_LONGEST, _LONGEST), -_EDGE, _EDGE)
        if not left.all():
            h, k, shares, z, active = h[left], k[left], shares[left], z[left], active[left]
    return found


def cell_scores(cells: PairTables, correlations: FloatArray) -> CellScores:
    """Scores of the polychoric correlations (..., p, p), their information and its part with the thresholds.

    Information is the mean product of scores at the observed shares (Muthen 1984, Psychometrika 49, 115-132, as in
    lavaan).
    """
    row, col = cells.pairs.T
    rho, cut = correlations[..., row, col][..., None, None], thresholds(cells.margins)
    h, k = cut[..., row, :][..., :, None], cut[..., col, :][..., None, :]
    expected = _cells(bivariate_normal(h, k, rho), h, k)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(expected > 0, _cells(bivariate_density(h, k, rho), h, k, edges=False) / expected, 0.0)
        # Shares times score over probability: the coefficient of a cell's probability in the slope of the score.
        slope = np.where(cells.shares > 0, cells.shares * score / expected, 0.0)
    crossed = [_crossed(slope, h[..., 0], k[..., 0, :], rho), _crossed(slope.mT, k[..., 0, :], h[..., 0], rho)]
    return CellScores(score, (cells.shares * score**2).sum(axis=(-2, -1)), np.stack(crossed, axis=-2))


def _crossed(slope: FloatArray, cut: FloatArray, past: FloatArray, rho: FloatArray) -> FloatArray:
    """Sum over cells (..., m, m) of slopes times the derivatives of their probabilities by the rows' thresholds."""
    known = np.isfinite(cut)
    at = np.where(known, cut, 0.0)
    density = np.where(known, np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), 0.0)
    # Derivatives of the probabilities on both sides of a threshold, (..., m - 1, m).
    inside = ndtr((past[..., None, :] - rho * at[..., None]) / np.sqrt(1 - rho**2))
    edge = np.diff(inside, axis=-1, prepend=0.0, append=1.0) * density[..., None]
    return np.asarray(((slope[..., :-1, :] - slope[..., 1:, :]) * edge).sum(axis=-1))


def cell_influence(cells: PairTables, correlations: FloatArray) -> FloatArray:
    """Influence of a row in each cell on the polychoric correlation of each pair, (..., P, m, m).

    The score of the correlation, less its part by the estimated thresholds, over its information, both at the observed
    shares, as `cell_scores` gives them. Nan where the correlation is.
    """
    scores, shift = cell_scores(cells, correlations), threshold_influence(cells.margins)
    row, col = cells.pairs.T
    first = (shift[..., row, :, :] @ scores.crossed[..., 0, :, None])[..., 0]
    second = (shift[..., col, :, :] @ scores.crossed[..., 1, :, None])[..., 0]
    moved = scores.score - first[..., :, None] - second[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(moved / scores.information[..., None, None])


def threshold_influence(margins: FloatArray) -> FloatArray:
    """Influence of a row in each category on each threshold of its item, (..., p, m, m - 1); 0 beyond an item's."""
    cut, m = thresholds(margins), margins.shape[-1]
    known = np.isfinite(cut)
    at = np.where(known, cut, 0.0)
    density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    below = np.cumsum(margins, axis=-1)[..., None, :-1]
    before = np.arange(m)[:, None] <= np.arange(m - 1)
    return np.where(known[..., None, :], (before - below) / density[..., None, :], 0.0)


def bivariate_normal(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """P(X <= h, Y <= k) of two normal variables, by Owen's T function (Owen 1956); infinite h or k allowed."""
    whole = np.isinf(h) | np.isinf(k)
    if whole.ndim == 1 and whole.any():
        # Owen's function is what takes time.
        finite = ~whole
        found = np.minimum(ndtr(h), ndtr(k))
        found[finite] = bivariate_normal(h[finite], k[finite], rho)
        return found
    a, b = (np.where(np.isinf(x) | (np.abs(x) < _NUDGE), _NUDGE, x) for x in (h, k))
    root = np.sqrt(1 - rho**2)
    apart = np.where((a > 0) == (b > 0), 0.0, 0.5)
    inside = (ndtr(a) + ndtr(b)) / 2 - owens_t(a, (b - rho * a) / (a * root)) - owens_t(b, (a - rho * b) / (b * root))
    return np.asarray(np.where(whole, np.minimum(ndtr(h), ndtr(k)), inside - apart))


def bivariate_density(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """Bivariate normal density, the derivative of the probability by rho; 0 at infinity."""
    whole = np.isinf(h) | np.isinf(k)
    a, b = (np.where(np.isinf(x), 0.0, x) for x in (h, k))
    free = 1 - rho**2
    density = np.exp(-(a * a - 2 * rho * a * b + b * b) / (2 * free)) / (2 * np.pi * np.sqrt(free))
    return np.asarray(np.where(whole, 0.0, density))


def _cells(upper: FloatArray, h: FloatArray, k: FloatArray, *, edges: bool = True) -> FloatArray:
    """Values of cells (..., m, m) from those at their upper corners; edges hold the margins if ``edges``, else 0."""
    m = upper.shape[-1] + 1
    grid = np.zeros((*upper.shape[:-2], m + 1, m + 1))
    grid[..., 1:-1, 1:-1] = upper
    if edges:
        grid[..., 1:-1, -1], grid[..., -1, 1:-1], grid[..., -1, -1] = ndtr(h[..., 0]), ndtr(k[..., 0, :]), 1.0
    return np.diff(np.diff(grid, axis=-2), axis=-1)
