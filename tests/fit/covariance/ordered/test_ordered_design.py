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


def test_replicate_weights_are_said_to_be_unused():
    frame = ANSWERS.assign(**{f"r{k}": 1.0 + (np.arange(400) % 4 == k) for k in range(4)})
    design = cs.Design(replicate_weights=["r0", "r1", "r2", "r3"], replicate_type="JK1")
    found = MODEL.fit(cs.Survey(frame), "WLSMV", ordered=ITEMS, design=design)
    assert any("replicate weights do not enter" in said for said in found.status.warnings)


def test_what_uses_a_design_that_an_estimator_of_ordered_items_does_not():
    frame = ANSWERS.assign(r1=1.0, r2=2.0)
    clustered = cs.Survey(frame, clusters="store")
    said = MODEL.fit(clustered, "DWLS", ordered=ITEMS).status.warnings[0]
    assert said.code == "design.unused.ordered"
    assert said.endswith("estimator='WLSMV' uses them.")
    assert not any(one.code.startswith("design.unused") for one in fit(ANSWERS, clusters="store").status.warnings)
    replicated = cs.Survey(frame, replicate_weights=["r1", "r2"], replicate_type="bootstrap")
    said = MODEL.fit(replicated, "WLSMV", ordered=ITEMS).status.warnings[0]
    assert said.code == "design.unused.ordered_replicates"
    assert "WLSMV 的标准误未考虑调查的" in said.text("zh")
