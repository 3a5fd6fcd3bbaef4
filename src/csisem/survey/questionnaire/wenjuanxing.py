"""Questionnaires in Wenjuanxing's exports of answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import QuestionnaireError, nearest, shown, tell
from csisem.options import QuestionKind
from csisem.survey.questionnaire.known_scales import KNOWN_SCALES, scales_with
from csisem.survey.questionnaire.question import MOST_POINTS, Question
from csisem.survey.questionnaire.text import Wording
from csisem.survey.questionnaire.wenjuanxing_columns import (
    BLANK,
    BLANK_CODE,
    SKIPPED,
    SKIPPED_CODE,
    ExportColumn,
    export_columns,
    is_export,
)
from csisem.survey.read import existing, read

Value: TypeAlias = str | float
_Answers: TypeAlias = Mapping[Hashable, Value]
"""The answers in a column by the number of the row, blanks left out."""

_WRITTEN = re.compile(r"〖[^〗]*〗")
_NAME = re.compile(r"\d+_按[^_]+_(.+)_\d+_\d+")
_OTHER = re.compile("其[他它]")
_MOST_OPTIONS = 30
"""Most options of a question with one answer; more different texts are words."""


class WenjuanxingParts(NamedTuple):
    """The title and the questions of an export."""

    title: str
    questions: tuple[Question, ...]


class _Asked(NamedTuple):
    """The columns of one question with their answers."""

    columns: tuple[ExportColumn, ...]
    answers: tuple[_Answers, ...]

    @property
    def name(self) -> str:
        return self.columns[0].question

    @property
    def texts(self) -> list[str]:
        """The different cells of text, in order of first appearance."""
        return [value for value in self._values if isinstance(value, str)]

    @property
    def numbers(self) -> list[float]:
        """The different numbers."""
        return [value for value in self._values if not isinstance(value, str)]

    @property
    def _values(self) -> list[Value]:
        return list(dict.fromkeys(value for one in self.answers for value in one.values()))


class _Form(NamedTuple):
    """What is asked for: the kind of question, its options, and how they are read."""

    kind: QuestionKind
    options: Mapping[float, str] = {}
    reverse: bool = False
    other: bool = False


class _Known(NamedTuple):
    """What the caller says of the questions, and the names of those about which something is guessed."""

    ratings: Collection[str]
    orders: Sequence[Sequence[str]]
    coded: Mapping[str, _Asked]
    seen: Collection[frozenset[str]]
    guesses: dict[str, list[str]]

    def guess(self, code: str, asked: _Asked) -> None:
        self.guesses.setdefault(code, []).append(asked.name)


def read_wenjuanxing(
    source: str | Path, codes: str | Path | None, ratings: Collection[str], orders: Sequence[Sequence[str]]
) -> WenjuanxingParts:
    """Return the title and questions of an export; warn of what was guessed and of questions that are left out."""
    path = existing(source, "source")
    found = _asked(path)
    coded = {} if codes is None else {one.name: one for one in _asked(existing(codes, "codes"))}
    if unknown := [name for name in ratings if name not in [one.name for one in found]]:
        raise QuestionnaireError(f"ratings= names an unknown question {shown(unknown[0])}"
                                 f"{nearest(unknown[0], [one.name for one in found])}.")  # fmt: skip
    seen = {frozenset(_labels(one.texts)[0]) for one in found}
    known = _Known(ratings, orders, coded, seen, {})
    questions = [question for one in found for question in _questions(one, known)]
    tell([sentence(code, questions=names, file=path.name) for code, names in known.guesses.items()])
    title = _NAME.fullmatch(path.stem)
    return WenjuanxingParts(title[1] if title else "", tuple(questions))


def _asked(path: Path) -> list[_Asked]:
    """Return the questions of a file in their order."""
    frame = read(path).to_pandas()
    names = [str(name) for name in frame.columns]
    if not is_export(names):
        raise QuestionnaireError(
            f"{path.name!r} is not an export of Wenjuanxing, which has columns 序号 and 提交答卷时间; give the file of "
            "answers as it was downloaded."
        )
    rows = frame["序号"].tolist()
    columns = groupby(export_columns(names), key=lambda one: one.question)
    groups = [tuple(own) for _, own in columns]
    return [_Asked(own, tuple(_answers(rows, frame[one.header]) for one in own)) for own in groups]


def _answers(rows: Sequence[Hashable], column: pd.Series[Any]) -> _Answers:
    """Return the answers that were given; numbers in text are numbers."""
    found: dict[Hashable, Value] = {}
    for row, cell in zip(rows, column.tolist(), strict=True):
        text = str(cell).strip()
        if pd.isna(cell) or not text or text in (*SKIPPED, *BLANK):
            continue
        number = float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
        if number not in (SKIPPED_CODE, BLANK_CODE):
            found[row] = text if number is None else number
    return found


def _questions(asked: _Asked, known: _Known) -> list[Question]:
    """Return the questions that an export's question is: one, or one for each statement of a matrix."""
    form = _form(asked, known)
    if form is None:
        known.guess("questionnaire.left_out", asked)
        return []
    if form.kind == "multiple":
        return [_question(asked.name, asked.columns[0].text, form)]
    return [_question(one.name, ": ".join(filter(None, (one.text, one.part))), form) for one in asked.columns]


