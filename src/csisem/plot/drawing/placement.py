"""Labels beside points and lines, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.plot.drawing.axes import figure_of
from csisem.plot.drawing.colours import INK
from csisem.plot.drawing.fonts import give_fonts, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patheffects import AbstractPathEffect
    from matplotlib.text import Annotation

_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (7.0, 14.0, 24.0, 36.0, 50.0)
"""Points from the mark to the label that are tried, the nearest first."""


def halo() -> list[AbstractPathEffect]:
    """A white edge around letters, which lines do not cross."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.5, foreground="white", alpha=0.85)]


def spread(places: Sequence[float], least: float, low: float, high: float) -> FloatArray:
    """Places moved apart to at least ``least``, within ``low`` and ``high`` while they fit there, in their order."""
    given = np.asarray(places, dtype=float)
    order = np.argsort(given, kind="stable")
    least = min(least, (high - low) / max(len(given) - 1, 1))
    # Blocks of labels that touch each other stand around the mean of their places.
    blocks: list[tuple[list[int], float]] = []
    for label in order:
        members, centre = [int(label)], float(given[label])
        while True:
            half = least * (len(members) - 1) / 2
            centre = min(max(centre, low + half), high - half)
            if not blocks:
                break
            before, middle = blocks[-1]
            if centre - half - (middle + least * (len(before) - 1) / 2) >= least * (1 - 1e-9):
                break
            blocks.pop()
            shifts = np.arange(len(before) + len(members)) * least
            members = before + members
            centre = float(np.mean(given[members] - shifts)) + shifts[-1] / 2
        blocks.append((members, centre))
    moved = np.empty(len(given))
    for members, centre in blocks:
        moved[members] = centre + (np.arange(len(members)) - (len(members) - 1) / 2) * least
    return moved


def label_points(
    ax: Axes, x: FloatArray, y: FloatArray, texts: Sequence[str], *, aslant: bool = False
) -> list[Annotation]:
    """Label points where the label covers the least, with a thin line to labels that stand away.

    The first choice is beside the point, or ``aslant`` of one with bars, then the other.
    """
    figure = figure_of(ax)
    points = list(zip(x, y, strict=True))
    others = list(ax.texts)
    labels = [ax.annotate(text, point, (0, 0), textcoords="offset points", fontsize="small", color=INK, va="center",
                          ha="center") for text, point in zip(texts, points, strict=True)]  # fmt: skip
    for label in labels:
        label.set_path_effects(halo())
    give_fonts(ax)
    # Limits and positions of the axes are settled when the figure is drawn.
    settle(figure)
    unit = figure.dpi / 72
    marks = ax.transData.transform(np.column_stack([x, y]))
    frame = ax.get_window_extent()
    bounds = np.array([frame.x0, frame.y0, frame.x1, frame.y1])
    taken = [np.array([a - 4 * unit, b - 4 * unit, a + 4 * unit, b + 4 * unit]) for a, b in marks]
    for other in others:
        box = other.get_window_extent()
        taken.append(np.array([box.x0, box.y0, box.x1, box.y1]))
    for place, label in enumerate(labels):
        box = label.get_window_extent()
        half = np.array([box.width, box.height]) / 2
        offset, covered = _best_offset(marks[place], half, unit, taken, bounds, aslant)
        label.set_position(tuple(offset / unit))
        if max(abs(offset) - half) > 10 * unit:
            ax.annotate("", points[place], tuple(offset / unit), textcoords="offset points",
                        arrowprops={"arrowstyle": "-", "color": "#9AA3AB", "linewidth": 0.6,
                                    "shrinkA": float(min(half) / unit)})  # fmt: skip
        taken.append(covered)
    return labels


def _best_offset(
    mark: FloatArray, half: FloatArray, unit: float, taken: Sequence[FloatArray], bounds: FloatArray, aslant: bool
) -> tuple[FloatArray, FloatArray]:
    """The offset of a label's centre, in pixels, that covers least, and the box it takes."""
    found: list[tuple[float, FloatArray, FloatArray]] = []
    for far, distance in enumerate(_DISTANCES):
        for side, direction in enumerate(_DIRECTIONS[4:] + _DIRECTIONS[:4] if aslant else _DIRECTIONS):
            # Aslant both sides are clear of the mark, so that less of a distance does.
            offset = np.array(direction) * (half + distance * unit * (0.6 if all(direction) else 1.0))
            box = np.concatenate([mark + offset - half, mark + offset + half])
            covered = sum(_common(box, other) for other in taken)
            outside = 4 * half[0] * half[1] - _common(box, bounds)
            found.append((covered + outside + 0.01 * (far * 10 + side), offset, box))
    _, offset, box = min(found, key=lambda one: one[0])
    return offset, box


def _common(one: FloatArray, other: FloatArray) -> float:
    """The area that two boxes share."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    return float(sides[0] * sides[1]) if (sides > 0).all() else 0.0
