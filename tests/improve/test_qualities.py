"""Penalty and reward, Kano's table, gaps and delivered value: by hand, against least squares, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import csisem as cs

ITEMS = ["q1", "q2", "q3"]


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


def test_penalties_are_a_regression_on_low_and_high(shops):
    found = cs.improve.penalty_reward(shops, ["s1", "s2"], ITEMS, design=False).set_index("item")
    rows = shops.answers([*ITEMS, "s1", "s2"]).dropna()
    points = (rows - 1) / 9 * 100
    x = np.column_stack([points[ITEMS] <= 40 + 1e-9, points[ITEMS] >= 80 - 1e-9, np.ones(len(rows))]).astype(float)
    y = points[["s1", "s2"]].mean(axis=1).to_numpy()
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(found["penalty"], beta[:3], rtol=1e-9)
    np.testing.assert_allclose(found["reward"], beta[3:6], rtol=1e-9)
    np.testing.assert_allclose(found["contrast"], beta[:3] + beta[3:6], rtol=1e-9)
    # White's errors; of the 2,400 rows those without all answers count as zeros.
    n, residual = 2400, y - x @ beta
    inverse = np.linalg.inv(x.T @ x)
    spread = inverse @ (x.T * residual**2) @ x @ inverse * n / (n - 1)
    np.testing.assert_allclose(found["penalty_se"], np.sqrt(np.diag(spread)[:3]), rtol=1e-8)
    both = spread[:3, :3] + spread[3:6, 3:6] + spread[:3, 3:6] + spread[3:6, :3]
    np.testing.assert_allclose(found["contrast_se"], np.sqrt(np.diag(both)), rtol=1e-8)
    assert found["n_low"].tolist() == x[:, :3].sum(axis=0).tolist()
    assert found.attrs["r_squared"] == pytest.approx(1 - residual.var() / y.var(), rel=1e-9)


def test_types_are_found_where_they_are():
    generator = np.random.default_rng(4)
    x = generator.integers(1, 11, size=(4000, 4))
    points = (x - 1) / 9 * 100
    effect = [(-20, 0), (0, 15), (-10, 10), (0, 0)]
    y = sum(low * (points[:, k] <= 40) + high * (points[:, k] >= 80) for k, (low, high) in enumerate(effect))
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=50 + y + generator.normal(size=4000) * 8)
    survey = cs.Survey(frame, scale={**dict.fromkeys("abcd", (1, 10)), "y": (-50, 150)})
    found = cs.improve.penalty_reward(survey, "y", list("abcd"), level=0.999)
    assert found["type"].tolist() == ["basic", "excitement", "performance", "indifferent"]


def test_answers_on_the_edge_are_low_and_high():
    generator = np.random.default_rng(3)
    x = generator.integers(0, 11, size=300)
    survey = cs.Survey(pd.DataFrame({"x": x, "y": np.clip(x + generator.integers(-2, 3, 300), 0, 10)}), scale=(0, 10))
    found = cs.improve.penalty_reward(survey, "y", "x").iloc[0]
    # 4 of 0-10 is 40 points, 8 is 80.
    assert (found["n_low"], found["n_high"]) == ((x <= 4).sum(), (x >= 8).sum())


def test_penalties_refuse(shops):
    with pytest.raises(cs.OptionError, match="must rise"):
        cs.improve.penalty_reward(shops, "s1", ITEMS, low=80, high=40)
    with pytest.raises(cs.DataError, match="Nobody answered low to 'q1'"):
        cs.improve.penalty_reward(shops, "s1", ITEMS, low=0)
    with pytest.raises(cs.DataError, match="'s1' is both outcome and item"):
        cs.improve.penalty_reward(shops, "s1", ["q1", "s1"])
    twin = cs.Survey(shops.frame.assign(twin=shops.frame["q1"]), scale=(1, 10))
    with pytest.raises(cs.DataError, match="linearly dependent"):
        cs.improve.penalty_reward(twin, "s1", ["q1", "twin"])


# The published 5 x 5 table: rows "if it has it", columns "if it lacks it".
TABLE = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
NAMES = dict(zip("MOAIRQ", ("must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable"),
                 strict=True))  # fmt: skip


@pytest.mark.parametrize(("row", "column"), [(i, j) for i in range(5) for j in range(5)])
def test_every_pair_of_answers_has_its_category(row, column):
    frame = pd.DataFrame({"has": [row + 1] * 2, "lacks": [column + 1] * 2})
    found = cs.improve.kano(frame, {"x": ("has", "lacks")}).iloc[0]
    assert found["category"] == NAMES[TABLE[row][column]]
    assert found[found["category"]] == 1


@pytest.mark.parametrize("n", [1, 2, 5, 6, 40])
def test_few_answers_of_one_category_prove_nothing(n):
    frame = pd.DataFrame({"has": [1] * n, "lacks": [5] * n, "store": np.arange(n) // 8})
    found = cs.improve.kano(frame, {"x": ("has", "lacks")}).iloc[0]
    assert found["pvalue"] == pytest.approx(binomtest(n, n).pvalue, rel=1e-12)
    assert found["clear"] == (n > 5)
    if n == 40:
        # Five stores are no more than five answers.
        stores = cs.improve.kano(cs.Survey(frame, clusters="store"), {"x": ("has", "lacks")}).iloc[0]
        assert stores["pvalue"] == pytest.approx(binomtest(5, 5).pvalue, rel=1e-12)


def _asked():
    """20 attractive, 10 one-dimensional, 6 must-be, 4 indifferent, 5 reverse pairs, and 3 half answered."""
    pairs = [(1, 3)] * 20 + [(1, 5)] * 10 + [(3, 5)] * 6 + [(3, 3)] * 4 + [(5, 3)] * 5 + [(1, np.nan)] * 3
    frame = pd.DataFrame(pairs, columns=["has", "lacks"])
    return frame.assign(w=1.0 + np.arange(len(frame)) % 3, store=np.arange(len(frame)) // 4)


def test_shares_and_coefficients_by_hand():
    found = cs.improve.kano(_asked(), {"免费水果": ("has", "lacks")}).iloc[0]
    assert found["n"] == 45
    shares = np.array([6, 10, 20, 4, 5, 0]) / 45
    np.testing.assert_allclose(found[list(NAMES.values())].astype(float), shares, rtol=1e-13)
    assert found["better"] == pytest.approx(30 / 40, rel=1e-13)
    assert found["worse"] == pytest.approx(-16 / 40, rel=1e-13)
    lead, n = 10 / 45, 45
    error = ((30 / 45 - lead**2) / (n - 1)) ** 0.5
    # The lead is a mean of 1, -1 and 0, of the rows that answered; all 48 are in the design.
    assert found["pvalue"] == pytest.approx(_t(lead / (error * (44 / 45 * 48 / 47) ** 0.5), 47), rel=1e-3)


def _t(value, df):
    from scipy.stats import t

    return 2 * t.sf(value, df)


def test_coefficients_are_ratios_under_the_design():
    frame = _asked()
    better = frame.assign(
        over=np.where(frame["lacks"].isna(), np.nan, ((frame["has"] == 1) & (frame["lacks"] > 1)) * 1.0),
        under=np.where(frame["lacks"].isna(), np.nan, (~((frame["has"] == 5) & (frame["lacks"] == 3))) * 1.0),
    )
    survey = cs.Survey(better, weights="w", clusters="store")
    theirs = cs.diagnose.ratios(survey, "over", "under").iloc[0]
    found = cs.improve.kano(survey, {"x": ("has", "lacks")}).iloc[0]
    assert found["better"] == pytest.approx(theirs["estimate"], rel=1e-12)
    assert found["better_se"] == pytest.approx(theirs["se"], rel=1e-11)


def test_other_codes_and_groups():
    frame = _asked().replace({"has": {1: 9, 3: 7, 5: 5}, "lacks": {1: 9, 3: 7, 5: 5}})
    frame["group"] = np.where(frame["store"] < 5, "young", "old")
    found = cs.improve.kano(frame, {"x": ("has", "lacks")}, by="group", codes=[9, 8, 7, 6, 5])
    assert found["group"].tolist() == ["young", "old"]
    assert found["category"].tolist() == ["attractive", "one-dimensional"]
    with pytest.raises(cs.DataError, match="answers that are not among the codes 1, 2, 3, 4, 5"):
        cs.improve.kano(frame, {"x": ("has", "lacks")})
    with pytest.raises(cs.DataError, match="needs two columns"):
        cs.improve.kano(frame, {"x": ("has", "has")})
    with pytest.raises(cs.DataError, match="five different numbers"):
        cs.improve.kano(frame, {"x": ("has", "lacks")}, codes=[1, 2, 3])
    with pytest.raises(cs.DataError, match="Nobody in 'young' answered both questions on 'x'"):
        cs.improve.kano(
            frame.assign(has=frame["has"].where(frame["group"] == "old")), {"x": ("has", "lacks")},
            by="group", codes=[9, 8, 7, 6, 5],
        )  # fmt: skip


PAIRS = {"质量": ("e1", "q1"), "需要": ("e2", "q2"), "可靠": ("e3", "q5")}


def test_gaps_are_paired_differences(shops):
    found = cs.improve.gaps(shops, PAIRS).set_index("item")
    answers = shops.answers(["e1", "q1"])
    points = (answers - 1) / 9 * 100
    frame = shops.frame.assign(gap=points["q1"] - points["e1"], was=points["e1"].where(points["q1"].notna()))
    theirs = cs.diagnose.means(cs.Survey(frame, design=shops.design), ["gap", "was"], deff="replace").set_index("item")
    own = found.loc["质量"]
    expected = theirs.loc["gap", ["estimate", "se", "ci_lower", "ci_upper"]].astype(float)
    np.testing.assert_allclose(own[["gap", "se", "ci_lower", "ci_upper"]].astype(float), expected, rtol=1e-10)
    assert own["expected"] == pytest.approx(theirs.loc["was", "estimate"], rel=1e-12)
    assert own["perceived"] - own["expected"] == pytest.approx(own["gap"], rel=1e-10)
    assert own["n"] == theirs.loc["gap", "n"]
    assert found.loc["Total", "gap"] == pytest.approx(found.loc[list(PAIRS), "gap"].mean(), rel=1e-11)
    covariance = np.array(found.attrs["covariance"])
    assert found.loc["Total", "se"] ** 2 == pytest.approx(covariance[1:, 1:].mean(), rel=1e-9)
    assert set(found["class"]) <= {"disappointed", "satisfied", "delighted"}


def test_dimensions_have_weights(shops):
    found = cs.improve.gaps(
        shops,
        PAIRS,
        dimensions={"有形": ["质量", "需要"], "信赖": ["可靠"]},
        weights={"有形": 0.25, "信赖": 0.75},
        by="firm",
    )
    one = found[found["firm"] == "Birch"].set_index("item")
    assert one["level"].tolist() == ["total", "dimension", "dimension", "question", "question", "question"]
    assert one.loc["有形", "gap"] == pytest.approx(one.loc[["质量", "需要"], "gap"].mean(), rel=1e-11)
    total = 0.25 * one.loc["有形", "gap"] + 0.75 * one.loc["可靠", "gap"]
    assert one.loc["Total", "gap"] == pytest.approx(total, rel=1e-11)
    for options, sentence in (
        ({"dimensions": {"a": ["质量"]}}, "'需要', '可靠' must be in exactly one"),
        ({"dimensions": {"a": ["质量", "需求", "可靠"]}}, "no question '需求'"),
        ({"weights": {"质量": 1.0}}, "weights= must name"),
        ({"weights": {"质量": 1.0, "需要": 1.0, "可靠": 1.0}}, "sum to 1; .* sum to 3"),
    ):
        with pytest.raises(cs.DataError, match=sentence):
            cs.improve.gaps(shops, PAIRS, **options)
    with pytest.raises(cs.DataError, match="needs two columns"):
        cs.improve.gaps(shops, {"a": "q1"})
    with pytest.raises(cs.ScaleError, match="declare scale="):
        cs.improve.gaps(shops.frame, PAIRS)


def test_the_five_gaps():
    figures = {"expected": 82.0, "perceived": 71.0, "management": 85.0, "standards": 80.0, "delivered": 74.0,
               "promised": 88.0}  # fmt: skip
    found = cs.improve.five_gaps(figures)
    assert found["difference"].tolist() == [3, -5, -6, -14, -11]
    assert list(found.columns) == ["gap", "name", "difference"]
    unsure = cs.improve.five_gaps({name: (value, 1.5) for name, value in figures.items()})
    np.testing.assert_allclose(unsure["se"], 1.5 * 2**0.5, rtol=1e-14)
    assert (unsure["pvalue"] < 0.05).tolist() == [False, True, True, True, True]
    with pytest.raises(cs.DataError, match="did you mean 'promised'"):
        cs.improve.five_gaps({**figures, "promise": 1.0})
    with pytest.raises(cs.DataError, match="also need 'promised'"):
        cs.improve.five_gaps({name: value for name, value in figures.items() if name != "promised"})


VALUES, COSTS = {"q1": 0.4, "q3": 0.3, "q4": 0.3}, {"v1": 0.5, "v2": 0.5}


def test_delivered_value_by_hand():
    figures = {"product": 80.0, "service": 60, "image": 70, "money": 50, "time": 30}
    values, costs = {"product": 0.5, "service": 0.3, "image": 0.2}, {"money": 0.6, "time": 0.4}
    found = cs.improve.delivered_value(figures, values, costs)
    assert (found.value, found.cost, found.delivered) == (72, 42, 30)
    assert np.isnan(found.se)
    ratio = cs.improve.delivered_value(figures, values, costs, form="ratio")
    assert ratio.delivered == pytest.approx(72 / 42, rel=1e-14)


def test_delivered_value_of_answers_is_a_hierarchy(shops):
    """Less is the difference of two totals, over their quotient; both from the joint covariance of the two."""
    both = {"value": {"weight": 0.5, "children": VALUES}, "cost": {"weight": 0.5, "children": COSTS}}
    scored = cs.index.Hierarchy.from_dict(both).score(shops).set_index("node")
    place = [list(scored.index).index(name) for name in ("value", "cost")]
    covariance = np.array(scored.attrs["covariance"])[np.ix_(place, place)]
    value, cost = scored.loc["value", "index"], scored.loc["cost", "index"]
    found = cs.improve.delivered_value(shops, VALUES, COSTS)
    assert found.delivered == pytest.approx(value - cost, rel=1e-11)
    assert found.se == pytest.approx((covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) ** 0.5, rel=1e-10)
    ratio = cs.improve.delivered_value(shops, VALUES, COSTS, form="ratio")
    slope = np.array([1 / cost, -value / cost**2])
    assert ratio.se == pytest.approx((slope @ covariance @ slope) ** 0.5, rel=1e-10)
    assert ratio.ci_lower < ratio.delivered < ratio.ci_upper


@pytest.mark.parametrize(
    ("value", "cost", "route"),
    [
        (5, 0, "raise value at the same cost"),
        (0, -5, "lower cost at the same value"),
        (5, -5, "raise value and lower cost"),
        (5, 3, "raise value more than cost"),
        (-3, -5, "lower cost more than value"),
        (3, 5, "delivered value did not rise"),
        (0, 0, "delivered value did not rise"),
    ],
)
def test_five_routes(value, cost, route):
    before = cs.improve.delivered_value({"v": 60.0, "c": 40}, {"v": 1}, {"c": 1})
    after = cs.improve.delivered_value({"v": 60.0 + value, "c": 40 + cost}, {"v": 1}, {"c": 1})
    assert cs.improve.improvement_route(before, after) == route


def test_routes_of_ratios():
    """Value and cost both rise, value by more points but by less in proportion: the quotient falls."""
    parts = ({"v": 1}, {"c": 1})
    before, after = {"v": 60.0, "c": 10}, {"v": 66.0, "c": 14}
    routes = {
        form: cs.improve.improvement_route(
            *(cs.improve.delivered_value(one, *parts, form=form) for one in (before, after))
        )
        for form in ("difference", "ratio")
    }
    assert routes == {"difference": "raise value more than cost", "ratio": "delivered value did not rise"}
    one = cs.improve.delivered_value(before, *parts)
    other = cs.improve.delivered_value(after, *parts, form="ratio")
    with pytest.raises(cs.OptionError, match="One result is a difference, the other a ratio"):
        cs.improve.improvement_route(one, other)
    # Two changes below a millionth are none, though together they are above.
    near = cs.improve.delivered_value({"v": 60 + 9e-7, "c": 10 - 9e-7}, *parts)
    assert cs.improve.improvement_route(one, near) == "delivered value did not rise"


def test_delivered_value_refuses(shops):
    with pytest.raises(cs.DataError, match="'q1' is part of both value and cost"):
        cs.improve.delivered_value(shops, {"q1": 1}, {"q1": 1})
    with pytest.raises(cs.DataError, match=r"parts of value .* sum to 0\.9"):
        cs.improve.delivered_value(shops, {"q1": 0.9}, {"v1": 1})
    with pytest.raises(cs.DataError, match="no figure of 'c'"):
        cs.improve.delivered_value({"v": 60.0}, {"v": 1}, {"c": 1})
    with pytest.raises(cs.DataError, match="value over cost has no meaning"):
        cs.improve.delivered_value({"v": 60.0, "c": 0}, {"v": 1}, {"c": 1}, form="ratio")
    with pytest.raises(cs.OptionError, match="did you mean 'ratio'"):
        cs.improve.delivered_value(shops, VALUES, COSTS, form="ratios")
