"""Indices that cannot be known: nobody in a group counts, or nobody there answered an item, or replicates failed."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from lavaan_golden import answers

MODEL = cs.datasets.mobile_phone_model("small")
CLUSTERS = 25
# What the two ways of adding the same rows up leave.
ROUNDING = 1e-9


def _survey(frame, road):
    options = {}
    if road == "clusters":
        options = {"clusters": "store"}
    elif road == "replicates":
        weights = {f"r{k}": frame["w"] * (frame["store"] != k) * CLUSTERS / (CLUSTERS - 1) for k in range(CLUSTERS)}
        frame = frame.assign(**weights)
        options = {"replicate_weights": tuple(weights), "replicate_type": "JK1"}
    return cs.Survey(frame, scale=dict.fromkeys(answers("mobi").columns, (1, 10)), weights="w", **options)


@pytest.fixture(scope="module")
def frame():
    i = np.arange(250)
    frame = answers("mobi_blank").drop(columns="w").reset_index(drop=True)
    return frame.assign(store=i % CLUSTERS, zone=np.array(["n", "s", "w"])[i % 3], w=np.where(i % 3 == 1, 0.0, 1.0))


@pytest.mark.parametrize(
    ("road", "missing"),
    [
        ("rows", "listwise"),
        ("rows", "fiml"),
        ("clusters", "listwise"),
        ("clusters", "fiml"),
        ("replicates", "listwise"),
    ],
)
def test_a_group_of_weight_zero_has_no_index_and_moves_no_other(frame, road, missing):
    whole, part = (MODEL.fit(_survey(some, road), "MLR", missing=missing) for some in (frame, frame[frame["w"] > 0]))
    with pytest.warns(cs.CsisemWarning, match=r"^In 1 of 3 groups all rows have weight zero, so they have no index\.$"):
        found = cs.csi(whole, by="zone")
    empty = found[found["zone"] == "s"]
    assert empty[["index", "se", "ci_lower", "ci_upper"]].isna().all(axis=None)
    assert (empty["n"] == 0).all()
    assert set(empty["method"]) == {"all rows of the group have weight zero"}
    assert [note.code for note in found.attrs["notes"]] == ["index.groups_of_weight_zero", "index.not_examined"]
    others, same = found[found["zone"] != "s"], cs.csi(part, by="zone")
    np.testing.assert_allclose(
        others[["n", "index", "se", "ci_lower"]], same[["n", "index", "se", "ci_lower"]], rtol=1e-7
    )
    joint, kept = np.array(found.attrs["covariance"]), found["zone"] != "s"
    np.testing.assert_allclose(joint[np.ix_(kept, kept)], same.attrs["covariance"], rtol=1e-5, atol=1e-9)
    assert np.isnan(joint[~kept]).all()
    assert np.isnan(joint[:, ~kept]).all()


def test_an_item_that_nobody_in_a_group_answered_is_named(frame):
    blank = frame.assign(w=1.0)
    blank.loc[blank["zone"] == "s", ["CUSA3", "CUSL1"]] = np.nan
    fit = MODEL.fit(_survey(blank, "clusters"), "MLR", missing="fiml")
    with pytest.warns(cs.CsisemWarning, match=r"^In 1 of 3 groups nobody answered some item \('CUSA3', 'CUSL1'\), so"):
        found = cs.csi(fit, by="zone").set_index(["zone", "construct"])
    lost = found[found["index"].isna()]
    assert list(lost.index) == [("s", "SAT"), ("s", "LOY")]
    assert list(lost["method"]) == ["nobody in the group answered 'CUSA3'", "nobody in the group answered 'CUSL1'"]
    assert found["se"].isna().equals(found["index"].isna())
    # Replicates of the rows cannot know more.
    replicates = cs.bootstrap(fit, n=60, seed=3)
    with pytest.warns(cs.CsisemWarning):
        drawn = cs.csi(fit, by="zone", bootstrap=replicates).set_index(["zone", "construct"])
    assert drawn["se"].isna().equals(found["se"].isna())
    assert list(drawn["method"][drawn["se"].isna()]) == list(lost["method"])
    np.testing.assert_allclose(drawn["se"], found["se"], rtol=0.4)
    # As other answers they say as little.
    with pytest.warns(cs.CsisemWarning, match="nobody answered some item"):
        other = cs.csi(fit, blank.copy().iloc[:200], by="zone").set_index(["zone", "construct"])
    assert other["index"].isna().sum() == 2


def test_a_pilot_with_few_rows_in_every_store(frame):
    pilot = frame.assign(w=1.0, store=np.arange(250) // 2)
    items = list(MODEL.items)
    pilot[items] = pilot[items].mask(np.random.default_rng(8).random((250, len(items))) < 0.08)
    fit = MODEL.fit(_survey(pilot, "rows"), missing="fiml")
    with pytest.warns(cs.CsisemWarning, match=r"^In \d+ of 125 groups nobody answered some item"):
        found = cs.csi(fit, by="store")
    known = found["index"].notna()
    assert 100 < known.sum() < len(found)
    assert found["method"][~known].str.startswith("nobody in the group answered").all()
    assert (found["se"][known & (found["n"] > 1)] > 0).all()


def test_too_many_failed_replicates_leave_no_error(frame):
    complete = answers("mobi").assign(store=frame["store"], zone=frame["zone"], w=1.0)
    survey = _survey(complete, "replicates")
    for k in range(3):
        survey.frame[f"r{k}"] = np.where(np.arange(250) < 3, 250 / 3, 0.0)
    fit = MODEL.fit(cs.Survey(survey.frame, design=survey.design, scale=(1, 10)), "MLR")
    assert fit.solution.replicates.failed == 3
    for by in (None, "zone"):
        found = cs.csi(fit, by=by)
        assert found["index"].notna().all()
        assert found[["se", "ci_lower", "ci_upper"]].isna().all(axis=None)
        assert set(found["method"]) == {"more than 10 % of the replicates have no value"}


def test_a_replicate_of_rows_that_lack_an_answer_has_failed(frame):
    answered = answers("mobi").astype(float).assign(store=frame["store"], zone=frame["zone"], w=1.0)
    answered.loc[:4, "CUEX1"] = np.nan
    survey = _survey(answered, "replicates")
    survey.frame["r4"] = np.where(np.arange(250) < 5, 50.0, 0.0)
    fit = MODEL.fit(cs.Survey(survey.frame, design=survey.design, scale=(1, 10)), "MLR")
    assert fit.solution.replicates.failed == 1
    assert np.isfinite(fit.fit_measures()["chisq.scaled"])
    assert (cs.csi(fit, by="zone")["se"] > 0).all()


def test_failed_replicates_are_stood_for_by_the_others(frame):
    complete = answers("mobi").assign(store=frame["store"], zone=frame["zone"], w=1.0)
    survey = _survey(complete, "replicates")
    survey.frame["r4"] = np.where(np.arange(250) < 3, 250 / 3, 0.0)
    fit = MODEL.fit(cs.Survey(survey.frame, design=survey.design, scale=(1, 10)), "MLR")
    assert any("did not converge; standard errors come from the others" in w for w in fit.status.warnings)
    left = np.delete(fit.solution.replicates.theta, 4, axis=0)
    expected = (CLUSTERS - 1) / CLUSTERS * ((left - left.mean(axis=0)) ** 2).sum(axis=0) * CLUSTERS / (CLUSTERS - 1)
    np.testing.assert_allclose(np.diag(fit.vcov), expected, rtol=ROUNDING)
    # The same deviations in the index.
    indices = []
    for k in range(CLUSTERS):
        if k != 4:
            rows = cs.Survey(survey.frame, weights=f"r{k}", scale=(1, 10))
            indices.append(cs.csi(MODEL.fit(rows))["index"])
    spread = ((np.array(indices) - np.mean(indices, axis=0)) ** 2).sum(axis=0)
    np.testing.assert_allclose(cs.csi(fit)["se"], np.sqrt(spread), rtol=1e-6)
