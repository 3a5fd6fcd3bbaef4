"""Weights: R's survey on its api samples, svy, sums that are kept, and refusals."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csisem as cs
from survey_golden import FOLDER, sample

sampling = cs.sampling
GOLDEN = json.loads((FOLDER.parent / "survey-4.1-1-weighting" / "weights.json").read_text())
STYPE = {"E": 4421, "M": 1018, "H": 755}
WIDE = {"No": 1072, "Yes": 5122}
COMP = {"No": 2000, "Yes": 4194}
# Both stop once every total is met to 1e-9.
RAKED = 1e-8


def test_post_stratification_is_survey_s():
    data = cs.Survey(sample("apiclus1.csv"), weights="pw")
    found = sampling.poststratify(data, STYPE, by="stype")
    np.testing.assert_allclose(found, GOLDEN["post"], rtol=1e-12)


def test_raking_is_survey_s():
    found = sampling.rake(sample("apiclus1.csv"), {"stype": STYPE, "sch.wide": WIDE}, weights="pw")
    np.testing.assert_allclose(found, GOLDEN["raked"], rtol=RAKED)
    found = sampling.rake(sample("apistrat.csv"), {"stype": STYPE, "sch.wide": WIDE, "comp.imp": COMP}, weights="pw")
    np.testing.assert_allclose(found, GOLDEN["three"], rtol=RAKED)


def test_svy_agrees():
    import polars as pl
    import svy

    frame = sample("apistrat.csv")[["stype", "sch.wide", "comp.imp", "pw"]].rename(columns={"sch.wide": "wide"})
    theirs = svy.Sample(pl.from_pandas(frame), svy.Design(stratum="stype", wgt="pw")).weighting
    raked = theirs.rake(controls={"wide": WIDE, "comp.imp": COMP}, wgt_name="new").data["new"]
    ours = sampling.rake(frame, {"wide": WIDE, "comp.imp": COMP}, weights="pw")
    # svy stops when totals are met to 1e-4 of their size.
    np.testing.assert_allclose(ours, raked, rtol=1e-3)


FRAME = pd.DataFrame(
    {
        "地区": ["东", "东", "东", "西", "西", "西", "西"],
        "性别": ["男", "女", "女", "男", "女", "男", "女"],
        "答": [1, 0, 1, 1, 1, 0, 0],
        "w": [2.0, 2, 2, 5, 5, 5, 5],
    },
    index=list("abcdefg"),
)


def test_base_weights():
    found = sampling.base_weights(FRAME, {"东": 300, "西": 100}, strata="地区")
    assert found.tolist() == [100.0] * 3 + [25.0] * 4
    assert found.index.tolist() == list("abcdefg")
    crossed = {("东", "男"): 10, ("东", "女"): 30, ("西", "男"): 8, ("西", "女"): 4}
    assert sampling.base_weights(FRAME, crossed, strata=["地区", "性别"]).tolist() == [10, 15, 15, 4, 2, 4, 2]


def test_margins_may_be_crossed():
    crossed = {("东", "男"): 10, ("东", "女"): 30, ("西", "男"): 8, ("西", "女"): 4}
    found = sampling.rake(FRAME, {("地区", "性别"): crossed})
    assert found.tolist() == sampling.poststratify(FRAME, crossed, by=["地区", "性别"]).tolist()


def test_those_who_answered_stand_for_their_class():
    found = sampling.adjust_nonresponse(FRAME, answered="答", by="地区", weights="w")
    assert found.tolist() == [3, 0, 3, 10, 10, 0, 0]
    assert sampling.adjust_nonresponse(FRAME, answered="答").tolist() == [7 / 4, 0, 7 / 4, 7 / 4, 7 / 4, 0, 0]
    yes = FRAME.assign(答=FRAME["答"].astype(bool))
    assert sampling.adjust_nonresponse(cs.Survey(yes, weights="w"), answered="答", by="地区").sum() == 26


def test_a_class_of_weight_zero_keeps_it():
    nothing = FRAME.assign(w=[2.0, 2, 2, 0, 0, 0, 0])
    assert sampling.adjust_nonresponse(nothing, answered="答", by="地区", weights="w").tolist() == [3, 0, 3, 0, 0, 0, 0]


@pytest.mark.parametrize("columns", ["region", ["region", "sex"]])
def test_totals_may_name_classes_by_their_value_labels(columns):
    frame = pd.DataFrame({"region": [1, 1, 2, 2], "sex": [1, 2, 1, 2]})
    labels = {"region": {1: "East", 2: "West"}, "sex": {1: "f", 2: "m"}}
    survey = cs.Survey(frame, value_labels=labels)
    crossed = {("East", "f"): 5.0, ("East", "m"): 15.0, ("West", "f"): 2.0, ("West", "m"): 4.0}
    totals = crossed if isinstance(columns, list) else {"East": 20.0, "West": 6.0}
    found = sampling.poststratify(survey, totals, by=columns)
    assert found.tolist() == ([5, 15, 2, 4] if isinstance(columns, list) else [10, 10, 3, 3])


def test_shares_keep_the_sum_of_the_weights():
    found = sampling.poststratify(FRAME, {"东": 0.75, "西": 0.25}, by="地区", weights="w")
    assert found.sum() == pytest.approx(26)
    assert found[:3].sum() == pytest.approx(19.5)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.floats(0.1, 10)), min_size=12, max_size=40),
    st.floats(0.2, 0.8),
)
def test_raking_meets_every_total_and_keeps_the_table_s_odds(rows, share):
    every = [(i, j, 1.0) for i in range(3) for j in range(2)]
    frame = pd.DataFrame(every + rows, columns=["a", "b", "w"])
    margins = {"a": {0: 50, 1: 30, 2: 20}, "b": {0: 100 * share, 1: 100 - 100 * share}}
    after = sampling.rake(frame, margins, weights="w")
    for name, totals in margins.items():
        np.testing.assert_allclose(after.groupby(frame[name]).sum(), list(totals.values()), rtol=RAKED)
    factor = (after / frame["w"]).groupby([frame["a"], frame["b"]]).first().unstack()
    # Factors are products of one by row and one by column.
    odds = factor[0] / factor[1]
    np.testing.assert_allclose(odds, odds.iloc[0], rtol=1e-9)


def test_the_response_rate_table():
    frame = pd.DataFrame(
        {
            "地区": ["东"] * 4 + ["西"] * 6,
            "合格": [1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
            "接触": [1, 1, 0, 0, 1, 1, 1, 1, 0, 0],
            "完成": [1, 0, 0, 0, 1, 1, 0, 1, 0, 0],
        }
    )
    table = sampling.response_rates(frame, answered="完成", reached="接触", eligible="合格", by="地区")
    assert table["地区"].tolist() == ["东", "西", "all"]
    assert table[["drawn", "eligible", "reached", "answered"]].to_numpy().tolist() == [
        [4, 3, 2, 1], [6, 6, 4, 3], [10, 9, 6, 4],
    ]  # fmt: skip
    np.testing.assert_allclose(table["response_rate"], [1 / 3, 1 / 2, 4 / 9])
    np.testing.assert_allclose(table["contact_rate"] * table["cooperation_rate"], table["response_rate"])
    plain = sampling.response_rates(frame, answered="完成")
    assert plain.loc[0, ["drawn", "answered", "response_rate"]].tolist() == [10, 4, 0.4]
    assert len(sampling.response_rates(frame, answered="完成", by=["地区", "合格"])) == 4


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sampling.poststratify(FRAME, {"东": 5}, by="地区"), cs.DataError, "'地区' holds '西', for which"),
        (lambda: sampling.poststratify(FRAME, {"东": 5, "西": 5, "南": 1}, by="地区"), cs.DataError,
         "No row of '地区' is '南'"),
        (lambda: sampling.poststratify(FRAME, {"东": 5, "西": -5}, by="地区"), cs.OptionError, "is -5 for '西'"),
        (lambda: sampling.poststratify(FRAME, {"东": 5}, by="地域"), cs.DataError, "There is no column '地域'"),
        (lambda: sampling.poststratify(FRAME.assign(w=[0] * 3 + [1] * 4), {"东": 5, "西": 5}, by="地区", weights="w"),
         cs.DataError, "weights of '东' of '地区' add up to zero"),
        (lambda: sampling.poststratify(FRAME.assign(地区=[None] + ["东"] * 6), {"东": 5}, by="地区"), cs.DataError,
         "blank in 1 row "),
        (lambda: sampling.rake(FRAME, {"地区": {"东": 5, "西": 5}, "性别": {"男": 5, "女": 6}}), cs.DataError,
         "add up to 10, those of '性别' to 11"),
        (lambda: sampling.rake(FRAME[1:5], {"地区": {"东": 9, "西": 1}, "性别": {"男": 5, "女": 5}}), cs.DataError,
         "Raking did not converge in 1000 rounds"),
        (lambda: sampling.rake(FRAME, {}), cs.OptionError, "names no columns"),
        (lambda: sampling.rake(FRAME, {"地区": 3}), cs.OptionError, "mapping from class to number"),
        (lambda: sampling.adjust_nonresponse(FRAME.assign(答=[0, 0, 0, 1, 1, 1, 1]), answered="答", by="地区"),
         cs.DataError, "Nobody answered in '东' of '地区'"),
        (lambda: sampling.adjust_nonresponse(FRAME, answered="w"), cs.DataError, "must be 0 or 1"),
        (lambda: sampling.response_rates(FRAME, answered="答", reached="w"), cs.DataError, "must be 0 or 1"),
        (lambda: sampling.response_rates(FRAME.assign(接触=0), answered="答", reached="接触"), cs.DataError,
         "4 rows answered or were reached though '接触' is 0"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
