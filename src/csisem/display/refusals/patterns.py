"""Templates of messages: read, matched with a text, filled in again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True)
class Blank:
    """A field of a template, such as ``{0}``."""

    name: str


@dataclass(frozen=True)
class Choice:
    """One of several texts, such as ``{1:row|rows}`` or, where it may be left out, ``{1:| in group {2}}``."""

    name: str
    alternatives: tuple[Parts, ...]


_NAME = re.compile(r"\w+")
_OUTSIDE, _WITHIN_CHOICE = re.compile(r"[^{}]+"), re.compile(r"[^{}|]+")
QUOTED = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
# A field is a list of quoted names, or any text, as short as can be.
_NAMES = rf"{QUOTED}(?:, {QUOTED})*(?: and \d+ more)?"

Part: TypeAlias = "Blank | Choice"
Parts: TypeAlias = "tuple[str | Blank | Choice, ...]"


@dataclass(frozen=True)
class Found:
    """What the fields of a template are in a text: the first text of each, and which alternative of each choice."""

    texts: dict[str, str]
    chosen: dict[str, int]


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


@dataclass(frozen=True)
class Phrases:
    """Phrases as regular expressions: those without fields, and hints, which follow what they are about."""

    fixed: str
    hints: str

    @classmethod
    def of(cls, templates: Iterable[str]) -> Phrases:
        """Those among the templates of a catalogue."""
        given = list(templates)
        hints = [_Expression.of(parse(one), None).matches.pattern for one in given if one[:1] in (" ", ",", ";")]
        fixed = sorted((one for one in given if "{" not in one and not one.endswith(".") and " " in one), key=len)
        return cls("|".join(map(re.escape, reversed(fixed))), "|".join(re.sub(r"\?P<\w+>", "?:", one) for one in hints))


@dataclass(frozen=True)
class _Expression:
    """A regular expression, with the field that each of its groups stands for."""

    matches: re.Pattern[str]
    blanks: dict[str, str]
    choices: dict[str, tuple[str, int]]

    @classmethod
    def of(cls, parts: Parts, phrases: Phrases | None) -> _Expression:
        """The expression of a template; with ``phrases``, fields that no text divides are known phrases."""
        blanks: dict[str, str] = {}
        choices: dict[str, tuple[str, int]] = {}

        def written(parts: Parts) -> str:
            around = ("", *parts, "")
            return "".join(one(*around[k : k + 3]) for k in range(len(parts)))

        def one(before: str | Part, part: str | Part, after: str | Part) -> str:
            if isinstance(part, str):
                return re.escape(part)
            group = f"b{len(blanks)}"
            blanks[group] = part.name
            if isinstance(part, Choice):
                return f"(?P<{group}>{'|'.join(alternative(part, k) for k in range(len(part.alternatives)))})"
            if phrases is not None and isinstance(before, Blank):
                return f"(?P<{group}>(?:{phrases.hints})?)"
            known = f"|{phrases.fixed}" if phrases is not None and (after == " " or isinstance(after, Blank)) else ""
            return f"(?P<{group}>{_NAMES}{known}|.*?)"

        def alternative(part: Choice, place: int) -> str:
            group = f"c{len(choices)}"
            choices[group] = (part.name, place)
            return f"(?P<{group}>{written(part.alternatives[place])})"

        return cls(re.compile(written(parts), re.DOTALL), blanks, choices)

    def found(self, fits: re.Match[str]) -> Found:
        """The fields in a match."""
        texts: dict[str, str] = {}
        for group, name in self.blanks.items():
            if fits[group] is not None:
                texts.setdefault(name, fits[group])
        return Found(texts, {name: k for group, (name, k) in self.choices.items() if fits[group] is not None})


@dataclass(frozen=True)
class Pattern:
    """A message in English, and in Chinese with the same fields."""

    source: str
    translation: str

    @cached_property
    def english(self) -> Parts:
        """The parts of the English template."""
        return parse(self.source)

    @cached_property
    def chinese(self) -> Parts:
        """The parts of the Chinese template, which are read when it is needed."""
        return parse(self.translation)

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The texts between the fields."""
        return tuple(part for part in self.english if isinstance(part, str))

    @cached_property
    def weight(self) -> int:
        """How many characters are not in fields."""
        return sum(map(len, self.literals))

    @cached_property
    def weak(self) -> bool:
        """Whether so little of it is not in fields that it fits texts it does not mean."""
        return sum(map(str.isalpha, "".join(self.literals))) < 8

    def possible(self, text: str) -> bool:
        """Whether the texts between the fields stand in a text in their order, which is quick to see."""
        at = 0
        for literal in self.literals:
            at = text.find(literal, at)
            if at < 0:
                return False
            at += len(literal)
        return True

    def match(self, text: str, phrases: Phrases, *, start_only: bool = False) -> tuple[Found, int] | None:
        """The fields of a text that the pattern fits from end to end, or ``start_only``, and where it ends."""
        for given in (phrases, None) if self._undivided else (None,):
            expression = self._expressions.get(given is None) or _Expression.of(self.english, given)
            self._expressions[given is None] = expression
            fits = expression.matches.match(text) if start_only else expression.matches.fullmatch(text)
            if fits is not None:
                return expression.found(fits), fits.end()
        return None

    @cached_property
    def _undivided(self) -> bool:
        """Whether two fields follow each other with a space between them, or nothing."""
        return re.search(r"\} ?\{", self.source) is not None

    @cached_property
    def _expressions(self) -> dict[bool, _Expression]:
        return {}

    def fill(self, found: Found, word: Callable[[str], str]) -> str:
        """The Chinese with the fields of a text, each worded by a function."""

        def written(parts: Parts) -> str:
            said = ""
            for place, part in enumerate(parts):
                if isinstance(part, str):
                    said = _joined(said, part)
                elif isinstance(part, Choice) and part.name in found.chosen:
                    said = _joined(said, written(part.alternatives[found.chosen[part.name]]))
                else:
                    text = found.texts.get(part.name, "")
                    # The name of an option, and its value, are no words.
                    option = said.endswith("=") or str(parts[place + 1 : place + 2])[2:3] == "="
                    said = _joined(said, text if option else word(text))
            return said

        return written(self.chinese)


_CHINESE = re.compile(r"[\u4e00-\u9fff\u3001-\u301f\uff01-\uff1f]")


def _joined(before: str, after: str) -> str:
    """Two texts, with a space between Latin and Chinese letters alone."""
    if before.endswith(" ") and (after.startswith(" ") or (after and _CHINESE.match(after) and _chinese(before[-2:-1]))):
        before = before[:-1]
    elif after.startswith(" ") and _chinese(before[-1:]) and _chinese(after[1:2]):
        after = after[1:]
    return before + after


def _chinese(letter: str) -> bool:
    return _CHINESE.match(letter) is not None
