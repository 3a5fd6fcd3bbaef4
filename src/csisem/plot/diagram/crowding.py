"""Faults of arrangements of constructs, many at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.plot.diagram.causal_columns import forward_links
from csisem.plot.diagram.elements import Graph, Link, Sizes
from csisem.plot.diagram.item_blocks import block_table

# What a fault costs. Rectangles that overlap are worst, then arrows through rectangles, then crossings.
_OVERLAP, _THROUGH, _CROSSING, _BACKWARD, _NARROW, _SHORT = 300.0, 100.0, 35.0, 80.0, 30.0, 60.0
_VERTICAL, _LENGTH, _EXTENT, _SLOPE, _UNEVEN, _TIED = 5.0, 0.8, 2.0, 0.4, 0.8, 12.0
# Inches between shapes, and between an arrow and a shape it passes.
_APART, _CLEAR = 0.2, 0.1
_ROOM = 0.62
"""Inches of an arrow that must be seen beside its number."""


@dataclass(frozen=True, eq=False)
class Crowding:
    """The parts of a diagram that faults are counted of.

    Attributes
    ----------
    table
        Blocks of items by node and side, (n, 4, 4).
    node, label
        Half sizes of nodes and numbers, (2,).
    pairs
        Pairs of rectangles, nodes and then blocks, that must not overlap, (2, P).
    ends
        Nodes that each arrow joins, (E, 2); covariances among them.
    forward
        Pairs (F, 2) of nodes of which the first should stand left.
    first, second
        Pairs of arrows without a common end.
    corners
        Pairs of arrows with a common end, (A, 5): that node, the two others, and the arrows.
    hits
        Which rectangles, nodes and then blocks, an arrow must not touch, (E, 2n).
    weight
        Of the length of each arrow, (E, 1).
    tied
        Pairs of nodes whose items covary, (T, 2).
    """

    table: FloatArray
    node: FloatArray
    label: FloatArray
    pairs: IntArray
    ends: IntArray
    forward: IntArray
    first: IntArray
    second: IntArray
    corners: IntArray
    hits: BoolArray
    weight: FloatArray
    tied: IntArray

    def about(self, j: int) -> Crowding:
        """Only the faults that a move of one node may change, while no column opens or closes."""
        n = len(self.table)
        own = (self.ends == j).any(axis=1)
        hits = self.hits.copy()
        others = np.ones(2 * n, dtype=bool)
        others[[j, n + j]] = False
        hits[np.ix_(~own, others)] = False
        kept = own[self.first] | own[self.second]
        return replace(
            self,
            pairs=self.pairs[:, (self.pairs % n == j).any(axis=0)],
            first=self.first[kept],
            second=self.second[kept],
            corners=self.corners[(self.corners[:, :3] == j).any(axis=1)],
            hits=hits,
        )

    def _inches(
        self, x: FloatArray, y: FloatArray, side: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
        """Centres of nodes, blocks, and centres and half sizes of all rectangles, the arrangements last."""
        # Arrangements come last from here on, so that taking a node's row is fast; inches need no more digits.
        x, y = _short(x.T), _short(y.T)
        boxes = _short(self.table[np.arange(len(x))[:, None], side.T])
        centres = np.concatenate([x, x + boxes[..., 0]]), np.concatenate([y, y + boxes[..., 1]])
        halves = (
            np.concatenate([np.full_like(x, self.node[0]), boxes[..., 2]]),
            np.concatenate([np.full_like(y, self.node[1]), boxes[..., 3]]),
        )
        return x, y, boxes, centres, halves

    def blocked(self, x: FloatArray, y: FloatArray, side: IntArray) -> float:
        """The cost of overlaps, and of arrows through shapes, in one arrangement (1, n)."""
        x, y, _, centres, halves = self._inches(x, y, side)
        start, end = self.ends.T
        faults = self._overlaps(*centres, *halves) + self._through(
            x[start], y[start], x[end], y[end], *centres, *halves
        )
        return float(faults[0])

    def cost(self, x: FloatArray, y: FloatArray, side: IntArray) -> FloatArray:
        """The faults (K,) of K arrangements: centres (K, n) and the sides that items stand on (K, n)."""
        x, y, boxes, centres, halves = self._inches(x, y, side)
        total: FloatArray = self._overlaps(*centres, *halves) + self._extent(*centres, *halves) + self._uneven(y)
        if len(self.ends):
            start, end = self.ends.T
            arrows = x[start], y[start], x[end], y[end]
            total += self._through(*arrows, *centres, *halves)
            total += self._crossings(*arrows) + self._fans(*arrows, x, y, boxes)
            total += self._narrow(x, y) + self._lengths(*arrows)
        if len(self.tied):
            total += self._apart(side.T, *centres)
        if len(self.forward):
            ahead = x[self.forward[:, 1]] - x[self.forward[:, 0]]
            total += np.where(ahead < -0.01, _BACKWARD - 10 * ahead, _VERTICAL * (ahead < 0.01)).sum(axis=0)
        return total

    def _overlaps(self, cx: FloatArray, cy: FloatArray, hw: FloatArray, hh: FloatArray) -> FloatArray:
        i, j = self.pairs
        wide = hw[i] + hw[j] + _APART - np.abs(cx[i] - cx[j])
        high = hh[i] + hh[j] + _APART - np.abs(cy[i] - cy[j])
        common = np.minimum(wide, high)
        found: FloatArray = np.where(common > 1e-5, _OVERLAP * (0.3 + common), 0.0).sum(axis=0)
        return found

    def _extent(self, cx: FloatArray, cy: FloatArray, hw: FloatArray, hh: FloatArray) -> FloatArray:
        width = (cx + hw).max(axis=0) - (cx - hw).min(axis=0)
        height = (cy + hh).max(axis=0) - (cy - hh).min(axis=0)
        total: FloatArray = _EXTENT * (width + 1.6 * height) + 4.0 * np.maximum(height - 0.6 * width, 0.0)
        total += 1.5 * np.maximum(width - 2.6 * height, 0.0)
        return total

    def _uneven(self, y: FloatArray) -> FloatArray:
        """Nodes that stand nearly, but not quite, on one level."""
        i, j = np.triu_indices(len(y), 1)
        apart = np.abs(y[i] - y[j])
        found: FloatArray = _UNEVEN * ((apart > 0.01) & (apart < 0.45)).sum(axis=0)
        return found

    def _apart(self, side: IntArray, cx: FloatArray, cy: FloatArray) -> FloatArray:
        """Items that covary, but do not stand in one row or column."""
        i, j = self.tied.T
        n = len(side)
        level = np.where(side[i] >= 2, np.abs(cy[n + i] - cy[n + j]), np.abs(cx[n + i] - cx[n + j]))
        found: FloatArray = (_TIED * (side[i] != side[j]) + _TIED / 2 * level).sum(axis=0)
        return found

    def _through(
        self, px: FloatArray, py: FloatArray, qx: FloatArray, qy: FloatArray,
        cx: FloatArray, cy: FloatArray, hw: FloatArray, hh: FloatArray,
    ) -> FloatArray:  # fmt: skip
        """Arrows that run through rectangles, by the length inside (Liang and Barsky 1984)."""
        arrow, other = np.nonzero(self.hits)
        dx, dy = (np.where(np.abs(step) < 1e-6, np.float32(1e-6), step) for step in (qx - px, qy - py))
        length, across, up = np.hypot(dx, dy), 1 / dx, 1 / dy
        reach_x, reach_y = hw[other] + _CLEAR, hh[other] + _CLEAR
        # Shares of the arrow at the rectangle's middle, and half the share it takes, along both axes.
        middle_x, middle_y = (cx[other] - px[arrow]) * across[arrow], (cy[other] - py[arrow]) * up[arrow]
        half_x, half_y = reach_x * np.abs(across)[arrow], reach_y * np.abs(up)[arrow]
        start = np.maximum(np.maximum(middle_x - half_x, middle_y - half_y), 0)
        inside = np.minimum(np.minimum(middle_x + half_x, middle_y + half_y), 1) - start
        met = (inside > 0) & (reach_x > 0)
        found: FloatArray = np.where(met, _THROUGH * (0.5 + inside * length[arrow]), 0).sum(axis=0)
        return found

    def _crossings(self, px: FloatArray, py: FloatArray, qx: FloatArray, qy: FloatArray) -> FloatArray:
        a, b = self.first, self.second
        met = _cross(px[a], py[a], qx[a], qy[a], px[b], py[b], qx[b], qy[b])
        found: FloatArray = _CROSSING * met.sum(axis=0)
        return found

    def _fans(
        self, px: FloatArray, py: FloatArray, qx: FloatArray, qy: FloatArray, x: FloatArray, y: FloatArray,
        boxes: FloatArray,
    ) -> FloatArray:  # fmt: skip
        """Arrows between constructs across the outermost ones to items."""
        n = len(x)
        arrow, fan = np.nonzero(self.hits[:, n:] & self.hits[:, :n] & (self.table[:, 0, 2] > 0))
        bx, by, half, up = (boxes[..., k] for k in range(4))
        rows = np.abs(by) > np.abs(bx)
        near_x, near_y = bx - np.sign(bx) * half, by - np.sign(by) * up
        ends = px[arrow], py[arrow], qx[arrow], qy[arrow], x[fan], y[fan]
        found = np.zeros(x.shape[1])
        for sign in (-1, 1):
            # The corners of the block that are nearest to its construct.
            tip_x, tip_y = x + np.where(rows, sign * half, near_x), y + np.where(rows, near_y, sign * up)
            found += _CROSSING * _cross(*ends, tip_x[fan], tip_y[fan]).sum(axis=0)
        return found

    def _narrow(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Arrows that leave or reach a construct nearly side by side."""
        middle, one, two = self.corners[:, 0], self.corners[:, 1], self.corners[:, 2]
        ax, ay = x[one] - x[middle], y[one] - y[middle]
        bx, by = x[two] - x[middle], y[two] - y[middle]
        angle = np.abs(np.arctan2(ax * by - ay * bx, ax * bx + ay * by))
        found: FloatArray = (_NARROW * np.maximum(1 - angle / 0.4, 0.0) ** 2).sum(axis=0)
        return found

    def _lengths(self, px: FloatArray, py: FloatArray, qx: FloatArray, qy: FloatArray) -> FloatArray:
        """Long arrows, slanted ones, and those too short for their number."""
        dx, dy = np.abs(qx - px) + 1e-6, np.abs(qy - py) + 1e-6
        length = np.hypot(dx, dy)
        # The part inside an ellipse, and the part a number takes.
        inside = 2 * length / np.hypot(dx / self.node[0], dy / self.node[1])
        taken = 2 * length * np.minimum(self.label[0] / dx, self.label[1] / dy)
        missing = np.maximum(_ROOM + inside + taken - length, 0.0)
        slant = np.minimum(dx, dy)
        found: FloatArray = ((_LENGTH * length + _SLOPE * slant) * self.weight + _SHORT * missing).sum(axis=0)
        return found


