"""An index over waves, with its band."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_columns, open_axes, open_sides
from csisem.plot.drawing.colours import series_colours
from csisem.plot.drawing.frames import optional, read_indices
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word
from csisem.plot.drawing.placement import spread
from csisem.plot.index import value_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DASHES = ("-", "--", ":", "-.")
"""Styles of lines, the next after every eight colours."""

_FEW = 3
"""Series whose bands can still be told apart."""


def trend(
    frame: pd.DataFrame,
    of: str | None = None,
    *,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw an index, a share or a net promoter score over waves, with intervals and simultaneous bands.

    Parameters
    ----------
    frame
        What `csisem.index.trend` returns.
    of
        The construct or item; needed when the frame has segments and several constructs. Without segments every
        construct is a line.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axes.
    labels
        Texts to show for names of constructs, columns and segments.

    Returns
    -------
    matplotlib.axes.Axes
        A line a series, named at its right end. Bars are intervals; the band of up to three lines is simultaneous over
        their waves. A star marks a wave whose change has an adjusted p-value below 0.05.

    Raises
    ------
    DataError
        If the frame is another, holds no number, or has several constructs by segment.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey)
    >>> ax = cs.plot.trend(cs.index.trend(survey, fit=fit, constructs="Satisfaction"))
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['2024Q1', '2024Q2', '2024Q3', '2024Q4']
    """
    spoken, texts = speaks(language), check_labels(labels)
    rows, heading, value, segments = read_indices(frame, of, "cs.index.trend", waves=True)
    *groups, wave = segments
    waves = list(dict.fromkeys(rows[wave]))
    series = dict(list(rows.groupby(groups or [heading], sort=False)))
    axes = open_axes(ax, (7.2, 4.2))
    ends = []
    for place, part in enumerate(series.values()):
        x = np.array([waves.index(one) for one in part[wave]], dtype=float)
        ends.append(_draw_series(axes, x, part, value, place, len(series)))
    names = show_names([key if len(key) > 1 else key[0] for key in series], texts, columns=24)
    if len(series) > 1:
        _name_ends(axes, len(waves) - 1, ends, names)
    name_columns(axes, show_names(waves, texts, columns=12))
    axes.margins(x=0.06)
    open_sides(axes)
    one, *by = show_names([rows[heading].iloc[0], *groups], texts)
    title = word("plot.trend.segments", spoken, name=one, by=by) if groups else word("plot.trend.title", spoken)
    if not groups and len(series) == 1:
        title = word("plot.trend.one", spoken, name=one)
    starred = (optional(rows, "pvalue_holm") < 0.05).any()
    return finish(axes, title=title, x=word("plot.trend.starred", spoken) if starred else "",
                  y=value_axis(value, spoken))  # fmt: skip


def _draw_series(axes: Axes, x: FloatArray, part: pd.DataFrame, value: str, place: int, count: int) -> float:
    """A line with its intervals, band and stars; the height of its end."""
    y, lower, upper = (optional(part, name) for name in (value, "ci_lower", "ci_upper"))
    colour = series_colours(place + 1)[-1]
    # Bars of many series stand side by side.
    shifted = x + (place - (count - 1) / 2) * min(0.5 / max(count, 1), 0.08)
    if count <= _FEW:
        axes.fill_between(x, optional(part, "band_lower"), optional(part, "band_upper"), color=colour, alpha=0.13,
                          linewidth=0)  # fmt: skip
    axes.vlines(shifted, lower, upper, color=colour, linewidth=1.1, alpha=0.7 if count <= _FEW else 0.35)
    axes.plot(shifted, y, marker="o", markersize=5, color=colour, linewidth=1.8,
              linestyle=DASHES[place // 8 % len(DASHES)])  # fmt: skip
    changed = optional(part, "pvalue_holm") < 0.05
    # Labels stand off the line: below it where it has a low point.
    around = np.concatenate([y[:1], y, y[-1:]])
    below = (around[:-2] >= y) & (around[2:] >= y)
    for at, height, star, low in zip(shifted, y, changed, below, strict=True):
        if np.isfinite(height) and (count == 1 or star):
            text = (decimal(float(height)) if count == 1 else "") + "*" * bool(star)
            axes.annotate(text, (at, height), (0 if count > 1 else 5, -5 if low else 5), textcoords="offset points",
                          color=colour, fontsize="small", ha="center" if count > 1 else "left",
                          va="top" if low else "bottom")  # fmt: skip
    known = y[np.isfinite(y)]
    return float(known[-1]) if len(known) else np.nan


def _name_ends(axes: Axes, last: int, ends: list[float], names: list[str]) -> None:
    """The names of the series beside the ends of their lines, moved apart where they would meet."""
    low, high = axes.get_ylim()
    lines = max(name.count("\n") + 1 for name in names)
    heights = np.nan_to_num(np.array(ends), nan=(low + high) / 2)
    moved = spread(heights, 0.052 * lines * (high - low), low, high)
    for place, (name, end, height) in enumerate(zip(names, heights, moved, strict=True)):
        colour = series_colours(place + 1)[-1]
        axes.annotate(name, (last + 0.05, end), (1.04, height), textcoords=axes.get_yaxis_transform(), color=colour,
                      va="center", fontsize="small", annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "alpha": 0.6,
                                  "shrinkA": 0, "shrinkB": 4})  # fmt: skip
