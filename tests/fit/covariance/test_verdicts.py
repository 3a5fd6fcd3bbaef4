"""Three verdicts: the unusable is nan and refused, the inadmissible keeps every figure, a warning stays truthy."""

from __future__ import annotations

import warnings
from html import unescape

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.covariance.measures.fit_measures import discrepancies
from lavaan_golden import CASES, answers, golden

UNIDENTIFIED = [name for name in CASES if name.startswith("unidentified")]
HEYWOOD = [name for name in CASES if name.startswith("heywood")]
# What lavaan's own solution leaves undetermined; at least one of these must be named.
CULPRITS = {
    "unidentified_loop": {"SAT ~ EXP", "EXP ~ SAT"},
    "unidentified_single_item": {"COMP ~~ COMP", "CUSCO ~~ CUSCO"},
}
# lavaan evaluated at the polished optimum.
POLISHED = 1e-6
ITEMS = ["CUEX1", "CUEX2", "CUEX3", "CUSA1", "CUSA2", "CUSA3"]
MEASURED = "EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1 + CUSA2 + CUSA3\n"


def _fit(name, **more):
    case = golden(name)
    return case, cs.Model.from_syntax(case.text).fit(answers(case.data), **case.arguments(), **more)


def _scaled(name):
    """The fit of a mobile-phone case from a survey with its scale."""
    return cs.Model.from_syntax(golden(name).text).fit(cs.Survey(answers("mobi"), scale=(1, 10)))


def _not_converged(mobi):
    # The one-factor solution is phi = s12 s13 / s23, which does not exist here: the minimum lies at infinity.
    cov = [[1.0, 0.5, 0.5], [0.5, 1.0, 0.0], [0.5, 0.0, 1.0]]
    moments = cs.Moments.from_table(n=250, cov=cov, mean=[5, 5, 5], items=["a", "b", "c"], scale=(1, 10))
    return cs.Model.from_syntax("F =~ a + b + c").fit(moments)


def _no_beginning(mobi):
    return cs.Model.from_syntax(MEASURED + "SAT ~ EXP\nCUEX1 ~~ -50*CUEX1").fit(mobi)


def _no_equilibrium(mobi):
    # 1 - 1 * 1 = 0: I - B has no inverse, whatever the other parameters.
    text = MEASURED + "IMG =~ IMAG1 + IMAG2 + IMAG3\nSAT ~ 1*EXP\nEXP ~ 1*SAT + IMG"
    return cs.Model.from_syntax(text).fit(mobi)


def _loop(mobi):
    return _scaled("unidentified_loop")


def _pair(mobi):
    return _scaled("unidentified_pair")


UNUSABLE = {
    _not_converged: ("NOT CONVERGED", "did not converge in"),
    _no_beginning: ("NOT CONVERGED", "starting values imply a covariance matrix that is not positive definite"),
    _no_equilibrium: ("NOT CONVERGED", "starting values imply a covariance matrix that is not positive definite"),
    _loop: ("NOT IDENTIFIED", "the data cannot determine"),
    _pair: ("NOT IDENTIFIED", "it has 4 free parameters for 3 sample moments"),
}


@pytest.mark.parametrize("given", ["CUEX1 ~~ {}CUEX1\nSAT ~ EXP", "SAT ~ {}EXP + IMAG1\nEXP ~ {}SAT + IMAG2"])
def test_impossible_starting_values_lead_to_the_solution_of_possible_ones(given):
    mobi, impossible = answers("mobi"), "start(-50)*" if "~~" in given else "start(1)*"
    plain, other = (cs.Model.from_syntax(MEASURED + given.replace("{}", s)).fit(mobi) for s in ("", impossible))
    assert plain
    assert other
    assert other.fit_measures()["chisq"] == pytest.approx(plain.fit_measures()["chisq"], rel=1e-10)


