"""Places of constructs, found by moves from causal columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.plot.diagram.causal_columns import causal_columns, ordered_rows
from csisem.plot.diagram.crowding import Crowding, crowding_of
from csisem.plot.diagram.elements import Graph, Side, Sizes
from csisem.plot.diagram.item_blocks import SIDES, item_block

_BETWEEN_COLUMNS = 1.05
_BETWEEN_BLOCKS, _SHORTEST = 0.35, 0.75
_ROW = 0.62
_SWEEPS, _ROUNDS = 12, 40
_KEPT = 24
_MANY = 14
"""Nodes up to which time is taken for the best arrangement."""
_CHAINS, _STEPS, _POLISHED, _SEEDS = 64, 110, 3, 4
_HOT, _COLD = 40.0, 5.0


_Cells: TypeAlias = tuple[IntArray, FloatArray, IntArray]
"""Columns, rows and sides of K arrangements, (K, n) each."""


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Where the nodes stand.

    Attributes
    ----------
    column, row
        Cells of a grid, (n,). Odd columns are in use, so that a node may move to a new one between.
    side
        Position in `SIDES` of the side that each node's items stand on, (n,).
    """

    column: IntArray
    row: FloatArray
    side: IntArray


@dataclass(frozen=True, eq=False)
class _Grid:
    """The cells in inches, and what arrangements on them cost."""

    crowding: Crowding
    around: Sequence[Crowding]
    column: float
    row: float

    def centres(self, column: IntArray, row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Centres (K, n), empty columns closed."""
        return self.ranks(column).astype(float) * self.column, row * self.row

    @staticmethod
    def ranks(column: IntArray) -> IntArray:
        """Columns (K, n) numbered anew without the empty ones."""
        occupied = np.zeros((len(column), column.max() + 1), dtype=bool)
        occupied[np.arange(len(column))[:, None], column] = True
        rank = np.cumsum(occupied, axis=1) - 1
        return np.take_along_axis(rank, column, axis=1)

    @cached_property
    def neighbours(self) -> tuple[BoolArray, BoolArray]:
        """Which nodes are causes, and which are outcomes, of each node, (n, n)."""
        n = len(self.around)
        causes = np.zeros((n, n), dtype=bool)
        causes[self.crowding.forward[:, 1], self.crowding.forward[:, 0]] = True
        return causes, causes.T

    def cost(self, column: IntArray, row: FloatArray, side: IntArray) -> FloatArray:
        """Cost (K,) of K arrangements."""
        return self.crowding.cost(*self.centres(column, row), side)


def arrange(graph: Graph, sizes: Sizes) -> tuple[FloatArray, FloatArray, list[Side]]:
    """Centres of the nodes (n,) in inches, upwards, and the sides of their items."""
    if not graph.effects:
        return _stacked(graph, sizes)
    crowding = crowding_of(graph, sizes)
    grid = _Grid(
        crowding,
        [crowding.about(j) for j in range(len(graph.nodes))],
        sizes.node[0] + _BETWEEN_COLUMNS + sizes.label[0],
        _ROW * (sizes.node[1] / 0.62),
    )
    best, lowest = _start(graph), np.inf
    for seed in range(1, _SEEDS + 1):
        for start in annealed(graph, grid, seed):
            found, cost = _improved(grid, start)
            if cost < lowest:
                best, lowest = found, cost
        # Another search only where an arrow still runs through a shape.
        if (
            len(graph.nodes) > _MANY
            or grid.crowding.blocked(*grid.centres(best.column[None], best.row[None]), best.side[None]) == 0
        ):
            break
    x, y = (part[0] for part in grid.centres(best.column[None], best.row[None]))
    x, y, side = _tightened(grid, x, y, best.side)
    return x, y, [SIDES[k] for k in side]


def _stacked(graph: Graph, sizes: Sizes) -> tuple[FloatArray, FloatArray, list[Side]]:
    """Nodes without paths in one column, with their items on the left and room for covariances on the right."""
    blocks = [item_block(node, "left", sizes) for node in graph.nodes]
    # Between two constructs there is room for the number of their covariance.
    least = sizes.node[1] + sizes.label[1] + _SHORTEST
    steps = np.array([max(least, one.height + _BETWEEN_BLOCKS if one else 0.0) for one in blocks])
    y = -(np.cumsum(steps) - steps / 2)
    return np.zeros(len(y)), y, ["left"] * len(y)


def _start(graph: Graph) -> Arrangement:
    """Causal columns; items left in the first one, right in the last, above and below between."""
    columns = np.array(causal_columns(graph), dtype=int)
    rows = np.round(2.0 * np.array(ordered_rows(graph, list(columns))))
    last = columns.max(initial=0)
    side = np.where(columns == 0, 0, np.where(columns == last, 1, np.where(rows >= 0, 2, 3)))
    return Arrangement(2 * columns + 1, rows, side)


def annealed(graph: Graph, grid: _Grid, seed: int) -> list[Arrangement]:
    """The best few of many arrangements that random moves change at once, ever more rarely for the worse.

    Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983), with the same seeds always.
    """
    start, random = _start(graph), np.random.default_rng(seed)
    state = _repeated(start, _CHAINS)
    now = grid.cost(*state)
    best, lowest = _repeated(start, _CHAINS), now.copy()
    # Large diagrams take more time a step.
    parts = grid.crowding.hits.sum() + grid.crowding.pairs.shape[1]
    steps = int(_STEPS * min(len(start.row), 9) * min(1.0, 700 / max(parts, 1)))
    for heat in np.geomspace(_HOT, _COLD, max(steps, 1)):
        moved = _random_moves(grid, state, random)
        cost = grid.cost(*moved)
        taken = cost - now < -heat * np.log(random.random(_CHAINS))
        for part, new in zip(state, moved, strict=True):
            part[taken] = new[taken]
        now = np.where(taken, cost, now)
        better = now < lowest
        for part, new in zip(best, state, strict=True):
            part[better] = new[better]
        lowest = np.where(better, now, lowest)
    order = np.argsort(lowest)[: _POLISHED if len(start.row) <= _MANY else 1]
    return [start, *(Arrangement(best[0][k], best[1][k], best[2][k]) for k in order)]


def _repeated(one: Arrangement, count: int) -> _Cells:
    """Columns, rows and sides of the same arrangement, (count, n) each."""
    tall = (count, 1)
    return np.tile(one.column, tall), np.tile(one.row, tall), np.tile(one.side, tall)


def _random_moves(grid: _Grid, state: _Cells, random: np.random.Generator) -> _Cells:
    """A move in each of the arrangements: of a node to a cell, of its items, or an exchange of two nodes."""
    column, row, side = state[0].copy(), state[1].copy(), state[2].copy()
    count, n = column.shape
    k, (j, other) = np.arange(count), random.integers(n, size=(2, count))
    kind = random.random(count)
    causes, outcomes = grid.neighbours
    low = np.where(causes[j], column, 0).max(axis=1)
    high = np.where(outcomes[j], column, column.max(axis=1, keepdims=True) + 1).min(axis=1)
    cell = low + np.floor(random.random(count) * (np.maximum(high - low, 0) + 1)).astype(int)
    near = row[k, j] + random.integers(-3, 4, size=count)
    far = np.round(row.min(axis=1) - 1 + random.random(count) * (np.ptp(row, axis=1) + 2))
    places = kind < 0.6
    column[k, j] = np.where(places & (low <= high), cell, column[k, j])
    row[k, j] = np.where(places, np.where(kind < 0.3, near, far), row[k, j])
    side[k, j] = np.where((kind < 0.8) & (random.random(count) < 0.6), random.integers(4, size=count), side[k, j])
    swap = kind >= 0.8
    arrays: tuple[np.ndarray, ...] = (column, row, side)
    for part in arrays:
        part[k[swap], j[swap]], part[k[swap], other[swap]] = part[k[swap], other[swap]], part[k[swap], j[swap]]
    return 2 * grid.ranks(column) + 1, row, side


def _improved(grid: _Grid, start: Arrangement) -> tuple[Arrangement, float]:
    """Move one node, or exchange two, while that helps."""
    now = start
    cost = float(grid.cost(now.column[None], now.row[None], now.side[None])[0])
    for _ in range(_SWEEPS if len(start.row) <= _MANY else 1):
        before = cost
        for j in range(len(now.column)):
            now, cost = _better(grid, now, cost, _promising(grid, now, j))
        now, cost = _better(grid, now, cost, _exchanges(now))
        if cost > before - 1e-9:
            break
    return now, cost


def _better(grid: _Grid, now: Arrangement, cost: float, moves: _Cells) -> tuple[Arrangement, float]:
    if not len(moves[0]):
        return now, cost
    found = grid.cost(*moves)
    k = int(found.argmin())
    if found[k] >= cost - 1e-9:
        return now, cost
    column, row, side = (part[k] for part in moves)
    _, rank = np.unique(column, return_inverse=True)
    return Arrangement(2 * rank + 1, row - np.round(np.median(row)), side), float(found[k])


def _promising(grid: _Grid, now: Arrangement, j: int) -> _Cells:
    """The best of all moves of a node by the faults around it."""
    moves = _moves(grid, now, j)
    if len(moves[0]) <= _KEPT:
        return moves
    around = replace(grid, crowding=grid.around[j]).cost(*moves)
    best = np.argpartition(around, _KEPT)[:_KEPT]
    return moves[0][best], moves[1][best], moves[2][best]


def _moves(grid: _Grid, now: Arrangement, j: int) -> _Cells:
    """All cells between the causes and the outcomes of a node, with its items on every side."""
    forward = grid.crowding.forward
    causes, outcomes = forward[forward[:, 1] == j, 0], forward[forward[:, 0] == j, 1]
    low = now.column[causes].max(initial=0)
    high = now.column[outcomes].min(initial=now.column.max() + 1)
    columns = np.arange(low, high + 1) if low <= high else now.column[j : j + 1]
    rows = np.arange(now.row.min() - 2, now.row.max() + 3)
    if len(now.row) > _MANY:
        rows = rows[np.abs(rows - now.row[j]) < 6]
    has_items = grid.crowding.table[j, 0, 2] > 0
    choices = [part.ravel() for part in np.meshgrid(columns, rows, np.arange(4 if has_items else 1), indexing="ij")]
    count = len(choices[0])
    moved = _repeated(now, count)
    for part, chosen in zip(moved, choices, strict=True):
        part[:, j] = chosen
    return moved


def _exchanges(now: Arrangement) -> _Cells:
    """All exchanges of two nodes, with and without the sides of their items."""
    i, j = np.triu_indices(len(now.column), 1)
    k = np.arange(len(i))
    column, row, side = _repeated(now, len(i))
    alone = side.copy()
    for moved, part in ((column, now.column), (row, now.row), (side, now.side)):
        moved[k, i], moved[k, j] = part[j], part[i]
    return np.tile(column, (2, 1)), np.tile(row, (2, 1)), np.concatenate([side, alone])


def _tightened(grid: _Grid, x: FloatArray, y: FloatArray, side: IntArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Move columns, rows, nodes and items by ever smaller steps while that helps."""
    cost = np.inf
    for step in (0.9, 0.4, 0.2, 0.1, 0.05):
        for _ in range(_ROUNDS if len(y) <= _MANY else 2):
            moves = _shifts(x, y, side, step)
            found = grid.crowding.cost(*moves)
            k = int(found.argmin())
            if found[k] >= cost - 1e-3:
                break
            x, y, side = (part[k] for part in moves)
            cost = float(found[k])
    return x, y, side


