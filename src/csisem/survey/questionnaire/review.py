"""The review of a draft questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from csisem.display.sentences import Sentence, sentence
from csisem.survey.declared import Declared
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import as_text
from csisem.survey.questionnaire.wording_advice import wording_advice

Finding: TypeAlias = tuple[str, str, Sentence]
"""Severity, name of the question or indicator, and a sentence."""

_SEVERITIES = ("error", "warning", "advice")

Nodes: TypeAlias = Sequence[tuple[int, Indicator]]
"""All indicators with their levels."""

SHORT, LONG = 15.0, 30.0
"""Minutes that answering should not exceed, and must not exceed."""


def findings(
    questions: Sequence[Question],
    nodes: Nodes,
    items: Sequence[str],
    languages: Sequence[str],
    minutes: float,
    respondent: Sequence[str],
) -> list[Finding]:
    """Return errors, then warnings, then advice."""
    found = [
        *_scales(questions, nodes),
        *_branches(nodes),
        *_use(items, nodes),
        *_wording(questions, languages),
        *_length(minutes),
        *(("advice", name, said) for name, said in wording_advice(questions, items, respondent)),
    ]
    return sorted(found, key=lambda finding: _SEVERITIES.index(finding[0]))


def _scales(questions: Sequence[Question], nodes: Nodes) -> list[Finding]:
    """Questions of an indicator without a scale, and ratings without one."""
    used = {item for _, node in nodes for item in node.items}
    found: list[Finding] = []
    for question in questions:
        if question.bounds is not None:
            continue
        if question.name in used:
            bare = question.kind in ("likert", "number", "yes_no")
            said = (
                sentence("questionnaire.no_scale") if bare else sentence("questionnaire.no_score", kind=question.kind)
            )
            found.append(("error", question.name, said))
        elif question.kind == "likert":
            found.append(("error", question.name, sentence("questionnaire.rating")))
    return found


def _branches(nodes: Nodes) -> list[Finding]:
    """Indicators without questions, and branches that end on different levels."""
    found: list[Finding] = []
    leaves = [(level, node) for level, node in nodes if not node.children]
    usual = Counter(level for level, _ in leaves).most_common(1)[0][0] if leaves else 0
    for level, node in leaves:
        if not node.items:
            found.append(("error", node.name, sentence("questionnaire.no_questions", level=level)))
        elif level != usual:
            found.append(("warning", node.name, sentence("questionnaire.other_level", level=level, usual=usual)))
    return found


def _use(items: Sequence[str], nodes: Nodes) -> list[Finding]:
    """Items under several indicators or, where there are indicators, under none."""
    parents: dict[str, list[str]] = {}
    for _, node in nodes:
        for item in node.items:
            parents.setdefault(item, []).append(node.name)
    found: list[Finding] = [
        ("warning", item, sentence("questionnaire.several_indicators", indicators=names))
        for item, names in parents.items()
        if len(names) > 1
    ]
    unused = [item for item in items if parents and item not in parents]
    return found + [("warning", item, sentence("questionnaire.no_indicator")) for item in unused]


def _wording(questions: Sequence[Question], languages: Sequence[str]) -> list[Finding]:
    """Questions without wording, or without it in one of the languages."""
    found: list[Finding] = []
    for question in questions:
        text = as_text(question.text)
        if not text:
            found.append(("error", question.name, sentence("questionnaire.no_wording")))
        elif text.languages and (lacking := [one for one in languages if one not in text.languages]):
            found.append(("warning", question.name, sentence("questionnaire.untranslated", languages=lacking)))
        labels = [label.languages for label in question.texts.values() if label.languages]
        if without := [one for one in languages if any(one not in known for known in labels)]:
            found.append(("warning", question.name, sentence("questionnaire.labels_untranslated", languages=without)))
    return found


def _length(minutes: float) -> list[Finding]:
    """A questionnaire that takes too long."""
    if minutes <= SHORT:
        return []
    severity, most = ("error", LONG) if minutes > LONG else ("warning", SHORT)
    return [(severity, "", sentence("questionnaire.minutes", minutes=minutes, most=most))]


def doubtful_directions(declared: Mapping[str, Declared], falling: Sequence[str]) -> list[Finding]:
    """Items of indicators that look like complaints, or whose answers fall, while no direction is stated."""
    named: list[Finding] = [
        ("advice", item, sentence("questionnaire.complaint_like", word=own.doubt))
        for item, own in declared.items()
        if own.doubt and own.indicator
    ]
    known = {item for _, item, _ in named}
    others = [item for item in falling if item not in known]
    plain = [("advice", item, sentence("questionnaire.falls")) for item in others if not declared[item].lowers]
    turned = [("advice", item, sentence("questionnaire.falls_turned")) for item in others if declared[item].lowers]
    return [*named, *plain, *turned]
