"""Indicators carried from the diagnosis to the survey: kept, revised, dropped, and why."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from refusals import refusal
from shop import PARTS, answers, write

FORM = cs.templates.questionnaire("retail_customers", "zh")
NAMES = [*(node.name for _, node in FORM.walk()), *FORM.items]
STEPS = ("diagnosis", "pretest", "small_sample", "survey", "analysis", "improvement")


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    return cs.Programme.new(tmp_path_factory.mktemp("one") / "shop", FORM, **PARTS)


def row(programme, name):
    frame = programme.indicators.set_index("name")
    return frame.loc[name]


def test_weights_of_what_is_dropped_go_to_the_siblings(programme):
    dropped = programme.drop("排队时间", why="无人排队", step="small_sample").drop("价格", why="无关", step="survey")
    names = [node.name for _, node in dropped.questionnaire.walk()]
    assert "queue" not in dropped.questionnaire.items
    assert not {"排队时间", "价格", "价格水平", "物有所值"} & set(names)
    weights = dropped.hierarchy.weights.set_index("node")
    assert weights.loc["结算准确", "local"] == pytest.approx(1)
    # Four of five equal indicators are left, and the outcomes keep weight 0.
    assert weights.loc[["商品", "服务", "购物环境", "企业形象", "总体结果"], "local"].tolist() == pytest.approx(
        [0.25, 0.25, 0.25, 0.25, 0.0]
    )


def test_what_each_step_decided_is_on_record(programme):
    clearer = cs.Question("choice", {"zh": "商品够选吗？"}, points=5)
    changed = (
        programme.revise("choice", why="太长", step="预测试", question=clearer)
        .drop("服务", why="另行调查", step="small_sample")
        .drop("queue", why="重复", step="survey")
    )
    assert changed.decisions[0].before == "您对商品的选择余地满意吗？"
    assert changed.questionnaire["choice"].text.into("zh") == "商品够选吗？"
    assert list(row(changed, "choice")[["diagnosis", "pretest", "small_sample", "survey", "state", "why"]]) == [
        "kept", "revised", "kept", "kept", "revised", "太长",
    ]  # fmt: skip
    # What stands below a dropped indicator is dropped with it.
    assert list(row(changed, "courtesy")[["pretest", "small_sample", "survey", "state", "why"]]) == [
        "kept", "dropped", "", "dropped", "另行调查",
    ]  # fmt: skip
    assert row(changed, "选择余地")["state"] == "kept"
    assert changed.indicators["state"][0].text("zh") == "保留"
    assert row(changed, "wish")["level"] == 0
    kept = changed.keep("服务", why="老板要", step="survey")
    assert "courtesy" in kept.questionnaire.items
    assert "queue" not in kept.questionnaire.items


def test_any_decisions_leave_a_sound_questionnaire(programme):
    before = programme.questionnaire

    def decide(decisions):
        changed = programme
        for place, way, when in decisions:
            try:
                changed = getattr(changed, ("drop", "keep", "revise")[way])(NAMES[place], why="x", step=STEPS[when])
            except cs.DataError:
                # The last question, and that of overall satisfaction, stay.
                assert way == 0
        frame = changed.indicators.set_index("name")
        gone = set(frame.index[frame["state"] == "dropped"])
        asked = {one.name for one in changed.questionnaire.questions}
        assert asked | gone >= {one.name for one in FORM.questions}
        tree = changed.hierarchy.weights
        sums = tree[tree["parent"] != ""].groupby("parent")["local"].sum()
        assert sums.tolist() == pytest.approx([1.0] * len(sums))
        assert programme.decisions == ()
        assert programme.questionnaire == before

    one = st.tuples(st.integers(0, len(NAMES) - 1), st.integers(0, 2), st.integers(0, 5))
    drawn = settings(max_examples=15, deadline=None, derandomize=True, database=None)
    drawn(given(st.lists(one, max_size=8))(decide))()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda one: one.drop("quue", why="x", step="pretest"), "no indicator or question 'quue' (did you mean"),
        (lambda one: one.drop("queue", why=" ", step="pretest"), "needs a reason; give why=."),
        (lambda one: one.drop("queue", why="x", step="pretst"), "step='pretst' is not one of"),
        (lambda one: one.drop("overall", why="x", step="pretest"), "overall= names 'overall', which was dropped"),
        (lambda one: one.revise("queue", why="x", step="pretest", question=cs.Question("q")), "named 'queue'"),
        (lambda one: one.with_parts(targets={"服": 3}), "(did you mean '服务'?); the total is '总指数'."),
        (lambda one: one.with_parts(overall="wish"), "which is not a question with a scale"),
        (lambda one: one.with_parts(combinations=[["sex"]]), "crosses two columns or more"),
        (lambda one: one.with_parts(combinations=[["sex", "agee"]]), "(did you mean 'age'?)"),
        (lambda one: one.with_parts(nmae="x"), "with_parts() has an unknown key 'nmae' (did you mean 'name'?)"),
        (lambda one: one.pilot(), "There is no small sample"),
    ],
)
def test_refusals(programme, call, sentence):
    assert sentence in refusal(cs.CsisemError, lambda: call(programme))


def test_the_small_sample_proposes(tmp_path):
    programme = cs.Programme.new(tmp_path / "shop", FORM, **PARTS)
    frame = answers(FORM, 40, 3).drop(columns="store")
    frame["offers"] = 6 - frame["offers"]
    programme = programme.drop("labels", why="看不懂", step="pretest")
    file = write(frame.drop(columns="labels"), tmp_path / "small.csv")
    programme = programme.add_wave("small_sample", file)
    found = programme.proposals().set_index("name")
    expected = cs.diagnose.pilot(frame, programme.questionnaire).items
    assert found["verdict"].tolist() == expected["verdict"].tolist()
    assert found.loc["offers", "proposal"] == "dropped"
    assert set(found.loc[found["verdict"] == "keep", "proposal"]) == {"kept"}
    missing = programme.status()["missing"][2]
    assert "'offers'" in missing
    # A drop that the small sample led to does not make its own answers wrong.
    decided = programme.drop("offers", why="与总分反向", step="small_sample")
    assert decided.pilot().items.index.tolist() == expected.index.tolist()
    assert "offers" not in decided.questionnaire.items
    assert "1 decision: 1 dropped, 0 revised." in decided.status()["produced"][2]


def test_given_weights_of_what_is_dropped_go_to_its_siblings(tmp_path):
    questions = [cs.Question(name, "?", points=10) for name in "abcdef"]
    nodes = [
        cs.Indicator("A", [cs.Indicator("A1", items="a"), cs.Indicator("A2", items="b")]),
        cs.Indicator("B", items=["c", "d", "e"]),
        cs.Indicator("C", items="f"),
    ]
    form = cs.Questionnaire(questions, nodes)
    judged = {"Total": [[1, 2, 2], [0.5, 1, 1], [0.5, 1, 1]], "A": [[1, 3], [1 / 3, 1]]}
    tree = cs.index.Hierarchy.from_questionnaire(form, "ahp", judgements=judged)
    stated = {"A": 0.5, "B": 0.25, "C": 0.25, "A1": 0.75, "A2": 0.25, "c": 0.5, "d": 0.3, "e": 0.2}
    for weights in (stated, pd.Series(stated), tree):
        programme = cs.Programme.new(tmp_path / str(id(weights)), form, indicator_weights=weights)
        assert cs.Programme.read(programme.folder).hierarchy.global_weights["C"] == pytest.approx(0.25)
        left = programme.drop("b", why="x", step="pretest").drop("C", why="x", step="pretest")
        left = left.drop("e", why="x", step="pretest").hierarchy.global_weights
        shares = (0.5, 0.3) if weights is not tree else (0.5, 0.5)
        expected = {"A1": 2 / 3, "c": shares[0] / sum(shares) / 3, "d": shares[1] / sum(shares) / 3}
        assert left.to_dict() == pytest.approx(expected)
    sentence = refusal(cs.DataError, lambda: cs.Programme.new(tmp_path / "x", form, indicator_weights={"A22": 1}))
    assert sentence == "indicator_weights= names 'A22', no indicator or question (did you mean 'A2'?)."
