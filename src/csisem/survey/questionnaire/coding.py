"""Labels and codes of answers, converted to numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray, pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, closest, listed, nearest, shown
from csisem.survey.columns import Table, as_table
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.several import Ambiguous, Answer, Other, answer_in, answers_in
from csisem.survey.questionnaire.wenjuanxing_columns import BLANK_CODE, SKIPPED_CODE, named_columns


class Coded(NamedTuple):
    """Answers as codes, and what was read as declared or written in, a sentence each."""

    frame: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def coded(
    frame: object, questions: Sequence[Question], tolerances: Sequence[PriceTolerance], language: str | None
) -> Coded:
    """Return the frame with the answers to all questions as codes."""
    table = as_table(frame)
    answers = table.to_pandas().copy(deep=False)
    if spaced := _spaced(table.names, [one.name for one in questions]):
        answers = answers.rename(columns=spaced)
        table = as_table(answers)
    notes: list[Sentence] = []
    if headers := _export_headers(table.names, questions):
        answers, table = _of_export(answers, questions, headers)
        header, name = next(iter(headers.items()))
        notes.append(sentence("file.export", count=len(headers), column=header, question=name))
    missing = [one.name for one in questions if one.name not in table.names and not _split(one, table)]
    if missing:
        raise DataError(f"There is no column for question {listed(missing)}{nearest(missing[0], table.names)}.")
    wrong: list[str] = []
    for question in questions:
        if question.kind == "open" or question.name not in table.names:
            continue
        codes, labels = table.groups(question.name)
        counts = np.bincount(codes[codes >= 0], minlength=len(labels))
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
        if read.unknown or read.ambiguous:
            wrong.append(read.sentence(counts, labels))
        notes += read.notes(counts, labels, language)
        if read.written:
            answers[read.column] = np.array([*map(read.written.get, labels), None], dtype=object)[codes]
    if wrong:
        more = f" (and {len(wrong) - 1} more questions)" if len(wrong) > 1 else ""
        raise DataError(f"{wrong[0]}{more}.")
    by_name = {question.name: question for question in questions}
    for one in tolerances:
        both = (_without_codes(answers[name], by_name[name]) for name in (one.increase, one.decrease))
        answers[one.name] = one.of(*both)
    return Coded(answers, tuple(notes))


class _Reading:
    """A reader of the distinct answers to one question, with a list of unknown answers."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.by_text = {_folded(text): code for code, options in question.texts.items()
                        for _, text in options.by_language}  # fmt: skip
        self.words = {_folded(word): code for word, code in question.word_codes.items()}
        self.missing = frozenset((*question.refusal_codes, *question.skip_codes))
        self.unknown: list[Hashable] = []
        self.ambiguous: dict[Hashable, Ambiguous] = {}
        self.written: dict[Hashable, str] = {}
        last = list(question.texts.items())[-1] if question.other else None
        self.other = None if last is None else Other(last[0], tuple(text for _, text in last[1].by_language))

    @property
    def column(self) -> str:
        """The column of what was written in."""
        return f"{self.question.name}_other"

    def one(self, label: Hashable) -> float:
        """Return the code of an answer; nan for a blank or an unknown answer."""
        if not isinstance(label, str) or not label.strip():
            code = self._code(label)
        else:
            read = self._kept(label, answer_in(label, self._code, self.other))
            code = None if read is None else min(read, default=np.nan)
        if code is None:
            self.unknown.append(label)
        # Without a scale, no one reads a word's code off again.
        return np.nan if code is None or (self._word(label) and self.question.bounds is None) else code

    def several(self, label: Hashable) -> frozenset[float] | None:
        """Return the codes in one cell; None for a blank or a refusal."""
        whole = None if isinstance(label, str) and label.strip() else self._code(label)
        found = None if whole is None or np.isnan(whole) else frozenset((whole,))
        if isinstance(label, str) and label.strip():
            read = answers_in(label, self._code, self.other)
            if isinstance(read, Ambiguous):
                self.ambiguous[label] = read
                return None
            found = self._kept(label, read)
        # A refusal beside an answer contradicts it.
        if (found is None and whole is None) or (found and len(found) > 1 and found & self.missing):
            self.unknown.append(label)
            return None
        return None if found is None or found & self.missing else found

    def _kept(self, label: str, read: Answer | None) -> frozenset[float] | None:
        """Keep what was written in; None for an unknown answer, or one that looks like a misspelt option."""
        if read is None:
            return None
        if read.written is not None:
            if closest(read.written, (*self.by_text, *self.words), cutoff=_MISSPELT):
                return None
            self.written[label] = read.written
        return read.codes

    def _word(self, label: Hashable) -> bool:
        return isinstance(label, str) and _folded(label) in self.words

    def _code(self, label: Hashable) -> float | None:
        """Return a code, nan for a blank, None for an unknown answer."""
        if isinstance(label, str):
            if not label.strip():
                return np.nan
            folded = _folded(label)
            if (code := self.by_text.get(folded, self.words.get(folded))) is not None:
                return code
        number = _number(label)
        if number is None:
            return None
        codes = self.question.codes
        return number if not codes or number in codes or number in self.missing else None

    def notes(self, counts: IntArray, labels: Sequence[Hashable], language: str | None) -> list[Sentence]:
        """Return how many answers were written in, and how many are words for a refusal."""
        rows = dict(zip(labels, counts.tolist(), strict=True))
        said = []
        if self.written and self.other:
            count, question = sum(rows[label] for label in self.written), self.question.name
            option = self.question.labels(language)[self.other.code] if self.other.codes else None
            said.append(sentence("file.write_ins", count=count, question=question, option=option, column=self.column))
        if words := [label for label in labels if self._word(label)]:
            count = sum(rows[label] for label in words)
            said.append(sentence("file.refusal_words", count=count, question=self.question.name, words=tuple(words)))
        return said

    def sentence(self, counts: IntArray, labels: Sequence[Hashable]) -> str:
        """Return the refusal of unknown or ambiguous answers, with their counts and the nearest label."""
        if not self.unknown:
            label, both = next(iter(self.ambiguous.items()))
            count, named = int(counts[labels.index(label)]), self.question.labels()
            ways = " or as ".join(listed(named[code] or f"{code:g}" for code in sorted(way)) for way in both)
            more = f" and {len(self.ambiguous) - 1} more answers" if len(self.ambiguous) > 1 else ""
            return (
                f"Question {self.question.name!r} has answers that can be read in two ways: {str(label)!r} in {count} "
                f"row{'s' * (count > 1)}{more}, as {ways}; rename an option, or give it a column per option"
            )
        rows = Counter({label: int(counts[labels.index(label)]) for label in self.unknown})
        counted = ", ".join(
            f"{shown(str(label), 40)} in {count} row{'s' * (count > 1)}" for label, count in rows.most_common(4)
        )
        first = str(rows.most_common(1)[0][0])
        texts = [text for options in self.question.texts.values() for _, text in options.by_language]
        known = (
            f"; its codes are {', '.join(f'{code:g}' for code in self.question.codes)}" if self.question.codes else ""
        )
        near = nearest(first, texts)
        return f"Question {self.question.name!r} has invalid answers: {counted}{near}{known}"


