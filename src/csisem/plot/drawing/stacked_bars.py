"""Shares that add up to 100, as stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.plot.drawing.axes import legend_right, name_rows, open_sides
from csisem.plot.drawing.colours import GREY, text_colour
from csisem.plot.drawing.labels import decimal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEAST = 5.0
"""Percent from which a part is wide enough for its number."""


def draw_shares(
    axes: Axes,
    names: list[str],
    shares: FloatArray,
    parts: Sequence[str],
    colours: Sequence[str],
    *,
    middle: FloatArray | None = None,
) -> None:
    """Bars of percentages (rows, parts), a row each; ``middle`` (rows,) is the share left of zero, if they diverge."""
    left = np.zeros(len(names)) if middle is None else -middle
    rows = np.arange(len(names))
    known = np.nan_to_num(shares)
    for place, (part, colour) in enumerate(zip(parts, colours, strict=True)):
        width = known[:, place]
        axes.barh(rows, width, left=left, height=0.62, color=colour, label=part, edgecolor="white", linewidth=0.6)
        for row in rows[width >= _LEAST]:
            axes.text(left[row] + width[row] / 2, row, decimal(float(width[row])), ha="center", va="center",
                      fontsize="small", color=text_colour(colour))  # fmt: skip
        left = left + width
    for row in rows[np.isnan(shares).all(axis=1)]:
        axes.text(0, row, "–", ha="center", va="center")
    name_rows(axes, names)
    open_sides(axes, "top", "right", "left")
    if middle is None:
        axes.set_xlim(0, 100)
    else:
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.margins(x=0.02)
        axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    legend_right(axes)
