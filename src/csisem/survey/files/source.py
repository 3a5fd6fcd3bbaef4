"""What was understood of a file of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import NamedTuple

from csisem.arrays import pd
from csisem.display.sentences import Sentence
from csisem.errors import OptionError, agree, shown
from csisem.option_checks import check_whole
from csisem.survey.code_range import Code
from csisem.survey.files.encodings import check_encoding


class FileOptions(NamedTuple):
    """The options of `read` that say how a file is written; None where the file itself decides."""

    sheet: str | int = 0
    encoding: str | None = None
    separator: str | None = None
    header: int | None = None
    skip: int | None = None
    decimal: str | None = None
    thousands: str | None = None
    codes: frozenset[str] = frozenset()
    """Columns whose cells are names of groups or rows; they keep their text where it is not a plain number."""
    items: frozenset[str] = frozenset()
    """Columns that are numbers, even where they look like codes."""

    def check(self, kind: str, taken: tuple[str, ...]) -> None:
        """Refuse options that are not valid, and options that this kind of file does not use."""
        for name, value in self._asdict().items():
            if name not in ("sheet", "codes", "items", *taken) and value is not None:
                raise OptionError(f"{name}= does not apply to {kind}; leave it out.")
        if not isinstance(self.sheet, str | Integral) or isinstance(self.sheet, bool):
            raise OptionError(f"sheet= must be the name of a sheet or its place, from 0; got {shown(self.sheet)}.")
        if "sheet" not in taken and (isinstance(self.sheet, str) or self.sheet != 0):
            raise OptionError(f"sheet= does not apply to {kind}; leave it out.")
        for name in ("header", "skip"):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name), 0, _MOST_ROWS)
        for name in ("separator", "thousands"):
            mark = getattr(self, name)
            if mark is None:
                continue
            if not isinstance(mark, str) or len(mark) != 1 or mark in '"\r\n\0':
                raise OptionError(f"{name}= must be one character; got {shown(mark)}.")
            if mark.isalnum() or "\ud800" <= mark <= "\udfff":
                raise OptionError(f"{name}= must be a mark, not a letter or digit; got {shown(mark)}.")
        if self.encoding is not None and "separator" in taken:
            check_encoding(self.encoding)
        elif self.encoding is not None and (
            not isinstance(self.encoding, str) or not (self.encoding and self.encoding.isprintable())
        ):
            raise OptionError(f"encoding= must be the name of an encoding; got {shown(self.encoding)}.")
        if self.decimal is not None and not (isinstance(self.decimal, str) and self.decimal in (".", ",")):
            raise OptionError(f"decimal= must be '.' or ','; got {shown(self.decimal)}.")
        if self.thousands is not None and self.thousands in {self.decimal, "-", "+"}:
            raise OptionError(f"thousands= must be a mark other than decimal=; got {shown(self.thousands)}.")


_MOST_ROWS = 10**9
"""Most rows of a header, or above it."""


@dataclass(frozen=True, slots=True)
class FileSource:
    r"""What was understood of the file in which a survey's answers were found.

    Attributes
    ----------
    name, kind
        The file's name, and what it is: ``"text"``, ``"Excel"``, ``"SPSS"``, ``"Stata"`` or ``"Parquet"``.
    rows, columns
        Rows of answers and columns read.
    encoding, separator, decimal, thousands
        How a text file is written: ``decimal`` is a point unless a number shows a comma, ``thousands`` None unless one
        shows a mark; each is None where it does not apply.
    skipped, header
        Rows above the header that were not read, and rows of the header.
    blanks
        Empty cells.
    words
        Words such as ``"NA"`` that stand for a blank in a column of numbers, with their counts, by column.
    notes
        What was left out, turned or guessed, a sentence each; with an empty ``name``, of answers in a frame.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "answers.csv"
    ...     _ = path.write_text("id;s1;weight\n1;5;0,75\n2;NA;1,25\n")
    ...     source = cs.read(path).source
    >>> source.separator, source.decimal, source.words
    (';', ',', {'s1': {'NA': 1}})
    """

    name: str
    kind: str
    rows: int
    columns: int
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    skipped: int = 0
    header: int | None = None
    blanks: int = 0
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[Sentence, ...] = ()

    def lines(self) -> dict[str, str]:
        """Return the headings and texts by which a survey shows its source."""
        parts = [f"{self.name} ({self.kind})"] if self.name else []
        if self.encoding:
            parts.append(self.encoding)
        if self.separator:
            parts.append(f"separator {self.separator!r}")
        if self.decimal:
            parts.append(f"decimal {self.decimal!r}")
        if self.thousands:
            parts.append(f"thousands {self.thousands!r}")
        if self.header is not None:
            first, last = self.skipped + 1, self.skipped + self.header
            place = f"row {first}" if first == last else f"rows {first}-{last}"
            parts.append(f"header in {place}" if self.header else "no header")
        blanks = [f"{self.blanks:,} empty cell{agree(self.blanks, '', 's')}"] if self.name else []
        blanks += [
            f"{word!r} in {count:,} cell{agree(count, '', 's')} of {name!r}"
            for name, own in self.words.items()
            for word, count in own.items()
        ][:_MOST]
        more = sum(map(len, self.words.values())) - _MOST
        return {
            "file": "; ".join(parts),
            "blanks": "; ".join(blanks) + (f"; and {more} more words, in source.words" if more > 0 else ""),
            "notes": "\n".join(self.notes),
        }


def with_notes(source: FileSource | None, frame: pd.DataFrame, notes: tuple[Sentence, ...]) -> FileSource | None:
    """Add what the answers of a questionnaire turned out to hold; None without a file and without notes."""
    if source is None and notes:
        source = FileSource("", "", *frame.shape)
    return source if source is None else replace(source, notes=(*source.notes, *notes))


_MOST = 6


class Contents(NamedTuple):
    """The answers in a file, what was understood of it, and the texts and missing values it declares by column."""

    frame: pd.DataFrame
    source: FileSource
    item_texts: Mapping[str, str]
    value_labels: Mapping[str, Mapping[float, str]] = {}
    missing_codes: Mapping[str, tuple[Code, ...]] = {}
