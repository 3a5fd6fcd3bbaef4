"""PLS and PLSc estimates from moments.

Everything is smooth in the moments and accepts complex ones, so that all derivatives are one batched complex step
(`inference.delta.jacobian`); the loop contributes the derivative of its fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.composite.attenuation import construct_correlations, disattenuated, rho_a
from csisem.composite.interaction_moments import Base, base_columns, score_product
from csisem.composite.latent_products import product_moments
from csisem.composite.plan import Plan
from csisem.composite.pls_algorithm import MAX_ITERATIONS, Outcome, solve
from csisem.composite.stages import Stage
from csisem.composite.structural_model import regressions
from csisem.options import Scheme

Place: TypeAlias = int | slice | IntArray

# An item whose variance is below this share of its largest in the batch is constant but for rounding.
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """The estimates of R samples; all nan for a sample without converged weights (`outcome`).

    Attributes
    ----------
    weights
        Weights of the standardised items, and of their products, for scores of unit variance, (..., P, J).
    raw_weights
        The same for the columns in their own units, (..., P, J).
    cross
        Correlations of the items (and products) with the scores, (..., P, J).
    score_correlations
        Correlations of the scores, (..., J, J).
    outer_weights, loadings
        In the order of `Plan.weighed` and `Plan.loaded`, (..., E).
    correlations
        Correlations of the constructs: of the scores under PLS, corrected under PLSc, (..., J, J).
    paths
        Standardised coefficients, row = target, (..., J, J); of an interaction, per unit of the product of two
        standardised scores, under PLSc constructs.
    r_squared
        (..., J), nan for constructs without predecessor.
    reliabilities
        Squared correlation of each score with its construct under PLSc, rho_A of a common factor's items; 1 without
        correction, (..., J).
    outcome, iterations
        How the loop ended (`Outcome`), and its number of steps, (...).
    """

    weights: FloatArray
    raw_weights: FloatArray
    cross: FloatArray
    score_correlations: FloatArray
    outer_weights: FloatArray
    loadings: FloatArray
    correlations: FloatArray
    paths: FloatArray
    r_squared: FloatArray
    reliabilities: FloatArray
    outcome: NDArray[np.int8]
    iterations: NDArray[np.int64]

    def member(self, place: Place | tuple[Place, ...]) -> Estimates:
        """The estimates of one or several samples, by their place on the leading axes."""
        return Estimates(*(getattr(self, one.name)[place] for one in fields(self)))


def estimate(
    plan: Plan,
    mean: FloatArray,
    cov: FloatArray,
    scheme: Scheme = "path",
    *,
    consistent: bool = False,
    iterations_at_most: int = MAX_ITERATIONS,
) -> Estimates:
    """Estimate a plan from the moments of R samples.

    Parameters
    ----------
    plan
        The model, compiled.
    mean
        Means (..., P) of the columns less the centre of the products; used with interactions only.
    cov
        Covariances (..., P, P) of the items and of the products in `Plan.products`; the divisor affects the scale of
        interactions only (n - 1 in other programs).
    scheme
        How neighbours are weighted.
    consistent
        Whether to correct for attenuation (PLSc).
    iterations_at_most
        When the loop stops unless it has converged.
    """
    # What cannot be computed for a sample is nan, and its outcome is the reason.
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = base_columns(mean, cov, plan.products)
        constant = _constant(cov, len(plan.items))
        found = _weights(plan, columns, constant, scheme, iterations_at_most, consistent=consistent)
        return _finish(plan, columns, found, consistent=consistent)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Weights of base columns (..., P, J), outer weights (..., E), standard deviations of products of scores (..., J),
    and how the runs ended.

    Under PLSc ``cross`` are the correlations of indicators with the composites of their runs (..., E), in which earlier
    scores stand for constructs, and ``reliabilities`` the squared correlations of scores with constructs (..., J).
    """

    weights: FloatArray
    outer: FloatArray
    cross: FloatArray
    spreads: FloatArray
    reliabilities: FloatArray
    outcome: NDArray[np.int8]
    iterations: NDArray[np.int64]


