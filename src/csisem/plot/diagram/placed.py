"""Places of constructs, items, arrows and numbers."""

from __future__ import annotations

from dataclasses import dataclass

from csisem.plot.diagram.elements import Box, Link, Node, Point


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A construct with its place."""

    node: Node
    box: Box


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item beside its construct: its box, the place of its number, and the pieces of its arrow, the head last."""

    name: str
    owner: Node
    box: Box
    label: Box | None
    pieces: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """An arrow: the place of its number, and its pieces, the head last; a covariance has one at the start too."""

    link: Link
    label: Box | None
    pieces: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid out diagram, in inches from the lower left corner.

    Attributes
    ----------
    width, height
        Of the whole.
    nodes, items, links
        Everything on it.
    clear
        Whether no number touches another one, a line or a shape.
    """

    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    items: tuple[PlacedItem, ...]
    links: tuple[PlacedLink, ...]
    clear: bool
