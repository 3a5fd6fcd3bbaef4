"""Files of all kinds: what is read equals what was written, or a sentence says why not."""

from __future__ import annotations

import csv
import io
import math
import random
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.errors import CsisemWarning, DataError
from csisem.survey.files import delimited

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("NA", "null", "None", "nan", "N/A", "(跳过)")
NAMES = ("s1", "Zufrieden, gesamt", "a;b", "总体满意", 'the "best"', "Größe", "x|y", "two\nlines", "q 1", "w")
LETTERS = ("a", "b", "Z", ",", ";", "|", "\t", '"', " ", "\n", "é", "满", "意", "1", "5", ".", "NA", "┋", "'")
MARKS = {".": ("", ",", "'"), ",": ("", ".", "\u00a0")}
SEPARATORS = ",;\t|"
TOLD = {"title_rows", "texts_row", "two_rows", "qualtrics"}
"""Notes on rows that were taken for a header."""


@dataclass
class Table:
    """What is to be written: numbers as floats, words and texts as they are, None for a blank."""

    names: list[str]
    columns: list[list[float | str | None]]
    numeric: list[bool]


@dataclass
class Style:
    """How it is written."""

    separator: str
    decimal: str
    thousands: str
    encoding: str
    quoting: int
    end: str
    above: str
    trailing: bool
    options: dict[str, object] = field(default_factory=dict)


@st.composite
def tables(draw: Callable[..., int]) -> tuple[Table, random.Random]:
    # One seed is drawn instead of each cell, which makes a file in a tenth of the time.
    chance = random.Random(draw(st.integers(0, 2**63)))
    rows, width = chance.randint(1, 7), draw(st.integers(1, 5))
    numeric = [chance.random() < 0.6 for _ in range(width)]
    return Table(chance.sample(NAMES, width), [column(chance, own, rows) for own in numeric], numeric), chance


def column(chance: random.Random, numeric: bool, rows: int) -> list[float | str | None]:
    if not numeric:
        cells = ["".join(chance.choices(LETTERS, k=chance.randint(0, 6))) or None for _ in range(rows)]
        cells[chance.randrange(rows)] = "text " + chance.choice(LETTERS)
        return [*cells]
    digits, size = chance.choice((0, 0, 1, 2, 3)), chance.choice((1, 1, 3, 5, 7))
    numbers: list[float | str | None] = [round(chance.uniform(-(10**size) / 4, 10**size), digits) for _ in range(rows)]
    for i in range(1, rows):
        if chance.random() < 0.2:
            numbers[i] = chance.choice((None, None, chance.choice(WORDS)))
    return numbers


def style(chance: random.Random) -> Style:
    separator, decimal = chance.choice(SEPARATORS), chance.choice("..,")
    end = chance.choice(("\n", "\r\n", "\r"))
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
    return Style(
        separator, decimal, chance.choice(MARKS[decimal]),
        chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252")),
        # Of lines that end with \r alone the writer does not quote a cell with \n.
        csv.QUOTE_ALL if end == "\r" else quoting, end,
        chance.choice(("", "", "", "sep", "title", "qualtrics", "texts", "blank")), chance.random() < 0.15,
    )  # fmt: skip


def number(value: float, how: Style) -> str:
    text = f"{value:,}".replace(",", "_").replace(".", how.decimal).replace("_", how.thousands)
    return text.removesuffix(f"{how.decimal}0")


def written(table: Table, how: Style) -> str:
    """Write the table; what stands above its answers goes to the options that declare it."""
    page = io.StringIO()
    writer = csv.writer(page, delimiter=how.separator, quoting=how.quoting, lineterminator=how.end)
    width, tail = len(table.names), [""] * how.trailing
    how.options.update(header=1, skip=0)
    if how.above == "sep":
        page.write(f"sep={how.separator}{how.end}")
    elif how.above in ("title", "blank") and width > 1:
        writer.writerow(["A survey" if how.above == "title" else "", *[""] * (width - 1)])
        how.options["skip"] = 1
    writer.writerow([*table.names, *tail])
    if how.above == "texts" and sum(table.numeric) > 1 and len(table.columns[0]) > 3:
        writer.writerow([f"Text of {name}" for name in table.names] + tail)
        how.options["header"] = 2
    elif how.above == "qualtrics":
        writer.writerow([f"Text of {name}" for name in table.names] + tail)
        writer.writerow(['{"ImportId":"QID1"}'] * width + tail)
        how.options["header"] = 3
    for cells in zip(*table.columns, strict=True):
        writer.writerow(["" if c is None else c if isinstance(c, str) else number(c, how) for c in cells] + tail)
    return page.getvalue()


