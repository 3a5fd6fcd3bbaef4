"""Completed data sets pooled by Rubin's rules, and auxiliary variables, against semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers

FOLDER = Path(__file__).parents[2] / "golden" / "semtools-0.5.6"
# semTools pools lavaan's default runs, which stop early: up to 3e-5 of a standard error.
DEFAULT = 5e-5
# Degrees of freedom go with the fourth power of an error, and pooled F with the spread of roots of chi-squares.
STEEP = 1e-4


def completed():
    """Five data sets by the rule of the golden file."""
    incomplete = answers("mobi_blank").drop(columns="w").reset_index(drop=True)
    sets = []
    for k in range(1, 6):
        frame = incomplete.copy()
        for i in range(1, 251):
            column = (7 * i) % 24
            frame.iloc[i - 1, column] = incomplete.iloc[(i + 16 * k) % 250, column]
        sets.append(frame)
    return sets


@pytest.fixture(scope="module")
def golden():
    return json.loads((FOLDER / "pooled.json").read_text())


@pytest.fixture(scope="module")
def fit(golden):
    return cs.Model.from_syntax(golden["syntax"]).fit(completed())


def test_rubins_rules(golden, fit):
    frame = fit.parameters
    for row in golden["ml"]["parameters"]:
        ours = frame[(frame["lhs"] == row["lhs"]) & (frame["op"] == row["op"]) & (frame["rhs"] == row["rhs"])].iloc[0]
        if not row["se"]:
            continue
        assert ours["est"] == pytest.approx(row["est"], abs=DEFAULT * row["se"])
        assert ours["se"] == pytest.approx(row["se"], rel=DEFAULT)
        assert ours["pvalue"] == pytest.approx(row["pvalue"], rel=10 * STEEP, abs=1e-12)
        assert ours["ci_lower"] == pytest.approx(row["ci.lower"], rel=STEEP, abs=STEEP)
        assert ours["ci_upper"] == pytest.approx(row["ci.upper"], rel=STEEP, abs=STEEP)


def test_the_d2_test_and_measures(golden, fit):
    theirs, measures = golden["ml"], fit.fit_measures()
    d2 = theirs["d2"]
    for ours, name in (("d2.f", "F"), ("d2.df2", "df2"), ("d2.pvalue", "pvalue"), ("d2.increase", "ariv")):
        assert measures[ours] == pytest.approx(d2[name], rel=STEEP), ours
    for name in ("chisq", "df", "pvalue", "baseline.chisq", "cfi", "tli", "rmsea", "rmsea.pvalue", "nfi", "ifi"):
        assert measures[name] == pytest.approx(theirs["measures"][name], rel=STEEP), name
    assert measures["srmr"] == pytest.approx(theirs["measures"]["srmr"], rel=1e-3)
    assert np.isnan(measures["logl"])


def test_equal_data_sets_lose_nothing(golden):
    frame = answers("mobi")
    model = cs.Model.from_syntax(golden["syntax"])
    alone, twice = model.fit(frame), model.fit([frame, frame.copy(), frame.copy()])
    columns = ["est", "se", "pvalue", "ci_lower", "std", "std_se"]
    np.testing.assert_allclose(twice.parameters[columns], alone.parameters[columns], rtol=1e-10)
    measures = twice.fit_measures()
    assert measures["chisq"] == pytest.approx(alone.fit_measures()["chisq"], rel=1e-10)
    assert measures["d2.df2"] == np.inf
    assert measures["d2.pvalue"] == pytest.approx(alone.fit_measures()["pvalue"], rel=1e-10)


def test_robust_fits_are_pooled_too(golden):
    robust = cs.Model.from_syntax(golden["syntax"]).fit(completed(), estimator="MLR")
    assert robust
    measures = robust.fit_measures()
    assert 0 < measures["chisq.scaled"] < measures["chisq"]
    assert measures["imputations"] == 5


# How far the mean of squared errors lies from that at the mean of the estimates, as a share.
CURVED = 0.02
COMPARED = json.loads((FOLDER / "comparisons.json").read_text())


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_pooled_fits_are_compared_set_by_set(estimator):
    sets = completed()
    pair = [cs.Model.from_syntax(COMPARED[which]).fit(sets, estimator=estimator) for which in ("larger", "smaller")]
    for method, theirs in COMPARED[estimator].items():
        frame = cs.compare(*pair, method=method)
        kind = "" if method == "standard" else ".scaled"
        f, df, df2, pvalue = (theirs[f"{name}{kind}"] for name in ("F", "df1", "df2", "pvalue"))
        assert frame["df_diff"][1] == df
        assert frame["chisq_diff"][1] / df == pytest.approx(f, rel=STEEP), method
        assert frame.attrs["df2"][1] == pytest.approx(df2, rel=STEEP), method
        assert frame["pvalue"][1] == pytest.approx(pvalue, rel=STEEP), method
        # The pooled statistics themselves have another difference.
        assert frame["chisq"][1] - frame["chisq"][0] != pytest.approx(frame["chisq_diff"][1], rel=0.1)


def test_pooled_fits_of_other_data_sets_are_not_compared():
    sets = completed()
    larger, smaller = (cs.Model.from_syntax(COMPARED[which]) for which in ("larger", "smaller"))
    fit = larger.fit(sets)
    with pytest.raises(cs.DataError, match="pooled over 5 and 4 completed data sets; fit both"):
        cs.compare(fit, smaller.fit(sets[:4]))
    with pytest.raises(cs.DataError, match="over other answers in completed data set 1; fit both"):
        cs.compare(fit, smaller.fit(sets[::-1]))
    with pytest.raises(cs.DataError, match="only one is pooled over completed data sets"):
        cs.compare(fit, smaller.fit(sets[0]))
    # Of the first set alone the second method's factor is not positive.
    zero = cs.Model.from_syntax(COMPARED["larger"].replace("SAT ~ EXP + VAL", "SAT ~ VAL"))
    pair = [model.fit(sets, estimator="MLR") for model in (larger, zero)]
    with pytest.warns(
        cs.CsisemWarning, match=r"^In \d of 5 data sets: The scaled difference of 'model 1' and 'model 2'"
    ):
        frame = cs.compare(*pair, method="satorra.bentler.2010")
    assert np.isnan(frame["pvalue"][1])
    assert len(frame.attrs["notes"]) == 1


def test_replicate_weights_are_pooled_within_data_sets():
    rng = np.random.default_rng(2)
    weights = {f"r{k}": rng.gamma(4, 0.25, 250) for k in range(20)}
    design = cs.Design(replicate_weights=tuple(weights), replicate_type="bootstrap")
    model = cs.Model.from_syntax(COMPARED["larger"])
    fit = model.fit([frame.assign(**weights) for frame in completed()], "MLR", design=design)
    readings = (("se", lambda one: one.parameters), ("std_se", lambda one: one.paths), ("total_se", cs.effects))
    for error, read in readings:
        within = np.mean([read(one)[error] ** 2 for one in fit.imputed.fits], axis=0)
        # What lies between data sets can only add, but for derivatives at the mean of the estimates.
        assert (read(fit)[error] ** 2 >= within * (1 - CURVED)).all(), error
    assert fit.solution.replicates is None


def test_summary_prints_the_pooled_test(fit):
    measures = fit.fit_measures()
    f, df1, df2, pvalue = measures[["d2.f", "d2.df1", "d2.df2", "d2.pvalue"]]
    assert f"F {f:.3f} on {df1:.0f} and {df2:.4g} df (p {pvalue:.3f}, D2 of 5 data sets), CFI" in repr(fit)
    assert "chi-square" not in repr(fit)
    robust = cs.Model.from_syntax(COMPARED["larger"]).fit(completed(), estimator="MLR")
    measures = robust.fit_measures()
    assert f"scaled F {measures['d2.f.scaled']:.3f} on" in repr(robust)
    assert measures["d2.f.scaled"] * measures["df"] == pytest.approx(measures["chisq.scaled"], rel=1e-12)


def test_what_a_pooled_fit_does_not_have_is_said(fit):
    with pytest.raises(cs.OptionError, match=r"take those of fit\.imputed\.fits"):
        cs.Model.from_syntax(COMPARED["larger"]).fit(completed(), estimator="MLR").design_effects()
    with pytest.raises(cs.DataError, match="A pooled fit has no rows of its own"):
        fit.scores()


def test_refusals(golden, fit):
    model = cs.Model.from_syntax(golden["syntax"])
    frame = answers("mobi")
    with pytest.raises(cs.DataError, match="takes two completed data sets or more, and 1 was given"):
        model.fit([frame])
    with pytest.raises(cs.DataError, match="Completed data set 2 has other groups or rows than the first"):
        model.fit([frame, frame.iloc[:200]])
    with pytest.raises(cs.OptionError, match="leave out data="):
        cs.csi(fit, frame)


def test_the_index_is_pooled(golden):
    model = cs.Model.from_syntax(golden["syntax"])
    surveys = [
        cs.Survey(frame.assign(city=np.arange(250) % 3), scale=dict.fromkeys(frame, (1, 10))) for frame in completed()
    ]
    fit = model.fit(surveys, estimator="MLR")
    for by in (None, "city"):
        each = [cs.csi(one, by=by) for one in fit.imputed.fits]
        index = cs.csi(fit, by=by)
        values, variances = (np.array([frame[c] for frame in each]) for c in ("index", "se"))
        np.testing.assert_allclose(index["index"], values.mean(axis=0), rtol=1e-12)
        total = (variances**2).mean(axis=0) + 1.2 * values.var(axis=0, ddof=1)
        np.testing.assert_allclose(index["se"], np.sqrt(total), rtol=1e-10)
        np.testing.assert_allclose(np.diag(index.attrs["covariance"]), total, rtol=1e-10)
        assert index["method"].str.endswith("pooled over 5 data sets").all()
    frame = answers("mobi")
    rows = cs.Survey(frame, scale=(1, 10))
    same = cs.csi(model.fit([rows, rows]))
    np.testing.assert_allclose(same[["index", "se"]], cs.csi(model.fit(rows))[["index", "se"]], rtol=1e-12)


def test_auxiliary_variables_are_saturated_correlates():
    theirs = json.loads((FOLDER / "auxiliary.json").read_text())
    model = cs.Model.from_syntax(theirs["syntax"])
    fit = model.fit(answers("mobi_blank"), missing="fiml", auxiliary=theirs["auxiliary"])
    table = pd.DataFrame(theirs["parameters"])
    frame = fit.parameters
    for row in table[table["op"].isin(["=~", "~"])].to_dict("records"):
        ours = frame[(frame["lhs"] == row["lhs"]) & (frame["op"] == row["op"]) & (frame["rhs"] == row["rhs"])].iloc[0]
        assert ours["est"] == pytest.approx(row["est"], rel=DEFAULT)
        assert ours["se"] == pytest.approx(row["se"], rel=DEFAULT)
    measures = fit.fit_measures()
    for name, figure in theirs["measures"].items():
        assert measures[name] == pytest.approx(figure, rel=1e-6), name


@pytest.mark.parametrize(
    ("names", "sentence"),
    [(["IMAG9"], "named in auxiliary=) (did you mean 'IMAG"), (["CUSA1"], "which the model has already")],
)
def test_auxiliary_refusals(names, sentence):
    theirs = json.loads((FOLDER / "auxiliary.json").read_text())
    with pytest.raises(cs.CsisemError) as caught:
        cs.Model.from_syntax(theirs["syntax"]).fit(answers("mobi_blank"), missing="fiml", auxiliary=names)
    assert sentence in str(caught.value)


def test_an_auxiliary_variable_is_not_judged_by_the_items_scale():
    theirs = json.loads((FOLDER / "auxiliary.json").read_text())
    model = cs.Model.from_syntax(theirs["syntax"])
    frame = answers("mobi_blank").assign(age=lambda f: 20 + np.arange(len(f)) % 50)
    bare = model.fit(frame, missing="fiml", auxiliary=["age"], estimator="MLR")
    scaled = model.fit(cs.Survey(frame, scale=(1, 10)), missing="fiml", auxiliary=["age"], estimator="MLR")
    pd.testing.assert_frame_equal(bare.parameters, scaled.parameters)
    assert "age" not in scaled.scores().columns
