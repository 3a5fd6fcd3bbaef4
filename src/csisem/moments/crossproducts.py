"""Kernel of weighted means and centred cross-products of complete rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray
from csisem.survey.rows.rows import Batch

# A squared mean over the variance at which the rounding of the mean shows in the variance.
_FAR = 1e16


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Partial sufficient statistics of G groups (G = 1 without groups) of p items.

    Attributes
    ----------
    labels
        G group labels in order of first appearance; ``(None,)`` without groups.
    n, weight, squares
        Number of complete rows, their sum of weights and their sum of squared weights, shape (G,).
    mean, cross
        Weighted means (G, p) and weighted cross-products about them (G, p, p).
    dropped
        Number of rows left out because an answer was missing.
    ungrouped
        Number of complete rows that belong to no group.
    zero_weight
        Number of complete rows whose weight is zero.
    """

    labels: tuple[Hashable, ...]
    n: NDArray[np.int64]
    weight: FloatArray
    squares: FloatArray
    mean: FloatArray
    cross: FloatArray
    dropped: int = 0
    ungrouped: int = 0
    zero_weight: int = 0


@dataclass(frozen=True, slots=True)
class CrossProducts:
    """Kernel for `Rows.reduce`: means and cross-products of the rows that answer every item.

    Each batch is centred at its own mean before squaring, so that no digits cancel, and batches are joined by the
    pairwise update of Chan, Golub and LeVeque (1983, The American Statistician 37, 242-247).
    """

    def partial(self, batch: Batch) -> Sums:
        values, weights, codes = batch.values, batch.weights, batch.codes
        items, rows = values.shape
        if codes is None and weights is None:
            # A missing answer makes its item's mean nan, so that complete batches need no separate search.
            mean = values.mean(axis=1) if rows else np.zeros(items)
            if not np.isnan(mean).any():
                centred = np.subtract(values, mean[:, None], out=values)
                mean, cross = _recentred(mean, centred @ centred.T, float(rows), centred, None)
                return _ungrouped(rows, RowSums(float(rows), float(rows), mean, cross))
        complete = ~np.isnan(values).any(axis=0)
        dropped = rows - int(complete.sum())
        if dropped:
            values = values.compress(complete, axis=1)
            weights = None if weights is None else weights[complete]
            codes = None if codes is None else codes[complete]
        zero_weight = 0 if weights is None else int((weights == 0.0).sum())
        if codes is None:
            return _ungrouped(values.shape[1], _block(values, weights), dropped, zero_weight)
        return _grouped(values, weights, codes, batch.labels, dropped, zero_weight)

    def merge(self, left: Sums, right: Sums) -> Sums:
        # Patterns of missing answers are groups here, thousands of them: only those on the right change.
        labels, place = left.labels, np.arange(len(left.labels))
        if left.labels != right.labels:
            known = {label: k for k, label in enumerate(dict.fromkeys(left.labels + right.labels))}
            labels, place = tuple(known), np.array([known[label] for label in right.labels], dtype=np.intp)
        n, before, squares, mean, cross = (
            _longer(values, len(labels)) for values in (left.n, left.weight, left.squares, left.mean, left.cross)
        )
        own = before[place]
        weight = own + right.weight
        share = np.divide(right.weight, weight, out=np.zeros_like(weight), where=weight > 0)
        shift = right.mean - mean[place]
        n[place] += right.n
        squares[place] += right.squares
        mean[place] += share[:, None] * shift
        cross[place] += right.cross + (own * share)[:, None, None] * (shift[:, :, None] * shift[:, None, :])
        before[place] = weight
        return Sums(labels, n, before, squares, mean, cross, left.dropped + right.dropped,
                    left.ungrouped + right.ungrouped, left.zero_weight + right.zero_weight)  # fmt: skip


class RowSums(NamedTuple):
    """Sums of some rows: weight, squared weights, mean (p,) and cross-products about it (p, p)."""

    weight: float
    squares: float
    mean: FloatArray
    cross: FloatArray


def _ungrouped(n: int, block: RowSums, dropped: int = 0, zero_weight: int = 0) -> Sums:
    weight, squares, mean, cross = block
    return Sums(
        (None,), np.array([n]), np.array([weight]), np.array([squares]), mean[None], cross[None],
        dropped=dropped, zero_weight=zero_weight,
    )  # fmt: skip


def _block(values: FloatArray, weights: FloatArray | None) -> RowSums:
    """Sums of some rows (p, m), zero without rows or without weight."""
    weight = float(values.shape[1] if weights is None else weights.sum())
    if weight == 0.0:
        items = values.shape[0]
        return RowSums(0.0, 0.0, np.zeros(items), np.zeros((items, items)))
    mean = values.mean(axis=1) if weights is None else values @ weights / weight
    centred = values - mean[:, None]
    root = None if weights is None else np.sqrt(weights)
    if root is not None:
        centred *= root
    squares = weight if weights is None else float(weights @ weights)
    return RowSums(weight, squares, *_recentred(mean, centred @ centred.T, weight, centred, root))


def _recentred(
    mean: FloatArray, cross: FloatArray, weight: float, centred: FloatArray, root: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Take the rounding of the means (p,), large where answers lie far from zero, out of them and the cross-products.

    ``centred`` (p, m) are deviations from the means, times the roots (m,) of the weights.
    """
    if weight == 0.0 or not (mean * mean * weight > _FAR * np.diagonal(cross)).any():
        return mean, cross
    rest = (centred.sum(axis=1) if root is None else centred @ root) / weight
    return mean + rest, cross - weight * np.outer(rest, rest)


def _grouped(
    values: FloatArray,
    weights: FloatArray | None,
    codes: IntArray,
    labels: tuple[Hashable, ...],
    dropped: int,
    zero_weight: int,
) -> Sums:
    items, groups = values.shape[0], len(labels)
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(groups + 1))
    n, weight, squares = np.diff(edges), np.zeros(groups), np.zeros(groups)
    mean, cross = np.zeros((groups, items)), np.zeros((groups, items, items))
    # A row alone is its own mean.
    single = np.flatnonzero(n == 1)
    rows = order[edges[single]]
    weight[single] = 1.0 if weights is None else weights[rows]
    squares[single] = weight[single] ** 2
    mean[single] = np.where(weight[single] > 0, values[:, rows], 0.0).T
    for group in np.flatnonzero(n > 1):
        rows = order[edges[group] : edges[group + 1]]
        part = None if weights is None else weights[rows]
        weight[group], squares[group], mean[group], cross[group] = _block(values[:, rows], part)
    return Sums(labels, n, weight, squares, mean, cross, dropped, int(edges[0]), zero_weight)


def _longer(values: NDArray[Any], count: int) -> NDArray[Any]:
    """A copy with ``count`` rows, zero after those there are."""
    longer = np.zeros((count, *values.shape[1:]), dtype=values.dtype)
    longer[: len(values)] = values
    return longer
