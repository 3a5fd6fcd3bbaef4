"""Consistent PLS: loadings and correlations corrected for attenuation."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.plan import Plan
from csisem.errors import ModelError
from csisem.options import HigherOrder, Moderation


def check_consistent(plan: Plan, higher_order: HigherOrder, moderation: Moderation) -> None:
    """Refuse runs for higher-order constructs and interactions whose scores PLSc cannot correct."""
    dimensions = {int(child) - plan.width for child in plan.loaded.child if child >= plan.width}
    if dimensions and higher_order != "disjoint":
        raise ModelError(f"PLSc corrects dimensions that were weighed without their own items behind them; take "
                         f"higher_order='disjoint', not {higher_order!r}, or estimate by PLS.")  # fmt: skip
    if len(plan.terms) and moderation != "two-stage":
        raise ModelError(f"PLSc corrects products of scores; take moderation='two-stage', not {moderation!r}, or "
                         "estimate by PLS.")  # fmt: skip
    interactions = () if plan.products is None else plan.products.interactions
    for name, term in zip(plan.terms, interactions, strict=True):
        below = dimensions & {term.first, term.second}
        if below:
            raise ModelError(f"PLSc does not correct the interaction {plan.constructs[name]!r}, since "
                             f"{plan.constructs[min(below)]!r} measures a higher-order construct; estimate by "
                             "PLS.")  # fmt: skip


def rho_a(weights: FloatArray) -> FloatArray:
    """Dijkstra and Henseler's (2015) reliability (...) of scores of unit variance with weights (..., k).

    ``(w'w)^2 w'(S - diag S)w / w'(ww' - diag ww')w``, which w'Sw = 1 reduces to sums of powers; 1 for a single weight,
    nan where it is not positive.
    """
    if weights.shape[-1] == 1:
        return np.ones(weights.shape[:-1], dtype=weights.dtype)
    squares = (weights**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        reliability = squares**2 * (1 - squares) / (squares**2 - (weights**4).sum(axis=-1))
        return np.where(reliability.real > 0, reliability, np.nan)


def disattenuated(correlations: FloatArray, reliabilities: FloatArray) -> FloatArray:
    """Correlations (..., m, m) over the roots of both reliabilities (..., m), with 1 on the diagonal."""
    root = np.sqrt(reliabilities)
    among: FloatArray = correlations / (root[..., :, None] * root[..., None, :])
    place = np.arange(among.shape[-1])
    among[..., place, place] = 1.0
    return among


def construct_correlations(
    plan: Plan, outer_weights: FloatArray, loadings: FloatArray, scores: FloatArray, reliabilities: FloatArray
) -> FloatArray:
    """Correlations (..., J, J) of the constructs that scores with ``reliabilities`` (..., J) measure.

    A correlation of scores is divided by the roots of both reliabilities (Dijkstra and Henseler 2015). Scores of a
    higher-order construct and of its dimensions share errors; these correlate by the loading, and constructs further
    below through the dimension if it measures a common factor, through all dimensions if they form a composite.
    """
    among = disattenuated(scores, reliabilities)
    below: dict[int, list[int]] = {}
    for j in _by_level(plan):
        block = plan.loaded.blocks[j]
        dimensions = plan.loaded.child[block] - plan.width
        if not dimensions.size or (dimensions < 0).any():
            continue
        below[j] = []
        for e, child in zip(range(block.start, block.stop), dimensions.tolist(), strict=True):
            among[..., child, j] = among[..., j, child] = loadings[..., e]
            for lower in below.get(child, []):
                through = among[..., lower, child] * loadings[..., e]
                if not plan.factors[j]:
                    through = (outer_weights[..., plan.weighed.blocks[j]] * among[..., lower, dimensions]).sum(axis=-1)
                among[..., lower, j] = among[..., j, lower] = through
            below[j] += [child, *below.get(child, [])]
    return among


def _by_level(plan: Plan) -> list[int]:
    """Positions of the constructs, dimensions before what they measure."""
    children = [plan.loaded.child[block] - plan.width for block in plan.loaded.blocks]

    def level(j: int) -> int:
        return 1 + max((level(int(child)) for child in children[j] if child >= 0), default=-1)

    return sorted(range(len(children)), key=level)
