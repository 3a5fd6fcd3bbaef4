"""Gamma under a sampling design: R's survey, repeated rows, and the jackknife of clusters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

import csisem as cs
from csisem.fit.covariance.ordered.design_units import design_units
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.read_ordered import read_ordered

FOLDER = Path(__file__).parents[2] / "golden" / "survey-4.1-1-ordered"
FIGURES = json.loads((FOLDER / "figures.json").read_text())
ANSWERS = pd.read_csv(FOLDER.parent / "lavaan-0.6-14-ordered-moments" / "answers.csv").assign(
    store=np.arange(400) // 5, region=np.arange(400) // 5 % 3, row=np.arange(400)
)
ITEMS = ("y1", "u1", "y3", "u2", "y5")
# Both are sums of 400 rows.
ROUNDED = 1e-10


def read(frame: pd.DataFrame, items=ITEMS, by=(), covariates=(), **design) -> OrderedMoments:
    survey = cs.Survey(frame, **design)
    ordered = [item for item in items if item.startswith("y")]
    return read_ordered(survey, items, ordered, covariates, by=by, units=design_units(survey))


@pytest.mark.parametrize("name", FIGURES)
def test_thresholds_vary_as_surveys_proportions(name):
    design = {
        "clusters": {"clusters": "store"},
        "strata": {"clusters": "store", "strata": "region", "weights": "w"},
        "rows_in_strata": {"strata": "region", "weights": "w"},
    }[name]
    found = read(ANSWERS, ("y1", "y5"), **design)
    cut = found.thresholds[0]
    density = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
    # Thresholds are normal quantiles of cumulated shares; the reference gives the covariance of these.
    np.testing.assert_allclose(cut, ndtri(FIGURES[name]["shares"]), atol=1e-9)
    theirs = np.array(FIGURES[name]["cov"]) / np.outer(density, density)
    np.testing.assert_allclose(found.gamma[0, :6, :6] / 400, theirs, rtol=1e-9, atol=1e-12)
    assert found.degrees == FIGURES[name]["degrees"]


@pytest.mark.parametrize("covariates", [(), ("x1",)])
def test_rows_as_clusters_are_independent(covariates):
    plain, found = read(ANSWERS, covariates=covariates), read(ANSWERS, covariates=covariates, clusters="row")
    np.testing.assert_allclose(found.gamma, plain.gamma * 400 / 399, rtol=ROUNDED, atol=ROUNDED)
    strata = read(ANSWERS.assign(one=1), covariates=covariates, strata="one")
    np.testing.assert_allclose(strata.gamma, found.gamma, rtol=ROUNDED, atol=ROUNDED)
    assert found.degrees == strata.degrees == 399


def test_clusters_of_the_same_row_twice_add_nothing():
    twice = pd.concat([ANSWERS, ANSWERS], ignore_index=True)
    found = read(twice, clusters="row")
    # Gamma is that of the root of the rows, of which there are twice as many.
    np.testing.assert_allclose(found.gamma / 800, read(ANSWERS, clusters="row").gamma / 400, rtol=ROUNDED, atol=ROUNDED)


def test_groups_within_clusters_covary():
    found = read(ANSWERS, ("y1", "y5"), by=["school"], clusters="store")
    size = found.gamma.shape[-1]
    np.testing.assert_array_equal(found.across[:size, :size], found.gamma[0])
    np.testing.assert_array_equal(found.across[size:, size:], found.gamma[1])
    # The covariance of the first thresholds of both groups, from the totals of clusters.
    own = []
    for group, label in enumerate(found.groups):
        inside = ANSWERS["school"] == label
        cut = found.thresholds[group, 0]
        below = (ANSWERS["y1"] == 1) - (ANSWERS["y1"] == 1)[inside].mean()
        influence = np.where(inside, below, 0.0) / np.exp(-(cut**2) / 2) * np.sqrt(2 * np.pi) / inside.sum()
        own.append(pd.Series(influence).groupby(ANSWERS["store"]).sum())
    expected = (own[0] * own[1]).sum() * 80 / 79 * np.sqrt(found.size.prod())
    assert found.across[0, size] == pytest.approx(expected, rel=1e-9)


def test_the_jackknife_of_clusters_agrees():
    generator, stores = np.random.default_rng(6), 60
    store = np.repeat(np.arange(stores), 80)
    latent = 0.5 * generator.normal(size=(stores, 3))[store] + generator.normal(size=(len(store), 1))
    latent += 0.8 * generator.normal(size=(len(store), 3))
    frame = pd.DataFrame(np.digitize(latent, [-1.0, 0.3, 1.2]) + 1.0, columns=["y1", "y2", "y3"]).assign(store=store)
    items = ("y1", "y2", "y3")
    found = read(frame, items, clusters="store")
    left = np.array([
        read_ordered(cs.Survey(frame[store != one]), items, items).vector[0] for one in range(stores)
    ])  # fmt: skip
    jackknife = np.sqrt((stores - 1) / stores * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    # Both estimate the same errors; information by products of scores is off by the root of one over the rows.
    np.testing.assert_allclose(np.sqrt(np.diagonal(found.gamma[0]) / len(store)), jackknife, rtol=0.05)
    # Taking rows as independent is far from it; by that least squares weigh.
    alone = read_ordered(cs.Survey(frame), items, items)
    np.testing.assert_array_equal(found.weighing_gamma, alone.weighing_gamma)
    assert (np.sqrt(np.diagonal(alone.gamma[0])[:9] / len(store)) < 0.5 * jackknife[:9]).all()
