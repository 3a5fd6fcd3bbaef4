"""Every refusal has Chinese, with the same fields, and its message is recognised."""

from __future__ import annotations

import re
from pathlib import Path

import csisem as cs
from csisem.display.refusals.templates import Blank, Choice, Parts, names, parse
from package_source import SOURCE
from refusal_templates import OUTSIDE, catalogue, extract, unsaid

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# An article, or a verb in singular or plural, says nothing in Chinese.
LEFT_OUT = {
    "{0} {1} already; name another folder.": {"1"},
    "{0}= must be {1} {2}; got {3}.": {"1"},
    "{0} of the clusters of {1} {2} a single {3}, so the variance within {4} cannot be computed; choose a rule with "
    "lonely=, or leave the stage's fpc out.": {"2", "4"},
}
CATALOGUE = catalogue()


def test_every_refusal_has_chinese_and_no_chinese_is_left_over():
    found = extract()
    assert len(found.templates) > 1200
    missing = sorted(set(found.templates) - CATALOGUE.keys())
    assert not missing, "python tests/refusal_templates.py prints these to be filled in: " + "; ".join(missing)
    assert unsaid(found, CATALOGUE) == []
    assert found.unread == []


def test_each_stands_in_the_file_of_a_room_that_says_it():
    rooms = {path.stem if path.suffix else path.name for path in SOURCE.iterdir()} | {Path(OUTSIDE).stem}
    assert {Path(file).stem for _, file in CATALOGUE.values()} <= rooms


def grammar_only(part: Choice) -> bool:
    """Whether the alternatives are words alone, such as singular and plural."""
    return all(isinstance(one, str) for alternative in part.alternatives for one in alternative)


def choices(parts: Parts) -> dict[str, Choice]:
    return {part.name: part for part in parts if isinstance(part, Choice)}


def faults_of(english: str) -> list[str]:
    """What the Chinese of a template lacks."""
    chinese, _ = CATALOGUE[english]
    wanted, given = parse(english), parse(chinese)
    may_lack = {name for name, part in choices(wanted).items() if grammar_only(part)} | LEFT_OUT.get(english, set())
    known, said = set(names(wanted)), set(names(given))
    alternatives = [(part, choices(wanted)[name]) for name, part in choices(given).items() if name in choices(wanted)]
    faults = {
        "fields": not (said <= known and known - said <= may_lack),
        "alternatives": any(len(one.alternatives) != len(other.alternatives) for one, other in alternatives),
        "Chinese": len(english.split()) > 3 and not CHINESE.search(chinese),
        "full stop": english.rstrip().endswith(".") != chinese.endswith("。"),
        "Chinese punctuation": bool(re.search(r"[\u4e00-\u9fff][,;:?!]", chinese)),
    }
    return [f"{fault}: {english!r}" for fault, there in faults.items() if there]


def test_both_languages_have_the_same_fields():
    assert [fault for english in CATALOGUE for fault in faults_of(english)] == []


def samples(parts: Parts, alternative: int, values: dict[str, str]) -> str:
    """A template filled in, and the value of each of its fields."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part, Blank):
            text += values.setdefault(part.name, f"'v{100 + int(part.name)}'")
        else:
            text += samples(part.alternatives[min(alternative, len(part.alternatives) - 1)], alternative, values)
    return text


def test_messages_are_recognised_with_their_fields():
    wrong = []
    for english, (chinese, _) in CATALOGUE.items():
        given = parse(chinese)
        for alternative in (0, 1) if ":" in english else (0,):
            values: dict[str, str] = {}
            message = samples(parse(english), alternative, values)
            text = cs.CsisemError(message).text("zh")
            words = [part.strip() for part in given if isinstance(part, str)]
            fields = [value for name, value in values.items() if name in set(names(given))]
            if not all(one in text for one in words + fields):
                wrong.append((message, text))
    assert wrong == []
