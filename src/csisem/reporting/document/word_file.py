"""A report as a Word document."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from csisem.reporting.document.contents import Block, Document, Facts, Items, Listing, Paragraph, Picture
from csisem.reporting.document.pictures import png_of
from csisem.reporting.tables.report_table import ReportTable
from csisem.reporting.tables.word_document import add_table, new_document

_WIDTH_CM = 16.0
_DEEPEST = 9


def file_of(report: Document) -> bytes:
    """The report with headings that Word lists, numbered lists, tables and pictures."""
    document = new_document(report.language, "a file that ends in .html")
    document.core_properties.title = report.title
    document.add_heading(report.title, 0)
    if report.subtitle:
        document.add_paragraph(report.subtitle)
    if report.verdict is not None:
        _add(document, report.verdict)
    for depth, section in report.walk():
        document.add_heading(section.title, min(depth, _DEEPEST))
        for block in section.blocks:
            _add(document, block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: Any, block: Block) -> None:
    """Add one block."""
    if isinstance(block, Paragraph):
        run = document.add_paragraph().add_run(block.text)
        run.bold, run.italic = block.tone in ("warning", "lead"), block.tone == "note"
    elif isinstance(block, Items):
        for text in block.texts:
            document.add_paragraph(text, style="List Number" if block.numbered else "List Bullet")
    elif isinstance(block, Facts):
        table = document.add_table(rows=0, cols=2)
        for name, value in block.pairs:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = name, value
    elif isinstance(block, Listing):
        document.add_paragraph().add_run(block.text).font.name = "Consolas"
    elif isinstance(block, ReportTable):
        add_table(document, block)
    else:
        _picture(document, block)


def _picture(document: Any, picture: Picture) -> None:
    from docx.shared import Cm

    document.add_picture(BytesIO(png_of(picture)), width=Cm(_WIDTH_CM))
    document.add_paragraph().add_run(picture.caption).italic = True
