"""Statements written as lavaan syntax."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING

from csisem.errors import ModelError
from csisem.specification.syntax.expressions import compile_expression
from csisem.specification.syntax.relation import Constraint, Definition, Relation
from csisem.specification.syntax.tokens import is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csisem.specification.syntax.parser import Statement

# Each quote with the characters that the tokenizer would take for it.
_QUOTES = {'"': '"\uff02\u201c\u201d', "'": "'\uff07\u2018\u2019"}


def write(statements: Sequence[Statement]) -> str:
    """Write statements as lavaan syntax, in their order; the parser reads them back unchanged.

    Neighbouring relations with the same left side and operator share a line. Numbers keep full precision. A parameter
    with both a value and a label repeats its variable (``1*x + a*x``), as lavaan requires. Names that lavaan could not
    read are put in backticks.
    """
    lines: list[str] = []
    for key, run in groupby(statements, key=_key):
        if key is None:
            lines.extend(_line(statement) for statement in run if not isinstance(statement, Relation))
        else:
            lhs, op = key
            terms = " + ".join(_terms(relation) for relation in run if isinstance(relation, Relation))
            lines.append(f"{_name(lhs)} {'~' if op == '~1' else op} {terms}")
    return "\n".join(lines) + "\n" if lines else ""


def _key(statement: Statement) -> tuple[str, str] | None:
    return (statement.lhs, statement.op) if isinstance(statement, Relation) else None


def _line(statement: Definition | Constraint) -> str:
    if isinstance(statement, Definition):
        return f"{_word(statement.name)} := {compile_expression(statement.expression).text}"
    left, right = compile_expression(statement.left).text, compile_expression(statement.right).text
    return f"{left} {statement.comparison} {right}"


def _terms(relation: Relation) -> str:
    """The variable of one parameter, once for each kind of modifier, or alone."""
    variable = "1" if relation.op == "~1" else _name(relation.rhs)
    modifiers = []
    if relation.fixed:
        modifiers.append(_list([_number(value, relation) for value in relation.fixed]))
    if relation.label:
        modifiers.append(_labels(relation.label))
    if relation.start:
        modifiers.append(f"start({_list([_number(value, relation) for value in relation.start])})")
    for name, limits in (("lower", relation.lower), ("upper", relation.upper)):
        if limits:
            modifiers.append(f"{name}({_list([_number(value, relation) for value in limits])})")
    return " + ".join(f"{modifier}*{variable}" for modifier in modifiers) or variable


def _list(written: list[str]) -> str:
    return written[0] if len(written) == 1 else f"c({', '.join(written)})"


def _number(value: float, relation: Relation) -> str:
    if math.isnan(value):
        return "NA"
    if math.isinf(value):
        raise ModelError(f"The relation '{relation.lhs} {relation.op} {relation.rhs}' has an infinite value.")
    return repr(float(value)).removesuffix(".0")


def _labels(labels: tuple[str, ...]) -> str:
    """Labels without quotes if all can be, else all in quotes: lavaan misreads ``c(a, "")``."""
    if all(map(is_plain, labels)):
        return _list(list(labels))
    if not any(labels):
        raise ModelError("An empty label cannot be written in model syntax.")
    return _list([_quoted(label) for label in labels])


def _quoted(label: str) -> str:
    quote = next((quote for quote, twins in _QUOTES.items() if not any(twin in label for twin in twins)), None)
    if quote is None or _breaks_line(label):
        raise ModelError(f"The label {label!r} cannot be written in model syntax.")
    return f"{quote}{label}{quote}"


def _name(name: str) -> str:
    """A variable's name; ``A:B`` stays a product where both sides are plain."""
    pieces = name.split(":")
    if len(pieces) == 2 and all(map(is_plain, pieces)):
        return name
    return _word(name)


def _word(name: str) -> str:
    if is_plain(name):
        return name
    if "`" in name or "\uff40" in name or _breaks_line(name) or not name.strip():
        raise ModelError(f"The name {name!r} cannot be written in model syntax.")
    return f"`{name}`"


def _breaks_line(text: str) -> bool:
    return any(character in text for character in "\n\r\u2028\u2029")
