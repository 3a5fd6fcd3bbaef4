"""Messages of refusals put into Chinese, with the phrases within them."""

from __future__ import annotations

import builtins
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from csisem.display.refusals.patterns import QUOTED, Found, Pattern, Phrases
from csisem.display.words import WORDS

# Longer messages are no sentences, and would take long to compare.
_LONGEST = 2000
# Of so many templates that fit a text the best is taken.
_MOST_FITTING = 4
_ONE_QUOTED = re.compile(QUOTED)
_LIST = re.compile(rf"({QUOTED}(?:, {QUOTED})*)(?: (?:and (\d+) more|and ({QUOTED})))?")
# Names, pairs and single words, which are the user's or Python's.
_VALUE = re.compile(rf"{QUOTED}(?:(?:, | and ){QUOTED})*|[\w.]*[(\[{{].*[)\]}}]|[-\d.,e ]+|\S*")
# A line of model text or a file in quotation marks, and what is wrong with it; a number, and how often it occurs.
_LINE = re.compile(rf"({QUOTED}|[-+.\de]+)(:?) (.+)", re.DOTALL)
# What is got, where its type says more than it: ``a DataFrame``, ``an object``.
_BUILTIN = "|".join(name for name in dir(builtins) if name.islower())
_OF_A_KIND = re.compile(rf"an? ([A-Z]\w*|function|generator|method|module|\w+_\w+|{_BUILTIN})")
_SENTENCES = re.compile(r"(?<=[.]) (?=[A-Z'])")
_LETTER = re.compile(r"[A-Za-z]")
_MARKS = {"; ": "；", ", ": "，", " and ": "和", " or as ": "或"}


def in_chinese(message: str) -> str:
    """Return a refusal in Chinese; in English, as it is, where it is not known."""
    said = _sentence(message) if len(message) <= _LONGEST else None
    return message if said is None else said.text


def catalogue() -> Iterator[tuple[str, str]]:
    """The templates of all rooms, in English and Chinese."""
    for file in files(__package__).iterdir():
        if file.name.endswith(".toml"):
            yield from tomllib.loads(file.read_text(encoding="utf-8")).items()


class _Catalogue(NamedTuple):
    """Patterns, those that say most first; texts without fields; beginnings, such as of a line; phrases."""

    patterns: tuple[Pattern, ...]
    fixed: dict[str, str]
    beginnings: tuple[Pattern, ...]
    phrases: Phrases


class _Said(NamedTuple):
    """A text in Chinese, how many of its fields are still English, and how much of it is not in fields."""

    text: str
    unknown: int
    weight: int


@cache
def _catalogue() -> _Catalogue:
    """The catalogue: refusals by room, and the sentences of results that refusals quote."""
    own = dict(catalogue())
    # Of the words of results only sentences: a word alone may be a name.
    texts = {one.en: one.zh for one in WORDS.values() if " " in one.en} | own
    patterns = [Pattern(english, chinese) for english, chinese in texts.items() if "{" in english]
    patterns = sorted((one for one in patterns if one.speaks), key=lambda one: -one.weight)
    return _Catalogue(
        tuple(patterns),
        {english: chinese for english, chinese in texts.items() if "{" not in english},
        tuple(one for one in patterns if one.literals[-1:] == (": ",)),
        Phrases.of(own),
    )


@lru_cache(maxsize=2048)
def _sentence(text: str) -> _Said | None:
    """A text by its template in Chinese; None where there is none."""
    known = _catalogue()
    if text in known.fixed:
        return _Said(known.fixed[text], 0, len(text))
    ways = [way for way in (_by_pattern(text), _from_its_beginning(text), _several(text)) if way is not None]
    if all(way.unknown for way in ways) and text.endswith(".") and (said := _sentence(text[:-1])) is not None:
        ways.append(said._replace(text=f"{said.text}。"))
    return min(ways, key=lambda way: (way.unknown, -way.weight), default=None)


