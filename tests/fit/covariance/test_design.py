"""Errors and tests of fits under a sampling design: against lavaan's cluster-robust ones, by hand, and by refitting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.covariance.casewise.casewise_scores import NormalScores
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import added, variance
from csisem.moments.unit_totals import UnitTotals
from lavaan_golden import ROBUST, answers, drawn, golden, matched

# lavaan's figures are at the exact optimum, with numerical standardised errors.
POLISHED = 1e-6
IDENTITY = 1e-9
CLUSTERED = ["c25", "c4", "c83", "nomeans", "weighted", "democracy"]
MEASURES = ("chisq", "chisq.scaled", "chisq.scaling.factor", "baseline.chisq.scaled", "cfi.scaled", "cfi.robust",
            "tli.robust", "rmsea.scaled", "rmsea.robust", "srmr")  # fmt: skip


def _lavaan(name, **columns):
    """A golden case and our fit of it; lavaan models means whenever it sums scores by cluster."""
    case = golden(f"cluster_{name}_mlr", ROBUST)
    arguments = {**case.arguments(), "meanstructure": True}
    named = {"clusters": arguments.pop("cluster"), "weights": arguments.pop("sampling.weights", None), **columns}
    return case, cs.Model.from_syntax(case.text).fit(cs.Survey(drawn(answers(case.data)), **named), **arguments)


def _pairs(case, fit, column):
    """Our figures and lavaan's, row by row."""
    both = [(ours[column], row[column]) for row, ours in matched(case, fit.parameters)]
    return np.array(both).T


@pytest.mark.parametrize("name", CLUSTERED)
def test_clusters_of_lavaan(name):
    case, fit = _lavaan(name)
    for column in ("est", "se", "std_se"):
        ours, theirs = _pairs(case, fit, column)
        np.testing.assert_allclose(ours, theirs, rtol=POLISHED, atol=POLISHED * 1e-3)
    measures, theirs = fit.fit_measures(), case.record["fit_measures"]
    for key in MEASURES:
        assert measures[key] == pytest.approx(theirs[key], rel=POLISHED, abs=1e-9), key
    # lavaan's intervals are by z.
    clusters = drawn(answers(case.data))[case.call["cluster"]].nunique()
    assert fit.degrees == clusters - 1
    assert fit.settings.errors == "design"


def test_groups_of_lavaan_are_strata_without_a_mean():
    """lavaan sums scores by cluster within each group, with C_g/(C_g - 1), about zero instead of the group's mean."""
    case, fit = _lavaan("metric", strata="school", nest=True)
    ours, theirs = _pairs(case, fit, "se")
    # Scores of a group sum to zero unless it is held equal to others; then the mean is what lavaan leaves in.
    assert (ours <= theirs * (1 + POLISHED)).all()
    assert np.isclose(ours, theirs, rtol=POLISHED).mean() > 0.4
    np.testing.assert_allclose(ours, theirs, rtol=0.02)
    survey = drawn(answers("holzinger"))
    assert fit.degrees == survey.groupby("school")["c4"].nunique().sum() - 2


# ---- by hand


