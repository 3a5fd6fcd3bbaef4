"""Reasons by frequency, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, INK, SKY
from csisem.plot.drawing.frames import check_frame, numbers
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_MANY = 12
"""Reasons from which names are turned."""

_TALL = 12.0
"""Percent from which a bar has room for its number."""


def pareto(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw reasons (of loss, of complaints) as bars, the most frequent first, and their cumulative share as a line.

    Parameters
    ----------
    frame
        What `csisem.index.outcomes.pareto` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axis and legend.
    labels
        Texts to show for reasons.

    Returns
    -------
    matplotlib.axes.Axes
        Percent of all cases; the vital few are darker.

    Raises
    ------
    DataError
        If the frame is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.pareto(cs.index.outcomes.pareto({"product": 10, "cheaper": 9, "indifference": 68}))
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['indifference', 'product', 'cheaper']
    """
    spoken, texts = speaks(language), check_labels(labels)
    rows = check_frame(frame, ["reason", "share", "cumulative", "vital"], "cs.index.outcomes.pareto")
    share, cumulative = 100 * numbers(rows, "share"), 100 * numbers(rows, "cumulative")
    places, vital = np.arange(len(rows)), rows["vital"].to_numpy(dtype=bool)
    axes = open_axes(ax, (min(max(5.6, 1.5 + 0.85 * len(rows)), 14.0), 4.2))
    for chosen, colour, code in ((vital, BLUE, "plot.pareto.vital"), (~vital, SKY, "plot.pareto.other")):
        if chosen.any():
            axes.bar(places[chosen], share[chosen], width=0.7, color=colour, label=word(code, spoken))
    axes.plot(places, cumulative, color=INK, marker="o", markersize=4, linewidth=1.4,
              label=word("plot.pareto.cumulative", spoken))  # fmt: skip
    for place, value in zip(places, share, strict=True):
        within = value >= _TALL
        axes.annotate(decimal(float(value)), (place, value), (0, -4 if within else 3), textcoords="offset points",
                      ha="center", va="top" if within else "bottom", fontsize="small",
                      color="white" if within and vital[place] else INK)  # fmt: skip
    names = show_names(rows["reason"], texts, columns=12)
    axes.set_xticks(places, names)
    if len(rows) > _MANY:
        axes.tick_params(axis="x", rotation=60)
    axes.set_ylim(0, 108)
    axes.legend(frameon=False, fontsize="small", loc="center right")
    open_sides(axes)
    return finish(axes, title=word("plot.pareto.title", spoken), y=word("plot.axis.percent", spoken))
