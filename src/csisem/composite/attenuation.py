"""Consistent PLS: loadings and correlations corrected for attenuation."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.plan import Plan
from csisem.errors import ModelError


def check_consistent(plan: Plan) -> None:
    """Refuse higher-order constructs and interactions, which PLSc does not correct."""
    if plan.higher_order:
        name = plan.constructs[plan.loaded.owner[plan.loaded.child >= plan.width][0]]
        raise ModelError(f"PLSc does not correct the higher-order construct {name!r}, whose dimensions are scores with "
                         "measurement error; estimate by PLS.")  # fmt: skip
    if len(plan.terms):
        raise ModelError(f"PLSc does not correct the interaction {plan.constructs[plan.terms[0]]!r}; estimate by PLS.")


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


def correct(
    plan: Plan, weights: FloatArray, loadings: FloatArray, correlations: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Correct outer weights and loadings (..., E) and correlations of the scores (..., J, J) for attenuation.

    A factor's loadings are ``sqrt(rho_A) w / w'w``; a correlation is divided by the roots of both reliabilities.

    Returns
    -------
    tuple
        rho_A of common factors, 1 for other constructs, (..., J); loadings, (..., E); correlations, (..., J, J).
    """
    reliabilities = np.ones((*weights.shape[:-1], len(plan.constructs)), dtype=weights.dtype)
    corrected = loadings.copy()
    for j in np.flatnonzero(plan.factors):
        own = weights[..., plan.weighed.blocks[j]]
        reliabilities[..., j] = rho_a(own)
        scale = np.sqrt(reliabilities[..., j]) / (own**2).sum(axis=-1)
        corrected[..., plan.loaded.blocks[j]] = scale[..., None] * own
    root = np.sqrt(reliabilities)
    among = correlations / (root[..., :, None] * root[..., None, :])
    place = np.arange(among.shape[-1])
    among[..., place, place] = 1.0
    return reliabilities, corrected, among
