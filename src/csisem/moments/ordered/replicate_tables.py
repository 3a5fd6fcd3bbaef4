"""Weighted counts of pairs of answers in replicates of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.batch_rows import rows_by_group
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch

# Rows whose products of answers are held at a time; those of 19 items of five points then take 9 MB.
_ROWS = 512


@dataclass(frozen=True, slots=True, eq=False)
class UsedGroups:
    """Kernel for `Rows.reduce`: the group of each row (n,), -1 for one that does not count."""

    use: Use

    def partial(self, batch: Batch) -> list[IntArray]:
        found = np.full(batch.values.shape[1], -1, dtype=np.intp)
        for label, rows in rows_by_group(batch, self.use.used(batch.values)):
            found[rows] = self.use.group_of[label]
        return [found]

    def merge(self, left: list[IntArray], right: list[IntArray]) -> list[IntArray]:
        left.extend(right)
        return left


@dataclass(frozen=True, slots=True, eq=False)
class CountSums:
    """Sums over the rows of R replicates in G groups.

    Attributes
    ----------
    counts
        Of weights, by pairs of the K answers of all ordered items together, (R, G, K, K).
    squares
        Of multipliers times squared sampling weights, the same; None for rows without sampling weights.
    rows, weight
        Of multipliers and of weights, (R, G).
    """

    counts: FloatArray
    squares: FloatArray | None
    rows: FloatArray
    weight: FloatArray

    def take(self, chosen: BoolArray) -> CountSums:
        """Some of the replicates."""
        if chosen.all():
            return self
        squares = None if self.squares is None else self.squares[chosen]
        return CountSums(self.counts[chosen], squares, self.rows[chosen], self.weight[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateCounts:
    """Kernel for `Rows.reduce`: `CountSums`, the products of answers by their triangle.

    Attributes
    ----------
    counts, base, slope
        How often each replicate draws each of the U units (R, U), or its replicate weight, and the multiplier
        ``base + slope t`` of a unit drawn t times, (U,).
    unit, group
        Unit and group of each row, (n,); -1 for the group of a row that does not count.
    groups
        Number G of groups.
    answers
        Different answers to the ordered items, which are the batch's first.
    """

    counts: NDArray[np.uint16] | FloatArray
    base: FloatArray
    slope: FloatArray
    unit: IntArray
    group: IntArray
    groups: int
    answers: tuple[tuple[float, ...], ...]

    def partial(self, batch: Batch) -> FloatArray:
        here = slice(batch.start, batch.start + batch.values.shape[1])
        unit, group, weights = self.unit[here], self.group[here], batch.weights
        row, col = self._triangle()
        sums = np.zeros((1 if weights is None else 2, len(self.counts), self.groups, len(row) + 2))
        for g in range(self.groups):
            inside = np.flatnonzero(group == g)
            for first in range(0, len(inside), _ROWS):
                some = inside[first : first + _ROWS]
                own = unit[some]
                times = self.counts[:, own] * self.slope[own] + self.base[own]
                # Counts of so few rows are exact in single precision.
                exact = weights is None and bool((times == np.floor(times)).all())
                products = self._products(batch.values[:, some], row, col, np.float32 if exact else np.float64)
                for power, total in enumerate(sums, start=1):
                    weighted = times if weights is None else times * weights[some] ** power
                    total[:, g, :-1] += weighted.astype(products.dtype, copy=False) @ products.T
                sums[0, :, g, -1] += times.sum(axis=1)
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left

    def read(self, sums: FloatArray) -> CountSums:
        """The sums as tables of all pairs."""
        row, col = self._triangle()
        size = sum(map(len, self.answers))
        tables = np.zeros((*sums.shape[:-1], size, size))
        tables[..., row, col] = tables[..., col, row] = sums[..., :-2]
        return CountSums(tables[0], tables[1] if len(tables) > 1 else None, sums[0, ..., -1], sums[0, ..., -2])

    def _triangle(self) -> tuple[IntArray, IntArray]:
        """Pairs of answers to different items, and each answer with itself."""
        item = np.repeat(np.arange(len(self.answers)), list(map(len, self.answers)))
        row, col = np.tril_indices(len(item))
        kept: BoolArray = (row == col) | (item[row] != item[col])
        return row[kept], col[kept]

    def _products(self, values: FloatArray, row: IntArray, col: IntArray, kind: type) -> NDArray[np.floating]:
        """Zeros and ones of pairs of answers, and a row of ones, (C + 1, m)."""
        hot = np.concatenate(
            [own == np.array(known)[:, None] for own, known in zip(values, self.answers, strict=False)]
        )
        found: NDArray[np.floating] = np.ones((len(row) + 1, values.shape[1]), dtype=kind)
        np.logical_and(hot[row], hot[col], out=found[:-1], casting="unsafe")
        return found
