"""Numbers of assessment against their definitions, computed another way."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.linalg import eigvals

from composites import construct, correlations, fitted, full_plan, moments
from composites import paths as chain
from csisem.composite.admissibility import admissible, reasons
from csisem.composite.discriminant_validity import fornell_larcker, htmt
from csisem.composite.estimate import estimate
from csisem.composite.implied_correlations import distances, indicators
from csisem.composite.measurement_assessment import average_variance, redundancy
from csisem.composite.plan import compile_plan
from csisem.composite.structural_model import adjusted, effect_sizes, effects, regressions

SAME = 1e-11


def _r_squared(among, target, sources):
    return among[target, sources] @ np.linalg.solve(among[np.ix_(sources, sources)], among[sources, target])


def test_effect_sizes_are_losses_of_explained_variance():
    plan = full_plan()
    found = fitted(plan)
    sizes = effect_sizes(plan.predecessors, found.correlations)
    for target, sources in enumerate(plan.predecessors):
        for source in sources:
            others = sources[sources != source]
            left = _r_squared(found.correlations, target, others) if others.size else 0.0
            explained = found.r_squared[target]
            assert sizes[target, source] == pytest.approx((explained - left) / (1 - explained), abs=SAME)
    assert np.isnan(sizes[~plan.arrows]).all()


def test_adjusted_r_squared():
    plan = full_plan()
    found = fitted(plan)
    shrunk = adjusted(found.r_squared, plan.predecessors, np.array(250.0))
    assert shrunk[4] == pytest.approx(1 - (1 - found.r_squared[4]) * 249 / 245, abs=SAME)
    # As many predictors as rows leave nothing to adjust.
    assert np.isnan(adjusted(found.r_squared, plan.predecessors, np.array(5.0))[4])


def test_effects_are_the_inverse_of_what_is_left():
    plan = full_plan()
    paths = fitted(plan).paths
    direct, indirect, total = effects(plan, paths)
    identity = np.eye(7)
    assert total == pytest.approx(np.linalg.inv(identity - paths) - identity, abs=SAME)
    assert direct + indirect == pytest.approx(total, abs=SAME)


def test_redundancy():
    plan = full_plan()
    found = fitted(plan)
    shared = redundancy(plan, found.loadings, found.r_squared)
    assert np.isnan(shared[plan.loaded.blocks[0]]).all()
    assert shared[plan.loaded.blocks[5]] == pytest.approx(found.r_squared[5], abs=SAME)
    own = plan.loaded.blocks[4]
    assert shared[own].mean() == pytest.approx(average_variance(plan.loaded, found.loadings)[4] * found.r_squared[4])


def test_htmt2_and_negative_correlations():
    plan = full_plan()
    among = correlations(plan)
    blocks = plan.item_blocks
    ratios = htmt(among, blocks, geometric=True)

    def mean(values):
        values = np.abs(list(values))
        return values.prod() ** (1 / len(values)) if len(values) else 1.0

    for i, j in combinations(range(7), 2):
        between = mean(among[a, b] for a, b in product(blocks[i], blocks[j]))
        within = [mean(among[a, b] for a, b in combinations(blocks[k], 2)) for k in (i, j)]
        assert ratios[i, j] == pytest.approx(between / np.sqrt(within[0] * within[1]), rel=SAME)
    assert (np.diag(ratios) == 1).all()
    turned = np.ones(24)
    turned[3] = -1
    for geometric in (False, True):
        plain = htmt(among, blocks, geometric=geometric)
        assert htmt(among * np.outer(turned, turned), blocks, geometric=geometric) == pytest.approx(plain, abs=SAME)
    stack = htmt(np.stack([among, among]), blocks)
    assert stack[1] == pytest.approx(htmt(among, blocks), abs=SAME)


def test_fornell_larcker():
    table = fornell_larcker(np.array([0.49, 0.64]), np.array([[1.0, 0.5], [0.5, 1.0]]))
    assert table == pytest.approx(np.array([[0.7, 0.5], [0.5, 0.8]]))


def test_distances():
    plan = full_plan()
    found = fitted(plan, consistent=True)
    compared = indicators(plan, correlations(plan), found, consistent=True, saturated=False)
    assert compared.sample == pytest.approx(correlations(plan)[compared.places][:, compared.places], abs=SAME)
    sample, implied = compared.sample, compared.implied
    gaps = distances(sample, implied)
    lower = [sample[i, j] - implied[i, j] for i in range(24) for j in range(i + 1)]
    assert gaps.srmr == pytest.approx(np.sqrt(np.mean(np.square(lower))), rel=SAME)
    assert gaps.d_uls == pytest.approx(0.5 * np.trace((sample - implied) @ (sample - implied)), rel=SAME)
    roots = eigvals(implied, sample).real
    assert gaps.d_g == pytest.approx(0.5 * (np.log(roots) ** 2).sum(), rel=1e-9)
    assert distances(sample, sample).srmr == 0


def test_distances_of_a_batch_with_a_bad_member():
    plan = full_plan()
    mean, cov = moments(plan)
    covs = np.stack([cov, cov])
    covs[1, 2] = covs[1, :, 2] = 0.0
    found = estimate(plan, np.stack([mean, mean]), covs)
    among = correlations(plan)
    compared = indicators(plan, np.stack([among, among]), found, consistent=False, saturated=True)
    gaps = distances(compared.sample, compared.implied)
    alone = indicators(plan, among, fitted(plan), consistent=False, saturated=True)
    assert gaps.d_g[0] == pytest.approx(distances(alone.sample, alone.implied).d_g, rel=SAME)
    assert np.isnan([gaps.d_g[1], gaps.srmr[1]]).all()
    indefinite = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert np.isnan(distances(np.eye(3), indefinite).d_g)
    assert distances(np.eye(3), indefinite).d_uls == pytest.approx(3 * 0.81)


def test_sentences_of_inadmissible_estimates():
    plan = full_plan()
    found = fitted(plan, consistent=True)
    among = found.correlations.copy()
    among[0, 1] = among[1, 0] = 1.25
    loadings, explained = found.loadings.copy(), found.r_squared.copy()
    loadings[5], explained[4] = 1.125, 1.0625
    reliabilities = found.reliabilities.copy()
    reliabilities[3] = 1.5
    broken = replace(found, correlations=among, loadings=loadings, r_squared=explained, reliabilities=reliabilities)
    assert reasons(plan, broken) == (
        "The corrected correlation of Image and Expectation is 1.250, outside (-1, 1): the items do not discriminate "
        "between the two; merge them, or read the estimates of PLS.",
        "The reliability rho_A of Value is 1.500, above 1.",
        "The corrected loading of CUEX1 on Expectation is 1.125, outside [-1, 1]: its error has a negative variance; "
        "drop an item, or read the estimates of PLS.",
        "The R2 of Satisfaction is 1.062, above 1: the corrected correlations of its predictors contradict each other.",
    )
    lost = replace(found, reliabilities=np.where(np.arange(7) == 2, np.nan, 1.0))
    assert reasons(plan, lost) == (
        "The reliability rho_A of Quality does not exist: its items do not correlate as those of one construct do; "
        "drop an item, or read the estimates of PLS.",
    )
    plain = fitted(plan)
    for name, values in (("loadings", loadings), ("r_squared", explained), ("reliabilities", reliabilities),
                         ("correlations", among)):  # fmt: skip
        assert not admissible(plan, replace(plain, **{name: values})), name
    assert admissible(plan, plain)


def test_regressions_of_a_stack():
    plan = full_plan()
    among = fitted(plan).correlations
    stack, explained = regressions(plan.predecessors, np.broadcast_to(among, (2, 3, 7, 7)))
    assert stack.shape == (2, 3, 7, 7)
    assert explained.shape == (2, 3, 7)
    assert stack[1, 2] == pytest.approx(fitted(plan).paths, abs=SAME)


@pytest.mark.parametrize("consistent", [False, True], ids=["composites of mode B", "common factors"])
def test_estimates_where_the_model_holds_find_no_distance(consistent):
    plan = compile_plan(
        [construct(name, "A" if consistent else "B") for name in ("Image", "Expectation", "Value", "Satisfaction")],
        chain("Image -> Expectation", "Expectation -> Value", "Expectation Value -> Satisfaction"),
    )
    found = fitted(plan, consistent=consistent)
    sample = correlations(plan)
    for saturated in (False, True):
        compared = indicators(plan, sample, found, consistent=consistent, saturated=saturated)
        assert distances(compared.sample, compared.implied).d_uls > 0.1
        again = estimate(plan, moments(plan)[0], compared.implied, consistent=consistent)
        check = indicators(plan, compared.implied, again, consistent=consistent, saturated=saturated)
        assert distances(check.sample, check.implied).d_uls < 1e-18
        assert again.paths == pytest.approx(found.paths, abs=1e-9)
