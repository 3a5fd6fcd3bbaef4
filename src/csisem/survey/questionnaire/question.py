"""A question: its wording, kind and answer codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import count
from math import inf, isfinite
from numbers import Real
from typing import Any, cast

from csisem.completion import Completion
from csisem.errors import QuestionnaireError, ScaleError, listed, shown
from csisem.option_checks import check_flag, listing_of, real
from csisem.options import Direction, QuestionKind, validate
from csisem.survey.questionnaire.scoring import SatisfiedOption, Scores, as_satisfied, as_scores, check_satisfied
from csisem.survey.questionnaire.text import Text, Wording, as_text
from csisem.survey.scale import Scale

YES_NO: Mapping[float, Wording] = {1.0: {"zh": "是", "en": "Yes"}, 0.0: {"zh": "否", "en": "No"}}

# Assumed seconds to answer a question of each kind; a pilot gives better values for `seconds=`.
SECONDS: Mapping[QuestionKind, float] = {
    "yes_no": 8.0,
    "choice": 12.0,
    "multiple": 20.0,
    "likert": 10.0,
    "number": 15.0,
    "open": 45.0,
}

MOST_POINTS = 101
"""Most points of a rating, as many as 0 to 100 has; finer answers are of kind ``"number"``."""


@dataclass(frozen=True, slots=True)
class Question(Completion):
    """A question of a questionnaire; its name is the column of its answers.

    Parameters
    ----------
    name
        Column of the answers.
    text
        Wording: one text, or a mapping from language to text.
    kind
        ``"yes_no"``, ``"choice"`` (one of several), ``"multiple"`` (several of several), ``"likert"`` (a rating),
        ``"number"``, ``"open"`` (words).
    options
        Labels of the answers by code, or in the order of codes 1, 2, ...; by default yes_no has 1 and 0.
    points
        Points of a rating, coded 1 to ``points``; 4, 5, 7 and 10 are common.
    scale
        ``(low, high)`` if other than 1 to ``points`` or the lowest to the highest code.
    reverse
        Whether the question has negative wording, so that an answer x is read as low + high - x.
    missing_codes, not_applicable
        Codes of a refusal and of a question that did not apply, or the words that a file has for them, such as
        ``"(跳过)"``; see `word_codes`.
    other
        Whether the last option is followed by a line to write on (a half-open question). An unknown text is then read
        as that option.
    seconds
        Seconds to answer; by default `SECONDS` of its kind.
    direction
        ``"lowers"`` if more of what is asked lowers the total, as the number of complaints does; ``"raises"``; None:
        that of its indicator. Indices turn such answers, models do not; ``reverse`` is the negative wording of one item
        among others, and turns it everywhere.
    scores
        Points of 0-100 of the answers, in the question's own direction: ``"linear"`` (equal steps), ``"graded"`` (30,
        60, 80 and 100 of four answers), points by code, or points in the order of the codes; None: as the
        questionnaire. Indices and other figures in points use them; models take the codes.
    satisfied
        The answer from which on one counts as satisfied: a label, a code (a number that is an answer) or points
        (another number), or ``{"label": ...}``, ``{"code": ...}``, ``{"points": ...}``; None: as the questionnaire.

    Raises
    ------
    QuestionnaireError
        If the parts contradict each other, or a choice has no options.
    OptionError
        If the kind is not one of those above.

    See Also
    --------
    Questionnaire : Questions and their indicators.

    Examples
    --------
    >>> question = cs.Question("s1", "How satisfied are you?", points=5, missing_codes=9)
    >>> question.codes
    (1.0, 2.0, 3.0, 4.0, 5.0)
    >>> cs.Question("region", kind="choice", options=["North", "South"]).labels()
    {1.0: 'North', 2.0: 'South'}
    """

    _internal = frozenset({"as_scale", "bounds", "texts", "time"})

    name: str
    text: Wording | Text = ""
    kind: QuestionKind = "likert"
    _: KW_ONLY
    options: Mapping[float, Wording | Text] | Sequence[Wording | Text] = field(default_factory=dict)
    points: int | None = None
    scale: tuple[float, float] | None = None
    reverse: bool = False
    missing_codes: tuple[float | str, ...] = ()
    not_applicable: tuple[float | str, ...] = ()
    other: bool = False
    seconds: float | None = None
    direction: Direction | None = None
    scores: Scores = None
    satisfied: SatisfiedOption = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", validate("kind", self.kind, QuestionKind))
        name = str(self.name).strip()
        if not name:
            raise QuestionnaireError("A question has no name.")
        given: object = self.options
        listing = None if isinstance(given, Mapping) else listing_of(given)
        if listing is None and not isinstance(given, Mapping):
            raise QuestionnaireError(f"Question {shown(name)}: options= must be a mapping from code to label, or a "
                                     f"list of labels; got {shown(self.options)}.")  # fmt: skip
        for flag in ("reverse", "other"):
            check_flag(flag, getattr(self, flag))
        options: Mapping[Any, Any] = given if isinstance(given, Mapping) else dict(enumerate(listing or (), 1))
        if not options and self.kind == "yes_no":
            options = YES_NO
        if wrong := [code for code in options if not isfinite(real(code))]:
            raise QuestionnaireError(f"Question {name!r}: code {shown(wrong[0])} of an option is not a number.")
        known: dict[str, object] = {
            "name": name,
            "text": as_text(self.text),
            "options": {float(code): as_text(text) for code, text in options.items()},
            "scale": _bounds(name, self.scale),
            "missing_codes": _codes(name, "missing_codes", self.missing_codes),
            "not_applicable": _codes(name, "not_applicable", self.not_applicable),
        }
        if self.direction is not None:
            known["direction"] = validate("direction", self.direction, Direction)
        for part, value in known.items():
            object.__setattr__(self, part, value)
        _check(self)
        object.__setattr__(self, "scores", as_scores(self))
        object.__setattr__(self, "satisfied", as_satisfied(self.satisfied, f"Question {name!r}:"))
        check_satisfied(self)

    @property
    def texts(self) -> Mapping[float, Text]:
        """Labels of the answers by code."""
        return cast("Mapping[float, Text]", self.options)

    @property
    def codes(self) -> tuple[float, ...]:
        """Codes of valid answers; empty where any number or text is valid."""
        if self.options:
            return tuple(self.texts)
        return tuple(float(code) for code in range(1, self.points + 1)) if self.points else ()

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest answer of a scored question; None for a question without a score or scale."""
        if self.kind in ("choice", "multiple", "open"):
            return self.scale
        if self.scale is not None:
            return self.scale
        codes = self.codes
        return (min(codes), max(codes)) if len(codes) > 1 else None

    @property
    def as_scale(self) -> Scale | None:
        """The scale with its codes and reverse coding; None without bounds."""
        if self.bounds is None:
            return None
        low, high = self.bounds
        return Scale(
            low,
            high,
            reverse=self.reverse,
            missing_codes=self.refusal_codes,
            not_applicable=self.skip_codes,
            labels=self.labels(),
        )

    @property
    def word_codes(self) -> Mapping[str, float]:
        """Codes of the words for a refusal and for a question that did not apply.

        Words share the first number of their option, or else have -9 (a refusal) or -8 (did not apply), less 10 where
        that is an answer.
        """
        codes: dict[str, float] = {}
        for own, default in ((self.missing_codes, -9.0), (self.not_applicable, -8.0)):
            low, high = self.bounds or (0.0, 0.0)
            free = (code for code in count(default, -10) if code not in self.codes and not low <= code <= high)
            code = next((code for code in own if not isinstance(code, str)), None)
            code = next(free) if code is None else code
            codes |= {word: code for word in own if isinstance(word, str)}
        return codes

    @property
    def refusal_codes(self) -> tuple[float, ...]:
        """Codes of a refusal, those of words included."""
        return self._coded(self.missing_codes)

    @property
    def skip_codes(self) -> tuple[float, ...]:
        """Codes of a question that did not apply, those of words included."""
        return self._coded(self.not_applicable)

    @property
    def time(self) -> float:
        """Seconds to answer."""
        return SECONDS[self.kind] if self.seconds is None else self.seconds

    def _coded(self, declared: Iterable[float | str]) -> tuple[float, ...]:
        words = self.word_codes
        return tuple(dict.fromkeys(words[code] if isinstance(code, str) else code for code in declared))

    def labels(self, language: str | None = None) -> dict[float, str]:
        """Return the labels of the answers by code, in a language."""
        return {code: text.into(language) for code, text in self.texts.items()}