def difference(table: Table, survey: cs.Survey, *, encoded: bool) -> str:
    """Return what differs from what was written and is not said; "" if nothing does."""
    source = survey.source
    assert source is not None
    codes = {note.code.removeprefix("file.") for note in source.notes}
    doubtful = {note.fields["column"] for note in source.notes if note.code in ("file.doubtful", "file.points")}
    if survey.frame.shape != (len(table.columns[0]), len(table.names)):
        return "" if codes & TOLD else "shape"
    if list(survey.columns) != table.names and not (encoded and "encoding" in codes):
        return "" if codes & TOLD else "names"
    for i, (name, column, numeric) in enumerate(zip(survey.columns, table.columns, table.numeric, strict=True)):
        read = survey.frame.iloc[:, i].tolist()
        if numeric and name not in doubtful:
            expected = [c if isinstance(c, float) else math.nan for c in column]
            same = all(a == b or (a != a and b != b) for a, b in zip(read, expected, strict=True))
            if not same and not (codes & TOLD):
                return f"numbers of {name!r}: {read}"
            words = Counter(c for c in column if isinstance(c, str))
            if same and words != source.words.get(name, {}) and not encoded:
                return f"words of {name!r}: {source.words}"
        elif not numeric and not (encoded and "encoding" in codes):
            texts = [None if c != c else c for c in read]
            if texts != column and not codes & TOLD:
                return f"texts of {name!r}: {texts}"
    return ""


def file_of(table: Table, how: Style, path: Path) -> None:
    text = written(table, how)
    try:
        raw = text.encode(how.encoding)
    except UnicodeEncodeError:
        how.encoding = "utf-8"
        raw = text.encode()
    path.write_bytes(raw)


SAID: Counter[bool] = Counter()


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=tables())
def test_what_is_read_is_what_was_written(made: tuple[Table, random.Random]) -> None:
    table, chance = made
    with TemporaryDirectory() as folder:
        for _ in range(4):
            path, how = Path(folder) / "a.csv", style(chance)
            file_of(table, how, path)
            # Large files are read by Arrow.
            with warnings.catch_warnings(), patch.object(delimited, "_SMALL", chance.choice((0, delimited._SMALL))):
                warnings.simplefilter("ignore", CsisemWarning)
                # Everything declared: no answer may differ.
                survey = cs.read(
                    path, separator=how.separator, decimal=how.decimal, thousands=how.thousands or None,
                    encoding=how.encoding, **how.options,
                )  # fmt: skip
                assert not (found := difference(table, survey, encoded=False)), (found, path.read_bytes(), how)
                # Nothing declared: it is found, or one sentence says why not.
                if len(table.names) == 1 and any(mark in path.read_bytes().decode(how.encoding) for mark in SEPARATORS):
                    continue  # the text of a single column may be two columns as well
                outcome = reading(path)
                SAID[isinstance(outcome, cs.Survey)] += 1
                if isinstance(outcome, cs.Survey):
                    encoded = how.encoding in ("gb18030", "cp1252")
                    found = difference(table, outcome, encoded=encoded)
                    assert not found, (found, path.read_bytes(), how)
                else:
                    assert ". " not in outcome, outcome
                    assert "pass " in outcome, outcome


def reading(path: Path) -> cs.Survey | str:
    try:
        return cs.read(path)
    except DataError as problem:
        return str(problem)


def test_most_files_are_read_without_a_question() -> None:
    if SAID:
        assert SAID[True] > 0.98 * SAID.total(), SAID
