"""Results of a round: the same as the single functions give that are called by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import csisem as cs
from csisem.programme.results import NotComputed
from refusals import refusal
from shop import PARTS, SIZES, shop

FORM = cs.templates.questionnaire("retail_customers", "zh")
TREE = cs.index.Hierarchy.from_questionnaire(FORM, name="总指数")


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def this(programme):
    return programme.round("2026-11")


def by_hand(programme, month):
    """The answers of a month, read and weighted without the programme."""
    frame = FORM.code(pd.read_csv(programme.folder / "waves" / f"{month}.csv"), "zh")
    frame["w"] = cs.sampling.poststratify(frame, SIZES, by="store")
    return FORM.survey(frame, weights="w", strata="store", language="zh")


@pytest.fixture(scope="module")
def own(programme):
    return by_hand(programme, "2026-11")


def test_every_result_has_its_name_title_and_place(this):
    assert len(this) == len(this.names) == len(set(this)) > 150
    sections = list(dict.fromkeys(name.partition("/")[0] for name in this))
    assert sections == [
        "answer_quality", "response", "weighting", "frequencies", "means", "satisfied", "satisfied_by_question",
        "index", "normality", "anova", "variances", "crosstab", "reliability", "item_statistics", "correlations",
        "discriminant", "trend", "change", "contributions", "targets", "against_targets", "total_error",
    ]  # fmt: skip
    assert {f"frequencies/{one.name}" for one in FORM.questions} <= set(this)
    assert {"index/sex", "index/sex x visits", "anova/age/服务", "targets/precise/region"} <= set(this)
    for name in this:
        assert this.title(name).text("zh")
    assert "(did you mean 'index/sex'?)" in refusal(cs.OptionError, lambda: this["index/sxe"])


def test_a_result_that_cannot_be_computed_is_there_with_its_reason(programme, this):
    failed = this["frequencies/wish"]
    assert isinstance(failed, NotComputed)
    assert not failed
    assert failed.reason.startswith("'wish' is an open question")
    first = programme.round("2026-08")
    assert first["change"].reason == "This is the first wave, and a change needs one before."
    assert first["trend"].reason == "This is the first wave, and a trend needs two."
    assert first.contents().set_index("name").loc["change", "reason"] == first["change"].reason
    bare = programme.with_parts(targets={}).round("2026-11")
    assert bare["against_targets"].reason.startswith("No targets are set")


@pytest.mark.parametrize("by", [(), ("sex",), ("sex", "visits")])
def test_indices_are_the_hierarchys(this, own, by):
    name = "/".join(["index", " x ".join(by)]).rstrip("/")
    assert_frame_equal(this[name], TREE.score(own, by=by or None), check_exact=False, rtol=1e-12)


def test_tables_and_reliability_are_those_of_the_functions(this, own):
    assert_frame_equal(this["frequencies/queue"], cs.diagnose.frequencies(own, "queue"))
    assert_frame_equal(this["frequencies/reason"], cs.diagnose.multiple_answers(own, "reason"))
    assert_frame_equal(this["crosstab/queue"].counts, cs.diagnose.crosstab(own, "overall", by="queue").counts)
    assert_frame_equal(this["crosstab/sex"].tests, cs.diagnose.crosstab(own, "overall", by="sex").tests)
    blocks = {name: items for name, items in FORM.blocks().items() if len(items) > 1}
    assert_frame_equal(this["reliability"], cs.diagnose.alpha(own, blocks))
    assert this["answer_quality"].flagged == cs.diagnose.quality(own, FORM).flagged


def test_satisfied_is_what_the_cross_table_counts(this, own):
    row = this["satisfied"].iloc[0]
    assert row["n"] == cs.diagnose.crosstab(own, "overall", by="sex").counts.loc["at least 满意", "total"]
    share = cs.index.top_box(own, "overall", boxes="satisfied").iloc[0]
    assert row["percent"] == pytest.approx(share["share"], rel=1e-12)
    assert any("'overall'" in note or "overall" in note for note in this.notes)


def test_analysis_of_variance_is_that_of_each_respondents_index(this, own):
    points = own.answers(list(FORM.items))
    items = FORM.blocks()["价格"]
    # Four levels of equal weights, two questions each.
    index = pd.concat([(points[item] - 1) * 25 for item in items], axis=1).mean(axis=1)
    frame = own.to_pandas().assign(index=index)
    survey = cs.Survey(frame, scale={"index": (0, 100)}, weights="w", strata="store")
    expected = cs.diagnose.anova(survey, "index", by="age")
    assert_frame_equal(this["anova/age/价格"].table, expected.table)
    # A round has the order of the questionnaire's options, a plain frame that of its rows.
    ages = list(FORM["age"].labels("zh").values())
    found = this["anova/age/价格"].means
    assert found["age"].tolist() == ages
    assert_frame_equal(found, expected.means.set_index("age").loc[ages].reset_index())
    assert this["frequencies/age"]["answer"].tolist() == ages
    assert this["satisfied/age"]["age"].tolist() == ages
    assert this["crosstab/age"].counts.columns.tolist() == [*ages, "total"]
    assert_frame_equal(this["variances/age/价格"].table, cs.diagnose.variances(survey, "index", by="age").table)


def test_changes_are_differences_of_independent_months(programme, this, own):
    before, now = TREE.score(by_hand(programme, "2026-10")), TREE.score(own)
    change = this["change"]
    assert change["node"].tolist() == now["node"].tolist()
    np.testing.assert_allclose(change["change"], now["index"] - before["index"], rtol=1e-9)
    np.testing.assert_allclose(change["change_se"], np.hypot(now["se"], before["se"]), rtol=1e-9)
    trend = this["trend"]
    total = trend[trend["node"] == "总指数"]
    assert total["round"].tolist() == list(programme.waves)
    np.testing.assert_allclose(total["index"].iloc[-2:], [before["index"][0], now["index"][0]], rtol=1e-12)
    np.testing.assert_allclose(total["change"].iloc[-1], change["change"][0], rtol=1e-9)
    parts = this["contributions"]
    assert_frame_equal(parts, TREE.contributions(by_hand(programme, "2026-10"), own), rtol=1e-9)
    women = this["trend/sex"].query("node == '服务' and sex == '女'")
    expected = TREE.score(own, by="sex").query("node == '服务' and sex == '女'")
    assert women["index"].iloc[-1] == pytest.approx(expected["index"].iloc[0], rel=1e-12)


def test_rankings_leave_out_indicators_without_weight(this, own):
    # The lowest indicators of the five that have a weight, by hand.
    weights = TREE.global_weights
    weights = weights[weights > 0]
    simple, precise = this["targets/simple/quadrant"], this["targets/precise/coefficient"]
    assert set(simple["item"]) == set(precise["item"]) == set(weights.index)
    assert "总体满意" not in set(simple["item"])
    expected = cs.improve.targets(own, weights, ranking="quadrant")
    assert_frame_equal(simple[["item", "coefficient", "se"]], expected[["item", "coefficient", "se"]], rtol=1e-9)
    found = cs.improve.targets(own, weights, method="precise", outcome="overall")
    assert_frame_equal(precise[["item", "importance"]], found[["item", "importance"]], rtol=1e-9)


def test_weights_that_name_an_outcome_without_weight_rank_the_causes(programme, this):
    weights = {node.name: node.weight for node in FORM.indicators}
    assert weights["总体结果"] == 0
    named = programme.with_parts(indicator_weights=weights).round("2026-11")
    for name in ("targets/simple/quadrant", "targets/precise/coefficient"):
        assert_frame_equal(named[name], this[name])


def test_the_index_is_set_against_its_targets(this, own):
    table, score = this["against_targets"], TREE.score(own).set_index("node")
    assert table["node"].tolist() == ["总指数", "服务", "排队时间"]
    np.testing.assert_allclose(table["difference"], score.loc[table["node"], "index"] - [60, 70, 62], rtol=1e-12)
    for _, row in table.iterrows():
        surely = row["ci_lower"] >= 0 or row["ci_upper"] < 0
        assert row["verdict"].code in (("programme.reached", "programme.missed") if surely else
                                       ("programme.above", "programme.below"))  # fmt: skip
        assert (row["verdict"].code in ("programme.reached", "programme.above")) == (row["difference"] >= 0)


def test_total_error_says_what_is_measured(programme, this, own):
    table = this["total_error"].set_index("source")
    total = TREE.score(own).iloc[0]
    assert table.loc["margin of the index", "size"] == pytest.approx(total["ci_upper"] - total["index"])
    # 240 drawn, 150 reached, 120 answered; the list has 95 % of the customers.
    sizes = table["size"]
    assert sizes[["nonresponse", "not reached", "reached, no answer", "not in the list drawn from"]].tolist() == (
        pytest.approx([50.0, 37.5, 20.0, 5.0])
    )
    share = this["satisfied"]["percent"][0]
    said = table.loc["largest shift of the share of satisfied by nonresponse", "known"]
    assert said.fields["low"] == pytest.approx(share / 2)
    assert said.fields["high"] == pytest.approx(share / 2 + 50)
    assert np.isnan(sizes["sampling and non-sampling error"])
    assert np.isnan(sizes["interviewers and mode"])
    assert table.loc["interviewers and mode", "kind"].text("zh") == "非抽样误差"
    # Without a record of the fieldwork, nonresponse is not measured, and this is said.
    bare = programme.round("2026-10")["total_error"].set_index("source")
    assert np.isnan(bare.loc["nonresponse", "size"])
    assert bare.loc["nonresponse", "known"].code == "programme.known.not_recorded"
    # A quota sample has no margin.
    quota = programme.with_parts(fieldwork={"2026-11": {"selected": "quota"}}).round("2026-11")["total_error"]
    assert quota["known"][0].code == "programme.known.not_random"


def test_doubtful_rows_are_left_out_to_see_what_they_do(tmp_path):
    programme = shop(tmp_path, months=("2026-11",))
    path = programme.folder / "waves" / "2026-11.csv"
    frame = pd.read_csv(path)
    frame.loc[:9, list(FORM.items)] = 5
    frame.to_csv(path, index=False)
    found = programme.round("2026-11")
    assert found["answer_quality"].summary.loc["straight_line", "rows"] >= 10
    table = found["total_error"].set_index("source")["size"]
    kept = by_hand(programme, "2026-11")
    kept = kept.with_answers(kept.to_pandas()[~found["answer_quality"].mask.to_numpy()])
    expected = TREE.score(kept)["index"][0] - found["index"]["index"][0]
    assert table["shift of the index without doubtful rows"] == pytest.approx(expected, rel=1e-9)
    assert table["at least"] == pytest.approx(table["margin of the index"] + abs(expected), rel=1e-9)


def test_expectations_and_a_programme_without_an_overall_question(programme):
    pairs = {"商品": ["soundness", "choice"]}
    found = programme.with_parts(expectations=pairs, overall=None, satisfied=60).round("2026-11")
    own = by_hand(programme, "2026-11")
    assert_frame_equal(found["expectation"].table, cs.diagnose.disconfirmation(own, pairs).table)
    index = found.survey.answers("总指数")["总指数"]
    assert found["satisfied"]["n"][0] == int((index >= 60 - 1e-9).sum())
    assert found["crosstab/sex"].counts.loc["at least 60", "total"] == found["satisfied"]["n"][0]
    assert "correlation" in found["correlations"]


def test_the_round_is_printed_in_both_languages(this):
    names = ("satisfied", "index", "targets/simple/quadrant", "total_error", "frequencies/wish", "anova/sex/总指数")
    chinese, english = this.text(names=names), this.text("en", names=names)
    assert chinese.startswith("# 百货店：2026-11 期\n\n调查公司\n")
    assert "## 满意度指数\n" in chinese
    assert "抽样误差" in chinese
    assert "未能计算。" in chinese
    assert "## Satisfaction index\n" in english
    assert "Not computed. 'wish' is an open question" in english


def test_each_result_is_computed_once(this):
    assert this["index"] is this["index"]


def test_status_counts_what_there_is(programme):
    table = programme.status().set_index("step")
    assert table.loc["survey", "state"] == "begun"
    assert "Wave 2026-11: 120 answers." in table.loc["survey", "produced"]
    assert "'2026-08', '2026-09', '2026-10' is not on record" in table.loc["survey", "missing"]
    assert table.loc["analysis", "state"] == "done"
    total = programme.round("2026-11")["index"]["index"][0]
    assert f"Wave 2026-11: index {total:.1f} (" in table.loc["analysis", "produced"]
    done = programme.with_parts(steps={"survey": {"done": True}}).status()
    assert done["state"][3].text("zh") == "已完成"
    assert PARTS["targets"].keys() == programme.targets.keys()


def test_the_workbook_has_a_sheet_for_every_result_and_the_reasons_of_the_others(this, tmp_path):
    written = this.to_excel(tmp_path / "round.xlsx", language="en")
    sheets = pd.read_excel(written, sheet_name=None)
    contents = sheets["contents"].set_index("name")
    assert list(contents.index) == list(this.names)
    assert contents.loc["frequencies/wish", "reason"].startswith("'wish' is an open question")
    assert_frame_equal(sheets["index"][["node", "index"]], this["index"][["node", "index"]], check_dtype=False)


def test_the_chinese_workbook_names_its_sheets_in_chinese(this, tmp_path):
    sheets = pd.read_excel(this.to_excel(tmp_path / "round.xlsx", language="zh"), sheet_name=None)
    assert {"满意度指数", "抽样误差与非抽样误差"} & set(sheets)