def _spaced(columns: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Return the names of questions by the headers that have spaces around them, which no name of a question has."""
    asked = {name for name in names if name not in columns}
    plain = Counter(name.strip() for name in columns)
    return {name: own for name in columns if (own := name.strip()) in asked and plain[own] == 1}


def _parts(question: Question) -> list[str]:
    """The columns of a question with several answers, one for each option."""
    return [f"{question.name}_{code:g}" for code in question.codes] if question.kind == "multiple" else []


def _export_headers(columns: Sequence[str], questions: Sequence[Question]) -> dict[str, str]:
    """Return the names of questions by the headers of an export of Wenjuanxing; none of another file."""
    if all(one.name in columns for one in questions):
        return {}
    return named_columns(columns, {name for one in questions for name in (one.name, *_parts(one))})


def _of_export(
    answers: pd.DataFrame, questions: Sequence[Question], headers: Mapping[str, str]
) -> tuple[pd.DataFrame, Table]:
    """Return the answers of an export by the names of questions; the numbers of a skip and a blank are blanks."""
    answers = answers.rename(columns=dict(headers))
    unscaled = [name for one in questions for name in (_parts(one) or ([one.name] if one.kind == "number" else []))]
    codes = [SKIPPED_CODE, BLANK_CODE]
    answers = answers.assign(
        **{name: answers[name].mask(answers[name].isin(codes)) for name in unscaled if name in headers.values()}
    )
    return answers, as_table(answers)


def _split(question: Question, table: Table) -> bool:
    """Whether a question with several answers already has a column per option."""
    return question.kind == "multiple" and all(name in table.names for name in _parts(question))


def _folded(text: str) -> str:
    return text.strip().casefold()


def _number(label: Hashable) -> float | None:
    if isinstance(label, Real):
        return float(label)
    # float() would take "nan", "infinity" and "1_000" too.
    text = str(label).strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _without_codes(values: pd.Series[float], question: Question) -> pd.Series[float]:
    return values.mask(values.isin((*question.refusal_codes, *question.skip_codes)))


_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_MISSPELT = 0.85
"""Similarity to an option from which a text is taken for that option, misspelt."""


def _spread(codes: IntArray, values: Iterable[float]) -> FloatArray:
    """Return the value of each row's answer (n,), nan where it is blank."""
    return np.append(np.array(list(values), dtype=np.float64), np.nan)[codes]


def _texts(codes: IntArray, values: Sequence[float], question: Question, language: str | None) -> NDArray[np.object_]:
    texts: Mapping[float, str] = question.labels(language)
    # A refusal is not a group.
    found = np.array([texts.get(value) for value in values] + [None], dtype=object)
    return found[codes]
