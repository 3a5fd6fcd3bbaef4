"""Sheets of Excel workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import numpy as np

from csisem.arrays import LARGEST_COUNT, FloatArray, pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree, nearest
from csisem.survey.files.header import header_of
from csisem.survey.files.numbers import Numbers, Texts
from csisem.survey.files.source import Contents, FileOptions, FileSource
from csisem.survey.files.unpacked_size import check_workbook

_TOP = 200


def read_excel(path: Path, asked: FileOptions) -> Contents:
    """Return the answers in a sheet; numbers stored as text become numbers, and are reported."""
    asked.check("an Excel file", ("sheet", "header", "skip", "decimal", "thousands"))
    rows, declared, said = _cells(path, asked.sheet)
    width = max(map(len, rows), default=0)
    if not width:
        raise DataError(f"{path.name!r} has no answers: its sheet is empty.")
    _check_size(path, rows, width, declared)
    rows = [row + [None] * (width - len(row)) for row in rows]
    header = header_of([list(map(_shown, row)) for row in rows[:_TOP]], asked.header, asked.skip, path.name)
    notes, body = [*said, *header.notes], rows[header.start :]
    columns = list(zip(*body, strict=True)) if body else [()] * width
    gone = {i for i in header.unnamed if all(cell is None for cell in columns[i])}
    notes += header.unnamed_notes(gone)
    if empty := sum(all(cell is None for cell in row) for row in body):
        notes.append(sentence("file.blank_rows", count=empty))
    # A cell that holds 1,5 as text may be a list of two answers: decimals are numbers in Excel itself.
    numbers = Numbers(asked.decimal, asked.thousands, False, asked.codes, asked.items)
    names = [name for i, name in enumerate(header.names) if i not in gone]
    made = _typed(names, [column for i, column in enumerate(columns) if i not in gone], numbers)
    found = numbers.found
    frame = pd.DataFrame(dict(enumerate(made)), index=pd.RangeIndex(len(body)), copy=False).set_axis(names, axis=1)
    source = FileSource(
        path.name, "Excel", len(frame), len(names), decimal=found.decimal, thousands=found.mark,
        skipped=header.skipped, header=header.rows, words=found.words,
        blanks=found.spaces + sum(cell is None for i, column in enumerate(columns) if i not in gone for cell in column),
        notes=tuple(notes + found.notes()),
    )  # fmt: skip
    return Contents(frame, source, header.item_texts)


def _cells(path: Path, sheet: str | int) -> tuple[list[list[Any]], str, list[Sentence]]:
    """Return the rows of a sheet to the last filled cell, the range that it declares, and which of several it is."""
    from openpyxl import load_workbook

    try:
        check_workbook(path)
        with path.open("rb") as file:
            return _rows(path, load_workbook(file, read_only=True, data_only=True, keep_links=False), sheet)
    except (DataError, MemoryError):
        raise
    except Exception as problem:  # openpyxl refuses damaged files by whatever fails first
        reason = _reason(problem) if isinstance(problem, _PLAIN) else "its contents are damaged"
        raise DataError(f"{path.name!r} cannot be read as an Excel workbook: {reason}.") from problem


_PLAIN = (BadZipFile, KeyError, OSError, ParseError)
"""What openpyxl raises with a reason that says something."""


def _reason(problem: Exception) -> str:
    # The text of a KeyError is quoted as a whole.
    reason = problem.args[0] if isinstance(problem, KeyError) and problem.args else problem
    return str(reason).rstrip(".")


def _rows(path: Path, book: Any, sheet: str | int) -> tuple[list[list[Any]], str, list[Sentence]]:
    pages = {str(page.title): page for page in book.worksheets}
    if isinstance(sheet, str) and sheet not in pages:
        raise DataError(f"{path.name!r} has no sheet {sheet!r}{nearest(sheet, pages)}.")
    if not isinstance(sheet, str) and not 0 <= sheet < len(pages):
        raise DataError(
            f"{path.name!r} has {len(pages)} sheet{agree(len(pages), '', 's')}, so there is no sheet={sheet}."
        )
    page = pages[sheet] if isinstance(sheet, str) else list(pages.values())[sheet]
    declared = page.calculate_dimension() if page.max_row and page.max_column else ""
    # Some programs write a wrong size of the sheet.
    page.reset_dimensions()
    rows: list[list[Any]] = []
    empty: list[Any] = []
    last = 0
    for place, row in enumerate(page.iter_rows(values_only=True), 1):
        if place > _MOST_ROWS:
            raise DataError(f"{path.name!r} has a row beyond {_MOST_ROWS:,}, the last of a sheet; it is damaged.")
        width = len(row)
        # An empty text is an empty cell.
        while width and row[width - 1] in (None, ""):
            width -= 1
        rows.append([None if cell == "" else cell for cell in row[:width]] if width else empty)
        last = place if width else last
    said = [sentence("file.sheets", count=len(pages), sheet=page.title)] if len(pages) > 1 else []
    return rows[:last], declared, said


_MOST_ROWS = 1_048_576


def _check_size(path: Path, rows: Sequence[Sequence[object]], width: int, declared: str) -> None:
    """Refuse a sheet whose cells stand so far apart that nearly all of its table would be empty."""
    from openpyxl.utils import get_column_letter

    size = len(rows) * width
    if size <= _SMALL:
        return
    filled = sum(cell is not None for row in rows for cell in row)
    if size > _SPARSE * filled:
        size_declared = f" (it declares {declared})" if declared else ""
        raise DataError(
            f"{path.name!r} has {filled:,} filled cell{agree(filled, '', 's')} in a sheet that reaches to "
            f"{get_column_letter(width)}{len(rows)}{size_declared}; clear the cells that stand far from the answers."
        )


_SMALL, _SPARSE = 1_000_000, 50
"""Cells of a table that are always read, and how many for each filled one in a larger table."""


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell)


def _typed(names: Sequence[str], columns: Sequence[Sequence[Any]], numbers: Numbers) -> list[Any]:
    made: list[Any] = [None] * len(names)
    for i, (name, column) in enumerate(zip(names, columns, strict=True)):
        # Booleans and dates stay what they are.
        if all(cell is None or (isinstance(cell, Real | str) and not isinstance(cell, bool)) for cell in column):
            texts: dict[str, int] = {}
            for cell in column:
                if isinstance(cell, str):
                    texts.setdefault(cell, len(texts))
            if texts:
                _settle_later(made, i, name, column, texts, numbers)
            else:
                made[i] = _numbers([np.nan if cell is None else cell for cell in column])
    numbers.settle()
    return [_objects(column) if own is None else own for own, column in zip(made, columns, strict=True)]


def _settle_later(
    made: list[Any], i: int, name: str, column: Sequence[Any], texts: dict[str, int], numbers: Numbers
) -> None:
    codes = np.array([texts[cell] for cell in column if isinstance(cell, str)])
    counts = np.bincount(codes, minlength=len(texts))

    def place(values: FloatArray) -> None:
        known = values.tolist()
        if not np.isnan(values).all():
            numbers.found.stored_as_text.append(name)
        cells = [np.nan if one is None else known[texts[one]] if isinstance(one, str) else one for one in column]
        made[i] = _numbers(cells)

    others = [cell for cell in column if cell is not None and not isinstance(cell, str)]
    numbers.read(Texts(name, list(texts), counts, len(others), frozenset(map(float, others))), place)


def _numbers(cells: Sequence[Any]) -> Any:
    values = np.array(cells, dtype=np.float64)
    whole = len(values) and bool((values == np.floor(values)).all()) and bool((np.abs(values) < LARGEST_COUNT).all())
    return values.astype(np.int64) if whole else values


def _objects(column: Sequence[Any]) -> Any:
    if all(cell is None or isinstance(cell, str) for cell in column):
        return pd.array(list(column), dtype="str")
    return pd.Series(column, dtype=object).infer_objects()
