"""Arguments of what to improve that are of the wrong kind get one clear sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

improve = cs.improve
NAMES = ["特性", "价格", "服务", "总体"]
GENERATOR = np.random.default_rng(2)
SURVEY = cs.Survey(pd.DataFrame(GENERATOR.integers(1, 11, size=(60, 4)), columns=NAMES), scale=(1, 10))
WEIGHTS = {"特性": 0.5, "价格": 0.3, "服务": 0.2}
PAIR = {"甲": ("特性", "价格")}
SIX = dict.fromkeys(("expected", "perceived", "management", "standards", "delivered", "promised"), 7.0)
DONE = improve.delivered_value({"v": 60.0, "c": 40}, {"v": 1}, {"c": 1})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda **o: improve.targets(SURVEY, WEIGHTS, **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.drivers(SURVEY, "总体", "特性", **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.penalty_reward(SURVEY, "总体", "特性", **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.kano(SURVEY, PAIR, **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.gaps(SURVEY, PAIR, **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.five_gaps(SIX, **o), "level=95 is not between 0 and 1."),
        (lambda **o: improve.delivered_value({"v": 1.0}, {"v": 1}, {"v": 1}, **o), "level=95 is not between"),
    ],
)
def test_levels(call, words):
    assert words in refusal(cs.OptionError, lambda: call(level=95))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: improve.targets(SURVEY, WEIGHTS, band="x"), "band='x' is not a finite number from 0 to 1."),
        (lambda: improve.targets(SURVEY, WEIGHTS, cut=np.ones(2)), "cut= is for ranking='quadrant'."),
        (lambda: improve.targets(SURVEY, method="precise", items=[]), "needs items=, or weights="),
        (
            lambda: improve.targets(SURVEY, WEIGHTS | {"价格": -1.0}, method="precise"),
            "The weight of '价格' is not a finite number of at least 0.",
        ),
        (lambda: improve.drivers(SURVEY, "总体", "特性", measures=[]), "measures= must name at least one of"),
        (lambda: improve.drivers(SURVEY, "总体", "特性", measures=3), "measures= takes a name or a list of names"),
        (
            lambda: improve.drivers(SURVEY, ["总体", "特性"], ["总体", "特性"]),
            "'总体', '特性' are both outcome and driver",
        ),
        (lambda: improve.drivers(SURVEY, "总体", "特性", seed=-1), "seed=-1 is not a whole number of at least 0."),
        (lambda: improve.penalty_reward(SURVEY, "总体", []), "Name the outcome and at least one item."),
        (lambda: improve.penalty_reward(SURVEY, None, "特性"), "Name the outcome and at least one item."),
        (lambda: improve.penalty_reward(SURVEY, "总体", "特性", low="x"), "low='x' is not a finite number from 0"),
        (lambda: improve.kano(SURVEY, ["特性", "价格"]), "mapping or a Series, from each name to two columns; got ['"),
        (lambda: improve.kano(SURVEY, {}), "There are no pairs of questions."),
        (lambda: improve.kano(SURVEY, {"x": 5}), "if it has it and if it lacks it, not 5."),
        (lambda: improve.kano(SURVEY, PAIR, codes="abcde"), "A code must be a number; got 'abcde'."),
        (lambda: improve.kano(SURVEY, PAIR, codes=3), "codes= takes five different numbers, not 3."),
        (lambda: improve.gaps(SURVEY, "特性"), "pairs= must be a mapping or a Series"),
        (lambda: improve.gaps(SURVEY, {"x": ("特性", 5)}), "of expectation and of perception, not ('特性', 5)."),
        (lambda: improve.gaps(SURVEY, PAIR, dimensions=["甲"]), "dimensions= must be a mapping or a Series"),
        (lambda: improve.gaps(SURVEY, PAIR, dimensions={"a": [], "b": ["甲"]}), "Dimension 'a' has no questions."),
        (lambda: improve.gaps(SURVEY, PAIR, dimensions={"a": [], "b": []}), "Dimensions 'a', 'b' have no questions."),
        (lambda: improve.gaps(SURVEY, PAIR, weights={}), "weights= must name '甲', not none."),
        (
            lambda: improve.gaps(SURVEY, PAIR, weights={"甲": np.nan}),
            "The weights of the total are missing for '甲'.",
        ),
        (lambda: improve.five_gaps([1, 2]), "figures= must be a mapping or a Series"),
        (lambda: improve.five_gaps(SIX | {"expected": "x"}), "The figure 'expected' must be a number; got 'x'."),
        (lambda: improve.five_gaps(SIX | {"expected": (1, 2, 3)}), "a number and its standard error, not (1, 2, 3)."),
        (lambda: improve.five_gaps(SIX | {"expected": (7.0, -1)}), "is 7 with the standard error -1"),
        (lambda: improve.delivered_value({"v": 1.0}, 5, {"c": 1}), "Weight in value must be a mapping or a Series"),
        (lambda: improve.delivered_value({"v": 1.0}, {"v": 1}, [1]), "Weight in cost must be a mapping or a Series"),
        (lambda: improve.improvement_route(DONE, SURVEY), "not a Survey."),
    ],
)
def test_what_to_improve_refuses(call, words):
    assert words in refusal(cs.CsisemError, call)


def test_figures_with_errors_may_be_lists():
    both = [improve.five_gaps({name: kind((7.0, 0.5)) for name in SIX}) for kind in (tuple, list)]
    pd.testing.assert_frame_equal(*both)
