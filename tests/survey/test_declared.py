"""Directions, points and the meaning of satisfied, from the questionnaire to its surveys."""

import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.survey.declared import NOTHING, columns_of_names, names_of_items
from csisem.survey.satisfied import satisfied_from

FOUR, FIVE = ["不满意", "一般", "满意", "很满意"], ["很不满意", "不满意", "一般", "满意", "很满意"]

# Points are quotients of whole numbers.
EXACT = 1e-12


def asked(**changed):
    questions = [
        cs.Question("q1", "您对质量满意吗？", options=FIVE),
        cs.Question("q2", "您对服务的评价", points=10),
        cs.Question("c1", "您是否投诉过？", kind="yes_no"),
        cs.Question("c2", "您对投诉处理满意吗？", options=FIVE, direction="raises"),
    ]
    nodes = [
        cs.Indicator("产品", [cs.Indicator("质量", items="q1"), cs.Indicator("服务", items="q2")]),
        cs.Indicator("抱怨", [cs.Indicator("投诉", items=["c1", "c2"])], direction="lowers"),
    ]
    return cs.Questionnaire(**{"questions": questions, "indicators": nodes, **changed})


FRAME = pd.DataFrame({"q1": [4, 5, 1], "q2": [10, 1, 5], "c1": [1, 0, 0], "c2": [5, 1, 3]})


def test_directions_are_inherited_unless_stated():
    declared = asked().survey(FRAME).declared
    found = {item: (own.direction, own.name, own.indicator) for item, own in declared.items()}
    assert found == {
        "q1": (None, "质量", "质量"),
        "q2": (None, "服务", "服务"),
        "c1": ("lowers", "", "投诉"),
        "c2": ("raises", "", "投诉"),
    }
    nested = [cs.Indicator("抱怨", [cs.Indicator("处理", items="c2", direction="raises")], direction="lowers")]
    plain = cs.Questionnaire([cs.Question("c2", points=5)], nested)
    assert plain.survey(pd.DataFrame({"c2": [1, 5]})).declared["c2"].direction == "raises"


def test_a_survey_keeps_what_is_declared():
    survey = asked().survey(FRAME)
    for other in (
        survey.with_answers(FRAME.head(2)),
        survey.with_design(cs.Design()),
        pickle.loads(pickle.dumps(survey)),
    ):
        assert other.declared == survey.declared
    assert cs.Survey(FRAME).declared == {}
    assert "lowering  'c1'\n" in repr(survey)
    assert columns_of_names(survey, ["质量", "c1"]) == ("q1", "c1")
    with pytest.raises(cs.DataError, match=r"no column and no indicator '质童' .did you mean '质量'"):
        columns_of_names(survey, ["质童"])
    assert columns_of_names(cs.Survey(FRAME), ["质量"]) == ("质量",)
    assert names_of_items(survey, ["q1", "c1"]) == ["质量", "c1"]


def test_an_item_of_two_indicators_that_disagree_is_refused():
    nodes = [cs.Indicator("A", items="q1", direction="raises"), cs.Indicator("B", items="q1", direction="lowers")]
    questionnaire = cs.Questionnaire([cs.Question("q1", points=5)], nodes)
    with pytest.raises(cs.QuestionnaireError, match=r"'q1' measures 'A', 'B', of which one raises and another lowers"):
        questionnaire.survey(pd.DataFrame({"q1": [1, 5]}))
    settled = dataclasses.replace(questionnaire, questions=(cs.Question("q1", points=5, direction="raises"),))
    assert settled.survey(pd.DataFrame({"q1": [1, 5]})).declared["q1"].direction == "raises"


