"""Means, totals and ratios under every design of R's survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from survey_golden import CASES, LINEARISED, REPLICATED, record, survey

# survey computes in double precision; totals square numbers of the size of the answers.
GOLDEN = 1e-9
EVERY = [(name, False) for name in CASES] + [(name, True) for name in REPLICATED]


def _golden(name, mse):
    return record(name)["mse"] if mse else record(name)


def _same(frame, rows):
    np.testing.assert_allclose(frame["estimate"], [row["est"] for row in rows], rtol=GOLDEN)
    np.testing.assert_allclose(frame["se"], [row["se"] for row in rows], rtol=GOLDEN)
    if "t_lower" in rows[0]:
        np.testing.assert_allclose(frame["ci_lower"], [row["t_lower"] for row in rows], rtol=GOLDEN)
        np.testing.assert_allclose(frame["ci_upper"], [row["t_upper"] for row in rows], rtol=GOLDEN)


@pytest.mark.parametrize(("name", "mse"), EVERY)
def test_means(name, mse):
    frame = cs.diagnose.means(survey(name, mse=mse), ["api00", "api99"])
    assert list(frame.columns) == ["item", "n", "estimate", "se", "ci_lower", "ci_upper", "deff"]
    _same(frame, _golden(name, mse)["mean"])
    np.testing.assert_allclose(frame.attrs["covariance"], _golden(name, mse)["mean_vcov"], rtol=GOLDEN)
    assert set(frame.attrs["degrees"]) == {record(name)["degf"]}


@pytest.mark.parametrize(("name", "mse"), EVERY)
def test_totals_and_ratios(name, mse):
    asked, golden = survey(name, mse=mse), _golden(name, mse)
    _same(cs.diagnose.totals(asked, "enroll"), golden["total"])
    frame = cs.diagnose.ratios(asked, "api.stu", "enroll")
    assert frame["ratio"].item() == "api.stu/enroll"
    _same(frame, golden["ratio"])


@pytest.mark.parametrize(("name", "mse"), EVERY)
def test_domains(name, mse):
    frame, golden = cs.diagnose.means(survey(name, mse=mse), "api00", by="stype"), _golden(name, mse)
    order = [row["stype"] for row in golden["domain_means"]]
    place = [list(frame["stype"]).index(stype) for stype in order]
    if "average" not in name:
        _same(frame.iloc[place], golden["domain_means"])
    # Where a lonely stratum has no row in the domain, survey's errors and covariance matrix are of two minds whether it
    # counts among the strata averaged over; as in the latter, no stratum is left out here.
    covariance = np.array(frame.attrs["covariance"])[np.ix_(place, place)]
    # Covariances of domains that are strata are zero but for rounding.
    scale = np.abs(golden["domain_vcov"]).max()
    np.testing.assert_allclose(covariance, golden["domain_vcov"], rtol=GOLDEN, atol=GOLDEN * scale)


@pytest.mark.parametrize("name", [name for name in LINEARISED if "deff" in record(name)])
def test_design_effects(name):
    asked, golden = survey(name), record(name)["deff"]
    assert cs.diagnose.means(asked, "api00")["deff"].item() == pytest.approx(golden["mean"], rel=GOLDEN)
    replaced = cs.diagnose.means(asked, "api00", replace=True)["deff"].item()
    assert replaced == pytest.approx(golden["mean_replace"], rel=GOLDEN)
    assert cs.diagnose.totals(asked, "enroll")["deff"].item() == pytest.approx(golden["total"], rel=GOLDEN)


def test_shares_are_means_of_an_indicator():
    asked = survey("strat")
    frame = asked.frame.assign(yes=(asked.frame["sch.wide"] == "Yes").astype(float))
    found = cs.diagnose.means(cs.Survey(frame, design=asked.design), "yes")
    _same(found, [record("strat")["share"][1]])


def test_a_domain_by_its_own_clusters():
    golden, asked = record("clus1"), survey("clus1")
    mean = cs.diagnose.means(asked, "api00", by="stype")
    _same(mean[mean["stype"] == "H"], [golden["domain_H"]])
    total = cs.diagnose.totals(asked, "enroll", by="stype")
    _same(total[total["stype"] == "H"], [golden["domain_H_total"]])
    ratio = cs.diagnose.ratios(asked, "api.stu", "enroll", by="stype")
    _same(ratio[ratio["stype"] == "H"], [golden["domain_H_ratio"]])
    # Clusters without a high school count: leaving them out gives another error.
    alone = cs.Survey(asked.frame[asked.frame["stype"] == "H"], design=asked.design)
    _same(cs.diagnose.means(alone, "api00"), [golden["subset_H_wrong"]])
    assert golden["subset_H_wrong"]["se"] != pytest.approx(golden["domain_H"]["se"], rel=1e-3)


@pytest.mark.parametrize(
    ("name", "design"),
    [
        ("strat", {"stratum": "stype", "wgt": "pw", "pop_size": "fpc"}),
        ("clus1_sides", {"stratum": "side", "psu": "dnum", "wgt": "pw", "pop_size": "side_fpc"}),
        ("clus2_nofpc", {"psu": "dnum", "wgt": "pw"}),
    ],
)
def test_the_package_svy_agrees(name, design):
    import polars as pl
    import svy

    asked = survey(name)
    frame = asked.frame[sorted({"api00", "enroll", "api.stu", "stype", *design.values()})].dropna()
    ours = cs.Survey(frame, design=asked.design)
    theirs = svy.Sample(pl.from_pandas(frame), svy.Design(**design)).estimation
    for mine, other in (
        (cs.diagnose.means(ours, "api00", by="stype"), theirs.mean("api00", by="stype")),
        (cs.diagnose.totals(ours, "enroll", by="stype"), theirs.total("enroll", by="stype")),
        (cs.diagnose.ratios(ours, "api.stu", "enroll", by="stype"), theirs.ratio("api.stu", "enroll", by="stype")),
    ):
        rows = other.to_polars().sort("stype").to_pandas()
        for ours_, theirs_ in (("estimate", "est"), ("se", "se"), ("ci_lower", "lci"), ("ci_upper", "uci")):
            np.testing.assert_allclose(mine.sort_values("stype")[ours_], rows[theirs_], rtol=GOLDEN)


def test_each_item_keeps_the_rows_that_answered_it():
    frame = pd.DataFrame({"a": [1.0, 2, np.nan, 4], "b": [1.0, 1, 5, 7], "w": [1.0, 2, 1, 0]})
    found = cs.diagnose.means(cs.Survey(frame, weights="w"), ["a", "b"])
    assert list(found["n"]) == [2, 3]
    np.testing.assert_allclose(found["estimate"], [5 / 3, 2.0], rtol=1e-14)
