"""Normality: scipy, psych, simulation, jackknife, and the data of the pictures."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.diagnose.answers.normality_tests import anderson_darling, lilliefors, mardia
from psych_golden import FIGURES, FOLDER
from survey_golden import FOLDER as SURVEYS
from survey_golden import sample

STRAT = sample("apistrat.csv")
R = json.loads((SURVEYS.parent / "survey-4.1-1-tables" / "figures.json").read_text())
SKEWED = pd.read_csv(FOLDER / "skewed.csv")


def _row(table, method, item=None):
    own = table[table["method"] == method]
    return (own if item is None else own[own["item"] == item]).iloc[0]


@pytest.mark.parametrize("name", ["api00", "meals", "enroll"])
def test_classical_tests_are_scipy_s(name):
    y = STRAT[name].to_numpy(float)
    table = cs.diagnose.normality(STRAT, name).tests
    for method, theirs in (("shapiro-wilk", scipy.stats.shapiro(y)), ("d'agostino-pearson", scipy.stats.normaltest(y))):
        row = _row(table, method)
        np.testing.assert_allclose([row["statistic"], row["pvalue"]], np.asarray(tuple(theirs), float), rtol=1e-7)
    z = (y - y.mean()) / y.std(ddof=1)
    assert _row(table, "lilliefors")["statistic"] == pytest.approx(scipy.stats.kstest(z, "norm").statistic, rel=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs = scipy.stats.anderson(y)
    row = _row(table, "anderson-darling")
    assert row["statistic"] == pytest.approx(theirs.statistic, rel=1e-9)
    # Stephens's critical values, which scipy gives to three digits: the p-value lies on the same side of each.
    for critical, share in zip(theirs.critical_values, theirs.significance_level / 100, strict=True):
        assert (theirs.statistic > critical) == (row["pvalue"] < share)
    shape = cs.diagnose.normality(STRAT, name).shape.iloc[0]
    expected = [scipy.stats.skew(y), scipy.stats.kurtosis(y)]
    np.testing.assert_allclose(shape[["skewness", "kurtosis"]].astype(float), expected, rtol=1e-9)


@pytest.mark.parametrize("answers", [(1.0, 10.0), (10.0, 1.0)])
def test_an_answer_far_from_all_others_leaves_the_statistics_finite(answers):
    y = np.full(2000, answers[0])
    y[:2], y[2:900] = answers[1], answers[0] + np.sign(answers[1] - answers[0])
    table = cs.diagnose.normality(pd.DataFrame({"y": y}), "y").tests
    assert np.isfinite(table["statistic"]).all()
    assert _row(table, "anderson-darling")["pvalue"] == 0
    assert _row(table, "lilliefors")["pvalue"] < 1e-9


def test_shapiro_is_r_s():
    row = _row(cs.diagnose.normality(STRAT, "api00").tests, "shapiro-wilk")
    np.testing.assert_allclose([row["statistic"], row["pvalue"]], [R["shapiro"]["W"], R["shapiro"]["p"]], rtol=1e-6)


@pytest.mark.parametrize("n", [4999, 5000, 5001])
def test_shapiro_s_test_ends_where_royston_s_p_value_does(n):
    """Royston (1995, Applied Statistics 44, 547-551): up to 5,000 values; R's `shapiro.test` refuses more."""
    y = scipy.stats.norm.ppf((np.arange(n) + 0.5) / n)
    found = cs.diagnose.normality(pd.DataFrame({"y": y}), "y")
    row = _row(found.tests, "shapiro-wilk")
    codes = [note.code for note in found.notes]
    if n > 5000:
        assert np.isnan([row["statistic"], row["pvalue"]]).all()
        assert codes == ["answers.shapiro"]
        assert "is for up to 5,000 rows; there are 5,001" in found.notes[0]
    else:
        # Normal quantiles: the correlation with the normal order statistics is all but one.
        assert 0.9999 < row["statistic"] <= 1
        assert row["pvalue"] > 0.99
        assert codes == []