def _short(part: FloatArray) -> FloatArray:
    """Numbers in half the bytes."""
    short: Any = np.ascontiguousarray(part, dtype=np.float32)
    return short  # type: ignore[no-any-return]


def _pairs(n: int) -> IntArray:
    """Pairs of rectangles, n nodes and then their blocks, without those of a node and its own block."""
    i, j = np.triu_indices(2 * n, 1)
    return np.stack([i, j])[:, j - i != n]


def _cross(
    ax: FloatArray, ay: FloatArray, bx: FloatArray, by: FloatArray,
    cx: FloatArray, cy: FloatArray, dx: FloatArray, dy: FloatArray,
) -> BoolArray:  # fmt: skip
    """Whether the segments from a to b and from c to d cross."""
    first = ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) * ((bx - ax) * (dy - ay) - (by - ay) * (dx - ax))
    second = ((dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)) * ((dx - cx) * (by - cy) - (dy - cy) * (bx - cx))
    met: BoolArray = (first < 0) & (second < 0)
    return met


def _tied(graph: Graph) -> list[tuple[int, int]]:
    """Pairs of nodes of which an item of one covaries with an item of the other."""
    owner = {item: j for j, node in enumerate(graph.nodes) for item in node.items}
    pairs = [(owner[link.source], owner[link.target]) for link in graph.links
             if link.kind == "covariance" and link.source in owner and link.target in owner]  # fmt: skip
    return sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})


