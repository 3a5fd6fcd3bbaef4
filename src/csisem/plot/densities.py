"""Distributions of bootstrap replicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, listed, nearest, shown
from csisem.fit.bootstrap.bootstrap_result import Bootstrap
from csisem.option_checks import check_share, names_of
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_rows, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, GREY, INK
from csisem.plot.drawing.frames import check_result
from csisem.plot.drawing.labels import check_labels, decimal, percent, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRID = 256
_MOST = 20


def bootstrap(
    result: Bootstrap,
    parameters: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the densities of bootstrap replicates with the estimates and percentile intervals.

    Parameters
    ----------
    result
        What `csisem.bootstrap` returns.
    parameters
        Columns of ``result.draws``, such as ``"Value ~ Quality"``; None: the paths, at most 20.
    level
        Confidence level of the percentile intervals.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for parameters.

    Returns
    -------
    matplotlib.axes.Axes
        A row a parameter: the density of the replicates, darker within the interval; a point for the estimate, which
        stands on the right with the interval. Wild replicates beyond ten interquartile ranges are not shown.

    Raises
    ------
    DataError
        If the result is another, or no replicate has a value of a parameter.
    OptionError
        If an option is invalid, or a parameter unknown.

    Notes
    -----
    Gaussian kernels with Silverman's bandwidth (1986), 0.9 times the smaller of the standard deviation and the
    interquartile range over 1.34, times R to the power -1/5.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.bootstrap(cs.bootstrap(fit, n=100, seed=1), ["Value ~ Quality", "Loyalty ~ Satisfaction"])
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['Value ~ Quality', 'Loyalty ~ Satisfaction']
    """
    spoken, texts = speaks(language), check_labels(labels)
    check_share("level", level)
    found: Bootstrap = check_result(result, Bootstrap, "cs.bootstrap")
    draws = found.draws
    wanted = _wanted(list(draws.columns), parameters)
    estimates = found.fit.parameters["est"].to_numpy(dtype=float)
    at = [list(draws.columns).index(name) for name in wanted]
    # A parameter is named by its relation, such as "Value ~ Quality".
    parts = [" ".join(show_names(name.split(" "), texts)) for name in wanted]
    names = show_names(parts, texts, columns=30)
    axes = open_axes(ax, (7.0, max(2.4, 1.2 + 0.5 * len(names))))
    for row, place in enumerate(at):
        values = draws.iloc[:, place].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if not len(values):
            raise DataError(f"No replicate has a value of {wanted[row]!r}.")
        low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
        _draw_density(axes, row, values, float(low), float(high))
        axes.plot(estimates[place], row, "o", color=INK, markersize=4, zorder=4)
        text = f"{decimal(estimates[place], 2)} [{decimal(low, 2)}, {decimal(high, 2)}]"
        axes.annotate(text, (1, row - 0.12), (6, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      va="center", fontsize="small")  # fmt: skip
    axes.axvline(0, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    name_rows(axes, names)
    axes.set_ylim(len(names) - 0.6, -1.0)
    open_sides(axes, "top", "right", "left")
    title = word("plot.bootstrap.title", spoken, n=len(draws))
    return finish(axes, title=title, x=word("plot.bootstrap.axis", spoken, level=percent(level)))


def _wanted(known: list[str], parameters: object) -> list[str]:
    names = list(names_of("parameters", parameters))
    if odd := [name for name in names if name not in known]:
        raise DataError(f"The replicates have no parameter {shown(odd[0])}{nearest(odd[0], known)}; they have "
                        f"{listed(known)}.")  # fmt: skip
    chosen = names or [name for name in known if " ~ " in name][:_MOST]
    if not chosen:
        raise DataError("The model has no paths; name parameters=.")
    return chosen


def _draw_density(axes: Axes, row: int, values: FloatArray, low: float, high: float) -> None:
    """The density above a row's line, its interval darker."""
    quarter, middle, upper = np.quantile(values, [0.25, 0.5, 0.75])
    near = values[np.abs(values - middle) <= 10 * max(upper - quarter, 1e-300)]
    wide = min(float(near.std()), (upper - quarter) / 1.34) if upper > quarter else float(near.std())
    if not wide > 0:
        axes.plot([middle, middle], [row, row - 0.85], color=BLUE, linewidth=2)
        return
    width = 0.9 * wide * len(near) ** -0.2
    grid = np.linspace(near.min() - 3 * width, near.max() + 3 * width, _GRID)
    # Replicates are counted on the grid first, so that a million cost no more than a hundred.
    counts, edges = np.histogram(near, bins=_GRID, range=(grid[0], grid[-1]))
    centres = (edges[1:] + edges[:-1]) / 2
    height = np.exp(-0.5 * ((grid[:, None] - centres) / width) ** 2) @ counts
    height *= 0.85 / height.max()
    axes.fill_between(grid, row, row - height, color=BLUE, alpha=0.2, linewidth=0)
    axes.fill_between(
        grid, row, row - height, where=(grid >= low) & (grid <= high), color=BLUE, alpha=0.45, linewidth=0
    )
    axes.plot(grid, row - height, color=BLUE, linewidth=0.9)
