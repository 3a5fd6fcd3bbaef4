"""p-values from permutations and bootstrap replicates, by counting."""

from __future__ import annotations

import numpy as np
import pytest

from csisem.inference.permutation import henseler_pvalue, permutation_pvalue


def test_permutation_pvalues_count_draws_as_far_out():
    draws = np.array([[-3.0, 0.2], [1.0, 0.4], [2.0, np.nan], [0.5, 0.6]])
    observed = np.array([-2.0, 0.4])
    assert permutation_pvalue(observed, draws) == pytest.approx([(1 + 2) / 5, (1 + 2) / 4])
    assert permutation_pvalue(observed, draws, "lower") == pytest.approx([(1 + 1) / 5, (1 + 2) / 4])
    assert permutation_pvalue(observed, draws, "upper") == pytest.approx([(1 + 3) / 5, (1 + 2) / 4])
    assert np.isnan(permutation_pvalue(np.array([np.nan]), draws[:, :1])).all()


@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1.0, 1e3, 1e9])
def test_permutations_equal_but_for_rounding_count_in_any_unit(unit):
    observed = unit * np.array([0.7])
    # One equals the sample but for the last digits, one is a millionth less far out.
    draws = observed * np.array([[1 - 1e-15], [1 - 1e-6], [0.5], [2.0]])
    assert permutation_pvalue(observed, draws) == pytest.approx((1 + 2) / 5)
    assert permutation_pvalue(observed, draws, "upper") == pytest.approx((1 + 2) / 5)
    assert permutation_pvalue(-observed, -draws, "lower") == pytest.approx((1 + 2) / 5)


def test_permutation_pvalues_are_uniform_where_groups_are_alike():
    rng = np.random.default_rng(2)
    draws = rng.standard_normal((199, 2000))
    pvalues = permutation_pvalue(rng.standard_normal(2000), draws)
    assert pvalues.min() == 1 / 200
    for level in (0.05, 0.2, 0.5):
        # Two standard errors of a share among 2,000.
        assert abs((pvalues <= level).mean() - level) < 3 * np.sqrt(level * (1 - level) / 2000)


def test_henselers_pvalue_by_all_pairs():
    rng = np.random.default_rng(1)
    first, second = rng.normal(0.4, 0.1, (40, 2)), rng.normal(0.3, 0.2, (30, 2))
    for k in range(2):
        a, b = (2 * draws[:, k].mean() - draws[:, k] for draws in (first, second))
        assert henseler_pvalue(first, second)[k] == pytest.approx((a[:, None] <= b).mean(), abs=1e-12)
    assert henseler_pvalue(first, second) + henseler_pvalue(second, first) == pytest.approx([1.0, 1.0])
    assert np.isnan(henseler_pvalue(np.full((3, 1), np.nan), second[:, :1])).all()
