"""The PLS loop over a batch of samples, and its derivative."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray
from csisem.composite.blueprint import Blueprint
from csisem.composite.inner_weights import inner_weights
from csisem.composite.outer_weights import Scored, block_inverses, score, start, update
from csisem.options import Scheme

MAX_ITERATIONS = 300
# Largest change of a weight, in units of the largest weight, at which a sample has converged. The loop converges
# linearly, usually by a factor of 3 to 10 per step, so that weights are then accurate to about this.
TOLERANCE = 1e-12
# The weights of a mode B construct are accurate to its items' variance inflation times this, however many iterations.
ROUNDING = 1e-15
# Converged samples leave the arrays once they are this share; moving the others costs about as much as a step.
LEAVING = 0.25
# Samples at a time, so that their correlations stay in the cache.
CHUNK = 8192


class Outcome(IntEnum):
    """How the loop ended for one sample."""

    CONVERGED = 0
    NOT_CONVERGED = 1
    CONSTANT_ITEM = 2
    SINGULAR_BLOCK = 3
    NO_PROXY = 4
    NO_RELIABILITY = 5

    @property
    def words(self) -> str:
        """The reason, for a replicate that ended so."""
        return _WORDS[self]


_WORDS = {
    Outcome.CONVERGED: "converged",
    Outcome.NOT_CONVERGED: "did not converge",
    Outcome.CONSTANT_ITEM: "an item is constant",
    Outcome.SINGULAR_BLOCK: "the items of a mode B construct are linearly dependent",
    Outcome.NO_PROXY: "a construct is uncorrelated with its neighbours, or its predictors are collinear",
    Outcome.NO_RELIABILITY: "a construct's rho_A does not exist, or is not positive",
}


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The result of the loop; leading axes are those of the correlations.

    Attributes
    ----------
    weights
        Outer weights (..., E) of standardised columns, for scores of unit variance with signs by the blueprint; nan
        where the loop did not converge.
    outcome
        `Outcome` of every sample, (...).
    iterations
        Steps taken, (...).
    """

    weights: FloatArray
    outcome: NDArray[np.int8]
    iterations: NDArray[np.int64]


def solve(
    blueprint: Blueprint,
    correlations: FloatArray,
    scheme: Scheme = "path",
    *,
    iterations_at_most: int = MAX_ITERATIONS,
) -> Weights:
    """Find the outer weights of R samples from the correlations of their columns.

    Parameters
    ----------
    blueprint
        The run.
    correlations
        (..., m, m). Complex samples are one point moved in as many directions: their real parts must agree, and the
        imaginary parts of the weights are derivatives along theirs.
    scheme
        How neighbours are weighted.
    iterations_at_most
        When the loop stops unless it has converged.
    """
    lead, width = correlations.shape[:-2], correlations.shape[-1]
    flat = correlations.reshape(-1, width, width)
    if np.iscomplexobj(flat):
        base = solve(blueprint, flat[0].real, scheme, iterations_at_most=iterations_at_most)
        moved = _derivative(blueprint, flat, base.weights, scheme)
        shape = (*lead, blueprint.size)
        return Weights(
            moved.reshape(shape), np.broadcast_to(base.outcome, lead), np.broadcast_to(base.iterations, lead)
        )
    count = len(flat)
    weights = np.empty((blueprint.size, count))
    outcome, iterations = np.empty(count, dtype=np.int8), np.empty(count, dtype=np.int64)
    for first in range(0, count, CHUNK):
        part = slice(first, first + CHUNK)
        weights[:, part], outcome[part], iterations[part] = _iterate(
            blueprint, _weighed(blueprint, flat[part]), scheme, iterations_at_most
        )
    return Weights(weights.T.reshape(*lead, blueprint.size), outcome.reshape(lead), iterations.reshape(lead))


def _weighed(blueprint: Blueprint, flat: FloatArray) -> FloatArray:
    """Correlations (E, E, R) of the columns of the E weights, samples last."""
    last, columns = np.moveaxis(flat, 0, -1), blueprint.columns
    if np.array_equal(columns, np.arange(blueprint.width)):
        return np.ascontiguousarray(last)
    return np.ascontiguousarray(last[columns[:, None], columns])


