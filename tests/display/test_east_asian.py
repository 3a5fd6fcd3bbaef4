"""Columns of printed pages stay aligned where names are Chinese."""

from __future__ import annotations

import pandas as pd

import csisem as cs
from csisem.display.text_layout import width

FRAME = pd.DataFrame(
    {"满意": [3, 3, 2, 3, 1, 2, 4, 5, 2, 3, 4, 4.0], "地区": ["华东"] * 4 + ["西"] * 4 + ["n"] * 4, "b": range(12)}
)


def tables(text):
    """The blocks of lines below each heading."""
    return [block.splitlines()[1:] for block in text.split("\n\n")[1:]]


def test_a_page_is_aligned_by_east_asian_width():
    before = pd.get_option("display.unicode.east_asian_width")
    found = cs.diagnose.anova(FRAME, "满意", by="地区")
    for table in tables(repr(found)):
        # Columns of numbers are aligned on the right, so that all lines are of one width.
        assert len({width(line) for line in table}) == 1, table
    # The setting of the user's own frames is left alone.
    assert pd.get_option("display.unicode.east_asian_width") == before


def test_matrices_of_a_model_are_aligned():
    model = cs.Model.from_syntax("质量 =~ q1 + q2\n满意度 =~ s1 + s2\n满意度 ~ 质量")
    for block in repr(model.matrices()).split("\n\n"):
        lines = block.splitlines()[1:]
        assert len({width(line) for line in lines}) == 1, block
