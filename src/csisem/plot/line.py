"""Numbers in order as lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.options import Language
from csisem.plot.drawing.axes import finish, legend_right, name_columns, open_axes, open_sides
from csisem.plot.drawing.colours import series_colours
from csisem.plot.drawing.figures import read_figures
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks
from csisem.plot.drawing.placement import halo
from csisem.plot.index import value_axis
from csisem.plot.trend import DASHES

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def line(
    data: pd.DataFrame | pd.Series[float] | Mapping[str, float],
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw numbers in order as lines, with their intervals where the data have them.

    Parameters
    ----------
    data
        Numbers by name; a table with a row a name and a column a line; or what `csi` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Names from left to right in the order of the data; a line breaks where a number is missing.

    Raises
    ------
    DataError
        If the data are of no such form, or hold no number.
    OptionError
        If an option is invalid.

    See Also
    --------
    trend : An index over waves, with bands and tests.

    Examples
    --------
    >>> ax = cs.plot.line({"2022": 68.1, "2023": 69.4, "2024": 71.0})
    >>> ax.lines[0].get_ydata().tolist()
    [68.1, 69.4, 71.0]
    """
    spoken = speaks(language)
    texts = check_labels(labels)
    found = read_figures(data)
    axes = open_axes(ax, (min(6.4 + 0.3 * max(len(found.names) - 8, 0), 12), 4.0))
    places, count = np.arange(len(found.names)), len(found.series)
    shown = show_names(found.series, texts, columns=18)
    for place, (name, colour) in enumerate(zip(shown, series_colours(count), strict=True)):
        values = found.values[:, place]
        axes.vlines(places, found.lower[:, place], found.upper[:, place], color=colour, linewidth=1, alpha=0.6)
        axes.plot(places, values, marker="o", markersize=5, linewidth=1.8, color=colour, label=name,
                  linestyle=DASHES[place // 8 % len(DASHES)])  # fmt: skip
        for at, value in zip(places, values, strict=True) if count == 1 and len(places) <= 16 else ():
            axes.annotate(decimal(float(value)), (at, value), (0, 6), textcoords="offset points", fontsize="small",
                          color=colour, ha="center", path_effects=halo())  # fmt: skip
    name_columns(axes, show_names(found.names, texts, columns=10))
    axes.margins(x=0.05, y=0.12)
    open_sides(axes)
    if count > 1:
        legend_right(axes)
    return finish(axes, title=show_names([found.title], texts)[0],
                  y=value_axis(found.value, spoken) if found.value else "")  # fmt: skip
