"""Tables as Word documents."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from csisem.errors import DataError, OptionError, shown
from csisem.options import Language
from csisem.reporting.tables.table_contents import TableContents, spanners
from csisem.reporting.unprintable import NOT_IN_XML

_FONTS = {"en": ("Times New Roman", "SimSun"), "zh": ("Times New Roman", "SimSun")}


def document_of(made: Sequence[TableContents]) -> bytes:
    """A document with tables one below the other: rules above, below the headings and at the end."""
    document = new_document(made[0].language, "to_html()")
    for one in made:
        add_table(document, one)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def new_document(language: Language, instead: str) -> Any:
    """An empty document with letters for both languages; refused, with what to take instead, without python-docx."""
    try:
        from docx import Document
    except ImportError:
        raise OptionError(
            f"Word documents need python-docx, which is not installed; install csisem[docx], or take {instead}."
        ) from None
    from docx.oxml.ns import qn

    document = Document()
    latin, chinese = _FONTS[language]
    style = document.styles["Normal"]
    style.font.name = latin
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)
    return document


def add_table(document: Any, made: TableContents) -> None:
    """Add a table with its title and notes."""
    _check(made)
    document.add_paragraph().add_run(made.title).bold = True
    _table(document, made)
    for note in made.notes:
        document.add_paragraph().add_run(note).italic = made.style == "apa"


def _check(made: TableContents) -> None:
    """Refuse characters that a Word document cannot hold."""
    texts = [made.title, *made.groups, *made.notes]
    texts += [text for column in made.columns for text in (column.header, *column.cells)]
    for text in texts:
        if found := NOT_IN_XML.search(text):
            raise DataError(f"{shown(text)} holds the control character {found[0]!r}, which Word documents cannot "
                            "keep; rename it in the data.")  # fmt: skip


def _table(document: Any, made: TableContents) -> None:
    from docx.table import _Cell

    over = spanners(made.columns)
    headings = 2 if over else 1
    heads = sum(bool(group) and (k == 0 or group != made.groups[k - 1]) for k, group in enumerate(made.groups))
    table = document.add_table(rows=headings + len(made.rows) + heads, cols=len(made.columns))
    # Cells by row, read once: the library finds each by walking through all of them.
    cells = [[_Cell(one, table) for one in row.tc_lst] for row in table._tbl.tr_lst]
    for label, places in over:
        merged = cells[0][places[0]].merge(cells[0][places[-1]])
        _write(merged, label, left=False, bold=True)
    for k, column in enumerate(made.columns):
        _write(cells[headings - 1][k], column.header, left=column.left, bold=True)
    line = headings
    for k, row in enumerate(made.rows):
        group = made.groups[k]
        if group and (k == 0 or group != made.groups[k - 1]):
            _write(cells[line][0].merge(cells[line][-1]), group, left=True, italic=True)
            line += 1
        for place, (cell, column) in enumerate(zip(row, made.columns, strict=True)):
            _write(cells[line][place], cell, left=column.left)
        line += 1
    _rule(table.rows[0], "top")
    _rule(table.rows[headings - 1], "bottom")
    _rule(table.rows[-1], "bottom")
    for row in table.rows[:headings]:
        _repeat(row)


def _write(cell: Any, text: str, *, left: bool, bold: bool = False, italic: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(9)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_after = Pt(0)


def _rule(row: Any, side: str) -> None:
    """A line above or below a row."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    # A cell over several columns is one element.
    for cell in row._tr.tc_lst:
        properties = cell.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", "000000")):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)


def _repeat(row: Any) -> None:
    """Print a row again at the top of every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
