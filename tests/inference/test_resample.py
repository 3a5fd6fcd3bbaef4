"""How often units are drawn: counts, expectations, variances, and independence of blocks and workers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.inference.resample import BLOCK, blocks, counts, normal_moments, rescaled, with_replacement

# Means over 6,400 replicates are compared with their expectations within five of their own standard errors.
SIGMAS = 5.0


def _all(scheme, n, seed=7):
    return np.concatenate([counts(scheme, block) for block in blocks(seed, n)])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 5))
@settings(max_examples=50, deadline=None)
def test_counts_sum_to_what_each_stratum_draws(strata, seed):
    stratum = np.array(strata)
    size = np.bincount(stratum, minlength=4)
    drawn = _all(with_replacement(stratum, 4), 5, seed)
    for h in range(4):
        assert (drawn[:, stratum == h].sum(axis=1) == size[h]).all()
    fewer = _all(rescaled(stratum, 4, np.zeros(4)), 5, seed)
    for h in range(4):
        assert (fewer[:, stratum == h].sum(axis=1) == max(size[h] - 1, 0)).all()


def test_a_seed_draws_the_same_rows_everywhere():
    """Units of a stratum keep their order, which an unstable sort would not promise."""
    stratum = np.arange(2000) % 2
    assert np.array_equal(with_replacement(stratum, 2).order, np.r_[0:2000:2, 1:2000:2])


def test_draws_do_not_depend_on_how_many_there_are():
    scheme = with_replacement(np.zeros(17, dtype=int), 1)
    many, few = _all(scheme, 3 * BLOCK + 5), _all(scheme, BLOCK + 9)
    assert np.array_equal(many[: len(few)], few)
    assert not np.array_equal(many[:BLOCK], many[BLOCK : 2 * BLOCK])
    assert not np.array_equal(_all(scheme, BLOCK, seed=8), many[:BLOCK])


def test_normal_samples_do_not_depend_on_how_many_there_are():
    mean, cov, n = np.zeros((1, 2)), np.eye(2)[None], np.array([9])
    whole, cut = (normal_moments(mean, cov, n, blocks(4, count)[0])[1] for count in (BLOCK, 5))
    assert np.array_equal(whole[:5], cut)


def test_draws_in_pieces_are_the_same(monkeypatch):
    scheme = with_replacement(np.arange(50) % 3, 3)
    whole = _all(scheme, 20)
    monkeypatch.setattr("csisem.inference.resample._AT_ONCE", 120)
    assert np.array_equal(_all(scheme, 20), whole)


def test_every_unit_is_drawn_alike():
    drawn = _all(with_replacement(np.zeros(10, dtype=int), 1), 6400).astype(float)
    # Multinomial: mean 1, variance 1 - 1/n, covariances -1/n.
    assert np.abs(drawn.mean(axis=0) - 1).max() < SIGMAS * np.sqrt(0.9 / 6400)
    expected = np.eye(10) - 0.1
    assert np.abs(np.cov(drawn.T) - expected).max() < SIGMAS * np.sqrt(2 / 6400)


@pytest.mark.parametrize("fraction", [0.0, 0.4, 1.0])
def test_rescaled_totals_have_the_variance_of_the_design(fraction):
    values = np.array([3.0, 8.0, 1.0, 4.0, 9.0, 2.0, 7.0, 5.0])
    stratum = np.array([0, 0, 0, 1, 1, 1, 1, 2])
    scheme = rescaled(stratum, 3, np.array([fraction, fraction, 0.0]))
    multiplier = scheme.base + scheme.slope * _all(scheme, 6400)
    totals = multiplier @ values
    # (1 - f) n / (n - 1) sum (z - mean)^2 in each stratum; a single unit shows no variance.
    exact = sum(
        (1 - fraction) * n / (n - 1) * ((part - part.mean()) ** 2).sum()
        for part in (values[:3], values[3:7])
        for n in (len(part),)
    )
    assert (multiplier >= -1e-12).all()
    assert (multiplier[:, 7] == 1).all()
    assert abs(totals.mean() - values.sum()) <= SIGMAS * np.sqrt(exact / 6400) + 1e-12
    assert abs(totals.var(ddof=1) - exact) <= SIGMAS * exact * np.sqrt(2 / 6400) + 1e-12


def test_normal_moments_have_the_populations_means_and_wishart_variances():
    mean = np.array([[1.0, -2.0], [0.0, 5.0]])
    cov = np.array([[[2.0, 0.6], [0.6, 1.0]], [[1.0, -0.3], [-0.3, 4.0]]])
    n = np.array([12, 30])
    parts = [normal_moments(mean, cov, n, block) for block in blocks(3, 6400)]
    means, covs = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    for g in range(2):
        error = np.sqrt(np.diagonal(cov[g]) / n[g] / 6400)
        assert (np.abs(means[:, g].mean(axis=0) - mean[g]) < SIGMAS * error).all()
        # E S = (n - 1)/n Sigma and Var S_ij = (n - 1)/n^2 (Sigma_ij^2 + Sigma_ii Sigma_jj).
        own = np.diagonal(cov[g])
        spread = (n[g] - 1) / n[g] ** 2 * (cov[g] ** 2 + np.outer(own, own))
        expected = (n[g] - 1) / n[g] * cov[g]
        assert (np.abs(covs[:, g].mean(axis=0) - expected) < SIGMAS * np.sqrt(spread / 6400)).all()
        found = covs[:, g].var(axis=0, ddof=1)
        # The kurtosis of a Wishart variance with 11 degrees of freedom widens the error of its variance.
        assert (np.abs(found / spread - 1) < SIGMAS * np.sqrt((2 + 12 / 11) / 6400)).all()
        assert (np.abs(np.cov(means[:, g].T) - cov[g] / n[g]) < SIGMAS * np.sqrt(2 / 6400) * own.max() / n[g]).all()
    # Means and covariances of one sample are independent.
    correlation = np.corrcoef(means[:, 0, 0], covs[:, 0, 0, 0])[0, 1]
    assert abs(correlation) < SIGMAS / np.sqrt(6400)
