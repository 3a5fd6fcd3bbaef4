"""Means, totals and ratios under every design of R's survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy

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


def test_the_level_of_the_intervals():
    asked = survey("strat")
    for call in (
        lambda level: cs.diagnose.means(asked, "api00", level=level),
        lambda level: cs.diagnose.totals(asked, "enroll", level=level),
        lambda level: cs.diagnose.ratios(asked, "api.stu", "enroll", level=level),
    ):
        frame = call(0.9)
        quantile = scipy.stats.t.ppf(0.95, frame.attrs["degrees"][0])
        width = (frame["ci_upper"] - frame["ci_lower"]) / 2
        assert width.item() == pytest.approx(quantile * frame["se"].item(), rel=1e-9)
        with pytest.raises(cs.OptionError, match="level=95 is not between 0 and 1"):
            call(95)


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
    replaced = cs.diagnose.means(asked, "api00", deff="replace")["deff"].item()
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


def _warned(sentence, estimate, *arguments, **options):
    """The frame, and that it warns of one sentence."""
    with pytest.warns(cs.CsisemWarning, match=sentence) as said:
        frame = estimate(*arguments, **options)
    assert frame.attrs["notes"] == [str(warning.message) for warning in said]
    assert len(said) == 1
    return frame


def test_rows_in_no_domain_are_counted():
    data = survey("strat").frame
    some = data.assign(stype=data["stype"].where(np.arange(len(data)) > 4))
    lost = r"^5 of the 200 rows are in no group of 'stype', which is missing there; they enter no estimate\.$"
    assert _warned(lost, cs.diagnose.means, some, "api00", by="stype")["n"].sum() == 195
    assert _warned(lost, cs.diagnose.totals, some, "api00", by="stype")["n"].sum() == 195
    assert cs.diagnose.means(data, "api00", by="stype").attrs["notes"] == []


def test_a_domain_that_most_replicates_leave_out_has_no_error():
    frame = pd.DataFrame({"y": np.arange(24.0) % 7, "unit": np.arange(24) // 3, "part": np.repeat([0, 1], [6, 18])})
    halves = {f"r{k}": 2.0 * (frame["unit"] // 2**k % 2 == 0) for k in range(3)}
    halves["r3"] = 2.0 * (frame["unit"] >= 4)
    design = cs.Design(replicate_weights=tuple(halves), replicate_type="BRR")
    found = _warned(r"^1 of 2 estimates have no standard error, since more than 10 % of the replicate weights leave",
                    cs.diagnose.means, frame.assign(**halves), "y", by="part", design=design)  # fmt: skip
    assert np.isnan(found["se"][0])
    assert found["se"][1] > 0


def test_weights_that_hardly_exceed_the_rows_are_doubted():
    frame = survey("strat").frame
    scaled = frame.assign(pw=frame["pw"] * 203 / frame["pw"].sum())
    doubt = r"^The weights add up to 203 for 200 rows, so that deff compares with drawing 99% of the population without"
    found = _warned(doubt, cs.diagnose.means, cs.Survey(scaled, weights="pw", strata="stype"), "api00")
    usual = cs.diagnose.means(cs.Survey(scaled, weights="pw", strata="stype"), "api00", deff="replace")
    assert found["deff"][0] == pytest.approx(usual["deff"][0] * 203 / 3, rel=1e-9)
    assert usual.attrs["notes"] == []


def test_domains_in_which_nobody_or_one_row_counts_are_named():
    frame = pd.DataFrame({"城": list("甲甲甲乙乙丙"), "y": [1.0, 2, 4, 3, 5, 6], "z": [1.0, 1, 2, 3, 3, 4],
                          "w": [1.0, 1, 2, 0, 0, 3]})  # fmt: skip
    data = cs.Survey(frame, weights="w")
    with pytest.warns(cs.CsisemWarning) as said:
        found = cs.diagnose.means(data, ["y", "z"], by="城")
    assert [str(one.message) for one in said] == found.attrs["notes"] == [
        "Nobody with a weight above zero of '乙' of '城' answered 'y', 'z', so that there is no estimate.",
        "A single row of '丙' of '城' answered 'y', 'z', and shows no spread: its standard error is unknown.",
    ]  # fmt: skip
    rows = found.set_index(["item", "城"])
    assert rows.loc[[("y", "乙"), ("z", "乙")], ["estimate", "se"]].isna().all(axis=None)
    assert rows.loc[("y", "丙"), "estimate"] == 6
    assert np.isnan(rows.loc[("y", "丙"), "se"])
    with pytest.warns(cs.CsisemWarning) as said:
        assert cs.diagnose.totals(data, "y", by="城").set_index("城").loc["乙", "estimate"] == 0
    assert "'乙' of '城' answered 'y', so that the total is 0 without a standard error" in str(said[0].message)
