"""Minimisation under equations and inequalities by sequential quadratic programming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.discrepancy import Point
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.quadratic_program import Step, null_space, solve_program
from csisem.covariance.estimation.scoring import MAX_ITERATIONS, NEWTON_BELOW, PATIENCE, RIDGE, ROUNDING, TOLERANCE
from csisem.inference.delta import jacobian
from csisem.specification.restrictions import Restrictions

_HALVINGS = 40
# Violation of a solution, as a share of what a restriction changes by when the parameters move by one standard error
# times root n, which has the restriction's units; one that changes by less than the second number has none.
_VIOLATED, _SMALLEST = 1e-9, 1e-3
# Step of the central differences of exact first derivatives, in units of the parameters' scale.
_DIFFERENCE = 1e-5
_DAMPING = (1e-3, 1e8)
# Coefficients between scaled parameters that are rounding.
_ROUNDED = 1e-14
# Small enough that its square vanishes against 1.
_TINY = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class ConstrainedMinimum:
    """End of the search for one sample.

    Attributes
    ----------
    theta
        Free parameters (q,).
    value
        The discrepancy.
    converged
        Whether it is a minimum under the restrictions.
    feasible
        Whether the restrictions are met.
    iterations
        Number of steps.
    active
        Which restrictions hold with equality (k,), and their multipliers ``d value / d restriction``.
    multipliers
        Of the restrictions, (k,).
    """

    theta: FloatArray
    value: float
    converged: bool
    feasible: bool
    iterations: int
    active: BoolArray
    multipliers: FloatArray


def violation(restrictions: Restrictions, theta: FloatArray) -> FloatArray:
    """By how much restrictions are missed at parameters (..., q), (..., k)."""
    value = restrictions.values(theta)
    return np.asarray(np.where(restrictions.equality, np.abs(value), np.maximum(-value, 0.0)))


def minimise_constrained(
    objective: Objective,
    restrictions: Restrictions,
    start: FloatArray,
    tolerance: float = TOLERANCE,
    steps_at_most: int = MAX_ITERATIONS,
) -> ConstrainedMinimum:
    """Minimise the discrepancy of a batch of one from ``start`` (q,), under the restrictions.

    Each step solves a quadratic program with linear restrictions (Wilson 1963; Nocedal and Wright 2006, chapter 18),
    with the Hessian of the Lagrangian near the solution, where it is definite along the restrictions, and with the
    expected information elsewhere; so the last steps are Newton's on the conditions of Karush, Kuhn and Tucker. The
    step is halved until discrepancy and violations, weighted by the multipliers, do not rise.
    """
    search = _Search(objective, restrictions, start)
    converged, steps = False, 0
    # Constraints without a solution drive parameters to where matrices overflow.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        started = np.isfinite(search.point.value[0])
        while started and steps < steps_at_most and not converged and search.advanced():
            steps += 1
            converged = search.settled(tolerance)
    theta = search.snapped()
    value = float(objective.at(theta[None]).value[0])
    feasible = search.met(theta)
    return ConstrainedMinimum(theta, value, converged and feasible, feasible, steps, search.active, search.multipliers)


class _Search:
    """The state of one search.

    Attributes
    ----------
    theta, point
        Where it is.
    multipliers, active
        Of the restrictions (k,), and which of them hold, by the last program.
    penalty
        Weights of violations in the merit, (k,): in the units of each restriction.
    size
        Slopes of the restrictions in scaled parameters, (k,).
    damping
        Added to the Hessian, which is scaled to a unit diagonal.
    decrement
        Squared length of the last step in the metric of the expected information.
    """

    def __init__(self, objective: Objective, restrictions: Restrictions, start: FloatArray) -> None:
        self.objective, self.restrictions = objective, restrictions
        self.theta, self.point = start.copy(), objective.at(start[None])
        self.active, self.multipliers = restrictions.equality, np.zeros(len(restrictions.equality))
        self.penalty, self.size = np.zeros(len(self.active)), np.zeros(len(self.active))
        self.damping, self.decrement = RIDGE, np.inf

    def settled(self, tolerance: float) -> bool:
        """Whether the last step was too short to matter."""
        return self.decrement < tolerance and self.damping <= RIDGE

    def advanced(self) -> bool:
        """Take a step; False where there is none."""
        slope = self.objective.slopes(self.point)
        value, slopes = self.restrictions.values(self.theta), jacobian(self.restrictions.values, self.theta)
        expected = self.objective.expected(self.point, slope).dense()[0]
        if not (np.isfinite(value).all() and np.isfinite(slopes).all() and np.isfinite(expected).all()):
            return False
        diagonal = np.diagonal(expected)
        scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        program = (slope.gradient[0] / scale, slopes / scale, value, self.restrictions.equality)
        metric = expected / np.outer(scale, scale)
        self.size = np.sqrt(((slopes / scale) ** 2).sum(axis=1))
        step = None
        if self.decrement < NEWTON_BELOW:
            exact = self.objective.observed(self.point, slope).dense()[0] + self._curvature(slopes, scale)
            step = _exact_step(exact / np.outer(scale, scale), program, self.active)
        if step is None:
            step = _damped_step(metric + self.damping * np.eye(len(scale)), program)
        if step is None:
            return False
        self.multipliers, self.active = step.multipliers, step.active
        self.decrement = float(step.move @ metric @ step.move)
        least = 2 * np.abs(step.multipliers)
        if not step.feasible:
            least = np.where(step.active, 1 / np.maximum(self.size, _SMALLEST), least)
        self.penalty = np.maximum(self.penalty, least)
        return self._damped(self._moved(step.move / scale, slopes / scale, scale))

    def _curvature(self, slopes: FloatArray, scale: FloatArray) -> FloatArray:
        """Second derivatives of ``-multipliers @ restrictions``, (q, q); zero where all are linear."""
        chosen = np.flatnonzero((self.multipliers != 0) & ~self.restrictions.linear)
        q = len(self.theta)
        found = np.zeros((q, q))
        inside = np.flatnonzero((slopes[chosen] != 0).any(axis=0))
        if not inside.size:
            return found
        # Central differences of complex steps, all at once.
        steps = np.zeros((len(inside), q))
        steps[np.arange(len(inside)), inside] = 1.0
        width = (_DIFFERENCE / scale[inside])[:, None] * steps
        ends = self.theta + np.stack([width, -width])[:, :, None, :] + 1j * _TINY * steps
        values = np.imag(self.restrictions.values(ends)[..., chosen]) @ self.multipliers[chosen] / _TINY
        second = (values[0] - values[1]) / (2 * _DIFFERENCE / scale[inside])[:, None]
        found[np.ix_(inside, inside)] = -(second + second.T) / 2
        return found

    def _moved(self, move: FloatArray, slopes: FloatArray, scale: FloatArray) -> int:
        """Take the step, or the first of its halves that does not raise the merit; return how often it was halved."""
        before = self._merit(self.point, self.theta)
        limit, length = before + ROUNDING * (1 + abs(before)), 1.0
        for halvings in range(_HALVINGS):
            trial = self.theta + length * move
            at = self.objective.at(trial[None])
            if self._merit(at, trial) > limit and not halvings and np.isfinite(at.value[0]) and self.active.any():
                # A full step that only the curvature of the restrictions forbids is bent back onto them.
                missed = -self.restrictions.values(trial)[self.active]
                trial = trial + np.linalg.lstsq(slopes[self.active], missed, rcond=None)[0] / scale
                at = self.objective.at(trial[None])
            if self._merit(at, trial) <= limit:
                self.theta, self.point = trial, at
                return halvings
            length /= 2
        return _HALVINGS

    def _merit(self, at: Point, theta: FloatArray) -> float:
        found = float(at.value[0]) + float(self.penalty @ violation(self.restrictions, theta))
        return found if np.isfinite(found) else np.inf

    def _damped(self, halvings: int) -> bool:
        """Damp the next step after one that was halved often; False where damping does not help."""
        least, most = _DAMPING
        if halvings == _HALVINGS and self.damping > most:
            return False
        if halvings > PATIENCE:
            self.damping = max(10 * self.damping, least)
        elif not halvings:
            self.damping = self.damping / 100 if self.damping > 1e-10 else RIDGE
        return True

    def met(self, theta: FloatArray) -> bool:
        """Whether the restrictions hold, up to rounding."""
        missed = violation(self.restrictions, theta)
        return bool((missed <= _VIOLATED * np.maximum(self.size, _SMALLEST)).all())

    def snapped(self) -> FloatArray:
        """The parameters with those that one active bound holds exactly there."""
        theta = self.theta.copy()
        chosen = np.flatnonzero(self.active & self.restrictions.linear)
        if chosen.size:
            slopes = jacobian(self.restrictions.values, theta)
            for k in chosen:
                places = np.flatnonzero(slopes[k])
                if len(places) == 1:
                    theta[places[0]] -= self.restrictions.values(theta)[k] / slopes[k, places[0]]
        return theta


_Program = tuple[FloatArray, FloatArray, FloatArray, BoolArray]
"""Gradient, derivatives and values of the restrictions, and which are equations, in scaled parameters."""


def _exact_step(hessian: FloatArray, program: _Program, active: BoolArray) -> Step | None:
    """Newton's step; None where the Hessian is not definite along the restrictions, or these contradict each other.

    An inequality that bends inwards leaves the Hessian indefinite across it; along those of the last step, as
    equations, it may be definite.
    """
    gradient, slopes, value, equality = program
    raised = hessian + RIDGE * np.eye(len(gradient))
    found = solve_program(raised, gradient, slopes, value, equality)
    if found is not None:
        return found if found.feasible else None
    held = solve_program(raised, gradient, slopes[active], value[active], np.ones(int(active.sum()), dtype=bool))
    if held is None:
        return None
    multipliers = np.zeros(len(value))
    multipliers[active] = held.multipliers
    ahead = value + slopes @ held.move
    if (multipliers[~equality] < 0).any() or (ahead[~active] < 0).any():
        return None
    return Step(held.move, multipliers, active, True)


def _damped_step(hessian: FloatArray, program: _Program) -> Step | None:
    """The scoring step, or one towards the restrictions that are missed where they contradict each other linearly."""
    gradient, slopes, value, equality = program
    found = solve_program(hessian, gradient, slopes, value, equality)
    if found is None or found.feasible:
        return found
    missed = equality | (value < 0)
    back = np.asarray(np.linalg.lstsq(slopes[missed], -value[missed], rcond=1e-8)[0], dtype=np.float64)
    return Step(back, np.zeros(len(value)), missed, False)


def free_directions(slopes: FloatArray, scale: FloatArray) -> tuple[FloatArray, list[int]]:
    """Steps (q, q - r) that restrictions with derivatives (k, q) leave, and the parameters that they move one by one.

    The parameters that the restrictions determine from the others are chosen by pivoting, so that the rest keep their
    names; ``scale`` (q,) takes out the parameters' units.
    """
    along, _ = null_space(slopes / scale)
    q, rank = len(scale), along.shape[1]
    taken = np.sort(qr(along.T, mode="r", pivoting=True)[-1][:rank]) if rank else np.arange(0)
    kept = np.setdiff1d(np.arange(q), taken)
    found = np.zeros((q, len(kept)))
    found[kept, np.arange(len(kept))] = 1.0
    if rank:
        determined = -np.linalg.solve(along.T[:, taken], along.T[:, kept])
        determined[np.abs(determined) < _ROUNDED] = 0.0
        found[taken] = determined / scale[taken, None] * scale[kept]
    return found, kept.tolist()


def scale_of(objective: Objective, theta: FloatArray) -> FloatArray:
    """Roots of the diagonal of the expected information at parameters (q,), which have the inverse units of these."""
    point = objective.at(theta[None])
    diagonal = objective.expected(point, objective.slopes(point)).diagonal[0]
    return np.asarray(np.sqrt(np.where(diagonal > 0, diagonal, 1.0)))
