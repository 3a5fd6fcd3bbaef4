"""Weights from rankings: rules by hand, agreement against Friedman's test, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare

import csisem as cs

ITEMS = ["质量", "价格", "服务"]
RANKS = pd.DataFrame([[1, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2, 3]], columns=ITEMS)
RULES = ("R1", "R2", "R3", "R4", "R5")


def test_mean_ranks_by_hand():
    # Mean ranks 1.25, 2, 2.75: scores 2.75, 2, 1.25; b = 2.2.
    middle = 0.75 / 1.5 * 1.2 + 1
    matrix = [[1, middle, 2.2], [1 / middle, 1, middle], [1 / 2.2, 1 / middle, 1]]
    found = cs.weighting.ahp_from_ranking(RANKS, rule="R3")
    np.testing.assert_allclose(found.matrix, matrix, rtol=1e-14)


def test_dominance_by_hand():
    # Quality is ranked above price by 3 of 4, above service by all (capped at 9); price above service by 3 of 4.
    found = cs.weighting.ahp_from_ranking(RANKS, rule="R5")
    np.testing.assert_allclose(found.matrix, [[1, 3, 9], [1 / 3, 1, 3], [1 / 9, 1 / 3, 1]], rtol=1e-14)
    np.testing.assert_allclose(found.weights, np.array([9, 3, 1]) / 13, rtol=1e-12)


def test_ties_are_half_a_dominance():
    # Of four, two rank quality above price, one the other way round, one ranks them equal: 2.5 against 1.5.
    tied = pd.DataFrame([[1, 2], [1, 2], [2, 1], [1, 1]], columns=["质量", "价格"])
    found = cs.weighting.ahp_from_ranking(tied, rule="R5", ties="average")
    np.testing.assert_allclose(found.weights, [2.5 / 4, 1.5 / 4], rtol=1e-14)


def test_optimal_transfer_by_hand():
    # Row sums of 2, 1, 0 for better, equal, worse are 5, 3, 1.
    found = cs.weighting.ahp_from_ranking([1, 2, 3], ITEMS, rule="R4")
    sums = np.array([5.0, 3, 1])
    np.testing.assert_allclose(found.matrix, np.exp((sums[:, None] - sums) / 3), rtol=1e-14)
    assert found.cr == pytest.approx(0, abs=1e-13)


def test_judgements_are_averaged_or_priorities_are():
    matrices = [cs.weighting.ahp_from_ranking(row, rule="R1").matrix for row in RANKS.to_numpy()]
    for aggregate in ("AIJ", "AIP"):
        found = cs.weighting.ahp_from_ranking(RANKS, rule="R1", aggregate=aggregate)
        group = cs.weighting.ahp_group(matrices, aggregate=aggregate)
        np.testing.assert_allclose(found.weights, group.weights, rtol=1e-13)
        np.testing.assert_allclose(found.individual, group.individual, rtol=1e-13)


def test_agreement_is_friedmans_test():
    generator = np.random.default_rng(5)
    scores = generator.integers(1, 6, size=(12, 4))
    found = cs.weighting.ahp_from_ranking(-scores, ties="average", names=list("abcd"))
    chisq, pvalue = friedmanchisquare(*scores.T)
    assert found.agreement.chisq == pytest.approx(chisq, rel=1e-12)
    assert found.agreement.pvalue == pytest.approx(pvalue, rel=1e-9)
    assert found.agreement.w == pytest.approx(chisq / (12 * 3), rel=1e-12)
    assert cs.weighting.ahp_from_ranking([[1, 2], [1, 2], [1, 2]]).agreement.w == pytest.approx(1, rel=1e-14)
    assert "Kendall's W" in repr(found)


def test_the_consistency_of_rankings_is_the_rules():
    generator = np.random.default_rng(7)
    ranks = np.argsort(generator.normal(size=(50, 5)), axis=1) + 1
    ratios = cs.weighting.ahp_from_ranking(ranks).individual_cr
    np.testing.assert_allclose(ratios, 0.015196, atol=5.1e-7)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(data=st.data())
def test_items_and_respondents_may_stand_in_any_order(rule, data):
    n = data.draw(st.integers(2, 6))
    rows = data.draw(st.lists(st.permutations(list(range(1, n + 1))), min_size=1, max_size=5))
    frame = pd.DataFrame(rows, columns=[f"i{k}" for k in range(n)])
    base = cs.weighting.ahp_from_ranking(frame, rule=rule).weights
    order = data.draw(st.permutations(list(frame.columns)))
    moved = cs.weighting.ahp_from_ranking(frame[order].iloc[::-1], rule=rule).weights
    np.testing.assert_allclose(moved[base.index], base, rtol=1e-11)
    assert base.sum() == pytest.approx(1, rel=1e-12)
    mean = frame.mean()
    # Who everybody ranks first weighs most.
    if (mean == 1).any():
        assert base.idxmax() == mean.idxmin()


def test_resampled_rankings_are_those_of_a_loop():
    generator = np.random.default_rng(11)
    ranks = np.argsort(np.argsort(generator.normal(size=(80, 4)) + np.arange(4), axis=1), axis=1) + 1
    for rule in RULES:
        found = cs.weighting.ahp_from_ranking(ranks, rule=rule, n=400, seed=2)
        drawn = [ranks[generator.integers(0, 80, 80)] for _ in range(200)]
        loop = [cs.weighting.ahp_from_ranking(one, rule=rule).priorities for one in drawn]
        # Two spreads, from 400 and 200 draws, differ by some 6 % each.
        np.testing.assert_allclose(found.draws.std(axis=0), np.std(loop, axis=0), rtol=0.3)
        np.testing.assert_allclose(found.draws.mean(axis=0), np.mean(loop, axis=0), atol=0.01)


@pytest.mark.parametrize(
    ("ranks", "sentence"),
    [
        (
            pd.DataFrame([[1, 2, 3], [1, 1, 3]], columns=ITEMS, index=["甲", "乙"]),
            "row '乙' gives rank 1 to '质量', '价格'",
        ),
        (
            pd.DataFrame([[1, 2, 3], [1, 3, 3]], columns=ITEMS),
            "row 1 gives rank 3 to '价格', ",
        ),
        (pd.DataFrame([[1, 2, 4]], columns=ITEMS), "are not permutations of 1 to 3"),
        (pd.DataFrame([["一", 2, 3]], columns=ITEMS), "holds text"),
        (pd.DataFrame([[1, None, 3]], columns=ITEMS), "No respondent ranked all items"),
        ({"质量": 1}, "two different items"),
    ],
)
def test_what_is_no_ranking_is_refused(ranks, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.weighting.ahp_from_ranking(ranks)


def test_respondents_with_blanks_are_left_out_and_counted():
    frame = pd.concat([RANKS, pd.DataFrame([[1, np.nan, 2]], columns=ITEMS)])
    with pytest.warns(cs.CsisemWarning, match="1 of 5 respondents did not rank all 3 items"):
        found = cs.weighting.ahp_from_ranking(frame)
    assert found.agreement.respondents == 4
    np.testing.assert_allclose(found.weights, cs.weighting.ahp_from_ranking(RANKS).weights, rtol=1e-14)


def test_options_that_have_no_use_are_refused():
    with pytest.raises(cs.OptionError, match="aggregate= is not used"):
        cs.weighting.ahp_from_ranking(RANKS, rule="R5", aggregate="AIP")
    with pytest.raises(cs.OptionError, match="did you mean 'R1'"):
        cs.weighting.ahp_from_ranking(RANKS, rule="r11")
    with pytest.raises(cs.DataError, match="single respondent cannot be resampled"):
        cs.weighting.ahp_from_ranking([1, 2, 3], n=100)
    with pytest.raises(cs.OptionError, match="at least 2"):
        cs.weighting.ahp_from_ranking(RANKS, n=1)
    with pytest.raises(cs.DataError, match="no column '价钱' of ranks"):
        cs.weighting.ahp_from_ranking(RANKS, names=["价钱", "质量"])
