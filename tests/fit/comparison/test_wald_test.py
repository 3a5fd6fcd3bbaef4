"""Wald tests: figures of lavaan and semTools, identities, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import fdtrc

import csisem as cs
from lavaan_golden import answers

RECORDS = json.loads((Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-wald" / "wald.json").read_text())
SYNTAX = """
visual =~ x1 + l2*x2 + l3*x3
textual =~ x4 + l5*x5 + l6*x6
speed =~ x7 + l8*x8 + l9*x9
textual ~ a*visual
speed ~ b*visual + c*textual
ab := a*c
"""
MODEL = cs.Model.from_syntax(SYNTAX)
# lavaan's optimiser stops at a relative change of 1e-10, which leaves five digits of a test.
LAVAAN = 2e-5
# A p-value far in the tail, and degrees of freedom that are a power of a small increase of variance, move by more.
TAIL = 1e-3


@pytest.fixture(scope="module")
def holzinger():
    return answers("holzinger")


@pytest.fixture(scope="module")
def fits(holzinger):
    return {estimator: MODEL.fit(holzinger, estimator=estimator) for estimator in ("ML", "MLR")}


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r["name"] == "wald"], ids=lambda r: r["estimator"] + r["test"]
)
def test_tests_are_lavaans(fits, record):
    found = cs.wald(fits[record["estimator"]], record["test"]).iloc[-1]
    assert found["chisq"] == pytest.approx(record["stat"], rel=LAVAAN)
    assert found["df"] == record["df"]
    assert found["pvalue"] == pytest.approx(record["p.value"], rel=TAIL)
    assert np.isinf(found["df2"])


@pytest.mark.parametrize("record", [r for r in RECORDS if r["name"] == "d1"], ids=lambda r: r["test"])
def test_pooled_tests_are_semtools(holzinger, record):
    sets = []
    for m in range(1, 5):
        one = holzinger.copy()
        for step, item in ((4, "x2"), (7, "x5"), (11, "x8")):
            rows = np.arange(0, len(one), step)
            one.loc[one.index[rows], item] += np.sin((rows + 1) * m)
        sets.append(one)
    found = cs.wald(MODEL.fit(sets), record["test"]).iloc[-1]
    assert found["chisq"] / found["df"] == pytest.approx(record["f"], rel=LAVAAN)
    assert found["df2"] == pytest.approx(record["df2"], rel=TAIL)
    assert found["pvalue"] == pytest.approx(fdtrc(record["df1"], record["df2"], record["f"]), rel=TAIL)


def test_one_parameter_is_its_own_test(fits):
    rows = fits["MLR"].parameters.set_index("label")
    found = cs.wald(fits["MLR"], ["a == 0", "ab == 0"])
    for k, label in enumerate(("a", "ab")):
        assert found.loc[k, "est"] == pytest.approx(rows.loc[label, "est"], rel=1e-12)
        assert found.loc[k, "se"] == pytest.approx(rows.loc[label, "se"], rel=1e-9)
        assert found.loc[k, "chisq"] == pytest.approx(rows.loc[label, "z"] ** 2, rel=1e-9)
        assert found.loc[k, "pvalue"] == pytest.approx(rows.loc[label, "pvalue"], rel=1e-9)


def test_a_design_has_an_f_test():
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey, estimator="MLR")
    hypotheses = ["`Value ~ Expectation` == 0.1", "`Loyalty ~ Complaints` == -0.4"]
    one, _, jointly = (row for _, row in cs.wald(fit, hypotheses).iterrows())
    d = fit.solution.degrees
    path = fit.paths.set_index(["lhs", "rhs"]).loc[("Value", "Expectation")]
    assert one["chisq"] == pytest.approx(((path["est"] - 0.1) / path["se"]) ** 2, rel=1e-9)
    assert (one["df2"], jointly["df2"]) == (d, d - 1)
    assert jointly["pvalue"] == pytest.approx(fdtrc(2, d - 1, (d - 1) / (2 * d) * jointly["chisq"]), rel=1e-12)


def test_paths_of_groups_and_of_pls_are_compared():
    survey = cs.datasets.retail_survey()
    model = cs.datasets.retail_survey_model()
    fit = model.fit(survey, groups="firm", design=False)
    found = cs.wald(fit, "`Value ~ Quality [Alder]` == `Value~Quality [Birch]`").iloc[0]
    paths = fit.paths[(fit.paths["lhs"] == "Value") & (fit.paths["rhs"] == "Quality")].set_index("group")
    # Groups without equalities are independent.
    apart = paths.loc["Alder", "est"] - paths.loc["Birch", "est"]
    assert found["est"] == pytest.approx(apart, rel=1e-9)
    assert found["se"] == pytest.approx(np.hypot(paths.loc["Alder", "se"], paths.loc["Birch", "se"]), rel=1e-9)
    pls = model.fit(survey, estimator="PLS")
    alone = pls.paths.set_index(["lhs", "rhs"]).loc[("Value", "Quality")]
    assert cs.wald(pls, "`Value ~ Quality` == 0").loc[0, "se"] == pytest.approx(alone["se"], rel=1e-9)


@pytest.mark.parametrize(
    ("hypotheses", "said"),
    [
        ("a == a", "nothing in it is estimated, it stands at a bound"),
        ("b == c; c == b", "repeat each other"),
        ("a == b; b == c; a == c", "repeat each other"),
        ("d == 1", "'d', which is neither a label nor a parameter"),
        ("a < b", "inequalities have no Wald test"),
        ("a <= b", "inequalities have no Wald test"),
        ("a", "not one equation"),
        ("a == b == c", "not one equation"),
        ("", "holds no equation"),
        (3, "as text or a list"),
        (["a == b", None], "as text or a list"),
        ("a == log(0 - 1)", "no value at the estimates"),
        ("`visual =~ x1` == 1", "nothing in it is estimated"),
    ],
)
def test_hypotheses_that_are_none(fits, hypotheses, said):
    with pytest.raises(cs.OptionError, match=said):
        cs.wald(fits["ML"], hypotheses)


def test_units_do_not_matter():
    data = answers("holzinger")
    small = data.copy()
    small["x2"] *= 1e-7
    one, other = (cs.wald(MODEL.fit(d), "`x2 ~~ x2` == 0; b == c") for d in (data, small))
    np.testing.assert_allclose(one["chisq"], other["chisq"], rtol=1e-6)


def test_marks_inside_backticks_are_part_of_the_name(holzinger):
    frame = holzinger.assign(g=np.where(np.arange(len(holzinger)) % 2, "a;b==c", "d"))
    fit = cs.Model.from_syntax("visual =~ x1 + x2 + x3").fit(frame, groups="g")
    found = cs.wald(fit, "`visual =~ x2 [a;b==c]` == `visual =~ x2 [d]`; `visual =~ x3 [d]` == 1")
    assert found["df"].tolist() == [1, 1, 2]


def test_more_hypotheses_than_the_design_has_degrees(holzinger):
    survey = cs.Survey(holzinger.assign(c=np.arange(len(holzinger)) % 4), clusters="c")
    fit = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6").fit(survey, estimator="MLR")
    names = ["`visual =~ x2` == 1", "`visual =~ x3` == 1", "`textual =~ x5` == 1", "`textual =~ x6` == 1"]
    with pytest.raises(cs.OptionError, match="with 3 degrees of freedom of the design"):
        cs.wald(fit, names)
    assert cs.wald(fit, names[:3])["df2"].tolist() == [3, 3, 3, 1]


def test_a_fit_that_must_not_be_used_is_refused(holzinger):
    fit = cs.Model.from_syntax("visual =~ NA*x1 + a*x2 + x3").fit(holzinger)
    with pytest.raises(cs.UnusableFitError, match="Wald tests"):
        cs.wald(fit, "a == 1")
