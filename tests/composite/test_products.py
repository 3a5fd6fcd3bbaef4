"""Interactions from moments of products, against the same interactions built from rows."""

from __future__ import annotations

import numpy as np
import pytest

from composites import answers, construct, fitted, moments, paths
from csisem.composite.estimate import estimate
from csisem.composite.interaction_moments import base_columns
from csisem.composite.plan import compile_plan
from csisem.specification.construct import Construct

FOUR = [construct(name) for name in ("Image", "Expectation", "Value", "Satisfaction")]
TERMS = "Image Expectation Value Image:Value Expectation:Expectation -> Satisfaction"
KINDS = ["two-stage", "product", "orthogonal"]


def _standard(rows):
    return (rows - rows.mean(axis=1, keepdims=True)) / rows.std(axis=1, ddof=1, keepdims=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_centre_of_products_does_not_matter(kind):
    plan = compile_plan(FOUR, paths(TERMS), moderation=kind)
    rows = answers(plan)[: len(plan.items)]
    shift = np.random.default_rng(1).normal(0, 3, len(rows))
    moved = plan.products.augment(rows - shift[:, None])
    ours, theirs = fitted(plan), estimate(plan, *moments(plan, moved))
    assert np.abs(ours.paths - theirs.paths).max() < 1e-10
    assert np.nanmax(np.abs(ours.r_squared - theirs.r_squared)) < 1e-10


@pytest.mark.parametrize("kind", KINDS)
def test_units_of_items_do_not_matter(kind):
    plan = compile_plan(FOUR, paths(TERMS), moderation=kind)
    rows = answers(plan)[: len(plan.items)]
    unit = np.random.default_rng(1).uniform(0.1, 10, len(rows))
    moved = plan.products.augment(rows * unit[:, None])
    assert np.abs(fitted(plan).paths - estimate(plan, *moments(plan, moved)).paths).max() < 1e-10


def test_base_columns_are_products_of_standardised_items():
    for kind in ("product", "orthogonal"):
        plan = compile_plan(FOUR, paths(TERMS), moderation=kind)
        standard = _standard(answers(plan)[: len(plan.items)])
        left, right = plan.products.pairs.T
        products = standard[left] * standard[right]
        if kind == "orthogonal":
            for term in plan.products.interactions:
                used = np.unique(np.concatenate([term.left, term.right]))
                design = np.column_stack([np.ones(250), standard[used].T])
                own = term.columns - len(plan.items)
                beta = np.linalg.lstsq(design, products[own].T, rcond=None)[0]
                products[own] -= (design @ beta).T
        base = base_columns(*moments(plan), plan.products)
        assert base.cov == pytest.approx(np.cov(np.concatenate([standard, products])), abs=1e-11)


def test_two_stages_from_rows():
    plan = compile_plan(FOUR, paths(TERMS))
    first = compile_plan(FOUR, paths("Image Expectation Value -> Satisfaction"))
    standard = _standard(answers(first))
    scores = fitted(first).weights.T @ standard
    columns = [scores[0] * scores[2], scores[1] ** 2]
    whole = np.concatenate([standard, columns])
    second = compile_plan(
        [*FOUR, Construct("IV", "iv"), Construct("EE", "ee")],
        paths("Image Expectation Value IV EE -> Satisfaction"),
    )
    rows = estimate(second, *moments(second, whole))
    found = fitted(plan)
    deviations = np.std(columns, axis=1, ddof=1)
    assert found.paths[3, :3] == pytest.approx(rows.paths[3, :3], abs=1e-11)
    # Per unit of the product, not per standard deviation of it.
    assert found.paths[3, 4:] == pytest.approx(rows.paths[3, 4:] / deviations, abs=1e-11)
    assert found.r_squared[3] == pytest.approx(rows.r_squared[3], abs=1e-11)
    # The weights of an interaction's score are on products of items, and give that score.
    left, right = plan.products.pairs.T
    base = np.concatenate([standard, standard[left] * standard[right]])
    score = found.weights[:, 4] @ base
    assert score - score.mean() == pytest.approx((columns[0] - np.mean(columns[0])) / deviations[0], abs=1e-10)


def test_an_interaction_of_a_higher_order_construct():
    constructs = [
        *(construct(name) for name in ("Image", "Expectation", "Value", "Loyalty")),
        Construct("Standing", ["Image", "Value"]),
    ]
    plan = compile_plan(constructs, paths("Standing Expectation Standing:Expectation -> Loyalty"))
    found = fitted(plan)
    without = compile_plan(constructs, paths("Standing Expectation -> Loyalty"))
    standard = _standard(answers(without))
    scores = fitted(without).weights.T @ standard
    product = scores[without.constructs.index("Standing")] * scores[without.constructs.index("Expectation")]
    left, right = plan.products.pairs.T
    base = np.concatenate([standard, standard[left] * standard[right]])
    score = found.weights[:, -1] @ base
    assert np.corrcoef(score, product)[0, 1] == pytest.approx(1, abs=1e-11)


def test_an_observed_moderator():
    plan = compile_plan(FOUR[:1] + FOUR[3:], paths("Image CUSCO Image:CUSCO -> Satisfaction"))
    assert len(plan.products.pairs) == 5
    assert fitted(plan).outcome == 0
