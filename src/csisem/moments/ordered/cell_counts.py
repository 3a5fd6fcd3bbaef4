"""Kernel of the weighted counts of pairs of ordered answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.ordered.polychoric import PairTables
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class CellCounts:
    """Kernel of the sums of weights of all pairs of answers, (G, K, K), K answers of all ordered items together.

    Attributes
    ----------
    places
        Position of each ordered item among the batch's items.
    answers
        Its different answers.
    use
        Which rows count.
    """

    places: tuple[int, ...]
    answers: tuple[tuple[float, ...], ...]
    use: Use

    def partial(self, batch: Batch) -> FloatArray:
        size = sum(map(len, self.answers))
        sums = np.zeros((len(self.use.group_of), size, size))
        for rows in self.use.groups(batch):
            # Counts of a batch are exact in single precision.
            hot = np.empty((size, rows.values.shape[1]), dtype=np.float32 if rows.weight is None else np.float64)
            at = 0
            for place, answers in zip(self.places, self.answers, strict=True):
                end = at + len(answers)
                np.equal(rows.values[place], np.array(answers)[:, None], out=hot[at:end])
                at = end
            if rows.weight is not None:
                hot *= np.sqrt(rows.weight)
            sums[rows.group] += hot @ hot.T
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


def pair_tables(counts: FloatArray, answers: Sequence[Sequence[float]]) -> tuple[PairTables, FloatArray, FloatArray]:
    """Shares of the cells of all pairs from counts (..., K, K), and the counts' totals of items and pairs.

    Returns
    -------
    tuple
        The tables, the weight of the rows that answer each item (..., p), and of those that answer each pair (..., P).
    """
    p, m = len(answers), max(map(len, answers))
    places = padded(answers)
    grid = np.zeros((*counts.shape[:-2], p * m, p * m))
    grid[..., places[:, None], places] = counts
    tables = grid.reshape(*counts.shape[:-2], p, m, p, m)
    own = np.arange(p)
    # numpy puts the axis of the items first when they are picked on both sides.
    margins = np.moveaxis(np.diagonal(tables[..., own, :, own, :], axis1=-2, axis2=-1), 0, -2)
    row, col = np.tril_indices(p, -1)
    cells = np.moveaxis(tables[..., row, :, col, :], 0, -3)
    answered, both = margins.sum(axis=-1), cells.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = PairTables(margins / answered[..., None], np.stack([row, col], axis=1), cells / both[..., None, None])
    return shares, answered, both


def padded(answers: Sequence[Sequence[float]]) -> IntArray:
    """Position of each answer, (K,), where every item has as many places as the most answers of one."""
    m = max(map(len, answers))
    return np.concatenate([np.arange(len(own)) + j * m for j, own in enumerate(answers)])


def without_empty_cells(cells: PairTables, answers: Sequence[Sequence[float]], rows: FloatArray) -> PairTables:
    """Tables in which a single empty cell of a table of two answers by two is filled, as lavaan does by default.

    Half a row is moved into the empty cell and into the one opposite to it, out of the two others, so that the margins
    stay (lavaan's ``zero.add = c(0.5, 0)`` and ``zero.keep.margins = TRUE``; larger tables keep their empty cells).
    Only correlations are estimated from the filled tables.

    Parameters
    ----------
    cells
        Tables of pairs, (..., P, m, m).
    answers
        Different answers to each item.
    rows
        Rows of each table, (..., P): sums of weights that add up to the number of rows over all groups.
    """
    filled = single_empty_cells(cells, answers)
    if not filled.any():
        return cells
    empty = cells.shares[..., :2, :2] == 0
    diagonal = empty[..., 0, 0] | empty[..., 1, 1]
    move = np.where(filled, np.where(diagonal, 0.5, -0.5) / rows, 0.0)
    shares = cells.shares.copy()
    shares[..., :2, :2] += move[..., None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return PairTables(cells.margins, cells.pairs, shares)


def single_empty_cells(cells: PairTables, answers: Sequence[Sequence[float]]) -> BoolArray:
    """Which tables are of two answers by two with one empty cell, (..., P)."""
    small = (np.array([len(own) for own in answers])[cells.pairs] == 2).all(axis=1)
    return np.asarray(small & ((cells.shares[..., :2, :2] == 0).sum(axis=(-2, -1)) == 1))
