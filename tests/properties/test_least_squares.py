"""Least-squares discrepancies: derivatives against differences, populations, batches, and the influence of rows."""

from __future__ import annotations

import numpy as np
import pytest

from csisem.covariance.casewise.least_squares_scores import GeneralisedScores, quadratic_scores
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.least_squares import least_squares
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.goodness_of_fit.baseline_tables import independence_table, moments_of
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_gamma, normal_weight
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.covariance.vech import triangle
from csisem.moments.row_contributions import contributions
from populations import populate

MEASURED = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2\n"
KINDS = {
    "paths": MEASURED + "B ~ A\nC ~ A + B\na1 ~~ b1",
    "loop": MEASURED + "D =~ d1 + d2 + d3\nB ~ A + C\nC ~ B + D",
    "covariates": "A =~ a1 + a2 + a3\nA ~ x + z\ny ~ A + x",
    "labels": MEASURED + "A ~~ l*A\nB ~~ l*B\nB ~ p*A\nC ~ p*A + q*B\nq == 2*p",
}
DISCREPANCIES = ("GLS", "ULS", "WLS", "DWLS")
CASES = [(d, kind, means, groups) for d in DISCREPANCIES for kind in KINDS for means in (False, True)
         for groups in ((), ("x", "y"))]  # fmt: skip
# Central differences with step 1e-5 of functions of size 1: truncation 1e-10, rounding 1e-16 / 1e-5.
DIFFERENCE, STEP = 1e-8, 1e-5
# The same sums in another order.
IDENTITY = 1e-10
# A weight moved by 1e-4 either way, of 60 rows: the estimate's third derivative leaves about 1e-8 of the difference.
INFLUENCE = 1e-6


def _population(kind, means, groups=(), seed=4):
    options = {"equal": ("loadings",)} if groups else {}
    return populate(KINDS[kind], seed, groups=groups, meanstructure=means, **options)


def _rows(population, n=200, seed=4):
    """Skewed answers, (G, n, p)."""
    rng = np.random.default_rng(seed)
    drawn = []
    for mean, cov in zip(population.mean, population.cov, strict=True):
        raw = rng.gamma(2.0, size=(n, len(mean))) - 2.0
        drawn.append(mean + raw @ np.linalg.cholesky(cov / 2).T)
    return np.stack(drawn)


def _moments(rows, own):
    """Means (G, p), covariances (G, p, p) and contributions' covariances, with divisor n; ``own`` weighs rows (n,)."""
    own = own / own.sum()
    mean = np.einsum("i,gip->gp", own, rows)
    away = rows - mean[:, None]
    return mean, np.einsum("i,gip,giq->gpq", own, away, away), away


def _objective(discrepancy, structure, mean, cov, away, own, means):
    weight, groups = None, len(mean)
    if discrepancy in ("WLS", "DWLS"):
        gamma = []
        for group in range(groups):
            moved = contributions(away[group].T, cov[group], means)
            gamma.append((moved * (own / own.sum())) @ moved.T)
        gamma = np.stack(gamma)
        weight = np.linalg.inv(gamma) if discrepancy == "WLS" else 1 / np.diagonal(gamma, axis1=-2, axis2=-1)
    share = np.array([[1.0]]) if groups == 1 else np.array([[0.3, 0.7]])
    return least_squares(discrepancy, structure, ScaledMoments(mean[None], cov[None], share), weight)


def _core(discrepancy, kind, means, groups):
    """An objective whose sample does not fit, and a point that is no optimum."""
    population = _population(kind, means, groups)
    rows = _rows(population)
    mean, cov, away = _moments(rows, np.ones(200))
    structure = with_exogenous(compile_structure(population.table), population.table, mean, cov)
    objective = _objective(discrepancy, structure, mean, cov, away, np.ones(200), means)
    theta = population.theta * np.random.default_rng(4).uniform(0.9, 1.1, population.theta.shape)
    return population, objective, theta


def _differences(function, theta):
    step = STEP * np.eye(len(theta))
    return np.stack([(function(theta + one) - function(theta - one)) / (2 * STEP) for one in step], axis=-1)


