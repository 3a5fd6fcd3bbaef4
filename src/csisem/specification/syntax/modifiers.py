"""Terms of a formula: modifiers such as ``0.5*`` and ``start(.5)*``, and variable."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csisem.errors import ModelSyntaxError, nearest
from csisem.specification.syntax.expressions import FUNCTIONS, compile_tokens
from csisem.specification.syntax.tokens import RESERVED, ModelText, Token, spell

_REFUSED = {
    "equal": "give both parameters the same label, as in f =~ a*x1 + a*x2",
    "efa": "rotated exploratory blocks are not part of csisem",
    "rv": "random slopes belong to multilevel models, which are not part of csisem",
    "prior": "priors belong to Bayesian estimation, which is not part of csisem",
}
_LISTS = ("c", "start", "label", "lower", "upper")

_PARTS = (
    ("fixed", "fixed values"),
    ("start", "starting values"),
    ("label", "labels"),
    ("lower", "lower bounds"),
    ("upper", "upper bounds"),
)

Tokens = tuple[Token, ...]
"""The tokens of one piece of a statement."""


@dataclass(frozen=True, slots=True)
class Modifiers:
    """The modifiers of one parameter; fields as in `Relation`."""

    fixed: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()


_NONE = Modifiers()


@dataclass(frozen=True, slots=True)
class Term:
    """A variable with the modifiers of its parameter; ``variable`` is ``""`` for the intercept, written 1."""

    variable: str
    modifiers: Modifiers


def split(tokens: Tokens, *separators: str) -> tuple[list[Tokens], list[str]]:
    """Split tokens at operators outside parentheses; return the pieces and the separators between them."""
    pieces: list[Tokens] = []
    found: list[str] = []
    depth = start = 0
    for place, (kind, text, _) in enumerate(tokens):
        if kind != "operator":
            continue
        if text in ("(", ")"):
            depth += 1 if text == "(" else -1
        if depth == 0 and text in separators:
            found.append(text)
            pieces.append(tokens[start:place])
            start = place + 1
    pieces.append(tokens[start:])
    return pieces, found


def read_term(tokens: Tokens, source: ModelText) -> Term:
    """Read one term of a formula's right side (at least one token); ``x?0.5`` and ``0.5?x`` both give a start."""
    if len(tokens) == 1 and tokens[0].kind == "name":
        return Term(read_variable(tokens, source), _NONE)
    pieces, joints = split(tokens, "*", "?")
    if not all(pieces):
        raise _gap(pieces, tokens, source)
    variable, factors = pieces[-1], list(zip(pieces[:-1], joints, strict=True))
    if joints and joints[-1] == "?" and _is_variable(pieces[-2]) and not _is_variable(variable):
        variable, factors[-1] = pieces[-2], (variable, "?")
    modifiers = _NONE
    numbers: list[tuple[float, ...]] = []
    for piece, joint in factors:
        value = _modifier(piece, source)
        if joint == "?":
            if isinstance(value, Modifiers):
                raise source.error(piece[0], f"has {spell(piece)!r} with '?', which takes a starting value.")
            value = Modifiers(start=value)
        if isinstance(value, Modifiers):
            modifiers = merge(modifiers, value, tokens, source)
        else:
            numbers.append(value)
    if numbers:
        modifiers = merge(modifiers, Modifiers(fixed=_product(numbers, tokens, source)), tokens, source)
    if len(variable) == 1 and variable[0].kind == "number" and float(variable[0].text) == 1:
        return Term("", modifiers)
    return Term(read_variable(variable, source), modifiers)


def read_variable(tokens: Tokens, source: ModelText, joined_by: str = "'+' or '*'") -> str:
    """Read one variable's name (at least one token), or ``A:B`` for a product of two, kept as one text."""
    if len(tokens) == 1:
        return _name(tokens, tokens, source, joined_by)
    pieces, _ = split(tokens, ":")
    if len(pieces) > 2:
        raise source.error(
            tokens[0], f"multiplies {len(pieces)} variables in {spell(tokens)!r}, where a product A:B takes two."
        )
    return ":".join(_name(piece, tokens, source, joined_by) for piece in pieces)


def merge(first: Modifiers, second: Modifiers, tokens: Tokens, source: ModelText) -> Modifiers:
    """Join the modifiers of one parameter; contradictions are errors."""
    parts = {}
    for part, what in _PARTS:
        old, new = getattr(first, part), getattr(second, part)
        if old and new and old != new:
            raise source.error(tokens[0], f"gives one parameter two {what}, {_shown(old)} and {_shown(new)}.")
        parts[part] = old or new
    sizes = sorted({len(values) for values in parts.values() if len(values) > 1})
    if len(sizes) > 1:
        raise source.error(
            tokens[0],
            f"has modifiers for {sizes[0]} and for {sizes[1]} groups on one parameter, where the counts must agree.",
        )
    return Modifiers(**parts)


def _shown(values: tuple[object, ...]) -> str:
    written = ", ".join("NA" if value == "nan" else value.removesuffix(".0") for value in map(str, values))
    return written if len(values) == 1 else f"c({written})"


def _is_variable(tokens: Tokens) -> bool:
    return tokens[0].kind not in ("number", "operator") and not any(token.is_operator("(") for token in tokens)


def _gap(pieces: list[Tokens], tokens: Tokens, source: ModelText) -> ModelSyntaxError:
    if not pieces[-1] and all(pieces[:-1]):
        return source.error(tokens[-1], f"has no variable after {tokens[-1].text!r}.")
    if not pieces[0]:
        return source.error(tokens[0], f"has {tokens[0].text!r} where a variable name or a modifier is expected.")
    first = next(index for index, piece in enumerate(pieces) if not piece)
    line = pieces[first - 1][-1].line
    return source.error(line, f"has two operators in a row after {spell(pieces[first - 1])!r}.")


