"""Minimisation under restrictions, from several starting values."""

from __future__ import annotations

from itertools import islice

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.constrained import ConstrainedMinimum, minimise_constrained, violation
from csisem.covariance.estimation.minima import other_starts
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import TOLERANCE, Minimum, minimise
from csisem.covariance.estimation.solve import FIRST_ITERATIONS, solve
from csisem.specification.parameters import ParameterTable
from csisem.specification.restrictions import Restrictions

# Further starts where inequalities hold the solution.
_MORE = 4


def lowest_restricted(table: ParameterTable, objective: Objective, start: FloatArray) -> ConstrainedMinimum:
    """The lowest minimum under the table's restrictions for a batch of one, from ``start`` (q,) and other starts."""
    restrictions = restrictions_of(table)
    starts = [start]
    if not restrictions.equality.any():
        alone = solve(table, objective, start[None], mirrored=True)
        if alone.converged[0] and not violation(restrictions, alone.theta[0]).any():
            none = np.zeros(len(restrictions.equality))
            return ConstrainedMinimum(
                alone.theta[0], float(alone.value[0]), True, True, int(alone.iterations[0]), none > 0, none
            )
        starts += [alone.theta[0]] if alone.converged[0] else []
    found = [minimise_constrained(objective, restrictions, one) for one in starts]
    others = iter(other_starts(table, objective)[::-1])
    done = [one for one in found if one.converged]
    # Where inequalities hold a solution there often are several; where there is none yet, any start may help.
    held = any((one.active & ~restrictions.equality).any() for one in done)
    found += [
        minimise_constrained(objective, restrictions, one, TOLERANCE, FIRST_ITERATIONS)
        for one in islice(others, _MORE if held else 0)
    ]
    while not any(one.converged for one in found) and (start_at := next(others, None)) is not None:
        found.append(minimise_constrained(objective, restrictions, start_at))
    return min(found, key=lambda one: (not one.converged, not one.feasible, one.value))


def solve_restricted(
    table: ParameterTable, objective: Objective, start: FloatArray, tolerance: float = TOLERANCE
) -> Minimum:
    """Minimise the discrepancy of R samples from ``start`` (R, q) under the table's restrictions.

    Samples whose minimum without them satisfies them stay a batch; the others follow one after another.
    """
    restrictions, count = restrictions_of(table), len(start)
    found = Minimum(start.copy(), np.full(count, np.inf), np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64))
    left = np.arange(count)
    if not restrictions.equality.any():
        alone = minimise(objective, start, FIRST_ITERATIONS, tolerance)
        inside = alone.converged & ~violation(restrictions, alone.theta).any(axis=-1)
        found.theta[inside], found.value[inside] = alone.theta[inside], alone.value[inside]
        found.converged[inside], found.iterations[inside] = True, alone.iterations[inside]
        left = np.flatnonzero(~inside)
    for one in left:
        sample = objective.take(np.array([one]))
        own = minimise_constrained(sample, restrictions, start[one], tolerance, FIRST_ITERATIONS)
        if not own.converged:
            plain = other_starts(table, sample)[-1]
            own = minimise_constrained(sample, restrictions, plain, tolerance, FIRST_ITERATIONS)
        found.theta[one], found.value[one] = own.theta, own.value
        found.converged[one], found.iterations[one] = own.converged, own.iterations
    return found


def restrictions_of(table: ParameterTable) -> Restrictions:
    """The restrictions of a table that has some."""
    if table.restrictions is None:
        raise ValueError("the table has no restrictions")
    return table.restrictions
