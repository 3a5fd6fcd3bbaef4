"""Composites (`<~`) under covariance structures."""

from __future__ import annotations

import json
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers
from ordered_golden import ordered_answers

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-composites"
# lavaan's optimiser ends this close to the minimum, in standard errors.
OPTIMISER = 1e-4
EXACT = 1e-8
# Two searches for one minimum, from different starts.
SAME = 1e-7

MIXED = "Quality <~ PERQ1 + PERQ2 + PERQ3; Satisfaction =~ CUSA1 + CUSA2 + CUSA3; Satisfaction ~ Quality"
TWO = """
    Quality <~ PERQ1 + PERQ2 + PERQ3
    Value <~ PERV1 + PERV2
    Satisfaction =~ CUSA1 + CUSA2 + CUSA3
    Complaints <~ CUSCO
    Value ~ Quality
    Satisfaction ~ Quality + Value
    Complaints ~ Satisfaction
"""


@cache
def case(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


@cache
def native(syntax: str, **options: Any) -> cs.Fit:
    return cs.Model.from_syntax(syntax).fit(answers("mobi"), **options)


@pytest.mark.parametrize(
    ("name", "syntax", "estimator"),
    [("mixed", MIXED, "ML"), ("two_composites", TWO, "ML"), ("mixed_mlr", MIXED, "MLR")],
)
def test_lavaan_by_hand(name, syntax, estimator):
    record, fit = case(name), native(syntax, estimator=estimator)
    theirs = pd.DataFrame(record["parameters"]).set_index(["lhs", "op", "rhs"])
    seen = 0
    for row in fit.parameters.itertuples():
        if row.op == "<~":
            if row.lhs != "Quality":
                continue
            known = theirs.xs((f"w{row.rhs[-1]}", ":="), level=("lhs", "op")).iloc[0]
        else:
            key = (row.lhs, row.op, row.rhs)
            known = theirs.loc[key if key in theirs.index else (row.rhs, row.op, row.lhs)]
        unit = known["se"] or 1.0
        assert abs(row.est - known["est"]) < OPTIMISER * unit, row
        assert abs(row.se - known["se"]) < OPTIMISER * unit, row
        seen += 1
    assert seen >= 15
    measures = fit.fit_measures()
    for measure in ("chisq", "df", "cfi", "srmr"):
        assert measures[measure] == pytest.approx(record["fit"][measure], rel=1e-6), measure


@pytest.mark.parametrize("estimator", ["ML", "MLM", "MLR", "GLS", "ULSMV", "WLS"])
def test_the_model_written_out(estimator):
    # One minimum under two parameter tables: the weights as rows, and as `:=` quantities.
    fit = native(MIXED, estimator=estimator)
    other = cs.Model.from_syntax(case("mixed")["syntax"]).fit(answers("mobi"), estimator)
    weights = other.parameters.query("op == ':='")
    # `:=` quantities of standardised loadings are not standardised weights: the first loading is not 1 then.
    for column in ("est", "se"):
        np.testing.assert_allclose(fit.weights[column], weights[column], rtol=SAME, err_msg=column)
    for column in ("est", "se", "std", "std_se"):
        np.testing.assert_allclose(fit.paths[column], other.paths[column], rtol=SAME, err_msg=column)
    ours, theirs = fit.fit_measures(), other.fit_measures()
    assert list(ours.index) == list(theirs.index)
    np.testing.assert_allclose(ours, theirs, rtol=SAME, atol=1e-9)


def test_a_population_of_known_weights_is_recovered():
    # Two composites of known weights, the second an outcome of the first; a construct sees both.
    first, second = np.array([0.5, 0.3, 0.4]), np.array([0.7, -0.2])
    x = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.0]])
    y = np.array([[1.0, 0.4], [0.4, 2.0]])
    var1, var2 = first @ x @ first, second @ y @ second
    load1, load2 = x @ first / var1, y @ second / var2
    path = 0.6 * np.sqrt(var2 / var1)
    b1, b2, loadings = 0.4, 0.5, np.array([1.0, 0.8, 1.2])
    latent = np.array([[var1, path * var1], [path * var1, var2]])
    with_third = latent @ [b1, b2]
    third = np.array([b1, b2]) @ with_third + 0.3
    between = np.outer(load1, load2) * latent[0, 1]
    right = np.vstack([np.outer(load1, loadings) * with_third[0], np.outer(load2, loadings) * with_third[1]])
    own = np.outer(loadings, loadings) * third + np.diag([0.5, 0.6, 0.4])
    cov = np.block([[np.block([[x, between], [between.T, y]]), right], [right.T, own]])
    names = ["a1", "a2", "a3", "b1", "b2", "c1", "c2", "c3"]
    moments = cs.Moments.from_table(cov=pd.DataFrame(cov, names, names), n=400, divisor="n")
    model = cs.Model.from_syntax("A <~ a1 + a2 + a3; B <~ b1 + b2; C =~ c1 + c2 + c3; B ~ A; C ~ A + B")
    fit = model.fit(moments)
    # The unit of a composite is such that its first item loads 1.
    np.testing.assert_allclose(fit.weights["est"], np.concatenate([first * load1[0], second * load2[0]]), atol=EXACT)
    np.testing.assert_allclose(
        fit.weights["std"],
        np.concatenate([first * np.sqrt(np.diag(x) / var1), second * np.sqrt(np.diag(y) / var2)]),
        atol=EXACT,
    )
    paths = fit.paths.set_index(["lhs", "rhs"])["est"]
    expected = [path * load2[0] / load1[0], b1 / load1[0], b2 / load2[0]]
    np.testing.assert_allclose(paths, expected, atol=EXACT)
    measures = fit.fit_measures()
    assert measures["chisq"] == pytest.approx(0, abs=1e-6)
    # 6 + 6 + 9 covariances across blocks, less 3 paths, 2 + 1 loadings and as many weights, 2 loadings of C; C's own
    # 6 moments have 3 + 1 variances and no more.
    assert measures["df"] == 36 - (6 + 3) - (2 + 1) - 3 - (2 + 3 + 1)


