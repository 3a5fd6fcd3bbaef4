"""S = Sigma must give back the truth: factors by PLSc, composites by mode B."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composites import paths
from csisem.composite.admissibility import admissible
from csisem.composite.estimate import estimate
from csisem.composite.implied_correlations import distances, implied_constructs, indicators
from csisem.composite.plan import compile_plan
from csisem.specification.construct import Construct

FAST = settings(max_examples=15, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)
SCHEMES = st.sampled_from(["path", "centroid", "factorial"])
EXACT = 1e-10
RELATIONS = paths("A -> B", "A B -> C", "B C -> D", "A C -> E")
SIZES = {"A": 3, "B": 2, "C": 4, "D": 1, "E": 3}


def _population(rng):
    """Paths (5, 5) and correlations of constructs that they imply with unit variances."""
    plan = _plan("A")
    while True:
        beta = np.where(plan.arrows, rng.uniform(0.2, 0.6, plan.arrows.shape), 0.0)
        among = np.eye(5)
        for j in range(1, 5):
            among[j, :j] = among[:j, j] = beta[j, :j] @ among[:j, :j]
        # What the predecessors explain must leave something.
        if all(beta[j] @ among @ beta[j] < 0.9 for j in range(5)):
            return beta, among


def _plan(mode, **options):
    items = {name: [f"{name.lower()}{k}" for k in range(size)] for name, size in SIZES.items()}
    return compile_plan([Construct(name, own, mode) for name, own in items.items()], RELATIONS, **options)


def _units(rng, correlations):
    """Means and covariances in arbitrary units."""
    sd = rng.uniform(0.1, 30, len(correlations))
    return rng.normal(0, 5, len(sd)), correlations * np.outer(sd, sd)


@FAST
@given(SEEDS, SCHEMES)
def test_consistent_pls_of_common_factors(seed, scheme):
    rng = np.random.default_rng(seed)
    beta, among = _population(rng)
    plan = _plan("A")
    loading = np.where(np.arange(13) == 9, 1.0, rng.uniform(0.4, 0.95, 13))
    owner = plan.loaded.owner
    sigma = np.outer(loading, loading) * among[owner[:, None], owner]
    np.fill_diagonal(sigma, 1.0)
    found = estimate(plan, *_units(rng, sigma), scheme, consistent=True)
    assert np.abs(found.paths - beta).max() < EXACT
    assert np.abs(found.loadings - loading).max() < EXACT
    assert np.abs(found.correlations - among).max() < EXACT
    explained = (beta * among).sum(axis=1)
    assert np.abs(found.r_squared[1:] - explained[1:]).max() < EXACT
    assert np.isnan(found.r_squared[0])
    assert admissible(plan, found)
    for saturated in (False, True):
        compared = indicators(plan, sigma, found, consistent=True, saturated=saturated)
        assert np.abs(compared.implied - sigma).max() < EXACT
        gaps = distances(compared.sample, compared.implied)
        assert max(gaps.srmr, gaps.d_uls, gaps.d_g) < EXACT


@FAST
@given(SEEDS, SCHEMES)
def test_mode_b_of_composites(seed, scheme):
    rng = np.random.default_rng(seed)
    beta, among = _population(rng)
    plan = _plan("B")
    weight, loading = np.empty(13), np.empty(13)
    sigma = np.empty((13, 13))
    for block in plan.weighed.blocks:
        size = block.stop - block.start
        draw = rng.standard_normal((size, size + 2))
        own = draw @ draw.T
        own /= np.sqrt(np.outer(np.diag(own), np.diag(own)))
        raw = rng.uniform(0.2, 1.0, size)
        raw /= np.sqrt(raw @ own @ raw)
        # The rule of signs: loadings sum to a positive number.
        raw *= np.sign((own @ raw).sum())
        sigma[block, block], weight[block], loading[block] = own, raw, own @ raw
    for i, first in enumerate(plan.weighed.blocks):
        for j, second in enumerate(plan.weighed.blocks):
            if i != j:
                sigma[first, second] = np.outer(loading[first], loading[second]) * among[i, j]
    found = estimate(plan, *_units(rng, sigma), scheme)
    assert np.abs(found.outer_weights - weight).max() < EXACT
    assert np.abs(found.loadings - loading).max() < EXACT
    assert np.abs(found.paths - beta).max() < EXACT
    compared = indicators(plan, sigma, found, consistent=False, saturated=False)
    assert np.abs(compared.implied - sigma).max() < EXACT
    # Uncorrected, composites are what PLSc leaves as they are.
    corrected = estimate(plan, *_units(rng, sigma), scheme, consistent=True)
    assert np.abs(corrected.paths - beta).max() < EXACT
    assert (corrected.reliabilities == 1).all()


@FAST
@given(SEEDS, SCHEMES)
def test_mode_a_composites_among_common_factors(seed, scheme):
    """Equal weights of equally correlated items are what mode A finds; the composites' scores have no error."""
    rng = np.random.default_rng(seed)
    beta, among = _population(rng)
    composites = {"A", "C"}
    items = {name: [f"{name.lower()}{k}" for k in range(size)] for name, size in SIZES.items()}
    plan = compile_plan([Construct(n, own, composite=n in composites) for n, own in items.items()], RELATIONS)
    loading = np.where(np.arange(13) == 9, 1.0, rng.uniform(0.4, 0.95, 13))
    formed = [block for name, block in zip(plan.constructs, plan.loaded.blocks, strict=True) if name in composites]
    within = rng.uniform(0.1, 0.6, len(formed))
    for block, r in zip(formed, within, strict=True):
        size = block.stop - block.start
        loading[block] = np.sqrt((1 + (size - 1) * r) / size)
    sigma = np.outer(loading, loading) * among[plan.loaded.owner[:, None], plan.loaded.owner]
    for block, r in zip(formed, within, strict=True):
        sigma[block, block] = r
    np.fill_diagonal(sigma, 1.0)
    sample = _units(rng, sigma)
    found = estimate(plan, *sample, scheme, consistent=True)
    assert np.abs(found.paths - beta).max() < EXACT
    assert np.abs(found.loadings - loading).max() < EXACT
    assert found.reliabilities[[plan.constructs.index(name) for name in ("A", "C", "D")]] == pytest.approx(1.0)
    taken_for_factors = estimate(_plan("A"), *sample, scheme, consistent=True)
    assert np.abs(taken_for_factors.paths - beta).max() > 1e-3
    compared = indicators(plan, sigma, found, consistent=True, saturated=False)
    assert np.abs(compared.implied - sigma).max() < EXACT


