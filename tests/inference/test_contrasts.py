"""Joint Wald tests: closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f, t

from csisem.inference.contrasts import against_first, wald_f


def test_one_estimate_has_the_square_of_its_t():
    found = wald_f(np.array([3.0]), np.array([[2.25]]), 7)
    assert (found.statistic, found.df1, found.df2) == (pytest.approx(4.0, rel=1e-14), 1, 7)
    assert found.pvalue == pytest.approx(2 * t.sf(2.0, 7), rel=1e-12)


def test_independent_estimates_have_the_mean_of_their_squares():
    found = wald_f(np.array([1.0, 200.0, 0.03]), np.diag([1.0, 1e4, 1e-4]), 12)
    assert found.statistic == pytest.approx((1 + 4 + 9) / 3, rel=1e-12)
    assert found.pvalue == pytest.approx(f.sf(14 / 3, 3, 12), rel=1e-12)


@pytest.mark.parametrize(
    ("covariance", "df2"),
    [(np.eye(2), 0), (np.eye(2), -1), (np.ones((2, 2)), 9), (np.diag([1.0, 0.0]), 9), (np.diag([1.0, np.nan]), 9)],
)
def test_without_degrees_of_freedom_or_rank_there_is_no_test(covariance, df2):
    found = wald_f(np.array([1.0, 2.0]), covariance, df2)
    assert np.isnan([found.statistic, found.pvalue]).all()


def test_contrasts_against_the_first():
    difference, covariance = against_first(np.array([5.0, 7.0, 4.0]), np.diag([1.0, 2.0, 3.0]))
    assert difference.tolist() == [2.0, -1.0]
    assert covariance.tolist() == [[3.0, 1.0], [1.0, 4.0]]
