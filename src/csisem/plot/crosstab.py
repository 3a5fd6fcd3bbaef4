"""Satisfied or not by the answers to a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.diagnose.tables.crosstab import Crosstab
from csisem.errors import DataError
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, rows_height
from csisem.plot.drawing.colours import BLUE, LOW, answer_colours
from csisem.plot.drawing.frames import check_result
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word
from csisem.plot.drawing.stacked_bars import draw_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def crosstab(
    result: Crosstab,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw a cross table as stacked bars: a bar each answer of a question, parts at or above the threshold and below.

    Parameters
    ----------
    result
        What `csisem.diagnose.crosstab` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of questions and answers.

    Returns
    -------
    matplotlib.axes.Axes
        Weighted percentages of each column of the table, the total last; the title gives Cramer's V.

    Raises
    ------
    DataError
        If the result is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.crosstab(cs.diagnose.crosstab(cs.datasets.retail_survey(), "s1", by="firm"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['at least 80', 'below 80']
    """
    spoken, texts = speaks(language), check_labels(labels)
    table: Crosstab = check_result(result, Crosstab, "cs.diagnose.crosstab")
    shares = table.percent.to_numpy(dtype=float).T
    if not np.isfinite(shares).any():
        raise DataError("result= has no percentage to draw.")
    columns = [word("plot.total", spoken) if name == "total" else name for name in table.percent.columns]
    counts = table.counts.drop(index="total").sum(axis=0).reindex(table.percent.columns).to_numpy(dtype=float)
    names = [f"{name} ({count:,.0f})" for name, count in zip(show_names(columns, texts, 26), counts, strict=True)]
    axes = open_axes(ax, (7.6, rows_height(names, 2.6)))
    parts = [side_of(name, spoken) for name in table.percent.index]
    colours = [BLUE, LOW] if len(parts) == 2 else answer_colours(len(parts))
    draw_shares(axes, names, shares, show_names(parts, texts, columns=20), colours)
    target, by = show_names([table.target, table.by], texts)
    strength = decimal(float(table.strength["cramer_v"]), 2)
    title = word("plot.crosstab.title", spoken, target=target, by=by, strength=strength)
    return finish(axes, title=title, x=word("plot.crosstab.axis", spoken))


def side_of(name: object, language: Language) -> object:
    """An answer's name; the two sides of the threshold in a language."""
    for start, code in (("at least ", "plot.crosstab.at_least"), ("below ", "plot.crosstab.below")):
        if isinstance(name, str) and name.startswith(start):
            return word(code, language, threshold=name.removeprefix(start))
    return name
