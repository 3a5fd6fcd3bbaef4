"""ANOVA of means and of variances: R, scipy, other packages, the design."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.inference.multiplicity import adjusted
from survey_golden import FOLDER, sample

GOLDEN = 1e-9
FIGURES = json.loads((FOLDER.parent / "survey-4.1-1-strata" / "figures.json").read_text())
STRAT = sample("apistrat.csv")
AWARDS = cs.Survey(STRAT, weights="pw", strata="awards")
CLUS = cs.Survey(sample("apiclus1.csv"), weights="pw", clusters="dnum", fpc="fpc")


def _row(table, method):
    return table[table["method"] == method].iloc[0]


def _pairs(found, method, pairs):
    """Rows of pairs (first, second), turned where they stand the other way round."""
    table = found.posthoc[found.posthoc["method"] == method].to_dict("records")
    rows = {(row["first"], row["second"]): row for row in table}
    for (a, b), row in list(rows.items()):
        turned = {"difference": -row["difference"], "ci_lower": -row["ci_upper"], "ci_upper": -row["ci_lower"]}
        rows[b, a] = row | turned
    return [rows[pair] for pair in pairs]


def test_the_classical_methods_are_r_s():
    found = cs.diagnose.anova(STRAT, "api00", by="stype")
    for method, statistic, df2, p in (
        ("classical", FIGURES["classical"]["F"], 197, FIGURES["classical"]["p"]),
        ("welch", FIGURES["welch"]["statistic"], FIGURES["welch"]["parameter"][1], FIGURES["welch"]["p"]),
        ("kruskal", FIGURES["kruskal"]["statistic"], np.nan, FIGURES["kruskal"]["p"]),
    ):
        row = _row(found.table, method)
        np.testing.assert_allclose(row[["statistic", "df1", "df2", "pvalue"]].astype(float), [statistic, 2, df2, p],
                                   rtol=GOLDEN)  # fmt: skip
        assert not row["respects_design"]
    golden = FIGURES["tukey"]
    tukey = _pairs(found, "tukey", [tuple(pair.split("-")[::-1]) for pair in golden["pairs"]])
    for ours, theirs in (("difference", "diff"), ("ci_lower", "lower"), ("ci_upper", "upper"), ("pvalue", "p")):
        # R's studentized range stops at about 1e-8, which a bound near zero shows most.
        np.testing.assert_allclose([row[ours] for row in tukey], golden[theirs], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("survey", "name"), [(AWARDS, "awards"), (CLUS, "clus")])
def test_under_a_design_it_is_the_wald_test_of_r_s_survey(survey, name):
    golden = FIGURES[name]
    found = cs.diagnose.anova(survey, "api00", by="stype")
    row = _row(found.table, "design")
    expected = [golden["wald"][key] for key in ("F", "df", "ddf", "p")]
    np.testing.assert_allclose(row[["statistic", "df1", "df2", "pvalue"]].astype(float), expected, rtol=GOLDEN)
    assert row["respects_design"]
    means = found.means.set_index("stype").loc[golden["labels"]]
    np.testing.assert_allclose(means["mean"], golden["means"], rtol=GOLDEN)
    np.testing.assert_allclose(means["se"], golden["se"], rtol=GOLDEN)
    again = cs.diagnose.variances(survey, "api00", by="stype")
    expected = [golden["far"][key] for key in ("F", "df", "ddf", "p")]
    row = _row(again.table, "design")[["statistic", "df", "df2", "pvalue"]].astype(float)
    np.testing.assert_allclose(row, expected, rtol=GOLDEN)


def test_the_figures_of_the_facts():
    row = _row(cs.diagnose.anova(AWARDS, "api00", by="stype").table, "design")
    found = row[["statistic", "df1", "df2", "pvalue"]].astype(float)
    np.testing.assert_allclose(found, [3.491254382, 2, 196, 0.032370592], rtol=2e-8)


def test_two_factors_are_those_of_r_and_its_survey():
    table = cs.diagnose.anova(AWARDS, "api00", by=["stype", "sch.wide"]).table
    design = table[table["method"] == "design"].set_index("term")
    for term, key in (("stype", "a"), ("sch.wide", "b"), ("stype x sch.wide", "ab")):
        golden = FIGURES["two"][key]
        found = design.loc[term, ["statistic", "df1", "df2", "pvalue"]].astype(float)
        np.testing.assert_allclose(found, [golden[name] for name in ("F", "df", "ddf", "p")], rtol=GOLDEN)
    classic, third = table[table["method"] == "classical"], FIGURES["third"]
    for column, name in (("statistic", "F"), ("df1", "df"), ("pvalue", "p")):
        np.testing.assert_allclose(classic[column], third[name], rtol=GOLDEN)
    assert set(classic["df2"]) == {third["residual"]}


def test_games_howell_is_by_r_s_studentized_range():
    found = cs.diagnose.anova(STRAT, "api00", by="stype")
    golden = FIGURES["games"]
    ours = _pairs(found, "games-howell", [tuple(pair["pair"]) for pair in golden])
    for row, theirs in zip(ours, golden, strict=True):
        assert row["difference"] == pytest.approx(theirs["diff"], rel=GOLDEN)
        assert row["se"] == pytest.approx(theirs["se"], rel=GOLDEN)
        assert row["df"] == pytest.approx(theirs["df"], rel=GOLDEN)
        # R's studentized range stops at about 1e-8.
        assert row["pvalue"] == pytest.approx(theirs["p"], rel=1e-6)
        assert (row["ci_upper"] - row["ci_lower"]) / 2 == pytest.approx(theirs["half"], rel=1e-6)


def test_pingouin_agrees_on_games_and_howell_s_pairs():
    import pingouin

    found = cs.diagnose.anova(STRAT, "api00", by="stype")
    pairs = pingouin.pairwise_gameshowell(STRAT, dv="api00", between="stype")
    # It takes the first less the second.
    ours = _pairs(found, "games-howell", list(zip(pairs["B"], pairs["A"], strict=True)))
    for mine, other in (("difference", "diff"), ("se", "se"), ("df", "df"), ("pvalue", "pval")):
        np.testing.assert_allclose([row[mine] for row in ours], pairs[other], rtol=1e-6)


def test_options_of_pingouin_round_nothing_and_stay():
    import pingouin

    before = dict(pingouin.options)
    plain = (
        cs.diagnose.anova(STRAT, "api00", by="stype").table,
        cs.diagnose.variances(STRAT, "api00", by="stype").table,
    )
    pingouin.options["round"] = pingouin.options["round.column.F"] = 1
    try:
        again = (cs.diagnose.anova(STRAT, "api00", by="stype").table,
                 cs.diagnose.variances(STRAT, "api00", by="stype").table)  # fmt: skip
        assert pingouin.options["round"] == pingouin.options["round.column.F"] == 1
    finally:
        pingouin.options.clear()
        pingouin.options.update(before)
    for one, other in zip(plain, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    "labels", [(3, 1, 2), (2.5, -1.0, 0.5), (True, False), ("丙", "甲", "乙"), ("value", "group", "F")]
)
def test_names_and_labels_are_not_in_the_way(labels):
    rng = np.random.default_rng(1)
    plain = pd.DataFrame({"y": rng.integers(1, 11, 250), "g": rng.integers(0, len(labels), 250)})
    named = pd.DataFrame({"得 分": plain["y"], "group": [labels[k] for k in plain["g"]]})
    sorted_ = pd.DataFrame({"y": named["得 分"], "g": pd.Categorical(named["group"], categories=list(labels))})
    for function in (cs.diagnose.anova, cs.diagnose.variances):
        one = function(plain, "y", by="g").table
        for other in (function(named, "得 分", by="group").table, function(sorted_, "y", by="g").table):
            pd.testing.assert_frame_equal(one, other, rtol=1e-10)


def test_answers_far_from_zero_keep_their_digits():
    frame = pd.DataFrame({"y": np.tile([1.0, 2, 3, 5], 6), "g": np.repeat([0, 1, 2], 8)})
    frame["y"] += frame["g"] * np.tile([0, 1, 0, 2], 6)
    far = frame.assign(y=frame["y"] + 2.0**40)
    for function in (cs.diagnose.anova, cs.diagnose.variances):
        near = function(frame, "y", by="g").table
        pd.testing.assert_frame_equal(near, function(far, "y", by="g").table, rtol=1e-10)


def test_ranks_have_the_ties_of_answers_that_differ_by_rounding():
    rng = np.random.default_rng(2)
    answers, weights = rng.integers(1, 8, (200, 3)), np.array([0.1, 0.2, 0.3])
    frame = pd.DataFrame({"g": rng.integers(0, 3, 200), "whole": answers @ [1, 2, 3], "sum": answers @ weights})
    assert frame["sum"].nunique() > frame["whole"].nunique()
    for function, method in ((cs.diagnose.anova, "kruskal"), (cs.diagnose.variances, "fligner")):
        one, two = (_row(function(frame, name, by="g").table, method) for name in ("whole", "sum"))
        assert one["statistic"] == pytest.approx(two["statistic"], rel=1e-12)


def test_distances_that_do_not_vary_are_nan():
    frame = pd.DataFrame({"y": [1.0, 3, 2, 8, 5, 6], "g": [0, 0, 1, 1, 2, 2]})
    table = cs.diagnose.variances(frame, "y", by="g").table.set_index("method")
    assert table.loc[["levene", "brown-forsythe"], ["statistic", "pvalue"]].isna().all(axis=None)
    still = pd.DataFrame({"y": [1.0, 3, 2, 2], "g": [0, 0, 1, 1]})
    assert np.isnan(_row(cs.diagnose.anova(still, "y", by="g").table, "welch")["statistic"])
    assert _row(cs.diagnose.variances(still, "y", by="g").table, "bartlett")["pvalue"] == 0


def test_tests_of_variances_are_r_s_and_scipy_s():
    table = cs.diagnose.variances(STRAT, "api00", by="stype").table
    groups = [own["api00"].to_numpy(float) for _, own in STRAT.groupby("stype", sort=False)]
    for method, golden, theirs in (
        ("bartlett", FIGURES["bartlett"]["statistic"], scipy.stats.bartlett(*groups)),
        ("levene", FIGURES["levene"]["F"], scipy.stats.levene(*groups, center="mean")),
        ("brown-forsythe", FIGURES["brown_forsythe"]["F"], scipy.stats.levene(*groups)),
        ("fligner", FIGURES["fligner"]["statistic"], scipy.stats.fligner(*groups)),
    ):
        row = _row(table, method)
        assert row["statistic"] == pytest.approx(golden, rel=GOLDEN)
        assert row["statistic"] == pytest.approx(theirs.statistic, rel=GOLDEN)
        assert row["pvalue"] == pytest.approx(theirs.pvalue, rel=GOLDEN)


def test_p_values_adjusted_are_r_s():
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.2])
    np.testing.assert_allclose(adjusted(p, "holm"), FIGURES["holm"])
    np.testing.assert_allclose(adjusted(p, "fdr"), FIGURES["fdr"])
    np.testing.assert_allclose(adjusted(p, "bonferroni"), np.minimum(5 * p, 1))
    np.testing.assert_array_equal(adjusted(np.array([0.01, np.nan]), "holm"), [0.01, np.nan])
    assert adjusted(np.array([]), "fdr").size == 0


@pytest.fixture(scope="module")
def retail():
    survey = cs.datasets.retail_survey()
    return survey, cs.datasets.retail_survey_model().fit(survey)


def test_the_index_of_the_rows_is_that_of_csi(retail):
    survey, fit = retail
    complete = survey.frame[survey.answers(list(fit.solution.table.observed)).notna().all(axis=1)]
    data = cs.Survey(complete, scale={"*": (1, 10), "c1": (0, 1)}, design=survey.design)
    index = cs.csi(fit, by="firm")
    for target, name in (("index", "Satisfaction"), ("Quality", "Quality"), ("Complaints", "Complaints")):
        means = cs.diagnose.anova(data, target, by="firm", fit=fit).means
        own = index[index["construct"] == name]
        assert means["firm"].tolist() == own["firm"].tolist()
        np.testing.assert_allclose(means["mean"], own["index"], rtol=1e-10)
    found = cs.diagnose.anova(None, "index", by="firm", fit=fit)
    assert any("takes the fit's weights as fixed" in note for note in found.notes)
    assert found.look_first.startswith("Look first at 'Cedar': its mean of Satisfaction")
    assert "chance" not in found.look_first


def test_a_fit_by_group_gives_each_group_its_weights(retail):
    survey, _ = retail
    fit = cs.Model.from_syntax("满意度 =~ s1 + s2 + s3").fit(survey, groups="firm")
    index = cs.csi(fit)
    complete = survey.frame[survey.answers(["s1", "s2", "s3"]).notna().all(axis=1)]
    data = cs.Survey(complete, scale=(1, 10), design=survey.design)
    found = cs.diagnose.anova(data, "index", by="firm", fit=fit)
    np.testing.assert_allclose(found.means.set_index("firm")["mean"], index.set_index("firm")["index"], rtol=1e-10)


def test_the_unstable_stratum_is_named():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"店": np.repeat(["甲", "乙", "丙"], 200)})
    frame["分"] = rng.normal(size=600) * np.where(frame["店"] == "乙", 3.0, 1.0) + 7
    found = cs.diagnose.variances(frame, "分", by="店")
    assert found.look_first.startswith("Look first at '乙'")
    assert "chance" not in found.look_first
    assert found.spreads.set_index("店").loc["乙", "sd"] == pytest.approx(frame[frame["店"] == "乙"]["分"].std())
    means = cs.diagnose.anova(frame, "分", by="店")
    assert "(95 % " in means.look_first
    assert "chance alone may explain" in means.look_first
    assert "(90 % " in cs.diagnose.anova(frame, "分", by="店", level=0.9).look_first
    with pytest.raises(cs.OptionError, match="by= names no columns"):
        cs.diagnose.variances(frame, "分", by=None)
    assert any("differ by more than four times" in note for note in means.notes)
    assert "look first" not in repr(means).splitlines()[0].casefold()


def test_without_a_design_intervals_of_means_are_those_of_each_group():
    frame = pd.DataFrame({"g": ["a"] * 5 + ["b"] * 4, "y": [1.0, 2, 3, 4, 7, 2, 2, 3, 9]})
    means = cs.diagnose.anova(frame, "y", by="g").means
    for row in means.itertuples():
        own = frame.loc[frame["g"] == row.g, "y"]
        low, high = scipy.stats.t.interval(0.95, len(own) - 1, own.mean(), own.sem())
        np.testing.assert_allclose([row.ci_lower, row.ci_upper], [low, high])


rows = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10)), min_size=16, max_size=60)


@settings(deadline=None, max_examples=25)
@given(rows, st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_units_and_order_do_not_matter(pairs, shift, scale):
    codes = np.array([0, 0, 1, 1, 2, 2, 3, 3, *(pair[0] for pair in pairs)])
    values = np.array([1, 2, 3, 5, 1, 4, 2, 2, *(pair[1] for pair in pairs)], dtype=float)
    frame = pd.DataFrame({"g": codes, "y": values})
    other = frame.assign(y=shift + scale * frame["y"]).sample(frac=1, random_state=1)
    ours = cs.diagnose.anova(frame, "y", by="g").table
    moved = cs.diagnose.anova(other, "y", by="g").table
    # A shift of a million leaves answers a little over nine digits.
    np.testing.assert_allclose(ours["statistic"], moved["statistic"], rtol=1e-6, atol=1e-9)


def test_a_weight_of_two_is_a_row_twice_for_the_means():
    frame = pd.DataFrame({"g": list("aabbb"), "y": [1.0, 4, 2, 5, 9], "w": [1.0, 2, 2, 1, 3]})
    twice = frame.loc[frame.index.repeat(frame["w"].astype(int))]
    ours = cs.diagnose.anova(cs.Survey(frame, weights="w"), "y", by="g").means
    np.testing.assert_allclose(ours["mean"], cs.diagnose.anova(twice, "y", by="g").means["mean"])


BASE = pd.DataFrame({"层": ["东", "东", "西", "西", "中", "中"], "分": [1.0, 2, 3, 5, 4, 4], "w": [1.0] * 6,
                     "性": ["男", "女", "男", "女", "男", "男"]})  # fmt: skip


@pytest.mark.parametrize("function", [cs.diagnose.anova, cs.diagnose.variances])
@pytest.mark.parametrize(
    ("frame", "options", "error", "message"),
    [
        (BASE[:5], {"by": "层"}, cs.DataError, "'中' of '层' has one row"),
        (BASE[:2], {"by": "层"}, cs.DataError, "in one stratum of '层', '东'"),
        (BASE.assign(分=5.0), {"by": "层"}, cs.DataError, "'分' is constant .always 5."),
        (BASE.assign(分="好"), {"by": "层"}, cs.DataError, "'分' is text"),
        (BASE, {"by": "曾"}, cs.DataError, "no column '曾'"),
        (cs.Survey(BASE.assign(w=[1, 1, 0, 0, 1, 1]), weights="w"), {"by": "层"}, cs.DataError,
         "weights of '西' of '层' add up to zero"),
        (BASE.assign(分=np.nan), {"by": "层"}, cs.DataError, "No row has an answer"),
    ],
)  # fmt: skip
def test_refusals(function, frame, options, error, message):
    with pytest.raises(error, match=message):
        function(frame, "分", **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cs.diagnose.anova(BASE.assign(分=[1, 2, 3, 4, 5, 6]), "分", by=["层", "性"]), cs.DataError,
         "No row has 层 '中' and 性 '女'|have one row, which shows no spread"),
        (lambda: cs.diagnose.anova(BASE, "分", by=["层", "性", "w"]), cs.OptionError, "one or two factors"),
        (lambda: cs.diagnose.anova(BASE, "分", by="层", adjust="hommel"), cs.OptionError, "adjust='hommel'"),
        (lambda: cs.diagnose.anova(BASE, "分", by="层", level=95), cs.OptionError, "level=95"),
        (lambda: cs.diagnose.anova(BASE, ["分"], by="层"), cs.OptionError, "name of one column"),
        (lambda: cs.diagnose.anova(None, "分", by="层"), cs.DataError, "Give the survey"),
    ],
)  # fmt: skip
def test_other_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_crossed_strata_are_named_by_their_parts():
    frame = pd.DataFrame({"城": list("东东西西") * 4, "性": list("男女") * 8, "分": [1.0, 5, 6, 7, 2, 6, 7, 9] * 2})
    found = cs.diagnose.anova(frame, "分", by=["城", "性"])
    assert found.look_first.startswith("Look first at '东 x 男'")
    assert repr(found).startswith("Anova: target 分, by 城, 性, n 16")
    assert cs.diagnose.variances(frame, "分", by=["城", "性"]).look_first.startswith("Look first at '")
    with pytest.raises(cs.DataError, match="'东 x 男' of '城', '性' has one row"):
        cs.diagnose.anova(frame.iloc[1:8], "分", by=["城", "性"])


def test_empty_cells_and_lone_levels_of_two_factors():
    two = pd.concat([BASE] * 3)
    two["分"] = np.arange(18.0) % 7
    with pytest.raises(cs.DataError, match="No row has 层 '中' and 性 '女'"):
        cs.diagnose.anova(two, "分", by=["层", "性"])
    with pytest.raises(cs.DataError, match="'性' has one level, '男'"):
        cs.diagnose.anova(two[two["性"] == "男"], "分", by=["层", "性"])


def test_a_construct_must_exist(retail):
    survey, fit = retail
    with pytest.raises(cs.ModelError, match=r"no construct 'Qualty' .did you mean 'Quality'"):
        cs.diagnose.anova(survey, "Qualty", by="firm", fit=fit)
    plain = cs.Model.from_syntax("质量 =~ q1 + q2 + q3").fit(survey)
    with pytest.raises(cs.ModelError, match="none of the constructs '质量' is named so"):
        cs.diagnose.anova(survey, "index", by="firm", fit=plain)
    with pytest.raises(cs.DataError, match="declare scale= for 'q1'"):
        cs.diagnose.anova(cs.Survey(survey.frame), "质量", by="firm", fit=plain)
