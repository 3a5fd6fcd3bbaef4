"""Moments of known normal models from their exact probabilities, and what weights and batches must not change."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, roots_hermitenorm

import csisem as cs
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.polychoric import PairTables, bivariate_normal, polychoric
from csisem.moments.ordered.read_ordered import read_ordered

# Steps end where the next would be rounding of the probabilities.
EXACT = 1e-9
CUTS = {"a": np.array([-1.1, 0.1, 0.9]), "b": np.array([-0.4, 0.7])}


def cells(rho: float, shift: tuple[float, float] = (0.0, 0.0)) -> pd.DataFrame:
    """All answers to a and b with their probabilities, whose normal variables have these means."""
    edges = [np.concatenate([[-np.inf], CUTS[name] - move, [np.inf]]) for name, move in zip("ab", shift, strict=True)]
    upper = bivariate_normal(edges[0][:, None], edges[1][None, :], np.asarray(rho))
    shares = np.diff(np.diff(upper, axis=0), axis=1)
    row, col = np.indices(shares.shape)
    return pd.DataFrame({"a": row.ravel() + 1.0, "b": col.ravel() + 1.0, "w": shares.ravel()})


def read(frame: pd.DataFrame, items: str, covariates: str = "", **options) -> OrderedMoments:
    ordered = [item for item in items if item in "ab"]
    return read_ordered(cs.Survey(frame, weights="w"), list(items), ordered, list(covariates), **options)


@pytest.mark.parametrize("rho", [0.6, -0.35, 0.95])
def test_ordered_items(rho):
    found = read(cells(rho), "ab")
    np.testing.assert_allclose(found.thresholds[0], [*CUTS["a"], *CUTS["b"]], atol=EXACT)
    assert found.cov[0, 0, 1] == pytest.approx(rho, abs=EXACT)


def test_ordered_items_given_covariates():
    slopes, rho = np.array([[0.8, -0.3], [-0.5, 0.2]]), 0.4
    given = product([-1.0, 0.0, 2.0], [0.0, 1.0])
    frame = pd.concat([cells(rho, tuple(slopes @ x)).assign(x=x[0], z=x[1]) for x in given])
    found = read(frame, "ab", "xz")
    np.testing.assert_allclose(found.thresholds[0], [*CUTS["a"], *CUTS["b"]], atol=EXACT)
    np.testing.assert_allclose(found.slopes[0], slopes, atol=EXACT)
    assert found.cov[0, 0, 1] == pytest.approx(rho, abs=EXACT)
    np.testing.assert_allclose(found.covariate_mean[0], [1 / 3, 0.5])


@pytest.mark.parametrize("slope", [0.0, 0.7])
def test_a_numeric_item_with_an_ordered_one(slope):
    mean, sd, rho = 3.0, 2.0, 0.55
    nodes, weight = roots_hermitenorm(60)
    edges = np.concatenate([[-np.inf], CUTS["a"], [np.inf]])
    parts = []
    for x in (-1.0, 1.5):
        for z, w in zip(nodes, weight / weight.sum(), strict=True):
            share = np.diff(ndtr((edges - slope * x - rho * z) / np.sqrt(1 - rho**2)))
            parts.append(pd.DataFrame({"a": range(4), "u": mean + slope * 2 * x + sd * z, "x": x, "w": w * share}))
    found = read(pd.concat(parts), "au", "x")
    # Sixty nodes integrate the normal distribution to this.
    np.testing.assert_allclose(found.thresholds[0], CUTS["a"], atol=1e-8)
    np.testing.assert_allclose(found.slopes[0, :, 0], [slope, 2 * slope], atol=1e-8)
    np.testing.assert_allclose(found.mean[0], [0, mean], atol=1e-8)
    np.testing.assert_allclose(found.cov[0], [[1, rho * sd], [rho * sd, sd**2]], atol=1e-7)


def sample(n: int = 300) -> pd.DataFrame:
    generator = np.random.default_rng(9)
    latent = 0.7 * generator.normal(size=(n, 1)) + 0.7 * generator.normal(size=(n, 4))
    return pd.DataFrame({
        "a": np.digitize(latent[:, 0], [-0.9, 0.1, 0.8]) + 1.0, "b": np.digitize(latent[:, 1], [0.3]) + 1.0,
        "u": 4 + latent[:, 2], "v": np.exp(latent[:, 3]), "x": generator.normal(size=n).round(2),
        "g": np.where(np.arange(n) % 3, "one", "two"), "w": generator.integers(1, 4, n).astype(float),
    })  # fmt: skip


CHOICES = pytest.mark.parametrize(("items", "covariates", "missing"), [
    ("ab", "", "listwise"), ("abuv", "", "listwise"), ("abuv", "x", "listwise"), ("abuv", "x", "pairwise"),
])  # fmt: skip


@CHOICES
def test_a_weight_of_k_is_k_rows(items, covariates, missing):
    frame = sample()
    if missing == "pairwise":
        frame = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.1).assign(w=frame["w"], x=frame["x"])
    weighted = read(frame, items, covariates, missing=missing)
    repeated = frame.loc[frame.index.repeat(frame["w"].astype(int))].assign(w=1.0)
    found = read(repeated, items, covariates, missing=missing)
    np.testing.assert_allclose(weighted.vector, found.vector, rtol=EXACT, atol=EXACT)
    assert weighted.weight == found.weight == frame["w"].sum() - (0 if missing == "listwise" else blank(frame, items))


def blank(frame: pd.DataFrame, items: str) -> float:
    """Weight of the rows that answer no item."""
    return float(frame.loc[frame[list(items)].isna().all(axis=1), "w"].sum())


@CHOICES
def test_the_unit_of_weights_changes_nothing(items, covariates, missing):
    frame = sample()
    one = read(frame, items, covariates, missing=missing, by=["g"])
    other = read(frame.assign(w=frame["w"] * 1000), items, covariates, missing=missing, by=["g"])
    np.testing.assert_allclose(one.vector, other.vector, rtol=EXACT, atol=EXACT)
    np.testing.assert_allclose(one.gamma, other.gamma, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(one.size, other.size)


@CHOICES
def test_batches_change_nothing(items, covariates, missing, monkeypatch):
    frame = sample()
    survey = cs.Survey(frame, weights="w")
    whole = read(frame, items, covariates, missing=missing, by=["g"])
    rows = survey.rows

    def small(*args, **keywords):
        found = rows(*args, **keywords)
        return replace(found, source=replace(found.source, batch_rows=37))

    monkeypatch.setattr(type(survey), "rows", lambda self, *args, **keywords: small(*args, **keywords))
    found = read_ordered(survey, list(items), ["a", "b"], list(covariates), missing=missing, by=["g"])
    np.testing.assert_allclose(found.vector, whole.vector, rtol=EXACT, atol=EXACT)
    np.testing.assert_allclose(found.gamma, whole.gamma, rtol=1e-7, atol=1e-7)
    assert found.n.tolist() == whole.n.tolist()


def test_thresholds_vary_as_shares():
    found = read(sample().assign(w=1.0), "ab")
    below = np.array([np.mean(sample()["a"] <= k) for k in (1, 2, 3)])
    density = np.exp(-(found.thresholds[0, :3] ** 2) / 2) / np.sqrt(2 * np.pi)
    expected = np.minimum.outer(below, below) - np.outer(below, below)
    np.testing.assert_allclose(found.gamma[0, :3, :3], expected / np.outer(density, density), rtol=1e-10)


def test_a_stack_of_tables_is_its_members():
    whole = [cells(rho).assign(c=1 + (k % 2)) for k, rho in enumerate([0.1, 0.5, -0.8])]
    tables = []
    for part in whole:
        shares = part["w"].to_numpy().reshape(4, 3)
        own = np.zeros((1, 4, 4))
        own[0, :, :3] = shares
        margins = np.zeros((2, 4))
        margins[0], margins[1, :3] = shares.sum(axis=1), shares.sum(axis=0)
        tables.append(PairTables(margins[::-1], np.array([[1, 0]]), own))
    stack = PairTables(
        np.stack([one.margins for one in tables]), tables[0].pairs, np.stack([one.shares for one in tables])
    )
    found = polychoric(stack)
    np.testing.assert_allclose(found[:, 1, 0], [0.1, 0.5, -0.8], atol=EXACT)
    near = np.array([[1, 0.4], [0.4, 1]])
    np.testing.assert_allclose(polychoric(stack, near), found, atol=EXACT)
