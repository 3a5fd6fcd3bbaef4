"""Trends: the index, boxes and promoters over waves, changes of panels against paired differences, ranks, relations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy
from scipy.stats import linregress, pearsonr

import csisem as cs

ITEMS = ["s1", "s2", "s3"]


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


@pytest.fixture(scope="module")
def fit(shops):
    return cs.datasets.retail_survey_model().fit(shops, estimator="MLR", missing="fiml")


@pytest.fixture(scope="module")
def panel():
    """120 people, all asked twice, most a third time."""
    generator = np.random.default_rng(9)
    person = generator.normal(size=120)
    parts = []
    for wave, shift in (("9月", 0.0), ("10月", 0.6), ("11月", 0.3)):
        answer = np.clip(np.rint(7 + 1.5 * person + shift + generator.normal(size=120)), 0, 10)
        parts.append(pd.DataFrame({"who": range(120), "month": wave, "nps": answer, "zone": np.arange(120) % 2}))
    frame = pd.concat(parts, ignore_index=True)
    return frame[~((frame["month"] == "11月") & (frame["who"] < 30))]


def test_shares_are_means_of_indicators(shops):
    answers = shops.answers(["s1", "l1"])
    frame = shops.frame.assign(
        top=(answers["s1"] >= 9).where(answers["s1"].notna()) * 100.0,
        net=((answers["l1"] >= 9) * 100.0 - (answers["l1"] <= 6) * 100.0).where(answers["l1"].notna()),
    )
    theirs = cs.diagnose.means(cs.Survey(frame, design=shops.design), ["top", "net"], by="firm", deff="replace")
    for name, found, column in (
        ("top", cs.index.top_box(shops, "s1", by="firm"), "share"),
        ("net", cs.index.nps(shops, "l1", by="firm"), "nps"),
    ):
        own = theirs[theirs["item"] == name]
        np.testing.assert_allclose(found[[column, "se"]], own[["estimate", "se"]], rtol=1e-11)
        assert found["n"].tolist() == own["n"].tolist()
        if column == "nps":
            np.testing.assert_allclose(found[["ci_lower", "ci_upper"]], own[["ci_lower", "ci_upper"]], rtol=1e-11)
    three = cs.index.top_box(shops, "s1", boxes=3, design=False)
    assert three["share"].item() == pytest.approx((answers["s1"].dropna() >= 8).mean() * 100, rel=1e-12)


def test_intervals_of_shares_are_wilson_s(shops):
    found = cs.index.top_box(shops, "s1", by="firm")
    p, n = found["share"] / 100, (1 - found["share"] / 100) * found["share"] * 100 / found["se"] ** 2
    for row, degrees in enumerate(found.attrs["degrees"]):
        for bound in found.loc[row, ["ci_lower", "ci_upper"]] / 100:
            # Wilson's bounds are the shares that are just so many of their own errors away.
            distance = abs(p[row] - bound) / (bound * (1 - bound) / n[row]) ** 0.5
            assert distance == pytest.approx(scipy.stats.t.isf(0.025, degrees), rel=1e-9)
    # Without a design it is scipy's, and that of the table of frequencies; also where nobody gave the answer.
    frame = pd.DataFrame({"s": [9, 10, 3, 8, 7] * 4, "g": ["b"] * 20})
    frame = pd.concat([frame, pd.DataFrame({"s": [1, 2, 3], "g": "a"})])
    plain = cs.Survey(frame, scale=(1, 10), items=["s"])
    found = cs.index.top_box(plain, "s", by="g").set_index("g")
    for firm, count, n in (("a", 0, 3), ("b", 8, 20)):
        theirs = scipy.stats.binomtest(count, n).proportion_ci(method="wilson")
        np.testing.assert_allclose(found.loc[firm, ["ci_lower", "ci_upper"]].astype(float),
                                   [100 * theirs.low, 100 * theirs.high], rtol=1e-9)  # fmt: skip
    one = cs.index.top_box(plain, "s", by="g", boxes=1).set_index("g")
    table = cs.diagnose.frequencies(plain, "s", by="g")
    table = table[table["answer"] == 10].set_index("g").loc[one.index]
    np.testing.assert_allclose(one[["ci_lower", "ci_upper"]], table[["ci_lower", "ci_upper"]], rtol=1e-12)


def test_bands_of_shares_stay_within_bounds(shops):
    frame = shops.frame.assign(s1=np.where(shops.frame["wave"] == shops.frame["wave"].min(), 1.0, shops.frame["s1"]))
    found = cs.index.trend(cs.Survey(frame, scale=(1, 10), wave="wave"), measure="top-box", items="s1")
    own = cs.index.top_box(cs.Survey(frame, scale=(1, 10)), "s1", by="wave").set_index("wave").loc[found["wave"]]
    np.testing.assert_allclose(found[["ci_lower", "ci_upper"]], own[["ci_lower", "ci_upper"]], rtol=1e-12)
    assert found.loc[0, "band_lower"] == 0 < found.loc[0, "ci_upper"] < found.loc[0, "band_upper"]


def test_shares_refuse(shops):
    with pytest.raises(cs.ScaleError, match="needs the scale 0-10 or 1-10; 'c1' has 0-1"):
        cs.index.nps(shops, "c1")
    with pytest.raises(cs.ScaleError, match="leaves no answer below the top boxes on the scale of 'c1'"):
        cs.index.top_box(shops, "c1")
    with pytest.raises(cs.ScaleError, match="declare scale= for 's1'"):
        cs.index.top_box(shops.frame, "s1")
    with pytest.raises(cs.ScaleError, match="whole numbers"):
        cs.index.top_box(cs.Survey(shops.frame, scale=(0.5, 10)), "s1")
    blank = shops.frame.assign(s1=shops.frame["s1"].where(shops.frame["firm"] != "Birch"))
    with pytest.raises(cs.DataError, match="Nobody in 'Birch' answered 's1'"):
        cs.index.top_box(cs.Survey(blank, scale=(1, 10)), "s1", by="firm")
    with pytest.raises(cs.OptionError, match="at least 1"):
        cs.index.top_box(shops, "s1", boxes=0)


def test_each_group_of_a_fit_has_a_trend_of_its_own(shops):
    joint = cs.datasets.retail_survey_model().fit(shops, groups="firm")
    found = cs.index.trend(shops, fit=joint, constructs="Satisfaction")
    index = cs.csi(joint, by="wave", invariance=False).set_index(["construct", "firm", "wave"])["index"]
    for firm, rows in found.groupby("firm"):
        expected = index["Satisfaction"][firm][rows["wave"]].to_numpy()
        np.testing.assert_array_equal(rows["index"], expected)
        np.testing.assert_allclose(rows["change"].iloc[1:], np.diff(expected), rtol=1e-12)
        assert np.isnan(rows["change"].iloc[0])


def test_waves_may_be_the_groups_of_the_fit(shops):
    joint = cs.datasets.retail_survey_model().fit(shops, groups="wave")
    found = cs.index.trend(shops, fit=joint, constructs="Satisfaction")
    assert list(found.columns[:3]) == ["construct", "wave", "n"]
    np.testing.assert_allclose(found["change"].iloc[1:], np.diff(found["index"]), rtol=1e-12)


def test_a_trend_is_the_index_by_wave_with_its_joint_covariance(shops, fit):
    found = cs.index.trend(shops, fit=fit, constructs="Satisfaction")
    index = cs.csi(fit, by="wave")
    own = index[index["construct"] == "Satisfaction"]
    for column in ("index", "se", "ci_lower", "ci_upper", "n"):
        np.testing.assert_allclose(found[column], own[column], rtol=1e-12)
    covariance = np.array(index.attrs["covariance"])[np.ix_(own.index, own.index)]
    np.testing.assert_allclose(found["change"].iloc[1:], np.diff(own["index"]), rtol=1e-12)
    step = np.diff(np.eye(4), axis=0)
    np.testing.assert_allclose(found["change_se"].iloc[1:], np.sqrt(np.diag(step @ covariance @ step.T)), rtol=1e-10)
    first = cs.index.trend(shops, fit=fit, constructs="Satisfaction", base="first")
    assert first["change"].iloc[3] == pytest.approx(found["change"].iloc[1:].sum(), rel=1e-12)
    assert found["change"].isna().tolist() == [True, False, False, False]
    assert ((found["band_lower"] < found["ci_lower"]) & (found["ci_upper"] < found["band_upper"])).all()
    assert (found["pvalue_holm"].iloc[1:] >= found["pvalue"].iloc[1:]).all()
    assert found.attrs["panel"] is False


def test_trends_of_groups_stand_apart(shops, fit):
    found = cs.index.trend(shops, fit=fit, by="firm", constructs=["Quality", "Satisfaction"])
    assert len(found) == 24
    assert found["change"].isna().sum() == 6
    one = found[(found["construct"] == "Quality") & (found["firm"] == "Cedar")]
    index = cs.csi(fit, by=["wave", "firm"])
    own = index[(index["construct"] == "Quality") & (index["firm"] == "Cedar")]
    np.testing.assert_allclose(one["index"], own["index"], rtol=1e-12)
    assert one["wave"].tolist() == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]


def test_changes_of_a_panel_are_paired_differences(panel):
    twice = panel[panel["month"] != "11月"]
    asked = cs.Survey(twice, scale=(0, 10), id="who", wave="month")
    found = cs.index.trend(asked, measure="nps", items="nps")
    assert found["month"].tolist() == ["9月", "10月"]
    net = (twice["nps"] >= 9) * 100.0 - (twice["nps"] <= 6) * 100.0
    pair = net.groupby([twice["who"], twice["month"]]).first().unstack()
    gap = pair["10月"] - pair["9月"]
    assert found["change"].iloc[1] == pytest.approx(gap.mean(), rel=1e-12)
    assert found["change_se"].iloc[1] == pytest.approx(gap.std() / 120**0.5, rel=1e-10)
    assert found.attrs["panel"] is True
    apart = cs.index.trend(cs.Survey(twice, scale=(0, 10), wave="month"), measure="nps", items="nps")
    assert apart["change_se"].iloc[1] == pytest.approx(np.hypot(*apart["se"]), rel=1e-10)
    assert apart["change_se"].iloc[1] > 1.2 * found["change_se"].iloc[1]


def test_overlapping_samples_and_strata(panel):
    asked = cs.Survey(panel, scale=(0, 10), id="who", wave="month", strata="zone")
    found = cs.index.trend(asked, measure="top-box", items="nps")
    clustered = cs.Survey(panel, scale=(0, 10), strata="zone", clusters="who")
    own = cs.index.top_box(clustered, "nps", by="month")
    np.testing.assert_allclose(found["share"], own["share"], rtol=1e-12)
    np.testing.assert_allclose(found["se"], own["se"], rtol=1e-12)
    covariance = np.array(own.attrs["covariance"])
    assert found["change_se"].iloc[2] ** 2 == pytest.approx(
        covariance[1, 1] + covariance[2, 2] - 2 * covariance[1, 2], rel=1e-10
    )
    moved = panel.assign(zone=np.where(panel["month"] == "10月", 1 - panel["zone"], panel["zone"]))
    with pytest.raises(cs.DataError, match=r"Respondent '0' \('who'\) has rows in several strata of 'zone'"):
        cs.index.trend(
            cs.Survey(moved, scale=(0, 10), id="who", wave="month", strata="zone"), measure="nps", items="nps"
        )
    with pytest.warns(cs.CsisemWarning, match="120 respondents .* several clusters"):
        cs.index.trend(
            cs.Survey(moved, scale=(0, 10), id="who", wave="month", clusters="zone"), measure="nps", items="nps"
        )


def test_the_index_of_a_panel_clusters_people(shops, fit):
    frame = shops.frame.assign(who=shops.frame.groupby("wave").cumcount())
    asked = cs.Survey(frame, scale={"*": (1, 10), "c1": (0, 1)}, weights="weight", id="who", wave="wave")
    model = cs.datasets.retail_survey_model()
    own = model.fit(asked, estimator="MLR", missing="fiml")
    found = cs.index.trend(asked, fit=own, constructs="Satisfaction")
    clustered = model.fit(
        cs.Survey(frame, scale={"*": (1, 10), "c1": (0, 1)}, weights="weight", clusters="who"),
        estimator="MLR",
        missing="fiml",
    )
    index = cs.csi(clustered, by="wave")
    assert found.attrs["panel"]
    np.testing.assert_allclose(found["se"], index[index["construct"] == "Satisfaction"]["se"], rtol=1e-7)


@pytest.mark.parametrize(
    ("labels", "order", "expected"),
    [
        (["2024年10月", "2024年9月"], None, ["2024年9月", "2024年10月"]),
        ([3, 1, 2], None, [1, 2, 3]),
        (["春", "夏", "秋"], ["秋", "夏", "春"], ["秋", "夏", "春"]),
    ],
)
def test_waves_are_sorted(labels, order, expected):
    frame = pd.DataFrame({"x": [5, 6, 7, 8] * len(labels), "w": np.repeat(labels, 4)})
    found = cs.index.trend(cs.Survey(frame, scale=(1, 10)), wave="w", measure="nps", items="x", order=order)
    assert found["w"].tolist() == expected


def test_trends_refuse(shops, fit):
    frame = shops.frame
    blank = shops.with_answers(frame.assign(s2=frame["s2"].where(frame["wave"] != "2024Q3")))
    with pytest.raises(cs.DataError, match="Item 's2' has no answers in wave '2024Q3'; a trend needs the same items"):
        cs.index.trend(blank, fit=fit)
    with pytest.raises(cs.DataError, match="single wave, '2024Q1'"):
        cs.index.trend(shops.with_answers(frame[frame["wave"] == "2024Q1"]), fit=fit)
    with pytest.raises(cs.DataError, match="declares no column of waves"):
        cs.index.trend(cs.Survey(frame, scale=(1, 10)), measure="nps", items="s1")
    with pytest.raises(cs.DataError, match="order= lacks '2024Q4'"):
        cs.index.trend(shops, fit=fit, order=["2024Q1", "2024Q2", "2024Q3"])
    with pytest.raises(cs.DataError, match="did you mean 'Satisfaction'"):
        cs.index.trend(shops, fit=fit, constructs="Satisfacton")
    for options, sentence in (
        ({"measure": "index"}, "needs fit="),
        ({"measure": "nps"}, "needs items="),
        ({"measure": "nps", "items": "s1", "boxes": 3}, "boxes= belongs"),
        ({"measure": "NPSS", "items": "s1"}, "did you mean 'nps'"),
    ):
        with pytest.raises(cs.OptionError, match=sentence):
            cs.index.trend(shops, **options)
    with pytest.raises(cs.OptionError, match="items= belongs"):
        cs.index.trend(shops, fit=fit, items="s1")


def test_ranks_use_the_joint_covariance(fit):
    index = cs.csi(fit, by="firm")
    own = index[index["construct"] == "Satisfaction"]
    found = cs.index.rank(own, by="firm")
    assert found["firm"].tolist() == ["Birch", "Alder", "Cedar"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert ((found["rank_lower"] <= found["rank"]) & (found["rank"] <= found["rank_upper"])).all()
    assert found.attrs["independent"] is False
    apart = cs.index.rank(own.reset_index(drop=True), by="firm")
    assert apart.attrs["independent"] is True
    wide = cs.index.rank(own.assign(se=50.0), by="firm", covariance=np.eye(3) * 2500)
    assert wide["rank_lower"].tolist() == [1, 1, 1]
    assert wide["rank_upper"].tolist() == [3, 3, 3]
    with pytest.raises(cs.DataError, match="Several rows have 'firm' = 'Alder'"):
        cs.index.rank(index, by="firm")
    with pytest.raises(cs.DataError, match="did you mean 'firm'"):
        cs.index.rank(own, by="firms")
    with pytest.raises(cs.DataError, match="The index of Alder is missing"):
        cs.index.rank(own.assign(index=own["index"].where(own["firm"] != "Alder")), by="firm")


def _series(n=24):
    generator = np.random.default_rng(2)
    index = pd.Series(70 + generator.normal(size=n), index=[f"m{k}" for k in range(n)])
    sales = pd.Series(100 + 3 * np.r_[0, index.to_numpy()[:-1]] + generator.normal(size=n), index=index.index)
    return index, sales


def test_relations_are_pearsons():
    index, sales = _series()
    found = cs.index.relation(index, sales.iloc[1:], lags=[0, 1]).set_index("lag")
    # The first wave has no sales, but those of the second stand behind its index.
    x, y = index.iloc[:-1].to_numpy(), sales.iloc[1:].to_numpy()
    theirs = pearsonr(x, y)
    assert found.loc[1, "r"] == pytest.approx(theirs.statistic, rel=1e-12)
    assert found.loc[1, "pvalue"] == pytest.approx(theirs.pvalue, rel=1e-9)
    interval = theirs.confidence_interval()
    assert found.loc[1, ["ci_lower", "ci_upper"]].tolist() == pytest.approx([interval.low, interval.high], rel=1e-10)
    line = linregress(x, y)
    assert found.loc[1, ["slope", "slope_se"]].tolist() == pytest.approx([line.slope, line.stderr], rel=1e-10)
    assert found["n"].tolist() == [23, 23]
    changes = cs.index.relation(index, sales, lags=[0], differences=True)
    assert changes["r"].item() == pytest.approx(pearsonr(np.diff(index), np.diff(sales)).statistic, rel=1e-12)


def test_a_lag_is_a_lag_where_a_wave_is_missing():
    index, _ = _series()
    sales = pd.Series(index.to_numpy()[:-1], index=index.index[1:])
    gone = index.index[7]
    for one, other in ((index, sales.drop(gone)), (index.drop(gone), sales), (index, sales.where(sales.index != gone))):
        found = cs.index.relation(one, other, lags=[1])
        assert found["r"].item() == pytest.approx(1, abs=1e-12)
        assert found["n"].item() == 22
    changes = cs.index.relation(index, sales.drop(gone), lags=[0], differences=True)
    assert changes["n"].item() == 20
    # Changes into waves 2 to 23, but those into the missing one and out of it.
    kept = np.array([k for k in range(2, 24) if k not in (7, 8)])
    x, y = np.diff(index)[kept - 1], np.diff(np.r_[np.nan, sales])[kept - 1]
    assert changes["r"].item() == pytest.approx(pearsonr(x, y).statistic, rel=1e-12)


def test_waves_that_cannot_be_placed_are_refused():
    index, sales = _series(10)
    with pytest.raises(cs.DataError, match=r"Only the series has .*, and their place"):
        cs.index.relation(index.drop(index.index[4]), sales.iloc[::-1])
    with pytest.raises(cs.DataError, match=r"Only the series has .*, and their place"):
        cs.index.relation(index.drop(index.index[4]), sales.drop(index.index[5]))
    twice = pd.concat([index, index])
    with pytest.raises(cs.DataError, match="several figures"):
        cs.index.relation(twice, sales)
    for options, words in (
        ({"lags": "01"}, "lags= takes a list of whole numbers"),
        ({"lags": [0.5]}, "lags= takes a list"),
        ({"lags": []}, "lags= takes a list"),
        ({"level": 95}, "level=95 is not between"),
        ({"differences": "yes"}, "differences='yes' is not one of True, False"),
    ):
        with pytest.raises(cs.OptionError, match=words):
            cs.index.relation(index, sales, **options)


def test_a_figure_that_comes_before_has_a_negative_lag():
    index, sales = _series()
    ahead = cs.index.relation(sales, index, lags=[-1]).iloc[0]
    behind = cs.index.relation(index, sales, lags=[1]).iloc[0]
    assert ahead["r"] == pytest.approx(behind["r"], rel=1e-12)


def test_few_points_are_warned_about_and_fewer_refused():
    index, sales = _series(8)
    with pytest.warns(cs.CsisemWarning, match="8 points are few"):
        cs.index.relation(index, sales, lags=[0])
    with pytest.raises(cs.DataError, match="At lag 5 there are 3 points"):
        cs.index.relation(index, sales, lags=[5])
    with pytest.raises(cs.DataError, match="none in common"):
        cs.index.relation(index, sales.set_axis(range(8)))
    with pytest.raises(cs.DataError, match="constant over the 8 points"):
        cs.index.relation(index, sales * 0, lags=[0])


def test_four_months_have_a_correlation_without_a_lag():
    months = pd.Index(["07", "08", "09", "10"])
    index, sales = pd.Series([71.0, 73, 72, 76], months), pd.Series([10.0, 12, 12, 13], months)
    with pytest.warns(cs.CsisemWarning) as told:
        found = cs.index.relation(index, sales)
    assert found["lag"].tolist() == [0]
    assert found["r"].item() == pytest.approx(pearsonr(index, sales).statistic, rel=1e-12)
    assert any("The lags 1, 2 are left out: 3, 2 points, and a correlation needs 4." in str(w.message) for w in told)


def test_customers_follow_employees():
    generator = np.random.default_rng(6)
    true = generator.normal(size=60) * 4
    customers = pd.DataFrame({"store": range(60), "index": 70 + true + generator.normal(size=60) * 2, "se": 2.0})
    employees = pd.DataFrame({"store": range(5, 65), "index": 60 + np.r_[true[5:], np.zeros(5)], "se": 1e-9})
    found = cs.index.link(customers, employees, "store").iloc[0]
    x, y = employees["index"].to_numpy()[:55], customers["index"].to_numpy()[5:]
    assert (found["n"], found["r"]) == (55, pytest.approx(pearsonr(x, y).statistic, rel=1e-12))
    assert found["slope"] == pytest.approx(linregress(x, y).slope, rel=1e-11)
    reliability = 1 - 4 / np.var(y, ddof=1)
    assert found["r_corrected"] == pytest.approx(found["r"] / reliability**0.5, rel=1e-9)
    with pytest.raises(cs.DataError, match="Only 1 units"):
        cs.index.link(customers, employees.iloc[-6:-4].assign(store=[1, 99]), "store")
    with pytest.raises(cs.DataError, match="no column 'se'"):
        cs.index.link(customers.drop(columns="se"), employees, "store")
