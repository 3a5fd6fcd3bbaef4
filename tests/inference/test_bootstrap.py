"""Intervals from replicates against R's package boot, with replicates that are missing or all equal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from csisem.inference.bootstrap_intervals import DrawCovariance, acceleration_of, interval, least_draws

RECORD = json.loads((Path(__file__).parents[1] / "golden" / "boot-1.3.28" / "ratio.json").read_text())
DRAWS, INFLUENCE = np.array(RECORD["draws"]), np.array(RECORD["influence"])
# Order statistics, sums and normal quantiles: nothing iterates.
EXACT = 1e-10


def _acceleration():
    powers = np.stack([INFLUENCE, INFLUENCE**2, INFLUENCE**3]).sum(axis=1)
    return acceleration_of(powers[:, None, None], np.array([len(INFLUENCE)]))


@pytest.mark.parametrize("case", RECORD["intervals"], ids=lambda case: f"{case['kind']}-{case['level']}")
def test_boot(case):
    estimate = np.array([RECORD["estimate"]])
    found = interval(DRAWS[:, None], estimate, case["kind"], level=case["level"], acceleration=_acceleration())
    assert np.allclose([found.lower[0], found.upper[0]], case["ends"], rtol=EXACT, atol=0)
    assert found.se[0] == pytest.approx(RECORD["se"], rel=EXACT)


def test_draws_without_a_value_are_left_out():
    gaps = np.concatenate([DRAWS, np.full(20, np.nan)])[:, None]
    estimate = np.array([RECORD["estimate"]])
    whole = interval(DRAWS[:, None], estimate, "percentile")
    some = interval(np.random.default_rng(1).permutation(gaps), estimate, "percentile")
    assert np.allclose([some.lower, some.upper], [whole.lower, whole.upper], rtol=EXACT, atol=0)
    assert some.lost[0] == pytest.approx(20 / 219)
    # More than a tenth without a value leaves no interval.
    many = interval(np.concatenate([gaps, gaps[-4:]]), estimate, "percentile")
    assert np.isnan([many.se, many.lower, many.upper]).all()


def test_covariance_by_the_draws_that_have_both_values():
    draws = np.random.default_rng(5).standard_normal((200, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.3], [0, 0, 2]])
    whole = DrawCovariance(draws)
    assert np.allclose(whole.matrix(), np.cov(draws.T), rtol=EXACT, atol=EXACT)
    gaps = draws.copy()
    gaps[:8, 0], gaps[4:14, 1], gaps[:30, 2] = np.nan, np.nan, np.nan
    found = DrawCovariance(gaps)
    assert np.allclose(found.variances()[:2], [draws[8:, 0].var(ddof=1), np.nanvar(gaps[:, 1], ddof=1)], rtol=EXACT)
    assert np.isnan(found.variances()[2])
    # A tenth of the replicates may be lost, no more.
    for lost, known in ((20, True), (21, False)):
        some = draws[:, :1].copy()
        some[:lost] = np.nan
        assert np.isfinite(DrawCovariance(some).variances()).all() == known
    both = np.delete(np.arange(200), np.arange(14))
    away = gaps[:, :2] - np.nanmean(gaps[:, :2], axis=0)
    assert found.matrix()[0, 1] == pytest.approx((away[both, 0] * away[both, 1]).sum() / 185, rel=EXACT)
    assert np.allclose(np.diagonal(found.matrix()), found.variances(), rtol=EXACT, equal_nan=True)


def test_a_statistic_that_does_not_vary_is_its_own_interval():
    draws = np.full((100, 2), 1.0) + np.array([0.0, 1e-16])
    for kind in ("percentile", "normal", "bca"):
        found = interval(draws, np.ones(2), kind, acceleration=np.zeros(2))
        assert (found.se == 0).all()
        assert (found.lower == 1).all()
        assert (found.upper == 1).all()


def test_bca_has_no_ends_where_all_draws_lie_on_one_side():
    found = interval(DRAWS[:, None], np.array([DRAWS.max() + 1]), "bca", acceleration=np.zeros(1))
    assert np.isnan([found.lower, found.upper]).all()
    assert found.se[0] > 0


def test_percentiles_take_enough_draws():
    assert least_draws(0.95) == 39
    assert least_draws(0.9) == 19
    few = interval(DRAWS[:39, None], np.array([0.4]), "percentile")
    assert (few.lower[0], few.upper[0]) == (DRAWS[:39].min(), DRAWS[:39].max())
    fewer = interval(DRAWS[:38, None], np.array([0.4]), "percentile")
    assert np.isnan([fewer.lower, fewer.upper]).all()


def test_normal_intervals_follow_t_under_a_design():
    wide = interval(DRAWS[:, None], np.array([0.4]), "normal", df=5)
    narrow = interval(DRAWS[:, None], np.array([0.4]), "normal")
    ratio = (wide.upper - wide.lower) / (narrow.upper - narrow.lower)
    assert ratio[0] == pytest.approx(2.570581835636314 / 1.959963984540054, rel=EXACT)


def test_acceleration_is_within_strata():
    values = np.array([1.0, 4.0, 2.0, 10.0, 13.0, 10.0])
    stratum = np.array([0, 0, 0, 1, 1, 1])
    powers = np.stack([[np.bincount(stratum, values**k) for k in (1, 2, 3)]])[0][..., None]
    away = values - np.array([7 / 3, 11.0])[stratum]
    expected = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    assert acceleration_of(powers, np.array([3, 3]))[0] == pytest.approx(expected, rel=EXACT)
    assert acceleration_of(np.zeros((3, 1, 2)), np.array([4])).tolist() == [0.0, 0.0]
