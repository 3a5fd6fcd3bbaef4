"""From where on an answer counts as satisfied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, shown
from csisem.option_checks import real
from csisem.survey.declared import NOTHING, ItemPoints, item_points

if TYPE_CHECKING:
    from csisem.survey.survey import Survey

DEFAULT_POINTS = 80.0
"""Points of 0-100 from which one is satisfied where no label says so (the training texts' example of taxis)."""

DECLARED = "declared"
"""The option that takes what is declared, or else the default."""

_EXACT = re.compile(r"满意|satisfied", re.I)
_ROUGHLY = re.compile(r"满意|(?<!dis)(?<!un)satisfied", re.I)
_DENIED = re.compile(r"neither|\bnot\b|[不没未欠既]", re.I)


class SatisfiedFrom(NamedTuple):
    """The points from which on an answer counts as satisfied, the label that says so, and what must be said of it."""

    points: float
    label: str
    notes: tuple[Sentence, ...]

    @property
    def sides(self) -> tuple[Sentence, Sentence]:
        """The names of those who are satisfied, and of the others."""
        cut = self.label or f"{self.points:g}"
        return sentence("answers.at_least", cut=cut), sentence("answers.below", cut=cut)


def check_threshold(value: object) -> None:
    """Refuse what is neither ``"declared"`` nor a number of points above 0 and up to 100."""
    if not (isinstance(value, str) and value == DECLARED) and not 0 < real(value) <= 100:
        raise OptionError(f"threshold={shown(value)} is neither {DECLARED!r} nor points above 0 and up to 100.")


def satisfied_from(survey: Survey, item: str, threshold: float | str = DECLARED) -> SatisfiedFrom:
    """Return from where on an answer to an item counts as satisfied, in points of which more is better."""
    convert = item_points(survey, (item,), "Satisfied is a matter of points")
    labels = _labels(survey, item, convert)
    named = _by_label(labels)
    if threshold != DECLARED:
        points = float(threshold)
        return SatisfiedFrom(points, "", _unreached(item, points, labels, convert, named))
    own = survey.declared.get(item, NOTHING).satisfied
    if own is not None and own[0] == "points":
        said = sentence("answers.satisfied_points", item=item, points=own[1], default=False)
        return SatisfiedFrom(own[1], "", (said, *_unreached(item, own[1], labels, convert, named)))
    if own is not None:
        points, label = _points_of_code(survey, item, own[1], convert), _label_of(survey, item, own[1])
        said = sentence("answers.satisfied_label", item=item, label=label, points=points, default=False)
        return SatisfiedFrom(points, label, (said,))
    if named:
        label, points = named
        said = sentence("answers.satisfied_label", item=item, label=label, points=points, default=True)
        return SatisfiedFrom(points, label, (said,))
    said = sentence("answers.satisfied_points", item=item, points=DEFAULT_POINTS, default=True)
    return SatisfiedFrom(DEFAULT_POINTS, "", (said, *_unreached(item, DEFAULT_POINTS, labels, convert, named)))


def _labels(survey: Survey, item: str, convert: ItemPoints) -> dict[str, float]:
    """Points of the labelled answers."""
    scale = survey.scale_of(item)
    if scale is None:
        return {}
    inside = [(text, code) for code, text in scale.labels.items() if text.strip() and scale.low <= code <= scale.high]
    return {text: _points_of_code(survey, item, code, convert) for text, code in inside}


def _points_of_code(survey: Survey, item: str, code: float, convert: ItemPoints) -> float:
    """Points of a code in the data."""
    scale = survey.scale_of(item)
    read = code if scale is None or scale.turn is None else scale.turn - code
    return float(convert.of(np.array([[read]]))[0, 0])


def _label_of(survey: Survey, item: str, code: float) -> str:
    scale = survey.scale_of(item)
    return (scale.labels.get(code, "") if scale is not None else "") or f"{code:g}"


def _by_label(labels: dict[str, float]) -> tuple[str, float] | None:
    """The label 满意 or "satisfied", or else the lowest one that says it with another word, and its points."""
    exact = [(text, points) for text, points in labels.items() if _EXACT.fullmatch(text.strip())]
    roughly = [(text, points) for text, points in labels.items()
               if _ROUGHLY.search(text) and not _DENIED.search(text)]  # fmt: skip
    found = exact or sorted(roughly, key=lambda one: one[1])
    return found[0] if found else None


def _unreached(
    item: str, points: float, labels: dict[str, float], convert: ItemPoints, named: tuple[str, float] | None
) -> tuple[Sentence, ...]:
    """What is said of a threshold that no answer reaches, or that the label of satisfied does not."""
    ends = convert.of(np.array([[convert.low[0], convert.low[0] + convert.width[0]]]))[0]
    best = max([*labels.values(), *map(float, ends)])
    # Points are quotients: 80 less the last digit is 80.
    if best < points - 1e-9:
        return (sentence("answers.threshold_unreached", item=item, points=points, best=best),)
    if labels and max(labels.values()) < points - 1e-9:
        return (sentence("answers.no_label_reaches", item=item, points=points, best=max(labels.values())),)
    if named is not None and named[1] < points - 1e-9:
        return (sentence("answers.label_below", item=item, label=named[0], own=named[1], points=points),)
    return ()
