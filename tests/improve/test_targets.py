"""Six rankings of targets: the published product example, correlations by numpy, errors by moved weights, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

SCORES = {
    "特性": 76.2, "经济性": 85.4, "可信性": 72.1, "安全性": 68.5,
    "可靠性": 75.0, "响应性": 80.2, "保证性": 73.6, "移情性": 78.8, "有形性": 90.0,
}  # fmt: skip
WEIGHTS = dict(zip(SCORES, [0.09, 0.06, 0.09, 0.06, 0.21, 0.07, 0.21, 0.14, 0.07], strict=True))
ITEMS = ["q1", "q2", "q3", "q4", "q5"]


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


def test_the_published_ranking():
    found = cs.improve.targets(SCORES, WEIGHTS)
    expected = {
        "保证性": 5.544, "可靠性": 5.250, "移情性": 2.968, "可信性": 2.511, "特性": 2.142, "安全性": 1.890,
        "响应性": 1.386, "经济性": 0.876, "有形性": 0.700,
    }  # fmt: skip
    assert found["item"].tolist() == list(expected)
    np.testing.assert_allclose(found["coefficient"], list(expected.values()), rtol=1e-12)
    assert list(found["rank"]) == list(range(1, 10))
    # Weight over score puts the first seven in the same order.
    quotient = pd.Series(WEIGHTS) / pd.Series(SCORES)
    assert quotient.sort_values(ascending=False).index[:7].tolist() == list(expected)[:7]


def test_the_published_quadrant():
    found = cs.improve.targets(SCORES, WEIGHTS, ranking="quadrant")
    assert found.attrs["cuts"] == (pytest.approx(1 / 9), pytest.approx(77.7556, abs=5e-5))
    assert found.loc[found["field"] == "weakness", "item"].tolist() == ["保证性", "可靠性"]
    assert found.set_index("item").loc["移情性", "field"] == "strength"
    assert found["field"].drop_duplicates().tolist() == ["weakness", "improve continuously", "strength", "maintain"]


def test_regions_by_hand():
    found = cs.improve.targets(SCORES, WEIGHTS, ranking="region").set_index("item")
    u, v = (0.21 - 0.06) / 0.15, (73.6 - 68.5) / 21.5
    assert found.loc["保证性", "excess"] == pytest.approx(u - v, rel=1e-12)
    assert found.loc["保证性", "region"] == "improve"
    assert found.loc["有形性", "region"] == "more than needed"
    assert found.loc["安全性", ["excess", "region"]].tolist() == [0.0, "in balance"]
    wide = cs.improve.targets(SCORES, WEIGHTS, ranking="region", band=0.9)
    assert wide["region"].value_counts().to_dict() == {"in balance": 8, "more than needed": 1}
    alike = cs.improve.targets(SCORES, dict.fromkeys(SCORES, 1 / 9), ranking="region")
    assert alike["item"].iloc[0] == "安全性"


def test_cuts_may_be_medians_or_numbers():
    importance, score = {"a": 1, "b": 2, "c": 9}, {"a": 50, "b": 60, "c": 90}
    for cut, fields in (
        ("mean", ["improve continuously", "improve continuously", "strength"]),
        ("median", ["improve continuously", "strength", "strength"]),
        ((1, 80), ["weakness", "weakness", "strength"]),
    ):
        found = cs.improve.quadrant(importance, score, cut=cut)
        assert found["field"].tolist() == fields
    flat = cs.improve.quadrant(dict.fromkeys("abcdefg", 0.1), dict.fromkeys("abcdefg", 70.1))
    assert set(flat["field"]) == {"strength"}
    with pytest.raises(cs.OptionError, match="neither 'mean' nor 'median'"):
        cs.improve.quadrant(importance, score, cut="mode")
    with pytest.raises(cs.DataError, match="'c' has no satisfaction"):
        cs.improve.quadrant(importance, {"a": 1, "b": 2})
    with pytest.raises(cs.DataError, match="'b' has no number"):
        cs.improve.quadrant(importance, {**score, "b": np.nan})


def test_precise_importance_is_a_correlation(shops):
    rows = shops.answers([*ITEMS, "s1", "s2"]).dropna()
    found = cs.improve.targets(shops, method="precise", items=ITEMS, outcome=["s1", "s2"], design=False)
    own = found.set_index("item")
    y = rows[["s1", "s2"]].mean(axis=1)
    for item in ITEMS:
        r = np.corrcoef(rows[item], y)[0, 1]
        score = (rows[item].mean() - 1) / 9 * 100
        numbers = own.loc[item, ["importance", "score", "coefficient"]].astype(float)
        np.testing.assert_allclose(numbers, [r, score, r * (100 - score)], rtol=1e-10)
    assert (np.diff(found["coefficient"]) <= 0).all()
    assert found.attrs == {"n": len(rows), "lost": 2400 - len(rows)}


def test_an_indicator_is_not_correlated_with_itself(shops):
    rows = shops.answers(ITEMS).dropna()
    weights = dict(zip(ITEMS, [0.3, 0.2, 0.2, 0.2, 0.1], strict=True))
    found = cs.improve.targets(shops, weights, method="precise", design=False).set_index("item")
    for item in ITEMS:
        rest = sum(rows[other] * weights[other] for other in ITEMS if other != item)
        assert found.loc[item, "importance"] == pytest.approx(np.corrcoef(rows[item], rest)[0, 1], rel=1e-10)


@pytest.mark.filterwarnings("ignore:Nobody with a weight above zero of 'no'")
def test_errors_of_targets(shops):
    simple = cs.improve.targets(shops, {"q1": 0.6, "q2": 0.4}).set_index("item")
    frame = shops.frame.assign(q1=shops.answers("q1")["q1"], q2=shops.answers("q2")["q2"])
    whole = frame[["q1", "q2"]].notna().all(axis=1)
    domain = frame.assign(there=np.where(whole, "yes", "no"), **{i: frame[i].where(whole) for i in ("q1", "q2")})
    means = cs.diagnose.means(cs.Survey(domain, design=shops.design), ["q1", "q2"], by="there")
    own = means[means["there"] == "yes"].set_index("item")
    assert simple.loc["q1", "se"] == pytest.approx(0.6 * own.loc["q1", "se"] * 100 / 9, rel=1e-9)
    assert simple.loc["q2", "score"] == pytest.approx((own.loc["q2", "estimate"] - 1) / 9 * 100, rel=1e-11)


def test_errors_of_precise_targets_are_those_of_moved_weights(shops):
    frame = shops.frame[shops.frame["firm"] == "Alder"]
    few, stores = shops.with_answers(frame), frame["store"].unique()

    def coefficients(weight):
        moved = few.with_answers(frame.assign(weight=weight))
        found = cs.improve.targets(moved, method="precise", items=ITEMS[:2], outcome="s1")
        return found.set_index("item").loc[ITEMS[:2], "coefficient"].to_numpy()

    totals = []
    for store in stores:
        here = (frame["store"] == store).to_numpy()
        pair = [coefficients(frame["weight"] * np.where(here, factor, 1.0)) for factor in (1 + 1e-4, 1 - 1e-4)]
        totals.append((pair[0] - pair[1]) / 2e-4)
    table = pd.DataFrame(totals).groupby(frame.groupby("store")["region"].first()[stores].to_numpy())
    variance = sum(len(own) / (len(own) - 1) * ((own - own.mean()) ** 2).sum() for _, own in table)
    found = cs.improve.targets(few, method="precise", items=ITEMS[:2], outcome="s1").set_index("item")
    # Differences by 1e-4.
    np.testing.assert_allclose(found.loc[ITEMS[:2], "se"], np.sqrt(variance), rtol=1e-5)


def test_targets_refuse(shops):
    with pytest.raises(cs.DataError, match="n = 1"):
        cs.improve.targets(SCORES, WEIGHTS, method="precise")
    with pytest.raises(cs.DataError, match="with n = 1 there is no correlation"):
        cs.improve.targets(cs.Survey(shops.frame.iloc[:1], scale=(1, 10)), method="precise", items=ITEMS, outcome="s1")
    with pytest.raises(cs.DataError, match="2 rows answered all 6 items; at least 3"):
        cs.improve.targets(
            cs.Survey(shops.frame.dropna().iloc[:2], scale=(1, 10)), method="precise", items=ITEMS, outcome="s1"
        )
    with pytest.raises(cs.DataError, match="'s1' is both an indicator and overall"):
        cs.improve.targets(shops, method="precise", items=["q1", "s1"], outcome="s1")
    with pytest.raises(cs.DataError, match="no others to correlate with"):
        cs.improve.targets(shops, method="precise", items="q1")
    flat = cs.Survey(shops.frame.assign(q1=5), scale=(1, 10))
    with pytest.raises(cs.DataError, match="'q1' has the same answer in all"):
        cs.improve.targets(flat, method="precise", items=ITEMS, outcome="s1")
    for options, sentence in (
        ({}, "needs weights="),
        ({"weights": WEIGHTS, "items": "特性"}, "items= and outcome= are for"),
        ({"weights": WEIGHTS, "cut": "median"}, "cut= is for"),
        ({"weights": WEIGHTS, "band": 0.1}, "band= is for"),
        ({"weights": WEIGHTS, "design": False}, "design= is for answers"),
        ({"weights": WEIGHTS, "ranking": "matrix"}, "'matrix' is not one of"),
        ({"weights": WEIGHTS, "ranking": "region", "band": 2.0}, r"band=2\.0 is not a finite number from 0 to 1"),
    ):
        with pytest.raises(cs.OptionError, match=sentence):
            cs.improve.targets(SCORES, **options)
    with pytest.raises(cs.OptionError, match="needs items="):
        cs.improve.targets(shops, method="precise")
    with pytest.raises(cs.DataError, match="'特性' has no satisfaction"):
        cs.improve.targets({k: v for k, v in SCORES.items() if k != "特性"}, WEIGHTS)
    with pytest.raises(cs.DataError, match="is 762, not within 0-100"):
        cs.improve.targets({**SCORES, "特性": 762}, WEIGHTS)
    with pytest.raises(cs.DataError, match="weight of '特性' is not at least 0"):
        cs.improve.targets(SCORES, {**WEIGHTS, "特性": -0.1})
