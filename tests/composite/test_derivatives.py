"""Derivatives of the whole chain by the moments, against differences; errors from them, against the bootstrap."""

from __future__ import annotations

import numpy as np
import pytest

from composites import FULL, answers, construct, moments, paths
from csisem.composite.estimate import estimate
from csisem.composite.index_scores import index_coefficients
from csisem.composite.plan import compile_plan
from csisem.inference.moment_functions import Gradient, gradient, influence, normal_theory_variance
from csisem.specification.construct import Construct

HIGHER = [
    *(construct(name) for name in ("Image", "Expectation", "Value", "Complaints", "Loyalty")),
    construct("Quality", "B"),
    Construct("Satisfaction", ["Image", "Value"]),
]
HIGHER_PATHS = paths("Expectation Quality -> Satisfaction", "Satisfaction -> Complaints", "Satisfaction -> Loyalty")
FOUR = [construct(name) for name in ("Image", "Expectation", "Value", "Satisfaction")]
MODES = {"Quality": "B", "Value": "unit", "Image": "pca"}
MODERATED = paths("Image Expectation Value Image:Value Value:Value -> Satisfaction")
CASES = {
    "path": (FULL.constructs, FULL.relations, {}, {}),
    "centroid": (FULL.constructs, FULL.relations, {}, {"scheme": "centroid"}),
    "factorial": (FULL.constructs, FULL.relations, {}, {"scheme": "factorial"}),
    "consistent": (FULL.constructs, FULL.relations, {}, {"consistent": True}),
    "modes": ([construct(c.name, MODES.get(c.name, "A")) for c in FULL.constructs], FULL.relations, {}, {}),
    "disjoint": (HIGHER, HIGHER_PATHS, {"higher_order": "disjoint"}, {}),
    "embedded": (HIGHER, HIGHER_PATHS, {"higher_order": "embedded"}, {}),
    "repeated": (HIGHER, HIGHER_PATHS, {"higher_order": "repeated"}, {}),
    "two-stage": (FOUR, MODERATED, {"moderation": "two-stage"}, {}),
    "product": (FOUR, MODERATED, {"moderation": "product"}, {}),
    "orthogonal": (FOUR, MODERATED, {"moderation": "orthogonal"}, {}),
}


def _statistics(plan, **options):
    """Paths, outer weights, loadings, R2 and the weights of the index, as one vector."""
    ranges = np.full(plan.width, 9.0)

    def statistics(mean, cov):
        found = estimate(plan, mean, cov, **options)
        lead = found.outer_weights.shape[:-1]
        explained = found.r_squared[..., plan.arrows.any(axis=1)]
        index = index_coefficients(found.raw_weights, ranges).reshape(*lead, -1)
        return np.concatenate(
            [found.paths[..., plan.arrows], found.outer_weights, found.loadings, explained, index], axis=-1
        )

    return statistics


def _along(slopes: Gradient, mean, cov):
    return slopes.by_mean @ mean + np.einsum("kij,ij->k", slopes.by_cov, cov)


@pytest.mark.parametrize("case", CASES)
def test_gradient(case):
    constructs, relations, planned, options = CASES[case]
    plan = compile_plan(constructs, relations, **planned)
    mean, cov = moments(plan)
    statistics = _statistics(plan, **options)
    slopes = gradient(statistics, mean, cov)
    rng = np.random.default_rng(2)
    for _ in range(2):
        sd = np.sqrt(np.diag(cov))
        draw = rng.standard_normal(cov.shape) * np.outer(sd, sd)
        by_cov, by_mean = (draw + draw.T) / 2, rng.standard_normal(len(mean)) * sd

        def difference(h, by_mean=by_mean, by_cov=by_cov):
            up = statistics(mean + h * by_mean, cov + h * by_cov)
            return (up - statistics(mean - h * by_mean, cov - h * by_cov)) / (2 * h)

        # Richardson's extrapolation leaves an error of h^4 and rounding over h.
        numerical = (4 * difference(5e-5) - difference(1e-4)) / 3
        exact = _along(slopes, by_mean, by_cov)
        assert np.abs(exact).max() > 0.5
        assert np.abs(numerical - exact).max() < 1e-7 * np.abs(exact).max()


@pytest.mark.parametrize("consistent", [False, True])
def test_what_was_not_found_has_no_derivative(consistent):
    plan = compile_plan(FULL.constructs, FULL.relations)
    mean, cov = moments(plan)
    slopes = gradient(_statistics(plan, iterations_at_most=2, consistent=consistent), mean, cov)
    assert np.isnan(slopes.by_cov).all()
    cov[3] = cov[:, 3] = 0.0
    assert np.isnan(gradient(_statistics(plan, consistent=consistent), mean, cov).by_cov).all()


