"""Disappointed, satisfied and delighted customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.diagnose.tables.disconfirmation import Disconfirmation
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, rows_height
from csisem.plot.drawing.colours import BLUE, LIGHT, LOW
from csisem.plot.drawing.frames import check_result, numbers, optional
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word
from csisem.plot.drawing.stacked_bars import draw_shares
from csisem.plot.likert import groups_before, shares_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLASSES = {
    "disappointed": ("plot.class.disappointed", LOW),
    "satisfied": ("plot.class.satisfied", LIGHT),
    "delighted": ("plot.class.delighted", BLUE),
}
"""Word and colour of each class, the worst first."""


def disconfirmation(
    result: Disconfirmation,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw how many customers are disappointed, satisfied and delighted, a row a question (and group).

    Parameters
    ----------
    result
        What `csisem.diagnose.disconfirmation` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and classes.
    labels
        Texts to show for names of questions and groups.

    Returns
    -------
    matplotlib.axes.Axes
        Disappointed customers left of zero, delighted ones right, half of the satisfied on either side. Below each
        name stands the mean gap with its interval.

    Raises
    ------
    DataError
        If the result is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> ax = cs.plot.disconfirmation(cs.diagnose.disconfirmation(survey, {"overall": ("e1", "q1")}, by="firm"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['disappointed', 'satisfied', 'delighted']
    """
    spoken, texts = speaks(language), check_labels(labels)
    found: Disconfirmation = check_result(result, Disconfirmation, "cs.diagnose.disconfirmation")
    numbers(found.classes, "percent", "result")
    names, classes, shares = shares_of(found.classes, ["pair", *groups_before(found.classes, "class")], "class")
    order = [classes.index(name) for name in CLASSES]
    gaps = [optional(found.table, name) for name in ("gap", "ci_lower", "ci_upper")]
    shown = [
        f"{name}\n{gap_text(*row)}" for name, row in zip(show_names(names, texts, 26), np.stack(gaps, 1), strict=True)
    ]
    axes = open_axes(ax, (7.6, rows_height(shown, 2.6)))
    draw_shares(axes, shown, shares[:, order], [word(code, spoken) for code, _ in CLASSES.values()],
                [colour for _, colour in CLASSES.values()],
                middle=shares[:, order[0]] + shares[:, order[1]] / 2)  # fmt: skip
    return finish(axes, title=word("plot.disconfirmation.title", spoken), x=word("plot.axis.percent", spoken))


def gap_text(gap: float, lower: float, upper: float, digits: int = 2) -> str:
    """A gap with its sign and interval."""
    sign = "+" if gap > 0 else ""
    interval = f" [{decimal(lower, digits)}, {decimal(upper, digits)}]" if np.isfinite([lower, upper]).all() else ""
    return f"{sign}{decimal(gap, digits)}{interval}"