def test_nothing_internal_is_shown():
    survey = cs.Survey(answers("mobi"), scale=(1, 10))
    model = cs.Model.from_syntax(TWO)
    fit = model.fit(survey)
    texts = {
        "summary": str(fit), "html": fit._repr_html_(), "zh": fit._summary().text("zh"),
        "parameters": fit.parameters.to_string(), "intervals": fit.intervals().to_string(),
        "r_squared": fit.r_squared.to_string(), "effects": cs.effects(fit).to_string(),
        "matrices": str(fit.matrices()), "indices": cs.modification_indices(fit).to_string(),
        "scores": fit.scores().head().to_string(), "index": cs.csi(fit).to_string() + str(cs.csi(fit).attrs),
        "reliability": cs.diagnose.reliability(fit).to_string(), "validity": str(cs.diagnose.validity(fit)),
        "cross": cs.diagnose.cross_loadings(fit).to_string(),
        "design": model.fit(survey, "MLR").design_effects().to_string(),
        "bootstrap": cs.bootstrap(fit, n=40, seed=1).intervals().to_string(),
        "map": cs.improve.ipma(fit, "Satisfaction").to_string(),
    }  # fmt: skip
    for name, text in texts.items():
        assert " beyond " not in text, name
    assert list(fit.latent_correlations) == ["Quality", "Value", "Satisfaction", "Complaints"]
    assert list(fit.scores()) == list(fit.latent_correlations)
    assert not {"PERQ1", "PERV2"} & set(fit.r_squared.index)
    assert model.to_syntax() == fit.model.to_syntax()
    assert "CUSCO" in fit.weights["rhs"].to_list()
    assert set(fit.parameters.query("op == '~~'")["lhs"]) == {
        "CUSA1", "CUSA2", "CUSA3", "CUSCO", "Quality", "Value", "Satisfaction", "Complaints"
    }  # fmt: skip


def test_the_score_and_index_are_the_weighted_sum():
    survey = cs.Survey(answers("mobi"), scale=(1, 10))
    fit = cs.Model.from_syntax(TWO).fit(survey)
    weights = fit.weights.query("lhs == 'Quality'").set_index("rhs")["est"]
    items = answers("mobi")[list(weights.index)]
    # A composite is determined by its items, so that the regression score is the sum itself.
    np.testing.assert_allclose(fit.scores()["Quality"], (items - items.mean()) @ weights, atol=1e-9)
    index = cs.csi(fit)
    shares = index.attrs["weights"][""]["Quality"]
    np.testing.assert_allclose(list(shares.values()), weights / weights.sum(), rtol=1e-12)
    expected = 100 * (weights @ (items.mean() - 1)) / (9 * weights.sum())
    assert index.set_index("construct").loc["Quality", "index"] == pytest.approx(expected, abs=1e-9)
    assert (index["se"] > 0).all()
    assert cs.csi(fit, se="robust")["se"].notna().all()


def test_standard_errors_agree_with_a_bootstrap():
    fit = native(MIXED, estimator="MLR")
    drawn = cs.bootstrap(fit, n=400, seed=3).intervals()
    # 400 replicates know a standard error to 3.5 %; four times that, and what robust errors and replicates differ by.
    ours = fit.weights["se"].to_numpy()
    theirs = drawn.query("op == '<~'")["se"].to_numpy()
    np.testing.assert_allclose(theirs / ours, 1, atol=0.2)


def test_units_do_not_matter_to_standardised_weights():
    usual, unit = native(TWO), native(TWO, std_lv=True)
    np.testing.assert_allclose(unit.weights["std"], usual.weights["std"], rtol=SAME)
    np.testing.assert_allclose(unit.weights["std_se"], usual.weights["std_se"], rtol=1e-6, atol=1e-9)
    assert unit.fit_measures()["chisq"] == pytest.approx(usual.fit_measures()["chisq"], rel=1e-9)