def crowding_of(graph: Graph, sizes: Sizes) -> Crowding:
    """The parts of a graph that its arrangements are judged by."""
    n = len(graph.nodes)
    drawn = list(graph.effects)
    straight = {frozenset((link.source, link.target)) for link in drawn}
    drawn += [link for link in graph.between_nodes if link.kind == "covariance"
              and frozenset((link.source, link.target)) not in straight]  # fmt: skip
    owner = {item: node.name for node in graph.nodes for item in node.items} | {name: name for name in graph.place}
    drawn += [Link(one, two, "covariance") for one, two in
              ((owner[link.source], owner[link.target]) for link in graph.links if link not in graph.between_nodes
               and link.kind != "covariance") if one != two]  # fmt: skip
    ends = np.array([(graph.place[link.source], graph.place[link.target]) for link in drawn], dtype=int).reshape(-1, 2)
    # Covariances, and arrows to items of other constructs, are bent around what is in their way.
    rigid = np.array([link.kind != "covariance" for link in drawn], dtype=bool)
    a, b = np.triu_indices(len(ends), 1)
    common = (ends[a][:, :, None] == ends[b][:, None, :]).any(axis=(1, 2))
    both = rigid[a] & rigid[b]
    corners = [
        (shared.pop(), *sorted(set(ends[one]) ^ set(ends[two])), one, two)
        for one, two in zip(a[common & both], b[common & both], strict=True)
        if len(shared := set(ends[one]) & set(ends[two])) == 1
    ]
    hits = np.ones((len(ends), 2 * n), dtype=bool)
    hits[np.arange(len(ends))[:, None], ends] = False
    hits &= rigid[:, None]
    forward = [(graph.place[one], graph.place[two]) for one, two in forward_links(graph)]
    return Crowding(
        block_table(graph, sizes),
        np.array(sizes.node) / 2,
        np.array(sizes.label) / 2,
        _pairs(n),
        ends,
        np.array(forward, dtype=int).reshape(-1, 2),
        a[~common & both],
        b[~common & both],
        np.array(corners, dtype=int).reshape(-1, 5),
        hits,
        np.where(rigid, 1.0, 0.5)[:, None],
        np.array(_tied(graph), dtype=int).reshape(-1, 2),
    )
