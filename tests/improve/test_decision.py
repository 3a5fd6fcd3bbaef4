"""Decision tables and cost against loss."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare

import csisem as cs

WEIGHTS = {"effect": 0.5, "cost": 0.3, "time": 0.2}
ONE = pd.DataFrame({"tills": [8, 4, 6], "training": [7, 7, 5], "signs": [3, 9, 9]}, index=list(WEIGHTS))
IDENTITY = 1e-12


def test_a_single_person_has_weighted_sums():
    found = cs.improve.decision_table(ONE, WEIGHTS)
    # 0.5 * 8 + 0.3 * 4 + 0.2 * 6 = 6.4; 3.5 + 2.1 + 1.0 = 6.6; 1.5 + 2.7 + 1.8 = 6.0
    assert found["alternative"].tolist() == ["training", "tills", "signs"]
    np.testing.assert_allclose(found["score"], [6.6, 6.4, 6.0], rtol=IDENTITY)
    assert found["rank"].tolist() == [1, 2, 3]
    assert "group" not in set(found["person"])
    assert found.attrs["agreement"].respondents == 1


def test_the_group_is_the_mean_of_its_persons_and_agreement_is_friedmans():
    rng = np.random.default_rng(3)
    persons = {f"p{k}": ONE + rng.normal(0, 2, ONE.shape) for k in range(5)}
    found = cs.improve.decision_table(persons, WEIGHTS)
    group = found[found["person"] == "group"].set_index("alternative")["score"]
    alone = cs.improve.decision_table(sum(persons.values()) / 5, WEIGHTS).set_index("alternative")["score"]
    np.testing.assert_allclose(group[alone.index], alone, rtol=IDENTITY)
    sums = [found[found["person"] != "group"].query("alternative == @name")["score"] for name in ONE.columns]
    assert found.attrs["agreement"].chisq == pytest.approx(friedmanchisquare(*sums).statistic)


def test_order_of_rows_and_columns_does_not_matter():
    turned = ONE.loc[::-1, ["signs", "tills", "training"]]
    both = cs.improve.decision_table({"a": ONE, "b": turned}, WEIGHTS)
    for who in ("a", "b", "group"):
        scores = both[both["person"] == who]["score"]
        np.testing.assert_allclose(scores, [6.6, 6.4, 6.0], rtol=IDENTITY)


def test_equal_scores_share_ranks():
    found = cs.improve.decision_table(pd.DataFrame({"a": [5.0], "b": [5.0], "c": [1.0]}, index=["x"]), {"x": 1})
    assert found["rank"].tolist() == [1.5, 1.5, 3]


def test_criteria_of_the_template_weigh():
    criteria = cs.templates.table("decision_criteria", "zh").set_index("准则")["权重"]
    scores = pd.DataFrame(10, index=criteria.index, columns=["甲", "乙"])
    scores.loc["费用", "乙"] = 5
    found = cs.improve.decision_table(scores, criteria)
    np.testing.assert_allclose(found["score"], [10, 9], rtol=IDENTITY)


@pytest.mark.parametrize(
    ("scores", "weights", "message"),
    [
        (ONE.drop("time"), WEIGHTS, "lack the criterion 'time'"),
        (ONE.rename({"time": "tine"}), WEIGHTS, "did you mean 'time'"),
        ({"a": ONE, "b": ONE.drop(columns="signs")}, WEIGHTS, "of 'b' lack the alternative 'signs'"),
        ({"group": ONE}, WEIGHTS, "is named 'group'"),
        (ONE.astype(float).mask(ONE == 9), WEIGHTS, "no score of 'signs' on 'cost'"),
        (ONE, {"effect": 0.5, "cost": 0.3, "time": 0.3}, "sum to 1"),
        (pd.concat([ONE, ONE]), WEIGHTS, "one criterion twice"),
        (ONE[[]], WEIGHTS, "no alternatives"),
        ([1, 2], WEIGHTS, "scores= must be a frame"),
        ({}, WEIGHTS, "scores= must be a frame"),
    ],
)
def test_decisions_that_cannot_be_computed_are_refused(scores, weights, message):
    with pytest.raises(cs.CsisemError, match=re.escape(message)):
        cs.improve.decision_table(scores, weights)


# ---- cost against loss

MEASURES = pd.DataFrame(
    [["till", 60_000, 2400, 0.25, 300, 0.5], ["signs", 9_000, 300, 0.10, 300, 0.6], ["smile", 0, 100, 0.5, 300, 0.1]],
    columns=["measure", "cost", "customers", "leave", "value", "prevented"],
)


def test_cost_is_set_against_the_loss_prevented():
    found = cs.improve.improvement_costs(MEASURES).set_index("measure")
    assert found.index.tolist() == ["smile", "till", "signs"]
    np.testing.assert_allclose(found["loss"], [15_000, 180_000, 9_000], rtol=IDENTITY)
    np.testing.assert_allclose(found["saved"], [1_500, 90_000, 5_400], rtol=IDENTITY)
    np.testing.assert_allclose(found["net"], [1_500, 30_000, -3_600], rtol=IDENTITY)
    assert found["worthwhile"].tolist() == [True, True, False]
    assert np.isinf(found.loc["smile", "ratio"])
    # At the break-even share, what is saved is the cost.
    even = MEASURES.assign(prevented=found["break_even"][MEASURES["measure"]].to_numpy())
    np.testing.assert_allclose(cs.improve.improvement_costs(even)["net"], 0, atol=1e-9)


def test_nothing_lost_is_not_worthwhile():
    found = cs.improve.improvement_costs(MEASURES.assign(customers=0))
    assert not found["worthwhile"].any()
    assert found["break_even"].isna().all()


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        (MEASURES.drop(columns="leave"), "one column 'leave'"),
        (MEASURES.assign(leave=25), "'leave' of 'till' must be a share from 0 to 1; got 25"),
        (MEASURES.assign(cost=[1, None, 2]), "'cost' of 'signs' must be a number of at least 0"),
        (MEASURES.assign(value="much"), "'value' must be a number"),
        (MEASURES.iloc[:0], "no measures"),
        ("till", "must be a frame"),
    ],
)
def test_forms_that_cannot_be_computed_are_refused(measures, message):
    with pytest.raises(cs.DataError, match=re.escape(message)):
        cs.improve.improvement_costs(measures)
