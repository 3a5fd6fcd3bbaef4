"""Edges of ellipses, hexagons and boxes, and lines through boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.plot.diagram.elements import Box, NodeKind, Point

_SLANT = 0.55
"""Depth of a hexagon's points, in halves of its height."""


def boundary(kind: NodeKind, at: Box, toward: Point) -> Point:
    """Where the line from the middle of a shape towards a point leaves the shape."""
    dx, dy = toward[0] - at.x, toward[1] - at.y
    length = math.hypot(dx, dy) or 1.0
    ux, uy = abs(dx) / length, abs(dy) / length
    half, up = at.width / 2, at.height / 2
    if kind in ("construct", "interaction"):
        reach = 1 / math.hypot(ux / half, uy / up)
    elif kind == "composite":
        reach = min(up / max(uy, 1e-9), half / (ux + _SLANT * uy))
    else:
        reach = min(half / max(ux, 1e-9), up / max(uy, 1e-9))
    return at.x + dx / length * reach, at.y + dy / length * reach


def hexagon(at: Box) -> list[Point]:
    """The corners of a hexagon with points on the left and on the right."""
    half, up = at.width / 2, at.height / 2
    inner = half - _SLANT * up
    around = [(half, 0.0), (inner, up), (-inner, up), (-half, 0.0), (-inner, -up), (inner, -up)]
    return [(at.x + x, at.y + y) for x, y in around]


def segments_of(lines: Sequence[Sequence[Point]]) -> FloatArray:
    """The segments (S, 4) of some lines, as their two ends."""
    found = [(*a, *b) for line in lines for a, b in pairwise(line)]
    return np.array(found, dtype=float).reshape(-1, 4)


def lengths_inside(boxes: FloatArray, segments: FloatArray) -> FloatArray:
    """The length (B, S) of each segment within each box, given by centre and half sizes (B, 4)."""
    ax, ay, bx, by = segments.T
    dx, dy = bx - ax, by - ay
    length = np.hypot(dx, dy)
    dx, dy = (np.where(np.abs(step) < 1e-12, 1e-12, step) for step in (dx, dy))
    cx, cy, hw, hh = (boxes[:, k, None] for k in range(4))
    one, two = (cx - hw - ax) / dx, (cx + hw - ax) / dx
    three, four = (cy - hh - ay) / dy, (cy + hh - ay) / dy
    start = np.maximum(np.maximum(np.minimum(one, two), np.minimum(three, four)), 0.0)
    end = np.minimum(np.minimum(np.maximum(one, two), np.maximum(three, four)), 1.0)
    inside: FloatArray = np.maximum(end - start, 0.0) * length
    return inside


def overlapping(one: FloatArray, two: FloatArray) -> BoolArray:
    """Which boxes (A, 4) and (B, 4) share more than an edge, (A, B)."""
    apart = np.abs(one[:, None, :2] - two[None, :, :2]) - (one[:, None, 2:] + two[None, :, 2:])
    met: BoolArray = np.asarray((apart < -1e-9).all(axis=-1))
    return met


def half_sizes(boxes: Sequence[Box], margin: float = 0.0) -> FloatArray:
    """Boxes as centres and half sizes, (B, 4), with a margin."""
    rows = [(box.x, box.y, box.width / 2 + margin, box.height / 2 + margin) for box in boxes]
    return np.array(rows, dtype=float).reshape(-1, 4)


def crossings(one: FloatArray, two: FloatArray) -> BoolArray:
    """Which segments (A, 4) and (B, 4) cross, (A, B)."""
    ax, ay, bx, by = (one[:, k, None] for k in range(4))
    cx, cy, dx, dy = (two[None, :, k] for k in range(4))
    first = ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) * ((bx - ax) * (dy - ay) - (by - ay) * (dx - ax))
    second = ((dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)) * ((dx - cx) * (by - cy) - (dy - cy) * (bx - cx))
    met: BoolArray = (first < 0) & (second < 0)
    return met