def _shifts(x: FloatArray, y: FloatArray, side: IntArray, step: float) -> tuple[FloatArray, FloatArray, IntArray]:
    """Moves of columns, rows and nodes, and other sides of items.

    Every column with those right of it, and every row with those above it, moves by a step, every node by a step or to
    the level of another one, and all nearer together.
    """
    levels = [
        (np.where(x >= at - 1e-6, x + signed, x), y) for at in np.unique(x.round(6))[1:] for signed in (-step, step)
    ]
    levels += [
        (x, np.where(y >= at - 1e-6, y + signed, y)) for at in np.unique(y.round(6))[1:] for signed in (-step, step)
    ]
    levels += [(x * (1 - step / 8), y), (x, y * (1 - step / 8)), (x, y)]
    for j in range(len(y)):
        near = y[(np.abs(y - y[j]) < 0.7) & (y != y[j])]
        levels += [(x, np.where(np.arange(len(y)) == j, level, y)) for level in (y[j] - step, y[j] + step, *near)]
    flips = [np.where(np.arange(len(y)) == j, k, side) for j in range(len(y)) for k in range(4)]
    moved_x = np.array([one for one, _ in levels] + [x] * len(flips))
    moved_y = np.array([one for _, one in levels] + [y] * len(flips))
    return moved_x, moved_y, np.array([side] * len(levels) + flips)
