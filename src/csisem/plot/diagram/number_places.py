"""Places of numbers in gaps of their arrows, clear of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.plot.diagram.elements import Box, Point
from csisem.plot.diagram.shapes import half_sizes, lengths_inside, overlapping, segments_of

if TYPE_CHECKING:
    from csisem.plot.diagram.arrow_routes import Route
    from csisem.plot.diagram.placed import PlacedItem, PlacedNode

_CLEAR = 0.035
_AIR = 0.03
_SEEN = 0.13
"""Inches of the arrow that are seen on either side of its number."""
_PLACES = 41
_ROUNDS = 60


def number_places(
    routes: Sequence[Route], nodes: Sequence[PlacedNode], items: Sequence[PlacedItem], sizes: Sequence[Point]
) -> tuple[list[Box | None], bool]:
    """Places of the numbers of all arrows, and whether all are clear; None for an arrow whose number has no size."""
    places: list[Box | None] = [None] * len(routes)
    numbered = [k for k, size in enumerate(sizes) if size[0]]
    if not numbered:
        return places, True
    lines = [route.points for route in routes]
    shapes = [one.box for one in nodes] + [one.box for one in items] + [one.label for one in items if one.label]
    fans = [piece for one in items for piece in one.pieces]
    choices, faults = [], []
    for k in numbered:
        middles, middling = _middles(lines[k], sizes[k])
        boxes = half_sizes([Box(*middle, *sizes[k]) for middle in middles], _CLEAR)
        others = segments_of([*fans, *lines[:k], *lines[k + 1 :]])
        touched = (lengths_inside(boxes, others) > 0).sum(axis=1) if len(others) else np.zeros(len(boxes))
        covered = overlapping(boxes, half_sizes(shapes)).sum(axis=1)
        choices.append(boxes)
        faults.append(10.0 * touched + 20.0 * covered + middling)
    chosen = _agreed(choices, faults)
    for k, boxes, place in zip(numbered, choices, chosen, strict=True):
        places[k] = Box(float(boxes[place][0]), float(boxes[place][1]), *sizes[k])
    return places, _are_clear(choices, faults, chosen)


def _middles(line: Sequence[Point], size: Point) -> tuple[list[Point], FloatArray]:
    """Points along a line where a number may stand, and how far from the middle they are, below 1."""
    points = np.array(line)
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    length = along[-1]
    dx, dy = np.abs(points[-1] - points[0]) / (length or 1.0)
    half = min(size[0] / 2 / max(dx, 1e-6), size[1] / 2 / max(dy, 1e-6)) + _AIR
    low, high = half + _SEEN, length - half - _SEEN - 0.1
    places = np.linspace(low, high, _PLACES) if high > low else np.array([length / 2])
    x, y = (np.interp(places, along, points[:, k]) for k in range(2))
    far = np.abs(places / (length or 1.0) - 0.48)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)], far


def _agreed(choices: Sequence[FloatArray], faults: Sequence[FloatArray]) -> list[int]:
    """A place for each number: the best alone, then moved away from each other until they agree."""
    chosen = [int(fault.argmin()) for fault in faults]
    for _ in range(_ROUNDS):
        moved = False
        for k, (boxes, fault) in enumerate(zip(choices, faults, strict=True)):
            others = np.array([choices[i][chosen[i]] for i in range(len(chosen)) if i != k]).reshape(-1, 4)
            best = int((fault + 15.0 * overlapping(boxes, others).sum(axis=1)).argmin())
            moved |= best != chosen[k]
            chosen[k] = best
        if not moved:
            break
    return chosen


def _are_clear(choices: Sequence[FloatArray], faults: Sequence[FloatArray], chosen: Sequence[int]) -> bool:
    boxes = np.array([choices[k][place] for k, place in enumerate(chosen)])
    met: BoolArray = overlapping(boxes, boxes)
    np.fill_diagonal(met, False)
    return not met.any() and all(faults[k][place] < 1 for k, place in enumerate(chosen))


def without(line: Sequence[Point], box: Box | None) -> tuple[tuple[Point, ...], ...]:
    """The pieces of a line outside the place of its number."""
    if box is None:
        return (tuple(line),)
    left, bottom, right, top = box.grown(_AIR).corners
    pieces: list[list[Point]] = []
    open_piece = False
    for a, b in pairwise(line):
        start, end = _inside(a, b, left, bottom, right, top)
        if start >= end:
            _append(pieces, a, b, open_piece)
            open_piece = True
            continue
        if start > 0:
            _append(pieces, a, _between(a, b, start), open_piece)
        open_piece = False
        if end < 1:
            _append(pieces, _between(a, b, end), b, open_piece)
            open_piece = True
    return tuple(map(tuple, pieces))


def _append(pieces: list[list[Point]], a: Point, b: Point, open_piece: bool) -> None:
    if open_piece:
        pieces[-1].append(b)
    else:
        pieces.append([a, b])


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _inside(a: Point, b: Point, left: float, bottom: float, right: float, top: float) -> tuple[float, float]:
    """The share of a segment at which it enters a rectangle, and at which it leaves it."""
    start, end = 0.0, 1.0
    for p, q, low, high in ((a[0], b[0], left, right), (a[1], b[1], bottom, top)):
        step = q - p
        if abs(step) < 1e-12:
            if not low < p < high:
                return 1.0, 0.0
            continue
        one, two = sorted(((low - p) / step, (high - p) / step))
        start, end = max(start, one), min(end, two)
    return start, end