def _name(piece: Tokens, tokens: Tokens, source: ModelText, joined_by: str) -> str:
    if not piece:
        raise source.error(tokens[0], f"has no variable name on one side of ':' in {spell(tokens)!r}.")
    first = piece[0]
    if first.kind == "number" and len(piece) == len(tokens) == 1 and float(first.text) == 0:
        raise source.error(first, "has '0' where a variable name is expected (an intercept of zero is 0*1).")
    if first.kind in ("number", "operator"):
        raise source.error(first, f"has {first.text!r} where a variable name is expected.")
    if first.kind == "name" and first.text in RESERVED:
        raise source.error(
            first,
            f"has the value {first.text} where a variable name is expected; a column called so goes in backticks.",
        )
    if len(piece) > 1:
        hint = "; a name that holds parentheses goes in backticks" if piece[1].is_operator("(") else ""
        raise source.error(
            piece[1], f"has {piece[1].shown()!r} after {first.shown()!r} where {joined_by} is expected{hint}."
        )
    if not first.text.strip():
        raise source.error(first, "has an empty name where a variable name is expected.")
    return first.text


def _modifier(piece: Tokens, source: ModelText) -> Modifiers | tuple[float, ...]:
    """Read one modifier: numbers, still to be multiplied, or starting values or labels."""
    first = piece[0]
    called = first.kind == "name" and len(piece) > 1 and piece[1].is_operator("(")
    if called and first.text in _REFUSED:
        raise source.error(first, f"uses {first.text}(): {_REFUSED[first.text]}.")
    if called and first.text in _LISTS and piece[-1].is_operator(")"):
        values = _arguments(piece, source)
        if first.text == "start":
            return Modifiers(start=_numbers(values, piece, source))
        if first.text in ("lower", "upper"):
            bounds = _numbers(values, piece, source)
            return Modifiers(lower=bounds) if first.text == "lower" else Modifiers(upper=bounds)
        if first.text == "label" or any(isinstance(value, str) for value in values):
            return Modifiers(label=_labels(values, piece, source))
        return _numbers(values, piece, source)
    if called and first.text not in FUNCTIONS:
        known = (*_LISTS, *sorted(FUNCTIONS))
        raise source.error(
            first,
            f"uses {first.text}(), which is not a known modifier{nearest(first.text, known)}; "
            f"known are {', '.join(known)}.",
        )
    value = _scalar(piece, source)
    return Modifiers(label=_labels((value,), piece, source)) if isinstance(value, str) else (value,)


def _arguments(piece: Tokens, source: ModelText) -> tuple[float | str, ...]:
    """Read the arguments of ``c(..)``, ``start(..)`` or ``label(..)``."""
    arguments, _ = split(piece[2:-1], ",")
    if not all(arguments):
        raise source.error(piece[0], f"has an empty place in {spell(piece)!r}.")
    if len(arguments) == 1 and piece[0].text != "c" and arguments[0][0].text == "c" and len(arguments[0]) > 1:
        return _arguments(arguments[0], source)
    return tuple(_scalar(argument, source) for argument in arguments)


def _scalar(piece: Tokens, source: ModelText) -> float | str:
    """One number (arithmetic allowed, NA is nan) or one label."""
    if len(piece) == 1 and piece[0].kind == "quoted":
        return piece[0].text
    if len(piece) == 1 and piece[0].text == "NA" and piece[0].kind == "name":
        return math.nan
    if len(piece) == 1 and piece[0].kind in ("name", "backticked"):
        if piece[0].kind == "name" and piece[0].text in RESERVED:
            raise source.error(piece[0], f"has {piece[0].text} where a finite number or a label is expected.")
        return piece[0].text
    expression = compile_tokens(piece, source)
    if expression.names:
        raise source.error(
            piece[0], f"has {expression.text!r} as a modifier, where a number or a single label is expected."
        )
    value = float(expression.evaluate({}))
    if not math.isfinite(value):
        raise source.error(piece[0], f"has the modifier {expression.text!r}, which is not a finite number.")
    return value


def _numbers(values: tuple[float | str, ...], piece: Tokens, source: ModelText) -> tuple[float, ...]:
    numbers = tuple(value for value in values if not isinstance(value, str))
    if len(numbers) < len(values):
        raise source.error(piece[0], f"has a label in {spell(piece)!r}, where numbers are expected.")
    return numbers


def _labels(values: tuple[float | str, ...], piece: Tokens, source: ModelText) -> tuple[str, ...]:
    labels = tuple("" if not isinstance(value, str) and math.isnan(value) else value for value in values)
    words = tuple(label for label in labels if isinstance(label, str))
    if len(words) < len(labels):
        raise source.error(
            piece[0],
            f'mixes labels and numbers in {spell(piece)!r}; give them apart, as in c("a", "")*x + c(NA, 1)*x.',
        )
    if not any(words):
        raise source.error(piece[0], f"has no label in {spell(piece)!r}.")
    return words


def _product(factors: list[tuple[float, ...]], tokens: Tokens, source: ModelText) -> tuple[float, ...]:
    """Multiply ``2*c(1,3)*`` group by group."""
    size = max(map(len, factors))
    if any(len(factor) not in (1, size) for factor in factors) or (
        len(factors) > 1 and any(math.isnan(value) for factor in factors for value in factor)
    ):
        raise source.error(tokens[0], "multiplies modifiers that do not go together.")
    spread = [factor if len(factor) == size else factor * size for factor in factors]
    return factors[0] if len(factors) == 1 else tuple(map(math.prod, zip(*spread, strict=True)))
