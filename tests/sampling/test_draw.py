"""Drawn samples: probabilities held to many draws, designs that estimate totals exactly, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csisem as cs
from csisem.sampling.selection import inclusion, proportional_to_size, simple, systematic

draw = cs.sampling.draw
STORES = np.repeat(np.arange(12), [5, 9, 14, 20, 8, 11, 30, 6, 7, 10, 12, 18])
LIST = pd.DataFrame(
    {
        "顾客": np.arange(150),
        "地区": np.where(STORES < 6, "东部", "西部"),
        "门店": [f"店{code}" for code in STORES],
        "消费额": np.random.default_rng(3).gamma(2.0, 100.0, 150),
    }
)
DRAWS = 4000
# A share of DRAWS lies within 5 standard errors of its probability but for one time in two million.
FAR = 5.0


def _close(hits, probability):
    error = np.sqrt(probability * (1 - probability) / DRAWS)
    np.testing.assert_array_less(np.abs(hits / DRAWS - probability), FAR * error + 1e-9)


@pytest.mark.parametrize("method", ["simple", "systematic", "pps"])
def test_units_are_drawn_with_their_probabilities(method):
    codes = np.array([0] * 7 + [1] * 5)
    wanted = np.array([3, 2])
    size = np.array([1.0, 2, 3, 4, 5, 6, 40, 1, 1, 2, 3, 1])
    rng = np.random.default_rng(11)
    hits, told = np.zeros(12), np.zeros(12)
    for _ in range(DRAWS):
        if method == "pps":
            found = proportional_to_size(codes, wanted, size, rng)
        else:
            found = {"simple": simple, "systematic": systematic}[method](codes, wanted, rng)
        assert np.bincount(codes[found.position]).tolist() == [3, 2]
        hits[found.position] += 1
        told[found.position] = found.probability
    expected = np.array([3 / 7] * 7 + [2 / 5] * 5)
    if method == "pps":
        # 40 of 61 is certain; two are drawn from the 21 that are left.
        expected = np.array([2 / 21, 4 / 21, 6 / 21, 8 / 21, 10 / 21, 12 / 21, 1, 0.25, 0.25, 0.5, 0.75, 0.25])
    np.testing.assert_allclose(told, expected, rtol=1e-12)
    _close(hits, expected)


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=30), st.data(), st.integers(0, 2**32))
def test_size_gives_probabilities_that_add_up_and_as_many_units(sizes, data, seed):
    size = np.array(sizes)
    n = data.draw(st.integers(0, len(size)))
    probability = inclusion(size, n)
    assert probability.sum() == pytest.approx(n)
    assert (probability <= 1 + 1e-12).all()
    found = proportional_to_size(np.zeros(len(size), dtype=np.intp), np.array([n]), size, np.random.default_rng(seed))
    assert len(found.position) == n
    assert (np.diff(found.position) > 0).all()


def test_svy_finds_the_same_probabilities():
    import svy

    size = np.array([10.0, 20, 30, 40, 50, 60])
    frame = pl.DataFrame({"store": list("abcdef"), "size": size})
    theirs = svy.Sample(frame, svy.Design(psu="store", mos="size")).sampling.pps_sys(n=3, rstate=1).data
    ours = pd.Series(inclusion(size, 3), index=list("abcdef"))
    np.testing.assert_allclose(theirs["svy_prob_selection"], ours[theirs["store"].to_list()])


def test_a_systematic_sample_keeps_its_interval():
    drawn = draw(LIST, 15, method="systematic", seed=2)
    assert set(np.diff(drawn["顾客"])) == {10}
    assert drawn["weight"].tolist() == [10.0] * 15


def test_a_seed_draws_the_same_sample_in_the_list_s_order():
    first, again, other = (draw(LIST, 40, seed=seed) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first, again)
    assert first["顾客"].is_monotonic_increasing
    assert first["顾客"].tolist() != other["顾客"].tolist()
    assert draw(pl.from_pandas(LIST), 40, seed=5)["顾客"].tolist() == first["顾客"].tolist()


def test_strata_by_number_by_mapping_and_by_allocation():
    counts = LIST["地区"].value_counts()
    for n in (30, {"东部": 12, "西部": 18}, cs.sampling.allocate(30, counts)):
        drawn = draw(LIST, n, strata="地区", seed=1)
        assert len(drawn) == 30
        assert drawn.groupby("地区")["weight"].sum().to_dict() == pytest.approx(counts.to_dict())
    assert (drawn["fpc"] == drawn["地区"].map(counts)).all()


@pytest.mark.parametrize("method", ["simple", "systematic", "pps"])
def test_two_stages_give_a_survey_with_its_design(method):
    drawn = draw(LIST, {"东部": 3, "西部": 2}, strata="地区", clusters="门店", within=5, method=method, seed=9)
    assert len(drawn) == 25
    assert (drawn.groupby("门店").size() == 5).all()
    fpc = {} if method == "pps" else {"fpc": ["fpc", "fpc_rows"]}
    assert ("fpc" in drawn) == (method != "pps")
    survey = cs.Survey(drawn, weights="weight", strata="地区", clusters="门店", **fpc)
    assert cs.diagnose.totals(survey, "消费额")["se"].item() > 0
    # By size of the clusters with equally many rows in each, everybody is drawn with the same probability.
    same = drawn.groupby("地区")["weight"].nunique().tolist() == [1, 1]
    assert same == (method == "pps")


def test_whole_clusters():
    drawn = draw(LIST, 4, clusters="门店", seed=3)
    whole = LIST.groupby("门店").size()
    assert drawn.groupby("门店").size().to_dict() == whole[drawn["门店"].unique()].to_dict()
    assert set(drawn["weight"]) == {3.0}
    assert set(drawn["fpc"]) == {12}


def test_a_small_cluster_is_taken_whole_and_said():
    with pytest.warns(cs.CsisemWarning, match="2 of the 12 drawn clusters have fewer than 7 rows"):
        drawn = draw(LIST, 12, clusters="门店", within=7, seed=3)
    assert drawn["weight"].sum() == pytest.approx(150)


def test_everybody_is_a_sample_too():
    drawn = draw(LIST, 150, seed=0, weight="权重")
    assert (drawn["权重"] == 1).all()
    assert len(drawn) == 150


TWO = LIST.assign(门店="同一店")
BLANK = LIST.assign(地区=[None, *LIST["地区"][1:]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: draw(LIST, 151, seed=1), cs.DataError, "151 are to be drawn, and there are 150"),
        (lambda: draw(LIST, {"东部": 70, "西部": 1}, strata="地区", seed=1), cs.DataError,
         "70 are to be drawn in stratum '东部', and there are 67"),
        (lambda: draw(LIST, {"东部": 7, "西边": 1}, strata="地区", seed=1), cs.OptionError, "nothing for '西部'"),
        (lambda: draw(LIST, {"东部": 7, "西边": 1}, strata="地区", seed=1), cs.OptionError,
         r"^n= has nothing for '西部' and names '西边', which is not a stratum \(did you mean '西部'\?\)\.$"),
        (lambda: draw(LIST, {"东部": 7, "南部": 1, "北部": 2, "西部": 3}, strata="地区", seed=1), cs.OptionError,
         r"^n= names '南部', '北部', which are not strata\.$"),
        (lambda: draw(LIST, {"东部": 7, "西部": 1.5}, strata="地区", seed=1), cs.OptionError, "not whole"),
        (lambda: draw(LIST, {"东部": 0, "西部": 0}, strata="地区", seed=1), cs.OptionError, "draws nothing"),
        (lambda: draw(LIST, {"东部": 7, "西部": 1}, seed=1), cs.OptionError, "name their column with strata="),
        (lambda: draw(LIST, 3, strata="地区", seed=1), cs.OptionError, "n=3 is less than the 4"),
        (lambda: draw(LIST, 2.5, seed=1), cs.OptionError, "n=2.5 is not a whole number"),
        (lambda: draw(LIST, 5, seed=-1), cs.OptionError, "seed=-1 is not a whole number of at least 0"),
        (lambda: draw(LIST, 5, strata="地区区", seed=1), cs.DataError, "did you mean '地区'"),
        (lambda: draw(BLANK, 5, strata="地区", seed=1), cs.DataError, "blank in 1 row "),
        (lambda: draw(LIST, 5, method="sistematic", seed=1), cs.OptionError, "did you mean 'systematic'"),
        (lambda: draw(LIST, 5, within=3, seed=1), cs.OptionError, "name their column with clusters="),
        (lambda: draw(LIST, 5, method="pps", seed=1), cs.OptionError, "needs size="),
        (lambda: draw(LIST, 5, size="消费额", seed=1), cs.OptionError, "not used by method='simple'"),
        (lambda: draw(LIST, 2, method="pps", clusters="门店", size="消费额", seed=1), cs.DataError,
         "differs within a cluster"),
        (lambda: draw(LIST.assign(规模=0), 2, method="pps", size="规模", seed=1), cs.DataError, "above zero in 150"),
        (lambda: draw(TWO, 1, clusters="门店", strata="地区", seed=1), cs.DataError, "'同一店' of '门店' lies in"),
        (lambda: draw(LIST.assign(weight=1), 2, seed=1), cs.DataError, "a column 'weight'; name the weights"),
        (lambda: draw(LIST.assign(fpc=1), 2, seed=1), cs.DataError, "already has a column 'fpc'; rename it"),
        (lambda: draw(LIST[:0], 2, seed=1), cs.DataError, "no rows to draw from"),
        (lambda: draw(LIST, pd.DataFrame({"m": [1]}), seed=1), cs.OptionError, "needs a column 'n'"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
