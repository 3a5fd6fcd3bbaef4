"""Aligned tables and paragraphs of plain text, also in Chinese."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterator, Sequence

WIDTH = 100
"""Width of paragraphs in terminal columns."""


def width(text: str) -> int:
    """Terminal columns of ``text``: two for East Asian wide letters, none for combining marks."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1
        for letter in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Pad ``text`` with blanks to a number of terminal columns, on the left if it is aligned ``right``."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], names: int = 1, *, flush: Collection[int] = ()
) -> list[str]:
    """Lines of a table whose first ``names`` columns are aligned left and the others right.

    The first header cell is the table's heading; rows are indented by two blanks, but for those in ``flush``.
    """
    indented = [(row[0] if k in flush else f"  {row[0]}", *row[1:]) for k, row in enumerate(rows)]
    columns = [max(map(width, column)) for column in zip(header, *indented, strict=True)]
    return [
        "  ".join(pad(cell, columns[k], right=k >= names) for k, cell in enumerate(row)).rstrip()
        for row in (header, *indented)
    ]


def paragraph(text: str, first: str = "") -> list[str]:
    """Wrap ``text`` into lines of at most `WIDTH` columns, the first after ``first`` and the rest indented as far.

    Lines break at blanks, and between Chinese letters.
    """
    lead = " " * width(first)
    lines, line, empty = [], first, True
    for blank, part in _parts(text):
        joint = blank if not empty else ""
        if not empty and width(line) + width(joint) + width(part) > WIDTH:
            lines.append(line)
            line, joint = lead, ""
        line += joint + part
        empty = False
    return [*lines, line]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Parts of a text that stay together, each with the blank before it; Chinese punctuation ends a part."""
    for word in text.split():
        start, blank = 0, " "
        for end in range(1, len(word) + 1):
            if end < len(word) and not _is_wide(word[end]):
                continue
            if end < len(word) and (word[end] in _CLOSING or word[end - 1] in _OPENING):
                continue
            yield blank, word[start:end]
            start, blank = end, ""


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


_CLOSING = "，。；：、）”！？"
_OPENING = "（“"


def number(value: float, digits: int = 3) -> str:
    """A number with fixed digits, never a negative zero; empty for nan."""
    if math.isnan(value):
        return ""
    shown = f"{value:.{digits}f}"
    return shown.removeprefix("-") if not shown.strip("-0.") else shown
