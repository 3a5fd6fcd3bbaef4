"""Contingency tables: R's chisq.test, fisher.test and svychisq, the Copenhagen tenants, the taxi counts."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scipy

import csisem as cs
from survey_golden import FOLDER, sample

GOLDEN = 1e-9
INDEPENDENT = 0.01
FIGURES = json.loads((FOLDER.parent / "survey-4.1-1-tables" / "figures.json").read_text())
STRAT, CLUS = sample("apistrat.csv"), sample("apiclus1.csv")
SURVEYS = {
    "strat": cs.Survey(STRAT, weights="pw", strata="stype", fpc="fpc"),
    "awards": cs.Survey(STRAT, weights="pw", strata="awards"),
    "clus": cs.Survey(CLUS, weights="pw", clusters="dnum", fpc="fpc"),
}


def _row(table, method):
    return table[table["method"] == method].iloc[0]


@pytest.mark.parametrize(
    ("case", "survey", "item", "by"),
    [
        ("strat", "strat", "sch.wide", "comp.imp"),
        ("awards", "awards", "stype", "sch.wide"),
        ("clus", "clus", "stype", "awards"),
        ("type", "awards", "comp.imp", "stype"),
    ],
)
def test_rao_scott_and_wald_are_r_s(case, survey, item, by):
    golden = FIGURES[case]
    table = cs.diagnose.crosstab(SURVEYS[survey], item, by=by).tests
    for method, name in (("rao-scott, second order", "second"), ("wald", "wald")):
        row = _row(table, method)
        assert row["respects_design"]
        expected = [golden[name][key] for key in ("statistic", "df1", "df2", "p")]
        np.testing.assert_allclose(row[["statistic", "df1", "df2", "pvalue"]].astype(float), expected, rtol=GOLDEN)
    first = _row(table, "rao-scott, first order")
    assert first["pvalue"] == pytest.approx(golden["first"]["p"], rel=GOLDEN)
    assert first["statistic"] == pytest.approx(first["df1"] * golden["second"]["statistic"], rel=GOLDEN)


def test_the_figures_of_the_facts():
    table = cs.diagnose.crosstab(SURVEYS["strat"], "sch.wide", by="comp.imp").tests
    assert _row(table, "rao-scott, second order")["statistic"] == pytest.approx(47.317733, abs=5e-7)
    assert _row(table, "rao-scott, second order")["df2"] == pytest.approx(197)
    assert _row(table, "wald")["statistic"] == pytest.approx(51.683349, abs=5e-7)


@pytest.mark.parametrize(("by", "name"), [("type", "type"), ("influence", "infl"), ("contact", "cont")])
def test_the_tenants_of_copenhagen_are_r_s(by, name):
    golden = FIGURES["housing"][name]
    found = cs.diagnose.crosstab(cs.datasets.copenhagen_housing(), "satisfaction", by=by)
    assert found.n == 1681
    counts = np.array(golden["counts"])
    np.testing.assert_array_equal(found.counts.iloc[:-1, :-1], counts)
    np.testing.assert_allclose(found.percent.iloc[:, :-1], 100 * counts / counts.sum(axis=0))
    pearson, ratio = (_row(found.tests, method) for method in ("pearson", "likelihood ratio"))
    np.testing.assert_allclose([pearson["statistic"], pearson["df1"], pearson["pvalue"], ratio["statistic"]],
                               [golden["pearson"], golden["df"], golden["p"], golden["lr"]], rtol=GOLDEN)  # fmt: skip
    np.testing.assert_allclose(found.residuals, golden["residuals"], rtol=GOLDEN)
    assert found.strength["cramer_v"] == pytest.approx(golden["cramer"], rel=GOLDEN)
    for method in ("cramer", "pearson"):
        theirs = scipy.stats.contingency.association(counts, method=method)
        key = {"cramer": "cramer_v", "pearson": "contingency_c"}[method]
        assert found.strength[key] == pytest.approx(theirs, rel=GOLDEN)
    # Design effects of independent rows are 1 on average, but for what the estimated covariance strays.
    first = _row(found.tests, "rao-scott, first order")["statistic"]
    assert first == pytest.approx(golden["pearson"], rel=INDEPENDENT)


def test_small_tables_get_the_exact_test():
    counts = np.array(FIGURES["small"]["counts"])
    a, b = np.indices(counts.shape)
    frame = pd.DataFrame({"a": np.repeat(a, counts.ravel()), "b": np.repeat(b, counts.ravel())})
    found = cs.diagnose.crosstab(frame, "a", by="b", threshold=None)
    exact = _row(found.tests, "exact (drawn)")["pvalue"]
    drawn = scipy.stats.PermutationMethod(n_resamples=20_000, rng=1)
    theirs = scipy.stats.chi2_contingency(counts, correction=False, method=drawn).pvalue
    # Two shares of 20,000 drawn tables differ by less than four standard errors.
    assert exact == pytest.approx(theirs, abs=4 * np.sqrt(2 * theirs * (1 - theirs) / 20_000))
    assert any("read the exact test" in note for note in found.notes)
    two = pd.DataFrame({"a": ["x"] * 4 + ["y"] * 5, "b": [1, 1, 1, 2, 2, 2, 2, 2, 1]})
    table = cs.diagnose.crosstab(two, "a", by="b").tests
    theirs = scipy.stats.fisher_exact([[3, 1], [1, 4]]).pvalue
    assert _row(table, "exact")["pvalue"] == pytest.approx(theirs)


def test_many_empty_cells_are_told():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(1, 11, (40, 2)), columns=["a", "b"])
    found = cs.diagnose.crosstab(frame, "a", by="b")
    assert np.isnan(_row(found.tests, "rao-scott, second order")["pvalue"])
    assert _row(found.tests, "exact (drawn)")["pvalue"] > 0
    assert any("Empty cells leave Rao and Scott's tests" in note for note in found.notes)


def test_taxi_passengers_are_cut_at_80_points():
    # 597 questionnaires of the training texts: 276 satisfied; the level of an item crosses with it.
    points = np.r_[np.full(276, 80.0), np.full(321, 79.0)]
    frame = pd.DataFrame({"满意度": points, "整洁": np.r_[np.repeat([5, 4], [200, 76]), np.repeat([5, 4], [100, 221])]})
    survey = cs.Survey(frame, scale={"满意度": (0, 100), "整洁": (1, 5)})
    found = cs.diagnose.crosstab(survey, "满意度", by="整洁")
    assert found.counts["total"].to_dict() == {"at least 80": 276, "below 80": 321, "total": 597}
    assert found.percent["total"].round(1).tolist() == [46.2, 53.8]
    by_hand = 597 * (76 * 100 - 200 * 221) ** 2 / (276 * 321 * 297 * 300)
    assert _row(found.tests, "pearson")["statistic"] == pytest.approx(by_hand, rel=GOLDEN)


def test_a_construct_s_index_is_crossed_with_a_group():
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey)
    found = cs.diagnose.crosstab(None, "index", by="firm", fit=fit, threshold=70)
    assert found.target == "Satisfaction"
    assert any("fixed" in note for note in found.notes)
    assert found.percent.loc["at least 70", "Cedar"] < found.percent.loc["at least 70", "Birch"]


def test_answers_are_those_that_were_read():
    frame = pd.DataFrame({"q": [1, 2, 99, 1, 2, 2], "g": [1, 1, 2, 2, 2, 1]})
    survey = cs.Survey(frame, scale={"q": (1, 2)}, missing_codes={"q": [99]}, reverse=["q"],
                       value_labels={"g": {1: "男", 2: "女"}})  # fmt: skip
    found = cs.diagnose.crosstab(survey, "q", by="g", threshold=None)
    assert found.counts.columns.tolist() == ["男", "女", "total"]
    assert found.counts.to_numpy().tolist() == [[2, 1, 3], [1, 1, 2], [3, 2, 5]]
    assert any("1 of 6 rows lacks an answer" in note for note in found.notes)


WEIGHTLESS = cs.Survey(STRAT.assign(pw=STRAT["pw"].where(STRAT["stype"] != "M", 0.0)), weights="pw")
BAD = {
    "one answer": (lambda: cs.diagnose.crosstab(STRAT.assign(a="x"), "a", by="stype"), "one answer to 'a', 'x'"),
    "one group": (lambda: cs.diagnose.crosstab(STRAT.assign(a=1), "stype", by="a"), "one answer to 'a', '1'"),
    "unknown": (lambda: cs.diagnose.crosstab(STRAT, "styp", by="awards"), "no column 'styp'.*did you mean 'stype'"),
    "unknown by": (lambda: cs.diagnose.crosstab(STRAT, "stype", by="award"), "no column 'award'.*'awards'"),
    "weightless": (lambda: cs.diagnose.crosstab(WEIGHTLESS, "awards", by="stype"), "'M' of 'stype' add up to zero"),
    "blank": (
        lambda: cs.diagnose.crosstab(pd.DataFrame({"a": ["x", None], "b": [None, "y"]}), "a", by="b"),
        "No row has an answer to both 'a' and 'b'",
    ),
    "cells": (lambda: cs.diagnose.crosstab(STRAT, "snum", by="api00"), "up to 400 cells"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_sentence(name):
    call, sentence = BAD[name]
    with pytest.raises(cs.DataError, match=sentence):
        call()


def test_bad_options_are_a_sentence():
    with pytest.raises(cs.OptionError, match="cross two questions"):
        cs.diagnose.crosstab(STRAT, "stype", by="stype")
    with pytest.raises(cs.OptionError, match="threshold=120"):
        cs.diagnose.crosstab(STRAT, "stype", by="awards", threshold=120)