def _bounds(name: str, scale: object) -> tuple[float, float] | None:
    if scale is None:
        return None
    if isinstance(scale, Sequence) and len(scale) == 2 and all(isfinite(real(end)) for end in scale):
        return float(scale[0]), float(scale[1])
    raise QuestionnaireError(
        f"Question {shown(name)}: scale= must be two numbers, the lowest and highest answer; got {shown(scale)}."
    )


def _codes(name: str, option: str, codes: object) -> tuple[float | str, ...]:
    found = [codes] if isinstance(codes, Real | str) else listing_of(codes)
    known = found is not None and all(code.strip() if isinstance(code, str) else isfinite(real(code)) for code in found)
    if found is not None and known:
        return tuple(code.strip() if isinstance(code, str) else real(code) for code in found)
    raise QuestionnaireError(
        f"Question {shown(name)}: {option}= must be a number, a word or a list of those; got {shown(codes)}."
    )


def _check(question: Question) -> None:
    where = f"Question {question.name!r}"
    if question.kind in ("choice", "multiple") and len(question.options) < 2:
        raise QuestionnaireError(f"{where} is a {question.kind} question and needs at least two options.")
    if question.kind == "yes_no" and len(question.options) != 2:
        raise QuestionnaireError(f"{where} is a yes_no question with {len(question.options)} options.")
    if question.kind in ("open", "number") and (question.options or question.points):
        raise QuestionnaireError(f"{where} is of kind {question.kind!r} and takes no options or points.")
    points = question.points
    if points is not None:
        if question.kind != "likert" or not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
            raise QuestionnaireError(f"{where}: points= must be a whole number from 2 to {MOST_POINTS} for a likert "
                                     f"question; got {shown(points)}.")  # fmt: skip
        if outside := [code for code in question.texts if not (1 <= code <= points and code == int(code))]:
            raise QuestionnaireError(f"{where} has {points} points, but an option with code {outside[0]:g}.")
    texts = [text for text in question.labels().values() if text]
    if twice := [text for text in dict.fromkeys(texts) if texts.count(text) > 1]:
        raise QuestionnaireError(f"{where} has several options {twice[0]!r}; give each its own label.")
    if both := [code for code in (*question.refusal_codes, *question.skip_codes) if code in question.codes]:
        raise QuestionnaireError(
            f"{where}: {listed([f'{code:g}' for code in both])} is both an answer and a missing code."
        )
    options = {text.casefold() for one in question.texts.values() for _, text in one.by_language}
    if words := [word for word in question.word_codes if word.casefold() in options]:
        raise QuestionnaireError(f"{where}: {listed(words)} is both an option and a missing code.")
    if question.other and question.kind not in ("choice", "multiple"):
        raise QuestionnaireError(f"{where} is of kind {question.kind!r}; other=True adds a line to a choice.")
    if question.seconds is not None and not 0 < real(question.seconds) < inf:
        raise QuestionnaireError(f"{where}: seconds= must be a number above zero; got {shown(question.seconds)}.")
    if question.reverse and question.bounds is None:
        raise QuestionnaireError(f"{where} is reversed and needs a scale, since x is read as low + high - x.")
    try:
        scale = question.as_scale
    except ScaleError as problem:
        raise QuestionnaireError(f"{where}: {problem}") from None
    if scale and (off := [code for code in question.codes if not scale.low <= code <= scale.high]):
        raise QuestionnaireError(f"{where} has an option with code {off[0]:g} off its scale {scale}.")
