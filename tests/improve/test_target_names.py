"""Targets and drivers by indicators, their wording and their directions."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import csisem as cs

# Sums of a few products of numbers up to 100.
EXACT = 1e-9


def asked(direction="lowers"):
    questions = [
        cs.Question("q1", {"zh": "您对质量的评价", "en": "Quality?"}, points=10),
        cs.Question("q2", {"zh": "您对服务的评价", "en": "Service?"}, points=10),
        cs.Question("q3", {"zh": "您对服务人员的评价", "en": "Staff?"}, points=10),
        cs.Question("q4", {"zh": "您是否投诉过？", "en": "Did you complain?"}, kind="yes_no"),
    ]
    nodes = [
        cs.Indicator("质量", items="q1", weight=0.4),
        cs.Indicator("服务", items=["q2", "q3"], weight=0.3),
        cs.Indicator("投诉", items="q4", weight=0.3, direction=direction),
    ]
    return cs.Questionnaire(questions, nodes)


@pytest.fixture(scope="module")
def frame():
    draw = np.random.default_rng(5)
    trait = draw.normal(size=300)
    columns = {name: 6 + 1.5 * trait + draw.normal(size=300) for name in ("q1", "q2", "q3")}
    return pd.DataFrame(columns).round().clip(1, 10).assign(q4=(trait + draw.normal(size=300) < -0.5) * 1)


def test_targets_list_indicators_with_their_wording(frame):
    tree = cs.index.Hierarchy.from_questionnaire(asked())
    for language, wording in (("zh", "您是否投诉过？"), ("en", "Did you complain?")):
        found = cs.improve.targets(asked().survey(frame, language=language), tree).set_index("item")
        assert sorted(found.index) == sorted(["质量", "服务", "投诉"])
        assert found.loc["投诉", "text"] == wording
    assert found.loc["服务", "text"] == "Service? / Staff?"
    score = tree.score(frame).set_index("node")["index"]
    for item in found.index:
        assert found.loc[item, "score"] == pytest.approx(score[item], abs=EXACT)
    assert found.loc["投诉", "score"] == pytest.approx(100 - 100 * frame["q4"].mean(), abs=EXACT)
    figures = {"质量": 60, "q2": 70, "q3": 80, "投诉": 10}
    plain = cs.improve.targets(figures, tree).set_index("item")
    assert plain["score"].to_dict() == pytest.approx({"质量": 60, "服务": 75, "投诉": 90}, abs=EXACT)


def test_names_of_indicators_stand_for_their_questions(frame):
    survey = asked().survey(frame)
    weights = {"质量": 0.5, "q2": 0.2, "q4": 0.3}
    found = cs.improve.targets(survey, weights).set_index("item")
    assert sorted(found.index) == sorted(["质量", "q2", "投诉"])
    drivers = cs.improve.drivers(survey, "质量", ["q2", "投诉"], measures="correlation")
    assert drivers["item"].tolist() == ["q2", "投诉"]
    reward = cs.improve.penalty_reward(survey, "质量", ["q2"])
    assert reward["item"].tolist() == ["q2"]
    with pytest.raises(cs.DataError, match=r"no column and no indicator '质童' .did you mean '质量'"):
        cs.improve.targets(survey, {"质童": 1.0})


def test_simple_and_precise_agree_that_complaints_are_bad(frame):
    tree = cs.index.Hierarchy.from_questionnaire(asked())
    survey = asked().survey(frame)
    outcome = cs.improve.targets(survey, items=["服务", "投诉"], outcome="质量", method="precise", weights=tree)
    raw = np.corrcoef(frame["q1"], frame["q4"])[0, 1]
    assert raw < -0.2
    assert outcome.set_index("item").loc["投诉", "importance"] == pytest.approx(-raw, abs=EXACT)
    rest = cs.improve.targets(survey, tree, method="precise").set_index("item")
    assert (rest["importance"] > 0.2).all()
    simple = cs.improve.targets(survey, tree).set_index("item")
    pd.testing.assert_series_equal(rest["score"], simple["score"][rest.index], rtol=1e-12)
    driver = cs.improve.drivers(survey, "q1", ["q2", "q4"], measures=["correlation", "regression", "lmg"])
    own = driver[driver["item"] == "投诉"].set_index("measure")["estimate"]
    assert own["correlation"] == pytest.approx(-raw, abs=EXACT)
    assert own["regression"] > 0
    part = cs.diagnose.part_whole(survey, ["q1", "q2", "q3", "q4"])
    assert (part["corrected"] > 0).all()


def test_an_undeclared_complaint_is_refused_by_targets(frame):
    for method in ("simple", "precise"):
        with pytest.raises(cs.DataError, match="'投诉' is named like a complaint or fault"):
            cs.improve.targets(asked(None).survey(frame), {"质量": 0.7, "投诉": 0.3}, method=method)
    questions = list(asked(None).questions)
    questions[3] = cs.Question("q4", "没来过？", kind="yes_no")
    nodes = [*asked().indicators[:2], cs.Indicator("来访", items="q4", weight=0.3)]
    unnamed = dataclasses.replace(asked(), questions=tuple(questions), indicators=tuple(nodes))
    with pytest.raises(cs.DataError, match="Answers to '来访' fall"):
        cs.improve.targets(unnamed.survey(frame), {"质量": 0.4, "q2": 0.3, "来访": 0.3})


def test_costs_are_costs_whatever_their_direction(frame):
    survey = asked().survey(frame)
    found = cs.improve.delivered_value(survey, {"q1": 1.0}, {"q4": 1.0})
    assert found.cost == pytest.approx(100 * frame["q4"].mean(), abs=EXACT)
