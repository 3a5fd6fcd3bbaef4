"""Lines of arrows, bent around what is in their way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.plot.diagram.elements import Box, Graph, Link, NodeKind, Point
from csisem.plot.diagram.shapes import boundary, crossings, half_sizes, lengths_inside, segments_of

if TYPE_CHECKING:
    from csisem.plot.diagram.placed import PlacedItem, PlacedNode

# Heights of bends as shares of the distance; the first that is free is taken.
_BENDS = (0.0, 0.12, -0.12, 0.22, -0.22, 0.34, -0.34, 0.48, -0.48, 0.65, -0.65, 0.9, -0.9)
_CURVED = (0.14, -0.14, 0.2, -0.2, 0.28, -0.28, 0.38, -0.38, 0.5, -0.5, 0.7, -0.7)
_PAIR = 0.16
_STEPS = 24
_CLEAR = 0.06
_THROUGH, _ACROSS, _BENT = 30.0, 4.0, 15.0


@dataclass(frozen=True, slots=True)
class Route:
    """The line of an arrow, from edge to edge."""

    link: Link
    points: tuple[Point, ...]


def routes(graph: Graph, nodes: Sequence[PlacedNode], items: Sequence[PlacedItem]) -> list[Route]:
    """Lines of all links, those of paths first laid and then those that may bend around them."""
    shapes: dict[str, tuple[NodeKind, Box]] = {one.name: ("observed", one.box) for one in items}
    shapes |= {one.node.name: (one.node.kind, one.box) for one in nodes}
    boxes = {name: box for name, (_, box) in shapes.items()}
    # Numbers on the arrows of items have no name that a link could end at.
    numbers = [one.label for one in items if one.label]
    obstacles = half_sizes([*boxes.values(), *numbers], _CLEAR)
    names = [*boxes, *("" for _ in numbers)]
    fans = segments_of([piece for one in items for piece in one.pieces])
    joined = {(link.source, link.target) for link in graph.links if link.kind != "covariance"}
    found: dict[Link, tuple[Point, ...]] = {}
    order = ("path", "dimension", "part", "loading", "covariance")

    def rank(link: Link) -> tuple[int, bool]:
        # Pairs of opposite arrows, which are bent, come first.
        return order.index(link.kind), (link.target, link.source) not in joined

    for link in sorted(graph.links, key=rank):
        returned = link.kind == "path" and (link.target, link.source) in joined
        bends = (_PAIR, 0.3, 0.45) if returned else _CURVED if link.kind == "covariance" else _BENDS
        free = np.array([name not in (link.source, link.target) for name in names])
        lines = [_line(shapes[link.source], shapes[link.target], bend) for bend in bends]
        laid = segments_of(list(found.values()))
        # Arrows of effects stay straight but for shapes; covariances are curves anyway.
        price = _BENT / 5 if link.kind == "covariance" else _BENT
        costs = [
            _faults(line, obstacles[free], laid, fans) + price * abs(bend)
            for line, bend in zip(lines, bends, strict=True)
        ]
        found[link] = lines[int(np.argmin(costs))]
    return [Route(link, found[link]) for link in graph.links]


def _faults(line: Sequence[Point], obstacles: FloatArray, laid: FloatArray, fans: FloatArray) -> float:
    """The cost of shapes and numbers that a line runs through, and of lines and arrows of items that it crosses."""
    own = segments_of([line])
    inside = float(lengths_inside(obstacles, own).sum())
    met = crossings(own, laid).any(axis=0).sum() + 2 * crossings(own, fans).any(axis=0).sum()
    return _THROUGH * inside + (_THROUGH / 3) * (inside > 0) + _ACROSS * float(met)


def _line(one: tuple[NodeKind, Box], two: tuple[NodeKind, Box], bend: float) -> tuple[Point, ...]:
    """A line between two shapes: straight, or a quadratic curve with its middle beside the straight line."""
    (first, start), (second, end) = one, two
    dx, dy = end.x - start.x, end.y - start.y
    if not bend:
        return boundary(first, start, (end.x, end.y)), boundary(second, end, (start.x, start.y))
    # Items in one column: the curve leaves from the outer edges, and must not be too flat.
    length = math.hypot(dx, dy)
    height = math.copysign(max(abs(bend) * length, 0.22), bend) * 2
    control = ((start.x + end.x) / 2 - dy / length * height, (start.y + end.y) / 2 + dx / length * height)
    a, b = boundary(first, start, control), boundary(second, end, control)
    steps = [k / _STEPS for k in range(_STEPS + 1)]
    return tuple(
        (
            (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * control[0] + t**2 * b[0],
            (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * control[1] + t**2 * b[1],
        )
        for t in steps
    )
