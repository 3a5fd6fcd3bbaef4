"""Expectation against perception, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.options import Language
from csisem.plot.disconfirmation import gap_text
from csisem.plot.drawing.axes import finish, name_rows, open_axes, open_sides, rows_height
from csisem.plot.drawing.colours import BLUE, GREY, INK, LOW
from csisem.plot.drawing.frames import check_frame, numbers, optional
from csisem.plot.drawing.labels import check_labels, show_names, speaks, word
from csisem.plot.likert import groups_before

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def gaps(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw expected and perceived quality as two points joined by their gap, a row a question.

    Parameters
    ----------
    frame
        What `csisem.improve.gaps` returns, or `csisem.improve.service_expectations`.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of questions, dimensions and groups.

    Returns
    -------
    matplotlib.axes.Axes
        Hollow points are expectations, full ones perceptions; the line is brown where customers are disappointed, blue
        where they are delighted, grey where the gap is not significant. On the right are the gaps with intervals.

    Raises
    ------
    DataError
        If the frame is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> ax = cs.plot.gaps(cs.improve.gaps(survey, {"overall": ("e1", "q1"), "few faults": ("e3", "q5")}))
    >>> ax.get_title()
    'Expectation and perception'
    """
    spoken, texts = speaks(language), check_labels(labels)
    rows = check_frame(frame, ["item", "n", "expected", "gap"], "cs.improve.gaps")
    actual = "actual" if "actual" in rows.columns else "perceived"
    rows = check_frame(rows, [actual], "cs.improve.gaps")
    expected, perceived = numbers(rows, "expected"), numbers(rows, actual)
    by = groups_before(rows, "n")
    total = word("plot.total", spoken)
    items = [total if name == "Total" else name for name in rows["item"]]
    others = rows[by].itertuples(index=False, name=None) if by else [()] * len(rows)
    names = show_names([(item, *rest) for item, rest in zip(items, others, strict=True)], texts, columns=26)
    axes = open_axes(ax, (7.4, rows_height(names, 2.6)))
    places = np.arange(len(rows))
    parts = np.stack([optional(rows, name) for name in ("gap", "ci_lower", "ci_upper")], axis=1)
    colours = [LOW if part[2] < 0 else BLUE if part[1] > 0 else GREY for part in parts]
    axes.hlines(places, expected, perceived, color=colours, linewidth=3, alpha=0.75)
    axes.scatter(expected, places, s=44, facecolor="white", edgecolor=INK, zorder=3,
                 label=word("plot.gaps.expected", spoken))  # fmt: skip
    axes.scatter(perceived, places, s=44, color=INK, zorder=3, label=word("plot.gaps.perceived", spoken))
    for row, (part, colour) in enumerate(zip(parts, colours, strict=True)):
        axes.annotate(
            gap_text(part[0], part[1], part[2], digits=1),
            (1, row),
            (8, 0),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            textcoords="offset points",
            fontsize="small",
            color=INK if colour == GREY else colour,
        )
    name_rows(axes, names)
    axes.margins(x=0.08)
    axes.grid(axis="x", color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
    open_sides(axes, "top", "right", "left")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize="small", borderaxespad=0.2)
    finish(
        axes,
        title=word("plot.gaps.title", spoken),
        x=word("plot.gaps.axis", spoken, top=10 if actual == "actual" else 100),
    )
    axes.set_title(axes.get_title(), pad=22)
    return axes
