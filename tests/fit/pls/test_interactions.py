"""Fits with interactions through the public door: scores of rows and the matrices of Fornell's notation."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from composites import FULL, mobi_frame, paths

CONSTRUCTS = [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction")]
MODEL = cs.Model(CONSTRUCTS, paths("Image Value Image:Value -> Satisfaction"))
MODERATIONS = ["two-stage", "product", "orthogonal"]


@pytest.fixture(scope="module")
def frame():
    return mobi_frame().assign(half=np.where(np.arange(250) % 3 == 0, "first", "second"))


@pytest.mark.parametrize("moderation", MODERATIONS)
@pytest.mark.parametrize("groups", [None, "half"])
def test_scores_are_of_the_constructs_items(frame, moderation, groups):
    fit = MODEL.fit(frame, "PLS", moderation=moderation, groups=groups)
    scores = fit.scores()
    assert list(scores) == [c.name for c in CONSTRUCTS]
    for label in fit.groups or (None,):
        own = frame if label is None else frame[frame["half"] == label]
        items = list(fit.solution.plan.items)
        standard = (own[items] - own[items].mean()) / own[items].std()
        told = fit.weights if label is None else fit.weights[fit.weights["group"] == label]
        for construct in CONSTRUCTS:
            weights = told[told["lhs"] == construct.name].set_index("rhs")["est"]
            by_hand = standard[list(weights.index)] @ weights
            assert scores.loc[own.index, construct.name].to_numpy() == pytest.approx(by_hand.to_numpy(), abs=1e-10)


@pytest.mark.parametrize("moderation", MODERATIONS)
def test_matrices_have_what_interactions_are_measured_by(frame, moderation):
    fit = MODEL.fit(frame, "PLS", moderation=moderation)
    matrices = fit.matrices()
    path = fit.paths.set_index("rhs")["est"]["Image:Value"]
    assert matrices.Gamma.loc["Satisfaction", "Image:Value"] == path
    products = [f"{a}:{b}" for a in CONSTRUCTS[0].items for b in CONSTRUCTS[1].items]
    measured = matrices.Lambda_x.filter(["Image:Value"]).reindex(products)
    loadings = fit.loadings[fit.loadings["lhs"] == "Image:Value"].set_index("rhs")["est"]
    if moderation == "two-stage":
        assert measured.empty or measured.columns.empty
        assert loadings.empty
    else:
        assert measured["Image:Value"].to_numpy() == pytest.approx(loadings[products].to_numpy())
