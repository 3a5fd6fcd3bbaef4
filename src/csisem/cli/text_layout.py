"""Aligned plain text: tables and paragraphs whose columns hold for Chinese letters too."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

WIDTH = 100
"""Columns of the screen that paragraphs keep within."""


def width(text: str) -> int:
    """Columns that a terminal gives to ``text``: two for East Asian wide letters, none for combining marks."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1
        for letter in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill ``text`` with blanks up to a number of terminal columns, on its left when it is to stand ``right``."""
    blanks = " " * max(columns - width(text), 0)
    return blanks + text if right else text + blanks


def table(header: Sequence[str], rows: Sequence[Sequence[str]], names: int = 1) -> list[str]:
    """Return lines of a table whose first ``names`` columns stand left and whose numbers stand right.

    The first header cell is the table's heading: the rows stand two blanks in from it.
    """
    indented = [(f"  {row[0]}", *row[1:]) for row in rows]
    columns = [max(map(width, column)) for column in zip(header, *indented, strict=True)]
    return [
        "  ".join(pad(cell, columns[k], right=k >= names) for k, cell in enumerate(row)).rstrip()
        for row in (header, *indented)
    ]


def paragraph(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Break ``text`` between words into lines within `WIDTH`, the first led by ``first``, the others by ``rest``."""
    lead = " " * width(first) if rest is None else rest
    lines, line, empty = [], first, True
    for word in text.split():
        if not empty and width(line) + 1 + width(word) > WIDTH:
            lines.append(line)
            line, empty = lead, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]


def number(value: float, digits: int = 3) -> str:
    """Return a number with fixed digits, and nothing for one that does not exist."""
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def p_value(value: float, digits: int = 3) -> str:
    """Return a p-value, never as zero."""
    smallest = 10.0**-digits
    return f"<{smallest:.{digits}f}" if value < smallest else number(value, digits)
