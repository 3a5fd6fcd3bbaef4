"""Lines of labels, numbers, and labels moved apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from csisem.plot.drawing.fonts import has_cjk
from csisem.plot.drawing.labels import break_lines, decimal, show_names, text_width
from csisem.plot.drawing.placement import spread

# Identities of sums of a few numbers.
IDENTITY = 1e-9


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("Satisfaction", 6, "Satisfaction"),
        ("waiting at the till", 10, "waiting at\nthe till"),
        ("till (evening) queue", 10, "till\n(evening)\nqueue"),
        ("商品质量满足个人需求的程度", 16, "商品质量满足个\n人需求的程度"),
        ("员工服务态度（含热情）", 12, "员工服务态度\n（含热情）"),
        ("用APP下单", 6, "用APP\n下单"),
        ("", 5, ""),
    ],
)
def test_lines_break_between_words_and_chinese_letters(text, columns, lines):
    assert break_lines(text, columns) == lines


@given(st.text("ab 质量", max_size=60), st.integers(4, 30))
@settings(deadline=None)
def test_breaking_loses_no_letter(text, columns):
    broken = break_lines(text, columns)
    assert broken.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    longer = [line.strip() for line in broken.split("\n") if text_width(line.strip()) > columns]
    # Only a word is longer, with the Chinese letter before it.
    assert not any(" " in line or has_cjk(line[1:]) for line in longer)


def test_names():
    assert show_names([pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-01 12:30")], {}) == [
        "2024-03-01", "2024-03-01 12:30:00",
    ]  # fmt: skip
    assert show_names([1.0, ("a", 2), "b", None], {"a": "甲"}) == ["1", "甲 × 2", "b", "None"]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(71.25, 1, "71.2"), (-0.04, 1, "0.0"), (-1.5, 1, "−1.5"), (float("nan"), 1, "–"), (3, 0, "3")],
)  # fmt: skip
def test_decimals(value, digits, text):
    assert decimal(value, digits) == text


@given(st.lists(st.floats(0, 100), min_size=1, max_size=15), st.floats(0.1, 5))
@settings(deadline=None)
def test_labels_move_as_little_as_they_can(places, least):
    """The nearest places with gaps are an isotonic regression, here by scipy."""
    moved = spread(places, least, -1000.0, 1000.0)
    order = np.argsort(places, kind="stable")
    steps = least * np.arange(len(places))
    wanted = isotonic_regression(np.array(places)[order] - steps).x + steps
    assert np.allclose(moved[order], wanted, rtol=0, atol=1e-6)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
@settings(deadline=None)
def test_labels_stay_within_their_bounds(places):
    moved = np.sort(spread(places, 0.05, 0.0, 1.0))
    assert moved[0] >= -IDENTITY
    assert moved[-1] <= 1 + IDENTITY
    assert (np.diff(moved) >= 0.05 - IDENTITY).all()
