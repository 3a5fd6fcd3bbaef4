"""Positions of everything on a path diagram, without matplotlib."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from csisem.plot.diagram.arrangement import arrange
from csisem.plot.diagram.arrow_routes import routes
from csisem.plot.diagram.elements import Box, Graph, Point, Sizes
from csisem.plot.diagram.item_blocks import Item, items_beside
from csisem.plot.diagram.number_places import number_places, without
from csisem.plot.diagram.placed import Layout, PlacedItem, PlacedLink, PlacedNode
from csisem.plot.diagram.shapes import boundary

_MARGIN = 0.12
_STRETCH = 1.13
_TRIALS = 6


@lru_cache(maxsize=128)
def lay_out(graph: Graph, sizes: Sizes, numbers: tuple[Point, ...]) -> Layout:
    """Place constructs, items, arrows and numbers; a diagram without room for a number is stretched.

    ``numbers`` are the sizes of the numbers on the graph's links, 0 for one without.
    """
    x, y, sides = arrange(graph, sizes)
    for trial in range(_TRIALS):
        stretch = _STRETCH**trial
        nodes = tuple(
            PlacedNode(node, Box(float(a * stretch), float(b * stretch), *sizes.node))
            for node, a, b in zip(graph.nodes, x, y, strict=True)
        )
        items = tuple(
            placed
            for one, side in zip(nodes, sides, strict=True)
            for placed in _items(one, items_beside(one.node, side, sizes))
        )
        drawn = routes(graph, nodes, items)
        places, clear = number_places(drawn, nodes, items, numbers)
        if clear:
            break
    links = tuple(
        PlacedLink(route.link, place, without(route.points, place)) for route, place in zip(drawn, places, strict=True)
    )
    return _framed(nodes, items, links, clear)


def _items(placed: PlacedNode, beside: Iterable[Item]) -> Iterable[PlacedItem]:
    at = placed.box
    for name, one in zip(placed.node.items, beside, strict=True):
        moved = [(at.x + px, at.y + py) for px, py in (one.bend, one.resume, one.edge)]
        start = boundary(placed.node.kind, at, moved[0])
        pieces = [(start, moved[0]), (moved[1], moved[2])] if one.label else [(start, moved[2])]
        if placed.node.formed:
            pieces = [piece[::-1] for piece in pieces[::-1]]
        label = one.label.moved(at.x, at.y) if one.label else None
        yield PlacedItem(name, placed.node, one.box.moved(at.x, at.y), label, tuple(pieces))


def _framed(
    nodes: tuple[PlacedNode, ...], items: tuple[PlacedItem, ...], links: tuple[PlacedLink, ...], clear: bool
) -> Layout:
    """The layout moved to the lower left corner."""
    boxes = [one.box for one in nodes] + [one.box for one in items]
    boxes += [label for label in [*(one.label for one in items), *(one.label for one in links)] if label]
    points = [point for one in links for piece in one.pieces for point in piece]
    corners = [box.corners for box in boxes]
    left = min([c[0] for c in corners] + [p[0] for p in points]) - _MARGIN
    low = min([c[1] for c in corners] + [p[1] for p in points]) - _MARGIN
    right = max([c[2] for c in corners] + [p[0] for p in points]) + _MARGIN
    high = max([c[3] for c in corners] + [p[1] for p in points]) + _MARGIN

    def box(one: Box | None) -> Box | None:
        return one and one.moved(-left, -low)

    def pieces(given: tuple[tuple[Point, ...], ...]) -> tuple[tuple[Point, ...], ...]:
        return tuple(tuple((px - left, py - low) for px, py in piece) for piece in given)

    return Layout(
        right - left,
        high - low,
        tuple(PlacedNode(one.node, one.box.moved(-left, -low)) for one in nodes),
        tuple(
            PlacedItem(one.name, one.owner, one.box.moved(-left, -low), box(one.label), pieces(one.pieces))
            for one in items
        ),
        tuple(PlacedLink(one.link, box(one.label), pieces(one.pieces)) for one in links),
        clear,
    )
