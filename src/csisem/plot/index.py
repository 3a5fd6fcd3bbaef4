"""Indices with their intervals, by segment or by construct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.options import Language
from csisem.plot.axes import finish, name_rows, open_axes, open_sides
from csisem.plot.colours import BLUE, GREY
from csisem.plot.frames import check_frame, numbers, one_of, optional
from csisem.plot.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_OWN = {"construct", "n", "index", "se", "ci_lower", "ci_upper", "method"}


def index(
    frame: pd.DataFrame,
    construct: str | None = None,
    *,
    total: float | None = None,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw indices as points with their intervals, a row a segment.

    Parameters
    ----------
    frame
        What `csi` returns.
    construct
        The construct whose index is drawn by segment; needed with ``by=`` and several constructs. Without ``by=`` the
        rows are the constructs.
    total
        The index of all customers, 0 to 100, as a line to compare with.
    ax
        Axes to draw on. Without: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of constructs and segments; other names are shown as they are.

    Returns
    -------
    matplotlib.axes.Axes
        Rows from top to bottom in the order of the frame; indices without a value are marked by a dash.

    Raises
    ------
    DataError
        If the frame is not one of `csi`, holds no index, or has several constructs by segment.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.index(cs.csi(fit, by="region"), "Satisfaction")
    >>> ax.get_title()
    'Satisfaction by region'
    """
    spoken, texts = speaks(language), check_labels(labels)
    found = check_frame(frame, ["construct", "index", "ci_lower", "ci_upper"], "cs.csi")
    segments = [column for column in found.columns if column not in _OWN]
    if segments or construct is not None:
        found = one_of(found, "construct", construct, "construct")
    values = numbers(found, "index")
    lower, upper = optional(found, "ci_lower"), optional(found, "ci_upper")
    rows = list(found[segments].itertuples(index=False, name=None)) if segments else list(found["construct"])
    names = show_names([row[0] if segments and len(row) == 1 else row for row in rows], texts, columns=26)
    height = 1.3 + 0.16 * sum(1.2 + name.count("\n") + 0.6 for name in names)
    axes = open_axes(ax, (6.4, max(height, 2.2)))
    draw_intervals(axes, values, lower, upper)
    if total is not None:
        axes.axvline(total, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
    name_rows(axes, names)
    one, *by = show_names([found["construct"].iloc[0], *segments], texts)
    title = word("plot.index.segments", spoken, construct=one, by=by)
    title = title if segments else word("plot.index.constructs", spoken)
    return finish(axes, title=title, x=word("plot.index.axis", spoken))


def draw_intervals(
    axes: Axes, values: np.ndarray, lower: np.ndarray, upper: np.ndarray, digits: int = 1, color: str = BLUE
) -> None:
    """Points with their intervals, a row each, and their values in a column on the right."""
    rows = np.arange(len(values))
    axes.hlines(rows, lower, upper, color=color, linewidth=2.2, alpha=0.55)
    axes.plot(values, rows, "o", color=color, markersize=6, linestyle="none")
    for row, value in zip(rows, values, strict=True):
        axes.annotate(decimal(float(value), digits), (1, row), (6, 0), xycoords=axes.get_yaxis_transform(),
                      textcoords="offset points", va="center", fontsize="small")  # fmt: skip
    open_sides(axes, "top", "right", "left")
    axes.grid(axis="x", color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
