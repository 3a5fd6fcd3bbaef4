"""Pictures that reports show, drawn without a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from csisem import plot
from csisem.reporting.document.contents import Picture
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def _figure(draw: Callable[[], Axes]) -> Callable[[], Figure]:
    """Draw on a new figure of the picture's own size, which no screen shows."""

    def drawn() -> Figure:
        import matplotlib.pyplot as plt

        # A figure without axes on top, so that none of the user's is drawn on.
        above = plt.figure()
        figure = cast("Figure", draw().figure)
        plt.close(above)
        plt.close(figure)
        return figure

    return drawn


def diagram(request: Request, words: Words) -> Picture:
    """The path diagram of the fit, which marks one that must not be read and shows none of its numbers."""
    fit, language = request.fit, words.language
    return Picture(
        "figure-diagram",
        _figure(lambda: plot.path_diagram(fit, language=language)),
        words("report.diagram"),
        svg=lambda: plot.path_diagram_svg(fit, language=language, prefix="figure-diagram-"),
    )


def indices(request: Request, results: Results, words: Words) -> Picture | None:
    """The indices of all constructs."""
    frame = results.index
    if frame is None:
        return None
    draw = _figure(lambda: plot.index(frame, language=words.language))
    return Picture("figure-indices", draw, words("report.indices_figure", level=100 * request.level))


def segments(column: str, request: Request, results: Results, words: Words) -> Picture | None:
    """The target's index by one column of segments."""
    frame = results.by.get(column)
    if frame is None:
        return None
    own = frame[frame["construct"] == request.target]
    place = request.by.index(column) + 1
    draw = _figure(lambda: plot.index(own, language=words.language))
    caption = words("report.segment_figure", target=request.target, by=words.item(column), level=100 * request.level)
    return Picture(f"figure-segment-{place}", draw, caption)


def trend(request: Request, results: Results, words: Words) -> Picture | None:
    """The target's index over waves."""
    frame = results.trend
    if frame is None:
        return None
    draw = _figure(lambda: plot.trend(frame, language=words.language))
    return Picture("figure-trend", draw, words("report.trend_figure", target=request.target))


def priorities(request: Request, results: Results, words: Words) -> Picture | None:
    """The importance-performance map of the target's causes."""
    frame = results.priorities
    if frame is None or frame.empty:
        return None
    draw = _figure(lambda: plot.ipma(frame, language=words.language))
    return Picture("figure-map", draw, words("report.map_figure", target=request.target))


def answers(results: Results, words: Words) -> Picture | None:
    """The answers to every question."""
    frame = results.frequencies
    if frame is None or frame.empty:
        return None
    draw = _figure(lambda: plot.likert(frame, language=words.language, labels=dict(words.items)))
    return Picture("figure-answers", draw, words("report.answers_figure"))


def system(request: Request, results: Results, words: Words) -> Picture | None:
    """The tree of indicators with their indices."""
    tree, frame = request.hierarchy, results.nodes
    if tree is None or frame is None:
        return None
    draw = _figure(lambda: plot.hierarchy(tree, frame, language=words.language, labels=dict(words.items)))
    return Picture("figure-system", draw, words("report.system_figure"))
