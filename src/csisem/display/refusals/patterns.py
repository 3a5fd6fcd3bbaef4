"""Templates matched with a text, and filled in again in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from csisem.display.refusals.templates import Blank, Choice, Part, Parts, parse

QUOTED = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
# A field is a list of quoted names, or any text, as short as can be.
_NAMES = rf"{QUOTED}(?:, {QUOTED})*(?: and \d+ more)?"


@dataclass(frozen=True)
class Found:
    """What the fields of a template are in a text: the first text of each, and which alternative of each choice."""

    texts: dict[str, str]
    chosen: dict[str, int]

    @property
    def values(self) -> list[str]:
        """The texts of the fields that are no choices."""
        return [text for name, text in self.texts.items() if name not in self.chosen]


@dataclass(frozen=True)
class Phrases:
    """Phrases as regular expressions: those without fields, and hints, which follow what they are about."""

    fixed: str
    hints: str

    @classmethod
    def of(cls, templates: Iterable[str]) -> Phrases:
        """Those among the templates of a catalogue."""
        given = list(templates)
        hints = [_hint(parse(one)) for one in given if one[:1] in (" ", ",", ";")]
        fixed = sorted((one for one in given if "{" not in one and not one.endswith(".") and " " in one), key=len)
        return cls("|".join(map(re.escape, reversed(fixed))), "|".join(hints))

    def with_hints(self, text: str) -> list[str]:
        """A text and the hints behind it."""
        found = re.fullmatch(f"(.*?)((?:{self.hints})+)", text, re.DOTALL)
        return [text] if found is None else [found[1], *re.findall(f"(?:{self.hints})", found[2])]


def _hint(parts: Parts) -> str:
    """The expression of a hint without groups; where it says little, its fields are names or single words."""
    weak = sum(map(len, (part for part in parts if isinstance(part, str)))) < 6
    written = _Expression.of(parts, None).matches.pattern
    return re.sub(r"\?P<\w+>", "?:", written.replace("|.*?)", r"|\S+?)") if weak else written)


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
            if phrases is not None and (not isinstance(before, str) or before[-1:].isalpha()):
                return f"(?P<{group}>(?:{phrases.hints})*)"
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
    def speaks(self) -> bool:
        """Whether it says something of its own: what is nothing but fields would fit any text."""
        return any(map(str.isalpha, "".join(self.literals))) or isinstance(self.english[0], Choice)

    @cached_property
    def weight(self) -> int:
        """How many characters are not in fields, of alternatives those of the shortest."""
        return len(_said(self.english, min))

    @property
    def weak(self) -> bool:
        """Whether so little of it is not in fields that it fits texts it does not mean."""
        return sum(map(str.isalpha, _said(self.english, max))) < 8

    def possible(self, text: str) -> bool:
        """Whether the texts between the fields stand in a text in their order, which is quick to see."""
        at = 0
        for literal in self.literals:
            at = text.find(literal, at)
            if at < 0:
                return False
            at += len(literal)
        return True

    def matches(self, text: str, phrases: Phrases, *, start_only: bool = False) -> Iterator[tuple[Found, int]]:
        """The fields of a text that the pattern fits from end to end, or ``start_only``, and where it ends."""
        for given in (phrases, None) if self._undivided else (None,):
            expression = self._expressions.get(given is None) or _Expression.of(self.english, given)
            self._expressions[given is None] = expression
            fits = expression.matches.match(text) if start_only else expression.matches.fullmatch(text)
            if fits is not None:
                yield expression.found(fits), fits.end()

    @cached_property
    def _undivided(self) -> bool:
        """Whether two fields follow each other with a space between them, or nothing; or a hint follows a word."""
        return re.search(r"\} ?\{|[a-z]\{", self.source) is not None

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
                    after = next(iter(parts[place + 1 :]), "")
                    option = _OPTION.search(said) or (isinstance(after, str) and after.startswith("="))
                    said = _joined(said, text if option and " " not in text else word(text))
            return said

        return written(self.chinese)


def _said(parts: Parts, which: Callable[..., str]) -> str:
    """What a template says without its fields, of alternatives the shortest or longest."""
    said = ""
    for part in parts:
        if isinstance(part, str):
            said += part
        elif isinstance(part, Choice):
            said += which((_said(one, which) for one in part.alternatives), key=len)
    return said


_OPTION = re.compile(r"(?:=|--|--[a-z-]+ )$")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_LATIN_END, _LATIN_START = re.compile(r"[\w'\")\]=](?<![\u4e00-\u9fff])$"), re.compile(r"(?![\u4e00-\u9fff])[\w'\"(\[]")
_CHINESE = re.compile(r"[\u4e00-\u9fff\u3001-\u301f\uff01-\uff1f]")


def _joined(before: str, after: str) -> str:
    """Two texts, with a space between Latin and Chinese letters alone."""
    if (_LATIN_END.search(before) and _IDEOGRAPH.match(after)) or (
        _IDEOGRAPH.match(before[-1:]) and _LATIN_START.match(after)
    ):
        return f"{before} {after}"
    if before.endswith(" ") and (
        after.startswith(" ") or (after and _CHINESE.match(after) and _chinese(before[-2:-1]))
    ):
        before = before[:-1]
    elif after.startswith(" ") and _chinese(before[-1:]) and _chinese(after[1:2]):
        after = after[1:]
    return before + after


def _chinese(letter: str) -> bool:
    return _CHINESE.match(letter) is not None
