"""Linear combinations among items, named as equations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.moments.dependence import closest_combination, equations_of, exact_combinations

A, B, C, D = np.random.default_rng(5).normal(size=(4, 80)) * [[1], [2], [0.5], [3]]


def cov(*columns):
    return np.cov(np.stack(columns))


@pytest.mark.parametrize(
    ("items", "columns", "equation"),
    [
        ("abct", (A, B, C, A + B + C), "'t' = 'a' + 'b' + 'c'"),
        # Wherever it stands, the total is named as that of its parts.
        ("tabc", (A + B + C, A, B, C), "'t' = 'a' + 'b' + 'c'"),
        ("abcm", (A, B, C, (A + B + C) / 3), "'m' = ('a' + 'b' + 'c') / 3"),
        ("abcd", (A, B, C, A - B + 2 * C), "'d' = 'a' - 'b' + 2 'c'"),
        ("ab", (A, A + 3), "'b' = 'a'"),
        ("ab", (A, 6 - A), "'b' = -'a'"),
        ("abc", (A, B, 100 - A - B), "'a' + 'b' + 'c' = constant"),
        ("abtu", (A, B, A + B, 0.25 * A), "'t' = 'a' + 'b'; 'u' = 0.25 'a'"),
    ],
)
def test_equations(items, columns, equation):
    assert equations_of(cov(*columns), list(items)) == equation


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(5)), st.lists(st.sampled_from([1e-6, 1.0, 1e5]), min_size=5, max_size=5))
def test_neither_order_nor_units_change_what_is_found(order, units):
    columns = np.stack([A, B, C, D, A + 2 * C])
    scaled = columns * np.array(units)[:, None]
    names = list("abcdt")
    found = exact_combinations(cov(*scaled[list(order)]), [names[k] for k in order])
    assert len(found) == 1
    assert set(found[0].items) == {"a", "c", "t"}
    place = {name: k for k, name in enumerate(names)}
    left = scaled[place[found[0].item]]
    right = sum(slope * scaled[place[part]] for part, slope in zip(found[0].parts, found[0].slopes, strict=True))
    np.testing.assert_allclose(left - left.mean(), right - right.mean(), rtol=1e-6, atol=1e-7 * np.abs(left).max())


def test_a_rounded_mean_is_nearly_one():
    mean = ((A + B + C) / 3).round(1)
    found = closest_combination(cov(A, B, C, D, mean), list("abcdm"))
    assert (found.item, found.parts) == ("m", ("a", "b", "c"))
    np.testing.assert_allclose(found.slopes, 1 / 3, atol=0.02)
    # R-squared of the regression itself.
    x = np.column_stack([np.ones(80), A, B, C, D])
    rest = mean - x @ np.linalg.lstsq(x, mean, rcond=None)[0]
    assert found.explained == pytest.approx(1 - rest.var() / mean.var(), rel=1e-10)
    assert closest_combination(cov(A, B, C, D), list("abcd")) is None
    assert exact_combinations(cov(A, B, C, D, mean), list("abcdm")) == ()
