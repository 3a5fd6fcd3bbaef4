"""What is wrong with the draft of a questionnaire, as far as a program can see."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from csisem.errors import listed
from csisem.survey.questionnaire.text import as_text

if TYPE_CHECKING:
    from csisem.survey.questionnaire.questionnaire import Questionnaire

Finding: TypeAlias = tuple[str, str, str]
"""Severity, name of the question or indicator, and a sentence."""

SHORT, LONG = 15.0, 30.0
"""Minutes within which a questionnaire should be, and must be, answered."""


def findings(questionnaire: Questionnaire) -> list[Finding]:
    """Return errors, then warnings."""
    found = [*_scales(questionnaire), *_levels(questionnaire), *_use(questionnaire), *_wording(questionnaire)]
    found += _length(questionnaire)
    return sorted(found, key=lambda finding: finding[0])


def _scales(questionnaire: Questionnaire) -> list[Finding]:
    used = {item for _, node in questionnaire.walk() for item in node.items}
    found = []
    for question in questionnaire.questions:
        if question.bounds is not None:
            continue
        if question.name in used:
            why = "has no scale" if question.kind in ("likert", "number", "yes_no") else f"is of kind {question.kind!r}"
            found.append(("error", question.name, f"It measures an indicator but {why}, so it makes no score."))
        elif question.kind == "likert":
            found.append(("error", question.name, "It is a rating without points, options or scale."))
    return found


def _levels(questionnaire: Questionnaire) -> list[Finding]:
    found: list[Finding] = []
    ends = Counter(level for level, node in questionnaire.walk() if not node.children)
    usual = ends.most_common(1)[0][0] if ends else 0
    for level, node in questionnaire.walk():
        if node.children:
            continue
        if not node.items:
            found.append(("error", node.name, f"It stands on level {level} without questions or indicators below it."))
        elif level != usual:
            found.append(("warning", node.name, f"Its branch ends on level {level}, others on level {usual}."))
    return found


def _use(questionnaire: Questionnaire) -> list[Finding]:
    homes: dict[str, list[str]] = {}
    for _, node in questionnaire.walk():
        for item in node.items:
            homes.setdefault(item, []).append(node.name)
    found = [("warning", item, f"It measures several indicators: {listed(names)}.") for item, names in homes.items()
             if len(names) > 1]  # fmt: skip
    if homes:
        idle = [item for item in questionnaire.items if item not in homes]
        found += [("warning", item, "It has a scale but measures no indicator.") for item in idle]
    return found


def _wording(questionnaire: Questionnaire) -> list[Finding]:
    found: list[Finding] = []
    languages = questionnaire.languages
    for question in questionnaire.questions:
        text = as_text(question.text)
        if not text:
            found.append(("error", question.name, "It has no wording."))
        elif text.languages and (lacking := [one for one in languages if one not in text.languages]):
            found.append(("warning", question.name, f"It has no wording in {listed(lacking)}."))
    return found


def _length(questionnaire: Questionnaire) -> list[Finding]:
    minutes = questionnaire.minutes
    if minutes <= SHORT:
        return []
    severity, most = ("error", LONG) if minutes > LONG else ("warning", SHORT)
    return [(severity, "", f"It takes about {minutes:.0f} minutes, more than {most:.0f}.")]
