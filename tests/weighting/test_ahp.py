"""AHP weights and consistency against published figures, numpy's eigenvectors, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.weighting.priority_vector import priorities, random_index

# The figures have six digits after the point.
PRINTED = 5.1e-7

# Rule, items: weights, lambda_max, CI, CR (computed by numpy's eigenvectors for the project; None: not stated).
STATED = {
    ("R1", 3): ([0.539615, 0.296961, 0.163424], 3.009203, 0.004601, 0.007933),
    ("R1", 4): ([0.467296, 0.277181, 0.160088, 0.095435], 4.030983, None, 0.011475),
    ("R1", 5): ([0.418539, 0.262518, 0.159923, 0.097254, 0.061767], 5.068080, None, 0.015196),
    ("R2", 3): ([0.636986, 0.258285, 0.104729], 3.038511, 0.019256, 0.033199),
    ("R2", 4): (None, 4.116982, None, 0.043327),
    ("R2", 5): (None, 5.237475, None, 0.053008),
}
LOOSE = pd.DataFrame(
    [[1, 5, 1 / 3, 2], [1 / 5, 1, 4, 1 / 2], [3, 1 / 4, 1, 3], [1 / 2, 2, 1 / 3, 1]],
    index=["质量", "价格", "服务", "形象"],
    columns=["质量", "价格", "服务", "形象"],
)
GROUP = {
    "甲": [[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]],
    "乙": [[1, 2, 7], [1 / 2, 1, 4], [1 / 7, 1 / 4, 1]],
    "丙": [[1, 1 / 2, 3], [2, 1, 5], [1 / 3, 1 / 5, 1]],
}


@pytest.mark.parametrize(("rule", "n"), STATED)
def test_rankings_give_the_stated_weights_and_consistency(rule, n):
    weights, lambda_max, ci, cr = STATED[rule, n]
    found = cs.weighting.ahp_from_ranking(list(range(1, n + 1)), rule=rule)
    if weights:
        np.testing.assert_allclose(found.weights, weights, atol=PRINTED)
    assert found.lambda_max == pytest.approx(lambda_max, abs=PRINTED)
    assert found.cr == pytest.approx(cr, abs=PRINTED)
    if ci:
        assert found.ci == pytest.approx(ci, abs=PRINTED)


def test_weights_are_the_principal_eigenvector():
    with pytest.warns(cs.CsisemWarning, match="inconsistent"):
        found = cs.weighting.ahp(LOOSE)
    values, vectors = np.linalg.eig(LOOSE.to_numpy())
    first = np.argmax(values.real)
    vector = np.abs(vectors[:, first].real)
    np.testing.assert_allclose(found.weights, vector / vector.sum(), rtol=1e-12)
    assert list(found.weights.index) == list(LOOSE)
    assert found.lambda_max == pytest.approx(values[first].real, rel=1e-13)
    assert found.ci == pytest.approx((found.lambda_max - 4) / 3, rel=1e-12)
    assert found.cr == pytest.approx(found.ci / 0.90, rel=1e-12)


def test_the_worst_judgement_is_named():
    with pytest.warns(cs.CsisemWarning, match="'价格' over '服务': stated 4") as caught:
        found = cs.weighting.ahp(LOOSE)
    assert len(caught) == 1
    assert (found.worst.first, found.worst.second, found.worst.stated) == ("价格", "服务", 4)
    assert found.worst.implied == pytest.approx(found.weights["价格"] / found.weights["服务"], rel=1e-12)
    assert not found.consistent


def test_geometric_means_equal_the_eigenvector_up_to_three_items():
    for matrix in GROUP.values():
        one, other = (cs.weighting.ahp(matrix, method=method) for method in ("eigenvector", "geometric"))
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-12)
        assert one.lambda_max == pytest.approx(other.lambda_max, rel=1e-12)
    with pytest.warns(cs.CsisemWarning, match="inconsistent"):
        loose = cs.weighting.ahp(LOOSE, method="geometric")
    rows = np.prod(LOOSE.to_numpy(), axis=1) ** (1 / 4)
    np.testing.assert_allclose(loose.weights, rows / rows.sum(), rtol=1e-14)


def test_a_consistent_matrix_gives_back_its_weights():
    truth = np.array([0.5, 0.3, 0.15, 0.05])
    for method in ("eigenvector", "geometric"):
        found = cs.weighting.ahp(truth[:, None] / truth, ["a", "b", "c", "d"], method=method)
        np.testing.assert_allclose(found.weights, truth, rtol=1e-14)
        assert found.cr == pytest.approx(0, abs=1e-13)
        assert found.worst is None


def test_rounded_reciprocals_and_blanks_are_read_by_their_mirror():
    exact = cs.weighting.ahp([[1, 3, 6], [1 / 3, 1, 2], [1 / 6, 1 / 2, 1]])
    for matrix in ([[1, 3, 6], [0.33, 1, 2], [0.17, 0.5, 1]], [[1, 3, 6], [None, None, 2], [np.nan, np.nan, 1]]):
        np.testing.assert_allclose(cs.weighting.ahp(matrix).weights, exact.weights, rtol=1e-14)


def test_one_or_two_items_are_consistent():
    assert cs.weighting.ahp([[1.0]]).weights.tolist() == [1.0]
    pair = cs.weighting.ahp([[1, 4], [0.25, 1]])
    np.testing.assert_allclose(pair.weights, [0.8, 0.2], rtol=1e-14)
    assert (pair.ci, pair.cr, pair.consistent) == (0.0, 0.0, True)


def test_random_indices_follow_the_published_tables():
    saaty = [0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59]
    assert [random_index(n) for n in range(1, 16)] == saaty
    table = [0.5251686, 0.8836651, 1.1081014, 1.2492774, 1.3415514, 1.404846]
    assert [random_index(n, "simulated") for n in range(3, 9)] == table


@pytest.mark.parametrize("n", [5, 9, 18])
def test_random_indices_are_the_mean_of_random_matrices(n):
    generator = np.random.default_rng(n)
    scale = np.r_[1 / np.arange(9.0, 1, -1), np.arange(1.0, 10)]
    upper = np.triu(generator.choice(scale, size=(4000, n, n)), 1)
    matrices = upper + np.swapaxes(1 / np.where(upper > 0, upper, np.inf), 1, 2) + np.eye(n)
    index = priorities(matrices).consistency_index
    # Four standard errors of the mean, and half a percent for the line beyond eight items.
    slack = 4 * index.std() / len(index) ** 0.5 + 0.005 * random_index(n, "simulated")
    assert index.mean() == pytest.approx(random_index(n, "simulated"), abs=slack)


@pytest.mark.parametrize("aggregate", ["AIJ", "AIP"])
def test_group_priorities_by_hand(aggregate):
    found = cs.weighting.ahp_group(GROUP, aggregate=aggregate)
    stack = np.array(list(GROUP.values()))
    own = np.stack([cs.weighting.ahp(matrix).weights for matrix in stack])
    mean = cs.weighting.ahp(np.exp(np.log(stack).mean(axis=0)))
    raw = np.exp(np.log(own).mean(axis=0))
    np.testing.assert_allclose(found.weights, raw / raw.sum() if aggregate == "AIP" else mean.weights, rtol=1e-13)
    np.testing.assert_allclose(found.individual, own, rtol=1e-14)
    np.testing.assert_allclose(found.individual_cr, [cs.weighting.ahp(m).cr for m in stack], rtol=1e-9)
    if aggregate == "AIP":
        assert found.ci == pytest.approx(np.mean([cs.weighting.ahp(m).ci for m in stack]), rel=1e-9)


def test_averaging_judgements_or_geometric_priorities_is_the_same():
    stack = np.stack([LOOSE, LOOSE.to_numpy() ** 0.5, LOOSE.T])
    one, other = (cs.weighting.ahp_group(stack, aggregate=how, method="geometric") for how in ("AIJ", "AIP"))
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-13)


def test_resampled_respondents_spread_as_averages_do():
    generator = np.random.default_rng(3)
    truth = np.array([0.5, 0.3, 0.2])
    noisy = [truth * np.exp(generator.normal(size=3) * 0.3) for _ in range(200)]
    group = [one[:, None] / one for one in noisy]
    found = cs.weighting.ahp_group(group, n=2000, seed=1)
    frame = found.intervals()
    # Of consistent matrices the group's weights are geometric means: the delta method says how these spread.
    logs = np.log(np.stack(noisy))
    weights = np.exp(logs.mean(axis=0)) / np.exp(logs.mean(axis=0)).sum()
    slope = np.diag(weights) - np.outer(weights, weights)
    errors = np.sqrt(np.diag(slope @ np.cov(logs.T, ddof=0) @ slope / len(logs)))
    np.testing.assert_allclose(frame["weight"], weights, rtol=1e-13)
    # An error from 2,000 draws is uncertain by 1.6 %.
    np.testing.assert_allclose(frame["se"], errors, rtol=0.05)
    assert ((frame["ci_lower"] < weights) & (weights < frame["ci_upper"])).all()
    assert list(frame["rank_lower"]) == [1, 2, 3] == list(frame["rank_upper"])
    np.testing.assert_allclose(np.diag(found.covariance), frame["se"] ** 2, rtol=1e-12)
    again = cs.weighting.ahp_group(group, n=2000, seed=1)
    assert (again.draws == found.draws).all()


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        ([[1, 2], [2, 1]], "reciprocal: 'item1' against 'item2' is 2"),
        ([[1, 2, 3], [0.5, 1, 1]], r"shape \(2, 3\)"),
        ([[1, -2], [-0.5, 1]], "finite numbers above zero; 'item1' against 'item2' is -2"),
        ([[2, 2], [0.5, 1]], "compared with itself is 1; 'item1' is 2"),
        ([[1, None], [None, 1]], "is blank for 'item1' against 'item2'"),
        ([[1, None], [0, 1]], "finite numbers above zero; 'item2' against 'item1' is 0"),
        ([[1, "1/3"], [3, 1]], "must hold numbers"),
        (pd.DataFrame([[1, 2], [0.5, 1]], index=["a", "c"], columns=["a", "b"]), "its columns 'a', 'b'"),
    ],
)
def test_a_matrix_that_is_none_is_refused(matrix, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.weighting.ahp(matrix)


def test_refusals_of_groups_name_the_respondent():
    with pytest.raises(cs.DataError, match="of 乙 is 2"):
        cs.weighting.ahp_group({"甲": [[1, 2], [0.5, 1]], "乙": [[1, 2], [2, 1]]})
    other = pd.DataFrame([[1, 2], [0.5, 1]], index=["b", "a"], columns=["b", "a"])
    with pytest.raises(cs.DataError, match="respondent 2 has other items"):
        cs.weighting.ahp_group([other.iloc[::-1, ::-1].set_axis(["a", "b"]).set_axis(["a", "b"], axis=1), other])
    with pytest.raises(cs.DataError, match="for one matrix there is ahp"):
        cs.weighting.ahp_group(LOOSE.to_numpy())
    with pytest.raises(cs.DataError, match="n=2000"):
        cs.weighting.ahp_group(GROUP).intervals()
    with pytest.raises(cs.OptionError, match="did you mean 'AIJ'"):
        cs.weighting.ahp_group(GROUP, aggregate="aijj")
