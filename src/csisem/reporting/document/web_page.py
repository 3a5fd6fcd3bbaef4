"""A report as one page of HTML that needs nothing else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from csisem.display.labels import said
from csisem.errors import CsisemError
from csisem.reporting.document.contents import Block, Document, Facts, Items, Listing, Paragraph, Picture
from csisem.reporting.document.pictures import svg_of
from csisem.reporting.document.wording import reason
from csisem.reporting.tables.report_table import ReportTable
from csisem.reporting.tables.table_contents import spanners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import Template
    from markupsafe import Markup


def page_of(document: Document, told: Callable[[], object] = lambda: None) -> str:
    """The report as HTML: style, script and pictures stand inside, and every text is escaped."""
    language = document.language
    words = {"contents": said("report.contents", language), "sort": said("report.sort", language)}
    return _template().render(
        document=document,
        words=words,
        pictures=_drawn(document, told),
        captions=document.captions(),
        style=_asset("report.css"),
        script=_asset("report.js"),
    )  # fmt: skip


def _kind(block: Block) -> str:
    """The template's name of a block."""
    kinds: dict[type, str] = {
        Paragraph: "paragraph", Items: "items", Facts: "facts", Listing: "listing", ReportTable: "table",
        Picture: "picture",
    }  # fmt: skip
    return kinds[type(block)]


def _drawn(document: Document, told: Callable[[], object]) -> dict[str, Markup]:
    """The pictures by name; in place of one that cannot be drawn the reason."""
    from markupsafe import Markup

    made: dict[str, Markup] = {}
    for picture in document.pictures():
        try:
            made[picture.name] = _markup(svg_of(picture))
        except CsisemError as problem:
            made[picture.name] = Markup('<p class="note">{}</p>').format(reason(problem, document.language))
        told()
    return made


def _rows(table: ReportTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Rows with the heading that stands above them, empty where none does."""
    before = ""
    for group, row in zip(table.groups or ("",) * len(table.rows), table.rows, strict=True):
        yield group if group != before else "", row
        before = group


def _heads(table: ReportTable) -> list[tuple[str, int]]:
    """The row above the headings: texts and the number of columns below each; empty without one."""
    above = {places[0]: (text, len(places)) for text, places in spanners(table.columns)}
    if not above:
        return []
    heads, place = [], 0
    while place < len(table.columns):
        text, wide = above.get(place, ("", 1))
        heads.append((text, wide))
        place += wide
    return heads


@cache
def _template() -> Template:
    from jinja2 import BaseLoader, Environment, StrictUndefined

    environment = Environment(
        loader=BaseLoader(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"kind": _kind, "rows": _rows, "heads": _heads}
    return environment.from_string(str(_asset("report.html.jinja")))


def _asset(name: str) -> Markup:
    return _markup((files("csisem.reporting.document") / "assets" / name).read_text(encoding="utf-8"))


def _markup(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # our own files and pictures
