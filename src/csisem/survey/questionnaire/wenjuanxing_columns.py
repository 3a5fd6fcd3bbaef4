"""Columns of Wenjuanxing's exports of answers, by question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

ABOUT = frozenset(("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分"))
"""Columns on the answering itself."""

SKIPPED, BLANK = ("(跳过)", "（跳过）"), ("(空)", "（空）")
"""Words for a question that was skipped by a rule, and for one left blank."""

SKIPPED_CODE, BLANK_CODE = -3.0, -2.0
"""The same in exports by numbers."""

_PART = re.compile(r"第(\d+)题[(（](.*)[)）]", re.S)
_FURTHER = re.compile(r"(\d+)\s*[(（](.*)[)）]", re.S)
_NUMBERED = re.compile(r"(\d+)\s*[、.．:：]\s*(.*)", re.S)
_STATEMENT = re.compile(r"(.*?[^—])—([^—].*)", re.S)


class ExportColumn(NamedTuple):
    """A column of answers: its header, the question's name and text, and the statement or option it is about."""

    header: str
    question: str
    text: str
    part: str = ""
    place: int = 0
    """Place among the columns of its question, from 1; 0 for a question with one column."""

    @property
    def name(self) -> str:
        """Name of the question, or of this part of it."""
        return f"{self.question}_{self.place}" if self.place else self.question


class _Header(NamedTuple):
    """What a header says by itself."""

    header: str
    number: str = ""
    text: str = ""
    part: str = ""
    matrix: bool = False


def is_export(names: Collection[str]) -> bool:
    """Whether the columns are those of an export: numbered rows with the time of answering."""
    return "序号" in names and bool({"提交答卷时间", "所用时间"} & set(names))


def export_columns(names: Sequence[str]) -> list[ExportColumn]:
    """Return the columns of questions; a question without a number keeps its header as its name."""
    columns: list[ExportColumn] = []
    taken: dict[str, int] = {}
    for group in _groups(names):
        first = group[0]
        name = f"q{first.number}" if first.number else first.header
        taken[name] = taken.get(name, 0) + 1
        # A number may come twice, in two branches of a form.
        name += f"_again_{taken[name]}" if taken[name] > 1 else ""
        if len(group) == 1 and (first.matrix or not first.part):
            text = f"{first.text}—{first.part}" if first.matrix else first.text
            columns.append(ExportColumn(first.header, name, text))
        else:
            columns += [ExportColumn(one.header, name, first.text, one.part, k) for k, one in enumerate(group, 1)]
    return columns


def named_columns(names: Sequence[str], asked: Collection[str]) -> dict[str, str]:
    """Return the names of the questions that are asked for by the headers of an export; none of another file."""
    columns = export_columns(names) if is_export(names) else []
    return {one.header: one.name for one in columns if one.name in asked and one.name not in names}


def _groups(names: Sequence[str]) -> Iterator[list[_Header]]:
    """Yield the columns of each question together."""
    headers = [_read(name, place) for place, name in enumerate(names) if name not in ABOUT]
    group: list[_Header] = []
    for one, following in pairwise([*headers, _Header("")]):
        # The first option of a question with several answers stands behind its text.
        first = one.number == following.number and not one.part and following.part and not following.text
        own = _with_option(one) if first else one
        if group and not _belongs(own, group):
            yield group
            group = []
        group.append(own._replace(part=own.text) if group and not own.number else own)
    if group:
        yield group


def _belongs(one: _Header, group: Sequence[_Header]) -> bool:
    """Whether a column is of the question of the columns before it."""
    first = group[0]
    if not one.number:
        return first.matrix
    again = bool(one.text) and any(one.part == other.part for other in group)
    return one.number == first.number and bool(one.part and first.part) and not again


def _read(name: str, place: int) -> _Header:
    """Read one header; the place that was added to a repeated name is left out again."""
    plain = name.removesuffix(f"_column_{place + 1}").strip()
    if found := _PART.fullmatch(plain) or _FURTHER.fullmatch(plain):
        return _Header(name, found[1], "", found[2].strip())
    if found := _NUMBERED.fullmatch(plain):
        if statement := _STATEMENT.fullmatch(found[2]):
            return _Header(name, found[1], statement[1].strip(), statement[2].strip(), matrix=True)
        return _Header(name, found[1], found[2])
    return _Header(name, text=plain)


def _with_option(one: _Header) -> _Header:
    """Part the last bracket from the text."""
    text = one.text.strip()
    if not text.endswith(")"):
        return one
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return one._replace(text=text[:place].strip(), part=text[place + 1 : -1].strip())
    return one
