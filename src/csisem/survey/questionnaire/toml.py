"""Questionnaires in TOML: reading them with refusals that name the place, and writing them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csisem.errors import DataError, OptionError, QuestionnaireError, nearest
from csisem.survey.questionnaire.indicator import LEVELS, Indicator
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import Wording, as_text

if TYPE_CHECKING:
    from csisem.survey.questionnaire.questionnaire import Questionnaire

_TOP = ("title", "levels", "question", "indicator", "price_tolerance")
_QUESTION = ("name", "text", "kind", "options", "points", "scale", "reverse", "missing_codes", "not_applicable",
             "other", "seconds")  # fmt: skip
_INDICATOR = ("name", "text", "weight", "items", "indicator")
_TOLERANCE = ("name", "increase", "decrease", "most")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a questionnaire is made of."""

    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    title: Wording
    levels: tuple[str, ...]
    price_tolerance: tuple[PriceTolerance, ...]


def parsed(source: str | Path) -> Parts:
    """Return the parts of the questionnaire in a file or a text; see `Questionnaire.from_toml`."""
    text = source if isinstance(source, str) and "\n" in source else _contents(Path(source))
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise QuestionnaireError(f"The questionnaire is not TOML: {problem}.") from None
    _check_keys(held, _TOP, "The questionnaire")
    try:
        return Parts(
            questions=tuple(_question(one) for one in _tables(held, "question")),
            indicators=tuple(_indicator(one) for one in _tables(held, "indicator")),
            title=held.get("title", ""),
            levels=_levels(held.get("levels", LEVELS)),
            price_tolerance=tuple(_tolerance(one) for one in _tables(held, "price_tolerance")),
        )
    except (TypeError, ValueError) as problem:
        if isinstance(problem, QuestionnaireError | OptionError):
            raise
        raise QuestionnaireError(f"The questionnaire cannot be read: {problem}.") from problem


def written(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as TOML, defaults left out."""
    lines = []
    if title := as_text(questionnaire.title):
        lines.append(f"title = {_value(title.stored())}")
    lines.append(f"levels = {_value(list(questionnaire.levels))}")
    for question in questionnaire.questions:
        lines += ["", "[[question]]", *_pairs(_question_keys(question))]
    for one in questionnaire.price_tolerance:
        keys = {name: getattr(one, name) for name in _TOLERANCE}
        lines += ["", "[[price_tolerance]]", *_pairs(keys)]
    for indicator in questionnaire.indicators:
        lines += _indicator_lines(indicator, "indicator")
    return "\n".join(lines) + "\n"


def _contents(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        names = (other.name for other in path.parent.glob("*.toml")) if path.parent.is_dir() else ()
        raise DataError(f"There is no file {str(path)!r}{nearest(path.name, names)}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise DataError(f"{str(path)!r} cannot be read as UTF-8 text: {problem}.") from None


def _tables(held: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    tables = held.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise QuestionnaireError(f"Each {name} starts with a line [[{name}]].")
    return tables


def _levels(levels: object) -> tuple[str, ...]:
    if isinstance(levels, list | tuple) and all(isinstance(level, str) for level in levels):
        return tuple(levels)
    raise QuestionnaireError(f"levels={levels!r} is not a list of names.")


def _check_keys(held: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    if unknown := [key for key in held if key not in known]:
        raise QuestionnaireError(f"{where} has a key {unknown[0]!r} that means nothing{nearest(unknown[0], known)}.")


def _named(held: Mapping[str, Any], kind: str, known: tuple[str, ...]) -> str:
    name = held.get("name")
    if not isinstance(name, str):
        raise QuestionnaireError(f'A [[{kind}]] has no name = "...".')
    _check_keys(held, known, f"{kind.replace('_', ' ').capitalize()} {name!r}")
    return name


def _question(held: Mapping[str, Any]) -> Question:
    name = _named(held, "question", _QUESTION)
    rest = {key: value for key, value in held.items() if key not in ("name", "options")}
    try:
        return Question(name, options=_options(name, held.get("options", [])), **rest)
    except (OptionError, QuestionnaireError, TypeError, ValueError) as problem:
        said = str(problem)
        place = "" if repr(name) in said else f"Question {name!r}: "
        raise QuestionnaireError(f"{place}{said}") from problem


def _options(name: str, held: object) -> dict[float, Any]:
    """Options are a list of texts, coded 1, 2, ..., or of tables with a code."""
    if not isinstance(held, list):
        raise QuestionnaireError(f"Question {name!r}: options is a list.")
    options: dict[float, Any] = {}
    for place, option in enumerate(held, 1):
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


def _indicator(held: Mapping[str, Any]) -> Indicator:
    name = _named(held, "indicator", _INDICATOR)
    children = tuple(_indicator(one) for one in _tables(held, "indicator"))
    items = held.get("items", ())
    return Indicator(name, children, items, held.get("weight"), held.get("text", ""))


def _tolerance(held: Mapping[str, Any]) -> PriceTolerance:
    name = _named(held, "price_tolerance", _TOLERANCE)
    if lacking := [key for key in ("increase", "decrease") if key not in held]:
        raise QuestionnaireError(f"Price tolerance {name!r} lacks {lacking[0]!r}, the name of a question.")
    return PriceTolerance(**held)


def _question_keys(question: Question) -> dict[str, object]:
    plain = Question(question.name, kind="open")
    keys: dict[str, object] = {"name": question.name, "kind": question.kind}
    if text := as_text(question.text):
        keys["text"] = text.stored()
    if question.options:
        keys["options"] = [{"code": code, "text": text.stored()} for code, text in question.texts.items()]
    for name in _QUESTION[4:]:
        value = getattr(question, name)
        if value != getattr(plain, name):
            keys[name] = value
    return keys


def _indicator_lines(indicator: Indicator, table: str) -> list[str]:
    keys: dict[str, object] = {"name": indicator.name}
    if text := as_text(indicator.text):
        keys["text"] = text.stored()
    if indicator.weight is not None:
        keys["weight"] = indicator.weight
    if indicator.items:
        keys["items"] = list(indicator.items)
    lines = ["", f"[[{table}]]", *_pairs(keys)]
    for child in indicator.children:
        lines += _indicator_lines(child, f"{table}.indicator")
    return lines


def _pairs(keys: Mapping[str, object]) -> Iterable[str]:
    return [f"{key} = {_value(value)}" for key, value in keys.items()]


def _value(value: object) -> str:
    """A value as TOML writes it; basic strings escape as JSON's do, but for DEL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Iterable):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise QuestionnaireError(f"{value!r} cannot be written as TOML.")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)
