"""The synthetic retail survey: what it promises, and that it comes from the model it names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csisem.datasets import retail_survey, retail_survey_model, retail_survey_values


def test_the_survey_is_what_it_says() -> None:
    survey = retail_survey()
    frame = survey.frame
    assert survey.n == 2400
    assert survey.items == retail_survey_model().items
    assert (survey.design_counts.strata, survey.design_counts.clusters) == (4, 192)
    assert (frame.groupby("region")["store"].nunique() >= 10).all()
    assert (frame["firm"].nunique(), frame["wave"].nunique()) == (3, 4)
    assert all("模拟数据" in text for text in survey.item_texts.values())
    assert set(survey.item_texts) == set(survey.items)


def test_it_is_the_same_every_time() -> None:
    pd.testing.assert_frame_equal(retail_survey().frame, retail_survey().frame)


def test_weights_restore_the_shares_of_customers() -> None:
    frame = retail_survey().frame
    shares = frame.groupby("region")["weight"].sum() / frame["weight"].sum()
    np.testing.assert_allclose(shares[["North", "East", "South", "West"]], [0.30, 0.35, 0.20, 0.15], rtol=1e-12)
    assert frame["weight"].std() > 0.3


def test_answers_look_like_a_satisfaction_survey() -> None:
    survey = retail_survey()
    answers = survey.answers()
    assert 0.02 < answers.isna().to_numpy().mean() < 0.04
    scaled = answers.drop(columns="c1")
    assert (scaled.skew() < -0.4).all()
    assert set(answers["c1"].dropna()) == {0.0, 1.0}
    assert 0.15 < answers["c1"].mean() < 0.25
    assert answers["c1"].corr(answers["s1"]) < -0.1
    firms = survey.frame.groupby("firm")["s1"].mean()
    assert firms["Birch"] > firms["Alder"] > firms["Cedar"]


def test_the_model_fits_and_its_paths_are_near_the_stated_ones() -> None:
    fit = retail_survey_model().fit(retail_survey(), design=False)
    assert fit.status
    values = retail_survey_values()
    paths = fit.paths[~fit.paths["lhs"].eq("Complaints") & ~fit.paths["rhs"].eq("Complaints")]
    truth = np.array([values[f"{lhs} ~ {rhs}"] for lhs, rhs in zip(paths["lhs"], paths["rhs"], strict=True)])
    # Four standard errors: rounding, clipping, clusters and the differences in level add a little to sampling error.
    assert (np.abs(paths["est"] - truth) < 4 * paths["se"]).all()
