"""Completed data sets pooled by Rubin's rules, and auxiliary variables, against semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers

FOLDER = Path(__file__).parents[1] / "golden" / "semtools-0.5.6"
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
    assert twice.fit_measures()["chisq"] == pytest.approx(alone.fit_measures()["chisq"], rel=1e-10)


def test_robust_fits_are_pooled_too(golden):
    robust = cs.Model.from_syntax(golden["syntax"]).fit(completed(), estimator="MLR")
    assert robust
    measures = robust.fit_measures()
    assert 0 < measures["chisq.scaled"] < measures["chisq"]
    assert measures["imputations"] == 5


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
