"""Stored templates, each in English and Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypedDict

from csisem.errors import OptionError, nearest, shown
from csisem.options import Direction, Language, QuestionKind

Words = Mapping[Language, str]
"""A text in both languages."""

Cell = str | float

QUESTIONNAIRES = (
    "retail_customers",
    "retail_employees",
    "consumer_test",
    "intermediary_test",
    "service_expectations",
    "self_assessment",
    "respondent",
)
FORMS = ("complaint_register", "customer_database", "improvement_costs", "survey_budget", "survey_schedule")
LISTS = (
    "programme_steps",
    "survey_fallacies",
    "survey_errors",
    "test_objects",
    "segments",
    "identification",
    "needs",
    "complaint_categories",
    "service_faults",
    "word_of_mouth",
    "loss_reasons",
    "value_routes",
    "decision_criteria",
)
NAMES = (*QUESTIONNAIRES, *FORMS, *LISTS)


class Asked(TypedDict, total=False):
    """A question: its column, wording and where its own kind and labels, and whether it is about the person."""

    name: str
    en: str
    zh: str
    short: Words
    kind: QuestionKind
    options: list[Words]
    other: bool
    about: bool


class Node(TypedDict, total=False):
    """An indicator: its name, what it means, and the indicators or questions below it."""

    en: str
    zh: str
    meaning: Words
    weight: float
    direction: Direction
    indicator: list[Node]
    ask: list[Asked]


class Branch(TypedDict):
    """A way in which all indicators are asked: a first-level indicator, and the first letter of its columns."""

    letter: str
    name: Words
    note: Words
    asked: Words
    meaning: Words
    weight: float


class Stored(TypedDict, total=False):
    """The file of a template: a questionnaire's parts, or a table's columns and rows."""

    title: Words
    introduction: Words
    levels: Mapping[Language, list[str]]
    answers: dict[str, str]
    satisfied: Words
    low: int
    labels: list[Words]
    branch: list[Branch]
    indicator: list[Node]
    question: list[Asked]
    columns: Mapping[Language, list[str]]
    row: list[Mapping[Language, Sequence[Cell]]]


Kind = Literal["questionnaire", "form", "list"]


def kind_of(name: str) -> Kind:
    """What a template is."""
    return "questionnaire" if name in QUESTIONNAIRES else "form" if name in FORMS else "list"


def check_template(name: object, known: Sequence[str]) -> str:
    """Return the name of a template; refuse one that is not among the known, and name the nearest."""
    if isinstance(name, str) and name in known:
        return name
    what = "form" if known == FORMS else "questionnaire" if known == QUESTIONNAIRES else "template"
    raise OptionError(f"There is no {what} {shown(name)}{nearest(str(name), known)}; see templates.contents().")


@cache
def stored(name: str) -> Stored:
    """The contents of a template's file."""
    text = (files("csisem.templates") / "stored" / f"{name}.toml").read_text(encoding="utf-8")
    read: Any = tomllib.loads(text)
    template: Stored = read
    return template
