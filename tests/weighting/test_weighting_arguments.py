"""Arguments of weights that are of the wrong kind get one clear sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

PAIR = [[1, 2], [0.5, 1]]
THREE = [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]
RANKS = pd.DataFrame([[1, 2, 3], [2, 1, 3], [1, 3, 2]], columns=["特性", "价格", "服务"])
weighting = cs.weighting


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: weighting.ahp(PAIR, 5), "names= takes a name or a list of names, as text, not 5."),
        (lambda: weighting.ahp(PAIR, method=RANKS), "is not one of 'eigenvector', 'geometric'."),
        (lambda: weighting.ahp_group([PAIR, THREE]), "respondent 2 has other items than that of respondent 1"),
        (lambda: weighting.ahp_group([[1, 2], [3]]), "is square; the one of respondent 1 has shape (2,)."),
        (lambda: weighting.ahp_group([PAIR, PAIR], n=1.5), "n=1.5 is not a number of resamples"),
        (lambda: weighting.ahp_group([PAIR, PAIR], n=100, seed=-1), "seed=-1 is not a whole number"),
        (lambda: weighting.ahp_from_ranking(RANKS, names=["特性", "价钱"]), "no column '价钱' of ranks"),
        (lambda: weighting.ahp_from_ranking(RANKS, names=3), "names= takes a name or a list of names"),
        (lambda: weighting.ahp_from_ranking(RANKS, n="many"), "n='many' is not a number"),
        (lambda: weighting.ahp_from_ranking(RANKS, n=1), "give 0, or at least 2, such as 2000."),
        (lambda: weighting.ahp_from_ranking(RANKS, seed="x"), "seed='x' is not a whole number of at least 0."),
        (lambda: weighting.ahp_from_ranking(RANKS, n=9, seed=1).intervals(level=95), "level=95 is not between"),
        (
            lambda: weighting.rank_weights([1, 2], method="exponent", exponent=-1),
            "exponent=-1 is not a finite number of at",
        ),
        (
            lambda: weighting.rank_weights([1, 2], method="exponent", exponent="2"),
            "exponent='2' is not a finite number",
        ),
        (lambda: weighting.entropy(3), "one row per object and one column per indicator, not 3."),
        (lambda: weighting.combine([0.5, 0.5], {"a": 1}), "Weight must be a mapping or a Series, keyed by name"),
        (lambda: weighting.combine({"a": 1}, {"a": 1}, shares=["x", 1]), "one number of at least 0."),
        (lambda: weighting.overall_consistency([1], {"a": 1}), "results= must be a mapping or a Series"),
        (lambda: weighting.overall_consistency({"a": 0.1}, {"a": 1}), "must hold results of ahp(); got 0.1 for 'a'."),
    ],
)
def test_weights_refuse(call, words):
    assert words in refusal(cs.CsisemError, call)


@pytest.fixture(scope="module")
def fit():
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": ["Value"]}, "no construct ['Value'] (did you mean 'Value'?)"),
        ({"constructs": 4}, "constructs= takes a name or a list of names"),
        ({"constructs": ["Quality", "Quality"]}, "constructs= names 'Quality' more than once."),
        ({"total": "yes"}, "total='yes' is not one of True, False."),
        ({"standardized": None}, "standardized=None is not one of True, False."),
    ],
)
def test_weights_from_a_fit_refuse(fit, options, words):
    assert words in refusal(cs.CsisemError, lambda: weighting.from_fit(fit, **{"target": "Satisfaction"} | options))


def test_respondents_without_preferences_do_not_agree():
    found = weighting.ahp_group([np.ones((3, 3))] * 5)
    assert np.isnan(found.agreement.w)
    # Two who put the last item first, three who prefer nothing: their shared places count, as Friedman's test has it.
    group = [np.ones((3, 3))] * 3 + [np.array(THREE)[::-1, ::-1]] * 2
    ranks = np.array([[2, 2, 2]] * 3 + [[3, 2, 1]] * 2)
    sums = ranks.sum(axis=0)
    expected = 12 * ((sums - sums.mean()) ** 2).sum() / (25 * 24 - 5 * 3 * 24)
    assert weighting.ahp_group(group).agreement.w == pytest.approx(expected, rel=1e-12)
