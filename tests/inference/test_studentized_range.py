"""The studentized range: R's ptukey, scipy's integral, the t distribution, and its own inverse."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from csisem.inference.studentized_range import range_quantile, range_tail


def test_r_s_figures():
    # R 4.2: ptukey(c(.5, 2, 3.5, 6), 3, 5.3, lower = FALSE), qtukey(.95, c(3, 20), c(30, 2000)); good to about 1e-6.
    found = range_tail(np.array([0.5, 2, 3.5, 6]), 3, np.array([5.3]))
    expected = [0.9342497529568283, 0.3989820786851311, 0.1145896266176213, 0.0164940278296813]
    np.testing.assert_allclose(found, expected, rtol=2e-6)
    assert range_quantile(0.95, 3, np.array([30.0])).item() == pytest.approx(3.48642006476638, rel=1e-6)
    assert range_quantile(0.95, 20, np.array([2000.0])).item() == pytest.approx(5.01851611775670, rel=1e-6)


@pytest.mark.parametrize("groups", [2, 3, 6, 20])
@pytest.mark.parametrize("df", [2.0, 7.3, 60.0])
def test_scipy_agrees(groups, df):
    q = np.array([0.5, 2.0, 3.5, 6.0])
    theirs = scipy.stats.studentized_range.sf(q, groups, df)
    np.testing.assert_allclose(range_tail(q, groups, np.full(4, df)), theirs, atol=1e-10)


def test_the_range_of_two_is_a_t():
    q, df = np.array([0.1, 1.0, 4.0, 12.0, 12.0]), np.array([1.5, 3.0, 10.0, 40.0, 900.0])
    np.testing.assert_allclose(range_tail(q, 2, df), 2 * stdtr(df, -q / np.sqrt(2)), rtol=1e-9, atol=1e-17)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.5, 0.9999), st.integers(2, 40), st.floats(1.0, 1e7))
def test_the_quantile_is_the_inverse(level, groups, df):
    q = range_quantile(level, groups, np.array([df]))
    assert range_tail(q, groups, np.array([df])).item() == pytest.approx(1 - level, rel=1e-9)


def test_many_comparisons_at_once():
    df = np.random.default_rng(0).uniform(5, 500, 300)
    every = range_quantile(0.95, 8, df)
    np.testing.assert_allclose(every[:5], [range_quantile(0.95, 8, df[k : k + 1]).item() for k in range(5)], rtol=1e-12)
