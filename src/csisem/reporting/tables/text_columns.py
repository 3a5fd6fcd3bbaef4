"""Columns of text made from the columns of a result."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csisem.arrays import pd
from csisem.display.labels import cell, heading, kind_of_column, measure
from csisem.display.sentences import text_in
from csisem.display.table import is_p
from csisem.display.text_layout import number
from csisem.display.wording import p_text
from csisem.options import Language

# Columns of whole numbers that may be stored as numbers with a fraction, and columns that say how, not what.
_WHOLE = frozenset({"n", "df", "df1", "df2", "df_diff", "rank", "count", "n_items", "npar"})
_HOW = ("method",)
_FEWEST_OF_METHOD = 2


@dataclass(frozen=True, slots=True)
class TextColumn:
    """One column of a table as it is read.

    Attributes
    ----------
    header
        Its heading.
    cells
        Text, empty where there is nothing to show.
    left
        Whether it is aligned left, as names are.
    spanner
        The heading over this and its neighbours; empty for none.
    """

    header: str
    cells: tuple[str, ...]
    left: bool = False
    spanner: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """How numbers and words are written: the language, and the digits behind the point."""

    language: Language
    digits: int

    def number(self, value: float, *, whole: bool = False) -> str:
        """A number with fixed digits, empty for nan; a large whole one with all its digits."""
        if math.isnan(value):
            return ""
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        return f"{value:.0f}" if whole and value == int(value) else number(value, self.digits)

    def said(self, english: str, chinese: str) -> str:
        """The text of one of the two languages."""
        return chinese if self.language == "zh" else english


def text_columns(frame: pd.DataFrame, form: Format) -> tuple[list[TextColumn], list[str]]:
    """The columns of a frame as text, without empty ones, and notes on what all rows have in common.

    The ends of an interval become one column, ``[lower, upper]``; a method that all rows share becomes a note.
    """
    columns, notes = [], []
    names = list(frame.columns)
    for column, name in _index_columns(frame, form):
        columns.append((name, column))
    for place, name in enumerate(names):
        values = frame.iloc[:, place]
        text = str(name)
        if text.endswith("_upper") and f"{text.removesuffix('_upper')}_lower" in names:
            continue
        if text.endswith("_lower") and (end := f"{text.removesuffix('_lower')}_upper") in names:
            columns.append((name, _interval(text, values, frame.iloc[:, names.index(end)], form, names)))
            continue
        made = text_column(name, values, form, among=names)
        if name in _HOW and len(frame) >= _FEWEST_OF_METHOD and len(set(made.cells)) == 1 and made.cells[0]:
            notes.append(f"{made.header}{form.said(': ', '：')}{made.cells[0]}{form.said('.', '。')}")
            continue
        columns.append((name, made))
    return [column for _, column in columns if any(column.cells)], notes


def text_column(name: Hashable, values: pd.Series[Any], form: Format, *, among: Sequence[Hashable] = ()) -> TextColumn:
    """One column as text."""
    header = heading(name, form.language, among=among)
    if values.dtype.kind in "fiu":
        numbers = [float(value) for value in values]
        if is_p(name):
            return TextColumn(header, tuple(map(p_text, numbers)))
        whole = values.dtype.kind in "iu" or str(name) in _WHOLE
        return TextColumn(header, tuple(form.number(value, whole=whole) for value in numbers))
    kind = kind_of_column(name, among)
    cells = tuple(_cell(value, kind, form) for value in values)
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return TextColumn(header, cells, left=not numeric or not len(values))


def _cell(value: object, name: Hashable, form: Format) -> str:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return form.number(float(value), whole=isinstance(value, int))
    if isinstance(value, tuple | list):
        return form.said(", ", "、").join(str(cell(one, name, form.language)) for one in value)
    return str(cell(value, name, form.language))


def _interval(
    name: str, lower: pd.Series[Any], upper: pd.Series[Any], form: Format, among: Sequence[Hashable]
) -> TextColumn:
    """The two ends of an interval, or of the ranks that have a given probability, as one column."""
    whole = lower.dtype.kind in "iu" or name.startswith("rank")
    ends = zip(lower, upper, strict=True)
    cells = tuple(
        ""
        if math.isnan(low) or math.isnan(high)
        else f"[{form.number(low, whole=whole)}, {form.number(high, whole=whole)}]"
        for low, high in ends
    )
    stem = name.removesuffix("_lower").removesuffix("ci").removesuffix("_")
    ci = heading("ci", form.language)
    return TextColumn(f"{heading(stem, form.language, among=among)}{form.said(', ', ' ')}{ci}" if stem else ci, cells)


def _index_columns(frame: pd.DataFrame, form: Format) -> Iterator[tuple[TextColumn, Hashable]]:
    """The index as columns of names, unless it only counts the rows."""
    index = frame.index
    if isinstance(index, pd.RangeIndex) or (index.nlevels == 1 and index.name is None and index.dtype.kind in "iu"):
        return
    for place in range(index.nlevels):
        values = pd.Series(index.get_level_values(place), dtype=object)
        name = index.names[place]
        made = text_column("" if name is None else name, values, form)
        words = tuple(measure(one, form.language) for one in made.cells)
        yield replace(made, cells=words, left=True), name


def note_texts(attrs: dict[Any, Any], language: Language) -> list[str]:
    """The notes that a result carries."""
    said = attrs.get("notes") or ()
    return [str(text_in(one, language)) for one in ([said] if isinstance(said, str) else said)]