@FAST
@given(SEEDS)
def test_implied_correlations_of_constructs(seed):
    rng = np.random.default_rng(seed)
    beta, among = _population(rng)
    assert np.abs(implied_constructs(_plan("A"), among) - among).max() < EXACT
    # A correlation that no path carries is implied by the others, and the paths stay.
    other = among.copy()
    other[3, 0] = other[0, 3] = among[3, 0] + 0.05
    assert np.abs(implied_constructs(_plan("A"), other) - among).max() < EXACT
    assert beta[3, 0] == 0


@pytest.mark.parametrize("higher_order", ["disjoint", "embedded"])
def test_a_composite_of_composites(higher_order):
    """Dimensions correlate with other constructs only through the composite of them; mode B finds their weights."""
    rng = np.random.default_rng(8)
    own = np.array([[1.0, 0.3], [0.3, 1.0]])
    weight = np.array([0.7, 0.5])
    weight /= np.sqrt(weight @ own @ weight)
    reach = own @ weight
    # X -> H -> Y, with X and Y measured by two items each that are composites too.
    outer = {"D1": (0.6, 0.6), "D2": (0.5, 0.7), "X": (0.4, 0.8), "Y": (0.9, 0.3)}
    among = np.eye(4)
    among[:2, :2] = own
    among[:2, 2] = among[2, :2] = 0.5 * reach
    among[:2, 3] = among[3, :2] = 0.6 * reach
    among[2, 3] = among[3, 2] = 0.3
    blocks, loads = [], []
    for raw in outer.values():
        inside = np.array([[1.0, 0.4], [0.4, 1.0]])
        scaled = np.array(raw) / np.sqrt(np.array(raw) @ inside @ np.array(raw))
        blocks.append(inside)
        loads.append(inside @ scaled)
    sigma = np.block(
        [[blocks[i] if i == j else np.outer(loads[i], loads[j]) * among[i, j] for j in range(4)] for i in range(4)]
    )
    constructs = [Construct(name, [f"{name}a", f"{name}b"], "B") for name in outer]
    plan = compile_plan(
        [*constructs, Construct("H", ["D1", "D2"], "B")], paths("X -> H", "H -> Y"), higher_order=higher_order
    )
    found = estimate(plan, *_units(rng, sigma))
    above = plan.constructs.index("H")
    assert found.outer_weights[plan.weighed.blocks[above]] == pytest.approx(weight, abs=EXACT)
    assert found.loadings[plan.loaded.blocks[above]] == pytest.approx(reach, abs=EXACT)
    assert found.paths[above, 2] == pytest.approx(0.5, abs=EXACT)
    assert found.paths[3, above] == pytest.approx(0.6, abs=EXACT)
