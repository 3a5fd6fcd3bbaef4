"""The annex: every table behind a report."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.display.labels import page_title
from csisem.reporting.document.computed import computed, lacking
from csisem.reporting.document.contents import Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.titled_table import titled
from csisem.reporting.document.wording import Words
from csisem.reporting.tables.assemble_table import OfFit
from csisem.reporting.tables.report_table import ReportTable


def annex(request: Request, results: Results, words: Words) -> Section:
    """All tables, how they were computed, and what could not be."""
    tables = Section("annex-tables", words("report.annex_tables"), tuple(_tables(request, results, words)))
    parts = [tables, computed(request, results, words), lacking(results, words)]
    return Section("annex", words("report.annex"), (), tuple(one for one in parts if one is not None and one.blocks))


def short_annex(request: Request, results: Results, words: Words) -> Section:
    """How the numbers were computed, and what could not be, for those who decide."""
    how, missing = computed(request, results, words), lacking(results, words)
    return Section("annex", words("report.computed"), how.blocks, () if missing is None else (missing,))


def _tables(request: Request, results: Results, words: Words) -> Iterator[ReportTable]:
    """Tables of the fit if it may be read, then of the segments and the answers."""
    fit = request.fit
    if fit:
        kinds: tuple[OfFit, ...] = ("parameters", "measures", "validity", "effects")
        for kind in kinds:
            if kind == "validity" and (results.reliability is None or fit.groups):
                continue
            yield titled(fit, words(f"report_tables.{kind}"), words, what=kind)
        if results.item_priorities is not None:
            yield titled(results.item_priorities, words("report.item_priorities"), words)
    for code, whole in (("report.indices", results.index), ("report.priorities", results.priorities),
                        ("report.trend", results.trend), ("report.gaps", results.gaps),
                        ("report.correlated_all", results.correlated)):  # fmt: skip
        if whole is not None:
            yield titled(whole, words(code), words)
    for column, frame in results.by.items():
        yield titled(frame, words("report.indices_by", by=words.item(column)), words)
    for pages in (results.means, results.spreads):
        for column, page in pages.items():
            for part in page.frames():
                name = page_title(type(page).__name__, words.language)
                part_name = page_title(part, words.language)
                yield titled(page, words("report.part", page=name, by=words.item(column), part=part_name), words,
                             what=part)  # fmt: skip
    if results.distribution is not None:
        yield titled(results.distribution, words("report.normality_tests"), words, what="tests")
    if results.quality is not None:
        yield titled(results.quality, words("report.quality"), words, what="summary")
    if results.frequencies is not None:
        yield titled(results.frequencies, words("report.frequencies"), words)
