"""Loyalty by satisfaction, with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.arrays import pd
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE
from csisem.plot.drawing.frames import check_frame, numbers, optional
from csisem.plot.drawing.labels import speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def loyalty_curve(frame: pd.DataFrame, *, ax: Axes | None = None, language: Language = "en") -> Axes:
    """Draw loyalty as a function of satisfaction, with its band.

    Parameters
    ----------
    frame
        What `csisem.index.outcomes.loyalty_curve` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.

    Returns
    -------
    matplotlib.axes.Axes
        Loyalty in percent against satisfaction of 0-100; the band holds at each point.

    Raises
    ------
    DataError
        If the frame is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> curve = cs.index.outcomes.loyalty_curve(survey, ["s1", "s2", "s3"], "l1", loyal=9, method="logistic")
    >>> ax = cs.plot.loyalty_curve(curve)
    >>> ax.get_ylabel()
    'Loyalty, percent, with band'
    """
    spoken = speaks(language)
    rows = check_frame(frame, ["satisfaction", "loyalty", "ci_lower", "ci_upper"], "cs.index.outcomes.loyalty_curve")
    rows = rows.sort_values("satisfaction", kind="stable")
    x, y = numbers(rows, "satisfaction"), 100 * numbers(rows, "loyalty")
    axes = open_axes(ax, (6.2, 4.0))
    axes.fill_between(x, 100 * optional(rows, "ci_lower"), 100 * optional(rows, "ci_upper"), color=BLUE, alpha=0.16,
                      linewidth=0)  # fmt: skip
    axes.plot(x, y, color=BLUE, linewidth=2, marker="o", markersize=4 if len(x) <= 30 else 0)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
    open_sides(axes)
    return finish(axes, title=word("plot.loyalty.title", spoken), x=word("plot.loyalty.satisfaction", spoken),
                  y=word("plot.loyalty.loyalty", spoken))  # fmt: skip
