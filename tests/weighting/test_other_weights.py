"""Entropy, places, combinations, and weights from a fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy as shannon

import csisem as cs

TABLE = pd.DataFrame({"a": [3.0, 5, 0, 8], "b": [7.0, 7, 7, 7.5], "c": [1.0, 9, 2, 2]})


def test_entropy_weights_are_those_of_scipys_entropy():
    found = cs.weighting.entropy(TABLE)
    e = np.array([shannon(TABLE[name]) / np.log(4) for name in TABLE])
    np.testing.assert_allclose(found, (1 - e) / (1 - e).sum(), rtol=1e-11)
    np.testing.assert_allclose(list(found.attrs["entropy"].values()), e, rtol=1e-12)
    unit = cs.weighting.entropy(TABLE * [1, 10, 100])
    np.testing.assert_allclose(unit, found, rtol=1e-11)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (TABLE.iloc[:1], "has 1 rows"),
        (TABLE.assign(b=-1.0), "a negative or infinite number"),
        (TABLE.assign(b=np.nan), "a blank in row 0"),
        (TABLE.assign(b=0.0), "'b' is zero throughout"),
        (TABLE.assign(b="x"), "holds text"),
        (pd.DataFrame({"a": [2.0, 2], "b": [3.0, 3]}), "No indicator differs"),
    ],
)
def test_entropy_refuses(table, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.weighting.entropy(table)


def test_weights_by_place_are_the_published_ones():
    ranks = {"a": 1, "b": 2, "c": 3, "d": 4}
    # Rank order centroid of four items, to the digits printed.
    np.testing.assert_allclose(cs.weighting.rank_weights(ranks), [0.520833, 0.270833, 0.145833, 0.0625], atol=5.1e-7)
    np.testing.assert_allclose(cs.weighting.rank_weights(ranks, method="sum"), np.array([4, 3, 2, 1]) / 10, rtol=1e-14)
    np.testing.assert_allclose(
        cs.weighting.rank_weights(ranks, method="reciprocal"), np.array([12, 6, 4, 3]) / 25, rtol=1e-14
    )
    np.testing.assert_allclose(
        cs.weighting.rank_weights(ranks, method="exponent", exponent=2), np.array([16, 9, 4, 1]) / 30, rtol=1e-14
    )


def test_items_of_one_rank_share_their_places():
    found = cs.weighting.rank_weights({"d": 4, "b": 2, "c": 2, "a": 1}, method="reciprocal")
    np.testing.assert_allclose(found[["a", "b", "c", "d"]], np.array([12, 5, 5, 3]) / 25, rtol=1e-14)


def test_places_refuse():
    with pytest.raises(cs.OptionError, match="takes one ranking, not 2"):
        cs.weighting.rank_weights([[1, 2], [2, 1]])
    for options in ({"method": "exponent"}, {"exponent": 2.0}):
        with pytest.raises(cs.OptionError, match="belongs to method='exponent'"):
            cs.weighting.rank_weights([1, 2], **options)


def test_combinations_by_hand():
    one, other = {"a": 0.5, "b": 0.3, "c": 0.2}, pd.Series({"c": 0.6, "a": 0.2, "b": 0.2})
    product = np.array([0.10, 0.06, 0.12])
    np.testing.assert_allclose(cs.weighting.combine(one, other), product / product.sum(), rtol=1e-14)
    mean = cs.weighting.combine(one, other, method="linear", shares=[0.25, 0.75])
    np.testing.assert_allclose(mean, [0.275, 0.225, 0.5], rtol=1e-14)
    assert list(mean.index) == ["a", "b", "c"]


def test_combinations_refuse():
    with pytest.raises(cs.DataError, match="two sets of weights or more, not 1"):
        cs.weighting.combine({"a": 1, "b": 1})
    with pytest.raises(cs.DataError, match="lacks 'b'"):
        cs.weighting.combine({"a": 1, "b": 1}, {"a": 1})
    with pytest.raises(cs.DataError, match="has an item that the first has not, 'bb'"):
        cs.weighting.combine({"a": 1, "b": 1}, {"a": 1, "bb": 1})
    with pytest.raises(cs.DataError, match="zero for every item"):
        cs.weighting.combine({"a": 1, "b": 0}, {"a": 0, "b": 1})
    with pytest.raises(cs.DataError, match="finite numbers of at least 0"):
        cs.weighting.combine({"a": 1, "b": -1}, {"a": 1, "b": 1})
    with pytest.raises(cs.OptionError, match="sum to 1"):
        cs.weighting.combine({"a": 1, "b": 1}, {"a": 1, "b": 1}, method="linear", shares=[1, 1])


def test_the_consistency_of_a_hierarchy():
    parts = {n: cs.weighting.ahp_from_ranking(list(range(1, n + 1)), rule="R2") for n in (2, 3, 4)}
    results, weights = {"total": parts[2], "a": parts[3], "b": parts[4]}, {"total": 1, "a": 0.3, "b": 0.7}
    found = cs.weighting.overall_consistency(results, weights)
    assert found == pytest.approx((0.3 * parts[3].ci + 0.7 * parts[4].ci) / (0.3 * 0.58 + 0.7 * 0.90), rel=1e-12)
    assert cs.weighting.overall_consistency({"total": parts[2]}, weights) == 0.0
    with pytest.raises(cs.DataError, match="no weight of 'b'"):
        cs.weighting.overall_consistency(results, {"total": 1, "a": 1})


@pytest.fixture(scope="module")
def fit():
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), estimator="MLR")


def test_weights_from_a_fit_are_shares_of_its_effects(fit):
    found = cs.weighting.from_fit(fit, "Satisfaction")
    effects = cs.effects(fit, standardized=True)
    own = effects[effects["target"] == "Satisfaction"].set_index("source")["total"]
    np.testing.assert_allclose(found["weight"], own[found["item"]] / own[found["item"]].sum(), rtol=1e-12)
    covariance = np.array(found.attrs["covariance"])
    np.testing.assert_allclose(covariance.sum(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), found["se"], rtol=1e-12)
    direct = cs.weighting.from_fit(fit, "Value", total=False, standardized=False)
    paths = fit.paths[fit.paths["lhs"] == "Value"].set_index("rhs")["est"]
    np.testing.assert_allclose(direct["weight"], paths[direct["item"]] / paths.sum(), rtol=1e-12)


def test_errors_of_such_weights_are_those_of_a_defined_parameter():
    text = """
    Quality =~ q1 + q2 + q3
    Image   =~ e1 + e2 + e3
    Value   =~ v1 + v2
    Value   ~ a*Image + b*Quality
    share  := a/(a + b)
    """
    fit = cs.Model.from_syntax(text).fit(cs.datasets.retail_survey(), estimator="MLR")
    found = cs.weighting.from_fit(fit, "Value", standardized=False)
    stated = fit.parameters.query("lhs == 'share'")
    assert found["weight"].iloc[0] == pytest.approx(stated["est"].item(), rel=1e-12)
    np.testing.assert_allclose(found["se"], stated["se"].item(), rtol=1e-10)


def test_weights_from_a_fit_refuse(fit):
    with pytest.raises(cs.ModelError, match="did you mean 'Satisfaction'"):
        cs.weighting.from_fit(fit, "Satisfacton")
    with pytest.raises(cs.ModelError, match="No path leads to 'Expectation'"):
        cs.weighting.from_fit(fit, "Expectation")
    with pytest.raises(cs.DataError, match="'Complaints' on 'Loyalty' has another sign"):
        cs.weighting.from_fit(fit, "Loyalty")