def _weights(
    plan: Plan, columns: Base, constant: BoolArray, scheme: Scheme, iterations_at_most: int, *, consistent: bool
) -> _Found:
    """Weights after all runs; ``consistent`` runs take scores of earlier ones for the constructs these measure."""
    base = columns.cov
    lead, count = base.shape[:-2], len(plan.constructs)
    weights = np.zeros((*lead, plan.width, count), dtype=base.dtype)
    outer = np.full((*lead, len(plan.weighed.child)), np.nan, dtype=base.dtype)
    outcome = np.where(constant, Outcome.CONSTANT_ITEM, Outcome.CONVERGED).astype(np.int8)
    iterations = np.zeros(lead, dtype=np.int64)
    spreads, reliabilities = np.ones((2, *lead, count), dtype=base.dtype)
    cross = np.full(outer.shape, np.nan, dtype=base.dtype)
    for stage in plan.stages:
        unknown = np.isnan(reliabilities[..., stage.scores]).any(axis=-1) & (outcome == Outcome.CONVERGED)
        outcome = np.where(unknown, Outcome.NO_RELIABILITY, outcome).astype(np.int8)
        run = _run(plan, stage, base, weights, reliabilities)
        found = solve(stage.blueprint, run.correlations, scheme, iterations_at_most=iterations_at_most)
        outcome = np.where(outcome == Outcome.CONVERGED, found.outcome, outcome)
        iterations = iterations + found.iterations
        own = np.zeros((*lead, stage.blueprint.width, len(stage.members)), dtype=base.dtype)
        own[..., stage.blueprint.columns, stage.blueprint.owner] = found.weights
        weights[..., stage.members] = own if run.transform is None else run.transform @ own
        reported = stage.reported >= 0
        outer[..., stage.reported[reported]] = found.weights[..., reported]
        if consistent:
            _correct_stage(plan, stage, found.weights, base, weights, reliabilities)
            each = (run.correlations @ own)[..., stage.blueprint.columns, stage.blueprint.owner]
            cross[..., stage.reported[reported]] = each[..., reported]
        spreads[..., plan.terms[list(stage.terms)]] = run.products
    weights, outer = (np.where(_usable(outcome, a), a, np.nan) for a in (weights, outer))
    if consistent and plan.products is not None:
        for term, interaction in zip(plan.terms, plan.products.interactions, strict=True):
            product = score_product(interaction, weights, plan.width)
            spreads[..., term] = _deviation(base, product)
            weights[..., term] = product / spreads[..., term, None]
    return _Found(weights, outer, cross, spreads, reliabilities, outcome, iterations)


def _correct_stage(
    plan: Plan, stage: Stage, found: FloatArray, base: FloatArray, weights: FloatArray, reliabilities: FloatArray
) -> None:
    """Scale a run's scores to unit variance, and set their squared correlations with the constructs they measure."""
    for j, block in zip(stage.members.tolist(), stage.blueprint.blocks, strict=True):
        own = found[..., block]
        reliability = rho_a(own) if plan.factors[j] else np.ones(own.shape[:-1], dtype=own.dtype)
        if (stage.blueprint.columns[block] >= len(stage.base)).any():
            # A composite of dimensions has unit variance without their errors, its score more.
            deviation = _deviation(base, weights[..., j])
            weights[..., j] = weights[..., j] / deviation[..., None]
            reliability = reliability / deviation**2
        # Where the run failed, its outcome is the reason.
        reliabilities[..., j] = np.where(np.isnan(own).any(axis=-1), 1.0, reliability)


def _deviation(base: FloatArray, weights: FloatArray) -> FloatArray:
    """Standard deviation (...) of a score with weights (..., P) of base columns."""
    return np.asarray(np.sqrt((weights * (base @ weights[..., None])[..., 0]).sum(axis=-1)))


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """The columns of one run: correlations (..., m, m), their map from the base columns (..., P, m; None if the same),
    and the standard deviations of its products of scores (..., t).
    """

    correlations: FloatArray
    transform: FloatArray | None
    products: FloatArray


def _run(plan: Plan, stage: Stage, base: FloatArray, weights: FloatArray, reliabilities: FloatArray) -> _Run:
    if plan.products is None and np.array_equal(stage.base, np.arange(plan.width)) and not stage.scores.size:
        return _Run(base, None, np.ones((*base.shape[:-2], 0)))
    transform = np.zeros((*base.shape[:-1], stage.blueprint.width), dtype=base.dtype)
    transform[..., stage.base, np.arange(len(stage.base))] = 1.0
    after = len(stage.base) + len(stage.scores)
    transform[..., len(stage.base) : after] = weights[..., stage.scores]
    if plan.products is not None:
        for k, term in enumerate(stage.terms):
            transform[..., after + k] = score_product(plan.products.interactions[term], weights, plan.width)
    cov = np.swapaxes(transform, -1, -2) @ base @ transform
    scale = _deviations(cov)
    correlations = cov / (scale[..., :, None] * scale[..., None, :])
    known = np.ones(scale.shape, dtype=base.dtype)
    known[..., len(stage.base) : after] = reliabilities[..., stage.scores]
    return _Run(
        disattenuated(correlations, known) if stage.scores.size else correlations,
        transform / (scale * np.sqrt(known))[..., None, :],
        scale[..., after:],
    )


