"""Fits of ordered items under a sampling design."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs

ANSWERS = pd.read_csv(
    Path(__file__).parents[3] / "golden" / "lavaan-0.6-14-ordered-moments" / "answers.csv"
).assign(row=np.arange(400), store=np.arange(400) // 5)  # fmt: skip
ITEMS = ["y1", "y2", "y3", "y4", "y5"]
MODEL = cs.Model.from_syntax("f =~ y1 + y2 + y3 + y4 + y5")
# Sums over rows and over units.
ROUNDED = 1e-9


def fit(frame: pd.DataFrame, groups: str | None = None, **design) -> cs.Fit:
    return MODEL.fit(cs.Survey(frame, **design), "WLSMV", ordered=ITEMS, groups=groups)


@pytest.mark.parametrize("groups", [None, "school"])
def test_rows_as_clusters_differ_by_one_row(groups):
    plain, found = fit(ANSWERS, groups), fit(ANSWERS, groups, clusters="row")
    np.testing.assert_array_equal(found.parameters["est"], plain.parameters["est"])
    np.testing.assert_allclose(found.parameters["se"], plain.parameters["se"] * np.sqrt(400 / 399), rtol=ROUNDED)
    scaled = [one.fit_measures()["chisq.scaled"] for one in (plain, found)]
    # The shift of the test does not grow with the rows.
    assert scaled[1] == pytest.approx(scaled[0], rel=0.01)
    assert not found.status.warnings


def test_clusters_change_errors_and_not_estimates():
    frame = ANSWERS.sort_values("y1").assign(store=np.arange(400) // 5)
    plain, found = fit(frame), fit(frame, clusters="store")
    np.testing.assert_array_equal(found.parameters["est"], plain.parameters["est"])
    first = [one.parameters.loc[one.parameters["op"] == "|", "se"].iloc[0] for one in (plain, found)]
    # Whole stores give the first answer.
    assert first[1] > 1.5 * first[0]
    free = found.parameters[found.parameters["se"] > 0]
    half = (free["ci_upper"] - free["ci_lower"]) / 2
    # t with 79 degrees of freedom.
    np.testing.assert_allclose(half / free["se"], 1.99045, rtol=1e-5)


def test_the_same_people_in_two_groups_do_not_differ():
    twice = pd.concat([ANSWERS.assign(wave="one"), ANSWERS.assign(wave="two")], ignore_index=True)
    found = fit(twice, "wave", clusters="row")
    half = len(found.solution.theta) // 2
    vcov = found.solution.vcov
    apart = vcov[:half, :half] + vcov[half:, half:] - vcov[:half, half:] - vcov[half:, :half]
    assert np.abs(apart).max() < ROUNDED * np.abs(vcov).max()


def replicated(weights: np.ndarray, kind: str) -> dict[str, object]:
    names = [f"r{k}" for k in range(len(weights))]
    frame = pd.concat([ANSWERS, pd.DataFrame(weights.T, columns=names)], axis=1)
    return {"data": cs.Survey(frame), "design": cs.Design(replicate_weights=names, replicate_type=kind)}


@pytest.fixture(scope="module")
def stores() -> np.ndarray:
    """Bootstrap weights of 40 replicates that draw 79 of 80 stores (Rao and Wu 1988)."""
    rng, store = np.random.default_rng(3), np.arange(400) // 5
    return np.stack([np.bincount(rng.choice(80, 79), minlength=80)[store] * 80 / 79 for _ in range(40)])


@pytest.mark.parametrize("ordered", [ITEMS, ITEMS[1:]])
def test_replicate_weights_give_the_errors_of_refits(stores, ordered):
    asked = replicated(stores, "bootstrap")
    found = MODEL.fit(estimator="WLSMV", ordered=ordered, **asked)
    frame = asked["data"].to_pandas()
    refits = np.array([
        MODEL.fit(cs.Survey(frame[frame[name] > 0], weights=name), "WLSMV", ordered=ordered).parameters["est"]
        for name in asked["design"].replicate_weights
    ], dtype=float)  # fmt: skip
    table = found.parameters
    free, cuts = table["se"] > 0, table["op"] == "|"
    spread = refits.std(axis=0, ddof=1)
    # Thresholds are moments themselves; loadings follow them by the delta method, which 40 refits of 400 rows bend.
    np.testing.assert_allclose(table["se"][cuts], spread[cuts], rtol=ROUNDED)
    np.testing.assert_allclose(table["se"][free], spread[free], rtol=0.15)
    assert not found.status.warnings
    # 40 replicates have 39 degrees of freedom: t.
    half = (table["ci_upper"] - table["ci_lower"])[free] / 2
    np.testing.assert_allclose(half / table["se"][free], 2.02269, rtol=1e-5)


@pytest.mark.parametrize("groups", [None, "school"])
def test_a_jackknife_of_stores_is_near_the_linearised_design(groups):
    weights = np.stack([np.where(np.arange(400) // 5 == k, 0.0, 80 / 79) for k in range(80)])
    found = MODEL.fit(estimator="WLSMV", ordered=ITEMS, groups=groups, **replicated(weights, "JK1"))
    usual = MODEL.fit(cs.Survey(ANSWERS, clusters="store"), "WLSMV", ordered=ITEMS, groups=groups)
    np.testing.assert_array_equal(found.parameters["est"], usual.parameters["est"])
    some = usual.parameters["se"] > 0
    np.testing.assert_allclose(found.parameters["se"][some], usual.parameters["se"][some], rtol=0.12)
    scaled = [one.fit_measures()["chisq.scaled"] for one in (found, usual)]
    assert scaled[0] == pytest.approx(scaled[1], rel=0.10)


def test_replicates_that_lack_an_answer_are_counted():
    frame = ANSWERS.assign(y1=np.where(np.arange(400) < 5, ANSWERS["y1"].max(), np.minimum(ANSWERS["y1"], 3)))
    weights = np.stack([np.where(np.arange(400) // 5 == k, 0.0, 80 / 79) for k in range(80)])
    names = [f"r{k}" for k in range(80)]
    survey = cs.Survey(pd.concat([frame, pd.DataFrame(weights.T, columns=names)], axis=1))
    few = MODEL.fit(survey, "WLSMV", ordered=ITEMS, design=cs.Design(replicate_weights=names, replicate_type="JK1"))
    (said,) = [one for one in few.status.warnings if one.code.startswith("ordered.replicates")]
    assert said.startswith("1 of 80 replicates lack an answer")
    assert "80 个重复样本中有 1 个" in said.text("zh")
    assert (few.parameters["se"] >= 0).all()
    some = names[:4]
    lost = MODEL.fit(survey, "WLSMV", ordered=ITEMS, design=cs.Design(replicate_weights=some, replicate_type="JK1"))
    assert any(one.code == "ordered.replicates_lost" for one in lost.status.warnings)
    assert lost.parameters["se"].isna().all()


def test_what_uses_a_design_that_an_estimator_of_ordered_items_does_not():
    frame = ANSWERS.assign(r1=1.0, r2=2.0)
    clustered = cs.Survey(frame, clusters="store")
    said = MODEL.fit(clustered, "DWLS", ordered=ITEMS).status.warnings[0]
    assert said.code == "design.unused.ordered"
    assert said.endswith("estimator='WLSMV' uses them.")
    assert not any(one.code.startswith("design.unused") for one in fit(ANSWERS, clusters="store").status.warnings)
    repeated = cs.Survey(frame, replicate_weights=["r1", "r2"], replicate_type="bootstrap")
    said = MODEL.fit(repeated, "DWLS", ordered=ITEMS).status.warnings[0]
    assert said.code == "design.unused.ordered"
    assert "DWLS 的标准误未考虑调查的" in said.text("zh")
