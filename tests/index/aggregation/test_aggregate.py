"""From products to the nation: weighted means by hand, their errors, and changes that add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

LEVELS = ["product", "firm", "industry"]
FRAME = pd.DataFrame(
    {
        "product": ["轿车", "客车", "轿车", "出租", "出租"],
        "firm": ["甲", "甲", "乙", "丙", "丁"],
        "industry": ["汽车", "汽车", "汽车", "出租车", "出租车"],
        "index": [70.0, 80.0, 60.0, 90.0, 76.0],
        "se": [1.0, 2.0, 1.5, 1.0, 0.5],
        "revenue": [1.0, 3.0, 4.0, 5.0, 6.0],
        "revenue_se": [0.1, 0.2, 0.3, 0.0, 0.5],
        "vehicles": [10.0, 10.0, 30.0, 200.0, 600.0],
        "gdp": [2.0, 2.0, 2.0, 3.0, 3.0],
    }
)
BASES = {"product": "revenue", "firm": "vehicles", "industry": "gdp"}


def _at(frame, **where):
    picked = frame[np.logical_and.reduce([frame[name] == value for name, value in where.items()])]
    assert len(picked) == 1
    return picked.iloc[0]


def test_every_level_has_its_own_basis():
    found = cs.index.aggregate(FRAME, LEVELS, BASES)
    assert list(found.columns) == ["level", "industry", "firm", "product", "basis", "weight", "index", "se",
                                   "ci_lower", "ci_upper"]  # fmt: skip
    firm = (1 * 70 + 3 * 80) / 4
    cars, taxis = (10 * firm + 30 * 60) / 40, (200 * 90 + 600 * 76) / 800
    assert _at(found, level="firm", firm="甲")["index"] == pytest.approx(firm, rel=1e-14)
    assert _at(found, level="industry", industry="汽车")["index"] == pytest.approx(cars, rel=1e-14)
    assert _at(found, level="industry", industry="出租车")["index"] == pytest.approx(taxis, rel=1e-14)
    assert found["index"].iloc[0] == pytest.approx((2 * cars + 3 * taxis) / 5, rel=1e-14)
    weights = np.array([2 / 5 * 10 / 40 * 1 / 4, 2 / 5 * 10 / 40 * 3 / 4, 2 / 5 * 30 / 40, 3 / 5 / 4, 3 / 5 * 3 / 4])
    assert found["se"].iloc[0] == pytest.approx((weights**2 @ FRAME["se"] ** 2) ** 0.5, rel=1e-13)
    assert _at(found, level="firm", firm="甲")["weight"] == pytest.approx(0.25, rel=1e-14)
    assert _at(found, level="firm", firm="甲")["basis"] == "vehicles"
    assert found.attrs["independent"]


def test_a_level_without_a_basis_adds_up_the_one_below():
    found = cs.index.aggregate(FRAME, LEVELS, {"product": "revenue"})
    flat = (FRAME["revenue"] * FRAME["index"]).sum() / FRAME["revenue"].sum()
    assert found["index"].iloc[0] == pytest.approx(flat, rel=1e-14)
    assert set(found["basis"]) == {"revenue", ""}


def test_joint_errors_are_those_given():
    root = np.random.default_rng(1).normal(size=(5, 5))
    covariance = root @ root.T
    found = cs.index.aggregate(FRAME, LEVELS, BASES, covariance=covariance)
    weights = np.array([0.025, 0.075, 0.3, 0.15, 0.45])
    assert found["se"].iloc[0] ** 2 == pytest.approx(weights @ covariance @ weights, rel=1e-12)
    assert not found.attrs["independent"]
    np.testing.assert_allclose(np.sqrt(np.diag(found.attrs["covariance"])), found["se"], rtol=1e-12)


def test_indices_of_one_fit_keep_their_joint_covariance():
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), estimator="MLR")
    index = cs.csi(fit, by=["firm", "region"])
    own = index[index["construct"] == "Satisfaction"]
    revenue = {"Alder": 5.0, "Birch": 3.0, "Cedar": 2.0}
    own = own.assign(revenue=own["firm"].map(revenue) * own["region"].str.len())
    found = cs.index.aggregate(own, ["region", "firm"], {"region": "revenue"})
    places = own.index.to_numpy()
    covariance = np.array(index.attrs["covariance"])[np.ix_(places, places)]
    weights = (own["revenue"] / own["revenue"].sum()).to_numpy()
    assert found["index"].iloc[0] == pytest.approx(weights @ own["index"], rel=1e-13)
    assert found["se"].iloc[0] == pytest.approx((weights @ covariance @ weights) ** 0.5, rel=1e-10)
    assert not found.attrs["independent"]
    # Degrees are the fewest of the rows that enter.
    assert found.attrs["degrees"][0] == min(np.array(index.attrs["degrees"])[places])
    # Rows that were renumbered have lost what they are; they are taken for independent.
    shuffled = cs.index.aggregate(own.reset_index(drop=True), ["region", "firm"], {"region": "revenue"})
    assert shuffled.attrs["independent"]


def test_errors_of_estimated_bases_enter_by_the_delta_method():
    plain = cs.index.aggregate(FRAME, LEVELS, {"product": "revenue"})
    found = cs.index.aggregate(FRAME, LEVELS, {"product": "revenue"}, weight_se={"product": "revenue_se"})
    slope = (FRAME["index"] - plain["index"].iloc[0]) / FRAME["revenue"].sum()
    extra = (slope**2 * FRAME["revenue_se"] ** 2).sum()
    assert found["se"].iloc[0] ** 2 - plain["se"].iloc[0] ** 2 == pytest.approx(extra, rel=1e-10)
    assert (found["index"] == plain["index"]).all()
    both = cs.index.aggregate(FRAME, LEVELS, BASES, weight_se={"product": "revenue_se"})
    firm = _at(both, level="firm", firm="甲")
    own = ((70 - 77.5) / 4 * 0.1) ** 2 + ((80 - 77.5) / 4 * 0.2) ** 2 + (1 / 16 + 9 / 16 * 4)
    assert firm["se"] ** 2 == pytest.approx(own, rel=1e-12)


def test_figures_without_errors_have_none():
    found = cs.index.aggregate(FRAME.drop(columns="se"), LEVELS, BASES)
    assert list(found.columns)[-2:] == ["weight", "index"]


def test_degrees_of_independent_samples_are_satterthwaites():
    frame = FRAME.iloc[:2]
    frame = pd.DataFrame(frame.to_dict("list"))
    frame.attrs = {"covariance": np.diag(frame["se"] ** 2).tolist(), "degrees": [4.0, 9.0]}
    found = cs.index.aggregate(frame, ["product"], {"product": "revenue"})
    assert found.attrs["degrees"][0] == 4.0


def test_changes_add_up_also_when_units_come_and_go():
    after = FRAME.assign(index=FRAME["index"] + [1, -2, 3, 0, 5], revenue=[2.0, 3.0, 4.0, 1.0, 9.0]).iloc[1:]
    new = pd.DataFrame([{**FRAME.iloc[3].to_dict(), "firm": "戊", "index": 50.0, "revenue": 2.0}])
    after = pd.concat([after, new], ignore_index=True)
    first, last = (cs.index.aggregate(frame, LEVELS, {"product": "revenue"}) for frame in (FRAME, after))
    found = cs.index.contributions(first, last)
    total = found.iloc[0]
    assert total["contribution"] == pytest.approx(last["index"].iloc[0] - first["index"].iloc[0], rel=1e-12)
    assert total["contribution"] == pytest.approx(total["change"], rel=1e-12)
    for level in LEVELS:
        own = found[found["level"] == level]
        assert own["contribution"].sum() == pytest.approx(total["contribution"], rel=1e-12)
    gone = _at(found, level="product", firm="甲", product="轿车")
    middle = (first["index"].iloc[0] + last["index"].iloc[0]) / 2
    assert gone["by_weight"] == pytest.approx(-1 / 19 * (70 - middle), rel=1e-12)
    assert gone["by_index"] == 0
    stayed = _at(found, level="product", firm="丁", product="出租")
    assert stayed["by_index"] == pytest.approx((6 / 19 + 9 / 19) / 2 * 5, rel=1e-12)


def test_errors_of_a_change_at_fixed_weights():
    after = FRAME.assign(index=FRAME["index"] + [1, -2, 3, 0, 5])
    first, last = (cs.index.aggregate(frame, LEVELS, BASES) for frame in (FRAME, after))
    found = cs.index.contributions(first, last)
    assert found["se"].iloc[0] == pytest.approx(2**0.5 * first["se"].iloc[0], rel=1e-12)
    firm = _at(found, level="firm", firm="甲")
    assert firm["se"] == pytest.approx(2**0.5 * 0.1 * _at(first, level="firm", firm="甲")["se"], rel=1e-12)


def test_errors_of_a_change_when_weights_move_and_units_come_and_go():
    """Contributions are linear in the indices, so that a point more of one says by how much they move."""
    after = FRAME.assign(index=FRAME["index"] + [1, -2, 3, 0, 5], revenue=[2.0, 3.0, 4.0, 1.0, 9.0]).iloc[1:]
    frames = [FRAME, after.reset_index(drop=True)]

    def found(pair):
        return cs.index.contributions(*(cs.index.aggregate(one, LEVELS, {"product": "revenue"}) for one in pair))

    base = found(frames)
    variance = np.zeros(len(base))
    for which, frame in enumerate(frames):
        for row in range(len(frame)):
            raised = frame.assign(index=frame["index"] + (np.arange(len(frame)) == row))
            moved = found([raised if k == which else one for k, one in enumerate(frames)])
            variance += ((moved["contribution"] - base["contribution"]) * frame["se"].iloc[row]) ** 2
    np.testing.assert_allclose(base["se"], np.sqrt(variance), rtol=1e-9)


@pytest.mark.parametrize(
    ("changes", "levels", "weights", "sentence"),
    [
        ({"gdp": [2.0, 2, 5, 3, 3]}, LEVELS, BASES, "'gdp' differs within '汽车'"),
        ({"revenue": [1.0, -3, 4, 5, 6]}, LEVELS, BASES, "'revenue' of '客车' is -3"),
        ({"revenue": [0.0, 0, 4, 5, 6]}, LEVELS, BASES, "'revenue' is zero throughout '甲'"),
        ({"revenue": list("abcde")}, LEVELS, BASES, "holds text"),
        ({}, LEVELS, {"firm": "vehicles"}, "The lowest level, 'product', needs a basis"),
        ({}, LEVELS, {"product": "revenu"}, "no column 'revenu' .*did you mean 'revenue'"),
        ({}, LEVELS, {"product": "revenue", "sector": "gdp"}, "names the level 'sector', which units= lacks"),
        ({}, ["firm", "industry"], {"firm": "vehicles"}, "Several rows have 'firm', 'industry' = '甲', '汽车'"),
        ({}, ["produkt"], {"produkt": "revenue"}, "no column 'produkt'"),
    ],
)
def test_bases_that_cannot_be_used_are_refused(changes, levels, weights, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.index.aggregate(FRAME.assign(**changes), levels, weights)


def test_other_refusals():
    found = cs.index.aggregate(FRAME, LEVELS, BASES)
    with pytest.raises(cs.DataError, match="before is not a frame of aggregate"):
        cs.index.contributions(FRAME, found)
    with pytest.raises(cs.DataError, match="The levels of before are industry, firm, product"):
        cs.index.contributions(found, cs.index.aggregate(FRAME, ["product", "firm"], {"product": "revenue"}))
    with pytest.raises(cs.DataError, match=r"shape \(2, 2\) for 5 rows"):
        cs.index.aggregate(FRAME, LEVELS, BASES, covariance=np.eye(2))
    with pytest.raises(cs.DataError, match="whose basis adds up"):
        cs.index.aggregate(FRAME, LEVELS, {"product": "revenue"}, weight_se={"firm": "revenue_se"})
