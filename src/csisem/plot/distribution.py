"""Is it normal: histogram, P-P plot, probability paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from csisem.arrays import FloatArray, pd
from csisem.diagnose.answers.normality import Normality
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, GREY, SKY, VERMILION
from csisem.plot.drawing.frames import check_result, numbers, one_of
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PERCENTS = np.array([0.01, 0.1, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99])
"""Lines of probability paper."""


def histogram(
    result: Normality,
    item: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the histogram of an item or index with the normal distribution of its mean and standard deviation.

    Parameters
    ----------
    result
        What `csisem.diagnose.normality` returns.
    item
        The item or construct, of several.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Bars of weighted percentages; points and line are what a normal distribution has within each bar.

    Raises
    ------
    DataError
        If the result is another, or has several items.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.histogram(cs.diagnose.normality(cs.datasets.retail_survey(), "s1"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['normal: mean 7.6, sd 1.3', 'sample']
    """
    spoken, texts = speaks(language), check_labels(labels)
    shape, rows = _parts(result, "histogram", item)
    left, right, percent = (numbers(rows, name, "result") for name in ("left", "right", "percent"))
    axes = open_axes(ax, (6.4, 4.0))
    axes.bar(left, percent, width=right - left, align="edge", color=SKY, edgecolor="white", linewidth=0.6,
             label=word("plot.histogram.sample", spoken))  # fmt: skip
    mean, sd = float(shape["mean"]), float(shape["sd"])
    said = word("plot.histogram.normal", spoken, mean=decimal(mean), sd=decimal(sd))
    axes.plot(
        (left + right) / 2, rows["normal"], color=VERMILION, marker="o", markersize=3.5, linewidth=1.6, label=said
    )
    axes.legend(frameon=False, fontsize="small")
    open_sides(axes)
    name = show_names([shape["item"]], texts)[0]
    return finish(axes, title=word("plot.histogram.title", spoken, item=name), x=name,
                  y=word("plot.axis.percent", spoken))  # fmt: skip


def pp(
    result: Normality,
    item: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the P-P plot of an item or index: observed against normal cumulative shares.

    Parameters
    ----------
    result
        What `csisem.diagnose.normality` returns.
    item
        The item or construct, of several.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Points lie on the diagonal where the distribution is normal.

    Raises
    ------
    DataError
        If the result is another, or has several items.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.pp(cs.diagnose.normality(cs.datasets.retail_survey(), "s1"))
    >>> ax.get_xlabel()
    'Cumulative share, normal'
    """
    spoken, texts = speaks(language), check_labels(labels)
    shape, rows = _parts(result, "pp", item)
    axes = open_axes(ax, (4.8, 4.6))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.plot(numbers(rows, "expected"), numbers(rows, "observed"), "o", color=BLUE, markersize=3, linestyle="none")
    axes.set_aspect("equal")
    open_sides(axes)
    title = word("plot.pp.title", spoken, item=show_names([shape["item"]], texts)[0])
    return finish(axes, title=title, x=word("plot.pp.expected", spoken), y=word("plot.pp.observed", spoken))


def probability_paper(
    result: Normality,
    item: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw an item or index on normal probability paper, where normal distributions are straight lines.

    Parameters
    ----------
    result
        What `csisem.diagnose.normality` returns.
    item
        The item or construct, of several.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        Values to the right, cumulative percent upwards in normal quantiles; the line is the normal distribution of the
        sample's mean and standard deviation.

    Raises
    ------
    DataError
        If the result is another, or has several items.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> ax = cs.plot.probability_paper(cs.diagnose.normality(cs.datasets.retail_survey(), "s1"))
    >>> "50" in [text.get_text() for text in ax.get_yticklabels()]
    True
    """
    spoken, texts = speaks(language), check_labels(labels)
    shape, rows = _parts(result, "qq", item)
    mean, sd = float(shape["mean"]), float(shape["sd"])
    values, height = numbers(rows, "observed"), (numbers(rows, "expected") - mean) / sd
    axes = open_axes(ax, (6.0, 4.8))
    ends: FloatArray = np.array([min(values.min(), mean - 3 * sd), max(values.max(), mean + 3 * sd)])
    axes.plot(ends, (ends - mean) / sd, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.plot(values, height, "o", color=BLUE, markersize=3, linestyle="none")
    reach = float(max(np.abs(height).max(), 2.6)) + 0.15
    shown = _PERCENTS[np.abs(ndtri(_PERCENTS / 100)) <= reach]
    axes.set_yticks(ndtri(shown / 100), [f"{percent:g}" for percent in shown])
    axes.set_ylim(-reach, reach)
    axes.grid(color="#E3E7EA", linewidth=0.6)
    axes.set_axisbelow(True)
    open_sides(axes)
    name = show_names([shape["item"]], texts)[0]
    return finish(axes, title=word("plot.paper.title", spoken, item=name), x=name, y=word("plot.paper.axis", spoken))


def _parts(result: object, part: str, item: object) -> tuple[pd.Series[float], pd.DataFrame]:
    """The moments of one item and its rows of a part of the result."""
    found = check_result(result, Normality, "cs.diagnose.normality")
    shape = one_of(found.shape, "item", item, "item").iloc[0]
    rows: pd.DataFrame = getattr(found, part)
    return shape, rows[rows["item"] == shape["item"]]