def test_scale_and_mean_do_not_matter():
    plan = compile_plan(FULL.constructs, FULL.relations)
    mean, cov = moments(plan)
    slopes = gradient(_statistics(plan), mean, cov)
    count = plan.arrows.sum() + len(plan.weighed.child) + len(plan.loaded.child)
    assert np.abs(slopes.by_mean).max() == 0
    # One unit for all items changes no standardised number.
    assert np.abs(np.einsum("kij,ij->k", slopes.by_cov, cov)[:count]).max() < 1e-12


def test_influence_of_rows_is_the_derivative_by_their_weight():
    plan = compile_plan(FOUR, MODERATED)
    rows = answers(plan)
    n = rows.shape[1]
    statistics = _statistics(plan)
    mean, cov = rows.mean(axis=1), np.cov(rows, bias=True)
    slopes = gradient(statistics, mean, cov)
    pull = influence(slopes, cov, rows - mean[:, None])
    assert np.abs(pull.sum(axis=1)).max() < 1e-9 * np.abs(pull).max()
    for row in (0, 17, 200):
        values = []
        for h in (1e-5, -1e-5):
            weight = np.full(n, 1.0)
            weight[row] += h * n
            values.append(
                statistics(np.average(rows, axis=1, weights=weight), np.cov(rows, aweights=weight, bias=True))
            )
        numerical = (values[0] - values[1]) / 2e-5
        assert np.abs(numerical - pull[:, row]).max() < 1e-6 * np.abs(pull[:, row]).max()


# 2,000 draws leave 2 % of chance in an error, linearisation at n = 250 some bias; the median ratio is far closer.
BOOTSTRAP = {"median": 0.05, "each": 0.35}


@pytest.mark.parametrize("case", ["path", "disjoint", "two-stage"])
def test_errors_against_the_bootstrap(case):
    constructs, relations, planned, options = CASES[case]
    plan = compile_plan(constructs, relations, **planned)
    rows = answers(plan)
    n = rows.shape[1]
    statistics = _statistics(plan, **options)
    mean, cov = rows.mean(axis=1), np.cov(rows, bias=True)
    pull = influence(gradient(statistics, mean, cov), cov, rows - mean[:, None])
    error = np.sqrt((pull**2).sum(axis=1)) / n
    counts = np.random.default_rng(4).multinomial(n, np.full(n, 1 / n), size=2000) / n
    row, column = np.triu_indices(plan.width)
    means, squares = counts @ rows.T, counts @ (rows[row] * rows[column]).T
    covs = np.empty((2000, plan.width, plan.width))
    covs[:, row, column] = covs[:, column, row] = squares
    covs -= means[:, :, None] * means[:, None, :]
    draws = statistics(means, covs)
    spread = draws.std(axis=0)
    moving = spread > 1e-9
    ratio = error[moving] / spread[moving]
    assert abs(np.median(ratio) - 1) < BOOTSTRAP["median"]
    assert np.abs(ratio - 1).max() < BOOTSTRAP["each"]
    assert (error[~moving] < 1e-9).all()


def test_normal_theory_on_normal_rows():
    """On many normal rows the two roads meet; 40,000 leave about 1 % of chance in a variance."""
    plan = compile_plan(FULL.constructs, FULL.relations)
    mean, cov = moments(plan)
    rows = np.random.default_rng(6).multivariate_normal(mean, cov, 40_000).T
    mean, cov = rows.mean(axis=1), np.cov(rows, bias=True)
    slopes = gradient(_statistics(plan), mean, cov)
    pull = influence(slopes, cov, rows - mean[:, None])
    variance = normal_theory_variance(slopes, cov, 40_000)
    by_rows = pull @ pull.T / 40_000**2
    moving = np.diag(variance) > 1e-14
    assert moving.sum() > 80
    ratio = np.diag(by_rows)[moving] / np.diag(variance)[moving]
    assert np.abs(ratio - 1).max() < 0.05
    sd = np.sqrt(np.diag(variance)[moving])
    correlation = variance[np.ix_(moving, moving)] / np.outer(sd, sd)
    other = by_rows[np.ix_(moving, moving)] / np.sqrt(np.outer(np.diag(by_rows)[moving], np.diag(by_rows)[moving]))
    assert np.abs(correlation - other).max() < 0.05
