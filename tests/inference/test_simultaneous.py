"""Simultaneous intervals, adjusted p-values and ranks: against R's p.adjust, by hand, and by coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t
from statsmodels.stats.multitest import multipletests

from csisem.inference.multiplicity import adjusted
from csisem.inference.simultaneous import bonferroni_critical, rank_bounds, satterthwaite


def test_holm_is_rs_p_adjust():
    # R: p.adjust(c(.04, .01, .03, .02, .5), "holm")
    found = adjusted(np.array([0.04, 0.01, np.nan, 0.03, 0.02, 0.5]), "holm")
    np.testing.assert_allclose(found, [0.09, 0.05, np.nan, 0.09, 0.08, 0.5], rtol=1e-14)
    assert np.isnan(adjusted(np.array([np.nan]), "holm")).all()
    # R: p.adjust(c(.01, .04), method) for each; a single test stays as it is.
    for method, expected in (("holm", [0.02, 0.04]), ("bonferroni", [0.02, 0.08]), ("fdr", [0.02, 0.04])):
        np.testing.assert_allclose(adjusted(np.array([0.01, 0.04]), method), expected, rtol=1e-14)
        np.testing.assert_allclose(adjusted(np.array([np.nan, 0.04]), method), [np.nan, 0.04], rtol=1e-14)


@pytest.mark.parametrize(("method", "theirs"), [("holm", "holm"), ("bonferroni", "bonferroni"), ("fdr", "fdr_bh")])
def test_adjusted_pvalues_are_statsmodels(method, theirs):
    generator = np.random.default_rng(5)
    for count in (2, 3, 7, 40):
        pvalues = np.round(generator.uniform(size=count) ** 3, 2)  # with ties
        expected = multipletests(pvalues, method=theirs)[1]
        np.testing.assert_allclose(adjusted(pvalues, method), expected, rtol=1e-14)


def test_critical_values_are_quantiles():
    found = bonferroni_critical(5, 0.95, np.array([np.inf, 7.0, 0.0]))
    np.testing.assert_allclose(found, [norm.isf(0.005), t.isf(0.005, 7), np.nan], rtol=1e-12)
    assert bonferroni_critical(1) == pytest.approx(norm.isf(0.025), rel=1e-14)


def test_degrees_of_a_difference():
    one = satterthwaite(np.array(2.0), np.array(3.0), np.array(4.0), np.array(9.0))
    assert one == pytest.approx(25 / (4 / 4 + 9 / 9), rel=1e-14)
    assert satterthwaite(np.array(0.0), np.array(0.0), np.array(4.0), np.array(9.0)) == 4
    assert np.isinf(satterthwaite(np.array(2.0), np.array(3.0), np.array(np.inf), np.array(np.inf)))


def test_ranks_by_hand():
    # Differences of 10 with an error of sqrt 2 are set apart, of 3 are not (three pairs: 2.39 errors, 3.39 points).
    lower, upper = rank_bounds(np.array([70.0, 80.0, 67.0]), np.eye(3), np.full(3, np.inf))
    assert lower.tolist() == [2, 1, 2]
    assert upper.tolist() == [3, 1, 3]
    # Correlated as they are here, the difference of 3 has hardly an error.
    joint = np.array([[1, 0, 0.99], [0, 1, 0], [0.99, 0, 1]])
    lower, upper = rank_bounds(np.array([70.0, 80.0, 67.0]), joint, np.full(3, np.inf))
    assert lower.tolist() == upper.tolist() == [2, 1, 3]
    lower, upper = rank_bounds(np.array([1.0, 2.0]), np.full((2, 2), np.nan), np.full(2, np.inf))
    assert lower.tolist() == [1, 1]
    assert upper.tolist() == [2, 2]


@pytest.mark.parametrize("truth", [np.zeros(6), np.array([0, 0.5, 1, 2, 2, 4.0])])
def test_ranks_cover_together(truth):
    generator = np.random.default_rng(4)
    root = np.tril(generator.normal(size=(6, 6)) * 0.3) + np.eye(6) * 0.5
    best, worst = 1 + (truth[:, None] < truth).sum(axis=1), 6 - (truth[:, None] > truth).sum(axis=1)
    held = 0
    for _ in range(1000):
        lower, upper = rank_bounds(truth + root @ generator.normal(size=6), root @ root.T, np.full(6, np.inf))
        # Of equal firms any order is true.
        held += bool(((lower <= best) & (upper >= worst)).all())
    # At least 95 % by construction; 1,000 samples err by 0.7 %.
    assert held >= 930
