"""Numbers given by hand: what is not a number or has no name is refused in one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.index import outcomes
from csisem.survey.named_numbers import by_name, number, numbers


def test_numbers_are_read_as_they_come():
    assert number(np.float32(2), "x") == 2
    assert np.isnan(number(None, "x"))
    np.testing.assert_array_equal(numbers([[1, None], [2, 3]], "x"), [[1, np.nan], [2, 3]])
    np.testing.assert_array_equal(numbers(np.arange(3), "x"), [0, 1, 2])
    assert by_name(pd.Series({"甲": 1, "乙": 2.5}), "x") == {"甲": 1.0, "乙": 2.5}
    for wrong in ("3", True, [1], b"1"):
        with pytest.raises(cs.DataError, match=r"x must be a number; got "):
            number(wrong, "x")
    with pytest.raises(cs.DataError, match="Weight names 'a' more than once"):
        by_name(pd.Series([1, 2], index=["a", "a"]), "Weight")
    for wrong in ([1, 2], 3, pd.DataFrame({"a": [1]})):
        with pytest.raises(cs.DataError, match="Weight must be a mapping or a Series, keyed by name"):
            by_name(wrong, "Weight")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: cs.improve.quadrant({"甲": "高", "乙": 2}, {"甲": 50, "乙": 60}),
            "Importance of '甲' must be a number; got '高'",
        ),
        (lambda: cs.improve.quadrant([1, 2], [50, 60]), "Importance must be a mapping or a Series, keyed by name"),
        (lambda: cs.improve.targets({"甲": 50.0}, {"甲": "高"}), "'甲' must be a number; got '高'"),
        (
            lambda: cs.improve.delivered_value({"a": 1}, {"a": "x"}, {"b": 1.0}),
            "Weight in value of 'a' must be a number; got 'x'",
        ),
        (lambda: cs.improve.delivered_value({"a": 1}, {"a": np.nan}, {"b": 1.0}), "are missing for 'a'"),
        (
            lambda: cs.index.Hierarchy.from_dict({"a": 1.0}).score({"a": "七十"}),
            "The index of 'a' must be a number; got '七十'",
        ),
        (
            lambda: cs.weighting.combine({"a": 0.5, "b": "x"}, {"a": 0.5, "b": 0.5}),
            "Weight of 'b' must be a number; got 'x'",
        ),
        (lambda: cs.index.relation([1, 2, 3, 4], {1: 1.0}), "The index must be a mapping or a Series by wave"),
        (lambda: outcomes.rates({"抱怨率": 5}), "The rate '抱怨率' is 5, not a pair"),
        (
            lambda: outcomes.rates({"抱怨率": (5, "百")}),
            "The count or base of the rate '抱怨率' must be a number; got '百'",
        ),
        (lambda: outcomes.rates([5, 6]), "Rates must be a mapping from name"),
        (lambda: outcomes.abc({"甲": "多", "乙": 3}), "A customer's sales must be a number; got '多'"),
        (lambda: outcomes.pareto({"甲": "多"}), "The count of a reason must be a number; got '多'"),
        (lambda: outcomes.repurchase("七十"), "An index must be a number; got '七十'"),
        (lambda: outcomes.lifetime_value("百", 0.8), "margin must be a number; got '百'"),
        (lambda: outcomes.word_of_mouth("一"), "complaints must be a number; got '一'"),
        (lambda: outcomes.self_assessment(["五"] * 40), "An answer must be a number; got '五'"),
        (lambda: outcomes.hard_points("x", worst=1, best=0), "The indicator must be a number; got 'x'"),
    ],
)
def test_what_is_no_number_is_named(call, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        call()


def test_a_mistyped_item_is_no_lack_of_a_scale():
    shops = cs.datasets.retail_survey()
    for call in (
        lambda: cs.index.nps(shops, "r1"),
        lambda: cs.index.top_box(shops, "q9"),
        lambda: cs.improve.targets(shops, {"q9": 1.0}),
        lambda: cs.improve.penalty_reward(shops, "s1", ["q9"]),
        lambda: cs.index.Hierarchy.from_dict({"q9": 1.0}).score(shops),
        lambda: outcomes.loyalty_curve(shops, "q9", "l1"),
    ):
        with pytest.raises(cs.DataError, match=r"There is no column '(q9|r1)'"):
            call()


def test_what_takes_a_fit_says_so():
    shops = cs.datasets.retail_survey()
    for call in (
        lambda: cs.csi(shops),
        lambda: cs.effects(None),
        lambda: cs.improve.ipma(shops, "Satisfaction"),
        lambda: cs.weighting.from_fit(shops, "Satisfaction"),
    ):
        with pytest.raises(cs.OptionError, match=r"a fit is needed, not '(Survey|NoneType)'"):
            call()


def test_routes_compare_delivered_values():
    with pytest.raises(cs.OptionError, match=r"results of delivered_value\(\), not 1"):
        cs.improve.improvement_route(1, 2)
