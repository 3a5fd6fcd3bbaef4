"""Fits by PLSc with higher orders and interactions: truth, standard errors, and what is read off them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

TEXT = "A =~ a0 + a1 + a2\nB =~ b0 + b1 + b2\nC =~ c0 + c1 + c2\nH =~ A + B + C\nW =~ w0 + w1 + w2\nY =~ y0 + y1 + y2\n"
PATHS = "Y ~ H + W + H:W"
# Standardised: y = .4 H + .3 W + .2 (HW - .4) + .75 e has the variance .346 + .0464 + .5625.
TRUTH = np.array([0.4, 0.3, 0.2]) / np.sqrt(0.9549)


def answers(n, seed):
    draw = np.random.default_rng(seed)

    def normal():
        return draw.normal(size=n)

    h = normal()
    w = 0.4 * h + np.sqrt(0.84) * normal()
    y = 0.4 * h + 0.3 * w + 0.2 * (h * w - 0.4) + 0.75 * normal()
    dimensions = [0.8 * h + 0.6 * normal() for _ in "abc"]
    named = zip("abcwy", [*dimensions, w, y], strict=True)
    return pd.DataFrame({f"{name}{k}": 0.8 * value + 0.6 * normal() for name, value in named for k in range(3)})


@pytest.fixture(scope="module")
def survey():
    return cs.Survey(answers(1500, 1), scale=(-9, 9))


@pytest.fixture(scope="module")
def fit(survey):
    return cs.Model.from_syntax(TEXT + PATHS).fit(survey, "PLSc")


def test_the_truth_is_within_its_intervals(fit):
    assert fit
    paths = fit.paths
    assert (np.abs(paths["est"] - TRUTH) < 2.5 * paths["se"]).all()
    above = fit.loadings.query("lhs == 'H'")
    assert (np.abs(above["est"] - 0.8) < 2.5 * above["se"]).all()
    plain = cs.Model.from_syntax(TEXT + PATHS).fit(fit.data, "PLS")
    assert (np.abs(plain.paths["est"] - TRUTH) > 1.5 * plain.paths["se"]).all()


def test_many_rows_give_the_truth():
    found = cs.Model.from_syntax(TEXT + PATHS).fit(answers(200_000, 4), "PLSc")
    plan, estimates = found.solution.plan, found.solution.found
    places = [plan.constructs.index(name) for name in ("H", "W", "H:W")]
    assert estimates.paths[0, plan.constructs.index("Y"), places] == pytest.approx(TRUTH, abs=0.008)
    assert found.r_squared["Y"] == pytest.approx(1 - 0.5625 / 0.9549, abs=0.008)


def test_standard_errors_are_those_of_the_bootstrap(fit):
    draws = cs.bootstrap(fit, n=400, seed=1)
    frame = draws.intervals().query("op in ('~', '=~')")
    frame = frame[frame["se"] > 0]
    own = fit.parameters.loc[frame.index, "se"]
    assert (frame["se"] / own).between(0.85, 1.15).all()
    effects = cs.effects(fit, bootstrap=draws)
    assert effects[["total", "total_se"]].notna().all(axis=None)


def test_what_is_read_off_the_fit(fit, survey):
    correlations = fit.latent_correlations
    above = fit.loadings.query("lhs == 'H'").set_index("rhs")["est"]
    np.testing.assert_allclose(correlations.loc[["A", "B", "C"], "H"], above, rtol=1e-12)
    assert fit.fit_measures()["srmr"] < 0.03
    scores = fit.scores()
    np.testing.assert_allclose(scores.std(), 1, rtol=1e-9)
    index = cs.csi(fit).set_index("construct")
    plain = cs.csi(cs.Model.from_syntax(TEXT + PATHS).fit(survey, "PLS")).set_index("construct")
    assert np.abs(index["index"] - plain["index"]).max() < 0.1
    summary = cs.diagnose.inner_summary(fit).set_index("construct")
    # Each dimension's score has the reliability r = 3 (.64) / (1 + 2 (.64)), and y_d / sqrt(r) the variance 1/r.
    true = 3 * 0.64 / (1 + 2 * 0.64)
    expected = (3 * 0.8) ** 2 / (3 / true + 6 * 0.64)
    assert summary.loc["H", "rho_a"] == pytest.approx(expected, abs=0.03)


def test_groups_and_weights(survey):
    frame = survey.frame.assign(half=np.arange(1500) % 2, w=1 + np.arange(1500) % 3)
    model = cs.Model.from_syntax(TEXT + PATHS)
    both = model.fit(frame, "PLSc", groups="half").paths
    for half in (0, 1):
        alone = model.fit(frame[frame["half"] == half], "PLSc").paths
        own = both[both["group"] == half]
        np.testing.assert_allclose(own[["est", "se"]], alone[["est", "se"]], rtol=1e-8)
    weighted = model.fit(cs.Survey(frame, weights="w"), "PLSc").paths
    assert (weighted["se"] > 0).all()


def test_a_dimension_without_a_reliability_is_named():
    frame = answers(60, 8)
    errors = np.random.default_rng(0).normal(size=(60, 3))
    frame[["a0", "a1", "a2"]] = errors - 0.95 * errors.mean(axis=1, keepdims=True) + 0.3 * frame[["y0"]].to_numpy()
    found = cs.Model.from_syntax(TEXT + "Y ~ H + W").fit(frame, "PLSc")
    assert not found
    assert [reason[:43] for reason in found.status.reasons] == ["The reliability rho_A of A does not exist: "]