def test_groups_have_weights_of_their_own():
    frame = answers("mobi").assign(half=lambda rows: np.where(np.arange(len(rows)) % 2 == 0, "a", "b"))
    model = cs.Model.from_syntax(TWO)
    fit = model.fit(frame, groups="half")
    for label in ("a", "b"):
        alone = model.fit(frame[frame["half"] == label])
        own = fit.weights.query("group == @label")
        np.testing.assert_allclose(own["est"], alone.weights["est"], rtol=1e-6)
        np.testing.assert_allclose(own["se"], alone.weights["se"], rtol=1e-5)
    equal = model.fit(frame, groups="half", equal=["regressions"])
    assert equal.fit_measures()["df"] == fit.fit_measures()["df"] + 4
    assert " beyond " not in cs.score_test(equal).attrs["epc"].to_string()


def test_incomplete_rows():
    frame = answers("mobi").astype(float)
    rng = np.random.default_rng(0)
    for item in ("PERQ1", "PERV2", "CUSA1"):
        frame.loc[rng.random(len(frame)) < 0.1, item] = np.nan
    fit = cs.Model.from_syntax(MIXED).fit(frame, missing="fiml")
    other = cs.Model.from_syntax(case("mixed")["syntax"]).fit(frame, missing="fiml")
    np.testing.assert_allclose(fit.weights["est"], other.parameters.query("op == ':='")["est"], rtol=1e-6)
    np.testing.assert_allclose(fit.weights["se"], other.parameters.query("op == ':='")["se"], rtol=1e-5)
    assert cs.Model.from_syntax(TWO).fit(frame, missing="fiml").status.admissible


@pytest.mark.parametrize(
    ("syntax", "options", "message"),
    [
        ("Q <~ PERQ1 + PERQ2; V =~ PERV1 + PERV2; H <~ Q + V", {}, "'H' is formed by constructs"),
        ("Q <~ PERQ1 + PERQ2; S =~ CUSA1 + PERQ1; S ~ Q", {}, "'PERQ1' of the composite 'Q' belong"),
        ("Q <~ PERQ1 + PERQ2; S =~ CUSA1 + CUSA2; S ~ Q + PERQ1", {}, "'PERQ1' of the composite 'Q' stand in paths"),
        ("Q <~ PERQ1 + PERQ2 + PERQ3", {}, "'Q' is related to nothing"),
        ("Q <~ a*PERQ1 + PERQ2; CUSA1 ~ Q", {}, "'Q <~ PERQ1' has a value, label or bound"),
        (MIXED, {"estimator": "SAM"}, "estimator='SAM' measures reflective constructs"),
        (MIXED, {"estimator": "WLSMV", "ordered": True}, "ordered= is for items of reflective constructs"),
        (MIXED, {"engine": "semopy"}, "which engine='semopy' does not take"),
        (MIXED, {"bounds": "wide"}, "bounds= is about loadings with residuals"),
        (MIXED, {"effect_coding": ["loadings"]}, "effect_coding= is about loadings"),
        (MIXED, {"groups": "half", "equal": ["loadings"]}, "equal='loadings' is for reflective constructs"),
    ],
)
def test_refused(syntax, options, message):
    frame = answers("mobi").assign(half=lambda rows: np.where(np.arange(len(rows)) % 2 == 0, "a", "b"))
    with pytest.raises((cs.ModelError, cs.OptionError), match=message):
        cs.Model.from_syntax(syntax).fit(frame, **options)


def test_power_is_refused_and_semopy():
    with pytest.raises(cs.OptionError, match="does not take composites"):
        cs.cross_check(native(MIXED))
    with pytest.raises(cs.ModelError, match="'Quality' is a composite"):
        cs.power(cs.Model.from_syntax(MIXED), {}, n=100)


@pytest.mark.parametrize("items", list(permutations(["n1", "n2", "n3"])))
def test_the_order_of_a_composites_items_decides_nothing(items):
    # n3 has a weight near 0, about which the excrescent variables' loadings have no end.
    syntax = "Q <~ {}; T =~ n4 + n5 + n6; T ~ Q"
    data = ordered_answers("hs5")
    usual = cs.Model.from_syntax(syntax.format("n1 + n2 + n3")).fit(data)
    found = cs.Model.from_syntax(syntax.format(" + ".join(items))).fit(data)
    assert found.fit_measures()["chisq"] == pytest.approx(usual.fit_measures()["chisq"], rel=SAME)
    ours, theirs = (one.weights.set_index("rhs")[["std", "std_se"]].sort_index() for one in (found, usual))
    # The composite's sign goes with its first item, which loads 1; all three load alike here.
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
