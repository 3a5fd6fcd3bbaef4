"""Pictures that reports show, drawn without a screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from csisem import plot
from csisem.reporting.document.contents import Picture
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def _figure(draw: Callable[[Axes], object], size: tuple[float, float]) -> Callable[[], Figure]:
    """Draw on the axes of a new figure of a size in inches."""

    def drawn() -> Figure:
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        return figure

    return drawn


def _rows(count: int) -> tuple[float, float]:
    """The size of a picture with rows."""
    return 7.5, 1.4 + 0.38 * max(count, 3)


def indices(request: Request, results: Results, words: Words) -> Picture | None:
    """The indices of all constructs."""
    frame = results.index
    if frame is None:
        return None
    draw = _figure(lambda ax: plot.index(frame, ax=ax, language=words.language), _rows(len(frame)))
    return Picture("figure-indices", draw, words("report.indices_figure", level=100 * request.level))


def segments(column: str, request: Request, results: Results, words: Words) -> Picture | None:
    """The target's index by one column of segments."""
    frame = results.by.get(column)
    if frame is None:
        return None
    own = frame[frame["construct"] == request.target]
    place = request.by.index(column) + 1
    draw = _figure(lambda ax: plot.index(own, ax=ax, language=words.language), _rows(len(own)))
    caption = words("report.segment_figure", target=request.target, by=words.column(column), level=100 * request.level)
    return Picture(f"figure-segment-{place}", draw, caption)


def trend(request: Request, results: Results, words: Words) -> Picture | None:
    """The target's index over waves."""
    frame = results.trend
    if frame is None:
        return None
    draw = _figure(lambda ax: plot.trend(frame, ax=ax, language=words.language), (7.5, 3.8))
    return Picture("figure-trend", draw, words("report.trend_figure", target=request.target))


def priorities(request: Request, results: Results, words: Words) -> Picture | None:
    """The importance-performance map of the target's causes."""
    frame = results.priorities
    if frame is None or frame.empty:
        return None
    draw = _figure(lambda ax: plot.ipma(frame, ax=ax, language=words.language), (7.0, 5.0))
    return Picture("figure-map", draw, words("report.map_figure", target=request.target))


def answers(results: Results, words: Words) -> Picture | None:
    """The answers to every question."""
    frame = results.frequencies
    if frame is None or frame.empty:
        return None
    draw = _figure(
        lambda ax: plot.likert(frame, ax=ax, language=words.language, labels=dict(words.items)),
        _rows(frame["item"].nunique()),
    )
    return Picture("figure-answers", draw, words("report.answers_figure"))


def system(request: Request, results: Results, words: Words) -> Picture | None:
    """The tree of indicators with their indices."""
    tree, frame = request.hierarchy, results.nodes
    if tree is None or frame is None:
        return None
    draw = _figure(
        lambda ax: plot.hierarchy(tree, frame, ax=ax, language=words.language, labels=dict(words.items)),
        (8.0, 1.5 + 0.35 * len(tree.items)),
    )
    return Picture("figure-system", draw, words("report.system_figure"))
