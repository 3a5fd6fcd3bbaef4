"""The batched Fisher-scoring loop; converged samples leave the batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import implied

MAX_ITERATIONS = 300
MAX_HALVINGS = 30
# Newton decrement g' I^-1 g per observation at which a sample has converged: parameters are then within about 1e-10 of
# their standard error times root n, and the last step, which is still taken, is closer yet.
TOLERANCE = 1e-20
# How much faster than the last two decrements say the next may grow back: while the steps turn to a weakly determined
# direction, the factor by which Newton's method squares a decrement rises (a hundredfold in models drawn at random).
TURNING = 1e3
# Below this decrement the observed information, where it is definite, replaces the expected one: Newton's steps finish
# in two or three iterations where scoring's linear rate, bad for nearly collinear latents, would need dozens.
NEWTON_BELOW = 1e-1
# Directions whose scaled information is smaller than this are damped instead of followed.
RIDGE = 1e-12
# After a step that had to be halved more often than this, the next is damped as in Levenberg and Marquardt's method, by
# `DAMPING` at least and ten times more each time; a full step divides the damping by a hundred.
PATIENCE = 2
DAMPING = 1e-3
# Part of a step over which second derivatives along it are taken; moments are polynomials of low degree.
_APART = 1e-2
# Relative rounding up to which discrepancies are taken to be equal.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """End of the loop for each of R samples.

    Attributes
    ----------
    theta
        Free parameters (R, q).
    value
        The discrepancy (R,).
    converged
        Whether the Newton decrement fell below the tolerance, (R,).
    iterations
        Number of steps, (R,).
    point
        The discrepancy at ``theta``, where all samples ended at the same step; None otherwise.
    """

    theta: FloatArray
    value: FloatArray
    converged: BoolArray
    iterations: NDArray[np.int64]
    point: Point | None = None


class _Metric(NamedTuple):
    """Damped information of R samples and the scales (R, q) by which it is divided."""

    information: GroupedMatrix
    scale: FloatArray


def minimise(
    objective: Objective,
    start: FloatArray,
    iterations_at_most: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
    *,
    near: bool = False,
    curved: bool = False,
    exact: bool = True,
) -> Minimum:
    """Minimise the discrepancy of R samples from ``start`` (R, q) by scoring with step halving.

    ``near`` says that the start is so close to the minimum that Newton's steps may begin at once. With ``curved``,
    steps follow curved valleys in samples of which one has been halved. Without ``exact`` no step is Newton's.
    """
    count = start.shape[0]
    found = Minimum(start.copy(), np.full(count, np.inf), np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64))
    active = np.arange(count)
    point = objective.at(start)
    newton, damping = np.full(count, near), np.full(count, RIDGE)
    before, bent = np.full(count, np.nan), np.zeros(count, dtype=bool)
    # A looser tolerance is that of replicates, whose number leaves more open than this.
    turning = TURNING if tolerance <= TOLERANCE else 1.0
    # No halving helps a start outside the admissible region.
    leave, done = ~np.isfinite(point.value), np.zeros(count, dtype=bool)
    for iteration in range(iterations_at_most + 1):
        if iteration == iterations_at_most:
            leave = np.ones(len(active), dtype=bool)
        if leave.any():
            gone = active[leave]
            found.theta[gone], found.value[gone] = point.theta[leave], point.value[leave]
            found.converged[gone], found.iterations[gone] = done[leave], iteration
            stay = np.flatnonzero(~leave)
            if not stay.size:
                found = replace(found, point=point if len(active) == count else None)
                break
            active, newton, damping, before, bent = (one[stay] for one in (active, newton, damping, before, bent))
            objective = objective.take(stay)
            point = objective.at(point.theta[stay])
        slope = objective.slopes(point)
        step, decrement, newtons, metric = _step(objective, point, slope, newton, damping)
        bend = np.where(bent[:, None], _bend(objective, point, step, metric), 0.0) if bent.any() else None
        moved, halvings = _line_search(objective, point, step, bend)
        if curved:
            bent = bent | (halvings > 0)
        done = (_still_to_come(decrement, before, turning) < tolerance) & (damping <= RIDGE)
        before, newton = np.where(newtons, decrement, np.nan), (decrement < NEWTON_BELOW) & exact
        stuck = (moved.theta == point.theta).all(axis=-1) & (damping >= 1.0)
        leave = done | stuck | ~np.isfinite(decrement)
        damping, point = _damped(damping, halvings), moved
    return found


def _step(
    objective: Objective,
    point: Point,
    slope: Slopes,
    newton: BoolArray,
    damping: FloatArray,
) -> tuple[FloatArray, FloatArray, BoolArray, _Metric]:
    """Scoring or Newton step of every sample, its decrement, whether it was Newton's, and its metric."""
    exact = np.zeros(len(newton), dtype=bool)
    if newton.any():
        information, scale = _scaled(objective.observed(point, slope))
        exact = newton & information.definite(RIDGE)
    if not exact.all():
        expected, expected_scale = _scaled(objective.expected(point, slope))
        if exact.any():
            information = information.where(exact, expected)
            scale = np.where(exact[:, None], scale, expected_scale)
        else:
            information, scale = expected, expected_scale
    information = information.raised(damping)
    step = -information.solve(slope.gradient / scale) / scale
    return step, -(step * slope.gradient).sum(axis=-1), exact, _Metric(information, scale)


