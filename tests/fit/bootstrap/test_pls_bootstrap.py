"""Bootstraps of PLS path models: replicates against refits, intervals, and the test of overall fit."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import sqrtm

import csisem as cs
from composites import FULL, mobi_frame, paths
from csisem.fit.bootstrap.replicate_moments import Resampled
from csisem.inference.bootstrap_intervals import acceleration_of, interval
from csisem.inference.resample import blocks, counts
from csisem.specification.construct import Construct


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    i = np.arange(len(data))
    return data.assign(half=np.where(i % 3 == 0, "a", "b"), w=1 + (i % 5) / 2, cluster=i // 7)


def _constructs(*names, **modes):
    given = {construct.name: construct for construct in FULL.constructs}
    return [Construct(name, given[name].items, modes.get(name, "A")) for name in names]


SMALL = cs.Model(
    _constructs("Image", "Value", "Satisfaction", Value="B"), paths("Image Value -> Satisfaction", "Image -> Value")
)
CHAIN = cs.Model(_constructs("Image", "Value", "Satisfaction"), paths("Image Value -> Satisfaction", "Image -> Value"))
MODERATED = cs.Model(_constructs("Image", "Value", "Satisfaction"), paths("Image Value Image:Value -> Satisfaction"))


def _drawn(fit, survey, seed, n):
    """How often each row is drawn, (n, rows)."""
    resampled = Resampled.of(fit.solution, survey)
    found = [counts(resampled.scheme, block)[:, resampled.unit] for block in blocks(seed, n)]
    return np.concatenate(found).astype(np.intp)


@pytest.mark.parametrize("model", [FULL, SMALL, MODERATED], ids=["full", "mode B", "moderated"])
def test_replicates_are_fits_of_the_drawn_rows(frame, model):
    fit = model.fit(frame, "PLS")
    drawn = cs.bootstrap(fit, n=6, seed=3)
    assert isinstance(drawn, cs.Bootstrap)
    assert drawn.failures.empty
    for row, often in zip(drawn.replicates.theta, _drawn(fit, fit.data, drawn.seed, 6), strict=True):
        again = model.fit(frame.iloc[np.repeat(np.arange(250), often)], "PLS")
        assert row == pytest.approx(again.solution.theta, rel=1e-9, abs=1e-10)
    draws = drawn.draws
    assert list(draws.columns) == [f"{r.lhs} {r.op} {r.rhs}" for r in fit.parameters.itertuples()]
    assert draws.to_numpy()[:, fit.solution.table.free] == pytest.approx(drawn.replicates.theta)


def test_groups_and_weights(frame):
    survey = cs.Survey(frame, weights="w")
    fit = SMALL.fit(survey, "PLS", groups="half")
    drawn = cs.bootstrap(fit, n=3, seed=3)
    for row, often in zip(drawn.replicates.theta, _drawn(fit, fit.data, drawn.seed, 3), strict=True):
        data = frame.iloc[np.repeat(np.arange(250), often)].sort_values("half", key=lambda c: c != fit.groups[0])
        again = SMALL.fit(cs.Survey(data, weights="w"), "PLS", groups="half")
        assert row == pytest.approx(again.solution.theta, rel=1e-9, abs=1e-10)
    assert drawn.draws.columns[0].endswith(f"[{fit.groups[0]}]")


def test_the_same_seed_whatever_the_workers(frame):
    fit = SMALL.fit(frame, "PLS")
    one, two = (cs.bootstrap(fit, n=200, seed=8, workers=workers) for workers in (1, 2))
    assert (one.replicates.theta == two.replicates.theta).all()
    assert (cs.bootstrap(fit, n=200, seed=9).replicates.theta != one.replicates.theta).any()


def test_errors_agree_with_the_linearised_ones(frame):
    fit = FULL.fit(frame, "PLS")
    drawn = cs.bootstrap(fit, n=4000, seed=1).intervals()
    ratio = (drawn["se"] / fit.parameters["se"]).dropna()
    # 4,000 draws know a standard error to about 1 %; what is left is the curvature of 250 rows.
    assert ratio[fit.parameters["op"] == "~"].between(0.92, 1.08).all()
    assert (drawn["std"].dropna() == drawn["est"].dropna()).all()


def test_accelerations_are_those_of_the_rows_influence(frame):
    fit = SMALL.fit(frame, "PLS")
    drawn = cs.bootstrap(fit, n=200, seed=1)
    found = drawn.intervals(interval="bca")
    # Influence by leaving rows out a little: differences of refits by weights.
    h, rows = 1e-4, []
    data = frame.assign(moved=1.0)
    for i in range(250):
        moved = []
        for sign in (1, -1):
            data["moved"] = 1.0
            data.loc[i, "moved"] = 1 + sign * h
            moved.append(SMALL.fit(cs.Survey(data, weights="moved"), "PLS").solution.theta)
        rows.append((moved[0] - moved[1]) / (2 * h))
    influence = np.array(rows)
    powers = np.stack([(influence**k).sum(axis=0) for k in (1, 2, 3)])
    skewed = acceleration_of(powers[:, None], np.array([250]))
    wanted = interval(drawn.replicates.theta, fit.solution.theta, "bca", acceleration=skewed)
    free = fit.solution.table.free
    assert found["ci_lower"].to_numpy()[free] == pytest.approx(wanted.lower, rel=1e-4, nan_ok=True)
    assert found["ci_upper"].to_numpy()[free] == pytest.approx(wanted.upper, rel=1e-4, nan_ok=True)


def test_index_and_effects_on_the_stack(frame):
    survey = cs.Survey(frame, scale=dict.fromkeys(CHAIN.items, (1, 10)))
    fit = CHAIN.fit(survey, "PLS")
    drawn = cs.bootstrap(fit, n=60, seed=5)
    index = cs.csi(fit, bootstrap=drawn)
    by = cs.csi(fit, by="half", bootstrap=drawn)
    often = _drawn(fit, fit.data, drawn.seed, 60)
    again = [
        CHAIN.fit(cs.Survey(frame.iloc[np.repeat(np.arange(250), row)], scale=survey.coding.scales), "PLS")
        for row in often
    ]
    stack = np.array([cs.csi(one, se="standard")["index"] for one in again])
    assert index["se"].to_numpy() == pytest.approx(stack.std(axis=0, ddof=1), rel=1e-8)
    parts = np.array([cs.csi(one, by="half", se="standard").set_index(["half", "construct"])["index"]
                      .reindex(pd.MultiIndex.from_frame(by[["half", "construct"]])) for one in again])  # fmt: skip
    assert by["se"].to_numpy() == pytest.approx(parts.std(axis=0, ddof=1), rel=1e-8)
    assert set(index["method"]) == {"bootstrap, percentile, 60 replicates"}
    effects = cs.effects(fit, bootstrap=drawn)
    totals = np.array([cs.effects(one)["total"] for one in again])
    assert effects["total_se"].to_numpy() == pytest.approx(totals.std(axis=0, ddof=1), rel=1e-8)


def test_effects_without_an_end_are_told(frame):
    fit = CHAIN.fit(frame, "PLS")
    effects = cs.effects(fit, bootstrap=cs.bootstrap(fit, n=40, seed=1), interval="bca")
    ends = effects.filter(like="_ci_").isna()
    lost = sum(int(ends[[f"{kind}_ci_lower", f"{kind}_ci_upper"]].any(axis=1).sum())
               for kind in ("direct", "indirect", "total"))  # fmt: skip
    assert lost
    (note,) = effects.attrs["notes"]
    assert note.startswith(f"{lost} intervals have an end beyond the 40 replicates")


def test_a_constant_item_in_a_draw_is_counted(frame):
    data = frame.copy()
    # Three of 250 rows differ: one draw in twenty misses them all.
    data["PERV1"] = 5.0
    data.loc[[10, 90, 200], "PERV1"] = [9.0, 2.0, 7.0]
    fit = SMALL.fit(data, "PLS")
    drawn = cs.bootstrap(fit, n=400, seed=2)
    failures = drawn.failures.set_index("reason")
    assert 5 < failures.loc["An item is constant.", "replicates"] < 40
    lost = drawn.replicates.outcome != 0
    assert np.isnan(drawn.replicates.theta[lost]).all()
    assert np.isfinite(drawn.replicates.theta[~lost]).all()
    assert "An item is constant." in repr(drawn)


def test_inadmissible_replicates_of_consistent_pls_are_counted(frame):
    fit = FULL.fit(frame, "PLSc")
    with pytest.warns(cs.InadmissibleFitWarning):
        drawn = cs.bootstrap(fit, n=100, seed=2)
    kept = drawn.failures[drawn.failures["kept"]]
    assert list(kept["reason"]) == ["Corrected correlations, loadings or R2 contradict each other."]
    assert kept["replicates"].iloc[0] > 50


def test_overall_fit(frame):
    fit = FULL.fit(frame, "PLS")
    table = cs.bootstrap(fit, n=200, seed=1, method="bollen-stine").fit_test()
    assert list(table.index) == ["srmr", "d_uls", "d_g"]
    assert table["value"].to_numpy() == pytest.approx(fit.fit_measures()[list(table.index)].to_numpy())
    # The 12-path model leaves out paths that the answers have.
    assert (table["pvalue"] < 0.02).all()
    assert (table["q95"] < table["q99"]).all()
    with pytest.raises(cs.OptionError, match="method='bollen-stine'"):
        cs.bootstrap(fit, n=50, seed=1).fit_test()


@pytest.mark.parametrize("estimator", ["PLS", "PLSc"])
def test_overall_fit_of_rows_moved_by_hand(frame, estimator):
    fit = CHAIN.fit(frame, estimator)
    table = cs.bootstrap(fit, n=24, seed=4, method="bollen-stine").fit_test()
    items = list(fit.solution.plan.items)
    answers, implied = frame[items], fit.implied_cov.loc[items, items]
    turn = np.linalg.inv(sqrtm(answers.cov().to_numpy()).real) @ sqrtm(implied.to_numpy()).real
    moved = (answers - answers.mean()) @ turn + answers.mean().to_numpy()
    moved.columns = items
    assert moved.cov().to_numpy() == pytest.approx(implied.to_numpy(), abs=1e-10)
    again = pd.DataFrame(
        [CHAIN.fit(moved.iloc[np.repeat(np.arange(250), often)], estimator).fit_measures()[list(table.index)]
         for often in _drawn(fit, fit.data, 4, 24)]
    )  # fmt: skip
    assert table["q95"].to_numpy() == pytest.approx(again.quantile(0.95).to_numpy(), rel=1e-9)
    assert table["pvalue"].to_numpy() == pytest.approx((again >= table["value"]).mean().to_numpy())


def test_overall_fit_where_the_model_holds():
    """Draws of a population in which it holds: the p-value is about uniform, so that 12 of 20 lie in its middle."""
    text = """
    A =~ a1 + a2 + a3
    B =~ b1 + b2 + b3
    C =~ c1 + c2 + c3
    B ~ A
    C ~ B
    """
    model = cs.Model.from_syntax(text)
    values = {f"{c} =~ {c.lower()}{k}": 1 for c in "ABC" for k in (2, 3)}
    values |= {f"{c.lower()}{k} ~~ {c.lower()}{k}": 0.6 for c in "ABC" for k in (1, 2, 3)}
    values |= {"A ~~ A": 1, "B ~~ B": 0.7, "C ~~ C": 0.7, "B ~ A": 0.55, "C ~ B": 0.55}
    pvalues = []
    for seed in range(20):
        fit = model.fit(model.simulate(300, values, seed=seed), "PLSc")
        table = cs.bootstrap(fit, n=200, seed=seed, method="bollen-stine").fit_test()
        pvalues.append(table["pvalue"].to_numpy())
    middle = (np.array(pvalues) > 0.1).mean(axis=0)
    assert (middle > 0.65).all()


def test_models_that_say_nothing_of_their_items(frame):
    fit = MODERATED.fit(frame, "PLS")
    with pytest.raises(
        cs.OptionError,
        match="with an interaction implies no distribution of its items; use method='non",
    ):
        cs.bootstrap(fit, n=50, method="bollen-stine")


def test_pickled_bootstraps(frame):
    fit = SMALL.fit(frame, "PLS")
    drawn = cs.bootstrap(fit, n=50, seed=1)
    again = pickle.loads(pickle.dumps(drawn))
    pd.testing.assert_frame_equal(again.intervals(), drawn.intervals())
    with pytest.raises(cs.DataError, match="holds no rows"):
        again.intervals(interval="bca")
    unpickled = pickle.loads(pickle.dumps(fit))
    assert (cs.bootstrap(unpickled, frame, n=50, seed=1).replicates.theta == drawn.replicates.theta).all()
