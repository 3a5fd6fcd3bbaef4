"""Places of constructs: causal columns, then moves while they make the picture better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.plot.diagram.columns import causal_columns, ordered_rows
from csisem.plot.diagram.crowding import Crowding, crowding_of
from csisem.plot.diagram.elements import Graph, Side, Sizes
from csisem.plot.diagram.item_blocks import SIDES

_BETWEEN_COLUMNS = 1.05
_ROW = 0.62
_SWEEPS = 12
_STARTS = 8
_KEPT = 24


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Where the nodes stand.

    Attributes
    ----------
    column, row
        Cells of a grid, (n,); rows may be fractions.
    side
        Position in `SIDES` of the side that each node's items stand on, (n,).
    """

    column: IntArray
    row: FloatArray
    side: IntArray

    def sides(self) -> list[Side]:
        """The sides by name."""
        return [SIDES[k] for k in self.side]


@dataclass(frozen=True, eq=False)
class _Grid:
    """The cells in inches, and what arrangements on them cost."""

    crowding: Crowding
    around: Sequence[Crowding]
    column: float
    row: float

    def centres(self, column: IntArray, row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Centres (K, n), empty columns closed."""
        occupied = (column[:, :, None] == np.arange(column.max() + 1)).any(axis=1)
        rank = np.cumsum(occupied, axis=1) - 1
        return np.take_along_axis(rank, column, axis=1) * self.column, row * self.row

    def cost(self, column: IntArray, row: FloatArray, side: IntArray) -> FloatArray:
        """Cost (K,) of K arrangements."""
        return self.crowding.cost(*self.centres(column, row), side)


def arrange(graph: Graph, sizes: Sizes) -> tuple[FloatArray, FloatArray, list[Side]]:
    """Centres of the nodes (n,) in inches, upwards, and the sides of their items."""
    crowding = crowding_of(graph, sizes)
    grid = _Grid(
        crowding,
        [crowding.about(j) for j in range(len(graph.nodes))],
        sizes.node[0] + _BETWEEN_COLUMNS + sizes.label[0],
        _ROW * (sizes.node[1] / 0.62),
    )
    found = [_improved(grid, start) for start in _starts(graph)]
    best, _ = min(found, key=lambda one: one[1])
    x, y = (part[0] for part in grid.centres(best.column[None], best.row[None]))
    x, y = _tightened(grid, x, y, best.side)
    return x, y, best.sides()


def _starts(graph: Graph) -> Iterator[Arrangement]:
    """Causal columns, and the same with rows in another order."""
    columns = np.array(causal_columns(graph), dtype=int)
    rows = np.round(2.0 * np.array(ordered_rows(graph, list(columns))))
    last = columns.max(initial=0)
    side = np.where(columns == 0, 0, np.where(columns == last, 1, np.where(rows >= 0, 2, 3)))
    yield Arrangement(columns, rows, side)
    random = np.random.default_rng(1)
    for _ in range(_STARTS - 1):
        yield Arrangement(columns, np.round(2 * random.permutation(rows) + random.integers(-1, 2, len(rows))), side)


def _improved(grid: _Grid, start: Arrangement) -> tuple[Arrangement, float]:
    """Move one node, or exchange two, while that helps."""
    # Even columns are in use, so that a node may stand in a new one between.
    now = replace(start, column=2 * start.column + 1)
    cost = float(grid.cost(now.column[None], now.row[None], now.side[None])[0])
    for _ in range(_SWEEPS):
        before = cost
        for j in range(len(now.column)):
            now, cost = _better(grid, now, cost, _promising(grid, now, j))
        now, cost = _better(grid, now, cost, _exchanges(now))
        if cost > before - 1e-9:
            break
    return now, cost


def _better(
    grid: _Grid, now: Arrangement, cost: float, moves: tuple[IntArray, FloatArray, IntArray]
) -> tuple[Arrangement, float]:
    if not len(moves[0]):
        return now, cost
    found = grid.cost(*moves)
    k = int(found.argmin())
    if found[k] >= cost - 1e-9:
        return now, cost
    column, row, side = (part[k] for part in moves)
    _, rank = np.unique(column, return_inverse=True)
    return Arrangement(2 * rank + 1, row - np.round(np.median(row)), side), float(found[k])


def _promising(grid: _Grid, now: Arrangement, j: int) -> tuple[IntArray, FloatArray, IntArray]:
    """The best of all moves of a node by the faults around it."""
    moves = _moves(grid, now, j)
    if len(moves[0]) <= _KEPT:
        return moves
    around = replace(grid, crowding=grid.around[j]).cost(*moves)
    best = np.argpartition(around, _KEPT)[:_KEPT]
    return moves[0][best], moves[1][best], moves[2][best]


def _moves(grid: _Grid, now: Arrangement, j: int) -> tuple[IntArray, FloatArray, IntArray]:
    """All cells between the causes and the outcomes of a node, with its items on every side."""
    forward = grid.crowding.forward
    causes, outcomes = forward[forward[:, 1] == j, 0], forward[forward[:, 0] == j, 1]
    low = now.column[causes].max(initial=0)
    high = now.column[outcomes].min(initial=now.column.max() + 1)
    columns = np.arange(low, high + 1) if low <= high else now.column[j : j + 1]
    rows = np.arange(now.row.min() - 2, now.row.max() + 3)
    has_items = grid.crowding.table[j, 0, 2] > 0
    choices = [part.ravel() for part in np.meshgrid(columns, rows, np.arange(4 if has_items else 1), indexing="ij")]
    count = len(choices[0])
    moved = [np.repeat(part[None], count, axis=0) for part in (now.column, now.row, now.side)]
    for part, chosen in zip(moved, choices, strict=True):
        part[:, j] = chosen
    return moved[0], moved[1], moved[2]


def _exchanges(now: Arrangement) -> tuple[IntArray, FloatArray, IntArray]:
    """All exchanges of two nodes, with and without the sides of their items."""
    i, j = np.triu_indices(len(now.column), 1)
    k = np.arange(len(i))
    parts: list[list[np.ndarray]] = [[], [], []]
    for sides_too in (True, False):
        for place, part in enumerate((now.column, now.row, now.side)):
            moved = np.repeat(part[None], len(i), axis=0)
            if place < 2 or sides_too:
                moved[k, i], moved[k, j] = part[j], part[i]
            parts[place].append(moved)
    column, row, side = (np.concatenate(part) for part in parts)
    return column, row, side


def _tightened(grid: _Grid, x: FloatArray, y: FloatArray, side: IntArray) -> tuple[FloatArray, FloatArray]:
    """Move columns and nodes by small steps while that helps."""
    crowding = grid.crowding
    cost = float(crowding.cost(x[None], y[None], side[None])[0])
    for step in (0.4, 0.2, 0.1, 0.05):
        for _ in range(8):
            moves_x, moves_y = _shifts(x, y, step)
            found = crowding.cost(moves_x, moves_y, np.repeat(side[None], len(moves_x), axis=0))
            k = int(found.argmin())
            if found[k] >= cost - 1e-6:
                break
            x, y, cost = moves_x[k], moves_y[k], float(found[k])
    return x, y


def _shifts(x: FloatArray, y: FloatArray, step: float) -> tuple[FloatArray, FloatArray]:
    """Every column with those right of it, and every row with those above it, by a step; every node by a step, or level
    with another one.
    """
    found_x, found_y = [], []
    for at in np.unique(x.round(6))[1:]:
        for signed in (-step, step):
            found_x.append(np.where(x >= at - 1e-6, x + signed, x))
            found_y.append(y)
    for at in np.unique(y.round(6))[1:]:
        for signed in (-step, step):
            found_x.append(x)
            found_y.append(np.where(y >= at - 1e-6, y + signed, y))
    for j in range(len(y)):
        near = y[(np.abs(y - y[j]) < 0.5) & (y != y[j])]
        for level in (y[j] - step, y[j] + step, *near):
            found_x.append(x)
            found_y.append(np.where(np.arange(len(y)) == j, level, y))
    return np.array(found_x), np.array(found_y)