def _frame(n=250):
    frame = drawn(answers("mobi")).iloc[:n]
    i = np.arange(n)
    return frame.assign(region=np.array(["a", "b", "b", "c"])[i % 4], store=i // 5, N=90, f=0.25)


MODEL = cs.datasets.mobile_phone_model("small")
DESIGNS = {
    "strata": {"strata": "region"},
    "weighted strata": {"strata": "region", "weights": "w"},
    "clusters": {"clusters": "store", "weights": "w"},
    "clusters in strata": {"clusters": "store", "strata": "region", "nest": True},
    "two stages": {"clusters": "store", "fpc": ("N", "f"), "weights": "w"},
    "finite population": {"fpc": "f"},
}


@pytest.mark.parametrize("means", [True, None])
@pytest.mark.parametrize("name", DESIGNS)
def test_sandwich_and_traces_by_hand(name, means):
    """All rows' scores of the model and of the saturated model at once, and the variance of their sums."""
    survey = cs.Survey(_frame(), **DESIGNS[name])
    fit = MODEL.fit(survey, estimator="MLR", meanstructure=means)
    design = linearise(survey.units())
    x = survey.answers(list(fit.solution.table.observed)).to_numpy().T
    w = survey.frame["w"].to_numpy() if survey.design.weights else np.ones(fit.n)
    w = w * fit.n / w.sum()
    centred = x - fit.solution.sample_mean[0][:, None]
    model = NormalScores(fit.solution.structure, fit.solution.point, fit.solution.slope)(0, centred)
    row, col = np.tril_indices(len(x))
    moments = centred[row] * centred[col] - fit.solution.sample_cov[0][row, col][:, None]
    if means:
        moments = np.vstack([centred, moments])

    def meat(scores):
        values = (scores * w).T
        found = variance(design, added(values, design.code, design.count))
        if design.row_factor is not None:
            found = found + values.T @ (design.row_factor[design.code, None] * values)
        return found / fit.n

    inverse = np.linalg.inv(fit.solution.unit_information("observed"))
    np.testing.assert_allclose(fit.vcov, inverse @ meat(model) @ inverse / fit.n, rtol=1e-7, atol=1e-12)
    # The saturated model's information about moments is the inverse of their normal-theory covariance.
    normal = fit.solution.sample_cov[0][np.ix_(row, row)] * fit.solution.sample_cov[0][np.ix_(col, col)]
    normal = normal + fit.solution.sample_cov[0][np.ix_(row, col)] * fit.solution.sample_cov[0][np.ix_(col, row)]
    if means:
        whole = np.zeros((len(moments), len(moments)))
        whole[: len(x), : len(x)], whole[len(x) :, len(x) :] = fit.solution.sample_cov[0], normal
        normal = whole
    trace = np.trace(np.linalg.solve(normal, meat(moments))) - np.trace(inverse @ meat(model))
    measures = fit.fit_measures()
    assert measures["chisq.scaling.factor"] == pytest.approx(trace / measures["df"], rel=1e-8)


def test_intervals_are_t_with_the_degrees_of_the_design():
    fit = MODEL.fit(cs.Survey(_frame(), clusters="store", strata="region", nest=True), estimator="MLR")
    stores = _frame().groupby("region")["store"].nunique()
    assert fit.degrees == stores.sum() - 3
    from scipy.special import stdtrit

    row = fit.paths.iloc[0]
    assert row["ci_upper"] - row["est"] == pytest.approx(stdtrit(fit.degrees, 0.975) * row["se"], rel=1e-12)


def test_sampling_fractions_shrink_errors():
    plain = MODEL.fit(cs.Survey(_frame(), strata="region"), estimator="MLR")
    finite = MODEL.fit(cs.Survey(_frame(), strata="region", fpc="f"), estimator="MLR")
    np.testing.assert_allclose(finite.vcov, 0.75 * plain.vcov, rtol=IDENTITY)
    census = MODEL.fit(cs.Survey(_frame().assign(f=1.0), strata="region", fpc="f"), estimator="MLR")
    assert np.abs(census.vcov).max() < 1e-12


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_a_census_leaves_no_error_and_says_so(missing):
    fit = MODEL.fit(cs.Survey(_frame().assign(N=250), fpc="N"), estimator="MLR", missing=missing)
    assert fit.status.warnings[0].startswith("The design leaves no sampling error, since every unit of the population")
    assert not fit.vcov.any()
    assert fit.fit_measures()[["chisq.scaled", "cfi.robust", "rmsea.robust"]].isna().all()
    assert fit.fit_measures()["chisq"] > 0


def test_designs_without_a_degree_of_freedom_say_so():
    frame = _frame()
    heavy = frame["w"] * (1 + frame.index.to_numpy() % 2) / 1.5

    def said(design, **columns):
        fit = MODEL.fit(frame.assign(**columns), estimator="MLR", design=design)
        assert fit.degrees == 0
        assert fit.paths[["pvalue", "ci_lower"]].isna().all(axis=None)
        return fit, " ".join(fit.status.warnings)

    alike = cs.Design("w", replicate_weights=("a", "b"), replicate_type="BRR")
    assert "no sampling error" in said(alike, a=frame["w"], b=frame["w"])[1]
    assert "no sampling error" in said(alike, a=heavy, b=heavy)[1]
    # About the estimate itself they deviate, all in one direction.
    fit, text = said(replace(alike, mse=True), a=heavy, b=heavy)
    assert "The design has no degrees of freedom, so that standard errors come without tests and intervals." in text
    assert (fit.paths["se"] > 0).all()
    assert "single standard errors hold" not in text
    assert "no sampling error" in said(cs.Design(clusters="a", strata="b", lonely="remove"), a=1, b=1)[1]


def test_copies_of_rows_are_one_row_to_their_cluster():
    frame = _frame()
    fit = MODEL.fit(frame, estimator="MLR")
    copied = pd.concat([frame.assign(row=range(250))] * 4)
    clustered = MODEL.fit(cs.Survey(copied, clusters="row"), estimator="MLR")
    np.testing.assert_allclose(clustered.vcov, fit.vcov * 250 / 249, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(clustered.design_effects()["deff"], 4 * 250 / 249, rtol=1e-7)
    np.testing.assert_allclose(fit.design_effects()["effective_n"], 250, rtol=IDENTITY)


def test_weights_alone_keep_lavaans_sandwich():
    fit = MODEL.fit(cs.Survey(_frame(), weights="w"), estimator="MLR")
    assert fit.settings.errors == "sandwich"
    assert np.isinf(fit.degrees)
    effects = fit.design_effects()
    assert list(effects.columns) == ["lhs", "op", "rhs", "group", "label", "est", "se", "deff", "effective_n"]
    # The weights' own effect, by Kish's formula, is that of a mean unrelated to them.
    assert effects["deff"].median() == pytest.approx(250 / fit.moments.effective_n, rel=0.1)


def test_sums_do_not_depend_on_the_batches():
    survey = cs.Survey(_frame(), clusters="store")
    fit = MODEL.fit(survey, estimator="MLR")
    design = linearise(survey.units())
    group = np.zeros(design.count, dtype=int)
    scores = NormalScores(fit.solution.structure, fit.solution.point, fit.solution.slope)
    kernel = UnitTotals(
        ScoreColumns(scores, True, fit.solution.sample_mean, fit.solution.sample_mean, group, group, True), design.count
    )
    rows = survey.rows(fit.solution.table.observed, units=design.code)
    whole = kernel.spread(rows.reduce(kernel))
    for size in (1000, 7):
        parts = kernel.spread(replace(rows, source=replace(rows.source, batch_rows=size)).reduce(kernel))
        np.testing.assert_allclose(parts.sums, whole.sums, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(parts.rows, whole.rows)


def test_the_order_of_rows_does_not_matter():
    frame = _frame()
    for columns in DESIGNS.values():
        ours = MODEL.fit(cs.Survey(frame, **columns), estimator="MLR")
        mixed = MODEL.fit(cs.Survey(frame.sample(frac=1, random_state=3), **columns), estimator="MLR")
        np.testing.assert_allclose(mixed.parameters["se"], ours.parameters["se"], rtol=1e-7)


def test_a_row_without_an_answer_leaves_its_cluster_in():
    frame = _frame().astype({"CUSA1": float})
    frame.loc[frame["store"] == 7, "CUSA1"] = np.nan
    whole = MODEL.fit(cs.Survey(frame, clusters="store", fpc="N"), estimator="MLR")
    fewer = MODEL.fit(cs.Survey(frame[frame["store"] != 7], clusters="store", fpc="N"), estimator="MLR")
    # All 50 stores were drawn: the one nobody answers in counts as one of them, but brings no degree of freedom.
    assert whole.degrees == fewer.degrees == 48
    expected = (50 / 49 * (1 - 50 / 90)) / (49 / 48 * (1 - 49 / 90))
    np.testing.assert_allclose(whole.vcov, expected * fewer.vcov, rtol=1e-6, atol=1e-12)


# ---- which design


def test_another_design_replaces_the_surveys_own():
    frame = _frame()
    own = cs.Survey(frame, strata="region", weights="w")
    other = MODEL.fit(own, estimator="MLR", design=cs.Design(clusters="store"))
    same = MODEL.fit(cs.Survey(frame, clusters="store"), estimator="MLR")
    np.testing.assert_array_equal(other.vcov, same.vcov)
    assert other.settings.design == cs.Design(clusters="store")
    ignored = MODEL.fit(own, estimator="MLR", design=False)
    assert ignored.settings.errors == "sandwich"
    np.testing.assert_array_equal(ignored.vcov, MODEL.fit(frame, estimator="MLR").vcov)


def test_what_a_design_cannot_be_used_for():
    survey = cs.Survey(_frame(), strata="region")
    with pytest.raises(cs.OptionError, match=r"design= needs rows, and moments hold none"):
        MODEL.fit(cs.datasets.mobile_phone(), design=cs.Design(strata="region"))
    with pytest.raises(cs.OptionError, match=r"'MLM' does not take strata, clusters .*; use 'MLR', or design=False"):
        MODEL.fit(survey, estimator="MLM")
    with pytest.raises(cs.OptionError, match=r"The standard errors of estimator='ML' ignore the design; fit by 'MLR'"):
        MODEL.fit(survey).design_effects()
    with pytest.raises(cs.DataError, match=r"no column 'regoin' \(named by the design\) \(did you mean 'region'\?\)"):
        MODEL.fit(survey, design=cs.Design(strata="regoin"))


def test_few_clusters_are_said():
    assert not MODEL.fit(cs.Survey(_frame(), clusters="c25"), estimator="MLR").status.warnings
    fewer = MODEL.fit(cs.Survey(_frame().assign(c=np.arange(250) % 10), clusters="c"), estimator="MLR")
    assert "The design has 9 degrees of freedom for 24 free parameters" in " ".join(fewer.status.warnings)


# ---- replicate weights


@pytest.fixture(scope="module")
def jackknife():
    frame = _frame()
    dropped = np.array([np.where(frame["store"] == k, 0.0, frame["w"] * 50 / 49) for k in range(50)]).T
    names = tuple(f"r{k}" for k in range(50))
    whole = pd.concat([frame.reset_index(drop=True), pd.DataFrame(dropped, columns=names)], axis=1)
    return cs.Survey(whole, scale=(1, 10), design=cs.Design("w", replicate_weights=names, replicate_type="JK1"))


@pytest.fixture(scope="module")
def replicated(jackknife):
    return MODEL.fit(jackknife, estimator="MLR")


def _refits(jackknife, count=50):
    for k in range(count):
        yield MODEL.fit(cs.Survey(jackknife.frame, weights=f"r{k}", scale=(1, 10)))


def _jack(values):
    return np.sqrt(49 / 50 * ((values - values.mean(axis=0)) ** 2).sum(axis=0))


def test_replicates_are_refits(jackknife, replicated):
    refits = list(_refits(jackknife))
    np.testing.assert_allclose(replicated.solution.replicates.theta, [fit.solution.theta for fit in refits], rtol=1e-8)
    assert replicated.degrees == 49
    assert replicated.settings.errors == "replicates"
    frames = [fit.parameters for fit in refits]
    free = replicated.parameters["se"] > 0
    for estimate, error in (("est", "se"), ("std", "std_se")):
        expected = _jack(np.array([frame[estimate] for frame in frames]))
        # What is 1 by definition has an error of rounding.
        np.testing.assert_allclose(replicated.parameters[error][free], expected[free], rtol=1e-7, atol=1e-12)
    totals = _jack(np.array([cs.effects(fit)["total"] for fit in refits]))
    np.testing.assert_allclose(cs.effects(replicated)["total_se"], totals, rtol=1e-7)
    for by in (None, "region"):
        expected = _jack(np.array([cs.csi(fit, by=by)["index"] for fit in refits]))
        index = cs.csi(replicated, by=by)
        np.testing.assert_allclose(index["se"], expected, rtol=1e-7)
        assert set(index["method"]) == {"MLR, replicate weights"}
        np.testing.assert_allclose(np.sqrt(np.diag(index.attrs["covariance"])), expected, rtol=1e-7)


def test_the_jackknife_is_near_the_linearised_errors(jackknife, replicated):
    linear = MODEL.fit(jackknife, estimator="MLR", design=cs.Design("w", clusters="store"))
    free = linear.parameters["se"] > 0
    # They agree to first order in 1/50.
    np.testing.assert_allclose(replicated.parameters["se"][free], linear.parameters["se"][free], rtol=0.1)
    factor = "chisq.scaling.factor"
    assert replicated.fit_measures()[factor] == pytest.approx(linear.fit_measures()[factor], rel=0.05)


def test_replicates_by_group_and_with_fixed_predictors(jackknife):
    model = cs.Model.from_syntax("SAT =~ CUSA1 + CUSA2 + CUSA3\nSAT ~ IMAG1 + PERQ1\n")
    found = model.fit(jackknife, estimator="MLR", groups="region", equal=["loadings"])
    for k in (0, 31):
        refit = model.fit(cs.Survey(jackknife.frame, weights=f"r{k}"), groups="region", equal=["loadings"])
        np.testing.assert_allclose(found.solution.replicates.theta[k], refit.solution.theta, rtol=1e-7, atol=1e-9)
    linear = model.fit(
        jackknife, estimator="MLR", groups="region", equal=["loadings"], design=cs.Design("w", clusters="store")
    )
    factor = "chisq.scaling.factor"
    assert found.fit_measures()[factor] == pytest.approx(linear.fit_measures()[factor], rel=0.1)


def test_replicates_without_a_solution_are_left_out_and_counted(jackknife):
    frame = jackknife.frame.copy()
    three = np.zeros(250)
    three[:3] = 250 / 3
    frame["r5"] = three
    fit = MODEL.fit(cs.Survey(frame, design=jackknife.design), estimator="MLR")
    assert fit.solution.replicates.failed == 1
    assert any(text.startswith("1 of 50 replicates did not converge") for text in fit.status.warnings)
    assert fit.parameters["se"].notna().all()
    for k in range(6):
        frame[f"r{k}"] = three
    fit = MODEL.fit(cs.Survey(frame, design=jackknife.design), estimator="MLR")
    assert any("more than 10 %, so there are no standard errors" in text for text in fit.status.warnings)
    assert fit.paths[["se", "ci_lower", "std_se"]].isna().all(axis=None)


def test_ml_and_full_information_say_what_they_do_with_replicates(jackknife):
    plain = MODEL.fit(jackknife)
    assert "The survey's replicate weights do not enter ML's standard errors" in " ".join(plain.status.warnings)
    incomplete = MODEL.fit(jackknife, missing="fiml")
    assert "estimator='MLR' with missing='listwise' uses them." in " ".join(incomplete.status.warnings)
    # Before anything is estimated.
    frame = jackknife.frame.assign(CUEX1=np.nan)
    with pytest.raises(cs.OptionError, match="missing='fiml' does not take replicate weights"):
        MODEL.fit(cs.Survey(frame, design=jackknife.design), estimator="MLR", missing="fiml")
