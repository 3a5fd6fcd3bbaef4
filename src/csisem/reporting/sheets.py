"""Frames as the sheets of an Excel workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from csisem.arrays import pd
from csisem.display.labels import frame_title, labelled
from csisem.display.sentences import Sentence
from csisem.display.table import is_p, worded
from csisem.display.text_layout import width
from csisem.errors import DataError, shown
from csisem.options import Language
from csisem.reporting.unprintable import NOT_IN_XML, check_letters

MOST_ROWS, LONGEST_TEXT, LONGEST_NAME = 1_048_575, 32_767, 31
"""Rows below a header, characters of a cell and of a sheet's name that Excel takes."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NUMBER, _P_VALUE = "0.000", '[<0.001]"<0.001";0.000'
_NARROWEST, _WIDEST = 8, 60
# Rows that a column's width is taken from.
_LOOKED_AT = 500


def workbook_of(sheets: Mapping[str, pd.DataFrame], notes: Mapping[str, Sequence[str]], path: Path,
                language: Language) -> bytes:  # fmt: skip
    """A workbook with a sheet for each frame, and one of all notes; it is made in memory.

    In Chinese the headings and the words in cells are Chinese; in English columns keep their names, so that a sheet can
    be read as the frame it was.
    """
    from openpyxl import Workbook

    book, taken = Workbook(), set[str]()
    book.remove(book.active)
    for name, frame in sheets.items():
        _fill(book.create_sheet(_sheet_name(name, taken, language)), _in_words(frame, language), frame, path)
    said = [(frame_title(name, language), note) for name, lines in notes.items() for note in lines]
    if said:
        titles = [frame_title("sheet", language), frame_title("note", language)]
        frame = pd.DataFrame(said, columns=titles)
        _fill(book.create_sheet(_sheet_name("notes", taken, language)), frame, frame, path)
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook as bytes."""
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):  # type: ignore[misc]
        """openpyxl's writer without its temporary files, whose faults differ with the XML library installed."""

        def write_worksheet(self, ws: Any) -> None:
            sheet = WorksheetWriter(ws, out=BytesIO())
            sheet.write()
            ws._rels = sheet._rels
            self._archive.writestr(ws.path[1:], sheet.out.getvalue())

    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        InMemory(book, archive).write_data()
    return file.getvalue()


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its index, unless that only counts the rows, as first columns of names that differ."""
    index = frame.index
    counts = isinstance(index, pd.RangeIndex) or (
        index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"
    )
    if counts and frame.columns.nlevels == 1:
        return frame
    made = frame.copy(deep=False)
    made.columns = pd.Index([" ".join(map(str, name)) if isinstance(name, tuple) else name for name in frame.columns])
    if counts:
        return made
    for place in reversed(range(index.nlevels)):
        name = index.names[place]
        title = ("name" if index.nlevels == 1 else f"name {place + 1}") if name is None else str(name)
        while title in made.columns:
            title += "_"
        made.insert(0, title, list(index.get_level_values(place)))
    return made.reset_index(drop=True)


def _in_words(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The frame as it is written."""
    return worded(frame, "en") if language == "en" else labelled(frame, language)


def _sheet_name(name: str, taken: set[str], language: Language) -> str:
    """A name that Excel takes and no other sheet has."""
    stem = _FORBIDDEN.sub(" ", NOT_IN_XML.sub(" ", name if language == "en" else frame_title(name, language)))
    stem = stem.strip().strip("'") or "sheet"
    made, number = stem[:LONGEST_NAME], 2
    while made.casefold() in taken:
        end = f" {number}"
        made, number = stem[: LONGEST_NAME - len(end)] + end, number + 1
    taken.add(made.casefold())
    return made


def _fill(sheet: Any, words: pd.DataFrame, frame: pd.DataFrame, path: Path) -> None:
    """Write a frame under a bold header that stays in sight."""
    check_letters(words, path, NOT_IN_XML)
    if len(words) > MOST_ROWS:
        raise DataError(
            f"{str(path)!r} cannot be written: a sheet takes {MOST_ROWS:,} rows, and {sheet.title!r} has "
            f"{len(words):,}; write .csv."
        )
    header(sheet, [str(name) for name in words.columns])
    for k in range(words.shape[1]):
        form = _P_VALUE if is_p(frame.columns[k]) else _NUMBER
        column = [plain(value) for value in words.iloc[:, k]]
        for row, value in enumerate(column, start=2):
            if value is not None:
                put(sheet, row, k + 1, value, path, form)
        fit_width(sheet, k + 1, [str(words.columns[k]), *map(_as_seen, column[:_LOOKED_AT])])


def header(sheet: Any, names: Sequence[str]) -> None:
    """A first row in bold, which stays while the others scroll."""
    from openpyxl.styles import Alignment, Font, PatternFill

    for k, name in enumerate(names, start=1):
        put(sheet, 1, k, name)
        cell = sheet.cell(row=1, column=k)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7EEF5")
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=False)
    sheet.freeze_panes = "A2"


def put(sheet: Any, row: int, column: int, value: object, path: Path | None = None, form: str = _NUMBER) -> None:
    """Write one cell; a text that a spreadsheet would compute, such as ``=~``, stays text."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise DataError(f"{str(path)!r} cannot be written: a cell takes {LONGEST_TEXT:,} characters, and "
                            f"{shown(value)} has {len(value):,}; write .json.")  # fmt: skip
        cell.value = value
        # openpyxl takes a formula, an error or a number by the text's first letters; the mark keeps spreadsheets, too,
        # from reading one when the cell is edited.
        cell.data_type, cell.quotePrefix = "s", value[:1] in ("=", "+", "-", "@")
        return
    cell.value = value
    if isinstance(value, float):
        cell.number_format = form


def fit_width(sheet: Any, column: int, texts: Sequence[str]) -> None:
    """Make a column as wide as its texts, a Chinese letter counting two."""
    from openpyxl.utils import get_column_letter

    widest = max((width(text.partition("\n")[0]) for text in texts), default=0)
    sheet.column_dimensions[get_column_letter(column)].width = min(max(widest + 2, _NARROWEST), _WIDEST)


def _as_seen(value: object) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def plain(value: Any) -> Any:
    """A value as Excel takes it: None for what is missing, text for what it has no kind of."""
    if isinstance(value, Sentence):
        return str(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value if math.isfinite(value) else str(value)
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_pydatetime()
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | bool) else str(value)
