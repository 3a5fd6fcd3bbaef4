"""Labels of columns, cells, fit measures and pages in two languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable
from functools import cache
from typing import Any

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence, text_in
from csisem.display.words import WORDS
from csisem.options import Language

# What is added to the name of a column, and the column that says it.
_ENDINGS = (
    ("_ci_lower", "ci_lower"),
    ("_ci_upper", "ci_upper"),
    ("_se_robust", "se_robust"),
    ("_se", "se"),
    ("_pvalue", "pvalue"),
    ("_lower", "ci_lower"),
    ("_upper", "ci_upper"),
    ("_est", "est"),
    ("_z", "z"),
)

# Columns whose cells are the user's names, whatever they are.
_NAMES = frozenset({"lhs", "op", "rhs", "label", "source", "target", "indicator", "first", "second",
                    "hypothesis", "constraint", "farthest", "customer", "alternative", "title"})  # fmt: skip
# Words that a column of the user's names may hold beside them.
_BESIDE_NAMES = frozenset({"Total", "all", "total"})
# Columns whose cells are words of the package alone.
_WORDS = frozenset({"method", "kind", "verdict", "effect_size", "type", "description", "category", "field", "class",
                    "severity", "mode", "invariance", "level", "measure", "mark", "flag", "word", "region", "gap_name",
                    "hypothesis", "constraint", "person", "pair", "block", "supported"})  # fmt: skip


# Words that a column of that kind alone has; elsewhere they are names, such as that of an improvement.
_GAPS = frozenset({"knowledge", "standards", "delivery", "communication", "service"})
# Numbers that are the index of a series.
_NUMBERS = frozenset({"statistic", "df", "df1", "df2", "pvalue", "wilks", "canonical_correlation", "cramer_v", "total",
                      "contingency_c", "corrected_c", "component", "factor", "overall", "skewness", "kurtosis",
                      "straight_line", "duplicate_row", "missing", "off_scale"})  # fmt: skip
# Columns that mean another thing beside a certain column, and the column that says it.
_BESIDE = {
    ("total", "indirect"): "total_effect",
    ("target", "index"): "target_index",
    ("n", "percent"): "count",
    ("source", "unit"): "error_source",
    ("size", "unit"): "error_size",
    ("item", "unit_cost"): "budget_item",
}
_SPLIT = re.compile(r"(taken for )?(at least|below) (.+)")


def heading(name: Hashable, language: Language = "en", *, among: Collection[Hashable] = ()) -> str:
    """The heading of a column of a result; a name that no result has, such as an item's, as it is.

    ``among`` are all columns of the frame, since ``total`` is an effect beside ``indirect``, and ``target`` what an
    index is set against beside ``index``.
    """
    if isinstance(name, tuple):
        return ", ".join(heading(part, language, among=among) for part in name if part != "")
    text = str(name)
    if _SPLIT.fullmatch(text):
        return _of_split(text, language)
    for (stem, beside), word in _BESIDE.items():
        derived = text.startswith(f"{stem}_") and f"columns.{text}" not in WORDS
        if beside in among and (text == stem or derived):
            text = text.replace(stem, word, 1)
            break
    code = f"columns.{text}"
    if code in WORDS:
        return WORDS[code].text({}, language)
    for ending, said in _ENDINGS:
        stem = text.removesuffix(ending)
        if stem != text and (f"columns.{stem}" in WORDS or any(stem.endswith(other) for other, _ in _ENDINGS)):
            between = ", " if language == "en" else " "
            return f"{heading(stem, language)}{between}{WORDS[f'columns.{said}'].text({}, language)}"
    if text.startswith("std_"):
        between = ", " if language == "en" else " "
        return f"{heading('std', language)}{between}{heading(text.removeprefix('std_'), language)}"
    return str(name)


def knows_column(name: str) -> bool:
    """Whether a column has a heading in the catalogue."""
    return heading(name, "zh") != name or f"columns.{name}" in WORDS


def cell(value: object, column: Hashable, language: Language = "en") -> object:
    """A word of a cell in a language; a sentence, too; anything else as it is."""
    if isinstance(value, Sentence):
        return text_in(value, language)
    if value.__class__.__name__ in ("bool", "bool_"):
        return WORDS[f"cells.{bool(value)}"].text({}, language)
    if not isinstance(value, str) or (value in _GAPS and column != "gap_name"):
        return value
    if column == "measure":
        return measure(value, language) if measure(value, language) != value else _word(value, language) or value
    if column not in _WORDS:
        return _word(value, language) if value in _BESIDE_NAMES and column not in _NAMES else value
    found = _word(value, language)
    if found is None and ", " in value:
        # The test and the adjustment of its p-values, such as "design, holm".
        parts = [_word(part, language) or part for part in value.split(", ")]
        return ("，" if language == "zh" else ", ").join(parts)
    return value if found is None else found


def kind_of_column(name: Hashable, among: Collection[Hashable]) -> Hashable:
    """The name by which `cell` knows a column: ``name`` beside ``gap`` holds the names of the five gaps."""
    return "gap_name" if name == "name" and "gap" in among else name


@cache
def _word(value: str, language: Language) -> str | None:
    code = f"cells.{value}"
    return WORDS[code].text({}, language) if code in WORDS else None


def measure(name: str, language: Language = "en") -> str:
    """The name of a fit measure, or of another number that a result has by name; any other name as it is."""
    code = f"fit_indices.{name}"
    if code in WORDS:
        return WORDS[code].text({}, language)
    for kind in ("scaled", "robust", "saturated", "all"):
        stem = name.removesuffix(f".{kind}")
        if stem != name and f"fit_indices.{stem}" in WORDS:
            return WORDS[f"fit_indices.{kind}"].text({"measure": measure(stem, language)}, language)
    if name in _NUMBERS:
        return _word(name, language) or name
    return _of_split(name, language)


def _of_split(name: str, language: Language) -> str:
    """The name of a part of a scale, such as ``below 80``, in a language."""
    found = _SPLIT.fullmatch(name)
    if not found or language == "en":
        return name
    before, part, bound = found.groups()
    said = WORDS["cells.at_least" if part == "at least" else "cells.below"].text({"bound": bound}, language)
    return WORDS["cells.taken_for"].text({"part": said}, language) if before else said


def page_title(name: str, language: Language = "en") -> str:
    """The title of a page, one of its frames or one of its numbers; in English the name itself, as in Python."""
    code = f"page_titles.{name}"
    if language == "en" or code not in WORDS:
        return name.replace("_", " ")
    return WORDS[code].text({}, language)


def named_value(name: str, value: object, language: Language) -> object:
    """The value of a named number of a page, in a language where it is a word of the package."""
    if not isinstance(value, str) or language == "en":
        return value
    if name in ("supported", "comparable", "method"):
        return _word(value, language) or value
    return _of_split(value, language)


def frame_title(name: str, language: Language = "en") -> str:
    """The title of a frame on its own, such as a sheet of a workbook."""
    code = f"page_titles.{name}"
    if code in WORDS:
        return WORDS[code].text({}, language)
    # A name given by the user, and that of a frame.
    first, blank, last = name.rpartition(" ")
    return f"{first} {frame_title(last, language)}" if blank else name.replace("_", " ")


def labelled(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a frame whose columns, index and cells bear the words of a language; items and constructs keep theirs."""
    shown = frame.copy(deep=False)
    names = list(frame.columns)
    for place, name in enumerate(names):
        column = frame.iloc[:, place]
        if column.dtype == object or column.dtype.kind in "bOT" or str(column.dtype) in ("str", "string"):
            kind = kind_of_column(name, names)
            shown.isetitem(place, [cell(value, kind, language) for value in column])
    shown.columns = _axis(frame.columns, [heading(name, language, among=names) for name in names], language)
    shown.index = _index(frame.index, language)
    shown.attrs = {}
    return shown


def _axis(columns: pd.Index[Any], words: list[str], language: Language) -> pd.Index[Any]:
    if columns.nlevels > 1:
        return columns.set_names([None if name is None else heading(name, language) for name in columns.names])
    return pd.Index(words, name=None if columns.name is None else heading(columns.name, language))


def _index(index: pd.Index[Any], language: Language) -> pd.Index[Any]:
    """The index under its heading, with the words of a column of that name."""
    if index.nlevels > 1 or isinstance(index, pd.RangeIndex):
        return index.set_names([None if name is None else heading(name, language) for name in index.names])
    words = [
        (cell(one, index.name, language) if index.name in _WORDS else one)
        if not isinstance(one, str) or measure(one, language) == one
        else measure(one, language)
        for one in index
    ]
    return pd.Index(words, name=None if index.name is None else heading(index.name, language))


def note(value: object, language: Language) -> str:
    """A note in a language."""
    return str(text_in(value, language)) if isinstance(value, Sentence) else str(value)


def said(code: str, language: Language, **fields: object) -> str:
    """The text of a sentence in a language."""
    return sentence(code, **fields).text(language)