def _finish(plan: Plan, base: Base, found: _Found, *, consistent: bool) -> Estimates:
    """Loadings, correlations and paths that follow from the weights."""
    covariances = base.cov @ found.weights
    scores = np.swapaxes(found.weights, -1, -2) @ covariances
    cross = covariances if plan.products is None else covariances / _deviations(base.cov)[..., None]
    everything = np.concatenate([cross, scores], axis=-2)
    loadings = everything[..., plan.loaded.child, plan.loaded.owner]
    correlations, outcome, spreads = scores, found.outcome, found.spreads
    if consistent:
        loadings = _consistent_loadings(plan, found, loadings)
        correlations = construct_correlations(plan, found.outer, loadings, scores, found.reliabilities)
        lost = np.isnan(found.reliabilities).any(axis=-1) & (outcome == Outcome.CONVERGED)
        outcome = np.where(lost, Outcome.NO_RELIABILITY, outcome).astype(np.int8)
    if consistent and plan.products is not None:
        products = scores * spreads[..., :, None] * spreads[..., None, :]
        correlations, spreads = product_moments(plan, products, correlations, found.reliabilities)
    paths, explained = regressions(plan.predecessors, correlations)
    if plan.products is not None:
        # Per unit of the product of two scores, whose standard deviation is not 1.
        paths = paths / _of_items(plan, base.cov, cross, spreads)[..., None, :]
    return Estimates(
        found.weights,
        base.of_columns(found.weights),
        cross,
        scores,
        found.outer,
        loadings,
        correlations,
        paths,
        explained,
        found.reliabilities,
        outcome,
        found.iterations,
    )


def _consistent_loadings(plan: Plan, found: _Found, loadings: FloatArray) -> FloatArray:
    """Loadings (..., E) on the constructs: of a common factor's indicators ``sqrt(rho_A) w / w'w``.

    Dimensions of a composite correlate with it as they do without their scores' errors.
    """
    corrected = loadings.copy()
    for j, block in enumerate(plan.loaded.blocks):
        own = found.outer[..., plan.weighed.blocks[j]]
        if plan.factors[j]:
            scale = np.sqrt(rho_a(own)) / (own**2).sum(axis=-1)
            corrected[..., block] = scale[..., None] * own
        elif (plan.loaded.child[block] >= plan.width).any():
            corrected[..., block] = found.cross[..., plan.weighed.blocks[j]]
    return corrected


def _of_items(plan: Plan, base: FloatArray, cross: FloatArray, spreads: FloatArray) -> FloatArray:
    """Standard deviations (..., J); for an interaction measured by products of items, their weighted mean.

    Weights are the absolute loadings of the products (Henseler and Chin 2010).
    """
    if plan.products is None or plan.stages[-1].terms:
        return spreads
    spreads = spreads.copy()
    deviations = _deviations(base)
    for construct, term in zip(plan.terms, plan.products.interactions, strict=True):
        loadings = cross[..., term.columns, construct]
        sizes = np.where(loadings.real < 0, -loadings, loadings)
        spreads[..., construct] = (sizes * deviations[..., term.columns]).sum(axis=-1) / sizes.sum(axis=-1)
    return spreads


def _deviations(cov: FloatArray) -> FloatArray:
    variances = np.diagonal(cov, axis1=-2, axis2=-1)
    return np.sqrt(np.where(variances.real > 0, variances, np.nan))


def _usable(outcome: NDArray[np.int8], array: FloatArray) -> BoolArray:
    shape = (*outcome.shape, *([1] * (array.ndim - outcome.ndim)))
    return np.asarray(outcome == Outcome.CONVERGED).reshape(shape)


def _constant(cov: FloatArray, items: int) -> BoolArray:
    variances = np.diagonal(cov, axis1=-2, axis2=-1)[..., :items].real
    largest = np.fmax.reduce(variances.reshape(-1, items), axis=0, initial=0.0)
    return np.asarray((variances <= _CONSTANT * largest).any(axis=-1))
