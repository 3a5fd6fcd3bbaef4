"""Eigenvalues against those of chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.diagnose.factor_analysis.exploratory_factors import Factors
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, GREY, VERMILION
from csisem.plot.drawing.frames import check_result, numbers
from csisem.plot.drawing.labels import decimal, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def scree(result: Factors, *, ax: Axes | None = None, language: Language = "en") -> Axes:
    """Draw the eigenvalues of the items' correlations with those of parallel analysis.

    Parameters
    ----------
    result
        What `csisem.diagnose.factors` returns.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and legend.

    Returns
    -------
    matplotlib.axes.Axes
        Full points are factors to keep: each eigenvalue down to theirs exceeds chance.

    Raises
    ------
    DataError
        If the result is another.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> blocks = {"Expectation": ["e1", "e2", "e3"], "Satisfaction": ["s1", "s2", "s3"]}
    >>> ax = cs.plot.scree(cs.diagnose.factors(cs.datasets.retail_survey(), blocks, seed=1))
    >>> ax.get_title()
    'Scree plot: 2 factors above chance'
    """
    spoken = speaks(language)
    table = check_result(result, Factors, "cs.diagnose.factors").eigenvalues
    x, values, kept = table.index.to_numpy(), numbers(table, "eigenvalue", "result"), table["kept"].to_numpy(dtype=bool)
    axes = open_axes(ax, (6.0, 4.0))
    axes.plot(x, values, color=BLUE, linewidth=1.6, marker="o", markersize=6, markerfacecolor="white",
              label=word("plot.scree.sample", spoken))  # fmt: skip
    axes.plot(x[kept], values[kept], "o", color=BLUE, markersize=6, linestyle="none")
    axes.plot(
        x, table["chance"], color=VERMILION, linewidth=1.4, linestyle="--", label=word("plot.scree.chance", spoken)
    )
    axes.axhline(1, color=GREY, linewidth=0.7, linestyle=":")
    for at, value in zip(x[kept], values[kept], strict=True):
        axes.annotate(decimal(float(value), 2), (at, value), (6, 3), textcoords="offset points", fontsize="small")
    axes.set_xticks(x[:: -(-len(x) // 20)])
    axes.legend(frameon=False, fontsize="small")
    open_sides(axes)
    title = word("plot.scree.title", spoken, count=int(kept.sum()))
    return finish(axes, title=title, x=word("plot.scree.number", spoken), y=word("plot.scree.axis", spoken))
