"""Discriminant scores of satisfied customers and the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.diagnose.strata.discriminant import Discriminant
from csisem.options import Language
from csisem.plot.crosstab import side_of
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, INK, VERMILION
from csisem.plot.drawing.frames import check_result, numbers
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_BARS = 40


def discriminant(
    result: Discriminant,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the discriminant scores of both groups: to the right of 0 a customer is taken for inside.

    Parameters
    ----------
    result
        What `csisem.diagnose.discriminant` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and legend.
    labels
        Texts to show for names of the target and of the groups.

    Returns
    -------
    matplotlib.axes.Axes
        Weighted percentages of each group; the title gives the hit rate with each row left out, and its interval.

    Raises
    ------
    DataError
        If the result is another.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> ax = cs.plot.discriminant(cs.diagnose.discriminant(survey, "s1", ["q1", "q3", "v1"], threshold=70))
    >>> ax.get_title()
    's1: 73.5 % classified rightly [71.1, 75.8]'
    """
    spoken, texts = speaks(language), check_labels(labels)
    found: Discriminant = check_result(result, Discriminant, "cs.diagnose.discriminant")
    scores, weights = numbers(found.scores, "score", "result"), found.scores["weight"].to_numpy(dtype=float)
    inside = found.scores["inside"].to_numpy(dtype=bool)
    edges = np.histogram_bin_edges(scores, min(_MOST_BARS, max(10, int(len(scores) ** 0.5))))
    axes = open_axes(ax, (6.6, 4.0))
    sides = ((~inside, found.outside, VERMILION), (inside, found.inside, BLUE))
    for rows, name, colour in sides:
        share = 100 * np.histogram(scores[rows], edges, weights=weights[rows])[0] / weights[rows].sum()
        shown = show_names([side_of(name, spoken)], texts)[0]
        axes.bar(edges[:-1], share, width=np.diff(edges), align="edge", color=colour, alpha=0.5, label=shown)
        axes.stairs(share, edges, color=colour, linewidth=1.2)
    axes.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.legend(frameon=False, fontsize="small")
    open_sides(axes)
    hits = found.hits[found.hits["method"] == "each left out"]
    rate, low, high = (decimal(float(hits[name].iloc[0])) for name in ("percent", "ci_lower", "ci_upper"))
    target = show_names([found.target], texts)[0]
    title = word("plot.discriminant.title", spoken, target=target, rate=rate, low=low, high=high)
    return finish(axes, title=title, x=word("plot.discriminant.score", spoken),
                  y=word("plot.crosstab.axis", spoken))  # fmt: skip
