"""Tables as Excel workbooks of one sheet."""

from __future__ import annotations

import re
from pathlib import Path

from csisem.reporting.sheets import fit_width, header, put, saved
from csisem.reporting.tables.table_contents import TableContents
from csisem.reporting.unprintable import NOT_IN_XML, check_texts

_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")


def workbook_of(made: TableContents, path: Path) -> bytes:
    """A workbook with the table: headings, rows, then its title and notes below."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    heads = [f"{one.spanner}: {one.header}" if one.spanner else one.header for one in made.columns]
    check_texts([made.title, *heads, *made.groups, *made.notes, *(cell for row in made.rows for cell in row)], path,
                NOT_IN_XML)  # fmt: skip
    header(sheet, heads)
    line, before = 2, ""
    for group, row in zip(made.groups, made.rows, strict=True):
        if group and group != before:
            put(sheet, line, 1, group, path)
            sheet.cell(row=line, column=1).font = Font(italic=True)
            line += 1
        before = group
        for k, (text, column) in enumerate(zip(row, made.columns, strict=True), start=1):
            _number(sheet, line, k, text, path) if not column.left else put(sheet, line, k, text, path)
        line += 1
    for k, column in enumerate(made.columns, start=1):
        fit_width(sheet, k, [heads[k - 1], *column.cells, *(made.groups if k == 1 else ())])
    for text in (made.title, *made.notes):
        line += 1
        put(sheet, line, 1, text, path)
        sheet.cell(row=line, column=1).alignment = Alignment(wrap_text=False)
    return saved(book)


def _number(sheet: object, row: int, column: int, text: str, path: Path) -> None:
    """A number as one, with the digits that are shown; other text as it is."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        if text:
            put(sheet, row, column, text, path)
        return
    digits = len(found[1] or "")
    put(sheet, row, column, float(text) if digits else int(text), path, f"0.{'0' * digits}" if digits else "General")
