"""Bootstraps of ordered answers: each replicate is the fit to its rows."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.errors import CsisemError
from ordered_golden import FOLDER, ordered_answers
from replicates_golden import by_the_rule, drawn_frame

# Replicates and fits both stop at 1e-20, where the parameters are exact to rounding in the polychorics (1e-10).
POLISHED = 1e-7
# Standard deviations of B draws are compared within five of their own relative errors, 1/sqrt(2 B).
SIGMAS = 5.0
# lavaan's default runs stop some 1e-5 of a standard error from the optimum.
DEFAULT_RUN = 2e-4
TEXT = "Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q"
MODEL = cs.Model.from_syntax(TEXT)
ITEMS = list(MODEL.items)


@pytest.fixture(scope="module")
def frame():
    """300 rows with 3 to 5 answers, some missing, weights and two areas of 30 branches."""
    generator = np.random.default_rng(4)
    quality = generator.normal(size=300)
    satisfaction = 0.6 * quality + 0.8 * generator.normal(size=300)
    latent = 0.8 * np.stack([quality] * 3 + [satisfaction] * 3) + 0.6 * generator.normal(size=(6, 300))
    cuts = [[-1, 0, 1], [-0.5, 0.5], [-1.2, -0.4, 0.3, 1], [0], [-1, 0, 0.8], [-0.6, 0.4]]
    answers = [np.digitize(own, cut) + 1.0 for own, cut in zip(latent, cuts, strict=True)]
    rows = np.arange(300)
    return pd.DataFrame(dict(zip(ITEMS, answers, strict=True))).assign(
        w=1.0 + rows % 3, area=np.where(rows < 140, "east", "west"), branch=rows // 5
    )


def _fit(frame, estimator="WLSMV", *, weights=False, **options):
    survey = cs.Survey(frame, weights="w") if weights else frame
    return MODEL.fit(survey, estimator, ordered=True, **options)


@pytest.fixture
def named_rows(monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_replicates.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit_ordered.TOLERANCE", 1e-20)
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_replicates._SETTLED", 1e-10)


CASES = {
    "plain": {},
    "uls": {"estimator": "ULSMV"},
    "theta": {"parameterization": "theta"},
    "weights": {"weights": True},
    "groups": {"groups": "area"},
    "equal": {"groups": "area", "equal": ("loadings", "thresholds"), "weights": True},
}


@pytest.mark.parametrize("name", CASES)
def test_replicates_are_fits_to_their_rows(frame, name, named_rows):
    fit = _fit(frame, **CASES[name])
    drawn = cs.bootstrap(fit, n=2, seed=1)
    by = "area" if "groups" in CASES[name] else None
    for b in range(2):
        again = _fit(drawn_frame(frame, b + 1, by), **CASES[name])
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=POLISHED, atol=POLISHED)
        chisq = again.fit_measures()["chisq"]
        np.testing.assert_allclose(drawn.replicates.chisq[b], chisq, rtol=1e-5)


@pytest.mark.parametrize("weights", [False, True])
def test_incomplete_rows_by_pairs(frame, weights, named_rows):
    holes = frame.copy()
    generator = np.random.default_rng(7)
    holes[ITEMS] = holes[ITEMS].mask(generator.random((300, 6)) < 0.1)
    fit = _fit(holes, missing="pairwise", weights=weights)
    drawn = cs.bootstrap(fit, n=2, seed=1)
    for b in range(2):
        again = _fit(drawn_frame(holes, b + 1), missing="pairwise", weights=weights)
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=POLISHED, atol=POLISHED)


def test_parametric_replicates_follow_the_model(frame):
    fit = _fit(frame, groups="area")
    drawn = cs.bootstrap(fit, n=320, method="parametric", seed=1)
    lost = int((drawn.replicates.outcome != 0).sum())
    assert lost < 16
    error = SIGMAS / np.sqrt(2 * 320)
    ratio = np.nanstd(drawn.replicates.theta, axis=0, ddof=1) / np.sqrt(np.diagonal(fit.vcov))
    # Robust errors of 140 and 160 rows are estimates themselves.
    assert (np.abs(ratio - 1) < error + 0.15).all(), ratio
    assert 0 < drawn.pvalue < 1
    centre = np.nanmean(drawn.replicates.theta, axis=0) - fit.solution.theta
    assert (np.abs(centre) < (SIGMAS / np.sqrt(320) + 0.2) * np.sqrt(np.diagonal(fit.vcov))).all()


def test_difference_of_models_by_parametric_replicates(frame):
    free = _fit(frame)
    strict = cs.Model.from_syntax("S =~ s1 + s2 + s3\nQ =~ q1 + q2 + q3\nS ~ 0*Q").fit(frame, "WLSMV", ordered=True)
    given = [cs.bootstrap(free, n=64, method="parametric", under=strict, seed=1),
             cs.bootstrap(strict, n=64, method="parametric", seed=1)]  # fmt: skip
    # The path is 8 standard errors from 0.
    assert cs.compare(free, strict, bootstrap=given)["pvalue_bootstrap"].iloc[-1] == 0


DESIGNS = {
    "clusters": {"clusters": "branch"},
    "strata": {"clusters": "branch", "strata": "area"},
    "weights": {"weights": "w"},
}


@pytest.mark.parametrize("name", DESIGNS)
def test_designs_are_drawn_by_their_units(frame, name):
    fit = MODEL.fit(cs.Survey(frame, **DESIGNS[name]), "WLSMV", ordered=True)
    drawn = cs.bootstrap(fit, n=320, seed=2)
    error = SIGMAS / np.sqrt(2 * 320)
    ratio = np.nanstd(drawn.replicates.theta, axis=0, ddof=1) / np.sqrt(np.diagonal(fit.vcov))
    # Linearised and bootstrap errors agree to first order only.
    assert (np.abs(ratio - 1) < error + 0.2).all(), ratio
    assert ("Rao-Wu" in drawn.intervals().attrs["method"]) == (name != "weights")


def test_a_replicate_that_lacks_an_answer_is_counted(frame):
    rare = frame.copy()
    rare.loc[rare["q1"] == 1, "q1"] = 2
    rare.loc[rare.index[:2], "q1"] = 1
    with pytest.warns(cs.CsisemWarning, match="have no solution"):
        drawn = cs.bootstrap(_fit(rare), n=256, seed=3)
    reasons = dict(zip(drawn.failures["reason"], drawn.failures["replicates"], strict=True))
    lost = next(count for reason, count in reasons.items() if "was not drawn" in reason)
    # Neither of two rows is drawn with probability (1 - 2 / n)^n.
    expected = 256 * (1 - 2 / 300) ** 300
    assert abs(lost - expected) < SIGMAS * np.sqrt(expected)
    assert np.isnan(drawn.replicates.theta[drawn.replicates.outcome == 5]).all()


def test_functions_that_take_a_bootstrap_read_it(frame):
    fit = _fit(frame)
    drawn = cs.bootstrap(fit, n=128, seed=4)
    assert cs.effects(fit, bootstrap=drawn)["total_se"].notna().all()
    table = drawn.intervals()
    assert table.loc[table["op"] == "=~", "std_se"].gt(0).all()
    # The sample's standardised solution is that of `Fit.parameters`; scale factors are 1 in every replicate.
    np.testing.assert_allclose(table["std"], fit.parameters["std"], atol=1e-12)
    assert (table.loc[table["op"] == "~*~", "std_se"] == 0).all()
    np.testing.assert_allclose(table.loc[table["op"] == "|", "std_se"], table.loc[table["op"] == "|", "se"], rtol=1e-6)
    found = cs.diagnose.reliability(fit, bootstrap=drawn)
    assert (found["omega_ci_lower"].lt(found["omega"]) & found["omega"].lt(found["omega_ci_upper"])).all()
    assert found["alpha_ci_lower"].isna().all()


@pytest.mark.parametrize(
    ("options", "given", "said"),
    [
        ({}, {"method": "bollen-stine"}, "use 'parametric'"),
        ({"weights": True}, {"method": "parametric"}, "simple random samples"),
        ({"estimator": "WLS"}, {}, "use 'WLSMV'"),
    ],
)
def test_what_is_refused(frame, options, given, said):
    fit = _fit(frame, **options)
    with pytest.raises(CsisemError, match=said):
        cs.bootstrap(fit, n=64, seed=1, **given)


def test_bca_is_refused(frame):
    drawn = cs.bootstrap(_fit(frame), n=64, seed=1)
    with pytest.raises(CsisemError, match="use 'percentile'"):
        drawn.intervals(interval="bca")


@pytest.fixture(scope="module")
def lavaan():
    return json.loads((FOLDER.parent / "lavaan-0.6-14-ordered-bootstrap" / "lavaan.json").read_text())


def _of_lavaan(lavaan):
    fit = cs.Model.from_syntax(lavaan["syntax"]).fit(
        ordered_answers("hs3"), "WLSMV", ordered=[f"x{k}" for k in range(1, 10)]
    )
    table = fit.solution.table
    places = {name: place for place, name in enumerate(table.names())}
    return fit, [places[name] for name in lavaan["names"]]


def test_replicates_are_lavaans(lavaan, named_rows):
    fit, order = _of_lavaan(lavaan)
    drawn = cs.bootstrap(fit, n=2, seed=1).replicates
    error = np.sqrt(np.diagonal(fit.vcov))[order]
    for b, one in enumerate(lavaan["replicates"]):
        assert (np.abs(drawn.theta[b][order] - one["est"]) < DEFAULT_RUN * error).all()


def test_spread_of_replicates_is_lavaans(lavaan):
    fit, order = _of_lavaan(lavaan)
    drawn = cs.bootstrap(fit, n=512, seed=1)
    theta = drawn.replicates.theta[drawn.replicates.outcome == 0][:, order]
    # Both spreads are random, of 500 draws each.
    error = SIGMAS * np.sqrt(1 / (2 * 500) + 1 / (2 * 512))
    assert (np.abs(theta.std(axis=0, ddof=1) / lavaan["sd"] - 1) < error).all()
    away = np.abs(np.median(theta, axis=0) - lavaan["median"]) / np.array(lavaan["sd"])
    assert (away < SIGMAS * 1.25 * np.sqrt(2 / 500)).all()


MIXED = {
    "numeric": ("Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q", ["q1", "q2", "s1", "s2"], {}),
    "predictor": ("Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q + w", ITEMS, {}),
    "groups": ("Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q", ["q1", "q2", "s1", "s2"], {"groups": "area"}),
}


@pytest.mark.parametrize("name", MIXED)
def test_numeric_items_and_predictors(frame, name, named_rows, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_row_replicates.counts", by_the_rule)
    text, ordered, options = MIXED[name]
    model = cs.Model.from_syntax(text)
    fit = model.fit(frame, "WLSMV", ordered=ordered, **options)
    drawn = cs.bootstrap(fit, n=2, seed=1)
    for b in range(2):
        again = model.fit(drawn_frame(frame, b + 1, options.get("groups")), "WLSMV", ordered=ordered, **options)
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(
            drawn.draws.iloc[b], again.parameters["est"], rtol=1e-6, atol=1e-6, err_msg="moments of predictors too"
        )


def test_an_unpickled_fit_takes_its_rows_again(frame):
    fit = _fit(frame)
    kept = pickle.loads(pickle.dumps(fit))
    with pytest.raises(CsisemError, match="give data="):
        cs.bootstrap(kept, n=64, seed=1)
    with pytest.raises(CsisemError, match="their moments differ"):
        cs.bootstrap(kept, frame.iloc[1:], n=64, seed=1)
    again = cs.bootstrap(kept, frame.sample(frac=1, random_state=1), n=64, seed=1)
    assert again.replicates.theta.shape == (64, len(fit.solution.theta))


def test_replicates_keep_restrictions(frame):
    model = cs.Model.from_syntax("Q =~ q1 + a*q2 + c*q3\nS =~ s1 + s2 + s3\nS ~ Q\nc == a^2")
    drawn = cs.bootstrap(model.fit(frame, "WLSMV", ordered=True), n=64, seed=1).draws
    np.testing.assert_allclose(drawn["Q =~ q3"], drawn["Q =~ q2"] ** 2, rtol=1e-6)
    assert drawn["Q =~ q2"].std() > 0
