"""The picture of a model or a fit, by options."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, listed, shown
from csisem.fit.fit import Fit
from csisem.fit.status import Status
from csisem.options import CompositeEstimator, DiagramErrors, DiagramNumbers, Language
from csisem.plot.diagram.elements import Graph, Point, Sizes
from csisem.plot.diagram.estimates import Mark, fit_marks, item_key, key_of, model_marks, r_squared
from csisem.plot.diagram.layout import lay_out
from csisem.plot.diagram.letters import LINE, text_height, text_width
from csisem.plot.diagram.model_graph import model_graph, table_covariances, written_covariances
from csisem.plot.diagram.scene import CAPTION, NAME, SMALL, Content, Scene, scene_of
from csisem.plot.drawing.labels import break_lines, name_text
from csisem.specification.specification import Specification

_MOST_REASONS = 2
_COMPOSITE = get_args(CompositeEstimator)
_WIDEST_CAPTION = 6.8
"""Inches to which a small diagram is widened for its caption."""


@dataclass(frozen=True, slots=True)
class DiagramOptions:
    """What a diagram shows; as the arguments of `csisem.plot.path_diagram`."""

    estimates: DiagramNumbers | None = None
    errors: DiagramErrors | None = None
    items: bool = True
    covariances: bool | None = None
    group: Hashable = None
    language: Language = "en"
    labels: Mapping[str, str] = field(default_factory=dict)


def picture_of(shown_one: Specification | Fit, options: DiagramOptions) -> Scene:
    """The scene of a model or a fit."""
    fit = shown_one if isinstance(shown_one, Fit) else None
    model = shown_one.model if isinstance(shown_one, Fit) else shown_one
    numbers, errors = _numbers(fit, options)
    group = _group(fit, options.group)
    drawn, hidden = _covariances(model, fit, options.covariances)
    graph = model_graph(model, drawn, items=options.items)
    usable = fit is not None and bool(fit.status)
    if fit is not None and usable:
        marks = fit_marks(fit, group, numbers, errors)
        explained = r_squared(fit, group, tuple(node.name for node in graph.nodes))
    else:
        marks, explained = ({} if fit is not None else model_marks(model, numbers)), {}
    content = Content(marks, explained, options.labels)
    layout = lay_out(graph, _sizes(graph, content), _number_sizes(graph, content))
    caption = [] if fit is None else _caption(fit, group, numbers, errors, graph, usable)
    if hidden:
        caption.append(sentence("path_diagram.covariances", count=hidden))
    about = sentence("path_diagram.about", constructs=len(model.constructs),
                     paths=sum(r.op == "~" for r in model.relations))  # fmt: skip
    said = [] if fit is None or usable else _refusal(fit.status)
    widths = [text_width(one.text(options.language), CAPTION) for one in (*caption, *said)]
    room = max(layout.width, min(_WIDEST_CAPTION, max(widths, default=0.0) + 0.3)) - 0.3
    content = Content(
        marks, explained, options.labels,
        _lines(said, options.language, room), _lines(caption, options.language, room),
        about.text(options.language),
    )  # fmt: skip
    return scene_of(layout, content)


def _lines(said: list[Sentence], language: Language, room: float) -> tuple[str, ...]:
    """Sentences in lines that are as wide as the room, in inches."""
    lines: list[str] = []
    for text in (one.text(language) for one in said):
        fits = text_width(text, CAPTION) <= room
        lines += [text] if fits else break_lines(text, max(int(room * 72 / (0.6 * CAPTION)), 24)).split("\n")
    return tuple(lines)


def _numbers(fit: Fit | None, options: DiagramOptions) -> tuple[DiagramNumbers, DiagramErrors]:
    """What stands on the arrows; what a model or a fit does not have is refused."""
    if fit is None:
        if options.estimates in ("standardized", "unstandardized"):
            raise OptionError(f"estimates={options.estimates!r} is for a fit; a model has none yet: give the result of "
                              "fit().")  # fmt: skip
        if options.errors is not None:
            raise OptionError("errors= is for a fit; a model has no estimates yet: give the result of fit().")
        return options.estimates or "symbols", "none"
    if options.estimates == "symbols":
        raise OptionError("estimates='symbols' is for a model; give fit.model.")
    numbers = options.estimates or "standardized"
    if numbers == "none" and options.errors in ("stars", "se"):
        raise OptionError(f"errors={options.errors!r} needs numbers to stand by; leave it out, or give estimates=.")
    return numbers, ("none" if numbers == "none" else options.errors or "stars")


def _group(fit: Fit | None, group: Hashable) -> Hashable:
    """The group that is drawn: the first unless one is chosen."""
    if group is None:
        return fit.groups[0] if fit is not None and fit.groups else None
    if fit is None:
        raise OptionError("group= is for a fit by groups; a model has none.")
    if group not in fit.groups:
        known = f"its groups are {listed(fit.groups)}" if fit.groups else "it has no groups"
        raise OptionError(f"The fit has no group {shown(group)}: {known}.")
    return group


def _covariances(model: Specification, fit: Fit | None, wanted: bool | None) -> tuple[list[tuple[str, str]], int]:
    """Pairs whose covariance is drawn, and how many are not; by default those that the model writes."""
    if wanted is False:
        return [], 0
    written = written_covariances(model)
    table = model.table_if_complete() if fit is None else None if fit.estimator in _COMPOSITE else fit.solution.table
    every = written if table is None else table_covariances(table)
    if wanted or not any(relation.op == "~" for relation in model.relations):
        return every, 0
    return written, max(len(every) - len(written), 0)


def _sizes(graph: Graph, content: Content) -> Sizes:
    """Sizes that hold the texts."""
    names = [content.node_text(node) for node in graph.nodes]
    explained = SMALL * LINE / 72 if content.explained else 0.0
    width = max([1.15, *(1.22 * text_width(name, NAME) + 0.2 for name in names)])
    height = max([0.62, *(text_height(name, NAME) + explained + 0.26 for name in names)])
    items = [content.item_text(item) for node in graph.nodes for item in node.items]
    beside = [content.marks.get(item_key(node, item), Mark()) for node in graph.nodes for item in node.items]
    item_width = max([0.42, *(text_width(item, SMALL) + 0.14 for item in items)])
    numbers, inside = (_widest(found) for found in (_number_sizes(graph, content), [_number_size(m) for m in beside]))
    return Sizes((round(width, 3), round(height, 3)), (round(item_width, 3), 0.24), numbers, inside)


def _number_sizes(graph: Graph, content: Content) -> tuple[Point, ...]:
    """The room of the number on each link."""
    nodes = {node.name: node for node in graph.nodes}
    return tuple(_number_size(content.marks.get(key_of(link, nodes), Mark()), bold=True) for link in graph.links)


def _number_size(mark: Mark, *, bold: bool = False) -> Point:
    """The room of a number; none without a text."""
    if not mark.text:
        return 0.0, 0.0
    wide = text_width(mark.text, SMALL) * (1.1 if bold else 1.0)
    return round(wide + 0.05, 3), round(text_height(mark.text, SMALL), 3)


def _widest(sizes: Sequence[Point]) -> Point:
    # In steps, so that fits of one model are arranged alike.
    wide = math.ceil(10 * max((size[0] for size in sizes), default=0.0)) / 10
    return wide, max((size[1] for size in sizes), default=0.0)


def _caption(
    fit: Fit, group: Hashable, numbers: DiagramNumbers, errors: DiagramErrors, graph: Graph, usable: bool
) -> list[Sentence]:
    """What was fitted, and what the numbers and lines are."""
    place = fit.groups.index(group) if fit.groups else 0
    unit = sentence(
        "path_diagram.unstandardized"
        if numbers == "unstandardized"
        else "path_diagram.none"
        if numbers == "none"
        else "path_diagram.standardized"
    )
    said = [
        sentence(
            "path_diagram.fit",
            title=fit.model.title or None,
            estimation=fit.solution.estimation,
            n=int(fit.group_n[place]) if fit.groups else fit.n,
            group=name_text(group) if fit.groups else None,
            numbers=unit if usable else None,
        )
    ]
    if not usable:
        return said
    if fit.parameters["pvalue"].notna().any():
        codes = {"stars": "path_diagram.stars", "se": "path_diagram.se", "none": "path_diagram.broken"}
        said.append(sentence(codes[errors]))
    if any(node.formed for node in graph.nodes):
        said.append(sentence("path_diagram.weights"))
    return said


def _refusal(status: Status) -> list[Sentence]:
    """The verdict and its first reasons."""
    said = [status.verdict, *status.reasons[:_MOST_REASONS]]
    more = len(status.reasons) - _MOST_REASONS
    return [*said, sentence("path_diagram.more_reasons", count=more)] if more > 0 else said
