"""Derivatives against differences, and the identities that tie scores, gradient and information together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import csisem as cs
from csisem.covariance.casewise.casewise_scores import NormalScores, ScoreKernel, casewise_scores
from csisem.covariance.estimation.discrepancy import ScaledMoments, evaluate, expected_information, slopes
from csisem.covariance.estimation.observed_information import observed_information
from csisem.covariance.lisrel.derived import standardized
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import row_places
from csisem.covariance.lisrel.standardized import standardized_rows
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.inference.delta import jacobian
from populations import populate, ram

MEASURED = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nC =~ c1 + c2\n"
KINDS = {
    "paths": MEASURED + "B ~ A\nC ~ A + B\na1 ~~ b1",
    "loop": MEASURED + "D =~ d1 + d2 + d3\nB ~ A + C\nC ~ B + D",
    "higher order": MEASURED + "G =~ A + B + C",
    "covariates": "A =~ a1 + a2 + a3\nA ~ x + z\ny ~ A + x",
    "labels": MEASURED + "A ~~ l*A\nB ~~ l*B\nB ~ p*A\nC ~ p*A + q*B\nq == 2*p",
}
CASES = [(kind, means, groups) for kind in KINDS for means in (False, True) for groups in ((), ("x", "y"))]
# Central differences with step 1e-5 of functions of size 1: truncation 1e-10, rounding 1e-16 / 1e-5.
DIFFERENCE, STEP = 1e-8, 1e-5
# The same sums in another order.
IDENTITY = 1e-10


def _core(kind, means, groups, seed=4):
    """A structure, a sample that does not fit it, and a point that is no optimum."""
    options = {"equal": ("loadings",)} if groups else {}
    population = populate(KINDS[kind], seed, groups=groups, meanstructure=means, **options)
    rng = np.random.default_rng(seed)
    count, p = population.table.n_groups, len(population.table.observed)
    rows = np.stack(
        [rng.multivariate_normal(m, s, 60) for m, s in zip(population.mean, population.cov, strict=True)]
    )  # fmt: skip
    mean, cov = rows.mean(axis=1), np.stack([np.cov(block.T, ddof=0) for block in rows])
    structure = with_exogenous(compile_structure(population.table), population.table, mean, cov)
    share = np.full((1, count), 1 / count) if count == 1 else np.array([[0.3, 0.7]])
    theta = population.theta * rng.uniform(0.9, 1.1, population.theta.shape)
    assert cov.shape == (count, p, p)
    return population, structure, ScaledMoments(mean[None], cov[None], share), theta, rows


def _at(structure, sample, theta):
    point = evaluate(structure, sample, theta[None])
    return point, slopes(structure, sample, point)


def _differences(function, theta):
    columns = []
    for k in range(len(theta)):
        step = STEP * np.eye(len(theta))[k]
        columns.append((function(theta + step) - function(theta - step)) / (2 * STEP))
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("kind", "means", "groups"), CASES)
def test_the_gradient_is_the_discrepancys_difference(kind, means, groups):
    _, structure, sample, theta, _ = _core(kind, means, groups)
    gradient = _at(structure, sample, theta)[1].gradient[0]
    numeric = _differences(lambda at: evaluate(structure, sample, at[None]).value[0], theta)
    np.testing.assert_allclose(gradient, numeric, rtol=DIFFERENCE, atol=DIFFERENCE)
    assert np.abs(gradient).max() > 1e-3  # the point is no optimum, where zero would equal zero


@pytest.mark.parametrize(("kind", "means", "groups"), CASES)
def test_observed_information_is_the_gradients_difference(kind, means, groups):
    _, structure, sample, theta, _ = _core(kind, means, groups)
    point, slope = _at(structure, sample, theta)
    information = observed_information(structure, sample, point, slope).dense()[0]
    numeric = _differences(lambda at: _at(structure, sample, at)[1].gradient[0], theta)
    # Second derivatives are larger than the function; the tolerance goes with them.
    np.testing.assert_allclose(information, numeric, rtol=DIFFERENCE, atol=DIFFERENCE * np.abs(numeric).max())
    np.testing.assert_allclose(information, information.T, rtol=IDENTITY, atol=IDENTITY)


@pytest.mark.parametrize(("kind", "means", "groups"), CASES)
def test_expected_information_is_the_observed_where_the_sample_is_the_population(kind, means, groups):
    # Observed information is linear in the sample's moments, so its mean is its value at theirs.
    population, structure, sample, _, _ = _core(kind, means, groups)
    structure = with_exogenous(structure, population.table, population.mean, population.cov)
    exact = ScaledMoments(population.mean[None], population.cov[None], sample.share)
    point, slope = _at(structure, exact, population.theta)
    expected = expected_information(structure, exact, slope).dense()[0]
    observed = observed_information(structure, exact, point, slope).dense()[0]
    np.testing.assert_allclose(observed, expected, rtol=IDENTITY, atol=IDENTITY)
    assert np.abs(slope.gradient).max() < IDENTITY
    assert np.linalg.eigvalsh(expected)[0] > 1e-6  # each of these models is identified


@pytest.mark.parametrize(("kind", "means", "groups"), CASES)
def test_implied_moments_are_those_of_another_notation(kind, means, groups):
    population, structure, _, _, _ = _core(kind, means, groups)
    structure = with_exogenous(structure, population.table, population.mean, population.cov)
    sample = ScaledMoments(population.mean[None], population.cov[None], np.ones((1, population.table.n_groups)))
    moments = evaluate(structure, sample, population.theta[None]).moments
    np.testing.assert_allclose(moments.cov[0], population.cov, rtol=IDENTITY, atol=IDENTITY)
    if means:
        np.testing.assert_allclose(moments.mean[0], population.mean, rtol=IDENTITY, atol=IDENTITY)


@pytest.mark.parametrize("means", [False, True], ids=["covariances", "means"])
@pytest.mark.parametrize("kind", KINDS)
def test_casewise_scores_are_derivatives_of_each_rows_density(kind, means):
    population, structure, sample, theta, rows = _core(kind, means, ())
    point, slope = _at(structure, sample, theta)
    centre = point.moments.mean[0, 0] if means else sample.mean[0, 0]
    scores = casewise_scores(structure, point, slope, 0, (rows[0] - centre).T)

    def density(at):
        moments = evaluate(structure, sample, at[None]).moments
        away = rows[0] - (moments.mean[0, 0] if means else sample.mean[0, 0])
        cov = moments.cov[0, 0]
        return -(np.linalg.slogdet(cov)[1] + (away @ np.linalg.inv(cov) * away).sum(axis=1)) / 2

    numeric = _differences(density, theta)
    np.testing.assert_allclose(scores.T, numeric, rtol=DIFFERENCE, atol=DIFFERENCE * np.abs(numeric).max())
    # Their mean is the gradient of what is minimised, with the sign turned.
    np.testing.assert_allclose(scores.mean(axis=1), -slope.gradient[0], rtol=IDENTITY, atol=IDENTITY)
    assert population.table.npar == len(scores)


def _fitted(means, weighted=False, groups=None):
    population = populate(KINDS["paths"], 4, meanstructure=True)
    rng = np.random.default_rng(8)
    rows = rng.multivariate_normal(population.mean[0], population.cov[0], 300)
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(population.table.observed))
    frame = frame.assign(w=rng.uniform(0.5, 2, 300), half=["x", "y", "y"] * 100)
    survey = cs.Survey(frame, weights="w" if weighted else None)
    return population.model.fit(survey, meanstructure=means, groups=groups), frame


@pytest.mark.parametrize("weighted", [False, True], ids=["rows", "weights"])
@pytest.mark.parametrize("groups", [None, "half"])
@pytest.mark.parametrize("means", [None, True], ids=["covariances", "means"])
def test_casewise_scores_sum_to_zero_at_the_optimum(means, groups, weighted):
    fit, frame = _fitted(means, weighted, groups)
    assert fit.status.usable
    shares = fit.solution.group_size / fit.n
    sample = ScaledMoments(fit.solution.sample_mean[None], fit.solution.sample_cov[None], shares[None])
    point, slope = _at(fit.solution.structure, sample, fit.solution.theta)
    total, outer = np.zeros(fit.solution.table.npar), np.zeros((fit.solution.table.npar,) * 2)
    for group, label in enumerate(fit.groups or (None,)):
        part = frame if label is None else frame[frame["half"] == label]
        centre = (
            fit.solution.implied_moments.mean[group]
            if fit.solution.table.meanstructure
            else fit.solution.sample_mean[group]
        )
        centred = (part[list(fit.solution.table.observed)] - centre).to_numpy().T
        scores = NormalScores(fit.solution.structure, point, slope)(group, centred)
        own = part["w"].to_numpy() if weighted else np.ones(len(part))
        # Groups count by their weights in the discrepancy.
        total += scores @ own / fit.moments.weight.sum()
        outer += (scores * own) @ (scores * own).T
    unit = np.sqrt(np.diag(np.linalg.inv(fit.vcov)) / fit.n)
    assert np.abs(total / unit).max() < IDENTITY

    # The kernel's sums are those of the rows, batch by batch, whatever the batches.
    labels = fit.groups or (None,)
    kernel = ScoreKernel(
        NormalScores(fit.solution.structure, point, slope),
        fit.solution.implied_moments.mean if fit.solution.table.meanstructure else fit.solution.sample_mean,
        {label: group for group, label in enumerate(labels)},
        dict(zip(labels, fit.solution.sample_mean, strict=True)),
    )
    rows = fit.data.rows(fit.solution.table.observed, by=groups or ())
    for size in (1000, 7):
        sums = replace(rows, source=replace(rows.source, batch_rows=size)).reduce(kernel)
        np.testing.assert_allclose(sums.scores, outer, rtol=1e-9, atol=1e-9 * np.abs(outer).max())


def test_the_outer_product_of_scores_is_the_information_of_a_normal_sample():
    # Under the model the two agree on average; 200,000 rows leave 3 / sqrt(200,000) or so of each entry's size.
    population = populate(KINDS["paths"], 4)
    structure = compile_structure(population.table)
    sample = ScaledMoments(np.zeros_like(population.mean)[None], population.cov[None], np.ones((1, 1)))
    point, slope = _at(structure, sample, population.theta)
    rows = np.random.default_rng(0).multivariate_normal(np.zeros(structure.p), population.cov[0], 200_000)
    scores = casewise_scores(structure, point, slope, 0, rows.T)
    information = expected_information(structure, sample, slope).dense()[0]
    unit = np.sqrt(np.outer(np.diag(information), np.diag(information)))
    assert np.abs((scores @ scores.T / 200_000 - information) / unit).max() < 0.03


def test_the_package_and_the_helper_write_models_alike():
    population = populate(KINDS["paths"], 1)
    mean, cov = ram(population.table, population.values)
    assert mean.shape == (1, 8)
    assert np.linalg.eigvalsh(cov[0])[0] > 0


@pytest.mark.parametrize(("kind", "means", "groups"), CASES)
def test_standardised_rows_and_their_slopes(kind, means, groups):
    """Against the whole standardised matrices, differentiated by a complex step."""
    population, structure, _, theta, _ = _core(kind, means, groups)
    table = population.table

    def read(at):
        return row_places(table).gather(standardized(structure.matrices(at)))

    moments = implied(structure.matrices(theta))
    values = row_places(table).gather(moments.matrices)
    rows = standardized_rows(table, structure, moments, values)
    np.testing.assert_allclose(rows.value, read(theta), rtol=IDENTITY, atol=IDENTITY)
    np.testing.assert_allclose(rows.derivative.toarray(), jacobian(read, theta), rtol=IDENTITY, atol=IDENTITY)
