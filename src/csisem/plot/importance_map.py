"""Importance against performance: the map with ellipses, and quadrants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.option_checks import check_flag, check_share
from csisem.options import Language
from csisem.plot.drawing.axes import finish, open_axes, open_sides
from csisem.plot.drawing.colours import BLUE, GREEN, GREY, ORANGE, VERMILION
from csisem.plot.drawing.frames import check_frame, numbers, one_of, optional
from csisem.plot.drawing.labels import check_labels, percent, show_names, speaks, word
from csisem.plot.drawing.placement import label_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIELDS = {
    "weakness": ("plot.field.weakness", VERMILION, (0.99, 0.015)),
    "improve continuously": ("plot.field.improve", ORANGE, (0.01, 0.015)),
    "strength": ("plot.field.strength", BLUE, (0.99, 0.985)),
    "maintain": ("plot.field.maintain", GREEN, (0.01, 0.985)),
}
"""Word, colour and corner of each field, with importance to the right and performance upwards."""


def ipma(
    frame: pd.DataFrame,
    *,
    group: str | None = None,
    ellipses: bool = True,
    level: float = 0.95,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw an importance-performance map with its four fields and a confidence ellipse around each point.

    Parameters
    ----------
    frame
        What `csisem.improve.ipma` returns.
    group
        The group to draw, of a map by group.
    ellipses
        Whether to draw joint confidence ellipses of importance and performance.
    level
        Confidence level of the ellipses.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and fields.
    labels
        Texts to show for names of constructs and items.

    Returns
    -------
    matplotlib.axes.Axes
        Importance to the right, performance upwards; a point's colour is its field.

    Raises
    ------
    DataError
        If the frame is another, holds no number, or has several groups.
    OptionError
        If an option is invalid.

    Notes
    -----
    The ellipse is ``(v - v0)' C^-1 (v - v0) <= -2 log(1 - level)``, from the large-sample covariance C of the two.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.ipma(cs.improve.ipma(fit, "Satisfaction"))
    >>> ax.get_xlabel()
    'Importance: total effect on Satisfaction'
    """
    spoken, texts = speaks(language), check_labels(labels)
    check_flag("ellipses", ellipses)
    check_share("level", level)
    rows = check_frame(frame, ["importance", "performance", "covariance", "field"], "cs.improve.ipma")
    names = "item" if "item" in rows.columns else "construct"
    rows, cuts = _of_group(rows, group)
    x, y = numbers(rows, "importance"), numbers(rows, "performance")
    axes = open_axes(ax, (7.0, 5.2))
    target = show_names([frame.attrs.get("target", "")], texts)[0]
    axes.set_xlabel(word("plot.ipma.importance", spoken, target=target or None))
    axes.set_ylabel(word("plot.ipma.performance", spoken))
    if ellipses:
        covariance = optional(rows, "covariance")
        spreads = [optional(rows, "importance_se"), optional(rows, "performance_se")]
        _draw_ellipses(axes, x, y, spreads, covariance, list(rows["field"]), level)
    title = word("plot.ipma.title", spoken, level=percent(level) if ellipses else None)
    return _draw_map(axes, x, y, rows, names, cuts, texts, spoken, title)


