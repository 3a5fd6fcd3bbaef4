"""Full-information likelihood of incomplete answers against differences, brute force and complete data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.full_information.incomplete_likelihood import Incomplete
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from populations import populate

MEASURED = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2\n"
KINDS = {
    "paths": MEASURED + "B ~ A\nC ~ A + B\na1 ~~ b1",
    "loop": MEASURED + "D =~ d1 + d2 + d3\nB ~ A + C\nC ~ B + D",
    "higher order": MEASURED + "G =~ A + B + C",
    "labels": MEASURED + "A ~~ l*A\nB ~~ l*B\nB ~ p*A\nC ~ p*A + q*B\nq == 2*p",
}
CASES = [(kind, groups) for kind in KINDS for groups in ((), ("x", "y"))]
# Central differences with step 1e-5 of functions of size 1: truncation 1e-10, rounding 1e-16 / 1e-5.
DIFFERENCE, STEP = 1e-8, 1e-5
# The same sums in another order.
IDENTITY = 1e-10


def _rows(kind, groups, *, meanstructure=True, seed=4):
    """A structure, incomplete rows by group, and parameters that are no optimum."""
    options = {"equal": ("loadings",)} if groups else {}
    population = populate(KINDS[kind], seed, groups=groups, meanstructure=meanstructure, **options)
    rng = np.random.default_rng(seed)
    moments = zip(population.mean, population.cov, strict=True)
    rows = [rng.multivariate_normal(m, s, 60 + 20 * g) for g, (m, s) in enumerate(moments)]
    for block in rows:
        block[rng.random(block.shape) < 0.2] = np.nan
    structure = with_exogenous(compile_structure(population.table), population.table, population.mean, population.cov)
    return population, structure, rows, population.theta * rng.uniform(0.9, 1.1, population.theta.shape)


def _objective(structure, rows, level):
    answered, group, mean, cov, n = [], [], [], [], []
    for g, block in enumerate(rows):
        masks = np.unique(~np.isnan(block), axis=0)
        for mask in masks[masks.any(axis=1)]:
            same = block[(~np.isnan(block) == mask).all(axis=1)]
            centre = np.nan_to_num(same.mean(axis=0))
            away = np.nan_to_num(same - centre)
            answered.append(mask)
            group.append(g)
            mean.append(centre)
            cov.append(away.T @ away / len(same))
            n.append(len(same))
    share = np.array(n) / sum(n)
    return Incomplete(structure, np.array(answered), np.array(group), np.array(mean)[None], np.array(cov)[None],
                      share[None], level[None])  # fmt: skip


def _differences(function, theta):
    columns = []
    for k in range(len(theta)):
        step = STEP * np.eye(len(theta))[k]
        columns.append((function(theta + step) - function(theta - step)) / (2 * STEP))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("kind", "groups"), CASES)
@pytest.mark.parametrize("means", [True, False])
def test_derivatives_are_differences(kind, groups, means):
    population, structure, rows, theta = _rows(kind, groups, meanstructure=means)
    objective = _objective(structure, rows, population.mean)
    point = objective.at(theta[None])
    slope = objective.slopes(point)
    gradient = _differences(lambda at: objective.at(at[None]).value[0], theta)
    np.testing.assert_allclose(slope.gradient[0], gradient, rtol=DIFFERENCE, atol=DIFFERENCE)
    assert np.abs(gradient).max() > 1e-3
    numeric = _differences(lambda at: objective.slopes(objective.at(at[None])).gradient[0], theta)
    observed = objective.observed(point, slope).dense()[0]
    np.testing.assert_allclose(observed, numeric, rtol=DIFFERENCE, atol=DIFFERENCE * np.abs(numeric).max())


@pytest.mark.parametrize(("kind", "groups"), CASES)
def test_the_discrepancy_is_the_rows_likelihood(kind, groups):
    population, structure, rows, theta = _rows(kind, groups)
    objective = _objective(structure, rows, population.mean)
    point = objective.at(theta[None])
    total, count = 0.0, 0
    for g, block in enumerate(rows):
        mean, cov = point.moments.mean[0, g], point.moments.cov[0, g]
        for row in block:
            there = ~np.isnan(row)
            if there.any():
                away, part = row[there] - mean[there], cov[np.ix_(there, there)]
                total += np.linalg.slogdet(part)[1] + away @ np.linalg.solve(part, away)
                count += 1
    assert point.value[0] == pytest.approx(total / count / 2, rel=IDENTITY)


@pytest.mark.parametrize(("kind", "groups"), CASES)
def test_complete_rows_are_the_normal_theory_of_moments(kind, groups):
    population, structure, rows, theta = _rows(kind, groups)
    blocks = [np.where(np.isnan(block), 1.0, block) for block in rows]
    objective = _objective(structure, blocks, population.mean)
    share = np.array([[len(block) for block in blocks]]) / sum(map(len, blocks))
    mean, cov = np.stack([b.mean(axis=0) for b in blocks]), np.stack([np.cov(b.T, ddof=0) for b in blocks])
    usual = NormalTheory(structure, ScaledMoments(mean[None], cov[None], share))
    for ours, theirs in ((objective, usual),):
        here, there = ours.at(theta[None]), theirs.at(theta[None])
        assert here.value[0] == pytest.approx(there.value[0], rel=IDENTITY)
        mine, other = ours.slopes(here), theirs.slopes(there)
        np.testing.assert_allclose(mine.gradient, other.gradient, rtol=IDENTITY, atol=IDENTITY)
        for second in ("expected", "observed"):
            found = getattr(ours, second)(here, mine).dense(), getattr(theirs, second)(there, other).dense()
            np.testing.assert_allclose(*found, rtol=1e-9, atol=IDENTITY)


def test_expected_is_observed_where_patterns_have_the_populations_moments():
    population, structure, rows, _ = _rows("paths", ())
    objective = _objective(structure, rows, population.mean)
    both = objective.answered[:, :, None] & objective.answered[:, None, :]
    exact = replace(
        objective,
        mean=np.where(objective.answered, population.mean[0], 0.0)[None],
        cov=np.where(both, population.cov[0], 0.0)[None],
    )
    point = exact.at(population.theta[None])
    slope = exact.slopes(point)
    assert np.abs(slope.gradient).max() < IDENTITY
    expected, observed = exact.expected(point, slope).dense(), exact.observed(point, slope).dense()
    np.testing.assert_allclose(observed, expected, rtol=IDENTITY, atol=IDENTITY)
