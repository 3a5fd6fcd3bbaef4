"""Polychoric correlations: against lavaan, the bivariate normal itself, and what cells must add up to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from csisem.moments.ordered.polychoric import bivariate_normal, cell_influence, count_cells, polychoric

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-polychoric"
FIGURES = json.loads((FOLDER / "figures.json").read_text())
# lavaan's optimiser stops when the likelihood changes by 1e-10 relatively.
STOPPED = 2e-5


def codes() -> np.ndarray:
    return pd.read_csv(FOLDER / "answers.csv").to_numpy(dtype=np.intp) - 1


def test_correlations_are_lavaans():
    found = polychoric(count_cells(codes(), np.ones(300)))
    np.testing.assert_allclose(found, FIGURES["correlations"], rtol=0, atol=STOPPED)


def test_weights_count_rows():
    rows = codes()
    weight = np.random.default_rng(1).integers(1, 4, len(rows))
    found = polychoric(count_cells(rows, weight.astype(np.float64)))
    np.testing.assert_allclose(
        found, polychoric(count_cells(np.repeat(rows, weight, axis=0), np.ones(weight.sum()))), atol=1e-9
    )


def test_samples_that_repeat_rows_are_a_stack():
    rows, generator = codes(), np.random.default_rng(8)
    counts = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=3).astype(np.float64)
    stack = count_cells(rows, counts)
    whole, influence = polychoric(stack), cell_influence(stack, polychoric(stack))
    for k, count in enumerate(counts):
        alone = count_cells(np.repeat(rows, count.astype(int), axis=0), np.ones(len(rows)))
        found = polychoric(alone)
        np.testing.assert_allclose(whole[k], found, atol=1e-9)
        np.testing.assert_allclose(influence[k], cell_influence(alone, found), atol=1e-6)


def test_cells_are_cross_tables():
    rows = codes()
    cells = count_cells(rows, np.ones(len(rows)))
    for (i, j), shares in zip(cells.pairs, cells.shares, strict=True):
        table = pd.crosstab(rows[:, i], rows[:, j]).to_numpy() / len(rows)
        np.testing.assert_allclose(shares[: table.shape[0], : table.shape[1]], table, atol=1e-15)
        assert shares.sum() == pytest.approx(1)
        np.testing.assert_allclose(shares.sum(axis=1), cells.margins[i], atol=1e-15)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.95, 0.95))
def test_probabilities_are_the_bivariate_normals(h, k, rho):
    found = bivariate_normal(np.array(h), np.array(k), np.array(rho))
    theirs = multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
    # scipy integrates numerically, to 1e-5 by default and to more in two dimensions.
    assert found == pytest.approx(theirs, abs=1e-7)


@pytest.mark.parametrize(("h", "k", "probability"), [
    (0.0, 0.0, 0.25 + np.arcsin(0.5) / (2 * np.pi)), (np.inf, 0.0, 0.5), (-np.inf, 1.0, 0.0), (np.inf, np.inf, 1.0),
])  # fmt: skip
def test_thresholds_at_zero_and_beyond(h, k, probability):
    assert bivariate_normal(np.array(h), np.array(k), np.array(0.5)) == pytest.approx(probability, abs=1e-14)


def test_the_population_is_recovered_from_its_cells():
    rho, cuts = 0.6, np.array([-1.0, 0.2, 1.1])
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    upper = bivariate_normal(edges[:, None], edges[None, :], np.full((5, 5), rho))
    shares = np.diff(np.diff(upper, axis=0), axis=1)
    row, col = (part.ravel() for part in np.indices(shares.shape))
    found = polychoric(count_cells(np.stack([row, col], axis=1), shares.ravel()))
    assert found[0, 1] == pytest.approx(rho, abs=1e-10)


def test_a_pair_without_a_correlation_is_nan():
    rows = np.repeat([[0, 0], [1, 1]], 20, axis=0)
    assert np.isnan(polychoric(count_cells(rows, np.ones(40)))[0, 1])


def test_an_empty_cell_leaves_two_answers_without_a_correlation():
    # Whoever takes the second answer to a takes it to b: the likelihood grows up to a correlation of 1.
    rows = np.repeat([[0, 0], [0, 1], [1, 1]], 10, axis=0)
    assert np.isnan(polychoric(count_cells(rows, np.ones(30)))[0, 1])
    other = np.repeat([[0, 0], [0, 1], [1, 1], [1, 0]], [10, 10, 10, 1], axis=0)
    # psych's tetrachoric, without its correction; its search stops at 1e-6.
    assert polychoric(count_cells(other, np.ones(31)))[0, 1] == pytest.approx(0.67768408, abs=1e-6)


def test_high_correlations_are_found():
    generator = np.random.default_rng(5)
    x = generator.normal(size=4000)
    values = np.stack([x, 0.995 * x + np.sqrt(1 - 0.995**2) * generator.normal(size=4000)], axis=1)
    found = polychoric(count_cells(np.digitize(values, [-1.0, 0.0, 1.0]).astype(np.intp), np.ones(4000)))
    # Four standard errors of a correlation of 4,000 rows whose answers keep most of the information.
    assert found[0, 1] == pytest.approx(0.995, abs=0.003)


def test_many_rows():
    generator = np.random.default_rng(3)
    factor = generator.normal(size=(50_000, 1))
    values = 0.8 * factor + 0.6 * generator.normal(size=(50_000, 3))
    found = polychoric(count_cells(np.digitize(values, [-1.0, 0.0, 1.0]).astype(np.intp), np.ones(50_000)))
    # Three standard errors of a polychoric of 50,000 rows.
    np.testing.assert_allclose(found[np.tril_indices(3, -1)], 0.64, atol=0.012)
