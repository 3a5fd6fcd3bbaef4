"""Aligned tables and paragraphs of plain text, also in Chinese."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

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


def table(header: Sequence[str], rows: Sequence[Sequence[str]], names: int = 1) -> list[str]:
    """Lines of a table whose first ``names`` columns are aligned left and the others right.

    The first header cell is the table's heading; rows are indented by two blanks.
    """
    indented = [(f"  {row[0]}", *row[1:]) for row in rows]
    columns = [max(map(width, column)) for column in zip(header, *indented, strict=True)]
    return [
        "  ".join(pad(cell, columns[k], right=k >= names) for k, cell in enumerate(row)).rstrip()
        for row in (header, *indented)
    ]


def paragraph(text: str, first: str = "") -> list[str]:
    """Wrap ``text`` into lines of at most `WIDTH` columns, the first after ``first`` and the rest indented as far."""
    lead = " " * width(first)
    lines, line, empty = [], first, True
    for word in text.split():
        if not empty and width(line) + 1 + width(word) > WIDTH:
            lines.append(line)
            line, empty = lead, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]


def number(value: float, digits: int = 3) -> str:
    """A number with fixed digits; empty for nan."""
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def p_value(value: float, digits: int = 3) -> str:
    """A p-value, never printed as zero."""
    smallest = 10.0**-digits
    return f"<{smallest:.{digits}f}" if value < smallest else number(value, digits)
