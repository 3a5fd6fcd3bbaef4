"""A frame as an aligned table on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.display.labels import cell, heading, said
from csisem.display.table import is_p
from csisem.display.text_layout import number, table
from csisem.display.wording import p_text
from csisem.options import Language
from csisem.reporting.sheets import flat

# Columns that have no room on the screen; files have them.
_LEFT_OUT = re.compile(
    r"method|covariance|group|band_.*|p_.*|rank_(lower|upper)|.*_robust|std.+|change_ci_.*|potential_.*"
    r"|(importance|performance|alpha|omega|rho_c|ave)_ci_.*"
)


def printed_frame(frame: pd.DataFrame, title: str, language: Language = "en") -> Iterator[str]:
    """Lines of a frame with three digits; what is the same in all rows of ``method`` is said below it."""
    shown = flat(frame)
    several = "group" in shown.columns and shown["group"].nunique() > 1
    kept = [
        not ((_LEFT_OUT.fullmatch(str(name)) and not (several and name == "group")) or _is_empty(shown[name]))
        for name in shown.columns
    ]
    shown = shown.loc[:, kept]
    columns = list(shown.columns)
    is_text = [_is_text(shown[name]) for name in columns]
    names = next((place for place, text in enumerate(is_text) if not text), len(columns))
    heads = [heading(name, language, among=columns) if language != "en" else str(name) for name in columns]
    cells = [[_cell(value, name, language) for value in shown[name]] for name in columns]
    yield title
    yield from table([f"  {heads[0]}", *heads[1:]], list(zip(*cells, strict=True)), max(names, 1))
    if "method" in frame.columns:
        methods = tuple(dict.fromkeys(str(cell(value, "method", language)) for value in frame["method"]))
        yield f"  {said('screen.method', language, methods=methods)}"


def _cell(value: Any, name: object, language: Language) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if is_p(name) and isinstance(value, float):
        return p_text(value)
    if isinstance(value, float):
        return number(value)
    return str(cell(value, name, language))


def _is_text(column: pd.Series[Any]) -> bool:
    return column.dtype.kind not in "iufb"


def _is_empty(column: pd.Series[Any]) -> bool:
    return bool(column.isna().all()) or all(value == "" for value in column)