def _bend(objective: Objective, point: Point, step: FloatArray, metric: _Metric) -> FloatArray:
    """What the curvature of the moments adds to a step (R, q), times the square of the step's length.

    A long valley of the discrepancy may be curved: of a loading that grows, the residual variance falls with its
    square, and no straight step stays in it. With the second derivative of the moments along the step, D, it is
    ``-I^-1 J'V D / 2``: geodesic acceleration (Transtrum and Sethna 2012, arXiv:1201.5885).
    """
    structure, centre = objective.structure, point.moments
    ahead, behind = (implied(structure.matrices(point.theta + length * step)) for length in (_APART, -_APART))
    cov = (ahead.cov - 2 * centre.cov + behind.cov) / _APART**2
    mean = (ahead.mean - 2 * centre.mean + behind.mean) / _APART**2 if structure.meanstructure else centre.mean
    pull = objective.slopes(objective.turned(point, mean, cov)).gradient
    bend = -metric.information.solve(pull / metric.scale) / metric.scale / 2
    return np.where(np.isfinite(bend), bend, 0.0)


def _scaled(information: GroupedMatrix) -> tuple[GroupedMatrix, FloatArray]:
    diagonal = information.diagonal
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    return information.scaled(scale), scale


def _still_to_come(decrement: FloatArray, before: FloatArray, turning: float) -> FloatArray:
    """The decrement, or its predicted value after this step where the last two steps were Newton's.

    Each Newton step squares the decrement, up to a factor that the last two decrements give, that is large in weakly
    determined models and may still rise, to ``turning`` times as much; ``before`` is nan where the last step was not
    Newton's.
    """
    predicted = turning * decrement * (decrement / before) ** 2
    return np.where(predicted < decrement, predicted, decrement)


def _damped(damping: FloatArray, halvings: NDArray[np.int64]) -> FloatArray:
    if not halvings.any() and (damping <= RIDGE).all():
        return damping
    more = np.maximum(10 * damping, DAMPING)
    less = np.where(damping > 1e-10, damping / 100, RIDGE)
    return np.where(halvings > PATIENCE, more, np.where(halvings == 0, less, damping))


def _line_search(
    objective: Objective, point: Point, step: FloatArray, bend: FloatArray | None
) -> tuple[Point, NDArray[np.int64]]:
    """The point after the full step, or after the first of its halves that does not raise the discrepancy.

    Also returns how often each sample's step was halved.
    """
    moved = objective.at(point.theta + step if bend is None else point.theta + step + bend)
    worse = moved.value > point.value + ROUNDING * (1 + np.abs(point.value))
    halvings = np.zeros(len(worse), dtype=np.int64)
    if not worse.any():
        return moved, halvings
    theta, length = moved.theta.copy(), np.ones(len(worse))
    for _ in range(MAX_HALVINGS):
        bad = np.flatnonzero(worse)
        length[bad] /= 2
        halvings[bad] += 1
        theta[bad] = point.theta[bad] + length[bad, None] * step[bad]
        if bend is not None:
            theta[bad] += length[bad, None] ** 2 * bend[bad]
        trial = objective.take(bad).at(theta[bad])
        worse[bad] = trial.value > point.value[bad] + ROUNDING * (1 + np.abs(point.value[bad]))
        if not worse.any():
            if bad.size == len(worse):
                return trial, halvings
            break
    theta[worse] = point.theta[worse]
    return objective.at(theta), halvings