@pytest.mark.parametrize("make", UNUSABLE, ids=lambda make: make.__name__.strip("_"))
def test_an_unusable_fit_shows_its_verdict_and_gives_no_number(make):
    verdict, reason = UNUSABLE[make]
    fit = make(answers("mobi"))
    assert not fit
    assert not fit.status
    assert not fit.status.usable
    assert fit.status.verdict.startswith(verdict)
    assert fit.status.converged == (verdict == "NOT IDENTIFIED")
    assert not fit.status.identified
    assert not fit.status.admissible
    # What grows without end is a second reason.
    assert [one.code for one in fit.status.reasons[1:]] in ([], ["fit.loading_without_end"])
    assert reason in fit.status.reasons[0]

    frame = fit.parameters
    unknown = frame[["se", "z", "pvalue", "ci_lower", "ci_upper", "std", "std_se"]]
    assert unknown.isna().all(axis=None)
    assert fit.fit_measures().isna().all()
    assert np.isnan(fit.vcov).all()
    for other in (fit.r_squared, fit.latent_correlations, fit.implied_cov, fit.implied_mean, fit.residuals()):
        assert np.isnan(np.asarray(other)).all()

    for name, call in (("The index", cs.csi), ("Effects", cs.effects)):
        with pytest.raises(cs.UnusableFitError) as caught:
            call(fit)
        assert str(caught.value).startswith(f"{name} cannot be computed: {fit.status.reasons[0]}")

    # The verdict is the first thing after the title, as text and in a notebook, and no measure follows it.
    lines = repr(fit).splitlines()
    assert lines[1] == f"Status: {fit.status.verdict}"
    assert lines[2] == f"  - {fit.status.reasons[0]}"
    assert "chi-square" not in repr(fit)
    html = unescape(fit._repr_html_())
    assert html.index(fit.status.verdict) < html.index(fit.status.reasons[0]) < html.index("<table")
    assert "chi-square" not in html
    # Other thresholds cannot make it usable.
    assert fit.judged(cs.Thresholds(vif_warning=1e9)).status == fit.status


@pytest.mark.parametrize("name", UNIDENTIFIED)
def test_unidentified_models_reach_lavaans_minimum_but_are_refused(name):
    case, fit = _fit(name)
    measures = case.record["fit_measures"]
    assert not fit.status.identified
    assert fit.solution.table.npar == measures["npar"]
    found = discrepancies(fit.solution)
    assert found.df == measures["df"]
    if measures["chisq"] is None:
        assert (
            f"it has {measures['npar']} free parameters for {measures['npar'] + measures['df']} sample moments"
            in (fit.status.reasons[0])
        )
    else:
        assert found.chisq == pytest.approx(measures["chisq"], rel=POLISHED)
        named = {parameter for parameter in CULPRITS[name] if repr(parameter) in fit.status.reasons[0]}
        assert named == CULPRITS[name]


def test_culprits_name_only_what_is_undetermined():
    fit = _scaled("unidentified_single_item")
    assert fit.status.reasons[0].count("'") == 2 * len(CULPRITS["unidentified_single_item"])


def test_culprits_of_a_group_name_the_group():
    case = golden("unidentified_loop")
    frame = answers("mobi").assign(half=["x"] * 125 + ["y"] * 125)
    text = case.text.replace("EXP ~ SAT", "EXP ~ c(0, NA)*SAT")
    fit = cs.Model.from_syntax(text).fit(frame, groups="half")
    assert "'EXP ~ SAT [y]'" in fit.status.reasons[0]
    assert "[x]" not in fit.status.reasons[0]


@pytest.mark.parametrize("name", HEYWOOD)
def test_heywood_cases_keep_every_measure(name):
    case, fit = _fit(name)
    assert not fit
    assert fit.status.usable
    assert not fit.status.admissible
    assert fit.status.verdict.startswith("INADMISSIBLE")
    measures = fit.fit_measures()
    for key in ("chisq", "df", "npar", "pvalue", "cfi", "tli", "rmsea", "srmr", "logl", "aic", "bic"):
        assert measures[key] == pytest.approx(case.record["fit_measures"][key], rel=POLISHED, abs=POLISHED * 1e-3)
    assert fit.parameters["se"].notna().all()
    assert f"chi-square {measures['chisq']:.3f}" in repr(fit)
    assert repr(fit).index("INADMISSIBLE") < repr(fit).index("chi-square")


