"""Texts in csv files that spreadsheets would take for formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from csisem.arrays import pd

# Spreadsheets of Chinese and Japanese systems take the wide signs for the plain ones.
_SIGN = r"[ \t\r\n]*[=+\-@＝＋－＠]"
_FORMULA = re.compile(rf"'*{_SIGN}")
_MARKED = re.compile(rf"'+{_SIGN}")


def inert(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would compute it; `plain_text` takes it off."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_text(text: str) -> str:
    """Return a text without the apostrophe that `inert` puts in front."""
    return text[1:] if _MARKED.match(text) else text


def inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts, and names of columns, no spreadsheet computes; numbers stay as they are."""
    made = frame.copy(deep=False)
    for i, (_, column) in enumerate(frame.items()):
        if column.dtype.kind == "O":
            made.isetitem(i, column.map(_inert_cell).array)
    return made.set_axis([_inert_cell(name) for name in frame.columns], axis=1)


def take_off(frame: pd.DataFrame, columns: Sequence[Any]) -> int:
    """Take the apostrophes of `inert` off the columns of text in a frame, and return how many; Arrow's ``columns``."""
    import pyarrow.compute as pc

    count = 0
    for i, column in enumerate(columns):
        if frame.dtypes.iloc[i].kind != "O" or not pc.any(pc.starts_with(column, "'")).as_py():
            continue
        marked = pc.match_substring_regex(column, f"^{_MARKED.pattern}")
        if found := pc.sum(marked).as_py() or 0:
            count += found
            frame.isetitem(i, pc.if_else(marked, pc.utf8_slice_codeunits(column, 1), column).to_pandas())
    return count


def _inert_cell(cell: Any) -> Any:
    return inert(cell) if isinstance(cell, str) else cell
