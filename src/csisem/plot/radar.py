"""Profiles around a circle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError
from csisem.option_checks import rising
from csisem.options import Language
from csisem.plot.drawing.axes import empty_frame, finish, legend_right, open_axes
from csisem.plot.drawing.colours import GREY, LIGHT, series_colours
from csisem.plot.drawing.figures import Figures, read_figures
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word
from csisem.plot.trend import DASHES

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def radar(
    data: pd.DataFrame | pd.Series[float] | Mapping[str, float],
    *,
    limits: tuple[float, float] | None = None,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw profiles of indices around a circle: a spoke a construct, a line a segment.

    Parameters
    ----------
    data
        What `csi` returns, with or without segments; numbers by name; or a table with a row a spoke and a column a
        line.
    limits
        Values at the centre and at the rim; None: tens around the values.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of the title.
    labels
        Texts to show for names.

    Returns
    -------
    matplotlib.axes.Axes
        A line breaks where a value is missing.

    Raises
    ------
    DataError
        If there are fewer than three spokes, or no numbers.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.radar(cs.csi(fit, by="firm"))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['Alder', 'Birch', 'Cedar']
    """
    spoken, texts = speaks(language), check_labels(labels)
    found = read_figures(data)
    if len(found.names) < 3:
        raise DataError(f"A radar needs three spokes, and there are {len(found.names)}.")
    low, high = _limits(found.values) if limits is None else rising("limits", limits, "values of centre and rim")
    axes = open_axes(ax, (6.2, 5.4))
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(found.names)) / len(found.names)
    names = show_names(found.names, texts, columns=14)
    if len(found.series) == 1:
        names = [f"{name}\n{decimal(float(value))}" for name, value in zip(names, found.values[:, 0], strict=True)]
    _draw_web(axes, angles, low, high, names)
    _draw_lines(axes, angles, np.clip((found.values - low) / (high - low), 0, None), found, texts)
    empty_frame(axes)
    axes.set_xlim(-1.45, 1.45)
    axes.set_ylim(-1.25, 1.25)
    return finish(axes, title=word("plot.radar.title", spoken))


def _limits(values: FloatArray) -> tuple[float, float]:
    """Round numbers, four steps apart, that hold the values, with the lowest off the centre."""
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    size = 10 ** np.floor(np.log10(max(most - least, 1e-6)))
    for step in (part * size for part in (0.25, 0.5, 1.0, 2.5, 5.0, 10.0)):
        low = np.floor((least - 0.3 * step) / step) * step
        low = max(low, 0.0) if least >= 0 else low
        if low + 4 * step >= most:
            break
    return float(low), float(low + 4 * step)


def _draw_web(axes: Axes, angles: FloatArray, low: float, high: float, names: list[str]) -> None:
    """Spokes with their names, and four rings with their values."""
    for angle, name in zip(angles, names, strict=True):
        across, up = np.cos(angle), np.sin(angle)
        axes.plot([0, across], [0, up], color=LIGHT, linewidth=0.8, zorder=0)
        axes.text(1.06 * across, 1.06 * up, name, va="bottom" if up > 0.5 else "top" if up < -0.5 else "center",
                  ha="center" if abs(across) < 0.3 else "left" if across > 0 else "right")  # fmt: skip
    ring = np.append(angles, angles[0])
    axes.text(0.02, 0, f"{low:g}", color=GREY, fontsize="x-small", va="bottom", zorder=4)
    for part in (0.25, 0.5, 0.75, 1.0):
        axes.plot(part * np.cos(ring), part * np.sin(ring), color=LIGHT, linewidth=0.8, zorder=0)
        axes.text(0.02, part, f"{low + part * (high - low):g}", color=GREY,
                  fontsize="x-small", va="bottom", zorder=4)  # fmt: skip


def _draw_lines(axes: Axes, angles: FloatArray, radii: FloatArray, found: Figures, texts: Mapping[str, str]) -> None:
    ring = np.append(np.arange(len(angles)), 0)
    colours = series_colours(len(found.series))
    shown = show_names(found.series, texts, columns=18)
    for place, (name, colour) in enumerate(zip(shown, colours, strict=True)):
        r = radii[ring, place]
        axes.plot(r * np.cos(angles[ring]), r * np.sin(angles[ring]), color=colour, marker="o", markersize=4,
                  linewidth=1.7, label=name, linestyle=DASHES[place // 8 % len(DASHES)])  # fmt: skip
        if len(shown) == 1:
            axes.fill(r * np.cos(angles[ring]), r * np.sin(angles[ring]), color=colour, alpha=0.12, linewidth=0)
    if len(shown) > 1:
        legend_right(axes)
