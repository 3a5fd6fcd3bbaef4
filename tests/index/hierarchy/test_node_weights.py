"""Weights of all nodes at once: equal, judged, of a model."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import csisem as cs

# Products of a few weights.
EXACT = 1e-12


def asked(levels=None):
    questions = [
        cs.Question(name, points=10) for name in ("e1", "e2", "e3", "q1", "q2", "q3", "q4", "q5", "v1", "v2", "s1")
    ]
    nodes = [
        cs.Indicator("Expectation", items=["e1", "e2", "e3"]),
        cs.Indicator(
            "Quality", [cs.Indicator("Goods", items="q1"), cs.Indicator("Service", items=["q2", "q3", "q4", "q5"])]
        ),
        cs.Indicator("Value", [cs.Indicator("Price", items="v1"), cs.Indicator("Choice", items="v2")]),
        cs.Indicator("Outcome", items="s1", weight=0),
    ]
    known = {} if levels is None else {"levels": levels}
    return cs.Questionnaire(questions, nodes, **known)


def test_equal_weights_leave_out_what_has_weight_zero():
    found = cs.index.Hierarchy.from_questionnaire(asked(), "equal").global_weights
    third = 1 / 3
    expected = [third / 3] * 3 + [third / 2] + [third / 8] * 4 + [third / 2] * 2 + [0]
    np.testing.assert_allclose(found, expected, atol=EXACT)
    assert list(found.index) == ["e1", "e2", "e3", "Goods", "q2", "q3", "q4", "q5", "Price", "Choice", "Outcome"]


def test_levels_print_by_name_and_a_lone_question_is_its_indicator():
    levels = ("一级指标", "二级指标", "三级指标")
    for names, said in (
        (levels[:2], ["总指标", "一级指标", "题目"]),
        (("Area", "Point"), ["Total", "Area", "Question"]),
    ):
        tree = cs.index.Hierarchy.from_questionnaire(asked(names), "equal")
        assert tree.weights["level"].tolist()[:3] == [said[0], said[1], said[2]]
        assert list(tree.weights["level"].cat.categories) == [said[0], *names, said[2]]
        assert repr(tree).startswith(f"Hierarchy of 11 indicators: {said[0]}, {names[0]}, {names[1]}, {said[2]}\n")
    plain = cs.index.Hierarchy.from_questionnaire(asked(), "equal").weights
    assert plain["level"].tolist()[:3] == ["Total", "Level 1", "Question"]
    assert (plain["level"] > "Total").sum() == len(plain) - 1


def test_judgements_of_every_family():
    goods = pd.DataFrame([[1, 3], [1 / 3, 1]], index=["Goods", "Service"], columns=["Goods", "Service"])
    ranks = pd.DataFrame({"Price": [1, 1, 2], "Choice": [2, 2, 1]})
    first = [[1, 2, 4, 9], [1 / 2, 1, 2, 9], [1 / 4, 1 / 2, 1, 9], [1 / 9, 1 / 9, 1 / 9, 1]]
    alike = cs.weighting.ahp(np.ones((4, 4)), ["q2", "q3", "q4", "q5"])
    judgements = {"Total": [first, first], "Quality": goods, "Value": ranks, "Service": alike}
    found = cs.index.Hierarchy.from_questionnaire(asked(), "ahp", judgements=judgements)
    tree = found.weights.set_index("node")["local"]
    own = cs.weighting.ahp(first, ["Expectation", "Quality", "Value", "Outcome"]).weights
    np.testing.assert_allclose(tree[own.index], own, rtol=1e-9)
    assert tree[["Goods", "Service"]].tolist() == pytest.approx([0.75, 0.25], abs=EXACT)
    expected = cs.weighting.ahp_from_ranking(ranks).weights
    np.testing.assert_allclose(tree[expected.index], expected, atol=EXACT)
    assert tree[["e1", "q2"]].tolist() == pytest.approx([1 / 3, 1 / 4], abs=EXACT)


def test_a_model_weighs_constructs_by_effects_and_questions_by_their_share():
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey)
    tree = cs.index.Hierarchy.from_questionnaire(asked(), "model", fit=fit)
    effects = cs.weighting.from_fit(fit, "Satisfaction").set_index("item")["weight"]
    shares = next(iter(cs.csi(fit).attrs["weights"].values()))
    local = tree.weights.set_index("node")["weight"]
    np.testing.assert_allclose(local[list(effects.index)], effects, atol=1e-9)
    for node, construct, item in (("e1", "Expectation", "e1"), ("Goods", "Quality", "q1"), ("Choice", "Value", "v2")):
        share = shares[construct][item] / sum(shares[construct].values())
        assert local[node] == pytest.approx(effects[construct] * share, abs=1e-9)
    index = cs.csi(fit).set_index("construct")["index"]
    found = tree.score(survey).set_index("node")["index"]
    # Rows that lack an answer count for the questions that they have in one, and for none in the other.
    assert found["Quality"] == pytest.approx(index["Quality"], abs=0.5)


def test_a_construct_that_lowers_has_its_effect_turned():
    survey = cs.datasets.retail_survey()
    frame = survey.to_pandas().copy()
    frame[["v1", "v2"]] = 11 - frame[["v1", "v2"]]
    turned = survey.with_answers(frame)
    model = cs.datasets.retail_survey_model()
    plain = cs.weighting.from_fit(model.fit(survey), "Satisfaction")["weight"]
    fit = model.fit(turned)
    with pytest.raises(cs.DataError, match="'Value' on 'Satisfaction' has another sign"):
        cs.weighting.from_fit(fit, "Satisfaction")
    own = cs.weighting.from_fit(fit, "Satisfaction", lowers="Value")["weight"]
    np.testing.assert_allclose(own, plain, atol=0.02)
    with pytest.raises(cs.ModelError, match="'Vaule', which shares no weight"):
        cs.weighting.from_fit(fit, "Satisfaction", lowers="Vaule")


@pytest.mark.parametrize("turned", [("v1", "v2"), ("v2",)])
def test_weights_of_a_model_follow_directions_of_questions(turned):
    survey = cs.datasets.retail_survey()
    model = cs.datasets.retail_survey_model()
    frame = survey.to_pandas().copy()
    frame[list(turned)] = 11 - frame[list(turned)]
    plain = cs.index.Hierarchy.from_questionnaire(asked(), "model", fit=model.fit(survey)).global_weights
    lowering = [
        dataclasses.replace(one, direction="lowers") if one.name in turned else one for one in asked().questions
    ]
    own = dataclasses.replace(asked(), questions=tuple(lowering))
    fit = model.fit(survey.with_answers(frame))
    found = cs.index.Hierarchy.from_questionnaire(own, "model", fit=fit).global_weights
    # The fit with turned answers is the same but for signs, up to where the search stops.
    np.testing.assert_allclose(found, plain, atol=1e-4)
    if len(turned) == 1:
        with pytest.raises(cs.DataError, match="another sign in 'Value' than its other questions"):
            cs.index.Hierarchy.from_questionnaire(asked(), "model", fit=fit)


def test_rules_without_their_parts_are_refused():
    read = cs.index.Hierarchy.from_questionnaire
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    pair = [[1, 2], [1 / 2, 1]]
    other = cs.Questionnaire([cs.Question("q1", points=10)], [cs.Indicator("Qualty", items="q1")])
    for rule, given, said in (
        ("eqaul", {}, "did you mean 'equal'"),
        ("ahp", {}, "needs judgements="),
        ("equal", {"judgements": {}}, "judgements= are for weights='ahp'"),
        ("equal", {"fit": fit}, "fit= and target= are for weights='model'"),
        ("model", {}, "needs fit="),
        ("model", {"fit": fit, "target": "Satisfactoin"}, "did you mean 'Satisfaction'"),
        (
            "ahp",
            {"judgements": {"Totl": pair}},
            "'Totl', which is not a node .*did you mean 'Total'",
        ),
        ("ahp", {"judgements": {"Quality": pair}}, "judgements= has none for 'Total'"),
        ("ahp", {"judgements": {"Total": {"Quality": 1, "Valeu": 2}}}, "'Valeu' is not one of them"),
    ):
        with pytest.raises(cs.CsisemError, match=said):
            read(asked(), rule, **given)
    short = cs.Questionnaire([cs.Question("v1", points=10)], [cs.Indicator("Value", items="v1")])
    with pytest.raises(cs.DataError, match="'Value' of the model also has 'v2'"):
        read(short, "model", fit=fit)
    with pytest.raises(cs.DataError, match=r"'Qualty' is not among .*did you mean 'Quality'"):
        read(other, "model", fit=fit)
