"""Widths of texts without a font, and names in lines."""

from __future__ import annotations

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from csisem.plot.diagram.letters import broken, shortened, text_width


@pytest.mark.parametrize(
    "text", ["Satisfaction", "−0.27***", "(0.03)", "IMAG1", "R² = 0.46", "p < 0.05; n = 1472", "γ₁₁"]
)
def test_texts_are_no_wider_than_they_are_taken_for(text):
    drawn = TextPath((0, 0), text, size=72, prop=FontProperties(family="DejaVu Sans")).get_extents().width / 72
    taken = text_width(text, 72)
    # A label may not be too narrow; that it is up to a third too wide costs only room.
    assert drawn <= taken <= 1.35 * drawn


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Quality", "Quality"),
        ("CalculativeCommitment", "Calculative\nCommitment"),
        ("perceived service quality", "perceived\nservice\nquality"),
        ("service_quality_of_shops", "service_\nquality_of_\nshops"),
        ("商品与服务质量感知", "商品与服务\n质量感知"),
        ("顾客满意", "顾客满意"),
    ],
)
def test_names_are_broken(name, lines):
    assert broken(name, 14) == lines


def test_very_long_names_end_in_dots():
    assert broken("one two three four five six seven eight nine ten", 14).count("\n") == 2
    assert broken("one two three four five six seven eight nine ten", 14).endswith("…")
    assert shortened("question_number_one", 16) == "question_number…"
    assert shortened("商品质量满足个人需求的程度", 16) == "商品质量满足个…"
    assert shortened("q1", 16) == "q1"
