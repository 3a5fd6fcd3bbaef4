"""Shares of a whole as a pie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError
from csisem.options import Language
from csisem.plot.drawing.axes import empty_frame, finish, open_axes
from csisem.plot.drawing.colours import answer_colours, series_colours, text_colour
from csisem.plot.drawing.figures import read_figures
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks
from csisem.plot.drawing.placement import spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 15
_WIDE = 0.05
"""Share from which a slice has room for its number."""


def pie(
    data: pd.DataFrame | pd.Series[float] | Mapping[str, float],
    item: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw shares of a whole as a pie, clockwise from the top.

    Parameters
    ----------
    data
        What `csisem.diagnose.frequencies` returns, or numbers by name.
    item
        The question, of frequencies of several.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Percent in each slice, names beside them; empty parts have none.

    Raises
    ------
    DataError
        If the data are of no such form, have several series or more than 15 parts, or a number is negative or missing.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.pie({"satisfied": 276, "not satisfied": 321})
    >>> [text.get_text() for text in ax.texts]
    ['46.2', 'satisfied', '53.8', 'not satisfied']
    """
    speaks(language)
    texts = check_labels(labels)
    found = read_figures(data, item)
    values = found.values[:, 0]
    if len(found.series) > 1:
        raise DataError(f"A pie shows one series of numbers, and data= has {len(found.series)}.")
    if not (np.isfinite(values) & (values >= 0)).all() or not values.sum() > 0:
        raise DataError("A pie shows shares of a whole: numbers of at least 0, none missing, not all 0.")
    if len(values) > _MOST:
        raise DataError(f"A pie of {len(values)} parts cannot be read; draw bars (at most {_MOST} parts).")
    axes = open_axes(ax, (5.6, 4.0))
    colours = answer_colours(len(values)) if found.series == ["percent"] else series_colours(len(values))
    _draw_slices(axes, values / values.sum(), show_names(found.names, texts, columns=24), colours)
    empty_frame(axes)
    axes.set_xlim(-2.0, 2.0)
    axes.set_ylim(-1.25, 1.25)
    return finish(axes, title=show_names([found.title], texts)[0])


def _draw_slices(axes: Axes, shares: np.ndarray, names: list[str], colours: list[str]) -> None:
    from matplotlib.patches import Wedge

    lines = 1 + max(name.count("\n") for name in names)

    ends = np.cumsum(shares)
    middles = np.pi / 2 - 2 * np.pi * (ends - shares / 2)
    heights = 1.12 * np.sin(middles)
    # Names on each side are moved apart; small slices crowd together.
    for side in (np.cos(middles) >= 0, np.cos(middles) < 0):
        drawn = side & (shares > 0)
        if drawn.any():
            heights[drawn] = spread(heights[drawn].tolist(), 0.03 + 0.13 * lines, -1.2, 1.2)
    for share, end, middle, height, name, colour in zip(shares, ends, middles, heights, names, colours, strict=True):
        if share == 0:
            continue
        axes.add_patch(Wedge((0, 0), 1, 90 - 360 * end, 90 - 360 * (end - share), facecolor=colour, edgecolor="white"))
        across, up = np.cos(middle), np.sin(middle)
        if share >= _WIDE:
            axes.text(0.68 * across, 0.68 * up, decimal(100 * share), ha="center", va="center", fontsize="small",
                      color=text_colour(colour))  # fmt: skip
        text = name if share >= _WIDE else f"{name} {decimal(100 * share)}"
        right = across >= 0
        away = max(abs(across) * 1.1, 1.08 * np.sqrt(max(1.21 - height**2, 0.0)), 0.25)
        leader = {"arrowstyle": "-", "color": "#9AA3AB", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(text, (across, up), (away if right else -away, height), va="center", fontsize="small",
                      ha="left" if right else "right", arrowprops=leader)  # fmt: skip