def quadrant(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw items in the four fields of importance (or expectation) and satisfaction.

    Parameters
    ----------
    frame
        What `csisem.improve.quadrant` returns, or `csisem.improve.targets`.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title, axes and fields.
    labels
        Texts to show for names of items.

    Returns
    -------
    matplotlib.axes.Axes
        Importance to the right, satisfaction upwards; fields are named where the frame has them.

    Raises
    ------
    DataError
        If the frame is another, or holds no number.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> importance, scores = {"quality": 0.5, "service": 0.3, "value": 0.2}, {"quality": 68, "service": 76, "value": 72}
    >>> ax = cs.plot.quadrant(cs.improve.quadrant(importance, scores))
    >>> ax.get_ylabel()
    'Satisfaction'
    """
    spoken, texts = speaks(language), check_labels(labels)
    rows = check_frame(frame, ["item", "importance"], "cs.improve.quadrant")
    score = "score" if "score" in rows.columns else "satisfaction"
    rows = check_frame(rows, [score], "cs.improve.quadrant")
    x, y = numbers(rows, "importance"), numbers(rows, score)
    axes = open_axes(ax, (7.0, 5.2))
    axes.set_xlabel(word("plot.quadrant.importance", spoken))
    axes.set_ylabel(word("plot.quadrant.satisfaction", spoken))
    cuts = rows.attrs.get("cuts") if "field" in rows.columns else None
    return _draw_map(axes, x, y, rows, "item", cuts, texts, spoken, word("plot.quadrant.title", spoken))


def _of_group(rows: pd.DataFrame, group: object) -> tuple[pd.DataFrame, object]:
    """The rows of one group and its cuts."""
    cuts = dict(rows.attrs.get("cuts", {}))
    by = list(rows.columns)[: list(rows.columns).index("construct")] if "construct" in rows.columns else []
    if not by:
        return rows, next(iter(cuts.values()), None)
    labels = [" x ".join(map(str, label)) for label in rows[by].itertuples(index=False, name=None)]
    chosen = one_of(rows.assign(group=labels), "group", group, "group")
    place = list(dict.fromkeys(labels)).index(chosen["group"].iloc[0])
    return chosen, list(cuts.values())[place] if place < len(cuts) else None


def _draw_ellipses(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    errors: list[FloatArray],
    covariance: FloatArray,
    fields: list[object],
    level: float,
) -> None:
    from matplotlib.patches import Ellipse

    reach = np.sqrt(-2 * np.log1p(-level))
    for place, field in enumerate(fields):
        shared = covariance[place]
        own = np.array([[errors[0][place] ** 2, shared], [shared, errors[1][place] ** 2]])
        if not (np.isfinite(own).all() and np.isfinite([x[place], y[place]]).all()):
            continue
        size, axis = np.linalg.eigh(own)
        width, height = 2 * reach * np.sqrt(np.maximum(size, 0.0))
        turn = float(np.degrees(np.arctan2(axis[1, 0], axis[0, 0])))
        axes.add_patch(Ellipse((x[place], y[place]), float(width), float(height), angle=turn, color=_colour(field),
                               alpha=0.16, linewidth=0))  # fmt: skip


def _draw_map(
    axes: Axes,
    x: FloatArray,
    y: FloatArray,
    rows: pd.DataFrame,
    names: str,
    cuts: object,
    texts: Mapping[str, str],
    language: Language,
    title: str,
) -> Axes:
    """Points, the lines between the fields, the fields' names, and labels."""
    fields = list(rows["field"]) if "field" in rows.columns else [""] * len(rows)
    axes.scatter(x, y, s=34, c=[_colour(field) for field in fields], zorder=3)
    open_sides(axes)
    axes.margins(0.14)
    axes.autoscale_view()
    if isinstance(cuts, tuple | list) and len(cuts) == 2 and np.isfinite(cuts).all():
        axes.axvline(cuts[0], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
        axes.axhline(cuts[1], color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
        for code, colour, (right, top) in _FIELDS.values():
            axes.text(right, top, word(code, language), transform=axes.transAxes, color=colour, fontsize="small",
                      ha="right" if right > 0.5 else "left", va="top" if top > 0.5 else "bottom",
                      fontweight="bold")  # fmt: skip
    finish(axes, title=title, x=axes.get_xlabel(), y=axes.get_ylabel())
    known = np.isfinite(x) & np.isfinite(y)
    shown_names = np.array(show_names(rows[names], texts, columns=16), dtype=object)
    label_points(axes, x[known], y[known], list(shown_names[known]))
    return finish(axes, title=title, x=axes.get_xlabel(), y=axes.get_ylabel())


def _colour(field: object) -> str:
    return _FIELDS[str(field)][1] if field in _FIELDS else BLUE
