"""Ranks with their simultaneous intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_rows, open_axes, rows_height
from csisem.plot.drawing.frames import check_frame, numbers, optional
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word
from csisem.plot.index import draw_intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def ranks(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the ranks of firms, regions or stores with their intervals, the best first.

    Parameters
    ----------
    frame
        What `csisem.index.rank` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Ranks from left to right; on the right the rank and, in brackets, the index.

    Raises
    ------
    DataError
        If the frame is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": list("ABC"), "index": [71.2, 74.9, 70.6], "se": [0.6, 0.6, 0.7]})
    >>> ax = cs.plot.ranks(cs.index.rank(firms, by="firm"))
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['B', 'A', 'C']
    """
    spoken, texts = speaks(language), check_labels(labels)
    rows = check_frame(frame, ["se", "rank", "rank_lower", "rank_upper"], "cs.index.rank")
    # The column of the index stands before that of its error.
    *by, value = list(rows.columns)[: list(rows.columns).index("se")]
    if not by:
        raise DataError("frame= must be the frame that cs.index.rank returns; it has no column of names.")
    rank, index = numbers(rows, "rank"), numbers(rows, value)
    names = show_names(rows[by].itertuples(index=False, name=None), texts, columns=26)
    axes = open_axes(ax, (6.4, rows_height(names)))
    notes = [f"({decimal(float(figure))})" for figure in index]
    lower, upper = optional(rows, "rank_lower"), optional(rows, "rank_upper")
    draw_intervals(axes, rank, lower, upper, digits=0, notes=notes)
    name_rows(axes, names)
    last = max(int(np.nanmax(np.append(upper, rank))), 1)
    axes.set_xlim(0.5, last + 0.5)
    axes.set_xticks(range(1, last + 1, -(-last // 12)))
    return finish(axes, title=word("plot.ranks.title", spoken), x=word("plot.ranks.axis", spoken))
