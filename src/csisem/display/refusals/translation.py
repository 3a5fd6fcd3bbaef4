"""Messages of refusals put into Chinese, with the phrases within them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from csisem.display.refusals.patterns import QUOTED, Pattern, Phrases
from csisem.display.words import WORDS

# Phrases within phrases: an indirect reason within a reason within a message, and a list within it.
_DEEPEST = 6
_ONE_QUOTED = re.compile(QUOTED)
_LIST = re.compile(rf"({QUOTED}(?:, {QUOTED})*)(?: (?:and (\d+) more|and ({QUOTED})))?")
_VALUE = re.compile(rf"{QUOTED}(?:(?:, | and ){QUOTED})*|[(\[][^()\[\]]*[)\]]")
# A line of model text in quotation marks, and what is wrong with it.
_LINE = re.compile(rf"({QUOTED}) (.+)", re.DOTALL)
_OF_A_KIND = re.compile(r"an? (\w+)")
_SENTENCES = re.compile(r"(?<=[.]) (?=[A-Z'])")
_LETTER = re.compile(r"[A-Za-z]")


def in_chinese(message: str) -> str:
    """Return a refusal in Chinese; in English, as it is, where it is not known."""
    said = _sentence(message, 0)
    return message if said is None else said


@dataclass(frozen=True)
class _Catalogue:
    """All patterns, those that say most first; those without fields by their text; and beginnings, such as of a line."""

    fixed: dict[str, str]
    patterns: tuple[Pattern, ...]
    beginnings: tuple[Pattern, ...]
    phrases: Phrases


@cache
def _catalogue() -> _Catalogue:
    """The catalogue: refusals by room, then the sentences of results that refusals quote."""
    own = dict(catalogue())
    # Of the words of results only sentences: a word alone may be a name.
    texts = {one.en: one.zh for one in WORDS.values() if " " in one.en} | own
    patterns = [Pattern(english, chinese) for english, chinese in texts.items() if "{" in english]
    # What is nothing but fields would fit any text.
    patterns = [one for one in patterns if _LETTER.search("".join(one.literals))]
    return _Catalogue(
        {english: chinese for english, chinese in texts.items() if "{" not in english},
        tuple(sorted(patterns, key=lambda one: -one.weight)),
        tuple(one for one in patterns if one.literals[-1:] == (": ",)),
        Phrases.of(own),
    )


def catalogue() -> Iterator[tuple[str, str]]:
    """The templates of all rooms, in English and Chinese."""
    for file in files(__package__).iterdir():
        if file.name.endswith(".toml"):
            yield from tomllib.loads(file.read_text(encoding="utf-8")).items()


def _sentence(text: str, depth: int) -> str | None:
    """A text by its template in Chinese; None where there is none."""
    known = _catalogue()
    if text in known.fixed:
        return known.fixed[text]
    if depth > _DEEPEST:
        return None
    if (said := _from_its_beginning(text, depth)) is not None:
        return said
    for pattern in known.patterns:
        if pattern.possible(text) and (fits := pattern.match(text, known.phrases)) is not None:
            found, _ = fits
            if not pattern.weak or all(_means(one, depth) for one in found.texts.values()):
                return pattern.fill(found, lambda one: _phrase(one, depth + 1))
    return _several(text, depth)


def _from_its_beginning(text: str, depth: int) -> str | None:
    """A text that a place precedes: ``Item 'x': ...``, ``Line 2: 'y ~' ...``."""
    known = _catalogue()
    for pattern in known.beginnings:
        fits = pattern.match(text, known.phrases, start_only=True)
        if fits is not None and (rest := _sentence(text[fits[1] :], depth + 1)) is not None:
            return pattern.fill(fits[0], lambda one: _phrase(one, depth + 1)) + rest
    line = _LINE.fullmatch(text)
    if line is not None and (rest := _sentence(line[2], depth + 1)) is not None:
        return f"{line[1]} {rest}"
    return None


def _several(text: str, depth: int) -> str | None:
    """Several sentences, one after the other."""
    each = _SENTENCES.split(text)
    said = [_sentence(one, depth + 1) for one in each] if len(each) > 1 else []
    return "".join(one for one in said if one is not None) if said and None not in said else None


def _phrase(text: str, depth: int) -> str:
    """A field of a message: a list of names, a phrase of its own, or a value that stays as it is."""
    if not _LETTER.search(text) or _ONE_QUOTED.fullmatch(text):
        return text
    names = _LIST.fullmatch(text)
    if names is not None:
        each = "、".join(_ONE_QUOTED.findall(names[1]))
        return each + (f" 等另外 {names[2]} 个" if names[2] else f" 与 {names[3]}" if names[3] else "")
    said = _sentence(text, depth)
    if said is not None:
        return said
    kind = _OF_A_KIND.fullmatch(text)
    return text if kind is None else kind[1]


def _means(text: str, depth: int) -> bool:
    """Whether a field of a pattern that says little is plainly a value, or a phrase that is known."""
    return not _LETTER.search(text) or bool(_VALUE.fullmatch(text)) or _phrase(text, depth + 1) != text
