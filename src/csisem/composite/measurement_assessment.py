"""Assessment of a PLS measurement model; arrays may be complex."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.attenuation import rho_a
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Outer, Plan
from csisem.composite.regression import members_last
from csisem.composite.structural_model import inverse_diagonal


def average_variance(loaded: Outer, loadings: FloatArray) -> FloatArray:
    """Average variance extracted (..., J): the mean communality (squared loading) of a construct's items.

    Fornell and Larcker (1981). 1 for a single item, nan for a construct without loadings.
    """
    return _by_construct(loaded, loadings**2)


def composite_reliability(loaded: Outer, loadings: FloatArray) -> FloatArray:
    """rho_C (..., J), ``(sum l)^2 / ((sum l)^2 + sum(1 - l^2))`` with standardised loadings l (Joereskog 1971)."""
    sizes = np.array([max(block.stop - block.start, 1) for block in loaded.blocks])
    total = (_by_construct(loaded, loadings) * sizes) ** 2
    unexplained = _by_construct(loaded, 1 - loadings**2) * sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        reliability: FloatArray = total / (total + unexplained)
    return reliability


def score_reliability(plan: Plan, estimates: Estimates) -> FloatArray:
    """rho_A (..., J) of every mode A construct; 1 for a single item, nan for other modes, where it has no meaning.

    Dijkstra and Henseler (2015); the derivation takes weights to be proportional to loadings. Under PLSc the scores of
    higher-order constructs have the errors of their dimensions' items too.
    """
    outer_weights = estimates.outer_weights
    reliability = np.full((*outer_weights.shape[:-1], len(plan.constructs)), np.nan, dtype=outer_weights.dtype)
    for j, block in enumerate(plan.weighed.blocks):
        size = block.stop - block.start
        if size == 1 or (size and plan.modes[j] == "A"):
            corrected = estimates.reliabilities[..., j]
            reliability[..., j] = np.where(corrected == 1, rho_a(outer_weights[..., block]), corrected)
    return reliability


def redundancy(plan: Plan, loadings: FloatArray, r_squared: FloatArray) -> FloatArray:
    """Communality of every item times R2 of its construct (..., E), nan for exogenous constructs (Lohmoeller 1989)."""
    return loadings**2 * r_squared[..., plan.loaded.owner]


def goodness_of_fit(plan: Plan, loadings: FloatArray, r_squared: FloatArray, *, singles: bool = False) -> FloatArray:
    """GoF (...): the root of mean communality times mean R2 (Tenenhaus, Vinzi, Chatelin and Lauro 2005).

    ``singles``: whether single items, with communality 1 by construction, enter the mean; the authors leave them out.
    """
    sizes = np.array([block.stop - block.start for block in plan.loaded.blocks])
    counted = sizes[plan.loaded.owner] > (0 if singles else 1)
    endogenous = [bool(len(sources)) for sources in plan.predecessors]
    with np.errstate(invalid="ignore"):
        communality = (loadings[..., counted] ** 2).mean(axis=-1) if counted.any() else np.nan
        fit: FloatArray = np.sqrt(communality * r_squared[..., endogenous].mean(axis=-1))
    return fit


def outer_inflation(blocks: tuple[slice, ...], among: FloatArray) -> FloatArray:
    """Variance inflation factors (..., E) of items among the items of their construct; 1 for a single item.

    ``blocks`` are the constructs' slices of ``among``, the correlations (..., E, E) of the items.
    """
    last = members_last(among)
    factors = np.ones((among.shape[-1], last.shape[-1]), dtype=among.dtype)
    for block in blocks:
        if block.stop - block.start > 1:
            factors[block] = inverse_diagonal(last[block, block])
    return factors.T.reshape(among.shape[:-1])


def _by_construct(outer: Outer, values: FloatArray) -> FloatArray:
    means = np.full((*values.shape[:-1], len(outer.blocks)), np.nan, dtype=values.dtype)
    for j, block in enumerate(outer.blocks):
        if block.stop > block.start:
            means[..., j] = values[..., block].mean(axis=-1)
    return means
