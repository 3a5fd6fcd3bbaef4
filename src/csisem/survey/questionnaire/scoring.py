"""Points of answers, and which of them count as satisfied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias

from csisem.errors import QuestionnaireError, listed, nearest, shown
from csisem.option_checks import listing_of, real
from csisem.options import Scoring, validate

if TYPE_CHECKING:
    from csisem.survey.questionnaire.question import Question

Scores: TypeAlias = Scoring | Mapping[float, float] | Sequence[float] | None
"""A rule, points by code, or points in the order of the codes; None: what the questionnaire's ``scoring`` says."""

SatisfiedOption: TypeAlias = str | float | Mapping[str, str | float] | None
"""A label, a number, or ``{"label": ...}``, ``{"code": ...}`` or ``{"points": ...}``; None: the default."""

GRADED = (30.0, 60.0, 80.0, 100.0)
"""Points of four answers, from the training texts' example of taxis."""

_PARTS = ("label", "code", "points")


def as_scores(question: Question) -> Scoring | dict[float, float] | None:
    """Return the scores of a question as a rule, or as points by code."""
    where, given = f"Question {question.name!r}: scores=", question.scores
    if given is None:
        return None
    if question.bounds is None:
        raise QuestionnaireError(f"{where} is for a question with a scale, and this one has none.")
    if isinstance(given, str):
        rule: Scoring = validate("scores", given, Scoring)
        if rule == "graded" and len(question.codes) != len(GRADED):
            raise QuestionnaireError(f"{where}'graded' gives 30, 60, 80 and 100 points to four answers; this question "
                                     f"has {len(question.codes) or 'no labelled'}. Give points by code.")  # fmt: skip
        return rule
    codes = sorted(question.codes)
    if not isinstance(given, Mapping):
        values = listing_of(given)
        if values and all(isinstance(one, list | tuple) and len(one) == 2 for one in values):
            # Pairs of code and points, as a file has them.
            codes, values = [one[0] for one in values], [one[1] for one in values]  # type: ignore[index]
        if values is None or len(values) != len(codes):
            raise QuestionnaireError(f"{where} must be points by code, or {len(codes)} points in the order of the "
                                     f"codes; got {shown(given)}.")  # fmt: skip
        given = dict(zip(codes, values, strict=True))  # type: ignore[arg-type]
    if wrong := [one for pair in given.items() for one in pair if not isfinite(real(one))]:
        raise QuestionnaireError(f"{where} has {shown(wrong[0])}, which is not a number.")
    points = {float(code): float(value) for code, value in given.items()}
    low, high = question.bounds
    codes = sorted(question.codes)
    need = codes or [low, high]
    if absent := [code for code in need if code not in points]:
        raise QuestionnaireError(f"{where} has no points for {listed(f'{code:g}' for code in absent)}.")
    if odd := [code for code in points if (codes and code not in codes) or not low <= code <= high]:
        raise QuestionnaireError(f"{where} has points for {odd[0]:g}, which is not an answer.")
    if off := [value for value in points.values() if not 0 <= value <= 100]:
        raise QuestionnaireError(f"{where} has {off[0]:g} points; points lie within 0-100.")
    return dict(sorted(points.items()))


def points_by_answer(question: Question, rule: Scoring | None, *, lowers: bool) -> dict[float, float]:
    """Return points by answer as it is read, reverse coding included; empty for equal steps.

    The best of four graded answers has 100 points in the index, of a question that lowers it the one with fewest.
    """
    own = rule if question.scores is None else question.scores
    codes = [_read(question, code) for code in question.codes]
    if own == "graded" and len(codes) == len(GRADED):
        points = tuple(100 - one for one in reversed(GRADED)) if lowers else GRADED
        return dict(zip(sorted(codes), points, strict=True))
    if isinstance(own, Mapping):
        return dict(sorted((_read(question, code), points) for code, points in own.items()))
    return {}


