"""Answers to rating questions, as diverging or full bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError
from csisem.options import Language, LikertBars, validate
from csisem.plot.drawing.axes import finish, open_axes, rows_height
from csisem.plot.drawing.colours import answer_colours
from csisem.plot.drawing.frames import check_frame, numbers
from csisem.plot.drawing.labels import check_labels, show_names, speaks, word
from csisem.plot.drawing.stacked_bars import draw_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_ANSWERS = 15


def likert(
    frame: pd.DataFrame,
    *,
    kind: LikertBars = "diverging",
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the answers to rating questions as stacked bars, a row a question.

    Parameters
    ----------
    frame
        What `csisem.diagnose.frequencies` returns, of questions with the same answers.
    kind
        ``"diverging"``: low answers left of zero, high ones right, half of the middle answer on either side;
        ``"stacked"``: all from 0 to 100.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of questions, groups and answers.

    Returns
    -------
    matplotlib.axes.Axes
        Percentages from the lowest answer (brown) to the highest (blue); those below 5 have no number.

    Raises
    ------
    DataError
        If the frame is another, holds no number, or has more than 15 different answers.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> ax = cs.plot.likert(cs.diagnose.frequencies(survey, ["s1", "s2", "s3"]), kind="stacked")
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['s1', 's2', 's3']
    """
    spoken, texts = speaks(language), check_labels(labels)
    kind = validate("kind", kind, LikertBars)
    rows = check_frame(frame, ["item", "answer", "percent"], "cs.diagnose.frequencies")
    numbers(rows, "percent")
    names, answers, shares = shares_of(rows, ["item", *groups_before(rows, "answer")], "answer")
    if len(answers) > _MOST_ANSWERS:
        raise DataError(f"frame= has {len(answers)} different answers; bars show at most {_MOST_ANSWERS}.")
    shown = show_names(names, texts, columns=26)
    axes = open_axes(ax, (7.6, rows_height(shown, 2.6)))
    middle = None if kind == "stacked" else _low_half(shares)
    draw_shares(axes, shown, shares, show_names(answers, texts), answer_colours(len(answers)), middle=middle)
    return finish(axes, title=word("plot.likert.title", spoken), x=word("plot.axis.percent", spoken))


def groups_before(rows: pd.DataFrame, column: str) -> list[str]:
    """The grouping columns, which stand before a column."""
    columns = list(rows.columns)
    return [name for name in columns[: columns.index(column)] if name not in ("item", "pair", "level")]


def shares_of(rows: pd.DataFrame, by: list[str], parts: str) -> tuple[list[object], list[object], FloatArray]:
    """Names of the rows, the parts, and percentages (rows, parts), 0 where a row lacks a part."""
    answers = list(dict.fromkeys(rows[parts]))
    if all(isinstance(answer, int | float | np.number) for answer in answers):
        # Questions may differ in which answers somebody gave.
        answers = sorted(answers)
    keys = list(rows[by].itertuples(index=False, name=None))
    names = list(dict.fromkeys(keys))
    if len(set(zip(keys, rows[parts], strict=True))) < len(rows):
        raise DataError(f"The frame has two rows of one {parts}.")
    shares = np.zeros((len(names), len(answers)))
    for key, answer, value in zip(keys, rows[parts], numbers(rows, "percent"), strict=True):
        shares[names.index(key), answers.index(answer)] = value
    return [key[0] if len(key) == 1 else key for key in names], answers, shares


def _low_half(shares: FloatArray) -> FloatArray:
    """Percent of the answers below the middle, and half of the middle answer's."""
    half, odd = divmod(shares.shape[1], 2)
    return np.asarray(shares[:, :half].sum(axis=1) + odd * shares[:, half] / 2)
