"""Outcomes: the training texts' figures, curves against scipy and scikit-learn, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import isotonic_regression

import csisem as cs
from csisem.index import outcomes
from csisem.index.outcomes.curves import isotonic

# Printed with four digits.
PRINTED = 5.1e-5


def test_taxi_passengers():
    counts = {"满意": (276, 597), "不满意": (321, 597)}
    wilson, wald = outcomes.rates(counts), outcomes.rates(counts, interval="wald")
    assert wilson["share"].round(6).tolist() == [0.462312, 0.537688]
    assert wilson.loc[0, ["ci_lower", "ci_upper"]].tolist() == pytest.approx([0.4227, 0.5024], abs=PRINTED)
    assert wald.loc[0, ["ci_lower", "ci_upper"]].tolist() == pytest.approx([0.4223, 0.5023], abs=PRINTED)
    nobody = outcomes.rates({"抱怨率": (0, 50)})
    assert nobody["ci_lower"].item() == 0
    assert nobody["ci_upper"].item() > 0.05
    for pair in ((5, 0), (-1, 10), (11, 10)):
        with pytest.raises(cs.DataError, match="The rate 'x' is"):
            outcomes.rates({"x": pair})


def test_repurchase_rises_by_the_rule():
    assert outcomes.repurchase(70) == pytest.approx(0.7674, rel=1e-14)
    assert outcomes.repurchase([67, 0, 100]).tolist() == pytest.approx([0.75, 0.3614, 0.9414], rel=1e-12)
    assert outcomes.repurchase([0.0, 100.0], slope=0.02).tolist() == [0.0, 1.0]
    assert np.isnan(outcomes.repurchase(np.nan))


def test_abc_classes_by_hand():
    sales = {"a": 500, "b": 200, "c": 120, "d": 80, "e": 50, "f": 30, "g": 20}
    found = outcomes.abc(sales)
    assert found["class"].tolist() == ["A", "A", "B", "B", "C", "C", "C"]
    assert found.attrs["classes"]["A"] == {"customers": pytest.approx(2 / 7), "sales": pytest.approx(0.7)}
    assert found.attrs["classes"]["C"]["sales"] == pytest.approx(0.1)
    assert outcomes.abc(sales, cuts=[0.6], names=["key", "other"])["class"].tolist()[:3] == ["key", "key", "other"]
    with pytest.raises(cs.OptionError, match="must rise"):
        outcomes.abc(sales, cuts=[0.9, 0.7])
    with pytest.raises(cs.DataError, match="at least 0"):
        outcomes.abc({"a": -1, "b": 2})


def test_word_of_mouth_adds_up():
    found = outcomes.word_of_mouth(1)
    assert (found.dissatisfied, found.lost, found.first_hand, found.second_hand, found.reached) == (4, 52, 11, 55, 66)
    assert outcomes.word_of_mouth(10, retells=0).reached == 110
    # The texts' two ratios of the cost of a new customer to that of an old one.
    assert (found.replacement, outcomes.word_of_mouth(1, new_over_old=10).replacement) == (5 * 52, 10 * 52)
    with pytest.raises(cs.OptionError, match="cost=-1"):
        outcomes.word_of_mouth(1, cost=-1)


def test_reasons_for_loss():
    # The published shares of reasons, which make 100 %.
    reasons = {"死亡": 1, "搬迁": 3, "自然改变": 4, "听从推荐": 5, "更便宜": 9, "习惯性抱怨": 10, "冷漠": 68}
    found = outcomes.pareto(reasons)
    assert found["cumulative"].iloc[-1] == pytest.approx(1, rel=1e-14)
    assert found["reason"].tolist()[:2] == ["冷漠", "习惯性抱怨"]
    assert found.loc[found["vital"], "reason"].tolist() == ["冷漠", "习惯性抱怨", "更便宜"]
    cases = outcomes.pareto(["贵"] * 3 + ["慢"] * 6 + ["远"])
    assert cases["reason"].tolist() == ["慢", "贵", "远"]
    assert cases["count"].tolist() == [6, 3, 1]
    with pytest.raises(cs.DataError, match="not all zero"):
        outcomes.pareto({"a": 0})


def test_self_assessment_of_seven_groups():
    sizes, maxima = [7, 5, 4, 7, 4, 7, 6], [35, 25, 20, 35, 20, 35, 30]
    best = outcomes.self_assessment([5] * 40)
    assert best["score"].tolist() == best["maximum"].tolist() == [*maxima, 200]
    assert set(best["percent"]) == {100.0} == set(best["points"])
    rated = outcomes.self_assessment([[k % 5 + 1] * size for k, size in enumerate(sizes)], names=list("甲乙丙丁戊己庚"))
    assert rated["score"].tolist() == [7, 10, 12, 28, 20, 7, 12, 96]
    assert rated.loc[7, "percent"] == pytest.approx(48, rel=1e-14)
    assert rated.loc[0, "points"] == 0
    with pytest.raises(cs.DataError, match="39 answers, where the checklist has 40"):
        outcomes.self_assessment([3] * 39)
    with pytest.raises(cs.DataError, match="Answer 2 is 6, off the scale 1-5"):
        outcomes.self_assessment([1, 6] + [1] * 38)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_checklist_is_scored_by_group_in_one_call(language):
    checklist = cs.templates.questionnaire("self_assessment", language)
    found = outcomes.self_assessment([5] * 40, checklist)
    assert found["maximum"].tolist() == [35, 25, 20, 35, 20, 35, 30, 200]
    assert found["group"].tolist()[:7] == [node.name for node in checklist.indicators]
    # Labels of two persons: 1 and 5 make a mean of 3; a blank is left to those who answered.
    labels = checklist["g1_1"].labels(language)
    answers = pd.DataFrame({item: [labels[1], labels[5]] for item in checklist.items})
    answers.loc[1, "g2_1"] = None
    found = outcomes.self_assessment(answers, checklist)
    assert found["score"].tolist() == [21, 13, 12, 21, 12, 21, 18, 118]
    assert outcomes.self_assessment(checklist.survey(answers, checked=False), checklist).equals(found)


def test_what_is_no_checklist_is_refused():
    checklist = cs.templates.questionnaire("self_assessment")
    nobody = pd.DataFrame({item: [3.0] for item in checklist.items}).assign(g1_2=np.nan)
    with pytest.raises(cs.DataError, match="Nobody answered 'g1_2'"):
        outcomes.self_assessment(nobody, checklist)
    with pytest.raises(cs.OptionError, match="questionnaire= must be a Questionnaire; got 'self_assessment'"):
        outcomes.self_assessment([3] * 40, "self_assessment")
    with pytest.raises(cs.OptionError, match="indicators with questions of one scale"):
        outcomes.self_assessment([3] * 40, cs.templates.questionnaire("respondent"))


def test_hard_indicators_in_points():
    assert outcomes.hard_points(3.0, worst=10, best=0) == 70
    assert outcomes.hard_points([12, -1, 5], worst=10, best=0).tolist() == [0, 100, 50]
    with pytest.raises(cs.OptionError, match="must differ"):
        outcomes.hard_points(1.0, worst=2, best=2)


def test_lifetime_value_is_its_sum():
    found = outcomes.lifetime_value(100, 0.8, discount=0.1, acquisition=50)
    assert found == pytest.approx(100 / (1 - 0.8 / 1.1) - 50, rel=1e-14)
    finite = outcomes.lifetime_value(100, 0.8, discount=0.1, periods=3, referrals=0.2)
    assert finite == pytest.approx(120 * (1 + 0.8 / 1.1 + (0.8 / 1.1) ** 2), rel=1e-14)
    assert outcomes.lifetime_value(100, 0.8, periods=400) == pytest.approx(outcomes.lifetime_value(100, 0.8), rel=1e-12)
    with pytest.raises(cs.OptionError, match="value is infinite"):
        outcomes.lifetime_value(100, 1.0, discount=0.0)


def test_value_scores_by_hand():
    frame = pd.DataFrame({"sales": [10.0, 30, 20], "years": [1.0, 5, 11]}, index=["a", "b", "c"])
    found = outcomes.value_score(frame, {"sales": 0.75, "years": 0.25}, bounds={"years": (0, 10)})
    assert found["score"].tolist() == pytest.approx([2.5, 87.5, 62.5], rel=1e-14)
    with pytest.raises(cs.DataError, match="no weight for 'years'; 0 leaves"):
        outcomes.value_score(frame, {"sales": 1.0})
    with pytest.raises(cs.DataError, match=r"sum to 1; .* sum to 0\.75"):
        outcomes.value_score(frame, {"sales": 0.75, "years": 0.0})
    with pytest.raises(cs.DataError, match="is the same for all"):
        outcomes.value_score(frame.assign(years=3.0))
    with pytest.raises(cs.DataError, match="did you mean 'sales'"):
        outcomes.value_score(frame, {"sale": 1.0})


def test_isotonic_regression_is_scipys():
    generator = np.random.default_rng(1)
    weight = generator.uniform(0.5, 3, size=(5, 12))
    means = np.linspace(0, 1, 12) + generator.normal(size=(5, 12)) * 0.3
    found = isotonic(weight, weight * means)
    for k in range(5):
        np.testing.assert_allclose(found[k], isotonic_regression(means[k], weights=weight[k]).x, rtol=1e-12)
    # A value that nobody has takes its neighbour's fit.
    weight[0, [0, 5]] = 0.0
    hollow = isotonic(weight[0], weight[0] * means[0])
    kept = [1, 2, 3, 4, *range(6, 12)]
    theirs = isotonic_regression(means[0, kept], weights=weight[0, kept]).x
    np.testing.assert_allclose(hollow[kept], theirs, rtol=1e-12)
    assert hollow[0] == hollow[1]
    assert hollow[5] == hollow[6]


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


def test_the_isotonic_curve_of_a_survey(shops):
    found = outcomes.loyalty_curve(shops, ["s1", "s2", "s3"], "l1", loyal=9, n=300, seed=1)
    assert (found["loyalty"].diff().dropna() >= 0).all()
    assert ((found["ci_lower"] <= found["loyalty"] + 1e-12) & (found["loyalty"] <= found["ci_upper"] + 1e-12)).all()
    rows = shops.answers(["s1", "s2", "s3", "l1"]).dropna()
    assert found.attrs["rows"] == len(rows)
    x = 100 * (rows[["s1", "s2", "s3"]].mean(axis=1) - 1) / 9
    weight = shops.frame.loc[rows.index, "weight"]
    table = pd.DataFrame({"x": x.round(9), "w": weight, "wy": weight * (rows["l1"] >= 9)}).groupby("x").sum()
    theirs = isotonic_regression(table["wy"] / table["w"], weights=table["w"]).x
    np.testing.assert_allclose(found["loyalty"], np.interp(found["satisfaction"], table.index, theirs), rtol=1e-9)
    again = outcomes.loyalty_curve(shops, ["s1", "s2", "s3"], "l1", loyal=9, n=300, seed=1)
    assert found.equals(again)


def test_the_isotonic_band_is_that_of_resampled_stores(shops):
    """By hand: in every region as many stores as there are less one, drawn again and weighted up (Rao and Wu)."""
    frame = shops.frame
    rows = shops.answers(["s1", "l1"]).dropna().join(frame[["region", "store", "weight"]])
    x = (100 * (rows["s1"] - 1) / 9).round(9)
    grid = [30.0, 50.0, 70.0, 90.0]
    found = outcomes.loyalty_curve(shops, "s1", "l1", loyal=8, at=grid, n=1500, seed=2)
    generator = np.random.default_rng(9)
    stores = {region: part["store"].unique() for region, part in frame.groupby("region")}
    draws = []
    for _ in range(400):
        factor = {}
        for own in stores.values():
            drawn = np.bincount(generator.integers(0, len(own), len(own) - 1), minlength=len(own))
            factor |= dict(zip(own, drawn * len(own) / (len(own) - 1), strict=True))
        weight = rows["weight"] * rows["store"].map(factor)
        table = pd.DataFrame({"x": x, "w": weight, "wy": weight * (rows["l1"] >= 8)}).groupby("x").sum()
        table = table[table["w"] > 0]
        curve = isotonic_regression(table["wy"] / table["w"], weights=table["w"]).x
        draws.append(np.interp(grid, table.index, curve))
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    # The width of a 95 % interval from 400 draws is uncertain by some 7 %, its ends by as much of a standard error.
    np.testing.assert_allclose(found["ci_upper"] - found["ci_lower"], upper - lower, rtol=0.3)
    np.testing.assert_allclose(found["ci_lower"], lower, atol=float((upper - lower).max()) / 8)
    np.testing.assert_allclose(found["ci_upper"], upper, atol=float((upper - lower).max()) / 8)


def test_the_logistic_curve_has_errors_through_the_design(shops):
    found = outcomes.loyalty_curve(shops, "s1", "l1", method="logistic", at=[20, 60, 90])
    rows = shops.answers(["s1", "l1"]).dropna()
    x, y = 100 * (rows["s1"] - 1) / 9, (rows["l1"] - 1) / 9
    frame = shops.frame.loc[rows.index]
    beta = np.array([found.attrs["intercept"], found.attrs["slope"]])
    design = np.stack([np.ones(len(x)), x], axis=1)
    share = 1 / (1 + np.exp(-design @ beta))
    w = frame["weight"].to_numpy()
    scores = design * (w * (y - share)).to_numpy()[:, None]
    np.testing.assert_allclose(scores.sum(axis=0), 0, atol=1e-6)
    inverse = np.linalg.inv((design * (w * share * (1 - share))[:, None]).T @ design)
    influence = scores @ inverse
    totals = pd.DataFrame(influence).groupby([frame["region"].to_numpy(), frame["store"].to_numpy()]).sum()
    spread = 0.0
    for _, own in totals.groupby(level=0):
        away = (own - own.mean()).to_numpy()
        spread = spread + len(own) / (len(own) - 1) * away.T @ away
    assert found.attrs["slope_se"] == pytest.approx(spread[1, 1] ** 0.5, rel=1e-8)
    at = np.array([1, 60.0])
    width = 1.959963984540054 * (at @ spread @ at) ** 0.5
    assert found.loc[1, "ci_upper"] == pytest.approx(1 / (1 + np.exp(-(at @ beta + width))), rel=1e-8)


def test_the_logistic_curve_finds_its_truth():
    generator = np.random.default_rng(5)
    x = generator.integers(0, 11, size=20_000)
    y = generator.uniform(size=20_000) < 1 / (1 + np.exp(-(-3 + 0.05 * 10 * x)))
    survey = cs.Survey(pd.DataFrame({"s": x, "l": y * 1.0}), scale={"s": (0, 10), "l": (0, 1)})
    found = outcomes.loyalty_curve(survey, "s", "l", method="logistic")
    assert abs(found.attrs["slope"] - 0.05) < 4 * found.attrs["slope_se"] < 0.01


def test_curves_refuse(shops):
    with pytest.raises(cs.DataError, match="separates loyal from other"):
        outcomes.loyalty_curve(
            cs.Survey(pd.DataFrame({"s": range(11), "l": [0] * 5 + [1] * 6}), scale={"s": (0, 10), "l": (0, 1)}),
            "s", "l", method="logistic",
        )  # fmt: skip
    with pytest.raises(cs.DataError, match="9 rows answered"):
        outcomes.loyalty_curve(shops.with_answers(shops.frame.dropna().iloc[:9]).with_design(cs.Design()), "s1", "l1")
    with pytest.raises(cs.DataError, match="Loyalty is the same for all"):
        outcomes.loyalty_curve(shops, "s1", "l1", loyal=0)
    with pytest.raises(cs.ScaleError, match="declare scale="):
        outcomes.loyalty_curve(shops.frame, "s1", "l1")
    with pytest.raises(cs.OptionError, match="did you mean 'isotonic'"):
        outcomes.loyalty_curve(shops, "s1", "l1", method="isotone")
    with pytest.raises(cs.OptionError, match="at least 100"):
        outcomes.loyalty_curve(shops, "s1", "l1", n=10)
