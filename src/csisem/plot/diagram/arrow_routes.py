"""Lines of arrows: straight where nothing is in the way, bent around it elsewhere."""

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
_CURVED = (0.24, -0.24, 0.36, -0.36, 0.5, -0.5, 0.7, -0.7, 0.95, -0.95, 1.3, -1.3)
_PAIR = 0.16
_STEPS = 24
_CLEAR = 0.06
_THROUGH, _ACROSS, _BENT = 30.0, 4.0, 1.5


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
    obstacles = half_sizes(list(boxes.values()), _CLEAR)
    names = list(boxes)
    fans = segments_of([piece for one in items for piece in one.pieces])
    joined = {(link.source, link.target) for link in graph.links if link.kind != "covariance"}
    found: dict[Link, tuple[Point, ...]] = {}
    for link in sorted(
        graph.links, key=lambda one: ("path", "dimension", "part", "loading", "covariance").index(one.kind)
    ):
        one, two = shapes[link.source], shapes[link.target]
        curved = link.kind == "covariance" and (graph.place.keys() >= {link.source, link.target} or one[1].x == two[1].x
                                                or one[1].y == two[1].y)  # fmt: skip
        returned = link.kind == "path" and (link.target, link.source) in joined
        bends = (_PAIR, 0.3, 0.45) if returned else _CURVED if curved or link.kind == "covariance" else _BENDS
        free = np.array([name not in (link.source, link.target) for name in names])
        others = np.concatenate([segments_of(list(found.values())), fans])
        lines = [_line(one, two, bend) for bend in bends]
        costs = [_cost(line, bend, obstacles[free], others) for line, bend in zip(lines, bends, strict=True)]
        found[link] = lines[int(np.argmin(costs))]
    return [Route(link, found[link]) for link in graph.links]


def _cost(line: Sequence[Point], bend: float, obstacles: FloatArray, others: FloatArray) -> float:
    own = segments_of([line])
    inside = float(lengths_inside(obstacles, own).sum()) if len(obstacles) else 0.0
    met = float(crossings(own, others).any(axis=0).sum()) if len(others) else 0.0
    return _THROUGH * inside + (_THROUGH / 3) * (inside > 0) + _ACROSS * met + _BENT * abs(bend)


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