def test_mardia_is_psych_s():
    golden, found = FIGURES["mardia"], mardia(SKEWED.to_numpy(float))
    # psych divides the covariances by n - 1, Mardia by n.
    n, p = SKEWED.shape
    factor = (n - 1) / n
    assert found.skewness * factor**3 == pytest.approx(golden["b1p"], rel=1e-9)
    assert found.kurtosis * factor**2 == pytest.approx(golden["b2p"], rel=1e-9)
    assert found.skewness_test.statistic * factor**3 == pytest.approx(golden["small"], rel=1e-9)
    z = (found.kurtosis * factor**2 - p * (p + 2)) / np.sqrt(8 * p * (p + 2) / n)
    assert z == pytest.approx(golden["kurtosis"], rel=1e-9)
    table = cs.diagnose.normality(SKEWED, list(SKEWED.columns)).tests
    assert _row(table, "mardia, skewness")["statistic"] == pytest.approx(found.skewness_test.statistic)
    # The definition: cubes of Mahalanobis products of all pairs of rows.
    x = SKEWED.to_numpy(float) - SKEWED.to_numpy(float).mean(axis=0)
    products = x @ np.linalg.inv(x.T @ x / n) @ x.T
    assert found.skewness == pytest.approx((products**3).mean(), rel=1e-9)


@pytest.mark.parametrize("test", [lilliefors, anderson_darling])
@pytest.mark.parametrize("size", [8, 60, 400])
def test_p_values_reject_as_often_as_they_say(size, test):
    draws = np.random.default_rng(size).normal(size=(2000, size))
    p = np.array([test(row).pvalue for row in draws])
    for share in (0.01, 0.05, 0.1, 0.3, 0.5, 0.8):
        # Four standard errors of 2,000 draws, and 0.02 for the approximations.
        assert np.mean(p <= share) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 2000) + 0.02)


def test_the_table_of_lilliefors_ends_at_0_99():
    assert lilliefors(scipy.special.ndtri((np.arange(200) + 0.5) / 200)).pvalue == 0.99


def test_errors_of_the_shape_follow_the_design():
    survey = cs.Survey(STRAT, weights="pw", strata="stype")
    shape = cs.diagnose.normality(survey, "api00").shape.iloc[0]
    found = []
    y, w, stratum = (STRAT[name].to_numpy() for name in ("api00", "pw", "stype"))
    for place in range(len(y)):
        # Jackknife: a row out, the others of its stratum in its stead.
        size = np.sum(stratum == stratum[place])
        own = np.where(stratum == stratum[place], w * size / (size - 1), w)
        own[place] = 0
        z = (y - np.average(y, weights=own)) / np.sqrt(np.average((y - np.average(y, weights=own)) ** 2, weights=own))
        found.append([np.average(z**3, weights=own), np.average(z**4, weights=own) - 3])
    deviations = np.array(found) - shape[["skewness", "kurtosis"]].to_numpy(float)
    size = pd.Series(stratum).map(pd.Series(stratum).value_counts()).to_numpy()
    jackknife = np.sqrt(((size - 1) / size) @ deviations**2)
    # The jackknife and linearisation differ in the second order, here by less than 2 %.
    np.testing.assert_allclose(shape[["skewness_se", "kurtosis_se"]].to_numpy(float), jackknife, rtol=0.02)


def test_the_pictures_hold_what_they_show():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"指数": rng.normal(70, 8, 3000), "答": rng.integers(1, 8, 3000).astype(float)})
    found = cs.diagnose.normality(frame, ["指数", "答"])
    for table in (found.pp, found.qq):
        assert table.groupby("item").size().max() <= 512
    pp, qq = (table[table["item"] == "指数"] for table in (found.pp, found.qq))
    # Kolmogorov's distance of 3,000 normal rows stays below 0.03.
    assert np.abs(pp["expected"] - pp["observed"]).max() < 0.03
    assert np.corrcoef(qq["expected"], qq["observed"])[0, 1] > 0.999
    bars = found.histogram[found.histogram["item"] == "答"]
    assert len(bars) == 7
    np.testing.assert_allclose(bars["percent"], 100 * frame["答"].value_counts(normalize=True).sort_index())
    assert found.histogram.groupby("item")["percent"].sum().to_numpy() == pytest.approx([100, 100])
    assert "pp" not in repr(found)


