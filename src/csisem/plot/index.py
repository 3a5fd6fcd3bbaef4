"""Indices with their intervals, by segment or by construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.option_checks import check_number
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_rows, open_axes, open_sides, rows_height
from csisem.plot.drawing.colours import BLUE, GREY
from csisem.plot.drawing.frames import numbers, optional, read_indices
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def index(
    frame: pd.DataFrame,
    of: str | None = None,
    *,
    total: float | None = None,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw indices, shares or scores as points with their intervals, a row a segment.

    Parameters
    ----------
    frame
        What `csi` returns; also `Hierarchy.score`, `aggregate`, `top_box`, `nps`, `csisem.diagnose.means`, or the rows
        of one measure of `csisem.improve.drivers`.
    of
        The construct, node or item that is drawn by segment; needed when the frame has segments and several of them.
        Without segments the rows are the constructs.
    total
        The index of all customers, as a line to compare with.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of constructs, columns and segments; other names are shown as they are.

    Returns
    -------
    matplotlib.axes.Axes
        Rows from top to bottom in the order of the frame, values on the right; a dash stands for no value.

    Raises
    ------
    DataError
        If the frame is another, holds no number, or has several constructs by segment.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.index(cs.csi(fit, by="region"), "Satisfaction")
    >>> ax.get_title()
    'Satisfaction by region'
    """
    spoken = speaks(language)
    texts = {"Total": word("plot.total", spoken)} | check_labels(labels)
    rows, heading, value, segments = read_indices(frame, of, "cs.csi")
    if total is not None:
        check_number("total", total)
    named = rows[list(segments)].itertuples(index=False, name=None) if segments else rows[heading]
    names = show_names(named, texts, columns=26)
    axes = open_axes(ax, (6.4, rows_height(names)))
    draw_intervals(axes, numbers(rows, value), optional(rows, "ci_lower"), optional(rows, "ci_upper"))
    if total is not None:
        axes.axvline(total, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    name_rows(axes, names)
    one, *by = show_names([rows[heading].iloc[0], *segments], texts)
    title = word("plot.index.segments", spoken, name=one, by=by)
    title = title if segments else word("plot.index.constructs", spoken)
    return finish(axes, title=title, x=value_axis(value, spoken))


def value_axis(value: str, language: Language) -> str:
    """The name of the axis of a column of figures."""
    codes = {"index": "plot.axis.index", "share": "plot.axis.share", "nps": "plot.axis.nps",
             "percent": "plot.axis.share"}  # fmt: skip
    return word(codes.get(value, "plot.axis.estimate"), language)


def draw_intervals(
    axes: Axes,
    values: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    *,
    digits: int = 1,
    rows: FloatArray | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Points with their intervals, a row each; their values, and a note on each, in a column on the right."""
    rows = np.arange(len(values), dtype=float) if rows is None else rows
    axes.hlines(rows, lower, upper, color=BLUE, linewidth=2.2, alpha=0.55)
    axes.plot(values, rows, "o", color=BLUE, markersize=6, linestyle="none")
    for place, (row, value) in enumerate(zip(rows, values, strict=True)):
        text = decimal(float(value), digits) + (f"  {notes[place]}" if notes else "")
        axes.annotate(text, (1, row), (6, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", fontsize="small")  # fmt: skip
    open_sides(axes, "top", "right", "left")
    axes.grid(axis="x", color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
