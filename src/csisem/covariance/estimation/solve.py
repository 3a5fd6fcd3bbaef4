"""Minimisation from several starting values, one kind after another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.measurement_start import through_measurement
from csisem.covariance.estimation.minima import other_minima
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.opposite_start import opposite
from csisem.covariance.estimation.scoring import MAX_ITERATIONS, TOLERANCE, Minimum, minimise
from csisem.covariance.estimation.starting_values import plain_start
from csisem.covariance.estimation.unit_variance_start import through_unit_measurement, through_unit_variances
from csisem.specification.parameters import ParameterTable

# A sample with good starting values needs 5 to 15 steps, a difficult one 40.
FIRST_ITERATIONS = 60
_AGAIN = 100


def solve(
    table: ParameterTable,
    objective: Objective,
    start: FloatArray,
    tolerance: float = TOLERANCE,
    *,
    mirrored: bool = False,
) -> Minimum:
    """Minimise the discrepancy of R samples from ``start`` (R, q), from others where that does not converge.

    ``mirrored`` adds the start beyond an infinite variance. Replicates go without: there, a sample that has no
    admissible solution nearby would enter with estimates of any size.
    """
    first = minimise(objective, start, FIRST_ITERATIONS, tolerance)
    if first.converged.all():
        return first
    found = Minimum(first.theta.copy(), first.value.copy(), first.converged.copy(), first.iterations.copy())
    for begin, at_most in _STARTS:
        left = np.flatnonzero(~found.converged)
        if not left.size:
            break
        if begin is _opposite and not mirrored:
            continue
        rest = objective.take(left)
        at = begin(table, rest, start[left], found.theta[left])
        able = np.asarray(np.isfinite(at).all(axis=-1))
        if begin is _opposite:
            if not able.any():
                continue
            left, at, rest = left[able], at[able], rest.take(np.flatnonzero(able))
        else:
            # A start through another model is nan where that model has no solution.
            at = np.where(able[:, None], at, start[left])
        again = minimise(rest, at, at_most, tolerance, curved=True)
        found.iterations[left] += again.iterations
        take = again.converged | (again.value < found.value[left])
        found.theta[left[take]], found.value[left[take]] = again.theta[take], again.value[take]
        found.converged[left] = again.converged
    return found


def solve_one(table: ParameterTable, objective: Objective, start: FloatArray) -> Minimum:
    """Minimise the discrepancy of one sample from ``start`` (1, q), and from random starts if nothing else helps."""
    found = solve(table, objective, start, mirrored=True)
    # From random starts the search for composites takes long and seldom ends.
    if found.converged[0] or table.formed:
        return found
    minima = other_minima(table, objective, found.theta)
    best = int(np.argmin(minima.value))
    if not np.isfinite(minima.value[best]):
        return found
    return Minimum(minima.theta[best][None], minima.value[best][None], np.array([True]), found.iterations)


_Start = Callable[[ParameterTable, Objective, FloatArray, FloatArray], FloatArray]
"""Starting parameters (R, q) from the first ones and from those at which the search has ended so far."""


def _measurement(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    del start
    return through_measurement(table, objective, end)


def _unit_variances(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    del end
    return through_unit_variances(table, objective, start)


def _unit_measurement(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    del end
    return through_unit_measurement(table, objective, start)


def _opposite(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    del start
    return opposite(table, objective, end)


def _on(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    """Where the search stopped."""
    del table, objective, start
    return end


def _plain(table: ParameterTable, objective: Objective, start: FloatArray, end: FloatArray) -> FloatArray:
    del start, end
    mean, variance = objective.marginals()
    return np.stack([plain_start(table, objective.structure, *one) for one in zip(mean, variance, strict=True)])


_STARTS: tuple[tuple[_Start, int], ...] = (
    (_unit_variances, _AGAIN),
    (_opposite, _AGAIN),
    (_measurement, _AGAIN),
    (_unit_measurement, _AGAIN),
    (_plain, _AGAIN),
    (_on, MAX_ITERATIONS),
)
