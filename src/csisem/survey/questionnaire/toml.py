"""Questionnaires in TOML, read and written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from csisem.errors import DataError, OptionError, QuestionnaireError, nearest, system_reason
from csisem.options import Scoring
from csisem.survey.questionnaire.indicator import LEVELS, Indicator
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.scoring import SatisfiedOption
from csisem.survey.questionnaire.text import Text, Wording, as_text
from csisem.survey.read import existing

_TEXTS = ("title", "introduction", "instructions")
_TOP = (*_TEXTS, "levels", "respondent", "scoring", "satisfied", "question", "indicator", "price_tolerance")
_QUESTION = tuple(part.name for part in fields(Question))
_INDICATOR = ("name", "text", "weight", "direction", "items", "indicator")
_TOLERANCE = tuple(part.name for part in fields(PriceTolerance))


class QuestionnaireParts(NamedTuple):
    """The parts of a questionnaire, in the order of its fields."""

    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    title: Wording | Text
    levels: tuple[str, ...]
    price_tolerance: tuple[PriceTolerance, ...]
    introduction: Wording | Text
    instructions: Wording | Text
    respondent: tuple[str, ...]
    scoring: Scoring | None = None
    satisfied: SatisfiedOption = None


def parsed(source: str | Path) -> QuestionnaireParts:
    """Return the parts of the questionnaire in a file or a text of several lines."""
    text = source if isinstance(source, str) and "\n" in source else _contents(source)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise QuestionnaireError(f"The questionnaire is not TOML: {problem}.") from None
    except RecursionError:
        raise QuestionnaireError("The questionnaire has tables or lists nested too deeply to be read.") from None
    _check_keys(table, _TOP, "The questionnaire")
    try:
        return QuestionnaireParts(
            questions=tuple(_question(one) for one in _tables(table, "question")),
            indicators=tuple(_indicator(one) for one in _tables(table, "indicator")),
            title=table.get("title", ""),
            levels=_levels(table.get("levels", LEVELS)),
            price_tolerance=tuple(_tolerance(one) for one in _tables(table, "price_tolerance")),
            introduction=table.get("introduction", ""),
            instructions=table.get("instructions", ""),
            respondent=table.get("respondent", ()),
            scoring=table.get("scoring"),
            satisfied=table.get("satisfied"),
        )
    except (TypeError, ValueError) as problem:
        if isinstance(problem, QuestionnaireError | OptionError):
            raise
        raise QuestionnaireError(f"The questionnaire cannot be read: {problem}.") from problem


def written(parts: QuestionnaireParts) -> str:
    """Return the parts of a questionnaire as TOML, without defaults."""
    texts = {name: as_text(getattr(parts, name)) for name in _TEXTS}
    lines = [f"{name} = {_value(text.stored())}" for name, text in texts.items() if text]
    lines.append(f"levels = {_value(list(parts.levels))}")
    if parts.respondent:
        lines.append(f"respondent = {_value(parts.respondent)}")
    lines += [
        f"{name} = {_value(own)}" for name in ("scoring", "satisfied") if (own := getattr(parts, name)) is not None
    ]
    for question in parts.questions:
        lines += _table_lines("question", question)
    for one in parts.price_tolerance:
        lines += _table_lines("price_tolerance", one)
    for indicator in parts.indicators:
        lines += _table_lines("indicator", indicator)
    return "\n".join(lines) + "\n"


def _contents(source: object) -> str:
    path = existing(source, "source")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{str(path)!r} is not UTF-8 text.") from None
    except OSError as problem:
        raise DataError(f"{str(path)!r} cannot be read: {system_reason(problem)}.") from None


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = table.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise QuestionnaireError(f"Each {name} starts with a line [[{name}]].")
    return tables


def _levels(levels: object) -> tuple[str, ...]:
    if isinstance(levels, list | tuple) and all(isinstance(level, str) for level in levels):
        return tuple(levels)
    raise QuestionnaireError(f"levels= must be a list of names; got {levels!r}.")


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    if unknown := [key for key in table if key not in known]:
        raise QuestionnaireError(f"{where} has an unknown key {unknown[0]!r}{nearest(unknown[0], known)}.")


def _named(table: Mapping[str, Any], kind: str, known: tuple[str, ...]) -> str:
    name = table.get("name")
    if not isinstance(name, str):
        raise QuestionnaireError(f'A [[{kind}]] has no name = "...".')
    _check_keys(table, known, f"{kind.replace('_', ' ').capitalize()} {name!r}")
    return name


def _question(table: Mapping[str, Any]) -> Question:
    name = _named(table, "question", _QUESTION)
    rest = {key: value for key, value in table.items() if key not in ("name", "options")}
    try:
        return Question(name, options=_options(name, table.get("options", [])), **rest)
    except (OptionError, QuestionnaireError, TypeError, ValueError) as problem:
        place = "" if repr(name) in str(problem) else f"Question {name!r}: "
        raise QuestionnaireError(f"{place}{problem}") from problem


def _options(name: str, table: object) -> dict[float, Any]:
    """Return options by code from a list of texts, coded 1, 2, ..., or of tables with a code."""
    if not isinstance(table, list):
        raise QuestionnaireError(f"Question {name!r}: options must be a list.")
    options: dict[float, Any] = {}
    for place, option in enumerate(table, 1):
        code: float = place
        text = option
        if isinstance(option, dict):
            if "code" not in option:
                raise QuestionnaireError(f"Question {name!r}: option {place} has no code.")
            code = option["code"]
            text = option.get("text", {key: value for key, value in option.items() if key != "code"})
        if code in options:
            raise QuestionnaireError(f"Question {name!r} has several options with code {code}.")
        options[code] = text
    return options


def _indicator(table: Mapping[str, Any]) -> Indicator:
    name = _named(table, "indicator", _INDICATOR)
    children = tuple(_indicator(one) for one in _tables(table, "indicator"))
    return Indicator(name, children, table.get("items", ()), weight=table.get("weight"), text=table.get("text", ""),
                     direction=table.get("direction"))  # fmt: skip


def _tolerance(table: Mapping[str, Any]) -> PriceTolerance:
    name = _named(table, "price_tolerance", _TOLERANCE)
    if lacking := [key for key in ("increase", "decrease") if key not in table]:
        raise QuestionnaireError(f"Price tolerance {name!r} lacks {lacking[0]!r}, the name of a question.")
    return PriceTolerance(**table)


def _table_lines(name: str, one: Question | PriceTolerance | Indicator) -> list[str]:
    """Return a table without values at their default, and below an indicator the tables of its children."""
    lines = ["", f"[[{name}]]"]
    for part in fields(one):
        value = getattr(one, part.name)
        if part.name == "scores" and isinstance(value, Mapping) and isinstance(one, Question):
            # Points of all codes are a list in their order; those of a scale without codes keep them.
            value = list(value.values()) if one.codes else [[code, points] for code, points in value.items()]
        if part.name != "children" and value != part.default and value not in (Text(), {}):
            lines.append(f"{part.name} = {_value(value)}")
    for child in one.children if isinstance(one, Indicator) else ():
        lines += _table_lines(f"{name}.indicator", child)
    return lines


def _value(value: object) -> str:
    """Return a value in TOML's notation; basic strings are escaped as in JSON, except for DEL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Text):
        return _value(value.stored())
    if isinstance(value, Mapping) and not all(isinstance(key, str) for key in value):
        return _value([{"code": code, "text": text} for code, text in value.items()])
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Iterable):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise QuestionnaireError(f"{value!r} cannot be written as TOML.")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)
