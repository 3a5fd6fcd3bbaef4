"""The annex: every table behind a report."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.display.labels import page_title
from csisem.reporting.document.computed import computed, lacking
from csisem.reporting.document.contents import Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words
from csisem.reporting.tables.assemble_table import OfFit, table
from csisem.reporting.tables.report_table import ReportTable


def annex(request: Request, results: Results, words: Words) -> Section:
    """All tables, how they were computed, and what could not be."""
    tables = Section("annex-tables", words("report.annex_tables"), tuple(_tables(request, results, words)))
    parts = [tables, computed(request, results, words), lacking(results, words)]
    return Section("annex", words("report.annex"), (), tuple(one for one in parts if one is not None))


def short_annex(request: Request, results: Results, words: Words) -> Section:
    """How the numbers were computed, and what could not be, for those who decide."""
    parts = [computed(request, results, words), lacking(results, words)]
    return Section("annex", words("report.computed"), (), tuple(one for one in parts if one is not None))


def _tables(request: Request, results: Results, words: Words) -> Iterator[ReportTable]:
    """Tables of the fit if it may be read, then of the answers."""
    fit, language = request.fit, words.language
    if fit:
        kinds: tuple[OfFit, ...] = ("parameters", "measures", "validity", "effects")
        for kind in kinds:
            if kind == "validity" and results.reliability is None:
                continue
            yield table(fit, kind, style="plain", language=language)
        for name, frame in (("index", results.index), ("ipma", results.item_priorities)):
            if frame is not None:
                yield table(frame, style="plain", language=language, title=page_title(name, language))
    for column, frame in results.by.items():
        yield table(frame, style="plain", language=language, title=f"{words('report.indices')}: {words.item(column)}")
    for pages in (results.means, results.spreads):
        for page in pages.values():
            for part in page.frames():
                yield table(page, part, style="plain", language=language)
    if results.quality is not None:
        yield table(results.quality, "summary", style="plain", language=language)
    if results.frequencies is not None:
        yield table(results.frequencies, style="plain", language=language, title=words("report.data"))
