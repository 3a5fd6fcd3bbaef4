"""Kano qualities by what they add and what their lack costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError
from csisem.option_checks import check_share
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, GREEN, GREY, ORANGE, VERMILION
from csisem.plot.drawing.frames import check_frame, numbers, optional
from csisem.plot.drawing.labels import check_labels, show_names, speaks, word
from csisem.plot.drawing.placement import label_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CORNERS = (
    ("must-be", "plot.kano.must_be", 0.99, 0.01),
    ("one-dimensional", "plot.kano.one_dimensional", 0.99, 0.99),
    ("attractive", "plot.kano.attractive", 0.01, 0.99),
    ("indifferent", "plot.kano.indifferent", 0.01, 0.01),
)
_COLOURS = {"must-be": VERMILION, "one-dimensional": BLUE, "attractive": GREEN, "indifferent": ORANGE}


def kano(
    frame: pd.DataFrame,
    *,
    level: float = 0.95,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the Kano map: how much a quality satisfies against how much its lack dissatisfies.

    Parameters
    ----------
    frame
        What `csisem.improve.kano` returns, of all customers or one group.
    level
        Confidence level of the intervals.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and categories.
    labels
        Texts to show for names of qualities.

    Returns
    -------
    matplotlib.axes.Axes
        Berger's coefficients, that of dissatisfaction without its sign; bars are intervals by t. A point's colour is
        its most frequent category; hollow points have none that is clearly the most frequent.

    Raises
    ------
    DataError
        If the frame is another, holds no number, or has several rows a quality.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> answers = pd.DataFrame({"punctual": [2, 3, 3, 2, 1] * 20, "late": [5, 5, 5, 5, 4] * 20})
    >>> ax = cs.plot.kano(cs.improve.kano(answers, {"punctuality": ("punctual", "late")}))
    >>> ax.get_title()
    'Kano map'
    """
    spoken, texts = speaks(language), check_labels(labels)
    check_share("level", level)
    rows = check_frame(frame, ["item", "category", "clear", "better", "worse"], "cs.improve.kano")
    if rows["item"].duplicated().any():
        raise DataError("frame= has several rows a quality; give those of one group.")
    x, y = -numbers(rows, "worse"), numbers(rows, "better")
    degrees = rows.attrs.get("degrees", [])
    df = np.asarray(degrees if len(degrees) == len(rows) else [np.inf] * len(rows), dtype=float)
    reach = np.where(np.isfinite(df), stdtrit(np.minimum(df, 1e6), (1 + level) / 2), stdtrit(1e6, (1 + level) / 2))
    axes = open_axes(ax, (5.8, 5.2))
    _draw_points(axes, x, y, [reach * optional(rows, name) for name in ("worse_se", "better_se")], rows)
    axes.axvline(0.5, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    axes.axhline(0.5, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    for name, code, right, top in _CORNERS:
        axes.text(right, top, word(code, spoken), color=_COLOURS[name], fontsize="small", fontweight="bold",
                  transform=axes.transAxes, ha="right" if right > 0.5 else "left",
                  va="top" if top > 0.5 else "bottom")  # fmt: skip
    axes.set_xlim(-0.1, 1.1)
    axes.set_ylim(-0.1, 1.1)
    open_sides(axes)
    parts = {"title": word("plot.kano.title", spoken), "x": word("plot.kano.worse", spoken),
             "y": word("plot.kano.better", spoken)}  # fmt: skip
    finish(axes, **parts)
    known = np.isfinite(x) & np.isfinite(y)
    names = np.array(show_names(rows["item"], texts, columns=16), dtype=object)
    label_points(axes, x[known], y[known], list(names[known]), aslant=True)
    return finish(axes, **parts)


def _draw_points(axes: Axes, x: FloatArray, y: FloatArray, reach: list[FloatArray], rows: pd.DataFrame) -> None:
    for place, (category, clear) in enumerate(zip(rows["category"], rows["clear"], strict=True)):
        colour = _COLOURS.get(str(category), GREY)
        arms = [max(float(np.nan_to_num(part[place])), 0.0) for part in reach]
        axes.errorbar(x[place], y[place], xerr=arms[0], yerr=arms[1], color=colour, elinewidth=1.0, alpha=0.8, fmt="o",
                      markersize=6.5, markerfacecolor=colour if clear else "white")  # fmt: skip
