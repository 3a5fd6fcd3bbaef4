"""The page of the survey method: every row of the method has its section, a call and what it prints."""

from __future__ import annotations

import re

import pytest

from test_docs import ROOT, blocks

PAGE = "docs/how-to/method.md"
ROWS = range(1, 36)

SECTIONS = re.split(r"^### (?=\d+\. )", (ROOT / PAGE).read_text(encoding="utf-8"), flags=re.M)[1:]


def test_rows_are_numbered_in_order():
    assert [int(section.partition(".")[0]) for section in SECTIONS] == list(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_its_chinese_term_and_a_call_with_its_output(row):
    section = SECTIONS[row - 1]
    heading, _, body = section.partition("\n")
    assert re.search(r"[一-鿿]", heading)
    code = "".join(re.findall(r"^```python\n(.*?)^```", body, re.M | re.S))
    assert re.search(r"\b(cs|outcomes|draw|table|tree|product|found)\.|\bdraw\(|\btable\(", code)
    assert re.search(r"^```text\n.", body, re.M)


def test_each_block_shows_something_but_the_first():
    assert all(block.output for block in blocks(PAGE)[1:])