def test_the_reasons_of_heywood_cases_name_the_variable_and_its_value():
    assert "The residual variance of x6 is negative (-0.09235)" in _fit("heywood_indicator")[1].status.reasons[0]
    disturbance = _fit("heywood_disturbance")[1].status.reasons
    assert "The variance of f2 is negative (-0.269)" in disturbance[0]
    assert "The correlation of f1 and f2 is 1.098, outside (-1, 1)" in _fit("heywood_correlation")[1].status.reasons[0]


def test_an_inadmissible_fit_computes_with_a_warning():
    fit = _scaled("heywood_correlation")
    with pytest.warns(cs.InadmissibleFitWarning, match=r"The correlation of f1 and f2 is 1\.098"):
        index = cs.csi(fit)
    assert index["index"].between(0, 100).all()
    assert (index["se"] > 0).all()
    disturbed = _scaled("heywood_disturbance")
    with pytest.warns(cs.InadmissibleFitWarning, match="The variance of f2 is negative"):
        effects = cs.effects(disturbed)
    path = disturbed.paths.iloc[0]
    assert effects["direct"].tolist() == [path["est"]]


def test_a_negative_residual_leaves_its_index_without_model_weights():
    case = golden("heywood_indicator")
    survey = cs.Survey(answers(case.data), scale=dict.fromkeys(("x6", "x2", "x3", "x5"), (-20, 60)))
    fit = cs.Model.from_syntax(case.text).fit(survey)
    with pytest.warns(cs.CsisemWarning) as caught:
        index = cs.csi(fit)
    assert np.isnan(index["index"]).all()
    assert "is not positive, so it has no model weights" in index["method"][0]
    assert {warning.category for warning in caught} == {cs.InadmissibleFitWarning, cs.CsisemWarning}


def test_the_full_mobile_phone_model_is_inadmissible_by_collinearity():
    fit = _fit("mobi_full")[1]
    printed = {
        "chisq": (575.571282, 6),
        "df": (241, 0),
        "npar": (59, 0),
        "cfi": (0.876543611, 9),
        "tli": (0.858614260, 9),
        "rmsea": (0.0745187918, 10),
    }
    measures = fit.fit_measures()
    for name, (value, digits) in printed.items():
        # Half a unit of the last printed digit, and one more for lavaan's early stop.
        assert abs(measures[name] - value) <= 1.5 * 10.0**-digits, name
    # SRMR moves with the first order of the distance to the optimum, where lavaan's default run stops early.
    assert measures["srmr"] == pytest.approx(0.0564018625, rel=POLISHED)
    # lavaan's own check passes it: no negative variance, no correlation of 1.
    variances = fit.parameters.query("op == '~~' and lhs == rhs")["est"]
    assert (variances >= 0).all()
    off = fit.latent_correlations.to_numpy()[np.triu_indices(7, 1)]
    assert (np.abs(off) < 1).all()
    assert not fit
    assert fit.status.usable
    assert not fit.status.admissible
    # Two predictors share one VIF, so that rounding decides which of them is named.
    equations = {
        "VAL ~ EXP + QUAL": {"EXP", "QUAL"},
        "SAT ~ IMAG + EXP + QUAL + VAL": {"EXP"},
        "LOY ~ IMAG + SAT + COMP": {"SAT"},
    }
    assert len(fit.status.reasons) == len(equations)
    for reason, (equation, worst) in zip(fit.status.reasons, equations.items(), strict=True):
        assert reason.startswith(f"In the equation {equation} the latent predictors are nearly collinear")
        assert reason.split("the VIF of ")[1].split()[0] in worst
    assert "59 free parameters" in repr(fit).splitlines()[0]
    assert "INADMISSIBLE" in repr(fit).splitlines()[1]
    with pytest.warns(cs.InadmissibleFitWarning, match="nearly collinear"):
        cs.effects(fit)


