"""Rubin's rules and pooled chi-squares: closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, f

from csisem.inference.pooling import d2, pool, pooled_degrees


def test_rubins_rules_by_hand():
    """Rubin (1987, chapter 3): estimates 1, 2, 3 with variances 1/2, 1, 3/2."""
    found = pool(np.array([[1.0], [2.0], [3.0]]), np.array([[[0.5]], [[1.0]], [[1.5]]]))
    # Within 1, between 1, total 1 + (1 + 1/3); r = 4/3, degrees of freedom 2 (1 + 3/4)^2.
    assert (found.estimate.item(), found.within.item(), found.count) == (2.0, 1.0, 3)
    assert found.total.item() == pytest.approx(7 / 3, rel=1e-14)
    degrees = pooled_degrees(np.diagonal(found.total), np.diagonal(found.within), 3)
    assert degrees.item() == pytest.approx(2 * (7 / 4) ** 2, rel=1e-14)
    # Equal estimates: nothing is missing.
    same = pool(np.full((3, 1), 2.0), np.ones((3, 1, 1)))
    assert pooled_degrees(np.diagonal(same.total), np.diagonal(same.within), 3).item() == np.inf


def test_pooled_chi_squares_by_hand():
    """Li, Meng, Raghunathan and Rubin (1991): chi-squares 4, 9, 16 on 5 degrees of freedom, roots 2, 3, 4."""
    found = d2(np.array([4.0, 9.0, 16.0]), 5)
    increase = 4 / 3
    statistic = (29 / 3 / 5 - 4 / 2 * increase) / (1 + increase)
    assert found.increase == pytest.approx(increase, rel=1e-14)
    assert found.f == max(statistic, 0.0) == 0.0
    found = d2(np.array([81.0, 100.0, 121.0]), 5)
    statistic = (302 / 3 / 5 - 4 / 2 * increase) / (1 + increase)
    df2 = 5 ** (-3 / 3) * 2 * (1 + 1 / increase) ** 2
    assert found.f == pytest.approx(statistic, rel=1e-12)
    assert found.df2 == pytest.approx(df2, rel=1e-12)
    assert found.pvalue == pytest.approx(f.sf(statistic, 5, df2), rel=1e-10)
    # Equal chi-squares are one chi-square.
    found = d2(np.full(3, 9.0), 5)
    assert (found.increase, found.df2) == (0.0, np.inf)
    assert found.pvalue == pytest.approx(chi2.sf(9, 5), rel=1e-12)


def test_a_saturated_model_has_no_pooled_test():
    found = d2(np.zeros(3), 0)
    assert np.isnan([found.f, found.df2, found.pvalue, found.increase]).all()
