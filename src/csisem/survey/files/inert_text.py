"""Texts in csv files that spreadsheets would take for formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# Spreadsheets of Chinese and Japanese systems take the wide signs for the plain ones.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")
_MARKED = re.compile(r"'+\s*[=+\-@＝＋－＠]")


def inert(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would compute it; `plain_text` takes it off."""
    return f"'{text}" if _FORMULA.match(text) else text


def is_inert(text: str) -> bool:
    """Whether an apostrophe stands before what a spreadsheet would compute."""
    return _MARKED.match(text) is not None


def plain_text(text: str) -> str:
    """Return a text without the apostrophe that `inert` puts in front."""
    return text[1:] if is_inert(text) else text


def inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts, and names of columns, no spreadsheet computes; numbers stay as they are."""
    made = frame.rename(columns=lambda name: inert(name) if isinstance(name, str) else name)
    for i, (_, column) in enumerate(frame.items()):
        if column.dtype.kind in "OU":
            made.isetitem(i, column.map(_inert_cell))
    return made


def _inert_cell(cell: Any) -> Any:
    return inert(cell) if isinstance(cell, str) else cell
