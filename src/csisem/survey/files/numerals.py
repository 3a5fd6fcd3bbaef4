"""Numbers written as text: decimal and thousands marks, and words for blanks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from csisem.arrays import LARGEST_COUNT

BLANK_WORDS = frozenset(
    ("na", "n/a", "n.a.", "#n/a", "<na>", "nan", "-nan", "null", "#null!", "none", ".", "-", "--", "(空)", "(跳过)")
)
"""Words that stand for a blank in a column of numbers, in lower case; in a column of text they are answers."""

_SPACES = ("\u00a0", "\u202f")
_MARKS: dict[str, tuple[str, ...]] = {".": (",", "'", "’", *_SPACES), ",": (".", "'", "’", *_SPACES)}


class Convention(NamedTuple):
    """The decimal mark of numbers and the mark between their thousands."""

    decimal: str = "."
    thousands: str | None = None


def conventions(decimal: str | None, thousands: str | None) -> tuple[Convention, ...]:
    """Return the conventions to try, plain ones first; all of them where neither mark is given."""
    decimals = (decimal,) if decimal else ((".",) if thousands == "," else (",",) if thousands == "." else (".", ","))
    every = [Convention(one, None) for one in decimals]
    for one in decimals:
        every += [Convention(one, mark) for mark in ((thousands,) if thousands else _MARKS[one]) if mark != one]
    return tuple(every)


def looks_numeric(cell: str) -> bool:
    """Whether a cell begins as a number does, in any convention, and holds nothing else."""
    return _LOOSE.fullmatch(cell.strip()) is not None


_LOOSE = re.compile(r"[-+−]?[.,]?[0-9][0-9.,'’\u00a0\u202f ]*(?:[eE][-+]?[0-9]+)?%?")


@cache
def _pattern(convention: Convention) -> re.Pattern[str]:
    decimal, thousands = convention
    digits = "[0-9]+"
    if thousands:
        digits = rf"(?:[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+|[0-9]+)"
    # "5." is a number, but "5," is not: a list of answers may end so.
    tail = r"(?:\.[0-9]*)?" if decimal == "." else "(?:,[0-9]+)?"
    return re.compile(rf"[-+−]?(?:{digits}{tail}|{re.escape(decimal)}[0-9]+)(?:[eE][-+]?[0-9]+)?")


class Reading(NamedTuple):
    """The values of texts under one convention."""

    convention: Convention
    values: tuple[float, ...]


def readings(texts: Sequence[str], allowed: Sequence[Convention]) -> list[Reading]:
    """Return the different ways in which all texts are numbers; none where one is not a number."""
    found: list[Reading] = []
    for convention in allowed:
        pattern = _pattern(convention)
        if all(map(pattern.fullmatch, texts)):
            values = _values(texts, convention)
            if all(values != other.values for other in found):
                found.append(Reading(convention, values))
    return found


def _values(texts: Sequence[str], convention: Convention) -> tuple[float, ...]:
    decimal, thousands = convention
    # All at once: digits and marks hold no end of a line.
    plain = "\n".join(texts).replace("−", "-")
    if thousands:
        plain = plain.replace(thousands, "")
    return tuple(map(float, (plain.replace(",", ".") if decimal == "," else plain).split("\n")))


def first_not_number(texts: Sequence[str], allowed: Sequence[Convention]) -> int | None:
    """Return the place of the first text that is no number under any convention."""
    patterns = [_pattern(one) for one in allowed]
    return next((i for i, text in enumerate(texts) if not any(p.fullmatch(text) for p in patterns)), None)


def is_blank_word(text: str) -> bool:
    """Whether a text is a word for a blank."""
    return text.strip().casefold() in BLANK_WORDS


def coded(text: str) -> bool:
    """Whether a text looks like a code that a number would not bring back: ``007``, ``1e5``, ``12E3``."""
    return _CODE.fullmatch(text) is not None


_CODE = re.compile(r"[-+]?0[0-9]+|[0-9]+[eE][0-9]+")


def plain(text: str) -> bool:
    """Whether a text is what the number in it is written as: ``7`` or ``1.5``, but not ``007``, ``+7`` or ``7e0``."""
    return _PLAIN.fullmatch(text) is not None


_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.,][0-9]+)?")


def exact(values: Sequence[float]) -> bool:
    """Whether whole numbers are small enough to be told apart as floats."""
    return all(abs(value) <= LARGEST_COUNT or math.isinf(value) for value in values)
