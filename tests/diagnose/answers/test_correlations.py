"""Correlations: R's cor.test and svyvar, replicates of the design, part and whole."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scipy

import csisem as cs
from survey_golden import FOLDER, sample

R = json.loads((FOLDER.parent / "survey-4.1-1-tables" / "figures.json").read_text())["correlation"]
STRAT = sample("apistrat.csv")
AWARDS = cs.Survey(STRAT, weights="pw", strata="awards")


def test_correlations_are_r_s():
    row = cs.diagnose.correlations(STRAT, ["api00", "meals"]).iloc[0]
    np.testing.assert_allclose(row[["correlation", "ci_lower", "ci_upper", "pvalue"]].astype(float),
                               [R["r"], R["low"], R["high"], R["p"]], rtol=1e-9)  # fmt: skip
    ranks = cs.diagnose.correlations(STRAT, "api00", "meals", method="spearman").iloc[0]
    assert ranks["correlation"] == pytest.approx(R["spearman"], rel=1e-9)
    theirs = scipy.stats.spearmanr(STRAT["api00"], STRAT["meals"])
    assert ranks["pvalue"] == pytest.approx(theirs.pvalue, rel=1e-7)
    assert cs.diagnose.correlations(AWARDS, ["api00", "meals"])["correlation"][0] == pytest.approx(
        R["weighted"], rel=1e-9
    )


def test_the_design_s_error_is_the_jackknife_s():
    row = cs.diagnose.correlations(AWARDS, ["api00", "ell"]).iloc[0]
    stratum, weight = STRAT["awards"].to_numpy(), STRAT["pw"].to_numpy()
    found = []
    for place in range(len(STRAT)):
        same = stratum == stratum[place]
        own = np.where(same, weight * same.sum() / (same.sum() - 1), weight)
        own[place] = 0
        cov = np.cov(STRAT[["api00", "ell"]].T, aweights=own)
        found.append(np.arctanh(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])))
    size = pd.Series(stratum).map(pd.Series(stratum).value_counts()).to_numpy()
    se = np.sqrt(((size - 1) / size) @ (np.array(found) - np.arctanh(row["correlation"])) ** 2)
    t = scipy.stats.t.ppf(0.975, 198)
    # The jackknife and linearisation differ in the second order, here by less than 3 %.
    half = (np.arctanh(row["ci_upper"]) - np.arctanh(row["ci_lower"])) / 2
    assert half == pytest.approx(t * se, rel=0.03)


def test_an_item_is_part_of_its_index():
    survey = cs.datasets.retail_survey()
    items = ["s1", "s2", "s3"]
    table = cs.diagnose.part_whole(survey, items).set_index("item")
    assert (table["corrected"] < table["correlation"]).all()
    statistics = cs.diagnose.item_statistics(survey, items).set_index("item")
    # With equal weights on one scale the corrected correlation is the item-total correlation.
    np.testing.assert_allclose(table["corrected"], statistics["item_total"])
    # Unrelated items correlate with the index they are part of, and with what is left of it they do not.
    rng = np.random.default_rng(5)
    noise = pd.DataFrame(rng.normal(size=(20_000, 4)), columns=list("abcd"))
    found = cs.diagnose.part_whole(noise, list("abcd"))
    np.testing.assert_allclose(found["correlation"], 0.5, atol=0.02)
    np.testing.assert_allclose(found["corrected"], 0.0, atol=0.03)
    uneven = cs.diagnose.part_whole(noise, list("abcd"), item_weights={"a": 3, "b": 1, "c": 1, "d": 1})
    assert uneven["weight"].tolist() == [0.5, 1 / 6, 1 / 6, 1 / 6]
    assert uneven["correlation"][0] == pytest.approx(np.sqrt(9 / 12), abs=0.02)


def test_missing_answers_are_counted_by_pair():
    frame = STRAT[["api00", "meals", "ell"]].astype(float)
    frame.loc[:49, "ell"] = np.nan
    table = cs.diagnose.correlations(frame, ["api00", "meals", "ell"])
    assert table["n"].tolist() == [200, 150, 150]
    assert table[["first", "second"]].to_numpy().tolist() == [["api00", "meals"], ["api00", "ell"], ["meals", "ell"]]
    same = cs.diagnose.correlations(frame.assign(again=frame["api00"]), "api00", "again").iloc[0]
    assert same["correlation"] == same["ci_lower"] == pytest.approx(1)


def test_bad_input_is_a_sentence():
    for call, error, sentence in (
        (lambda: cs.diagnose.correlations(STRAT, "api00"), cs.DataError, "Name two items"),
        (lambda: cs.diagnose.correlations(STRAT, "api00", "api00"), cs.OptionError, "named on both sides"),
        (lambda: cs.diagnose.correlations(STRAT, ["api00", "ell"], method="kendall"), cs.OptionError, "'pearson'"),
        (lambda: cs.diagnose.correlations(STRAT.assign(c=2), ["api00", "c"]), cs.DataError, "'c' is constant"),
        (lambda: cs.diagnose.correlations(STRAT.iloc[:3], ["api00", "ell"]), cs.DataError, "needs four"),
        (lambda: cs.diagnose.correlations(STRAT, ["api00", "stype"]), cs.DataError, "'stype'"),
        (lambda: cs.diagnose.part_whole(STRAT, ["ell"]), cs.DataError, "only item"),
        (lambda: cs.diagnose.part_whole(STRAT, ["ell", "meals"], item_weights={"ell": 1}), cs.OptionError, "'meals'"),
        (
            lambda: cs.diagnose.part_whole(STRAT, ["ell", "meals"], item_weights={"ell": 1, "meal": 1}),
            cs.OptionError,
            "'meal', which is not an item.*did you mean 'meals'",
        ),
    ):
        with pytest.raises(error, match=sentence):
            call()
