"""Minimisation under equations and inequalities by sequential quadratic programming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.discrepancy import Point
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.quadratic_program import Step, null_space, solve_program
from csisem.covariance.estimation.scoring import NEWTON_BELOW, RIDGE, ROUNDING, TOLERANCE
from csisem.inference.delta import jacobian
from csisem.specification.restrictions import Restrictions

_MOST_STEPS = 300
_HALVINGS = 40
# Violation, in units in which the derivatives of a restriction by standardised parameters are 1, of a solution.
_VIOLATED = 1e-9
# Step of the central differences of exact first derivatives, in units of the parameters' scale.
_DIFFERENCE = 1e-5
_DAMPING = (1e-3, 1e8)
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
    objective: Objective, restrictions: Restrictions, start: FloatArray, tolerance: float = TOLERANCE
) -> ConstrainedMinimum:
    """Minimise the discrepancy of a batch of one from ``start`` (q,), under the restrictions.

    Each step solves a quadratic program with linear restrictions (Wilson 1963; Nocedal and Wright 2006, chapter 18),
    with the Hessian of the Lagrangian near the solution, where it is definite along the restrictions, and with the
    expected information elsewhere; so the last steps are Newton's on the conditions of Karush, Kuhn and Tucker. The
    step is halved until discrepancy and violations, weighted by the multipliers, do not rise.
    """
    search = _Search(objective, restrictions)
    theta, point = start.copy(), objective.at(start[None])
    multipliers, penalty, damping = np.zeros(len(restrictions.equality)), 0.0, RIDGE
    active = restrictions.equality
    newton = converged = False
    iteration = 0
    if not np.isfinite(point.value[0]):
        return ConstrainedMinimum(theta, np.inf, False, False, 0, active, multipliers)
    for iteration in range(1, _MOST_STEPS + 1):
        slope = objective.slopes(point)
        gradient, value = slope.gradient[0], restrictions.values(theta)
        slopes = jacobian(restrictions.values, theta)
        expected = objective.expected(point, slope).dense()[0]
        if not (np.isfinite(value).all() and np.isfinite(slopes).all() and np.isfinite(gradient).all()):
            break
        diagonal = np.diagonal(expected)
        scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        program = (gradient / scale, slopes / scale, value, restrictions.equality)
        step = None
        if newton:
            exact = objective.observed(point, slope).dense()[0] + search.curvature(theta, multipliers, slopes, scale)
            step = search.step(exact, scale, program, RIDGE, exact=True)
        if step is None:
            step = search.step(expected, scale, program, damping, exact=False)
        if step is None:
            break
        multipliers, active = step.multipliers, step.active
        length = float(step.move @ step.move)
        move = step.move / scale
        penalty = max(penalty, 2 * float(np.abs(multipliers).max(initial=0.0)))
        theta, point, halvings = search.moved(theta, point, move, scale, penalty, active)
        decrement = float(step.move @ (expected / np.outer(scale, scale)) @ step.move)
        newton = decrement < NEWTON_BELOW
        if decrement < tolerance and (length < 1e6 * tolerance or newton) and damping <= RIDGE:
            converged = search.met(theta)
            break
        if halvings >= _HALVINGS:
            if damping > _DAMPING[1]:
                break
            damping = max(10 * damping, _DAMPING[0])
        elif halvings:
            damping = max(10 * damping, _DAMPING[0]) if halvings > 2 else damping
        else:
            damping = damping / 100 if damping > 1e-10 else RIDGE
    theta = search.snapped(theta, active)
    value_at = float(objective.at(theta[None]).value[0])
    return ConstrainedMinimum(theta, value_at, converged, search.met(theta), iteration, active, multipliers)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What the steps of one search share."""

    objective: Objective
    restrictions: Restrictions

    def step(
        self,
        hessian: FloatArray,
        scale: FloatArray,
        program: tuple[FloatArray, FloatArray, FloatArray, BoolArray],
        damping: float,
        *,
        exact: bool,
    ) -> Step | None:
        """The step in scaled parameters; None where the Hessian is not definite along the restrictions."""
        scaled = hessian / np.outer(scale, scale) + damping * np.eye(len(scale))
        gradient, slopes, value, equality = program
        found = solve_program(scaled, gradient, slopes, value, equality)
        if found is None or (exact and not found.feasible):
            return None
        if not found.feasible:
            # The linear restrictions have no common solution: a step towards those that are missed most.
            missed = equality | (value < 0)
            back = np.asarray(np.linalg.lstsq(slopes[missed], -value[missed], rcond=1e-8)[0], dtype=np.float64)
            return Step(back, found.multipliers * 0.0, missed, False)
        return found

    def curvature(self, theta: FloatArray, multipliers: FloatArray, slopes: FloatArray, scale: FloatArray) -> FloatArray:
        """Second derivatives of ``-multipliers @ restrictions``, (q, q); zero where all are linear."""
        chosen = np.flatnonzero((multipliers != 0) & ~self.restrictions.linear)
        q = len(theta)
        found = np.zeros((q, q))
        inside = np.flatnonzero((slopes[chosen] != 0).any(axis=0))
        if not inside.size:
            return found
        # Central differences of complex steps, all at once.
        steps = np.zeros((len(inside), q))
        steps[np.arange(len(inside)), inside] = 1.0
        width = (_DIFFERENCE / scale[inside])[:, None] * steps
        ends = theta + np.stack([width, -width])[:, :, None, :] + 1j * _TINY * steps
        values = np.imag(self.restrictions.values(ends)[..., chosen]) @ multipliers[chosen] / _TINY
        second = (values[0] - values[1]) / (2 * _DIFFERENCE / scale[inside])[:, None]
        found[np.ix_(inside, inside)] = -(second + second.T) / 2
        return found

    def met(self, theta: FloatArray) -> bool:
        """Whether the restrictions hold, up to rounding."""
        missed = violation(self.restrictions, theta)
        return bool((missed <= _VIOLATED * np.maximum(1.0, np.abs(theta).max(initial=0.0))).all())

    def moved(
        self, theta: FloatArray, point: Point, move: FloatArray, scale: FloatArray, penalty: float, active: BoolArray
    ) -> tuple[FloatArray, Point, int]:
        """The parameters and point after the step, or the first of its halves that does not raise the merit."""
        restrictions, objective = self.restrictions, self.objective
        before = float(point.value[0]) + penalty * float(violation(restrictions, theta).sum())
        limit, length = before + ROUNDING * (1 + abs(before)), 1.0
        for halvings in range(_HALVINGS):
            trial = theta + length * move
            at = objective.at(trial[None])
            if self._merit(at, trial, penalty) <= limit:
                return trial, at, halvings
            if halvings == 0 and np.isfinite(at.value[0]) and not restrictions.linear.all():
                # A full step that only the curvature of the restrictions forbids is bent back onto them.
                slopes = jacobian(restrictions.values, theta)[active] / scale
                back = np.linalg.lstsq(slopes, -restrictions.values(trial)[active], rcond=None)[0] / scale
                bent = objective.at((trial + back)[None])
                if self._merit(bent, trial + back, penalty) <= limit:
                    return trial + back, bent, 0
            length /= 2
        return theta, point, _HALVINGS

    def _merit(self, at: Point, theta: FloatArray, penalty: float) -> float:
        value = float(at.value[0])
        found = value + penalty * float(violation(self.restrictions, theta).sum())
        return found if np.isfinite(found) else np.inf

    def snapped(self, theta: FloatArray, active: BoolArray) -> FloatArray:
        """The parameters with those that one active bound holds exactly there."""
        chosen = np.flatnonzero(active & self.restrictions.linear)
        if not chosen.size:
            return theta
        slopes = jacobian(self.restrictions.values, theta)
        theta = theta.copy()
        for k in chosen:
            places = np.flatnonzero(slopes[k])
            if len(places) == 1:
                theta[places[0]] -= self.restrictions.values(theta)[k] / slopes[k, places[0]]
        return theta


def free_directions(slopes: FloatArray) -> tuple[FloatArray, list[int]]:
    """Steps (q, q - r) that restrictions with derivatives (k, q) leave, and the parameters that they move one by one.

    The parameters that the restrictions determine from the others are chosen by pivoting, so that the rest keep their
    names.
    """
    from scipy.linalg import qr

    q = slopes.shape[1]
    along, _ = null_space(slopes)
    rank = along.shape[1]
    if not rank:
        return np.eye(q), list(range(q))
    order = qr(along.T, mode="r", pivoting=True)[-1]
    taken = np.sort(order[:rank])
    kept = [j for j in range(q) if j not in set(taken.tolist())]
    found = np.zeros((q, len(kept)))
    found[kept, np.arange(len(kept))] = 1.0
    found[taken] = -np.linalg.solve(along.T[:, taken], along.T[:, kept])
    found[np.abs(found) < 1e-14] = 0.0
    return found, kept
