"""Labels and codes of answers, converted to numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, listed, nearest
from csisem.survey.columns import Table, as_table
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Separators of several answers in one cell, in Chinese and Western files.
_SEPARATORS = re.compile(r"[;；,，、|]")


def coded(
    frame: object, questions: Sequence[Question], tolerances: Sequence[PriceTolerance], language: str | None
) -> pd.DataFrame:
    """Return the frame with the answers to all questions as codes."""
    table = as_table(frame)
    answers = table.to_pandas().copy(deep=False)
    missing = [one.name for one in questions if one.name not in table.names and not _split(one, table)]
    if missing:
        raise DataError(f"There is no column for question {listed(missing)}{nearest(missing[0], table.names)}.")
    wrong = []
    for question in questions:
        if question.kind == "open" or question.name not in table.names:
            continue
        codes, labels = table.groups(question.name)
        read = _Reading(question)
        if question.kind == "multiple":
            chosen = [read.several(label) for label in labels]
            for code in question.codes:
                own = [np.nan if one is None else float(code in one) for one in chosen]
                answers[f"{question.name}_{code:g}"] = _spread(codes, own)
            answers = answers.drop(columns=question.name)
        else:
            values = [read.one(label) for label in labels]
            if question.kind == "choice" and question.bounds is None:
                answers[question.name] = _texts(codes, values, question, language)
            else:
                answers[question.name] = _spread(codes, values)
        if read.unknown:
            wrong.append(read.sentence(np.bincount(codes[codes >= 0], minlength=len(labels)), labels))
    if wrong:
        more = f" (and {len(wrong) - 1} more questions)" if len(wrong) > 1 else ""
        raise DataError(f"{wrong[0]}{more}.")
    for one in tolerances:
        answers[one.name] = one.of(answers[one.increase], answers[one.decrease])
    return answers


class _Reading:
    """A reader of the distinct answers to one question, with a list of unknown answers."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.by_text = {_folded(text): code for code, options in question.texts.items()
                        for _, text in options.by_language}  # fmt: skip
        self.missing = frozenset((*question.missing_codes, *question.not_applicable))
        self.unknown: list[Hashable] = []

    def one(self, label: Hashable) -> float:
        """Return the code of an answer; nan for a blank or an unknown answer."""
        code = self._code(label)
        if code is None:
            self.unknown.append(label)
        return np.nan if code is None else code

    def several(self, label: Hashable) -> frozenset[float] | None:
        """Return the codes in one cell; None for a blank or a refusal."""
        whole = self._code(label)
        if whole is None and isinstance(label, str):
            parts = [part for part in _SEPARATORS.split(label) if part.strip()]
            codes = [self._code(part) for part in parts]
            if None not in codes:
                return frozenset(code for code in codes if code is not None and code not in self.missing)
        if whole is None:
            self.unknown.append(label)
        return None if whole is None or np.isnan(whole) or whole in self.missing else frozenset((whole,))

    def _code(self, label: Hashable) -> float | None:
        """Return a code, nan for a blank, None for an unknown answer."""
        if isinstance(label, str):
            if not label.strip():
                return np.nan
            if (code := self.by_text.get(_folded(label))) is not None:
                return code
        number = _number(label)
        if number is None:
            return None
        codes = self.question.codes
        return number if not codes or number in codes or number in self.missing else None

    def sentence(self, counts: IntArray, labels: Sequence[Hashable]) -> str:
        """Return the refusal of unknown answers, with their counts and the nearest label."""
        rows = Counter({label: int(counts[labels.index(label)]) for label in self.unknown})
        counted = ", ".join(f"{str(label)!r} in {count} row{'s' * (count > 1)}" for label, count in rows.most_common(4))
        first = str(rows.most_common(1)[0][0])
        texts = [text for options in self.question.texts.values() for _, text in options.by_language]
        known = (
            f"; its codes are {', '.join(f'{code:g}' for code in self.question.codes)}" if self.question.codes else ""
        )
        near = nearest(first, texts)
        return f"Question {self.question.name!r} has invalid answers: {counted}{near}{known}"


def _split(question: Question, table: Table) -> bool:
    """Whether a question with several answers already has a column per option."""
    return question.kind == "multiple" and all(f"{question.name}_{code:g}" in table.names for code in question.codes)


def _folded(text: str) -> str:
    return text.strip().casefold()


def _number(label: Hashable) -> float | None:
    if isinstance(label, Real):
        return float(label)
    try:
        return float(str(label))
    except ValueError:
        return None


def _spread(codes: IntArray, values: Iterable[float]) -> FloatArray:
    """Return the value of each row's answer (n,), nan where it is blank."""
    return np.append(np.array(list(values), dtype=np.float64), np.nan)[codes]


def _texts(codes: IntArray, values: Sequence[float], question: Question, language: str | None) -> NDArray[np.object_]:
    texts: Mapping[float, str] = question.labels(language)
    # A refusal is not a group.
    found = np.array([texts.get(value) for value in values] + [None], dtype=object)
    return found[codes]