def _question(name: str, text: str, form: _Form) -> Question:
    coded = form.kind not in ("open", "number")
    return Question(
        name,
        _worded(text),
        form.kind,
        options={code: _worded(label) for code, label in form.options.items()},
        reverse=form.reverse,
        other=form.other,
        not_applicable=(SKIPPED_CODE, *SKIPPED) if coded else (),
        missing_codes=(BLANK_CODE, *BLANK) if coded else (),
    )


def _form(asked: _Asked, known: _Known) -> _Form | None:
    """Return what a question asks for; None for one that a questionnaire does not have, such as an order of options."""
    texts, numbers = asked.texts, asked.numbers
    if len(asked.columns) > 1 and not texts and set(numbers) <= {0.0, 1.0}:
        return _several([one.part for one in asked.columns])
    if any("→" in text for text in texts):
        return None
    if any("┋" in text for text in texts):
        return _in_one_cell(asked, known)
    if texts:
        return _of_labels(asked, known)
    if not numbers:
        known.guess("questionnaire.export_unanswered", asked)
        return _Form("open")
    rated = asked.name in known.ratings or len(asked.columns) > 1
    low, high = min(numbers), max(numbers)
    if rated and all(value == int(value) for value in numbers) and low >= 0 and 1 < high <= MOST_POINTS:
        known.guess("questionnaire.export_points", asked)
        return _Form("likert", dict.fromkeys(map(float, range(min(1, int(low)), int(high) + 1)), ""))
    known.guess("questionnaire.export_numbers", asked)
    return _Form("number")


def _several(parts: Sequence[str]) -> _Form:
    """Return a question with several answers; a last option such as "其他：" has a line."""
    labels = [re.sub(r"\s*[:：]$", "", part) for part in parts]
    return _Form("multiple", _codes(labels), other=bool(_OTHER.match(labels[-1])))


def _in_one_cell(asked: _Asked, known: _Known) -> _Form:
    """Return a question whose answers stand in one cell, between marks."""
    coded = known.coded.get(asked.name)
    if coded is not None and len(coded.columns) > 1:
        return _several([one.part for one in coded.columns])
    cells = [part for text in asked.texts for part in text.split("┋")]
    labels, written = _labels(cells)
    if not (orders := scales_with(labels, known.orders)):
        known.guess("questionnaire.export_order", asked)
    return _last(_Form("multiple", _codes(next(iter(orders), labels))), written)


def _of_labels(asked: _Asked, known: _Known) -> _Form:
    """Return a question with one answer, each a label."""
    labels, written = _labels([*asked.texts, *(f"{number:g}" for number in asked.numbers)])
    given = scales_with(labels, known.orders)
    scales = scales_with(labels, KNOWN_SCALES, known.seen)
    orders = given or scales
    kind: QuestionKind = "likert" if asked.name in known.ratings or scales else "choice"
    if not orders and not 2 <= len(labels) <= min(_MOST_OPTIONS, sum(map(len, asked.answers)) // 2):
        known.guess("questionnaire.export_words", asked)
        return _Form("open")
    if (coded := known.coded.get(asked.name)) is not None:
        return _last(_with_codes(asked, coded, orders, kind), written)
    if not orders and set(labels) <= {"是", "否"}:
        return _Form("yes_no")
    if not orders:
        known.guess("questionnaire.export_order", asked)
    elif not given and (len(scales) > 1 or len(scales[0]) > len(labels)):
        known.guess("questionnaire.export_labels", asked)
    return _last(_Form(kind, _codes(next(iter(orders), labels))), written)


def _with_codes(asked: _Asked, coded: _Asked, orders: Sequence[Sequence[str]], kind: QuestionKind) -> _Form:
    """Return options with the numbers that the same rows have in the other export."""
    numbers: dict[str, float] = {}
    for texts, codes in zip(asked.answers, coded.answers, strict=False):
        for row, text in texts.items():
            code = codes.get(row)
            label = _plain(text if isinstance(text, str) else f"{text:g}")
            number = float(_plain(code)) if isinstance(code, str) and _plain(code).isdigit() else code
            if not isinstance(number, float) or numbers.setdefault(label, number) != number:
                raise QuestionnaireError(
                    f"codes= does not have the same answers: question {asked.name!r} has {shown(text)} in row {row}, "
                    f"the other file {shown(code)}, unlike other rows; export both at the same time."
                )
    for order in orders:
        for way, reverse in ((_codes(order), False), (_codes(order[::-1]), kind == "likert")):
            if all(way.get(number) == label for label, number in numbers.items()):
                return _Form(kind, way, reverse)
    return _Form(kind, dict(sorted((number, label) for label, number in numbers.items())))


def _last(form: _Form, written: Collection[str]) -> _Form:
    """Put an option beside which something was written in last."""
    beside = [code for code, label in form.options.items() if label in written]
    if len(beside) != 1 or form.kind not in ("choice", "multiple"):
        return form
    options = {code: label for code, label in form.options.items() if code not in beside}
    return form._replace(options=options | {beside[0]: form.options[beside[0]]}, other=True)


def _labels(cells: Iterable[str]) -> tuple[list[str], set[str]]:
    """Return the options in cells, in order of first appearance, and those beside which something was written in."""
    parts = [part for part in cells if _plain(part)]
    return list(dict.fromkeys(map(_plain, parts))), {_plain(part) for part in parts if _WRITTEN.search(part)}


def _codes(labels: Sequence[str]) -> dict[float, str]:
    return {float(code): label for code, label in enumerate(labels, 1)}


def _plain(cell: str) -> str:
    return _WRITTEN.sub("", cell).strip()


def _worded(text: str) -> Wording:
    return {"zh": text} if re.search("[一-鿿]", text) else text
