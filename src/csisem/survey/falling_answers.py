"""Items whose answers fall as those of their siblings rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.survey.rows.rows import Batch, Gather, Rows

MOST_ROWS = 20_000
"""Rows that decide about a sign; of more, equally spaced ones."""

# A correlation counts if it is below -0.1 and three standard errors (of Fisher's z) below zero, more with several
# items, so that one in a thousand sets of unrelated items has one: of four at 50 rows below -0.46, at 20 below -0.68.
_LEAST, _ERRORS = 0.1, 3.0


@dataclass(frozen=True, slots=True)
class _Thinned(Gather):
    """Kernel that collects every k-th row of each batch."""

    step: int

    def partial(self, batch: Batch) -> list[FloatArray]:
        return [batch.values[:, :: self.step].copy()]


def sampled(rows: Rows) -> FloatArray:
    """Return the answers (p, m) of all rows, or of some of very many."""
    return np.concatenate(rows.reduce(_Thinned(max(-(-rows.n // MOST_ROWS), 1))), axis=1)


def thinned(values: FloatArray) -> FloatArray:
    """Return answers (p, m), or equally spaced ones of very many."""
    return values[:, :: -(-values.shape[1] // MOST_ROWS)] if values.shape[1] > MOST_ROWS else values


def falling(points: FloatArray, siblings: BoolArray, free: BoolArray) -> list[int]:
    """Return the places of items that correlate negatively with the mean of their siblings.

    Parameters
    ----------
    points
        Answers of L items (L, m), nan where missing, the declared directions turned.
    siblings
        Whether item l is a sibling of item k, (L, L).
    free
        Items whose direction is not stated, (L,), the only ones to be returned. If several fall, those are meant that
        oppose the other items' first principal component, or its heavier side; if there is no such side, all.
    """
    standard = _standardized(points)
    errors = float(np.sqrt(_ERRORS**2 + 2 * np.log(max(free.sum(), 1))))
    against = [k for k in np.flatnonzero(free) if _falls(standard[k], standard[siblings[k]], errors)]
    if len(against) < 2:
        return list(map(int, against))
    loadings = _first_component(standard)
    anchors = np.where(free, 0.0, loadings) if (~free).any() else loadings
    side = float(anchors.sum())
    opposed = [k for k in against if loadings[k] * side < 0]
    return list(map(int, opposed or against))


def nearest_siblings(parents: IntArray, leaves: IntArray) -> BoolArray:
    """Return whether leaf l is a sibling of leaf k, (L, L): below the nearest node above it that has other leaves."""
    paths = []
    for leaf in leaves.tolist():
        path, node = [], int(parents[leaf])
        while node >= 0:
            path.append(node)
            node = int(parents[node])
        paths.append(path)
    found = np.zeros((len(leaves), len(leaves)), dtype=bool)
    for k, path in enumerate(paths):
        for node in path:
            below = np.array([node in other for other in paths])
            below[k] = False
            if below.any():
                found[k] = below
                break
    return found


def _standardized(points: FloatArray) -> FloatArray:
    """Points with mean 0 and standard deviation 1; items without spread are nan."""
    counted = ~np.isnan(points)
    n = np.maximum(counted.sum(axis=1, keepdims=True), 1)
    rest = points - np.where(counted, points, 0.0).sum(axis=1, keepdims=True) / n
    sd = np.sqrt(np.where(counted, rest, 0.0).__pow__(2).sum(axis=1, keepdims=True) / n)
    return np.where(sd > 0, rest / np.where(sd > 0, sd, 1.0), np.nan)


def _falls(own: FloatArray, others: FloatArray, errors: float) -> bool:
    """Whether an item (m,) correlates negatively, beyond chance, with the mean of others (k, m)."""
    known = ~np.isnan(others)
    count = known.sum(axis=0)
    rest = np.where(known, others, 0.0).sum(axis=0) / np.maximum(count, 1)
    both = (count > 0) & ~np.isnan(own)
    if both.sum() < 5:
        return False
    x, y = own[both] - own[both].mean(), rest[both] - rest[both].mean()
    spread = float(np.sqrt((x @ x) * (y @ y)))
    r = float(x @ y) / spread if spread > 0 else 0.0
    return r < -_LEAST and float(np.arctanh(max(r, -0.999999))) * np.sqrt(both.sum() - 3) < -errors


def _first_component(standard: FloatArray) -> FloatArray:
    """Loadings (L,) of the first principal component of standardised items."""
    filled = np.nan_to_num(standard)
    loadings: FloatArray = np.linalg.eigh(filled @ filled.T / max(filled.shape[1], 1))[1][:, -1]
    return loadings
