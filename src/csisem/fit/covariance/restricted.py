"""Solutions under nonlinear equations, inequalities and bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from csisem.covariance.estimation.constrained import ConstrainedMinimum, free_directions, scale_of
from csisem.covariance.estimation.solve_restricted import restrictions_of
from csisem.display.sentences import Sentence, sentence
from csisem.fit.status import Status
from csisem.inference.delta import jacobian
from csisem.specification.parameters import ParameterTable, Tangent

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def linearised(solution: CovarianceSolution, found: ConstrainedMinimum) -> CovarianceSolution:
    """The solution on a table that is linear about it: active restrictions are solved for some of the parameters.

    Its standard errors, tests and everything else to first order are then those under the restrictions.
    """
    table = solution.table
    restrictions = restrictions_of(table)
    slopes = jacobian(restrictions.values, found.theta)
    scale = scale_of(solution.objective, found.theta)
    equations, _ = free_directions(slopes[restrictions.equality], scale)
    directions, kept = free_directions(slopes[found.active], scale)
    mapping = csr_array(table.map @ csr_array(directions))
    mapping.eliminate_zeros()
    rows = table.base + table.map @ found.theta
    base = rows - mapping @ found.theta[kept]
    moved = np.diff(mapping.indptr) > 0
    base[~moved] = rows[~moved]
    held = equations.shape[1] - len(kept)
    along = csr_array(table.map @ csr_array(equations))
    along.eliminate_zeros()
    still = (np.diff(along.indptr) > 0) & ~moved
    linear = replace(
        table,
        base=base,
        map=mapping,
        representatives=tuple(table.representatives[k] for k in kept),
        restrictions=None,
        tangent=Tangent(table, found.theta, found.active, held, still, along),
    )
    return replace(solution, table=linear, theta=found.theta[kept], iterations=found.iterations)


def origin(solution: CovarianceSolution) -> CovarianceSolution:
    """The solution on the table with its restrictions, in that table's parameters."""
    tangent = solution.table.tangent
    if tangent is None:
        return solution
    return replace(solution, table=tangent.origin, theta=tangent.theta.copy())


def bound_warnings(table: ParameterTable) -> tuple[Sentence, ...]:
    """What a solution at a bound means; nothing for one that no inequality holds."""
    tangent = table.tangent
    if tangent is None or not tangent.texts:
        return ()
    several = table.n_groups > 1
    still = [
        row.name + (f" [{table.groups[row.group]}]" if several else "")
        for row, one in zip(table.rows, tangent.still, strict=True)
        if one
    ]
    said = [sentence("fit.at_bound", constraints=tangent.texts)]
    if still:
        said.append(sentence("fit.no_error_at_bound", parameters=still))
    return tuple(said)


def restrictions_unmet(table: ParameterTable) -> Status:
    """Status of a fit whose restrictions no parameters were found to satisfy."""
    texts = restrictions_of(table).texts
    return Status(False, False, False, (sentence("fit.constraints_unmet", constraints=texts),))