def test_toml_keeps_directions_scores_and_the_meaning_of_satisfied():
    questions = [
        cs.Question("q1", options=FOUR, scores="graded", satisfied="满意"),
        cs.Question("q2", options=FOUR, scores={1: 0, 2: 10, 3: 90, 4: 100}, direction="lowers"),
        cs.Question("q3", scale=(0, 10), scores={0: 0, 5: 20, 10: 100}, satisfied={"points": 60}),
    ]
    nodes = [cs.Indicator("A", items=["q1", "q3"]), cs.Indicator("B", items="q2", direction="raises")]
    for satisfied in (None, "满意", 90, {"points": 75}):
        written = cs.Questionnaire(questions, nodes, scoring="graded", satisfied=satisfied)
        assert cs.Questionnaire.from_toml(written.to_toml()) == written
    assert 'direction = "lowers"' in written.to_toml()
    assert "scores = [0, 10, 90, 100]" in written.to_toml()


@pytest.mark.parametrize("reverse", [False, True])
def test_scores_of_labelled_answers(reverse):
    frame = pd.DataFrame({"q": [4, 3, 2, 1] if reverse else [1, 2, 3, 4]})
    linear = cs.Question("q", options=FOUR, reverse=reverse)
    given = dict(zip(frame["q"], [5, 40, 70, 95], strict=True))
    for question, points in (
        (linear, [0, 100 / 3, 200 / 3, 100]),
        (dataclasses.replace(linear, scores="graded"), [30, 60, 80, 100]),
        (dataclasses.replace(linear, scores=given), [5, 40, 70, 95]),
    ):
        found = cs.Questionnaire([question]).scores(frame)["q"]
        np.testing.assert_allclose(found, points, rtol=0, atol=EXACT * 100)
    whole = cs.Questionnaire([linear, cs.Question("r", points=5)], scoring="graded")
    found = whole.scores(frame.assign(r=[1, 2, 4, 5]))
    assert found["q"].tolist() == [30, 60, 80, 100]
    assert found["r"].tolist() == [0, 25, 75, 100]


def test_models_take_the_codes_and_the_sign():
    plain, turned = asked(), asked(scoring="graded", satisfied="满意")
    for item in ("q1", "c1"):
        assert plain.survey(FRAME).answers(item).equals(cs.Survey(plain.code(FRAME), items=[item]).answers(item))
        assert plain.survey(FRAME).answers(item).equals(turned.survey(FRAME).answers(item))


@pytest.mark.parametrize(
    ("options", "points"),
    [(FOUR, 200 / 3), (FIVE, 75.0), (["很不满意", "", "", "", "", "一般", "", "满意", "", "很满意"], 700 / 9)],
)
def test_the_label_satisfied_counts_on_every_scale(options, points):
    survey = cs.Questionnaire([cs.Question("q", options=options)]).survey(pd.DataFrame({"q": [1, len(options)]}))
    found = satisfied_from(survey, "q")
    assert found.label == "满意"
    assert found.points == pytest.approx(points, abs=EXACT * 100)
    assert "by default" in found.notes[0]
    assert "默认" in found.notes[0].text("zh")
    named = satisfied_from(survey, "q", 80.0).notes
    assert ["does not count as satisfied" in said for said in named] == [True]


def cut(question, threshold="declared", **declared):
    code = question.codes
    survey = cs.Questionnaire([question], **declared).survey(pd.DataFrame({question.name: [min(code), max(code)]}))
    return satisfied_from(survey, question.name, threshold)


def test_satisfied_is_declared_by_a_label_a_code_or_points():
    english = ["very dissatisfied", "neither satisfied nor dissatisfied", "fairly satisfied", "very satisfied"]
    five = cs.Question("q", options=FIVE)
    for own, expected in (
        (cut(five, satisfied="很满意"), (100, "很满意")),
        (cut(five, satisfied=3), (50, "一般")),
        (cut(five, satisfied=60), (60, "")),
        (cut(dataclasses.replace(five, satisfied={"code": 2}), satisfied="满意"), (25, "不满意")),
        (cut(cs.Question("q", options=FIVE[::-1], reverse=True)), (75, "满意")),
        (cut(cs.Question("q", options=english)), (200 / 3, "fairly satisfied")),
        (cut(cs.Question("q", options=FOUR, scores="graded")), (80, "满意")),
        (cut(cs.Question("q", options=["差", "中", "好"])), (80, "")),
    ):
        assert (own.points, own.label) == (pytest.approx(expected[0], abs=EXACT * 100), expected[1])
    assert "by default" not in cut(five, satisfied=60).notes[0]