def _by_pattern(text: str) -> _Said | None:
    """The best of the first templates that fit: that which leaves fewest fields in English."""
    known = _catalogue()
    ways: list[tuple[int, int, int, Pattern, Found]] = []
    for pattern in known.patterns:
        for found, _ in pattern.matches(text, known.phrases) if pattern.possible(text) else ():
            if text in found.values:
                # All of it in one field is no step forward.
                continue
            unknown = sum(not _means(one) for one in found.values)
            if unknown and pattern.weak:
                continue
            ways.append((unknown, -pattern.weight, len(ways), pattern, found))
            if not unknown:
                break
        if len(ways) >= _MOST_FITTING or (ways and not ways[-1][0]):
            break
    if not ways:
        return None
    unknown, weight, _, pattern, found = min(ways)
    return _Said(pattern.fill(found, _phrase), unknown, -weight)


def _from_its_beginning(text: str) -> _Said | None:
    """A text that a place precedes: ``Item 'x': ...``, ``Line 2: 'y ~' ...``."""
    known = _catalogue()
    for pattern in known.beginnings:
        for found, end in pattern.matches(text, known.phrases, start_only=True):
            if all(map(_means, found.values)) and (rest := _sentence(text[end:])) is not None:
                said = pattern.fill(found, _phrase) + rest.text
                return _Said(said, rest.unknown, rest.weight + pattern.weight)
    line = _LINE.fullmatch(text)
    if line is not None and (rest := _sentence(line[3])) is not None:
        return rest._replace(text=f"{line[1]}{'：' if line[2] else ' '}{rest.text}")
    return None


def _several(text: str) -> _Said | None:
    """Several messages, one after the other, each of one sentence or more."""
    each, whole = _SENTENCES.split(text), _Said("", 0, 0)
    while each:
        # The longest first, but not all of the text once more.
        ends = range(len(each) - (not whole.text), 0, -1)
        found = next(((end, said) for end in ends if (said := _sentence(" ".join(each[:end]))) is not None), None)
        if found is None:
            return None
        end, said = found
        whole = _Said(whole.text + said.text, whole.unknown + said.unknown, whole.weight + said.weight)
        each = each[end:]
    return whole


def _phrase(text: str) -> str:
    """A field of a message: a list of names, a phrase of its own, or a value that stays as it is."""
    names = _LIST.fullmatch(text)
    if names is not None:
        each = "、".join(_ONE_QUOTED.findall(names[1]))
        return each + (f" 等另外 {names[2]} 个" if names[2] else f" 与 {names[3]}" if names[3] else "")
    if not _LETTER.search(text):
        return text
    # A series before a sentence, whose fields could take in several members; but a hint begins with a mark.
    if text not in _catalogue().fixed and text[:1] not in " ,;" and (series := _series(text)) is not None:
        return series
    if (said := _sentence(text)) is not None:
        return said.text
    kind = _OF_A_KIND.fullmatch(text)
    return _with_hints(text) if kind is None else kind[1]


def _series(text: str) -> str | None:
    """Several phrases in a row, of which each is known or a value."""
    for mark, chinese in _MARKS.items():
        each = _parted(text, mark)
        if len(each) > 1 and all(map(_means, each)):
            said = list(map(_phrase, each))
            if said != each:
                return chinese.join(said)
    return None


def _parted(text: str, mark: str) -> list[str]:
    """A text parted at a mark outside quotation marks."""
    plain = _ONE_QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    each, at = [], 0
    for one in plain.split(mark):
        each.append(text[at : at + len(one)])
        at += len(one) + len(mark)
    return each


def _with_hints(text: str) -> str:
    """A phrase or a value with hints behind it; as it is where there are none."""
    parts = _catalogue().phrases.with_hints(text)
    return "".join(map(_phrase, parts)) if len(parts) > 1 and all(map(_means, parts)) else text


def _means(text: str) -> bool:
    """Whether a field is plainly a value, or a phrase that is known."""
    return not _LETTER.search(text) or _VALUE.fullmatch(text) is not None or _phrase(text) != text
