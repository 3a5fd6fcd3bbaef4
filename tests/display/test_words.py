"""Every sentence has both languages, with the same fields, and is said somewhere."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from csisem.display.words import WORDS

SOURCE = Path(__file__).parents[2] / "src" / "csisem"
SUBJECTS = SOURCE / "display" / "words"
# Headings, words of cells and titles, which are looked up by the names that results have.
LABELS = {"columns", "cells", "fit_indices", "page_titles"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def fields(template: str) -> set[str]:
    """Names of all fields of a template, those within formats too."""
    found: set[str] = set()
    for _, name, spec, _ in string.Formatter().parse(template):
        if name:
            found |= {name} | fields(spec or "")
    return found


def sample(wording: object) -> dict[str, object]:
    """A value for each field that its format takes."""
    values: dict[str, object] = {}

    def read(template: str) -> None:
        for _, name, spec, _ in string.Formatter().parse(template):
            if not name:
                continue
            if spec.startswith("?"):
                read(spec[1:])
                values.setdefault(name, "some")
            elif spec.endswith(("f", "g", "%")) or spec == "p" or "|" in spec:
                values[name] = values[name] if isinstance(values.get(name), tuple) else 2
            elif spec:
                values[name] = ("one", "two")
            else:
                values.setdefault(name, "some")

    for template in wording:
        read(template)
    return values


def calls() -> list[tuple[str, ast.Call]]:
    return [
        (path.relative_to(SOURCE).as_posix(), node)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence"
    ]


@pytest.mark.parametrize("code", WORDS)
def test_both_languages_say_the_same_fields(code):
    wording = WORDS[code]
    assert fields(wording.en) == fields(wording.zh)
    english, chinese = (wording.text(sample(wording), language) for language in ("en", "zh"))
    assert english.isascii()
    # What has no words of its own, but fields, has no Chinese letters; names and symbols are those of all languages.
    assert (
        CHINESE.search(chinese)
        or not re.search("[A-Za-z]", re.sub(r"\{.*?\}+", "", wording.en))
        or (code.split(".")[0] in LABELS and (wording.en == wording.zh or not re.search("[a-z]{2}", wording.zh)))
    )
    assert not {"{", "}"} & set(english + chinese)
    # Where one ends with a full stop, so does the other.
    assert english.endswith(".") == chinese.endswith("。")
    # Punctuation beside Chinese letters is Chinese.
    assert not re.search(r"[\u4e00-\u9fff][,;:.?!]", chinese)


def test_codes_begin_with_the_file_that_words_them():
    for path in SUBJECTS.glob("[a-z]*.py"):
        codes = re.findall(r'^    "([^"]+)": Wording', path.read_text(encoding="utf-8"), re.M)
        assert codes, path.name
        assert len(codes) == len(set(codes)), f"a code stands twice in {path.name}"
        assert all(code.split(".")[0] == path.stem for code in codes)
        assert set(codes) <= WORDS.keys()


def test_every_code_is_said_somewhere():
    said = {
        node.value
        for path in SOURCE.rglob("*.py")
        if SUBJECTS not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {code for code in WORDS if code.split(".")[0] not in LABELS} - said == set()


def test_every_call_names_a_code_and_its_fields():
    found = calls()
    assert len(found) > 50
    for path, call in found:
        code, given = call.args[0], {keyword.arg for keyword in call.keywords}
        if not isinstance(code, ast.Constant):
            continue
        needed = fields(WORDS[code.value].en)
        place = f"{path}:{call.lineno} {code.value}"
        # Fields that come as a mapping (**fields) are checked when the sentence is made.
        assert given - {None} <= needed, place
        assert None in given or given == needed, place
