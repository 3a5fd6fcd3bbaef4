"""The batched loop: replicates as if one by one, how it ends, signs, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composites import FULL, answers, construct, fitted, full_plan, moments, paths
from csisem.composite import pls_algorithm
from csisem.composite.estimate import estimate
from csisem.composite.plan import compile_plan
from csisem.composite.pls_algorithm import Outcome, solve
from csisem.errors import ModelError, OptionError
from csisem.specification.construct import Construct

FAST = settings(max_examples=12, deadline=None, derandomize=True)
# One loop or many, in whatever order of items: the same fixed point to its tolerance.
SAME = 1e-11


def _resampled(plan, count, seed):
    rows = answers(plan)
    picks = np.random.default_rng(seed).integers(0, rows.shape[1], (count, rows.shape[1]))
    each = [moments(plan, rows[:, pick]) for pick in picks]
    return np.stack([mean for mean, _ in each]), np.stack([cov for _, cov in each])


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_replicates_are_samples_one_by_one(scheme, monkeypatch):
    plan = compile_plan(
        [construct(c.name, {"Quality": "B", "Value": "pca"}.get(c.name, "A")) for c in FULL.constructs], FULL.relations
    )
    mean, cov = _resampled(plan, 40, 1)
    # Several chunks, and members that leave at different times.
    monkeypatch.setattr(pls_algorithm, "CHUNK", 16)
    together = estimate(plan, mean.reshape(4, 10, -1), cov.reshape(4, 10, 24, 24), scheme)
    assert together.outcome.shape == (4, 10)
    assert len(np.unique(together.iterations)) > 3
    for r in range(40):
        alone = estimate(plan, mean[r], cov[r], scheme)
        place = divmod(r, 10)
        assert together.iterations[place] == alone.iterations
        for name in ("outer_weights", "loadings", "paths", "r_squared", "weights", "raw_weights"):
            ours, theirs = getattr(together, name)[place], getattr(alone, name)
            assert np.nanmax(np.abs(ours - theirs)) < SAME, name


def test_a_constant_item_in_one_replicate_is_flagged_and_not_fatal():
    plan = full_plan()
    mean, cov = _resampled(plan, 5, 2)
    cov[1, 3, :] = cov[1, :, 3] = 0.0
    # Rounding of centred products leaves a trace of the variance.
    cov[3, 8, :] = cov[3, :, 8] = 0.0
    cov[3, 8, 8] = 1e-17
    found = estimate(plan, mean, cov)
    assert found.outcome.tolist() == [0, Outcome.CONSTANT_ITEM, 0, Outcome.CONSTANT_ITEM, 0]
    assert np.isnan(found.paths[[1, 3]][:, plan.arrows]).all()
    assert np.isfinite(found.paths[[0, 2, 4]]).all()
    assert np.isnan(found.outer_weights[1]).all()
    assert Outcome.CONSTANT_ITEM.words == "an item is constant"


def test_no_sample_at_all():
    plan = full_plan()
    found = estimate(plan, np.zeros((0, 24)), np.zeros((0, 24, 24)))
    assert found.outcome.shape == (0,)
    assert found.paths.shape == (0, 7, 7)


def test_items_of_very_different_units_are_not_constant():
    plan = full_plan()
    mean, cov = moments(plan)
    unit = 10.0 ** np.linspace(-7, 7, 24)
    moved = estimate(plan, mean * unit, cov * np.outer(unit, unit))
    assert moved.outcome == Outcome.CONVERGED
    assert np.abs(moved.paths - fitted(plan).paths).max() < SAME


def test_a_singular_mode_b_block_is_flagged():
    plan = compile_plan([construct("Image"), construct("Quality", "B")], paths("Image -> Quality"))
    mean, cov = _resampled(plan, 3, 3)
    cov[1, -1] = cov[1, -2]
    cov[1, :, -1] = cov[1, :, -2]
    found = estimate(plan, mean, cov)
    assert found.outcome.tolist() == [0, Outcome.SINGULAR_BLOCK, 0]
    assert np.isfinite(found.paths[[0, 2]]).all()


def test_nearly_collinear_items_of_mode_b_converge_to_what_they_allow():
    rng = np.random.default_rng(0)
    common = rng.standard_normal(300)
    first = common + 1e-4 * rng.standard_normal((4, 300))
    second = 0.5 * common + rng.standard_normal((3, 300))
    plan = compile_plan([Construct("A", list("abcd"), "B"), Construct("B", list("efg"), "B")], paths("A -> B"))
    found = estimate(plan, *moments(plan, np.concatenate([first, second])))
    assert found.outcome == Outcome.CONVERGED
    # Two blocks of mode B are canonical correlation analysis.
    q, _ = np.linalg.qr((first - first.mean(axis=1, keepdims=True)).T)
    p, _ = np.linalg.qr((second - second.mean(axis=1, keepdims=True)).T)
    assert found.paths[1, 0] == pytest.approx(np.linalg.svd(q.T @ p)[1][0], abs=1e-9)


def test_not_converged_is_said_and_leaves_no_number():
    plan = full_plan()
    found = fitted(plan, iterations_at_most=3)
    assert found.outcome == Outcome.NOT_CONVERGED
    assert found.iterations == 3
    for name in ("outer_weights", "paths", "loadings", "weights"):
        assert np.isnan(getattr(found, name)).any(), name
    assert np.isnan(found.outer_weights).all()


def test_a_loop_that_never_settles_is_not_converged():
    """Among 400 samples of noise, some turn for ever by the centroid scheme; each says so."""
    plan = compile_plan(
        [Construct(name, [f"{name}{k}" for k in range(4)]) for name in "ABCD"], paths("A -> B", "A B -> C", "B C -> D")
    )
    rows = np.random.default_rng(5).standard_normal((400, 16, 12))
    found = estimate(plan, rows.mean(axis=2), np.stack([np.cov(sample) for sample in rows]), "centroid")
    lost = found.outcome == Outcome.NOT_CONVERGED
    assert 0 < lost.sum() < 40
    assert (found.iterations[lost] == pls_algorithm.MAX_ITERATIONS).all()
    assert np.isnan(found.outer_weights[lost]).all()
    assert np.isfinite(found.outer_weights[~lost]).all()


def test_a_construct_that_nothing_correlates_with_has_no_proxy():
    plan = compile_plan([Construct("A", ["a1", "a2"]), Construct("B", ["b1", "b2"])], paths("A -> B"))
    cov = np.eye(4)
    cov[0, 1] = cov[1, 0] = cov[2, 3] = cov[3, 2] = 0.5
    found = estimate(plan, np.zeros(4), cov)
    assert found.outcome == Outcome.NO_PROXY
    assert np.isnan(found.outer_weights).all()


def test_two_common_factors_that_do_not_hold_have_no_reliability():
    plan = compile_plan([Construct("A", ["a1", "a2"]), Construct("B", ["b1", "b2"])], paths("A -> B"))
    cov = np.eye(4)
    cov[0, 1] = cov[1, 0] = -0.2
    cov[2, 3] = cov[3, 2] = 0.5
    cov[:2, 2:] = cov[2:, :2] = 0.3
    found = estimate(plan, np.zeros(4), cov, consistent=True)
    assert found.outcome == Outcome.NO_RELIABILITY
    assert np.isnan(found.reliabilities[0])
    assert found.reliabilities[1] > 0
    assert np.isnan(found.paths[1, 0])


def test_signs():
    plan = full_plan()
    found = fitted(plan)
    for j, block in enumerate(plan.loaded.blocks):
        assert found.loadings[block].sum() > 0, plan.constructs[j]
    rows = answers(plan)
    rows[plan.items.index("CUSCO")] *= -1
    # A construct most of whose items are turned is the same construct: all its items and paths turn at once.
    turned = [plan.items.index(item) for item in ("CUEX1", "CUEX2", "CUEX3")]
    rows[turned] *= -1
    flipped = estimate(plan, *moments(plan, rows))
    sign = np.where(np.isin(plan.constructs, ["Complaints", "Expectation"]), -1.0, 1.0)
    assert np.abs(flipped.paths - sign[:, None] * sign * found.paths).max() < SAME
    assert np.abs(flipped.outer_weights - found.outer_weights).max() < SAME


def test_a_dominant_item_decides_the_sign():
    rows = answers(full_plan())
    items = full_plan().items
    rows[[items.index("CUEX2"), items.index("CUEX3")]] *= -1
    by_sum = estimate(full_plan(), *moments(full_plan(), rows))
    plan = full_plan(dominant={"Expectation": "CUEX1"})
    by_item = estimate(plan, *moments(plan, rows))
    own = plan.loaded.blocks[1]
    assert by_sum.loadings[own][0] < 0 < by_item.loadings[own][0]
    assert np.abs(by_sum.loadings[own] + by_item.loadings[own]).max() < SAME
    plain = fitted(full_plan())
    assert by_item.paths[1, 0] == pytest.approx(plain.paths[1, 0], abs=SAME)


@pytest.mark.parametrize(
    ("dominant", "text"),
    [
        (
            {"Expectations": "CUEX1"},
            "dominant= names 'Expectations', which is not a construct (did you mean 'Expectation'?).",
        ),
        (
            {"Expectation": "CUEX4"},
            "dominant= names 'CUEX4', which does not measure 'Expectation' (did you mean 'CUEX3'?).",
        ),
    ],
)
def test_a_dominant_item_that_is_none(dominant, text):
    with pytest.raises(ModelError) as refusal:
        full_plan(dominant=dominant)
    assert str(refusal.value) == text


def test_scores_have_unit_variance_and_the_correlations_said():
    plan = full_plan()
    found = fitted(plan)
    rows = answers(plan)
    scores = found.raw_weights.T @ (rows - rows.mean(axis=1, keepdims=True))
    assert np.cov(scores) == pytest.approx(found.score_correlations, abs=1e-12)
    assert np.diag(found.score_correlations) == pytest.approx(np.ones(7), abs=1e-12)
    crossed = np.corrcoef(rows, scores)[:24, 24:]
    assert crossed == pytest.approx(found.cross, abs=1e-12)
    for target in np.flatnonzero(plan.arrows.any(axis=1)):
        sources = plan.predecessors[target]
        beta, residual, *_ = np.linalg.lstsq(scores[sources].T, scores[target], rcond=None)
        assert found.paths[target, sources] == pytest.approx(beta, abs=1e-12)
        assert found.r_squared[target] == pytest.approx(1 - residual[0] / 249, abs=1e-12)


@FAST
@given(st.integers(0, 10_000), st.sampled_from(["path", "centroid", "factorial"]))
def test_order_and_units_of_items_do_not_matter(seed, scheme):
    rng = np.random.default_rng(seed)
    plain = full_plan()
    shuffled = compile_plan(
        [
            Construct(
                FULL.constructs[j].name,
                [FULL.constructs[j].items[k] for k in rng.permutation(len(FULL.constructs[j].items))],
            )
            for j in rng.permutation(7)
        ],
        [FULL.relations[k] for k in rng.permutation(len(FULL.relations))],
    )
    unit, shift = rng.uniform(0.01, 100, 24), rng.normal(0, 100, 24)
    rows = answers(plain)[[plain.items.index(item) for item in shuffled.items]] * unit[:, None] + shift[:, None]
    ours, theirs = fitted(plain, scheme=scheme), estimate(shuffled, *moments(shuffled, rows), scheme)
    order = [shuffled.constructs.index(name) for name in plain.constructs]
    assert np.abs(theirs.paths[np.ix_(order, order)] - ours.paths).max() < SAME
    items = [shuffled.items.index(item) for item in plain.items]
    assert np.abs(theirs.weights[np.ix_(items, order)] - ours.weights).max() < SAME
    assert np.abs((theirs.raw_weights * unit[:, None])[np.ix_(items, order)] - ours.raw_weights).max() < SAME


def test_complex_members_are_one_point():
    plan = full_plan()
    _, cov = moments(plan)
    columns = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    blueprint = plan.stages[0].blueprint
    stack = np.repeat(columns[None].astype(complex), 3, axis=0)
    moved = solve(blueprint, stack)
    assert moved.weights.shape == (3, 24)
    assert np.abs(moved.weights.imag).max() == 0
    assert moved.weights[0].real == pytest.approx(solve(blueprint, columns).weights, abs=0)


def test_an_unknown_option_names_the_nearest():
    with pytest.raises(OptionError, match="'disjoint', 'embedded', 'repeated'"):
        full_plan(higher_order="two-stage")
    with pytest.raises(OptionError, match=r"did you mean 'product'"):
        full_plan(moderation="products")