def test_the_vif_named_is_the_diagonal_of_the_inverse():
    fit = _fit("mobi_full")[1]
    block = fit.latent_correlations.loc[["EXP", "QUAL"], ["EXP", "QUAL"]]
    vif = np.linalg.inv(block.to_numpy())[0, 0]
    assert f" is {vif:.4g} (its correlation with " in fit.status.reasons[0]


# ---- populations with a chosen collinearity


def _collinear(correlation, paths, n=2000):
    """Y ~ A + B exactly, with standardised paths, two predictors of that correlation and loadings of .8."""
    latent = np.eye(3)
    latent[0, 1] = latent[1, 0] = correlation
    latent[2, :2] = latent[:2, 2] = latent[:2, :2] @ paths
    assert np.linalg.eigvalsh(latent)[0] > 0
    loadings = 0.8 * np.kron(np.eye(3), np.ones((3, 1)))
    cov = loadings @ latent @ loadings.T
    np.fill_diagonal(cov, 1.0)
    items = [f"{letter}{k}" for letter in "aby" for k in (1, 2, 3)]
    moments = cs.Moments.from_table(n=n, cov=cov, items=items, divisor="n", mean=[5.0] * 9, scale=(1, 10))
    return cs.Model.from_syntax(
        "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"
    ).fit(moments)  # fmt: skip


def test_a_vif_between_ten_and_thirty_is_a_warning():
    fit = _collinear(0.96, [0.4, 0.4])
    assert fit
    assert fit.status.verdict == "admissible, with warnings"
    assert fit.status.reasons == ()
    # 1 / (1 - 0.96^2)
    assert "the VIF of A is 12.76" in fit.status.warnings[0] or "the VIF of B is 12.76" in fit.status.warnings[0]
    assert fit.status.warnings[0].endswith("its paths have wide intervals.")
    # A truthy fit is computed without a word.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cs.csi(fit)
        cs.effects(fit)


def test_a_vif_below_ten_says_nothing():
    fit = _collinear(0.94, [0.4, 0.4])
    assert fit
    assert fit.status.warnings == ()
    assert fit.status.verdict == "admissible"


def test_a_vif_of_thirty_is_inadmissible_whatever_the_paths():
    fit = _collinear(0.985, [0.4, 0.4])
    assert not fit
    assert "is 33.59" in fit.status.reasons[0]


def test_a_vif_of_ten_with_a_path_above_one_is_inadmissible():
    fit = _collinear(0.96, [1.5, -0.8])
    assert not fit
    assert "the largest standardised path is 1.50" in fit.status.reasons[0]


def test_thresholds_are_options():
    fit = _collinear(0.96, [0.4, 0.4])
    strict = fit.judged(cs.Thresholds(vif_inadmissible=12))
    assert not strict
    assert strict.status.usable
    assert bool(fit)  # the first fit is left as it was
    lenient = fit.judged(cs.Thresholds(vif_warning=13))
    assert lenient.status.warnings == ()
    steep = _collinear(0.96, [1.5, -0.8])
    assert steep.judged(cs.Thresholds(path_inadmissible=2))
    # What was judged anew keeps its figures.
    pd.testing.assert_series_equal(strict.fit_measures(), fit.fit_measures())
    small = _collinear(0.5, [0.4, 0.4], n=90)
    assert "The sample is small (90 rows)" in small.status.warnings[0]
    assert small.judged(cs.Thresholds(small_sample=50, rows_per_parameter=1)).status.warnings == ()
    few = small.judged(cs.Thresholds(small_sample=50))
    assert few.status.warnings == (
        "There are 90 rows for 21 parameters, fewer than 5 a parameter; standard errors may be too small.",
    )


