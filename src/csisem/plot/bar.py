"""Numbers as bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.options import Language
from csisem.plot.drawing.axes import finish, legend_right, name_rows, open_axes, open_sides, rows_height
from csisem.plot.drawing.colours import INK, series_colours
from csisem.plot.drawing.figures import Figures, read_figures
from csisem.plot.drawing.labels import check_labels, decimal, name_text, show_names, speaks
from csisem.plot.index import value_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def bar(
    data: pd.DataFrame | pd.Series[float] | Mapping[str, float],
    item: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw numbers as bars, with their intervals where the data have them.

    Parameters
    ----------
    data
        What `csisem.diagnose.frequencies` returns, or `csi`; numbers by name; or a table with a row a name and a column
        a colour.
    item
        The question, of frequencies of several.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Upright bars of the answers of a numeric scale, otherwise rows with names on the left.

    Raises
    ------
    DataError
        If the data are of no such form, hold no number, or have several questions.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.bar({"quality": 72.4, "value": 66.8})
    >>> [float(patch.get_width()) for patch in ax.patches]
    [72.4, 66.8]
    """
    spoken, texts = speaks(language), check_labels(labels)
    found = read_figures(data, item)
    upright = all(name_text(name).lstrip("-").replace(".", "").isdigit() for name in found.names)
    names = show_names(found.names, texts, columns=0 if upright else 26)
    rows = [name for name in names for _ in range(1 + (len(found.series) > 1) * (len(found.series) - 1) // 2)]
    axes = open_axes(ax, (6.8, 3.8) if upright else (6.4, rows_height(rows)))
    _draw_bars(axes, found, upright, show_names(found.series, texts, columns=18))
    value = value_axis(found.value, spoken) if found.value else ""
    if upright:
        axes.set_xticks(range(len(names)), names)
        open_sides(axes)
    else:
        name_rows(axes, names)
        open_sides(axes, "top", "right", "left")
    if len(found.series) > 1:
        legend_right(axes)
    return finish(
        axes, title=show_names([found.title], texts)[0], x="" if upright else value, y=value if upright else ""
    )


def _draw_bars(axes: Axes, found: Figures, upright: bool, series: list[str]) -> None:
    places, count = np.arange(len(found.names)), len(series)
    thick = 0.72 / count
    for place, (name, colour) in enumerate(zip(series, series_colours(count), strict=True)):
        at: FloatArray = np.asarray(places + (place - (count - 1) / 2) * thick, dtype=np.float64)
        values = found.values[:, place]
        arms = np.abs(np.stack([values - found.lower[:, place], found.upper[:, place] - values]))
        errors = arms if np.isfinite(arms).any() else None
        arm = {"ecolor": INK, "elinewidth": 1.0}
        if upright:
            axes.bar(at, values, width=thick, yerr=errors, color=colour, label=name, error_kw=arm)
        else:
            axes.barh(at, values, height=thick, xerr=errors, color=colour, label=name, error_kw=arm)
        _write_values(axes, at, values, found.upper[:, place], upright)
    axes.margins(y=0.1) if upright else axes.margins(x=0.1)


def _write_values(axes: Axes, at: FloatArray, values: FloatArray, upper: FloatArray, upright: bool) -> None:
    """The number beyond the end of each bar and its interval."""
    ends = np.where(np.isfinite(upper) & (values >= 0), np.maximum(upper, values), values)
    for place, value, end in zip(at, values, ends, strict=True):
        down = np.isfinite(value) and value < 0
        point = (place, end) if upright else (end, place)
        shift = np.array([0, 3] if upright else [3, 0]) * (-1 if down else 1)
        axes.annotate(decimal(float(value)), (point if np.isfinite(value) else (place, 0) if upright else (0, place)),
                      tuple(shift), textcoords="offset points", fontsize="small",
                      ha="center" if upright else "right" if down else "left",
                      va=("top" if down else "bottom") if upright else "center")  # fmt: skip