def _iterate(
    blueprint: Blueprint, columns: FloatArray, scheme: Scheme, most: int
) -> tuple[FloatArray, NDArray[np.int8], NDArray[np.int64]]:
    members = columns.shape[-1]
    found, iterations = np.full((blueprint.size, members), np.nan), np.zeros(members, dtype=np.int64)
    outcome = np.full(members, Outcome.NOT_CONVERGED, dtype=np.int8)
    inverses, singular = block_inverses(blueprint, columns)
    scored = score(blueprint, columns, start(blueprint, columns))
    enough = _attainable(inverses, members)
    active, waiting = np.arange(members), np.ones(members, dtype=bool)
    for iteration in range(1, most + 1):
        moved = score(blueprint, columns, _step(blueprint, inverses, scored, scheme))
        with np.errstate(invalid="ignore"):
            change = np.abs(moved.weights - scored.weights).max(axis=0) / np.abs(moved.weights).max(axis=0)
        done, broken = change <= enough[active], np.isnan(change)
        gone = np.flatnonzero((done | broken) & waiting)
        if gone.size:
            places = active[gone]
            found[:, places] = _oriented(blueprint, moved.take(gone))
            outcome[places] = np.where(done[gone], Outcome.CONVERGED, Outcome.NO_PROXY)
            iterations[places] = iteration
            waiting[gone] = False
            left = np.flatnonzero(waiting)
            if not left.size:
                break
            if left.size <= (1 - LEAVING) * waiting.size:
                columns, moved, active = columns[..., left], moved.take(left), active[left]
                inverses = {j: inverse[..., left] for j, inverse in inverses.items()}
                waiting = np.ones(left.size, dtype=bool)
        scored = moved
    iterations[outcome == Outcome.NOT_CONVERGED] = most
    outcome[singular] = Outcome.SINGULAR_BLOCK
    found[:, outcome != Outcome.CONVERGED] = np.nan
    return found, outcome, iterations


def _attainable(inverses: dict[int, FloatArray], members: int) -> FloatArray:
    """The change of weights (R,) at which the loop stops."""
    enough = np.full(members, TOLERANCE)
    for inverse in inverses.values():
        place = np.arange(inverse.shape[0])
        enough = np.fmax(enough, ROUNDING * inverse[place, place].max(axis=0))
    return enough


def _step(blueprint: Blueprint, inverses: dict[int, FloatArray], scored: Scored, scheme: Scheme) -> FloatArray:
    return update(blueprint, inverses, scored, inner_weights(blueprint, scored.correlations, scheme))


def _oriented(blueprint: Blueprint, scored: Scored) -> FloatArray:
    """Weights (E, R) with signs by the blueprint's reference, which affect nothing else in the loop."""
    weights = scored.weights.copy()
    for j, block in enumerate(blueprint.blocks):
        total = (blueprint.reference[block, None] * scored.cross[block, j]).sum(axis=0)
        weights[block] *= np.where(total < 0, -1.0, 1.0)
    return weights


def _derivative(blueprint: Blueprint, flat: FloatArray, weights: FloatArray, scheme: Scheme) -> FloatArray:
    """Weights (K, E) whose imaginary parts follow those of correlations (K, m, m) at the fixed point ``weights`` (E,).

    With H one step of the loop, the fixed point w = H(w, S) moves by dw = (I - dH/dw)^-1 dH/dS dS. Both derivatives
    are complex steps of H.
    """
    if not np.isfinite(weights).all():
        return np.full((len(flat), blueprint.size), np.nan, dtype=np.complex128)
    size = blueprint.size
    by_correlations = _again(blueprint, _weighed(blueprint, flat), np.repeat(weights[:, None], len(flat), 1), scheme)
    still = np.repeat(_weighed(blueprint, flat[:1].real), size, axis=-1)
    by_weights = _again(blueprint, still, weights[:, None] + 1e-30j * np.eye(size), scheme).imag / 1e-30
    try:
        slope = np.linalg.solve(np.eye(size) - by_weights, by_correlations.imag)
    except np.linalg.LinAlgError:
        slope = np.full((size, len(flat)), np.nan)
    return (weights[:, None] + 1j * slope).T


def _again(blueprint: Blueprint, columns: FloatArray, weights: FloatArray, scheme: Scheme) -> FloatArray:
    """One step of the loop from weights (E, R)."""
    inverses, _ = block_inverses(blueprint, columns)
    scored = score(blueprint, columns, weights)
    return score(blueprint, columns, _step(blueprint, inverses, scored, scheme)).weights
