"""The body of a report: background, indicators, questionnaire, answers, results, priorities."""

from __future__ import annotations

from collections.abc import Iterable

from csisem.reporting.document import figures
from csisem.reporting.document.contents import Block, Paragraph, Section
from csisem.reporting.document.opening import (
    change_sentences,
    index_sentences,
    of_target,
    priority_sentences,
    segment_sentences,
)
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words
from csisem.reporting.tables.assemble_table import table

GOOD = 0.7
"""Reliability from which questions are said to measure alike (Nunnally 1978)."""


def body(request: Request, results: Results, words: Words) -> Section:
    """Background, indicators, questionnaire and tests, answers, results, analysis; sections without contents are left out."""
    made = [
        _background(request, words),
        _system(request, results, words),
        _questionnaire(request, results, words),
        _answers(request, results, words),
        _indices(request, results, words),
        *(_segment(column, request, results, words) for column in request.by),
        _change(request, results, words),
        _causes(request, results, words),
        _analysis(request, results, words),
    ]
    return Section("body", words("report.body"), (), tuple(one for one in made if one is not None and one.blocks))


def short_body(request: Request, results: Results, words: Words) -> Section:
    """The pictures for those who decide: indices, segments, change, priorities."""
    shown = [
        figures.indices(request, results, words),
        *(figures.segments(column, request, results, words) for column in request.by),
        figures.trend(request, results, words),
        figures.priorities(request, results, words),
    ]
    return Section("body", words("report.body"), _present(shown))


def _present(blocks: Iterable[Block | None]) -> tuple[Block, ...]:
    return tuple(one for one in blocks if one is not None)


def _background(request: Request, words: Words) -> Section:
    model, fit = request.fit.model, request.fit
    text = words("report.model_text", constructs=len(model.constructs), items=len(fit.solution.table.observed),
                 paths=len(fit.paths))  # fmt: skip
    return Section(
        "background", words("report.background"), _present([Paragraph(text), figures.diagram(request, words)])
    )


def _system(request: Request, results: Results, words: Words) -> Section | None:
    if request.hierarchy is None:
        return None
    tree = request.hierarchy
    shown: list[Block | None] = [figures.system(request, results, words)]
    if results.nodes is not None:
        shown.append(table(results.nodes, language=words.language, title=words("report.system")))
    else:
        shown.append(table(tree.weights, language=words.language, title=words("report.system")))
    return Section("system", words("report.system"), _present(shown))


def _questionnaire(request: Request, results: Results, words: Words) -> Section | None:
    frame = results.reliability
    if frame is None:
        return None
    measure_of = "rho_c" if frame["rho_c"].notna().any() else "alpha"
    several = frame[frame["n_items"] > 1]
    good = tuple(map(str, several.loc[several[measure_of] >= GOOD, "construct"]))
    poor = tuple(map(str, several.loc[several[measure_of] < GOOD, "construct"]))
    shown: list[Block | None] = [
        Paragraph(words("report.reliable", constructs=good, cut=GOOD)) if good else None,
        Paragraph(words("report.unreliable", constructs=poor, cut=GOOD)) if poor else None,
        table(frame, language=words.language),
    ]
    return Section("questionnaire", words("report.questionnaire"), _present(shown))


def _answers(request: Request, results: Results, words: Words) -> Section | None:
    if results.quality is None and results.frequencies is None:
        return None
    shown: list[Block | None] = []
    if (found := results.quality) is not None:
        code = "report.flagged" if found.flagged else "report.none_flagged"
        shown.append(Paragraph(words(code, flagged=found.flagged, n=found.n)))
    shown.append(figures.answers(results, words))
    return Section("data", words("report.data"), _present(shown))


def _indices(request: Request, results: Results, words: Words) -> Section | None:
    if results.index is None:
        return None
    row = of_target(results.index, request.target)
    told = [] if row is None else [Paragraph(text) for text in index_sentences(row, request, words)]
    shown: list[Block | None] = [*told, figures.indices(request, results, words)]
    shown.append(table(results.index, language=words.language))
    return Section("indices", words("report.indices"), _present(shown))


def _segment(column: str, request: Request, results: Results, words: Words) -> Section | None:
    if column not in results.by:
        return None
    means = results.means.get(column)
    shown: list[Block | None] = [Paragraph(text) for text in segment_sentences(column, request, results, words)]
    shown.append(figures.segments(column, request, results, words))
    if means is not None:
        shown += [table(means, "means", language=words.language), table(means, language=words.language)]
    place = request.by.index(column) + 1
    return Section(f"segment-{place}", f"{words('report.segments')}: {words.item(column)}", _present(shown))


def _change(request: Request, results: Results, words: Words) -> Section | None:
    if results.trend is None:
        return None
    told = [Paragraph(text) for text in change_sentences(results.trend, words)]
    shown = [*told, figures.trend(request, results, words), table(results.trend, language=words.language)]
    return Section("change", words("report.change"), _present(shown))


def _causes(request: Request, results: Results, words: Words) -> Section | None:
    if results.effects is None:
        return None
    shares = request.fit.r_squared
    shown: list[Block | None] = []
    if not request.fit.groups and request.target in shares.index:
        shown.append(Paragraph(words("report.explained", share=float(shares[request.target]), target=request.target)))
    into = results.effects[results.effects["target"] == request.target]
    if len(into):
        shown.append(table(into, language=words.language))
    return Section("causes", words("report.causes"), _present(shown))


def _analysis(request: Request, results: Results, words: Words) -> Section | None:
    picture = figures.priorities(request, results, words)
    if picture is None and results.ranked is None:
        return None
    shown: list[Block | None] = [Paragraph(text) for text in
                                 priority_sentences(results.priorities, request.target, words)]  # fmt: skip
    if picture is not None:
        shown += [Paragraph(words("report.map_read")), picture]
        shown.append(table(results.priorities, language=words.language))
    if results.ranked is not None:
        shown.append(table(results.ranked, language=words.language))
    return Section("analysis", words("report.analysis"), _present(shown))
