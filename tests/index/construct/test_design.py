"""Errors of the index under a design, against influence found by moving weights and refitting."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers, drawn

# Differences of indices of fits whose weights differ by 1e-4; their own error is the square of that.
STEP = 1e-4
DIFFERENCES = 1e-5
MODEL = cs.datasets.mobile_phone_model("small")


@pytest.fixture(scope="module")
def frame():
    data = drawn(answers("mobi")).iloc[:240]
    i = np.arange(240)
    return data.assign(
        store=i // 10, zone=np.array(["n", "s"])[i // 10 % 2], age=i * 7 % 3, kind=np.where(i % 2, "a", "b")
    )


def _moved(frame, by, rows, **options):
    """Derivative of all indices by the weight of some rows."""
    found = []
    for sign in (1, -1):
        weights = frame["w"].to_numpy() * (1 + sign * STEP * rows)
        fit = MODEL.fit(cs.Survey(frame.assign(w=weights), weights="w", scale=(1, 10)), **options)
        found.append(cs.csi(fit, by=by, se="standard")["index"].to_numpy())
    return (found[0] - found[1]) / (2 * STEP)


@pytest.mark.parametrize("by", [None, "age", "zone"])
def test_clusters_within_strata(frame, by):
    survey = cs.Survey(frame, weights="w", strata="zone", clusters="store", scale=(1, 10))
    totals = np.array([_moved(frame, by, frame["store"].to_numpy() == k) for k in range(24)])
    expected = 0.0
    for zone in (0, 1):
        own = totals[zone::2]
        expected = expected + 12 / 11 * np.einsum("uk,ul->kl", own - own.mean(axis=0), own - own.mean(axis=0))
    for estimator in ("ML", "MLR"):
        index = cs.csi(MODEL.fit(survey, estimator=estimator), by=by)
        np.testing.assert_allclose(index["se"], np.sqrt(np.diag(expected)), rtol=DIFFERENCES)
        covariance = np.array(index.attrs["covariance"])
        np.testing.assert_allclose(covariance, expected, rtol=DIFFERENCES, atol=1e-4 * np.abs(expected).max())
        assert set(index["method"]) == {f"{estimator}, linearised (design)"}
    # A zone has the clusters of one stratum only.
    assert set(index.attrs["degrees"]) == ({11.0} if by == "zone" else {22.0})


def test_rows_within_strata_and_rows_in_no_domain(frame):
    part = frame.assign(age=frame["age"].where(frame["age"] < 2)).iloc[:120]
    survey = cs.Survey(part, weights="w", strata="zone", scale=(1, 10))
    with pytest.warns(cs.CsisemWarning, match="40 of the 120 fitted rows are in no group"):
        totals = np.array([_moved(part, "age", np.arange(120) == i) for i in range(120)])
    expected = 0.0
    for zone in ("n", "s"):
        own = totals[part["zone"] == zone]
        expected = expected + 60 / 59 * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
    with pytest.warns(cs.CsisemWarning, match="40 of the 120 fitted rows are in no group"):
        index = cs.csi(MODEL.fit(survey), by="age")
    np.testing.assert_allclose(index["se"], np.sqrt(expected), rtol=DIFFERENCES)


def test_a_fit_by_group(frame):
    survey = cs.Survey(frame, weights="w", clusters="store", scale=(1, 10))
    options = {"groups": "kind", "equal": ["loadings"]}
    totals = np.array([_moved(frame, None, frame["store"].to_numpy() == k, **options) for k in range(24)])
    expected = 24 / 23 * ((totals - totals.mean(axis=0)) ** 2).sum(axis=0)
    for estimator in ("ML", "MLR"):
        index = cs.csi(MODEL.fit(survey, estimator=estimator, **options))
        np.testing.assert_allclose(index["se"], np.sqrt(expected), rtol=DIFFERENCES)


def test_equal_weights_are_means_under_the_design(frame):
    survey = cs.Survey(frame, weights="w", strata="zone", clusters="store", scale=(1, 10))
    fit = MODEL.fit(survey, estimator="MLR")
    for construct in fit.model.constructs:
        score = ((survey.answers(list(construct.items)) - 1) / 9 * 100).mean(axis=1)
        mean = cs.diagnose.means(cs.Survey(frame.assign(score=score), design=survey.design), "score", by="age")
        index = cs.csi(fit, by="age", item_weights="equal")
        own = index[index["construct"] == construct.name]
        for ours, theirs in (("index", "estimate"), ("se", "se"), ("ci_lower", "ci_lower"), ("n", "n")):
            np.testing.assert_allclose(own[ours], mean[theirs], rtol=1e-9)


def test_other_answers_under_strata_alone(frame):
    """Equal weights take no part of the fit: the stratified variance of a mean (Cochran 1977, 5.4), rows as units."""
    fit = MODEL.fit(cs.Survey(frame.iloc[:100], scale=(1, 10)))
    other = frame.iloc[100:240]
    index = cs.csi(fit, cs.Survey(other, strata="zone", scale=(1, 10)), item_weights="equal").set_index("construct")
    for construct in fit.model.constructs:
        score = ((other[list(construct.items)] - 1) / 9 * 100).mean(axis=1)
        parts = [score[other["zone"] == zone] for zone in ("n", "s")]
        variance = sum(len(part) * part.var(ddof=1) for part in parts) / len(other) ** 2
        assert index.loc[construct.name, "index"] == pytest.approx(score.mean(), rel=1e-12)
        assert index.loc[construct.name, "se"] == pytest.approx(np.sqrt(variance), rel=1e-10)


def test_many_domains_have_the_errors_of_few(frame, monkeypatch):
    survey = cs.Survey(frame, weights="w", strata="zone", scale=(1, 10))
    fit = MODEL.fit(survey)
    whole = cs.csi(fit, by="age")
    monkeypatch.setattr("csisem.inference.influence._CELLS", 1)
    pd.testing.assert_frame_equal(cs.csi(fit, by="age"), whole)


def test_other_answers_take_their_means_error_from_their_own_design(frame):
    fit = MODEL.fit(cs.Survey(frame, scale=(1, 10)))
    other = cs.Survey(frame.iloc[::-1].assign(store=lambda data: data["store"] + 100), clusters="store", scale=(1, 10))
    index = cs.csi(fit, other, item_weights="equal")
    assert set(index["method"]) == {"ML, linearised (design)"}
    own = cs.csi(MODEL.fit(other), item_weights="equal")
    # Nothing is estimated but the means.
    np.testing.assert_allclose(index["se"], own["se"], rtol=1e-9)
    assert (cs.csi(fit, other)["se"] > 0).all()


def test_answers_given_back_keep_the_fits_design(frame):
    own = cs.Survey(frame, strata="zone", scale=(1, 10))
    fit = MODEL.fit(own, estimator="MLR", design=cs.Design(clusters="store"))
    index = cs.csi(fit)
    pd.testing.assert_frame_equal(cs.csi(fit, own), index)
    pd.testing.assert_frame_equal(cs.csi(fit, frame), index)
    bare = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(cs.csi(bare, own), index)
    assert set(cs.csi(bare)["method"]) == {"MLR, normal theory (no design)"}
    moments = cs.Moments.from_rows(own.rows(MODEL.items))
    assert set(cs.csi(bare, moments)["method"]) == {"MLR, normal theory"}


def test_what_the_method_says(frame):
    survey = cs.Survey(frame, strata="zone", clusters="store", scale=(1, 10))
    fit = MODEL.fit(survey)
    assert set(cs.csi(fit, se="standard")["method"]) == {"ML, normal theory (no design)"}
    assert set(cs.csi(fit, se="robust")["method"]) == {"ML, linearised (design)"}
    assert set(cs.csi(MODEL.fit(survey, design=False), se="robust")["method"]) == {"ML, linearised"}
    alone = cs.csi(fit, by="store")
    assert set(alone["method"]) == {"ML, linearised (design): no degrees of freedom for an interval"}
    assert alone["se"].notna().all()
    assert alone["ci_lower"].isna().all()


def test_domains_without_a_design_are_domains_of_the_full_sample(frame):
    """Influence is zero outside, and the size of a domain is part of what varies."""
    fit = MODEL.fit(cs.Survey(frame, scale=(1, 10)))
    index = cs.csi(fit, by="age", item_weights="equal")
    survey = cs.Survey(frame, scale=(1, 10))
    score = ((survey.answers(["CUSA1", "CUSA2", "CUSA3"]) - 1) / 9 * 100).mean(axis=1)
    for _, row in index[index["construct"] == "SAT"].iterrows():
        inside = score[frame["age"] == row["age"]]
        assert row["se"] == pytest.approx(inside.std(ddof=0) / np.sqrt(len(inside)), rel=1e-9)