def _read(question: Question, code: float) -> float:
    """The answer as which a code is read."""
    return sum(question.bounds) - code if question.reverse and question.bounds else code


def as_satisfied(given: object, where: str) -> SatisfiedOption:
    """Return the meaning of satisfied as a label, a number or a table of one entry."""
    if given is None or (isinstance(given, str) and given.strip()):
        return given.strip() if isinstance(given, str) else None
    if isinstance(given, Real) and not isinstance(given, bool) and isfinite(real(given)):
        return float(given)
    if isinstance(given, Mapping) and len(given) == 1:
        (part, value), *_ = given.items()
        if part not in _PARTS:
            raise QuestionnaireError(f"{where} satisfied= has {shown(part)}, which is none of {listed(_PARTS)}"
                                     f"{nearest(str(part), _PARTS)}.")  # fmt: skip
        if part == "label" and isinstance(value, str) and value.strip():
            return {"label": value.strip()}
        if part != "label" and isfinite(real(value)):
            return {part: real(value)}
    raise QuestionnaireError(f"{where} satisfied= must be a label, a number, or one of {{'label': ...}}, "
                             f"{{'code': ...}}, {{'points': ...}}; got {shown(given)}.")  # fmt: skip


def satisfied_of(question: Question, given: SatisfiedOption) -> tuple[str, float] | None:
    """Return ``("code", code)`` or ``("points", points)`` of a question; None where it has no such label or code.

    A number is a code if it is an answer to the question, else points.
    """
    if isinstance(given, Mapping):
        (part, value), *_ = given.items()
    else:
        value = "" if given is None else given
        part = "label" if isinstance(value, str) else "code" if value in question.codes else "points"
    if part == "label":
        wanted = str(value).casefold()
        codes = [code for code, text in question.texts.items()
                 if wanted and any(own.strip().casefold() == wanted for _, own in text.by_language)]  # fmt: skip
        return ("code", codes[0]) if codes else None
    number = real(value)
    if part == "code":
        low, high = question.bounds or (number + 1, number)
        known = number in question.codes if question.codes else low <= number <= high
        return ("code", number) if known else None
    return ("points", number) if 0 < number <= 100 else None


def check_satisfied(question: Question) -> None:
    """Refuse a meaning of satisfied that none of the question's answers has."""
    where, given = f"Question {question.name!r}:", question.satisfied
    if given is None:
        return
    if question.bounds is None:
        raise QuestionnaireError(f"{where} satisfied= is for a question with a scale, and this one has none.")
    if satisfied_of(question, given) is None:
        labels = [own for text in question.texts.values() for _, own in text.by_language if own]
        hint = nearest(given, labels) if isinstance(given, str) else ""
        raise QuestionnaireError(f"{where} satisfied={shown(given)} is none of its labels or codes{hint}, and not "
                                 "points above 0 and up to 100.")  # fmt: skip


def check_satisfied_everywhere(questions: Sequence[Question], given: SatisfiedOption) -> None:
    """Refuse a meaning of satisfied that no question has, and a bare code of scales that differ."""
    scored = [one for one in questions if one.bounds is not None]
    found = {one.name: satisfied_of(one, given) for one in scored if one.kind != "yes_no"}
    if given is not None and not any(found.values()):
        labels = dict.fromkeys(own for one in scored for text in one.texts.values() for _, own in text.by_language)
        hint = nearest(given, labels) if isinstance(given, str) else ""
        raise QuestionnaireError(f"satisfied={shown(given)} is a label or code of no question{hint}.")
    if isinstance(given, float):
        scales = {one.bounds for one in scored if found.get(one.name) == ("code", given)}
        kinds = {pair[0] for pair in found.values() if pair is not None}
        if len(scales) > 1 or len(kinds) > 1:
            raise QuestionnaireError(f"satisfied={given:g} means different things on the questions' scales; say "
                                     f"{{'points': ...}} or a label, or state it question by question.")  # fmt: skip
