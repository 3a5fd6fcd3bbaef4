"""The review of a draft questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import TypeAlias

from csisem.errors import listed
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import as_text

Finding: TypeAlias = tuple[str, str, str]
"""Severity, name of the question or indicator, and a sentence."""

Nodes: TypeAlias = Sequence[tuple[int, Indicator]]
"""All indicators with their levels."""

SHORT, LONG = 15.0, 30.0
"""Minutes that answering should not exceed, and must not exceed."""


def findings(
    questions: Sequence[Question], nodes: Nodes, items: Sequence[str], languages: Sequence[str], minutes: float
) -> list[Finding]:
    """Return errors, then warnings."""
    found = [
        *_scales(questions, nodes),
        *_branches(nodes),
        *_use(items, nodes),
        *_wording(questions, languages),
        *_length(minutes),
    ]
    return sorted(found, key=itemgetter(0))


def _scales(questions: Sequence[Question], nodes: Nodes) -> list[Finding]:
    """Questions of an indicator without a scale, and ratings without one."""
    used = {item for _, node in nodes for item in node.items}
    found = []
    for question in questions:
        if question.bounds is not None:
            continue
        if question.name in used:
            why = "has no scale" if question.kind in ("likert", "number", "yes_no") else f"is of kind {question.kind!r}"
            found.append(("error", question.name, f"It measures an indicator but {why}, so it makes no score."))
        elif question.kind == "likert":
            found.append(("error", question.name, "It is a rating without points, options or scale."))
    return found


def _branches(nodes: Nodes) -> list[Finding]:
    """Indicators without questions, and branches that end on different levels."""
    found: list[Finding] = []
    leaves = [(level, node) for level, node in nodes if not node.children]
    usual = Counter(level for level, _ in leaves).most_common(1)[0][0] if leaves else 0
    for level, node in leaves:
        if not node.items:
            found.append(("error", node.name, f"It stands on level {level} without questions or indicators below it."))
        elif level != usual:
            found.append(("warning", node.name, f"Its branch ends on level {level}, others on level {usual}."))
    return found


def _use(items: Sequence[str], nodes: Nodes) -> list[Finding]:
    """Items under several indicators or, where there are indicators, under none."""
    parents: dict[str, list[str]] = {}
    for _, node in nodes:
        for item in node.items:
            parents.setdefault(item, []).append(node.name)
    found = [
        ("warning", item, f"It measures several indicators: {listed(names)}.")
        for item, names in parents.items()
        if len(names) > 1
    ]
    unused = [item for item in items if parents and item not in parents]
    return found + [("warning", item, "It has a scale but measures no indicator.") for item in unused]


def _wording(questions: Sequence[Question], languages: Sequence[str]) -> list[Finding]:
    """Questions without wording, or without it in one of the languages."""
    found: list[Finding] = []
    for question in questions:
        text = as_text(question.text)
        if not text:
            found.append(("error", question.name, "It has no wording."))
        elif text.languages and (lacking := [one for one in languages if one not in text.languages]):
            found.append(("warning", question.name, f"It has no wording in {listed(lacking)}."))
    return found


def _length(minutes: float) -> list[Finding]:
    """A questionnaire that takes too long."""
    if minutes <= SHORT:
        return []
    severity, most = ("error", LONG) if minutes > LONG else ("warning", SHORT)
    return [(severity, "", f"It takes about {minutes:.0f} minutes, more than {most:.0f}.")]
