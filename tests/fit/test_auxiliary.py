"""Auxiliary variables beside observed variables on paths, in every accessor, against semTools."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers

FOLDER = Path(__file__).parents[1] / "golden" / "semtools-0.5.6"
GOLDEN = json.loads((FOLDER / "auxiliary_observed.json").read_text(encoding="utf-8"))
INDICES = json.loads((FOLDER / "auxiliary_indices.json").read_text(encoding="utf-8"))
CASES = sorted(GOLDEN)
# semTools runs lavaan to its default accuracy: five digits of a standard error.
DEFAULT = 5e-5


def fitted(name: str, **options: object):
    case = GOLDEN[name]
    survey = cs.Survey(answers("mobi_blank"), scale=(1, 10))
    model = cs.Model.from_syntax(case["syntax"])
    return model.fit(survey, missing="fiml", auxiliary=case["auxiliary"], **options)


@pytest.mark.parametrize("name", CASES)
def test_estimates_errors_and_standardised_values_are_those_of_semtools(name):
    fit = fitted(name)
    frame = fit.parameters.set_index(["lhs", "op", "rhs"])
    for row in GOLDEN[name]["parameters"]:
        key, other = (row["lhs"], row["op"], row["rhs"]), (row["rhs"], row["op"], row["lhs"])
        ours = frame.loc[key] if key in frame.index else frame.loc[other]
        unit = max(row["se"], 0.05)
        assert ours["est"] == pytest.approx(row["est"], abs=DEFAULT * unit), key
        assert ours["se"] == pytest.approx(row["se"], rel=DEFAULT, abs=1e-12), key
        assert ours["std"] == pytest.approx(row["std.all"], abs=DEFAULT * unit), key
    assert len(frame) == len(GOLDEN[name]["parameters"])
    assert frame[["est", "se", "std", "std_se"]].notna().all(axis=None)


@pytest.mark.parametrize("name", CASES)
def test_measures_r_squared_moments_and_residuals_are_those_of_semtools(name):
    case, fit = GOLDEN[name], fitted(name)
    measures = fit.fit_measures()
    for key, figure in case["measures"].items():
        assert measures[key] == pytest.approx(figure, rel=1e-5), key
    for key, figure in case["r2"].items():
        assert fit.r_squared[key] == pytest.approx(figure, abs=1e-5), key
    assert not set(case["auxiliary"]) & set(fit.r_squared.index)
    names = [row["_row"] for row in case["implied"]["cov"]]
    theirs = pd.DataFrame(case["implied"]["cov"]).set_index("_row").loc[names, names]
    np.testing.assert_allclose(fit.implied_cov.loc[names, names], theirs, atol=1e-4)
    left = pd.DataFrame(case["residuals"]).set_index("_row").loc[names, names]
    np.testing.assert_allclose(fit.residuals().loc[names, names], left, atol=2e-4)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"groups": "half"}], ids=str)
def test_every_accessor_answers(name, options):
    case = GOLDEN[name]
    frame = answers("mobi_blank").assign(half=lambda f: np.where(np.arange(len(f)) % 2, "odd", "even"))
    survey = cs.Survey(frame, scale=(1, 10))
    model = cs.Model.from_syntax(case["syntax"])
    fit = model.fit(survey, missing="fiml", auxiliary=case["auxiliary"], **options)
    assert fit.status.usable
    for table in (fit.parameters, fit.paths, fit.loadings, fit.r_squared, fit.scores(), fit.latent_correlations):
        assert len(table)
    assert set(fit.scores().columns) == {"EXP"}
    assert fit.scores(method="bartlett").notna().all(axis=None)
    assert fit.residuals("cor").notna().all(axis=None)
    assert fit.implied_mean.notna().all()
    assert cs.csi(fit, invariance=False)["se"].gt(0).all()
    for standardized in (False, True):
        effects = cs.effects(fit, standardized=standardized)
        assert effects[["total", "total_se"]].notna().all(axis=None)
        assert not set(case["auxiliary"]) & set(effects["source"])
    assert pickle.loads(pickle.dumps(fit)).parameters.equals(fit.parameters)
    assert "EXP" in repr(fit)


@pytest.mark.parametrize("name", CASES)
def test_an_auxiliary_variable_is_a_written_saturated_correlate(name):
    """Modification indices and chi-square are those of the model that writes the covariances out."""
    case = GOLDEN[name]
    fit = fitted(name)
    observed = [item for item in fit.solution.table.observed if item not in case["auxiliary"]]
    first, second = case["auxiliary"]
    written = [f"{a} ~~ {b}" for a in case["auxiliary"] for b in observed]
    text = case["syntax"] + "\n" + "\n".join([*written, f"{first} ~~ {second}"])
    whole = cs.Model.from_syntax(text).fit(answers("mobi_blank"), missing="fiml")
    assert whole.fit_measures()["chisq"] == pytest.approx(fit.fit_measures()["chisq"], rel=1e-9)
    key = ["lhs", "op", "rhs"]
    ours, theirs = (cs.modification_indices(one).set_index(key) for one in (fit, whole))
    assert len(ours)
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index], rtol=1e-5)


@pytest.mark.parametrize("name", CASES)
def test_modification_indices_are_score_tests_at_the_estimate(name):
    """lavaan tests one added parameter as we do; its modindices() adds all and leaves the estimate."""
    ours = cs.modification_indices(fitted(name)).set_index(["lhs", "op", "rhs"])
    for row in (row for row in INDICES if row["model"] == name):
        index = ours.loc[row["lhs"], row["op"], row["rhs"]]
        assert index["mi"] == pytest.approx(row["mi"], rel=DEFAULT, abs=DEFAULT)
        assert index["epc"] == pytest.approx(row["epc"], rel=DEFAULT, abs=DEFAULT)
        # An index forecasts the fall of chi-square within a quarter, modindices() does not.
        assert index["mi"] == pytest.approx(row["fall"], rel=0.25, abs=0.5)
        assert abs(row["modindices"] / row["fall"] - 1) > 0.1


def test_bootstrap_and_fixed_predictors_beside_auxiliary_variables():
    syntax = "EXP =~ CUEX1 + CUEX2 + CUEX3\nEXP ~ IMAG2\nCUSA1 ~ IMAG2 + EXP"
    frame = answers("mobi_blank").dropna(subset=["IMAG2"])
    fixed, free = (
        cs.Model.from_syntax(text).fit(frame, missing="fiml", auxiliary=["IMAG1", "PERQ1"])
        for text in (syntax, syntax + "\nIMAG2 ~~ IMAG2")
    )
    # Given complete answers to it, a predictor is fixed or random without effect on the paths.
    columns = ["est", "se", "std"]
    one, two = (fit.parameters.query("op in ('=~', '~')")[columns] for fit in (fixed, free))
    np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-9)
    draws = cs.bootstrap(fixed, n=40, seed=1)
    assert draws.intervals()[["ci_lower", "ci_upper"]].notna().all(axis=None)


def test_a_single_item_without_error_has_no_residual_correlation():
    """semTools prints Inf: the item has no residual that the auxiliary variable could correlate with."""
    model = cs.Model.from_syntax("EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1\nSAT ~ EXP")
    fit = model.fit(answers("mobi_blank"), missing="fiml", auxiliary=["IMAG1"])
    row = fit.parameters.query("lhs == 'IMAG1' and rhs == 'CUSA1'").iloc[0]
    assert row["est"] > 0
    assert np.isnan(row["std"])
    assert np.isnan(row["std_se"])


@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"groups": "half"}], ids=str)
def test_a_path_model_without_constructs_answers_too(options):
    frame = answers("mobi_blank").assign(half=lambda f: np.where(np.arange(len(f)) % 2, "odd", "even"))
    model = cs.Model.from_syntax("PERV1 ~ IMAG2\nCUSA1 ~ PERV1 + IMAG2\nIMAG2 ~~ IMAG2")
    fit = model.fit(cs.Survey(frame, scale=(1, 10)), missing="fiml", auxiliary=["IMAG1"], **options)
    assert len(fit.paths)
    assert fit.latent_correlations.empty
    for refused in (fit.scores, lambda: cs.csi(fit)):
        with pytest.raises(cs.ModelError, match="the model has no construct"):
            refused()
