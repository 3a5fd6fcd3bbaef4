"""Templates of messages in English and Chinese, with fields and alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

_NAME = re.compile(r"\w+")
_OUTSIDE, _WITHIN_CHOICE = re.compile(r"[^{}]+"), re.compile(r"[^{}|]+")


@dataclass(frozen=True)
class Blank:
    """A field of a template, such as ``{0}``."""

    name: str


@dataclass(frozen=True)
class Choice:
    """One of several texts, such as ``{1:row|rows}`` or, where it may be left out, ``{1:| in group {2}}``."""

    name: str
    alternatives: tuple[Parts, ...]


Part: TypeAlias = "Blank | Choice"
Parts: TypeAlias = "tuple[str | Blank | Choice, ...]"


def parse(template: str) -> Parts:
    """Read a template; those of `Wording` are read too, whose formats of numbers are left out."""
    parts, end = _parts(template, 0, inner=False)
    if end < len(template):
        raise ValueError(f"unbalanced brackets in {template!r}")
    return parts


def _parts(text: str, at: int, *, inner: bool) -> tuple[Parts, int]:
    """The parts from a place up to the end, within a choice up to the end of the alternative."""
    parts: list[str | Blank | Choice] = []
    literal = ""
    plain = _WITHIN_CHOICE if inner else _OUTSIDE
    while at < len(text):
        if (run := plain.match(text, at)) is not None:
            literal, at = literal + run[0], run.end()
        elif not inner and text[at : at + 2] in ("{{", "}}"):
            literal, at = literal + text[at], at + 2
        elif text[at] == "{":
            field, at = _field(text, at + 1)
            parts += [literal, field] if literal else [field]
            literal = ""
        else:
            break
    return (*parts, literal) if literal else tuple(parts), at


def _field(text: str, at: int) -> tuple[Blank | Choice, int]:
    """The field whose opening bracket stands before a place, and where it ends."""
    name = _NAME.match(text, at)
    if name is None:
        raise ValueError(f"a field without a name in {text!r}")
    at = name.end() + 2 * text.startswith("!r", name.end())
    if text[at] != ":":
        return Blank(name[0]), at + 1
    optional = text[at + 1] == "?"
    alternatives: list[Parts] = [()] if optional else []
    at += 1 + optional
    while True:
        one, at = _parts(text, at, inner=True)
        alternatives.append(one)
        at += 1
        if text[at - 1] == "}":
            break
    return (Choice(name[0], tuple(alternatives)) if len(alternatives) > 1 else Blank(name[0])), at


def names(parts: Parts) -> Iterator[str]:
    """The names of all fields, in order."""
    for part in parts:
        if isinstance(part, Blank | Choice):
            yield part.name
        if isinstance(part, Choice):
            for one in part.alternatives:
                yield from names(one)
