"""Standardised loadings and weights with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError
from csisem.fit.fit import Fit
from csisem.option_checks import check_share
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_rows, open_axes, rows_height
from csisem.plot.drawing.colours import GREY
from csisem.plot.drawing.frames import check_frame, numbers, one_of, optional
from csisem.plot.drawing.labels import check_labels, show_names, speaks, word
from csisem.plot.index import draw_intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ENOUGH = 0.7
"""A loading whose square is about half: the item shares half of its variance with the construct."""


def loadings(
    fit: Fit | pd.DataFrame,
    *,
    group: object = None,
    level: float = 0.95,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw standardised loadings with intervals, items under their constructs.

    Parameters
    ----------
    fit
        A fit, or the rows of its ``loadings``.
    group
        The group to draw, of a fit by group.
    level
        Confidence level of the intervals: the estimate plus and minus normal quantiles times its standard error.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for names of constructs and items.

    Returns
    -------
    matplotlib.axes.Axes
        A row an item; the dashed line is at 0.7, above which an item shares half of its variance with its construct
        (Hair et al. 2019).

    Raises
    ------
    DataError
        If ``fit`` is neither, has no loadings, or has several groups.
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.loadings(fit)
    >>> ax.get_title()
    'Standardised loadings'
    """
    rows = fit.loadings if isinstance(fit, Fit) else fit
    return _draw(rows, "plot.loadings.title", "fit.loadings", _ENOUGH, group, level, ax, language, labels)


def weights(
    fit: Fit | pd.DataFrame,
    *,
    group: object = None,
    level: float = 0.95,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw standardised outer weights with intervals, items under their constructs.

    Parameters
    ----------
    fit
        A fit by PLS or with composites, or the rows of its ``weights``.
    group
        The group to draw, of a fit by group.
    level
        Confidence level of the intervals: the estimate plus and minus normal quantiles times its standard error.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for names of constructs and items.

    Returns
    -------
    matplotlib.axes.Axes
        A row an item.

    Raises
    ------
    DataError
        If ``fit`` is neither, has no weights, or has several groups.
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "PLS")
    >>> ax = cs.plot.weights(fit)
    >>> ax.get_title()
    'Standardised weights'
    """
    if isinstance(fit, Fit):
        try:
            rows: object = fit.weights
        except AttributeError as reason:
            raise DataError(str(reason)) from None
    else:
        rows = fit
    return _draw(rows, "plot.weights.title", "fit.weights", None, group, level, ax, language, labels)


def _draw(
    frame: object,
    title: str,
    source: str,
    line: float | None,
    group: object,
    level: float,
    ax: Axes | None,
    language: Language,
    labels: Mapping[str, str] | None,
) -> Axes:
    spoken, texts = speaks(language), check_labels(labels)
    check_share("level", level)
    rows = check_frame(frame, ["lhs", "rhs", "group", "std", "std_se"], source, "fit")
    if group is not None or rows["group"].nunique() > 1:
        rows = one_of(rows, "group", group, "group")
    values = numbers(rows, "std", "fit")
    reach = float(ndtri((1 + level) / 2)) * optional(rows, "std_se")
    places, names, heads = _blocks(list(rows["lhs"]), show_names(rows["rhs"], texts, columns=26), texts)
    axes = open_axes(ax, (6.4, rows_height(names, 2.4)))
    draw_intervals(axes, values, values - reach, values + reach, digits=2, rows=places)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    if line is not None:
        axes.axvline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    name_rows(axes, names)
    for place in heads:
        axes.get_yticklabels()[place].set_fontweight("bold")
    return finish(axes, title=word(title, spoken), x=word("plot.axis.estimate", spoken))


def _blocks(
    constructs: list[str], items: list[str], texts: Mapping[str, str]
) -> tuple[FloatArray, list[str], list[int]]:
    """Rows of the items, names of all rows, and those that are headings: each construct stands above its items."""
    places: list[float] = []
    names: list[str] = []
    heads: list[int] = []
    for place, (construct, item) in enumerate(zip(constructs, items, strict=True)):
        if place == 0 or construct != constructs[place - 1]:
            heads.append(len(names))
            names += show_names([construct], texts, columns=26)
        places.append(float(len(names)))
        names.append(item)
    return np.array(places), names, heads