def test_a_threshold_that_nothing_reaches_is_said():
    question = cs.Question("q", options=FOUR, scores=[10, 20, 50, 70])
    assert cut(question, 80.0).notes[0] == (
        "No answer to q has 80 points; the best has 70, so nobody counts as satisfied."
    )
    ends = cs.Question("q", options=["差", "", "", "", "", "好", "", "", "", ""])
    assert cut(ends, 80.0).notes[0] == "No label of q reaches 80 points; the best has 55.5556."


def test_check_asks_about_directions():
    undeclared = asked(indicators=[dataclasses.replace(node, direction=None) for node in asked().indicators])
    found = undeclared.check()
    assert found[found["severity"] == "advice"]["name"].tolist() == ["c1"]
    assert "declare direction='lowers'" in found["finding"].iloc[-1]
    assert "请声明" in undeclared.check("zh")["finding"].iloc[-1]
    assert asked().check().empty


@pytest.mark.parametrize(("n", "asks"), [(15, False), (400, True)])
def test_check_looks_at_correlations_and_small_samples_survive(n, asks):
    draw = np.random.default_rng(3)
    trait = draw.normal(size=n)
    signs = {"a": 1, "b": 1, "c": 1, "d": -1}
    frame = pd.DataFrame(
        {k: np.clip(np.rint(5 + s * trait + 1.5 * draw.normal(size=n)), 1, 10) for k, s in signs.items()}
    )
    questions = [cs.Question(name, f"How good is {name}?", points=10) for name in signs]
    questionnaire = cs.Questionnaire(questions, [cs.Indicator("All", items=list(signs))])
    assert questionnaire.check(answers=frame)["name"].tolist() == (["d"] if asks else [])
    turned = [*questions[:3], dataclasses.replace(questions[3], direction="lowers")]
    assert dataclasses.replace(questionnaire, questions=tuple(turned)).check(answers=frame).empty


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: cs.Indicator("A", direction="down"), "direction='down' is not one of 'raises', 'lowers'"),
        (lambda: cs.Question("q", points=5, direction="lower"), "did you mean 'lowers'"),
        (lambda: cs.Question("q", points=5, scores="graded"), "to four answers; this question has 5"),
        (lambda: cs.Question("q", points=4, scores=[1, 2]), "4 points in the order of the codes"),
        (lambda: cs.Question("q", points=4, scores={1: 0, 4: 100}), "has no points for '2', '3'"),
        (lambda: cs.Question("q", points=2, scores={1: 0, 2: 100, 7: 3}), "points for 7, which is not an answer"),
        (lambda: cs.Question("q", points=2, scores=[0, 120]), "has 120 points; points lie within 0-100"),
        (lambda: cs.Question("q", points=2, scores=[0, "x"]), "has 'x', which is not a number"),
        (lambda: cs.Question("q", kind="open", scores="linear"), "question with a scale, and this one has none"),
        (lambda: cs.Question("q", kind="open", satisfied=3), "question with a scale, and this one has none"),
        (lambda: cs.Question("q", options=FIVE, satisfied="满议"), "did you mean '满意'"),
        (lambda: cs.Question("q", points=5, satisfied=True), "must be a label, a number"),
        (lambda: asked(satisfied="满议"), "is a label or code of no question .did you mean '满意'"),
        (lambda: asked(satisfied=4), "means different things on the questions' scales"),
        (lambda: asked(satisfied={"point": 80}), "'point', which is none of 'label', 'code', 'points'"),
        (lambda: asked(scoring="grade"), "did you mean 'graded'"),
    ],
)
def test_mistakes_are_refused_in_one_sentence(make, said):
    with pytest.raises(cs.CsisemError, match=said):
        make()


def test_nothing_is_known_of_a_plain_frame():
    assert not NOTHING.lowers
    assert NOTHING.points == ()
