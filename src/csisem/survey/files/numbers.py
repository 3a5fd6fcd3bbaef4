"""Columns of text as numbers, with words, marks and doubts reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.survey.files.numerals import (
    Convention,
    Reading,
    coded,
    conventions,
    exact,
    first_not_number,
    is_blank_word,
    looks_numeric,
    plain,
    readings,
)


class Texts(NamedTuple):
    """The distinct texts of a column, without blanks, how many cells hold each, and how many others are numbers."""

    name: str
    texts: Sequence[str]
    counts: IntArray
    numbers: int = 0
    values: frozenset[float] = frozenset()
    """The values of cells that are numbers."""


@dataclass(slots=True, eq=False)
class Findings:
    """What the columns of a file turned out to hold."""

    words: dict[str, dict[str, int]] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    mixed: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    zeros: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    decimal_commas: list[str] = field(default_factory=list)
    thousands: dict[str, str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    stored_as_text: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    spaces: int = 0

    @property
    def decimal(self) -> str | None:
        return "," if self.decimal_commas else None

    @property
    def mark(self) -> str | None:
        """The mark between thousands."""
        return next(iter(self.thousands.values()), None)

    def notes(self) -> list[Sentence]:
        """Return what was turned, dropped or left in doubt, a sentence each."""
        said = [
            sentence("file.words", column=name, words=tuple(own), count=sum(own.values()))
            for name, own in self.words.items()
        ]
        if self.decimal_commas:
            said.append(sentence("file.decimal_commas", columns=self.decimal_commas))
        for mark in dict.fromkeys(self.thousands.values()):
            own = [name for name, one in self.thousands.items() if one == mark]
            said.append(sentence("file.thousands", columns=own, mark=mark))
        if self.stored_as_text:
            said.append(sentence("file.stored_as_text", columns=self.stored_as_text))
        if self.zeros:
            said.append(sentence("file.leading_zeros", columns=self.zeros))
        if self.codes:
            said.append(sentence("file.codes", columns=list(self.codes), text=next(iter(self.codes.values()))))
        said += [sentence("file.points", column=name, text=text) for name, text in self.points.items()]
        said += [sentence("file.doubtful", column=name, text=text) for name, text in self.doubtful.items()]
        said += [sentence("file.unread", column=name, text=text) for name, text in self.unread.items()]
        said += [
            sentence("file.mixed", column=name, numbers=numbers, texts=texts, text=text)
            for name, (numbers, texts, text) in self.mixed.items()
        ]
        return said


@dataclass(slots=True, eq=False)
class _Waiting:
    """A column that can be read in two ways, until other columns decide."""

    name: str
    readings: list[Reading]
    sample: str
    place: Callable[[Reading | None], None]


@dataclass(slots=True, eq=False)
class Numbers:
    """A reader of columns; `settle` follows when all columns have been seen."""

    decimal: str | None
    thousands: str | None
    commas: bool
    """Whether ``1,5`` is a number without being declared: not where a list of answers is as likely."""
    codes: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    found: Findings = field(default_factory=Findings)
    _decimals: set[str] = field(default_factory=set)
    _waiting: list[_Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A point or a comma between thousands leaves the other one for decimals.
        self.decimal = self.decimal or {".": ",", ",": "."}.get(self.thousands or "")

    def read(self, column: Texts, place: Callable[[FloatArray], None]) -> None:
        """Find the numbers (u,) of a column's distinct texts, nan for a blank word, and pass them to ``place``."""
        sample = column.texts[:_SAMPLE]
        if not column.numbers and not any(map(looks_numeric, sample)) and not any(map(is_blank_word, sample)):
            return
        texts = [text.strip() for text in column.texts]
        words = [not text or is_blank_word(text) for text in texts]
        rest = [text for text, word in zip(texts, words, strict=True) if not word]
        if not rest and column.numbers:
            self._blank(column, texts, words)
            place(np.full(len(texts), np.nan))
            return
        if not column.numbers and not any(map(looks_numeric, rest)):
            return
        if column.name in self.codes:
            code = next((text for text in rest if looks_numeric(text) and not plain(text)), None)
            if code is not None:
                self.found.codes[column.name] = code
                return
        every = conventions(self.decimal, self.thousands)
        ways = readings(rest, every)
        if not ways:
            self._mixed(column, rest, words, every)
            return
        if (code := self._code(column, rest, ways[0].values)) is not None:
            self.found.codes[column.name] = code
            return
        if any(text[0] == "0" and len(text) > 1 and text.isdigit() for text in rest):
            self.found.zeros.append(column.name)

        def done(way: Reading | None) -> None:
            if way is None or not (exact(way.values) or any("e" in text.casefold() for text in rest)):
                return
            values = np.full(len(texts), np.nan)
            values[~np.array(words)] = way.values
            self._blank(column, texts, words)
            self._marks(column.name, way.convention, rest)
            place(values)

        self._decide(column.name, ways, rest, done)

    def _code(self, column: Texts, rest: Sequence[str], values: Sequence[float]) -> str | None:
        """Return a code that would become the same number as another text."""
        if column.name in self.codes or column.name in self.items:
            return None
        counts = Counter(values)
        return next(
            (text for text, value in zip(rest, values, strict=True)
             if coded(text) and (counts[value] > 1 or value in column.values)), None,
        )  # fmt: skip

    def points(self, name: str, texts: Iterable[str], place: Callable[[FloatArray], None]) -> None:
        """Weigh a column that was read with decimal points: in a file with decimal commas these mark thousands."""
        rest = [text.strip() for text in texts]
        ways = readings(rest, conventions(self.decimal, self.thousands))

        def done(way: Reading | None) -> None:
            if way is not None and way.convention.decimal == ",":
                self._marks(name, way.convention, rest)
                place(np.array(way.values))

        if ways:
            self._decide(name, ways, rest, done)

    @property
    def in_doubt(self) -> bool:
        """Whether the decimal points of other columns matter."""
        return bool(self._waiting) or "," in self._decimals

    def settle(self) -> None:
        """Read the columns that could be read in two ways, by what the others show; leave the rest as text."""
        for one in self._waiting:
            chosen = [way for way in one.readings if {way.convention.decimal} == self._decimals]
            points = "," not in one.sample and "," not in self._decimals
            if not chosen and points:
                chosen = [way for way in one.readings if way.convention == Convention()]
                self.found.points[one.name] = one.sample
            if len(chosen) != 1:
                self.found.doubtful[one.name] = one.sample
                one.place(None)
            else:
                one.place(chosen[0])

    def _decide(
        self, name: str, ways: list[Reading], rest: Sequence[str], done: Callable[[Reading | None], None]
    ) -> None:
        marked = next((text for text in rest if "," in text or "." in text), None)
        comma = ways[0].convention == Convention(",") and self.decimal is None and not self.commas
        if len(ways) > 1 or (comma and marked):
            ways = [way for way in ways if not (comma and way.convention == Convention(","))]
            self._waiting.append(_Waiting(name, ways, marked or rest[0], done))
            return
        if marked:
            self._decimals.add(ways[0].convention.decimal)
        done(ways[0])

    def _marks(self, name: str, convention: Convention, rest: Sequence[str]) -> None:
        decimal, thousands = convention
        if decimal == "," and any("," in text for text in rest):
            self.found.decimal_commas.append(name)
        if thousands and any(thousands in text for text in rest):
            self.found.thousands[name] = thousands

    def _blank(self, column: Texts, plain: Sequence[str], words: Sequence[bool]) -> None:
        """Count the words for a blank, and the cells that hold spaces alone."""
        if own := _words(plain, words, column.counts):
            self.found.words[column.name] = own
        self.found.spaces += int(column.counts[[not text for text in plain]].sum())

    def _mixed(self, column: Texts, rest: Sequence[str], words: Sequence[bool], every: Sequence[Convention]) -> None:
        """Report a column of text in which most cells are numbers, or written with marks that are not read."""
        marked = next((text for text in rest if _UNREAD.search(text)), None)
        if marked is not None and all(map(looks_numeric, rest)):
            self.found.unread[column.name] = marked
            return
        counts = column.counts[~np.array(words)]
        other = np.array([first_not_number([text], every) is not None for text in rest])
        numbers, texts = column.numbers + int(counts[~other].sum()), int(counts[other].sum())
        if texts and numbers > texts:
            self.found.mixed[column.name] = (numbers, texts, rest[int(np.flatnonzero(other)[0])])


def _words(texts: Sequence[str], words: Sequence[bool], counts: IntArray) -> dict[str, int]:
    """Return the words for a blank with their counts; spaces are no words."""
    found: dict[str, int] = {}
    for text, word, count in zip(texts, words, counts.tolist(), strict=True):
        if word and text:
            found[text] = found.get(text, 0) + count
    return found


_SAMPLE = 50
_UNREAD = re.compile(r"%|[0-9][ \u00a0\u202f'’][0-9]")
"""A percentage, or digits in groups."""
