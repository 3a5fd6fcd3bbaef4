"""Delimited text: separator, fields per row, columns."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree
from csisem.survey.files.arrow import frame_of
from csisem.survey.files.encodings import decoded
from csisem.survey.files.header import Header, apart, header_of
from csisem.survey.files.inert_text import plain_text, take_off
from csisem.survey.files.numbers import Numbers
from csisem.survey.files.numerals import looks_numeric
from csisem.survey.files.source import Contents, FileOptions, FileSource
from csisem.survey.files.unpacked_size import gunzipped

SEPARATORS = (",", ";", "\t", "|")
_TOP = 200
"""Rows in which the separator and the header are looked for."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_SEP_LINE = re.compile(r'"?sep=([^\r\n"])"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


class _Opened(NamedTuple):
    """A text with the separator it is read by and the place of its first row."""

    name: str
    text: str
    separator: str
    begin: int

    def records(self) -> Iterator[list[str]]:
        """Yield the rows; an empty line has no fields."""
        return _records(self.text, self.separator, self.begin)


def read_delimited(path: Path, asked: FileOptions, default: str) -> tuple[Contents, bool]:
    """Return the answers in a text file, and whether its encoding was guessed."""
    asked.check("a text file", ("encoding", "separator", "header", "skip", "decimal", "thousands"))
    text, encoding, guessed = decoded(_raw(path), asked.encoding, path.name)
    if not text.strip():
        raise DataError(f"{path.name!r} cannot be read as delimited text: No columns, since it is empty.")
    notes = [sentence("file.encoding", encoding=encoding)] if guessed else []
    line = _SEP_LINE.match(text)
    begin = line.end() if line else 0
    if line:
        notes.append(sentence("file.sep_line", separator=line[1]))
    separator = asked.separator or (line[1] if line else _separator(path.name, text, asked, default))
    opened = _Opened(path.name, text, separator, begin)
    try:
        header = header_of(list(islice(opened.records(), _TOP)), asked.header, asked.skip, path.name)
        columns, more = _columns(opened, header)
    except csv.Error as problem:
        raise DataError(f"{path.name!r} cannot be read as delimited text: {problem}.") from problem
    names = list(header.names)
    if (asked.separator or line) and asked.header is None and len(names) == 1:
        _check_single(path.name, text, asked._replace(separator=separator), names[0])
    more = [*header.notes, *more]
    _leave_empty(names, columns, header, more)
    numbers = Numbers(asked.decimal, asked.thousands, separator != ",", asked.codes, asked.items)
    empty = sum(column.null_count for column in columns)
    frame = frame_of(names, columns, numbers)
    taken_off = take_off(frame, columns) + sum(plain_text(name) != name for name in names)
    item_texts = header.item_texts
    if taken_off:
        more.append(sentence("file.inert", count=taken_off))
        frame.columns = pd.Index(apart([plain_text(name) for name in names])[0])
        item_texts = {plain_text(name): text for name, text in item_texts.items()}
    found = numbers.found
    source = FileSource(
        path.name, "text", len(frame), len(names), encoding, separator, found.decimal or ".", found.mark,
        header.skipped, header.rows, empty + found.spaces, found.words, tuple(notes + more + found.notes()),
    )  # fmt: skip
    return Contents(frame, source, item_texts), guessed


def _raw(path: Path) -> bytes:
    try:
        return gunzipped(path) if path.suffix.lower() == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as problem:
        reason = "it is damaged, or no gzip file" if isinstance(problem, zlib.error) else str(problem).rstrip(".")
        raise DataError(f"{path.name!r} cannot be read as delimited text: {reason}.") from problem


def _records(text: str, separator: str, begin: int = 0) -> Iterator[list[str]]:
    """Yield rows, strictly: a quotation mark within a quoted cell is doubled, and every one is closed."""
    row = 0
    try:
        for fields in csv.reader((line[0] for line in _LINE.finditer(text, begin)), delimiter=separator, strict=True):
            row += 1
            yield fields
    except csv.Error as problem:
        reason = str(problem)
        if "unexpected end" in reason:
            reason = "a quotation mark is never closed"
        elif "expected after" in reason:
            reason = "a quotation mark within a quoted cell is not doubled"
        raise csv.Error(f"in row {row + 1} {reason}") from None


class _Fit(NamedTuple):
    """How well a separator fits the first rows: rows with several fields, columns, and the share of numbers."""

    several: int = 0
    columns: int = 0
    share: float = 0.0
    first: bool = False


def _fit(name: str, text: str, mark: str, asked: FileOptions) -> _Fit:
    """Return how a separator fits; 0 columns where rows differ in their fields."""
    rows: list[list[str]] = []
    first, several = False, 0
    try:
        for row in islice(_records(text, mark), _TOP):
            first = first or (not rows and len(row) > 1)
            rows.append(row)
            several += len(row) > 1
        header = header_of(rows, asked.header, asked.skip, name)
    except (csv.Error, DataError):
        return _Fit(several, first=first)
    body = [row for row in rows[header.start :] if row]
    if len(header.names) == 1 or any(_misfit(row, header) for row in body):
        return _Fit(several, first=first)
    cells = [cell for row in body for cell in row if cell.strip()]
    return _Fit(several, len(header.names), sum(map(looks_numeric, cells)) / max(len(cells), 1), first)


def _separator(name: str, text: str, asked: FileOptions, default: str) -> str:
    """Return the only separator that gives all first rows the same number of fields."""
    marks = dict.fromkeys((default, *SEPARATORS))
    every = {mark: _fit(name, text, mark, asked) for mark in marks if mark in text}
    fitting = {mark: fit for mark, fit in every.items() if fit.columns}
    if not fitting:
        # Rows that differ are refused later, by the separator that most of them have; a single column has none.
        likely = max(every, key=lambda mark: every[mark].several, default=default)
        if default in every and every[default].several:
            return likely if every[likely].first else default
        absent = next((mark for mark in marks if mark not in text), default)
        return likely if every and every[likely].first and every[likely].several > 1 else absent
    best = max(fitting, key=lambda mark: (fitting[mark].share, fitting[mark].columns))
    _, columns, share, _ = fitting[best]
    for mark, other in fitting.items():
        if mark != best and (other.share > share - _CLEAR or share == 0) and 2 * other.columns > columns:
            raise DataError(
                f"{name!r} can be read with {best!r} as well as with {mark!r} between its columns; pass separator=."
            )
    return best


def _check_single(name: str, text: str, asked: FileOptions, column: str) -> None:
    """Refuse a separator that leaves one column of a file in which another gives several."""
    for mark in SEPARATORS:
        if mark not in (asked.separator, asked.decimal) and mark in column and _fit(name, text, mark, asked).columns:
            raise DataError(f"{name!r} has one column, {column!r}; pass separator={mark!r}, or header=1 if it is one.")


_CLEAR = 0.2
"""Of two separators that fit, one is taken if its cells are numbers more often by this share."""


def _misfit(row: Sequence[str], header: Header) -> bool:
    """Whether a row has fewer fields than the header names, or filled ones beyond it."""
    return len(row) < header.named or any(cell.strip() for cell in row[len(header.names) :])


def _columns(opened: _Opened, header: Header) -> tuple[list[Any], list[Sentence]]:
    """Return a column of text for each name, null where a cell is empty, and what was left out."""
    import pyarrow as pa

    width = len(header.names)
    if len(opened.text) > _SMALL and (fast := _fast(opened, header)) is not None:
        return fast[:width], [_trailing(len(fast[0]), opened.separator)] if len(fast) > width else []
    rows: list[list[str]] = []
    empty = surplus = 0
    wrong: list[tuple[int, int]] = []
    for place, row in enumerate(opened.records(), 1):
        if place <= header.start:
            continue
        if not row or (len(row) == 1 < width and not row[0].strip()):
            empty += 1
        elif len(row) == width:
            rows.append(row)
        elif _misfit(row, header):
            wrong.append((place, len(row)))
        else:
            surplus += len(row) > width
            rows.append((row + [""] * width)[:width])
    _check_shape(opened, wrong, header)
    notes = [sentence("file.empty_rows", count=empty)] if empty else []
    if surplus:
        notes.append(_trailing(surplus, opened.separator))
    cells = zip(*rows, strict=True) if rows else [()] * width
    return [pa.chunked_array([[cell or None for cell in column]], pa.string()) for column in cells], notes


def _trailing(count: int, separator: str) -> Sentence:
    return sentence("file.trailing", count=count, separator=separator)


_SMALL = 200_000
"""Characters up to which the csv module is as fast as Arrow."""


def _fast(opened: _Opened, header: Header) -> list[Any] | None:
    """Return the columns by Arrow, which is strict about the number of fields; None where a closer look is needed.

    If all rows end with separators and nothing behind them, their empty columns are the last.
    """
    import pyarrow as pa
    import pyarrow.csv as pc

    lines = _LINE.finditer(opened.text, opened.begin)
    begin = [opened.begin]

    def counted() -> Iterator[str]:
        for match in lines:
            begin[0] = match.end()
            yield match[0]

    reader = csv.reader(counted(), delimiter=opened.separator)
    for _ in islice(reader, header.start):
        pass
    start = begin[0]
    try:
        first = next(reader, [])
    except csv.Error:
        return None
    body = opened.text[start:].rstrip("\r\n").encode()
    ends = (b"\n\n", b"\n\r\n", b"\r\r") if b"\r" in body else (b"\n\n",)
    if not body or any(two in body for two in ends) or not opened.separator.isascii():
        return None
    quoted = b'"' in body
    if quoted and not _well_quoted(body, opened.separator):
        return None
    width = len(header.names)
    places = list(map(str, range(max(width, len(first)))))
    try:
        table = pc.read_csv(
            pa.BufferReader(body),
            pc.ReadOptions(column_names=places),
            pc.ParseOptions(
                delimiter=opened.separator, newlines_in_values=quoted, ignore_empty_lines=False
            ),
            pc.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(places, pa.string()), null_values=[""],
                strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    if any(column.null_count < len(column) for column in table.columns[width:]):
        return None
    return list(table.columns)


def _well_quoted(body: bytes, separator: str) -> bool:
    """Whether all quotation marks are at the ends of cells, doubled or closed, which Arrow does not ask for."""
    letters = np.frombuffer(body, dtype=np.uint8)
    marks = np.flatnonzero(letters == ord('"'))
    if len(marks) % 2:
        return False
    edge = np.zeros(256, dtype=bool)
    # A mark next to another one is doubled: every second one closes.
    edge[[ord(separator), *b'\r\n"']] = True
    begins, ends = marks[::2], marks[1::2]
    before, after = letters[np.maximum(begins - 1, 0)], letters[np.minimum(ends + 1, len(letters) - 1)]
    return bool((edge[before] | (begins == 0)).all() and (edge[after] | (ends == len(letters) - 1)).all())


def _check_shape(opened: _Opened, wrong: Sequence[tuple[int, int]], header: Header) -> None:
    """Refuse rows with another number of fields."""
    if wrong:
        (place, fields), count = wrong[0], len(wrong)
        raise DataError(
            f"{opened.name!r} has rows of another length than its header, which names {header.named} columns: row "
            f"{place} has {fields} field{agree(fields, '', 's')} ({count} such row{agree(count, '', 's')}); quote "
            f"cells that hold {opened.separator!r}, or pass separator= or skip=."
        )


def _leave_empty(names: list[str], columns: list[Any], header: Header, notes: list[Sentence]) -> None:
    """Leave out columns without a name and without an answer; report those without a name that are kept."""
    gone = [i for i in header.unnamed if columns[i].null_count == len(columns[i])]
    notes += header.unnamed_notes(gone)
    for i in reversed(gone):
        del names[i], columns[i]
