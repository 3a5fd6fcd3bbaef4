"""Directions of the leaves of a hierarchy: complaints lower, doubts are refused, flips change nothing."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs

# Sums of a few products of numbers up to 100.
EXACT = 1e-9

QUALITY = cs.Question("quality", "您对质量的评价", points=10)
COMPLAINT = cs.Question("complaint", "您是否投诉过？", kind="yes_no")


def asked(direction="lowers"):
    nodes = [
        cs.Indicator("质量", items="quality", weight=0.7),
        cs.Indicator("投诉", items="complaint", weight=0.3, direction=direction),
    ]
    return cs.Questionnaire([QUALITY, COMPLAINT], nodes)


def answers(complaints):
    # Three times 8 and one 7 have 75 points of 100.
    return pd.DataFrame({"quality": [8, 8, 8, 7], "complaint": complaints})


@pytest.mark.parametrize("form", ["frame", "survey", "plain survey", "figures"])
def test_the_total_falls_when_more_complain(form):
    tree = cs.index.Hierarchy.from_questionnaire(asked())
    found = {}
    for complaints in ([0, 0, 0, 0], [1, 1, 1, 1]):
        frame = answers(complaints)
        data = {
            "frame": frame,
            "survey": asked().survey(frame, checked=False),
            "plain survey": cs.Survey(frame, scale={"quality": (1, 10), "complaint": (0, 1)}),
            "figures": {"质量": 75, "投诉": 100.0 * complaints[0]},
        }[form]
        found[complaints[0]] = tree.score(data)
    assert [found[k]["index"].tolist()[0] for k in (0, 1)] == pytest.approx([82.5, 52.5], abs=EXACT)
    assert found[1]["index"].tolist() == pytest.approx([52.5, 75, 0], abs=EXACT)
    assert found[1]["direction"].tolist() == ["raises", "raises", "lowers"]
    (note,) = found[1].attrs["notes"]
    assert note.startswith("'投诉' lowers the total: its index is 100 less the points")
    assert "100 减去得分" in note.text("zh")


def test_a_tree_without_lowering_nodes_says_nothing_of_directions():
    found = cs.index.Hierarchy.from_dict({"a": 1.0}).score({"a": 5})
    assert list(found.columns) == ["node", "level", "index"]
    assert "notes" not in found.attrs


def test_a_complaint_without_a_direction_is_refused():
    for data in (answers([0, 1, 0, 1]), {"质量": 75, "投诉": 20}):
        with pytest.raises(cs.DataError, match=r"^'投诉' is named like a complaint .*direction='lowers'"):
            cs.index.Hierarchy.from_questionnaire(asked(None)).score(data)
    kept = cs.index.Hierarchy.from_questionnaire(asked("raises"))
    assert kept.score({"质量": 75, "投诉": 100})["index"][0] == pytest.approx(82.5, abs=EXACT)
    survey = cs.Survey(answers([0, 1, 1, 0]), scale={"quality": (1, 10), "complaint": (0, 1)})
    with pytest.raises(cs.DataError, match="'complaint' is named like a complaint"):
        cs.index.Hierarchy.from_dict({"quality": 0.7, "complaint": 0.3}).score(survey)
    declared = {"quality": 0.7, "complaint": {"weight": 0.3, "direction": "lowers"}}
    assert cs.index.Hierarchy.from_dict(declared).score(survey)["index"][0] == pytest.approx(67.5, abs=EXACT)
    reversed_ = cs.Survey(answers([0, 1, 1, 0]), scale={"quality": (1, 10), "complaint": (0, 1)}, reverse="complaint")
    plain = cs.index.Hierarchy.from_dict({"quality": 0.7, "complaint": 0.3})
    assert plain.score(reversed_)["index"][0] == pytest.approx(67.5, abs=EXACT)
    left_out = cs.index.Hierarchy.from_dict({"quality": 1.0, "complaint": 0.0})
    assert left_out.score(survey)["index"][0] == pytest.approx(75, abs=EXACT)


def falling(n, seed=2):
    draw = np.random.default_rng(seed)
    trait = draw.normal(size=n)
    columns = {name: 5 + sign * trait + draw.normal(size=n) for name, sign in (("a", 2), ("b", 2), ("c", -2), ("d", 2))}
    return cs.Survey(pd.DataFrame(columns).round().clip(1, 10), scale=(1, 10))


def test_answers_that_fall_as_their_siblings_rise_are_refused():
    weights = {"A": {"weight": 0.5, "children": {"a": 0.5, "b": 0.5}}, "c": 0.25, "d": 0.25}
    with pytest.raises(cs.DataError, match=r"^Answers to 'c' fall as those of its siblings rise, .*for 'c'\.$"):
        cs.index.Hierarchy.from_dict(weights).score(falling(80))
    for direction in ("lowers", "raises"):
        # A direction of the questionnaire's question or of the leaf of a mapping settles it.
        questions = [cs.Question(name, "?", points=10) for name in "abd"]
        questions.append(cs.Question("c", "?", points=10, direction=direction))
        tree = cs.Questionnaire(questions, [cs.Indicator("All", items=list("abcd"))])
        assert len(cs.index.Hierarchy.from_questionnaire(tree).score(falling(80).frame)) == 6
        own = cs.index.Hierarchy.from_dict(weights | {"c": {"weight": 0.25, "direction": direction}}).score(falling(80))
        mean = (falling(80).frame["c"].mean() - 1) / 0.09
        assert own["index"][4] == pytest.approx(mean if direction == "raises" else 100 - mean, abs=EXACT)


def test_answers_that_are_turned_twice_or_against_their_indicator_are_refused():
    survey = falling(80)
    twice = cs.Survey(survey.frame, scale=(1, 10), reverse="c")
    lowers = {name: {"weight": 0.25, **({"direction": "lowers"} if name == "c" else {})} for name in "abcd"}
    with pytest.raises(cs.DataError, match=r"^'c' is reverse-coded and also lowers the total, .* of 'c'\.$"):
        cs.index.Hierarchy.from_dict(lowers).score(twice)
    questions = [cs.Question(name, "?", points=10) for name in "abcd"]
    nodes = [
        cs.Indicator("All", items=["a", "b"], weight=0.8),
        cs.Indicator("D", items="d", weight=0.2, direction="lowers"),
    ]
    against = cs.Questionnaire([one for one in questions if one.name != "c"], nodes)
    with pytest.raises(cs.DataError, match=r"^Answers to 'D' rise as those of its siblings do, .* for 'd' itself"):
        cs.index.Hierarchy.from_questionnaire(against).score(survey.frame[["a", "b", "d"]])
    found = against.check(answers=survey.frame[["a", "b", "d"]])
    assert any("turned as it is declared" in said for said in found.loc[found["name"] == "d", "finding"])


def test_small_samples_and_unrelated_answers_survive():
    weights = dict.fromkeys("abcd", 0.25)
    cs.index.Hierarchy.from_dict(weights).score(falling(6))
    draw, refused = np.random.default_rng(0), 0
    for n in np.repeat([8, 20, 50, 500], 25):
        frame = pd.DataFrame(draw.integers(1, 11, (n, 4)), columns=list("abcd"))
        try:
            cs.index.Hierarchy.from_dict(weights).score(cs.Survey(frame, scale=(1, 10)))
        except cs.DataError:
            refused += 1
    # One in a thousand is expected.
    assert refused <= 1


@settings(max_examples=25, deadline=None)
@given(
    codes=st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=4, max_size=12),
    flip=st.sets(st.integers(0, 2)),
    scores=st.sampled_from([None, [0, 10, 40, 80, 100]]),
    missing=st.sampled_from(["available", "renormalize", "listwise"]),
)
def test_flipping_a_question_and_its_direction_changes_no_index(codes, flip, scores, missing):
    frame = pd.DataFrame(codes, columns=["a", "b", "c"])
    frame.loc[0, "a"] = np.nan
    flipped = frame.copy()
    plain, turned = [], []
    for k, name in enumerate(frame.columns):
        own = cs.Question(name, "?", points=5, direction="raises", scores=scores)
        plain.append(own)
        if k in flip:
            flipped[name] = 6 - frame[name]
            points = None if scores is None else [100 - value for value in reversed(scores)]
            own = dataclasses.replace(own, direction="lowers", scores=points)
        turned.append(own)
    nodes = [
        cs.Indicator("A", items=["a", "b"], weight=0.6),
        cs.Indicator("B", items="c", weight=0.4, direction="lowers"),
    ]
    one, other = (
        cs.index.Hierarchy.from_questionnaire(cs.Questionnaire(questions, nodes)).score(data, missing=missing)
        for questions, data in ((plain, frame), (turned, flipped))
    )
    columns = ["n", "index", "se", "ci_lower", "ci_upper"]
    np.testing.assert_allclose(one[columns], other[columns], atol=1e-8)


def test_contributions_follow_directions():
    tree = cs.index.Hierarchy.from_questionnaire(asked())
    found = tree.contributions({"质量": 75, "投诉": 0}, {"质量": 75, "投诉": 100})
    assert found["contribution"].tolist() == pytest.approx([-30, 0, -30], abs=EXACT)
    assert found.attrs["notes"]


def test_covariances_of_figures_turn_with_them():
    tree = cs.index.Hierarchy.from_questionnaire(asked())
    spread = pd.DataFrame([[4.0, -1.0], [-1.0, 9.0]], index=["质量", "投诉"], columns=["质量", "投诉"])
    se = tree.score({"质量": 75, "投诉": 20}, covariance=spread)["se"][0]
    # 0.7^2 4 + 0.3^2 9 + 2 0.7 0.3 (+1), the complaint's sign being turned.
    assert se**2 == pytest.approx(0.49 * 4 + 0.09 * 9 + 0.42, abs=EXACT)


def test_a_column_or_direction_in_the_wrong_place_is_refused():
    read = cs.index.Hierarchy.from_dict
    for tree, said in (
        ({"a": {"weight": 1, "direction": "down"}}, "Node 'a': direction='down' is not one of"),
        ({"a": {"weight": 1, "column": 3}}, "column of node 'a' must be the name of a question"),
        ({"a": {"weight": 1, "column": "q", "children": {"b": 1}}}, "'a' has children and a column"),
        ({"a": {"weight": 0.5, "column": "q"}, "q": 0.5}, "Several leaves have the column 'q'"),
        ({"a": {"weight": 1, "directoin": "lowers"}}, "key 'directoin' .did you mean 'direction'"),
    ):
        with pytest.raises(cs.CsisemError, match=said):
            read(tree)
