"""The body of a report: background, indicators, questionnaire, answers, results, priorities."""

from __future__ import annotations

from collections.abc import Iterable

from csisem.reporting.document import analysis, asked, figures
from csisem.reporting.document.contents import Block, Paragraph, Section
from csisem.reporting.document.opening import change_sentences, index_sentences, segment_sentences
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.titled_table import titled
from csisem.reporting.document.wording import Words


def body(request: Request, results: Results, words: Words) -> Section:
    """Background, indicators, questionnaire, answers, results, analysis; sections without contents are left out."""
    made = [
        _background(request, words),
        asked.system(request, results, words),
        asked.questionnaire(request, results, words),
        _answers(request, results, words),
        _indices(request, results, words),
        analysis.distribution(request, results, words),
        *(_segment(column, request, results, words) for column in request.by),
        _change(request, results, words),
        analysis.expectation(results, words),
        analysis.causes(request, results, words),
        analysis.improvement(request, results, words),
    ]
    return Section("body", words("report.body"), (), tuple(one for one in made if one is not None and one.blocks))


def short_body(request: Request, results: Results, words: Words) -> Section | None:
    """The pictures for those who decide: indices, segments, change, gaps, priorities."""
    shown = [
        figures.indices(request, results, words),
        *(figures.segments(column, request, results, words) for column in request.by),
        figures.trend(request, results, words),
        None if results.gaps is None else figures.gaps(results.gaps, words),
        figures.priorities(request, results, words),
        figures.system(request, results, words),
    ]
    blocks = _present(shown)
    return Section("body", words("report.body"), blocks) if blocks else None


def _present(blocks: Iterable[Block | None]) -> tuple[Block, ...]:
    return tuple(one for one in blocks if one is not None)


def _background(request: Request, words: Words) -> Section:
    fit = request.fit
    paths = len({(row.lhs, row.rhs) for row in fit.solution.table.rows if row.op == "~"})
    text = words("report.model_text", constructs=len(fit.model.constructs), items=len(request.items), paths=paths)
    return Section("background", words("report.background"), (Paragraph(text), *figures.diagrams(request, words)))


def _answers(request: Request, results: Results, words: Words) -> Section | None:
    shown: list[Block] = []
    if (found := results.quality) is not None:
        code = "report.flagged" if found.flagged else "report.none_flagged"
        shown.append(Paragraph(words(code, flagged=found.flagged, n=found.n)))
    shown += figures.answers(request, results, words)
    return Section("data", words("report.data"), tuple(shown)) if shown else None


def _indices(request: Request, results: Results, words: Words) -> Section | None:
    if results.index is None:
        return None
    told = [Paragraph(text) for text in index_sentences(results.index, request, words)]
    shown: list[Block | None] = [*told, figures.indices(request, results, words)]
    shown.append(titled(results.index, words("report.indices"), words, digits=1))
    return Section("indices", words("report.indices"), _present(shown))


def _segment(column: str, request: Request, results: Results, words: Words) -> Section | None:
    if column not in results.by:
        return None
    name, means, spreads = words.item(column), results.means.get(column), results.spreads.get(column)
    shown: list[Block | None] = [Paragraph(text) for text in segment_sentences(column, request, results, words)]
    shown.append(figures.segments(column, request, results, words))
    shown.append(figures.profiles(column, request, results, words))
    if means is not None:
        shown.append(titled(means, words("report.means", by=name), words, what="means", digits=1, noted=False))
        shown.append(titled(means, words("report.means_test", by=name), words, what="table", digits=2))
    if spreads is not None:
        shown.append(titled(spreads, words("report.spreads_test", by=name), words, what="table", digits=2, noted=False))
    shown += analysis.satisfied(column, request, results, words)
    if (gaps := results.gaps_by.get(column)) is not None:
        shown.append(titled(gaps, words("report.gaps_by", by=name), words, digits=1))
    place = request.by.index(column) + 1
    return Section(f"segment-{place}", words("report.segment", by=name), _present(shown))


def _change(request: Request, results: Results, words: Words) -> Section | None:
    if results.trend is None:
        return None
    told = [Paragraph(text) for text in change_sentences(results.trend, words)]
    shown: list[Block | None] = [*told, figures.trend(request, results, words)]
    shown.append(titled(results.trend, words("report.trend_table", target=request.target), words, digits=1, brief=True))
    return Section("change", words("report.change"), _present(shown))
