"""Frequencies, top boxes, several answers, expectation against perception: R's survey, scipy, the taxi."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scipy

import csisem as cs
from survey_golden import FOLDER, sample

GOLDEN = 1e-9
FIGURES = json.loads((FOLDER.parent / "survey-4.1-1-tables" / "figures.json").read_text())
STRAT, CLUS = sample("apistrat.csv"), sample("apiclus1.csv")
AWARDS = cs.Survey(STRAT, weights="pw", strata="awards")


def test_shares_are_r_s_and_wald_s_interval_too():
    golden = FIGURES["shares"]
    found = cs.diagnose.frequencies(AWARDS, "stype", interval="wald").set_index("answer").loc[["E", "H", "M"]]
    for ours, theirs in (("percent", "mean"), ("se", "se"), ("ci_lower", "low"), ("ci_upper", "high")):
        np.testing.assert_allclose(found[ours], 100 * np.array(golden[theirs]), rtol=GOLDEN)
    assert found["n"].sum() == 200
    assert cs.diagnose.frequencies(AWARDS, "stype")["cumulative"].iloc[-1] == pytest.approx(100)


def test_shares_of_domains_are_r_s():
    golden = FIGURES["by"]
    survey = cs.Survey(STRAT.assign(high=(STRAT["api00"] >= 700).astype(int)), weights="pw", strata="stype", fpc="fpc")
    table = cs.diagnose.frequencies(survey, "high", by="stype")
    found = table[table["answer"] == 1].set_index("stype").loc[golden["labels"]]
    np.testing.assert_allclose(found["percent"], 100 * np.array(golden["mean"]), rtol=GOLDEN)
    np.testing.assert_allclose(found["se"], 100 * np.array(golden["se"]), rtol=GOLDEN)


def test_the_taxi_s_satisfied_passengers():
    frame = pd.DataFrame({"满意": np.repeat(["是", "否"], [276, 321])})
    for kind, bounds in (("wald", (42.23, 50.23)), ("wilson", (42.27, 50.24))):
        row = cs.diagnose.frequencies(frame, "满意", interval=kind).iloc[0]
        assert row["percent"] == pytest.approx(46.2312, abs=5e-5)
        np.testing.assert_allclose([row["ci_lower"], row["ci_upper"]], bounds, atol=0.005)
        theirs = scipy.stats.binomtest(276, 597).proportion_ci(method="wilson")
        if kind == "wilson":
            np.testing.assert_allclose([row["ci_lower"], row["ci_upper"]], [100 * theirs.low, 100 * theirs.high])


def test_an_answer_that_all_or_none_gave_has_wilson_s_interval():
    survey = cs.Survey(pd.DataFrame({"q": [5.0] * 20}), scale={"q": (1, 5)})
    table = cs.diagnose.frequencies(survey, "q").set_index("answer")
    assert table.index.tolist() == [1, 2, 3, 4, 5]
    theirs = scipy.stats.binomtest(20, 20).proportion_ci(method="wilson")
    np.testing.assert_allclose([table.loc[5, "ci_lower"], table.loc[5, "ci_upper"]], [100 * theirs.low, 100.0])
    assert table.loc[1, "n"] == 0
    assert table.loc[1, "ci_upper"] == pytest.approx(100 * (1 - theirs.low))


LONE = pd.DataFrame(
    {"城": ["甲"] * 5 + ["乙"], "问": [1, 2, 2, 5, 4, 5], "望": [3, 3, 2, 5, 5, 4], "w": [1.0, 2, 1, 1, 1, 2]}
)


@pytest.mark.parametrize("weights", [None, "w"])
def test_groups_of_a_single_row_are_named_and_have_no_errors(weights):
    survey = cs.Survey(LONE, scale=(1, 5), items=["问", "望"], weights=weights)
    with pytest.warns(cs.CsisemWarning, match="A single row of '乙' of '城' answered '问', and shows no spread"):
        table = cs.diagnose.frequencies(survey, "问", by="城")
    alone = table[table["城"] == "乙"]
    assert alone["se"].isna().all()
    assert table[table["城"] == "甲"]["se"].notna().all()
    if weights is None:
        # One row of one is still a sample of a binomial.
        theirs = scipy.stats.binomtest(1, 1).proportion_ci(method="wilson")
        assert alone["ci_lower"].iloc[-1] == pytest.approx(100 * theirs.low)
    else:
        assert alone["ci_lower"].isna().all()
    found = cs.diagnose.disconfirmation(survey, {"服务": ("望", "问")}, by="城")
    assert any("服务: A single row of '乙' of '城' answered '望', '问'" in note for note in found.notes)
    row = found.table.set_index("城").loc["乙"]
    assert row[["se", "statistic", "pvalue", "ci_lower", "balance_se"]].isna().all()
    assert row["verdict"] == "unknown"
    crossed = cs.diagnose.crosstab(survey, "问", by="城", threshold=None)
    assert any("'乙' of '城' has one row" in note for note in crossed.notes)
    ticks = cs.Survey(pd.DataFrame({"a": [1, 0, 1], "b": [0, 1, 1], "g": ["x", "x", "y"]}))
    with pytest.warns(cs.CsisemWarning, match="A single row of 'y' of 'g' answered 'a', 'b'"):
        cs.diagnose.multiple_answers(ticks, ["a", "b"], by="g")
    with pytest.warns(cs.CsisemWarning, match=r"A single row answered '问', and shows no spread"):
        cs.diagnose.frequencies(LONE.iloc[:1], "问")


def test_top_boxes_and_promoters_are_sums_of_frequencies():
    survey = cs.datasets.retail_survey()
    table = cs.diagnose.frequencies(survey, "l1", by="firm")
    wide = table.pivot_table(index="firm", columns="answer", values="percent")
    box = cs.diagnose.top_box(survey, "l1", by="firm", boxes=3).set_index("firm")
    np.testing.assert_allclose(box["share"], wide[[8, 9, 10]].sum(axis=1)[box.index])
    found = cs.diagnose.nps(survey, "l1", by="firm").set_index("firm")
    promoters, detractors = wide[[9, 10]].sum(axis=1), wide[[1, 2, 3, 4, 5, 6]].sum(axis=1)
    np.testing.assert_allclose(found["nps"], (promoters - detractors)[found.index])
    # A single box is a share, with the same error.
    one = cs.diagnose.top_box(survey, "l1", by="firm", boxes=1).set_index("firm")
    ten = table[table["answer"] == 10].set_index("firm").loc[one.index]
    np.testing.assert_allclose(one[["se", "ci_lower", "ci_upper"]], ten[["se", "ci_lower", "ci_upper"]])


def test_several_answers():
    frame = pd.DataFrame(
        {"渠道_1": [1, 1, 0, np.nan, np.nan], "渠道_2": [1, 0, 0, 1, np.nan], "渠道_3": [0, 0, 0, 1, np.nan]}
    )
    table = cs.diagnose.multiple_answers(frame, "渠道").set_index("option")
    assert table.index.tolist() == ["渠道_1", "渠道_2", "渠道_3"]
    assert table["n"].tolist() == [2, 2, 1]
    assert (table["answered"] == 4).all()
    np.testing.assert_allclose(table["percent"], [50, 50, 25])
    np.testing.assert_allclose(table["percent_of_ticks"], [40, 40, 20])
    with pytest.raises(cs.DataError, match="'渠道_2' holds 2; a question with several answers has 0 and 1"):
        cs.diagnose.multiple_answers(frame.replace({"渠道_2": {0: 2}}), ["渠道_1", "渠道_2"])
    with pytest.raises(cs.DataError, match="No row has an answer to any of '渠道_1'"):
        cs.diagnose.multiple_answers(frame.iloc[4:], ["渠道_1", "渠道_3"])


@pytest.mark.parametrize(
    ("survey", "name"),
    [(AWARDS, "awards"), (cs.Survey(CLUS, weights="pw", clusters="dnum", fpc="fpc"), "clus"), (STRAT, "plain")],
)
def test_paired_differences_are_r_s(survey, name):
    golden = FIGURES["paired"][name]
    row = cs.diagnose.disconfirmation(survey, {"api": ("api99", "api00")}).table.iloc[0]
    assert row["gap"] == pytest.approx(golden["estimate"], rel=GOLDEN)
    assert row["statistic"] == pytest.approx(golden["t"], rel=GOLDEN)
    assert row["df"] == golden["df"]
    assert row["pvalue"] == pytest.approx(golden["p"], rel=1e-7)
    assert row["verdict"] == "above expectation"


def test_classes_of_expectation():
    frame = pd.DataFrame({"期望": [8, 8, 8, 8, 5, 5], "感知": [9, 8, 7, 6, 5, 9], "组": list("aaaabb")})
    found = cs.diagnose.disconfirmation(
        cs.Survey(frame, scale=(1, 10), items=["期望", "感知"]), {"质量": ("期望", "感知")}
    )
    shares = found.classes.set_index("class")["percent"]
    np.testing.assert_allclose(shares[["disappointed", "satisfied", "delighted"]], [100 / 3] * 3)
    row = found.table.iloc[0]
    theirs = scipy.stats.ttest_rel(frame["感知"], frame["期望"])
    np.testing.assert_allclose([row["statistic"], row["pvalue"]], [theirs.statistic, theirs.pvalue])
    assert row["verdict"] == "as expected"
    assert row["balance"] == pytest.approx(0, abs=1e-12)
    groups = cs.diagnose.disconfirmation(frame, [("期望", "感知")], by="组").table
    assert groups["组"].tolist() == ["a", "b"]
    assert groups["gap"].tolist() == [-0.5, 2.0]
    # Two scales meet on 0-100.
    mixed = cs.Survey(frame.assign(感知=frame["感知"] / 2), scale={"期望": (1, 10), "感知": (0, 5)})
    again = cs.diagnose.disconfirmation(mixed, [("期望", "感知")])
    assert again.table["perceived"].iloc[0] == pytest.approx(100 * frame["感知"].mean() / 10)
    assert "compared on 0-100" in again.notes[0]


def test_bad_input_is_a_sentence():
    survey = cs.Survey(STRAT, scale={"ell": (0, 100)})
    for call, error, sentence in (
        (
            lambda: cs.diagnose.frequencies(pd.DataFrame({"id": range(201)}), "id"),
            cs.DataError,
            "different answers, more than the 200",
        ),
        (lambda: cs.diagnose.frequencies(STRAT, []), cs.DataError, "No items"),
        (lambda: cs.diagnose.frequencies(STRAT, "stype", interval="wilso"), cs.OptionError, "did you mean 'wilson'"),
        (lambda: cs.diagnose.frequencies(STRAT, "stype", level=95), cs.OptionError, "level=95"),
        (lambda: cs.diagnose.disconfirmation(STRAT, ["ell", "meals"]), cs.OptionError, "A pair is"),
        (lambda: cs.diagnose.disconfirmation(STRAT, {}), cs.OptionError, "pairs= must be"),
        (lambda: cs.diagnose.disconfirmation(survey, [("ell", "meals")]), cs.ScaleError, "'meals' has none"),
        (lambda: cs.diagnose.disconfirmation(STRAT, [("ell", "stype")]), cs.DataError, "'stype'"),
    ):
        with pytest.raises(error, match=sentence):
            call()


def test_a_sample_that_was_not_drawn_at_random_says_so():
    survey = cs.Survey(STRAT, fieldwork=cs.Fieldwork(selected="quota"))
    with pytest.warns(cs.CsisemWarning, match="not drawn at random"):
        cs.diagnose.frequencies(survey, "stype")


def test_rounding_is_no_spread():
    # Weights whose sum does not give the answers back to the last digit.
    frame = pd.DataFrame({"g": ["a"] * 3 + ["b"] * 4, "w": [0.1, 0.7, 0.3, 1, 1, 1, 1], "望": [3, 2, 2, 1, 2, 3, 4],
                          "问": [4, 3, 3, 2, 2, 4, 4]})  # fmt: skip
    survey = cs.Survey(frame, weights="w", scale=(1, 5), items=["望", "问"])
    row = cs.diagnose.disconfirmation(survey, {"x": ("望", "问")}, by="g").table.iloc[0]
    assert (row["gap"], row["se"], row["balance_se"]) == (1, 0, 0)
    assert np.isnan(row["pvalue"])
    table = cs.diagnose.frequencies(survey, "问", by="g")
    never = table[(table["percent"] == 0) & (table["g"] == "b")]
    assert (never["ci_lower"] == 0).all()
    assert (never["ci_upper"] > 0).all()
