"""Arguments of outcomes that are of the wrong kind get one clear sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

outcomes = cs.index.outcomes
FRAME = pd.DataFrame({"sales": [10.0, 30, 20], "years": [1.0, 5, 11]})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: outcomes.rates({"x": (1, 2)}, level=95), "level=95 is not between 0 and 1."),
        (lambda: outcomes.repurchase(101), "An index lies within 0-100; there is one of 101."),
        (lambda: outcomes.repurchase([50, -1]), "there is one of -1."),
        (lambda: outcomes.repurchase([[1, 2], [3]]), "An index must be a number; got a list"),
        (lambda: outcomes.repurchase(70, probability=75), "probability=75 is not a finite number from 0 to 1."),
        (lambda: outcomes.repurchase(70, slope=None), "slope=None is not a finite number."),
        (lambda: outcomes.abc(5), "Sales must be a mapping or a Series by customer"),
        (lambda: outcomes.abc({"a": 1}, cuts="x"), "cuts='x' are not numbers between 0 and 1."),
        (lambda: outcomes.abc({"a": 1}, cuts=0.7, names=5), "names= takes a name or a list of names"),
        (lambda: outcomes.lifetime_value(1, 0.5, periods=2.5), "periods=2.5 is not a whole number of at least 1."),
        (lambda: outcomes.lifetime_value(1, 0.5, referrals="two"), "referrals='two' is not a finite number of"),
        (lambda: outcomes.value_score([1, 2]), "a frame with a row for each customer, not [1, 2]."),
        (lambda: outcomes.value_score(FRAME.iloc[:0]), "There are 0 customers and 2 components"),
        (lambda: outcomes.value_score(FRAME, ["sales"]), "Weight must be a mapping or a Series, keyed by name"),
        (lambda: outcomes.value_score(FRAME, bounds={"sales": 5}), "bounds of 'sales' are two numbers, not 5."),
        (lambda: outcomes.value_score(FRAME, bounds={"sales": ("a", 5)}), "bound of 'sales' must be a number; got 'a'"),
        (lambda: outcomes.word_of_mouth(1, new_over_old=-1), "new_over_old=-1 is not a number of at least 0."),
        (lambda: outcomes.pareto("价格"), "one reason per case, not '价格'."),
        (lambda: outcomes.pareto({"a": 1}, vital=80), "vital=80 is not between 0 and 1."),
        (lambda: outcomes.hard_points(1, "a", 2), "worst='a' is not a finite number."),
        (lambda: outcomes.self_assessment("12"), "Answers are a list, or one list per group, not '12'."),
        (lambda: outcomes.self_assessment([3], sizes=[0, 1]), "sizes=0 is not a whole number of at least 1."),
        (lambda: outcomes.self_assessment([3], sizes=5), "sizes= takes the number of questions in each group"),
        (lambda: outcomes.self_assessment([3] * 40, scale=(5, 1)), "scale=(5, 1) must rise."),
        (lambda: outcomes.self_assessment([3] * 40, scale="15"), "scale= takes the lowest and the highest answer"),
    ],
)
def test_outcomes_refuse(call, words):
    assert words in refusal(cs.CsisemError, call)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"satisfaction": []}, "A curve needs the item(s) satisfaction="),
        ({"loyalty": ["l", "s"]}, "and one item loyalty=."),
        ({"loyalty": 3}, "loyalty= takes a name or a list of names"),
        ({"loyal": "8"}, "loyal='8' is not a finite number."),
        ({"at": "50"}, "A point of at= must be a number; got '50'."),
        ({"at": [101]}, "at= takes points of satisfaction within 0-100."),
        ({"at": [np.nan]}, "at= takes points of satisfaction within 0-100."),
        ({"at": []}, "at= takes points of satisfaction within 0-100."),
        ({"n": 150.5}, "n=150.5 is not a whole number of at least 100."),
        ({"n": 100, "level": 0.99}, "n=100 is not a whole number of at least 199."),
        ({"seed": "x"}, "seed='x' is not a whole number of at least 0."),
        ({"level": 95}, "level=95 is not between 0 and 1."),
    ],
)
def test_curves_refuse_arguments(options, words):
    frame = pd.DataFrame({"s": [1, 4, 5, 8, 9, 10] * 3, "l": [2, 3, 6, 5, 9, 9] * 3})
    given = {"satisfaction": "s", "loyalty": "l"} | options
    survey = cs.Survey(frame, scale=(1, 10))
    assert words in refusal(cs.CsisemError, lambda: outcomes.loyalty_curve(survey, **given))