def test_weights_of_two_are_two_rows_in_the_shape():
    weights = pd.Series(np.arange(len(STRAT)) % 3)
    repeated = STRAT.loc[STRAT.index.repeat(weights)]
    one = cs.diagnose.normality(cs.Survey(STRAT.assign(w=weights), weights="w"), "api00")
    two = cs.diagnose.normality(repeated, "api00")
    for column in ("mean", "skewness", "kurtosis"):
        np.testing.assert_allclose(one.shape[column], two.shape[column], rtol=1e-9)


def test_the_index_of_a_fit():
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey)
    found = cs.diagnose.normality(None, ["index", "Quality"], fit=fit)
    assert found.shape["item"].tolist() == ["Satisfaction", "Quality"]
    own = cs.diagnose.anova(None, "index", by="firm", fit=fit)
    assert found.shape["n"].iloc[0] == own.n
    assert "mardia, kurtosis" in found.tests["method"].tolist()


@settings(deadline=None, max_examples=20)
@given(st.floats(-1e3, 1e3), st.floats(0.1, 100), st.integers(0, 5))
def test_units_do_not_matter(shift, scale, seed):
    y = np.random.default_rng(seed).gamma(2.0, size=(60, 2))
    one, two = (cs.diagnose.normality(pd.DataFrame(z, columns=["a", "b"]), ["a", "b"]) for z in (y, scale * y + shift))
    np.testing.assert_allclose(one.tests["statistic"], two.tests["statistic"], rtol=1e-5)


def test_a_test_without_a_result_has_its_reason():
    frame = pd.DataFrame({"two": [0, 1] * 9, "x": [1, 2, 3, 3, 4, 5] * 3, "shop": [1, 2, 3] * 6})
    few = cs.diagnose.normality(frame, "x")
    assert few.notes == ("x: D'Agostino and Pearson's test has no result (nan): it needs 20 rows; there are 18.",)
    longer = pd.concat([frame] * 2)
    assert cs.diagnose.normality(longer, "x").notes == ()
    assert [note.code for note in cs.diagnose.normality(longer, "two").notes] == ["answers.two_answers"]
    units = cs.diagnose.normality(cs.Survey(longer.assign(shop=[1, 2] * 18), clusters="shop"), "x")
    assert units.notes[0].endswith("1 degrees of freedom are too few.")
    for found in (few, units):
        lost = found.tests.loc[found.tests["statistic"].isna(), "method"]
        assert len(lost) == sum("nan" in note for note in found.notes)


def test_bad_input_is_a_sentence():
    for frame, items, sentence in (
        (STRAT.assign(c=3), "c", "'c' is constant"),
        (STRAT.iloc[:5], "api00", "has 5 answers; tests of normality need at least 8"),
        (STRAT, "apo00", "no column 'apo00'.*did you mean 'api00'"),
        (STRAT, [], "No items"),
        (STRAT.assign(twice=2 * STRAT["api00"]), ["api00", "twice"], "collinear"),
        (STRAT, "stype", "'stype'"),
    ):
        with pytest.raises(cs.DataError, match=sentence):
            cs.diagnose.normality(frame, items)
    survey = cs.Survey(STRAT.assign(one=np.r_[np.ones(100), np.arange(100)], w=np.repeat([1, 0], 100)), weights="w")
    with pytest.raises(cs.DataError, match="weight above zero have the answer 1"):
        cs.diagnose.normality(survey, "one")
