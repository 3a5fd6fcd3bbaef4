"""Widths of texts without a font, and names broken into lines."""

from __future__ import annotations

import math
import re
import unicodedata

_NARROW, _WIDE, _SIGNS = set("ijlI.,:;|'!()[]{} ftr*/·₀₁₂₃₄₅₆₇₈₉²"), set("mwMWQO@%—"), set("<>=+~≥≤#−±×&")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_\s./·-])")
LINE = 1.25
"""Height of a line, as a share of the size of its letters."""
_MOST_LINES = 3


def text_width(text: str, size: float) -> float:
    """Inches that the widest line takes in a common font of ``size`` points, rather too many than too few."""
    return max(sum(map(_em, line)) for line in text.split("\n")) * size / 72


def text_height(text: str, size: float) -> float:
    """Inches that a text takes."""
    return (text.count("\n") + 1) * LINE * size / 72


def _em(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.02
    if letter in _NARROW:
        return 0.5 if letter == "*" else 0.41
    if letter in _WIDE:
        return 0.99
    if letter in _SIGNS:
        return 0.86
    return 0.76 if letter.isupper() else 0.64


def broken(name: str, most: int) -> str:
    """A name in up to three lines of about ``most`` letters, at spaces, marks and humps; longer ones end in dots."""
    lines: list[str] = []
    for part in filter(None, _HUMP.split(name)):
        for piece in _pieces(part, most):
            if lines and _columns(lines[-1] + piece) <= most:
                lines[-1] += piece
            else:
                lines.append(piece)
    lines = [line.strip() for line in lines if line.strip()] or [name]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][: max(most - 1, 1)] + "…"]
    return "\n".join(lines)


def shortened(name: str, most: int) -> str:
    """A name in one line of at most ``most`` columns; longer ones end in dots."""
    if _columns(name) <= most:
        return name
    kept = ""
    for letter in name:
        if _columns(kept + letter) > most - 1:
            break
        kept += letter
    return kept.rstrip() + "…"


def _pieces(part: str, most: int) -> list[str]:
    """A part without a break, cut into nearly equal pieces where it is longer than a line."""
    columns = _columns(part)
    if columns <= most + 2:
        return [part]
    # A wide letter may reach over the end by one column.
    limit = math.ceil(columns / math.ceil(columns / most)) + 1
    pieces, piece = [], ""
    for letter in part:
        if _columns(piece + letter) > limit:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
