"""Every refusal has Chinese, with the same fields, and its message is recognised."""

from __future__ import annotations

import json
import pickle
import re
import tomllib
import traceback
from pathlib import Path

import pytest

import csisem as cs
from csisem.display.refusals.patterns import Blank, Choice, Parts, names, parse
from refusal_templates import SOURCE, extract

ROOMS = SOURCE / "display" / "refusals"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Texts of the system and of the command line's library, which quote no line of this package.
OUTSIDE = "outside.toml"
# Raised with a text that is another refusal's.
PASSED_ON = {"survey/design.py str(problem)"}
# A word of these says nothing in Chinese: a number's article, or a verb in singular or plural.
LEFT_OUT = {
    "{0} {1} already; name another folder.": {"1"},
    "{0}= must be {1} {2}; got {3}.": {"1"},
    "{0} of the clusters of {1} {2} a single {3}, so the variance within {4} cannot be computed; choose a rule with "
    "lonely=, or leave the stage's fpc out.": {"2", "4"},
}


def catalogue() -> dict[str, tuple[str, str]]:
    """The Chinese of each template, and the file it stands in."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(ROOMS.glob("*.toml")):
        for english, chinese in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert english not in found, f"{english!r} stands in {path.name} and {found[english][1]}"
            found[english] = (chinese, path.name)
    return found


CATALOGUE = catalogue()


def test_every_refusal_has_chinese_and_no_chinese_is_left_over():
    found = extract()
    assert len(found.templates) > 1200
    missing = sorted(set(found.templates) - CATALOGUE.keys())
    stale = sorted(one for one, (_, file) in CATALOGUE.items() if file != OUTSIDE and one not in found.templates)
    assert not missing, "python tests/refusal_templates.py prints these to be filled in: " + "; ".join(missing)
    assert not stale
    assert {re.sub(r":\d+", "", one) for one in found.unread} == PASSED_ON


def test_each_stands_in_the_file_of_a_room_that_says_it():
    rooms = {path.stem if path.suffix else path.name for path in SOURCE.iterdir()} | {Path(OUTSIDE).stem}
    assert {Path(file).stem for _, file in CATALOGUE.values()} <= rooms


def grammar_only(part: Choice) -> bool:
    """Whether the alternatives are words alone, such as singular and plural."""
    return all(isinstance(one, str) for alternative in part.alternatives for one in alternative)


def choices(parts: Parts) -> dict[str, Choice]:
    return {part.name: part for part in parts if isinstance(part, Choice)}


@pytest.mark.parametrize("english", CATALOGUE)
def test_both_languages_have_the_same_fields(english):
    chinese, file = CATALOGUE[english]
    wanted, given = parse(english), parse(chinese)
    may_lack = {name for name, part in choices(wanted).items() if grammar_only(part)}
    may_lack |= LEFT_OUT.get(english, set())
    may_lack |= {name for part in choices(wanted).values() for name in names((part,)) if name in may_lack}
    assert set(names(given)) <= set(names(wanted))
    assert set(names(wanted)) - set(names(given)) <= may_lack
    for name, part in choices(given).items():
        assert len(part.alternatives) == len(choices(wanted)[name].alternatives)
    if not english.endswith((": ", " ")) and len(english.split()) > 3:
        assert CHINESE.search(chinese)
    assert english.rstrip().endswith(".") == chinese.endswith("。")
    # Punctuation beside Chinese letters is Chinese.
    assert not re.search(r"[\u4e00-\u9fff][,;:?!]", chinese)


def samples(parts: Parts, alternative: int, values: dict[str, str], said: list[str]) -> str:
    """The template filled in, and what its Chinese must therefore contain."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part, Blank):
            values.setdefault(part.name, f"<{100 + int(part.name)}>")
            text += values[part.name]
            said.append(part.name)
        else:
            text += samples(part.alternatives[min(alternative, len(part.alternatives) - 1)], alternative, values, said)
    return text


@pytest.mark.parametrize("english", CATALOGUE)
def test_messages_are_recognised_with_their_fields(english):
    chinese, _ = CATALOGUE[english]
    for alternative in (0, 1):
        values: dict[str, str] = {}
        said: list[str] = []
        message = samples(parse(english), alternative, values, said)
        text = cs.CsisemError(message).text("zh")
        words = [part for part in parse(chinese) if isinstance(part, str)]
        assert all(values[name] in text for name in said if name in set(names(parse(chinese)))), text
        assert all(word.strip() in text for word in words), text
