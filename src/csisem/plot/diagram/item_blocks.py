"""Blocks of items beside their constructs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.plot.diagram.elements import Box, Graph, Node, Point, Side, Sizes

SIDES: tuple[Side, ...] = ("left", "right", "above", "below")
_OUTWARD: dict[Side, Point] = {"left": (-1, 0), "right": (1, 0), "above": (0, 1), "below": (0, -1)}

# Inches.
_FAN = 0.34
_FAN_PER_ITEM = 0.05
_LAST = 0.2
_BETWEEN = 0.07


@dataclass(frozen=True, slots=True)
class Item:
    """An item beside its construct, relative to the construct's centre.

    Attributes
    ----------
    box
        The box of its name.
    label
        The place of its number, which the arrow leaves free; None without.
    bend
        Where the arrow turns towards the box: at the inner edge of the label.
    resume
        Where the arrow goes on behind the label.
    edge
        Where it meets the box.
    """

    box: Box
    label: Box | None
    bend: Point
    resume: Point
    edge: Point


@lru_cache(maxsize=256)
def items_beside(node: Node, side: Side, sizes: Sizes) -> tuple[Item, ...]:
    """The items of a construct in a row or a column on one side of it."""
    (ux, uy), count = _OUTWARD[side], len(node.items)
    across = 1 if ux else 0
    along = 1 - across
    item, label = sizes.item, sizes.item_label
    pitch = max(item[across], label[across]) + _BETWEEN
    first = sizes.node[along] / 2 + _FAN + _FAN_PER_ITEM * max(count - 3, 0)
    labelled = label[along] > 0
    found = []
    for k in range(count):
        shift = (k - (count - 1) / 2) * pitch
        # Items read from top to bottom, and from left to right.
        shift = -shift if across else shift

        def at(distance: float, shift: float = shift) -> Point:
            return (ux * distance, shift) if across else (shift, uy * distance)

        inner, outer = first, first + (label[along] if labelled else 0.0)
        edge = outer + _LAST if labelled else outer + 0.12
        middle = edge + item[along] / 2
        found.append(
            Item(
                Box(*at(middle), *item),
                Box(*at((inner + outer) / 2), *label) if labelled else None,
                at(inner),
                at(outer),
                at(edge),
            )
        )
    return tuple(found)


def item_block(node: Node, side: Side, sizes: Sizes) -> Box | None:
    """The rectangle around the items and their numbers; None without items."""
    found = items_beside(node, side, sizes)
    if not found:
        return None
    parts = [part for one in found for part in (one.box, one.label) if part is not None]
    left, bottom, right, top = (np.array([part.corners for part in parts])[:, k] for k in range(4))
    low_x, low_y, high_x, high_y = left.min(), bottom.min(), right.max(), top.max()
    return Box(float(low_x + high_x) / 2, float(low_y + high_y) / 2, float(high_x - low_x), float(high_y - low_y))


def block_table(graph: Graph, sizes: Sizes) -> FloatArray:
    """Centre and half sizes of the block of each node on each side, (n, 4, 4); far below 0 in size without items."""
    table = np.empty((len(graph.nodes), len(SIDES), 4))
    for j, node in enumerate(graph.nodes):
        for k, side in enumerate(SIDES):
            found = item_block(node, side, sizes)
            table[j, k] = (0, 0, -1e3, -1e3) if found is None else (found.x, found.y, found.width / 2, found.height / 2)
    return table
