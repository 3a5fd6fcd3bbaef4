"""Constructs, arrows and sizes of a path diagram."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

NodeKind = Literal["construct", "composite", "interaction", "observed"]
"""What stands in the structural part; drawn as an ellipse, a hexagon, a broken ellipse or a box."""

LinkKind = Literal["path", "dimension", "part", "loading", "covariance"]
"""Effects; arrows from a higher-order construct to its dimensions, or from the parts that form it; loadings (or
weights) of an item that stands beside another construct; covariances."""

Side = Literal["left", "right", "above", "below"]
"""Where the items of a construct stand."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A construct with the items drawn beside it.

    Attributes
    ----------
    name, kind
        Its name and shape.
    items
        The items that stand beside it; an item of two constructs stands beside the first.
    formed
        Whether arrows run from the items to it.
    """

    name: str
    kind: NodeKind = "construct"
    items: tuple[str, ...] = ()
    formed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow between nodes, or between a node and an item of another one, or a covariance of two items."""

    source: str
    target: str
    kind: LinkKind = "path"


@dataclass(frozen=True)
class Graph:
    """What a path diagram shows, without numbers; names are unique over nodes and items."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...] = ()

    @cached_property
    def place(self) -> dict[str, int]:
        """Positions of the nodes by name."""
        return {node.name: j for j, node in enumerate(self.nodes)}

    @cached_property
    def between_nodes(self) -> tuple[Link, ...]:
        """The links that join two nodes."""
        return tuple(link for link in self.links if link.source in self.place and link.target in self.place)

    @cached_property
    def effects(self) -> tuple[Link, ...]:
        """Paths, dimensions and parts: the arrows that columns follow."""
        return tuple(link for link in self.between_nodes if link.kind in ("path", "dimension", "part"))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths and heights in inches.

    Attributes
    ----------
    node, item
        Of shapes of constructs, and of boxes of items.
    label, item_label
        Of the numbers on arrows between constructs, and on those to items; zero where there are none.
    """

    node: Point = (1.25, 0.62)
    item: Point = (0.6, 0.25)
    label: Point = (0.0, 0.0)
    item_label: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre and its width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        half, up = self.width / 2, self.height / 2
        return self.x - half, self.y - up, self.x + half, self.y + up

    def grown(self, margin: float) -> Box:
        """The rectangle with a margin all around."""
        return Box(self.x, self.y, self.width + 2 * margin, self.height + 2 * margin)

    def moved(self, x: float, y: float) -> Box:
        """The rectangle moved."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share more than an edge."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 - 1e-9
            and abs(self.y - other.y) < (self.height + other.height) / 2 - 1e-9
        )
