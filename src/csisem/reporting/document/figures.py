"""Pictures that reports show, drawn without a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from csisem import plot
from csisem.arrays import pd
from csisem.diagnose.tables.crosstab import Crosstab
from csisem.options import LikertBars
from csisem.reporting.document.contents import Picture
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SPOKES, _LINES = 3, 8
_MOST_ANSWERS, _FEW_ANSWERS = 15, 2


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


def diagrams(request: Request, words: Words) -> Iterator[Picture]:
    """The path diagram of the fit, of each group; one that must not be read is marked and shows no number."""
    fit, language = request.fit, words.language
    for k, group in enumerate(fit.groups or (None,)):
        name = "figure-diagram" if group is None else f"figure-diagram-{k + 1}"
        caption = words("report.diagram", read=bool(fit) or None, group=None if group is None else label(group))
        yield Picture(
            name,
            _figure(lambda group=group: plot.path_diagram(fit, group=group, language=language)),  # type: ignore[misc]
            caption,
            svg=lambda group=group, name=name: plot.path_diagram_svg(  # type: ignore[misc]
                fit, group=group, language=language, prefix=f"{name}-"
            ),
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


def profiles(column: str, request: Request, results: Results, words: Words) -> Picture | None:
    """The indices of all constructs around a circle, a line a segment."""
    frame = results.by.get(column)
    if frame is None or frame["construct"].nunique() < _SPOKES or frame[column].nunique() > _LINES:
        return None
    place = request.by.index(column) + 1
    draw = _figure(lambda: plot.radar(frame, language=words.language))
    return Picture(f"figure-profiles-{place}", draw, words("report.profiles_figure", by=words.item(column)))


def satisfied(column: str, found: Crosstab, words: Words) -> Picture:
    """Customers who are satisfied and who are not, by segment."""
    draw = _figure(lambda: plot.crosstab(found, language=words.language))
    return Picture(f"figure-satisfied-{words.own.index(column) + 1}", draw,
                   words("report.satisfied_figure", by=words.item(column)))  # fmt: skip


def gaps(frame: pd.DataFrame, words: Words) -> Picture:
    """Expectation and perception, a row a question."""
    draw = _figure(lambda: plot.gaps(frame, language=words.language, labels=dict(words.items)))
    return Picture("figure-gaps", draw, words("report.gaps_figure"))


def distribution(request: Request, results: Results, words: Words) -> Iterator[Picture]:
    """Histogram, and probability paper."""
    found = results.distribution
    if found is None:
        return
    target = request.target
    yield Picture("figure-histogram", _figure(lambda: plot.histogram(found, language=words.language)),
                  words("report.histogram_figure", target=target))  # fmt: skip
    yield Picture("figure-paper", _figure(lambda: plot.probability_paper(found, language=words.language)),
                  words("report.paper_figure", target=target))  # fmt: skip


def correlated(results: Results, words: Words) -> Picture:
    """Questions by their correlation with the target and their score."""
    frame = results.correlated
    draw = _figure(lambda: plot.quadrant(frame, language=words.language))  # type: ignore[arg-type]
    return Picture("figure-quadrant", draw, words("report.quadrant_figure"))


def answers(request: Request, results: Results, words: Words) -> Iterator[Picture]:
    """The answers to every question, those on one scale in one picture; without a scale, those of yes and no apart."""
    frame, survey = results.frequencies, request.survey
    if frame is None or frame.empty or survey is None:
        return
    alike: dict[object, list[str]] = {}
    for item, rows in frame.groupby("item", sort=False):
        scale = survey.scale_of(str(item))
        key = (scale.low, scale.high) if scale is not None else len(rows) <= _FEW_ANSWERS
        alike.setdefault(key, []).append(str(item))
    for k, items in enumerate(alike.values(), 1):
        own = frame[frame["item"].isin(items)]
        if (asked := own["answer"].nunique()) <= _MOST_ANSWERS:
            yield Picture(f"figure-answers-{k}", _figure(partial(_bars, own, asked, words)),
                          words("report.answers_figure"))  # fmt: skip


def _bars(frame: pd.DataFrame, answers: int, words: Words) -> Axes:
    kind: LikertBars = "stacked" if answers <= _FEW_ANSWERS else "diverging"
    return plot.likert(frame, kind=kind, language=words.language, labels=dict(words.items))


def label(group: object) -> str:
    """The name of a group by one or several columns."""
    return " × ".join(map(str, group)) if isinstance(group, tuple) else str(group)


def system(request: Request, results: Results, words: Words) -> Picture | None:
    """The tree of indicators with their indices."""
    tree, frame = request.hierarchy, results.nodes
    if tree is None or frame is None:
        return None
    draw = _figure(lambda: plot.hierarchy(tree, frame, language=words.language, labels=dict(words.items)))
    return Picture("figure-system", draw, words("report.system_figure"))
