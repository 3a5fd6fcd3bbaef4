"""Drivers: shares of R-squared by brute force and by singular values, errors by moved weights, replicates, refusals."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.improve import importance
from csisem.moments.correlations import correlations_of
from replicates_golden import by_the_rule, drawn_frame
from survey_golden import survey

ITEMS = ["q1", "q2", "q3", "q4", "q5", "v1", "v2"]
OUTCOME = ["s1", "s2", "s3"]
# Central differences of weights by 1e-5: their own error is the square of that, over rounding.
STEP = 1e-5
DIFFERENCES = 1e-6


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


def _corr(p, seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(60, p + 1)) + generator.normal(size=(60, 1))
    return np.corrcoef(x.T)


def _explained(corr, members):
    members = list(members)
    if not members:
        return 0.0
    return float(corr[-1, members] @ np.linalg.solve(corr[np.ix_(members, members)], corr[members, -1]))


@pytest.mark.parametrize("p", [1, 2, 5])
def test_increments_are_shapleys_by_brute_force(p):
    corr = _corr(p, p)
    expected = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        for place, driver in enumerate(order):
            expected[driver] += _explained(corr, order[: place + 1]) - _explained(corr, order[:place])
    found = importance.averaged(importance.regressions(corr))
    np.testing.assert_allclose(found, expected / len(orders), rtol=1e-11)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(p=st.integers(1, 8), seed=st.integers(0, 10_000))
def test_shares_add_up_and_are_never_negative(p, seed):
    corr = _corr(p, seed)
    total = importance.r_squared(corr)
    for found in (importance.averaged(importance.regressions(corr)), importance.relative_weights(corr)):
        assert found.sum() == pytest.approx(total, rel=1e-9)
        assert (found >= -1e-12).all()


def test_relative_weights_are_those_of_the_nearest_orthogonal_variables():
    generator = np.random.default_rng(3)
    x = generator.normal(size=(100, 6)) + generator.normal(size=(100, 1))
    z = (x - x.mean(axis=0)) / x.std(axis=0) / 10
    # Johnson (2000): X = P D Q', the orthogonal counterpart is P Q'.
    p, d, qt = np.linalg.svd(z[:, :-1], full_matrices=False)
    orthogonal, back = p @ qt, qt.T @ np.diag(d) @ qt
    expected = back**2 @ (orthogonal.T @ z[:, -1]) ** 2
    np.testing.assert_allclose(importance.relative_weights(np.corrcoef(x.T)), expected, rtol=1e-10)


def test_drawn_orders_come_near_all_orders(monkeypatch):
    corr = _corr(9, 4)
    exact = importance.averaged(importance.regressions(corr))
    monkeypatch.setattr(importance, "MOST_EXACT", 8)
    drawn = importance.regressions(corr, np.random.default_rng(1))
    found = importance.averaged(drawn)
    assert found.sum() == pytest.approx(importance.r_squared(corr), rel=1e-12)
    # 2,000 orders in reversed pairs.
    np.testing.assert_allclose(found, exact, atol=0.003)
    # The same derivatives as those of all orders, but for the draw.
    slope = importance.averaged_gradient(corr, drawn).by_cov
    np.testing.assert_allclose(slope, _slopes(corr), atol=0.01)


def _slopes(corr):
    size, step = len(corr), 1e-6
    found = np.zeros((size - 1, size, size))
    for i in range(size):
        for j in range(i + 1):
            parts = []
            for sign in (1, -1):
                moved = corr.copy()
                moved[i, j] += sign * step
                moved[j, i] = moved[i, j]
                own = correlations_of(moved)
                parts.append(importance.averaged(importance._all_sets(own)))
            found[:, i, j] = found[:, j, i] = (parts[0] - parts[1]) / (2 * step) / (1 if i == j else 2)
    return found


def test_derivatives_are_those_of_differences():
    corr = _corr(5, 8)
    found = importance.averaged_gradient(corr, importance.regressions(corr)).by_cov
    np.testing.assert_allclose(found, _slopes(corr), atol=1e-8)


def test_correlation_and_regression_against_numpy(shops):
    found = cs.improve.drivers(shops, OUTCOME, ITEMS, design=False)
    rows = shops.answers([*ITEMS, *OUTCOME]).dropna()
    y = rows[OUTCOME].mean(axis=1)
    pick = found.set_index(["measure", "item"])["estimate"]
    np.testing.assert_allclose(pick["correlation"][ITEMS], [np.corrcoef(rows[i], y)[0, 1] for i in ITEMS], rtol=1e-12)
    z = ((rows[ITEMS] - rows[ITEMS].mean()) / rows[ITEMS].std()).to_numpy()
    beta = np.linalg.lstsq(z, ((y - y.mean()) / y.std()).to_numpy(), rcond=None)[0]
    np.testing.assert_allclose(pick["regression"][ITEMS], beta, rtol=1e-10)
    explained = found.attrs["r_squared"]
    for measure in ("lmg", "relative"):
        own = found[found["measure"] == measure]
        assert own["estimate"].sum() == pytest.approx(explained, rel=1e-11)
        assert own["share"].sum() == pytest.approx(1, rel=1e-11)
    assert set(found["n"]) == {len(rows)}
    assert found.attrs["lost"] == 2400 - len(rows)
    inflation = np.diag(np.linalg.inv(np.corrcoef(z.T)))
    np.testing.assert_allclose(found["vif"].iloc[:7], inflation, rtol=1e-10)


def test_errors_are_those_of_moved_weights(shops):
    """Influence of every store, by moving its weights; between stores of a stratum it is the variance."""
    frame = shops.frame[shops.frame["firm"] == "Alder"]
    few = shops.with_answers(frame)
    found = cs.improve.drivers(few, OUTCOME, ITEMS[:4])
    stores = frame["store"].unique()
    totals = []
    for store in stores:
        moved = []
        for sign in (1, -1):
            weight = frame["weight"] * np.where(frame["store"] == store, 1 + sign * STEP, 1.0)
            other = few.with_answers(frame.assign(weight=weight))
            moved.append(cs.improve.drivers(other, OUTCOME, ITEMS[:4])["estimate"].to_numpy())
        totals.append((moved[0] - moved[1]) / (2 * STEP))
    totals = np.array(totals)
    region = frame.groupby("store")["region"].first()[stores].to_numpy()
    variance = 0.0
    for one in np.unique(region):
        own = totals[region == one]
        variance = variance + len(own) / (len(own) - 1) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(found["se"], np.sqrt(variance), rtol=DIFFERENCES)


def test_replicate_weights_give_their_spread():
    asked = survey("rep_jkn")
    found = cs.improve.drivers(asked, "api00", ["ell", "meals", "mobility"])
    frame, design = asked.frame, asked.design
    plain = [
        cs.improve.drivers(cs.Survey(frame, weights=name), "api00", ["ell", "meals", "mobility"])["estimate"].to_numpy()
        for name in design.replicate_weights[:200]
    ]
    whole = cs.improve.drivers(cs.Survey(frame, weights="pw"), "api00", ["ell", "meals", "mobility"])["estimate"]
    np.testing.assert_allclose(found["estimate"], whole, rtol=1e-12)
    stack, factors = np.array(plain), np.array(design.rscales) * design.scale
    away = stack - stack.mean(axis=0)
    np.testing.assert_allclose(found["se"], np.sqrt(factors @ away**2), rtol=1e-9)


def test_resampled_rows_are_drawn_rows(monkeypatch):
    monkeypatch.setattr("csisem.descriptive.unit_bootstrap.counts", by_the_rule)
    generator = np.random.default_rng(4)
    frame = pd.DataFrame(generator.normal(size=(40, 3)) + generator.normal(size=(40, 1)), columns=["a", "b", "c"])
    frame["y"] = frame.sum(axis=1) + generator.normal(size=40)
    found = cs.improve.drivers(frame, "y", ["a", "b", "c"], n=7, level=0.5)
    again = np.array(
        [
            cs.improve.drivers(drawn_frame(frame, b + 1), "y", ["a", "b", "c"])[["estimate", "rank"]].to_numpy()
            for b in range(7)
        ]
    )
    np.testing.assert_allclose(found["se"], again[..., 0].std(axis=0, ddof=1), rtol=1e-9)
    np.testing.assert_array_equal(found["rank_lower"], again[..., 1].min(axis=0))
    np.testing.assert_array_equal(found["rank_upper"], again[..., 1].max(axis=0))
    # The quartiles of seven draws are the second and the sixth.
    ordered = np.sort(again[..., 0], axis=0)
    np.testing.assert_allclose(found[["ci_lower", "ci_upper"]], ordered[[1, 5]].T, rtol=1e-9)


def test_resampled_clusters_spread_as_linearised(shops):
    plain = cs.improve.drivers(shops, OUTCOME, ITEMS)
    found = cs.improve.drivers(shops, OUTCOME, ITEMS, n=1000, seed=1)
    pd.testing.assert_series_equal(found["estimate"], plain["estimate"])
    # Five sigmas of a thousand draws, and what linearisation lacks with 192 stores.
    assert (np.abs(found["se"] / plain["se"] - 1) < 5 / np.sqrt(2000) + 0.03).all()
    assert found.attrs["r_squared_se"] == pytest.approx(plain.attrs["r_squared_se"], rel=0.15)
    pd.testing.assert_frame_equal(found, cs.improve.drivers(shops, OUTCOME, ITEMS, n=1000, seed=1))
    assert (found["rank_lower"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_upper"]).all()


def test_resamples_without_a_regression_are_left_out():
    """A rare answer is missing from a share of the resamples, which then have a constant driver."""
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 4, 3, 2, 1, 3], "b": [0.0] * 7 + [1.0, 1.0, 1.0], "y": range(10)})
    found = cs.improve.drivers(frame, "y", ["a", "b"], measures="relative", n=400, seed=2)
    assert found["se"].notna().all()
    rare = frame.assign(b=[0.0] * 9 + [1.0])
    lost = cs.improve.drivers(rare, "y", ["a", "b"], measures="relative", n=400, seed=2)
    assert lost[["se", "ci_lower", "rank_lower"]].isna().all(axis=None)


def test_resamples_refuse(shops):
    frame = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 12)), columns=[f"x{k}" for k in range(12)])
    names = list(frame.columns[:11])
    with pytest.raises(cs.OptionError, match="at most 10 drivers, and these are 11"):
        cs.improve.drivers(frame, "x11", names, n=100)
    assert cs.improve.drivers(frame, "x11", names, measures="relative", n=100)["se"].notna().all()
    for draws, sentence in (
        (10, "n=10 replicates are too few for a 0.95 interval; give at least 39"),
        (-1, "not a number of resamples"),
        (True, "not a number of resamples"),
        (2.5, "not a number of resamples"),
    ):
        with pytest.raises(cs.OptionError, match=sentence):
            cs.improve.drivers(shops, OUTCOME, ITEMS, n=draws)
    with pytest.raises(cs.OptionError, match="replicate weights are replicates already"):
        cs.improve.drivers(survey("rep_jkn"), "api00", ["ell", "meals"], n=100)


def test_many_drivers_are_drawn_and_few_rows_refused():
    generator = np.random.default_rng(2)
    frame = pd.DataFrame(generator.normal(size=(300, 18)), columns=[f"x{k}" for k in range(18)])
    frame["y"] = frame.sum(axis=1) + generator.normal(size=300)
    names = list(frame.columns[:-1])
    one = cs.improve.drivers(frame, "y", names, measures="lmg", seed=1)
    again = cs.improve.drivers(frame, "y", names, measures="lmg", seed=1)
    other = cs.improve.drivers(frame, "y", names, measures="lmg", seed=2)
    assert one.equals(again)
    assert not one.equals(other)
    assert one["estimate"].sum() == pytest.approx(one.attrs["r_squared"], rel=1e-10)
    with pytest.raises(cs.DataError, match="18 rows answered all 19 items; at least 20"):
        cs.improve.drivers(frame.iloc[:18], "y", names)


def test_drivers_refuse(shops):
    with pytest.raises(cs.DataError, match="'s1' is both outcome and driver"):
        cs.improve.drivers(shops, OUTCOME, ["q1", "s1"])
    with pytest.raises(cs.DataError, match="There is no column 'q9'"):
        cs.improve.drivers(shops, OUTCOME, ["q1", "q9"])
    with pytest.raises(cs.OptionError, match="did you mean 'lmg'"):
        cs.improve.drivers(shops, OUTCOME, ITEMS, measures="LMGG")
    frame = shops.answers([*ITEMS, *OUTCOME]).assign(twin=lambda f: 2 * f["q1"] + f["q2"], flat=3.0)
    with pytest.raises(cs.DataError, match="'q1', 'q2', 'twin' are linearly dependent"):
        cs.improve.drivers(frame, OUTCOME, ["q1", "q2", "q3", "twin"])
    with pytest.raises(cs.DataError, match="'flat' is constant"):
        cs.improve.drivers(frame, OUTCOME, ["q1", "flat"])
    near = frame.assign(near=frame["q1"] + np.random.default_rng(1).normal(size=len(frame)) * 0.1)
    with pytest.warns(cs.CsisemWarning, match="'q1', 'near' are nearly collinear"):
        cs.improve.drivers(near, OUTCOME, ["q1", "near"])