@pytest.mark.parametrize(("discrepancy", "kind", "means", "groups"), CASES)
def test_derivatives(discrepancy, kind, means, groups):
    _, objective, theta = _core(discrepancy, kind, means, groups)
    point = objective.at(theta[None])
    slope = objective.slopes(point)
    numeric = _differences(lambda at: objective.at(at[None]).value[0], theta)
    np.testing.assert_allclose(slope.gradient[0], numeric, rtol=DIFFERENCE, atol=DIFFERENCE * np.abs(numeric).max())
    assert np.abs(numeric).max() > 1e-3
    second = objective.observed(point, slope).dense()[0]
    numeric = _differences(lambda at: objective.slopes(objective.at(at[None])).gradient[0], theta)
    np.testing.assert_allclose(second, numeric, rtol=DIFFERENCE, atol=DIFFERENCE * np.abs(numeric).max())


@pytest.mark.parametrize("groups", [(), ("x", "y")])
@pytest.mark.parametrize("means", [False, True], ids=["covariances", "means"])
def test_gls_is_the_quadratic_form_with_normal_theory_weights(means, groups):
    _, gls, theta = _core("GLS", "paths", means, groups)
    cov = gls.sample.cov[0]
    weight = np.stack([normal_weight(one, means) for one in cov])
    np.testing.assert_allclose(weight @ np.stack([normal_gamma(one, means) for one in cov]), np.broadcast_to(
        np.eye(weight.shape[-1]), weight.shape), atol=IDENTITY)  # fmt: skip
    same = least_squares("WLS", gls.structure, gls.sample, weight)
    one, two = gls.at(theta[None]), same.at(theta[None])
    np.testing.assert_allclose(one.value, two.value, rtol=IDENTITY)
    np.testing.assert_allclose(gls.slopes(one).gradient, same.slopes(two).gradient, rtol=1e-8, atol=IDENTITY)
    for kind in ("expected", "observed"):
        found = [getattr(o, kind)(p, o.slopes(p)).dense() for o, p in ((gls, one), (same, two))]
        np.testing.assert_allclose(*found, rtol=1e-8, atol=1e-9 * np.abs(found[0]).max())
    moments = gls.sample.mean, gls.sample.cov
    np.testing.assert_allclose(gls.square(*moments), same.square(*moments), rtol=1e-8)


@pytest.mark.parametrize(("discrepancy", "kind", "means", "groups"), CASES)
def test_populations_return_the_truth(discrepancy, kind, means, groups):
    population, objective, _ = _core(discrepancy, kind, means, groups)
    structure = with_exogenous(compile_structure(population.table), population.table, population.mean, population.cov)
    exact = ScaledMoments(population.mean[None], population.cov[None], objective.sample.share)
    gamma = np.stack([normal_gamma(cov, means) for cov in population.cov])
    weight = {"WLS": np.linalg.inv(gamma), "DWLS": 1 / np.diagonal(gamma, axis1=-2, axis2=-1)}.get(discrepancy)
    objective = least_squares(discrepancy, structure, exact, weight)
    start = start_values(population.table, structure, population.mean, population.cov)
    found = minimise(objective, start[None])
    assert found.converged[0]
    np.testing.assert_allclose(found.theta[0], population.theta, rtol=1e-8, atol=1e-8)
    assert found.value[0] < 1e-18


@pytest.mark.parametrize("discrepancy", DISCREPANCIES)
def test_many_samples_at_once_are_the_samples_one_by_one(discrepancy):
    population = _population("paths", True)
    structure = compile_structure(population.table)
    rows = np.concatenate([_rows(population, seed=seed) for seed in range(4)])
    mean, cov, away = _moments(rows, np.ones(200))
    gamma = contributions(away[0].T, cov[0], True)
    gamma = gamma @ gamma.T / 200
    weight = {"WLS": np.linalg.inv(gamma)[None], "DWLS": 1 / np.diag(gamma)[None]}.get(discrepancy)
    together = least_squares(
        discrepancy, structure, ScaledMoments(mean[:, None], cov[:, None], np.ones((4, 1))), weight
    )
    start = np.stack([start_values(population.table, structure, m[None], s[None])
                      for m, s in zip(mean, cov, strict=True)])  # fmt: skip
    found = minimise(together, start)
    assert found.converged.all()
    for r in range(4):
        alone = minimise(together.take(np.array([r])), start[r : r + 1])
        np.testing.assert_allclose(found.theta[r], alone.theta[0], rtol=IDENTITY, atol=IDENTITY)


