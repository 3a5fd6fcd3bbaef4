"""Questionnaires of templates, with their indicator systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from csisem.options import Language, validate
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.questionnaire import Questionnaire
from csisem.survey.questionnaire.text import Text, Wording
from csisem.templates.read_stored import QUESTIONNAIRES, Asked, Branch, Node, Stored, Words, check_template, stored


class _Asking(NamedTuple):
    """How the questions of one branch are made: language of names, labels of answers, and the branch if any."""

    language: Language
    template: Stored
    branch: Branch | None = None


def questionnaire(name: str, language: Language = "en") -> Questionnaire:
    """Return a questionnaire of a template, to use as it stands or to change.

    Questions, labels and meanings are in both languages. ``respondent`` names the questions on the person, and
    ``satisfied`` is "satisfied" (满意) where the labels have it. The indicators of one parent have equal weights, but
    those that the index leaves out have weight 0 (the outcomes of ``retail_customers``, the expected service of
    ``service_expectations``).

    Parameters
    ----------
    name
        Name of a template of kind ``"questionnaire"``; see `contents`.
    language
        Language of the names of indicators and levels, and of all texts where no other is asked for: ``"en"`` or
        ``"zh"``.

    Returns
    -------
    Questionnaire
        `Questionnaire.to_toml` writes it to a file to change, `Questionnaire.from_toml` reads that.

    Raises
    ------
    OptionError
        If there is no such questionnaire, or no such language.

    See Also
    --------
    table : The indicator system as a table.
    Questionnaire : What can be done with it.

    Examples
    --------
    >>> checklist = cs.templates.questionnaire("self_assessment", "zh")
    >>> [len(group.items) for group in checklist.indicators]
    [7, 5, 4, 7, 4, 7, 6]
    >>> groups = [group.name for group in checklist.indicators]
    >>> scores = cs.index.outcomes.self_assessment([4] * 40, names=groups)
    >>> scores.tail(2)[["items", "score", "maximum"]]
       items  score  maximum
    6      6   24.0     30.0
    7     40  160.0    200.0
    """
    template = stored(check_template(name, QUESTIONNAIRES))
    language = validate("language", language, Language)
    branches = [_Asking(language, template, one) for one in template.get("branch", ())] or [_Asking(language, template)]
    nodes, indicators = template.get("indicator", []), list[Indicator]()
    for branch in branches:
        own = _indicators(nodes, branch)
        way = branch.branch
        if way is None:
            indicators += own
        else:
            text = _wording(way["meaning"], language)
            indicators.append(Indicator(way["name"][language], own, weight=way["weight"], text=text))
    questions = [_question(one, way) for way in branches for one in asked(nodes)]
    questions += [_question(one, _Asking(language, template)) for one in template.get("question", ())]
    return Questionnaire(
        tuple(questions),
        tuple(indicators),
        _wording(template["title"], language),
        levels=tuple(template["levels"][language]),
        introduction=_wording(template["introduction"], language) if "introduction" in template else "",
        respondent=tuple(one["name"] for one in template.get("question", ()) if one.get("about")),
        satisfied=template["satisfied"][language] if "satisfied" in template else None,
    )


def expectation_columns(language: Language = "en") -> dict[str, dict[str, tuple[str, str]]]:
    """Return the eight service expectations with their items and columns, for `improve.service_expectations`.

    Parameters
    ----------
    language
        Language of the names: ``"en"`` or ``"zh"``.

    Returns
    -------
    dict
        From each expectation to its items; from each item to its columns of expectation and of actual service in
        ``questionnaire("service_expectations")``.

    Raises
    ------
    OptionError
        If there is no such language.

    See Also
    --------
    csisem.improve.service_expectations : Actual against expected service.

    Examples
    --------
    >>> asked = cs.templates.expectation_columns()
    >>> len(asked), sum(map(len, asked.values()))
    (8, 25)
    >>> form = cs.templates.questionnaire("service_expectations")
    >>> answers = pd.DataFrame(np.random.default_rng(1).integers(5, 11, (40, 50)), columns=list(form.items))
    >>> found = cs.improve.service_expectations(form.survey(answers), asked)
    >>> found.loc[:2, ["level", "item", "sign"]]
             level          item sign
    0        total         Total    =
    1  expectation  Easy to come    =
    2  expectation       At ease    =
    """
    language = validate("language", language, Language)
    template = stored("service_expectations")
    expected, actual = (branch["letter"] for branch in template["branch"])
    return {
        node[language]: {one["short"][language]: (expected + one["name"], actual + one["name"]) for one in node["ask"]}
        for node in template["indicator"]
    }


def asked(nodes: Sequence[Node]) -> Iterator[Asked]:
    """Yield the questions of indicators and of those below them, in order."""
    for node in nodes:
        yield from node.get("ask", ())
        yield from asked(node.get("indicator", ()))


def _wording(words: Words, language: Language, lead: Words | None = None) -> dict[str, str]:
    """Return a text in both languages, after a lead if any; the language that is meant without another comes first."""
    texts = {"en": words["en"], "zh": words["zh"]}
    if lead is not None:
        texts = {"en": lead["en"] + texts["en"], "zh": lead["zh"] + texts["zh"]}
    return {language: texts[language], **texts}


def _indicators(nodes: Sequence[Node], way: _Asking) -> tuple[Indicator, ...]:
    """Indicators with equal weights among those whose weight is not stated."""
    free = [node for node in nodes if "weight" not in node]
    note = "" if way.branch is None else way.branch["note"][way.language]
    letter = "" if way.branch is None else way.branch["letter"]
    return tuple(
        Indicator(
            node[way.language] + note,
            _indicators(node.get("indicator", ()), way),
            tuple(letter + one["name"] for one in node.get("ask", ())),
            weight=node.get("weight", 1 / len(free) if free else None),
            text=_wording(node["meaning"], way.language) if "meaning" in node else "",
            direction=node.get("direction"),
        )
        for node in nodes
    )


def _question(one: Asked, way: _Asking) -> Question:
    words: Words = {"en": one["en"], "zh": one["zh"]}
    lead, letter = (None, "") if way.branch is None else (way.branch["asked"], way.branch["letter"])
    wording = _wording(words, way.language, lead)
    kind = one.get("kind", "likert")
    labels = one.get("options", way.template.get("labels", []) if kind == "likert" else [])
    low = way.template.get("low", 1) if "options" not in one else 1
    # A middle point without words is a blank label.
    options: dict[float, Wording | Text] = {
        low + place: _wording(label, way.language) if label else "" for place, label in enumerate(labels)
    }
    return Question(letter + one["name"], wording, kind, options=options, other=one.get("other", False))
