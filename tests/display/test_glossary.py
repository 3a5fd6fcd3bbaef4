"""The glossary has both languages on every line, each term once, and names that exist."""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path

import csisem as cs

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "glossary.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| ")]
TERMS = [row for row in ROWS if row[0] != "English"]


def test_every_line_has_both_languages():
    assert len(TERMS) > 90
    for row in TERMS:
        assert len(row) == 3, row
        assert re.search(r"[\u4e00-\u9fff]", row[1]), row
        assert not re.search(r"[\u4e00-\u9fff]", row[0]), row
    terms = [row[0] for row in TERMS]
    assert len(set(terms)) == len(terms)


def test_public_names_exist():
    names = re.findall(r"`cs\.([\w.]+)`", PAGE)
    assert len(names) > 30
    for name in names:
        reduce(getattr, name.split("."), cs)


def test_it_is_the_only_one_and_is_found():
    assert "中文" not in (DOCS / "notation.md").read_text(encoding="utf-8")
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert "(glossary.md)" in index
    assert "\nglossary\n" in index