@pytest.mark.parametrize("discrepancy", DISCREPANCIES)
def test_a_model_without_means_drops_their_weights(discrepancy):
    population, objective, _ = _core(discrepancy, "paths", True, ())
    bare = _population("paths", False)
    structure = compile_structure(bare.table)
    dropped, theta = objective.of(structure), bare.theta[None]
    point = dropped.at(theta)
    assert dropped.expected(point, dropped.slopes(point)).dense().shape == (1, structure.q, structure.q)
    if discrepancy in ("GLS", "ULS"):
        same = least_squares(discrepancy, structure, objective.sample)
        np.testing.assert_allclose(point.value, same.at(theta).value, rtol=IDENTITY)
    assert population.table.npar > bare.table.npar


@pytest.mark.parametrize("means", [False, True], ids=["covariances", "means"])
@pytest.mark.parametrize("discrepancy", ["GLS", "ULS", "DWLS"])
def test_the_independence_model_is_uncorrelated(discrepancy, means):
    population, objective, _ = _core(discrepancy, "covariates", means, ("x", "y"))
    table = independence_table(population.table)
    assert population.table.predictors == ("x", "z")
    mean, cov = objective.sample.mean[0], objective.sample.cov[0]
    structure = compile_structure(table)
    baseline = objective.of(structure)
    found = minimise(baseline, moments_of(table, mean, cov)[None])
    assert found.converged[0]
    moments = baseline.at(found.theta).moments
    place = [table.observed.index(name) for name in ("x", "z")]
    off = moments.cov[0] * (1 - np.eye(structure.p))
    assert off[:, place[0], place[1]].all()
    off[:, place[0], place[1]] = off[:, place[1], place[0]] = 0.0
    assert not off.any()
    if discrepancy != "GLS":  # whose weights tie variances to covariances
        np.testing.assert_allclose(np.diagonal(moments.cov[0], axis1=1, axis2=2), np.diagonal(cov, axis1=1, axis2=2))
    if means:
        np.testing.assert_allclose(moments.mean[0], mean)


@pytest.mark.parametrize("means", [False, True], ids=["covariances", "means"])
@pytest.mark.parametrize("discrepancy", DISCREPANCIES)
def test_scores_are_influences(discrepancy, means):
    """``H^-1`` times a row's score is the derivative of the estimate by the row's weight."""
    population = _population("paths", means)
    structure, n = compile_structure(population.table), 200
    # Skewed, and of another model: neither normality nor a good fit may be needed.
    rows = _rows(population, n)
    rows[..., 0] += 0.1 * (rows[..., 4] - rows[..., 4].mean()) ** 2

    def estimate(own, start):
        mean, cov, away = _moments(rows, own)
        objective = _objective(discrepancy, structure, mean, cov, away, own, means)
        start = start_values(population.table, structure, mean, cov) if start is None else start
        found = minimise(objective, start[None])
        assert found.converged[0]
        return found.theta[0], objective

    theta, objective = estimate(np.ones(n), None)
    mean, cov, away = _moments(rows, np.ones(n))
    point = objective.at(theta[None])
    slope = objective.slopes(point)
    unit = 1.0 if discrepancy == "GLS" else objective.unit[0]
    information = objective.observed(point, slope).dense()[0] * unit
    if discrepancy == "GLS":
        scores = GeneralisedScores(structure, point, slope, np.ones(1))
    else:
        moved = contributions(away[0].T, cov[0], means)
        gamma = moved @ moved.T / n
        weight = {"WLS": np.linalg.inv(gamma)[None], "DWLS": 1 / np.diag(gamma)[None],
                  "ULS": np.ones((1, len(moved)))}[discrepancy]  # fmt: skip
        residual = triangle(cov - point.moments.cov[0])
        if means:
            residual = np.concatenate([mean - point.moments.mean[0], residual], axis=-1)
        moving = None if discrepancy == "ULS" else (residual, (away[0].T @ moved.T / n)[None])
        scores = quadratic_scores(weight, moment_derivatives(structure, point, slope)[0], cov, means, moving)
    found = scores(0, away[0].T)
    assert np.abs(found.mean(axis=1)).max() < IDENTITY * np.abs(found).max()
    influence = np.linalg.solve(information, found)
    for row in (0, 57, 143):
        step = 1e-4 * (np.arange(n) == row)
        numeric = (estimate(1 + step, theta)[0] - estimate(1 - step, theta)[0]) / 2e-4 * n
        np.testing.assert_allclose(influence[:, row], numeric, rtol=0, atol=INFLUENCE * np.abs(numeric).max())
