"""Minimisation under restrictions, from several starting values."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.constrained import ConstrainedMinimum, minimise_constrained, violation
from csisem.covariance.estimation.minima import other_starts
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import TOLERANCE
from csisem.covariance.estimation.solve import solve
from csisem.specification.parameters import ParameterTable
from csisem.specification.restrictions import Restrictions


def lowest(table: ParameterTable, objective: Objective, start: FloatArray) -> ConstrainedMinimum:
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
    if not any(one.converged for one in found):
        for one in other_starts(table, objective):
            found.append(minimise_constrained(objective, restrictions, one))
            if found[-1].converged:
                break
    return min(found, key=lambda one: (not one.converged, not one.feasible, one.value))


def refitted(
    table: ParameterTable, objective: Objective, start: FloatArray, tolerance: float = TOLERANCE
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Parameters (R, q), discrepancies (R,) and whether they converged, of R samples one after another."""
    restrictions, count = restrictions_of(table), len(start)
    theta, value, done = start.copy(), np.full(count, np.inf), np.zeros(count, dtype=bool)
    left = np.arange(count)
    if not restrictions.equality.any():
        alone = solve(table, objective, start, tolerance)
        inside = alone.converged & ~violation(restrictions, alone.theta).any(axis=-1)
        theta[inside], value[inside], done[inside] = alone.theta[inside], alone.value[inside], True
        left = np.flatnonzero(~inside)
    for one in left:
        found = minimise_constrained(objective.take(np.array([one])), restrictions, start[one], tolerance)
        theta[one], value[one], done[one] = found.theta, found.value, found.converged
    return theta, value, done


def restrictions_of(table: ParameterTable) -> Restrictions:
    if table.restrictions is None:
        raise ValueError("the table has no restrictions")
    return table.restrictions