def test_other_thresholds_keep_what_was_said_about_the_rows():
    frame = answers("mobi")[ITEMS].copy()
    frame.iloc[0, 0] = np.nan
    fit = cs.Model.from_syntax(MEASURED + "SAT ~ EXP").fit(frame)
    said = [sentence for sentence in fit.status.warnings if "listwise" in sentence]
    assert len(said) == 1
    assert said[0] in fit.judged(cs.Thresholds()).status.warnings


def test_a_latent_correlation_of_one_in_a_group_names_the_group():
    case = golden("heywood_correlation")
    frame = answers("mobi")
    fit = cs.Model.from_syntax(case.text).fit(
        pd.concat([frame, frame]).assign(half=["x"] * 250 + ["y"] * 250), groups="half"
    )
    assert [reason for reason in fit.status.reasons if "of f1 and f2 in group x is 1.098" in reason]
    assert [reason for reason in fit.status.reasons if "of f1 and f2 in group y is 1.098" in reason]


def test_names_from_the_data_are_escaped_in_html():
    frame = answers("mobi")[ITEMS].set_axis(["<b>1", "<b>2", "<b>3", "s&1", "s&2", "s&3"], axis=1)
    model = cs.Model(
        [cs.Construct("<i>Exp", list(frame.columns[:3])), cs.Construct("S&T", list(frame.columns[3:]))],
        [("<i>Exp", "S&T")],
        title="<script>alert(1)</script>",
    )
    fit = model.fit(frame.assign(**{"<u>": ["<p>", "q"] * 125}), groups="<u>")
    html = fit._repr_html_()
    for name in ("<b>", "<i>", "<script>", "<u>", "<p>q", ">S&T<"):
        assert name not in html
    for name in ("&lt;b&gt;1", "&lt;i&gt;Exp", "&lt;script&gt;", "S&amp;T"):
        assert name in html
    heywood = cs.Model([cs.Construct("<i>", ["<b>4", "<b>1", "<b>3"]), cs.Construct("<u>", ["<b>6", "s", "e"])]).fit(
        answers("mobi")[["PERQ4", "PERQ1", "PERQ3", "PERQ6", "CUSA3", "CUEX2"]].set_axis(
            ["<b>4", "<b>1", "<b>3", "<b>6", "s", "e"], axis=1
        )
    )
    assert not heywood
    assert "The correlation of &lt;i&gt; and &lt;u&gt;" in heywood._repr_html_()


def _nine(latent, residual):
    """Moments of nine items on three constructs, exactly as stated."""
    loadings = np.zeros((9, 3))
    for k in range(3):
        loadings[3 * k : 3 * k + 3, k] = [0.7, 0.6, 0.5]
    theta = np.diag(1 - np.diag(loadings @ loadings.T))
    for (i, j), correlation in residual.items():
        theta[i, j] = theta[j, i] = correlation * np.sqrt(theta[i, i] * theta[j, j])
    cov = loadings @ np.asarray(latent) @ loadings.T + theta
    return cs.Moments.from_table(n=300, cov=cov, items=[f"x{i}" for i in range(1, 10)])


NINE = "A =~ x1 + x2 + x3\nB =~ x4 + x5 + x6\nC =~ x7 + x8 + x9"


def test_constructs_whose_correlations_cannot_hold_together():
    # Every pair is possible; the three together have an eigenvalue of -0.04.
    fit = cs.Model.from_syntax(NINE).fit(_nine([[1, 0.8, 0.8], [0.8, 1, 0.2], [0.8, 0.2, 1]], {}))
    assert not fit
    assert "The correlations of the constructs 'A', 'B', 'C' are impossible together" in fit.status.reasons[0]


def test_residuals_whose_correlation_exceeds_one():
    moments = _nine([[1, 0.5, 0.4], [0.5, 1, 0.3], [0.4, 0.3, 1]], {(2, 5): 1.03})
    fit = cs.Model.from_syntax(NINE + "\nx3 ~~ x6").fit(moments)
    assert not fit
    assert "The correlations of the residuals of 'x3', 'x6' are impossible together" in fit.status.reasons[0]
