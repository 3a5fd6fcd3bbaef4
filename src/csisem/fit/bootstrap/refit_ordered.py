"""Covariance structures fitted to ordered answers of many replicates at once."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.solve import solve
from csisem.covariance.estimation.solve_restricted import solve_restricted
from csisem.covariance.lisrel.structure import Structure, with_exogenous
from csisem.covariance.ordered.ordered_objective import OrderedQuadratic
from csisem.fit.bootstrap.ordered_replicates import OrderedReplicates
from csisem.fit.bootstrap.refit import TOLERANCE, Refitted
from csisem.fit.covariance.covariance_solution import CovarianceSolution


def refit_ordered(solution: CovarianceSolution, drawn: OrderedReplicates) -> Refitted:
    """Fit the model to thresholds and correlations of R replicates, weighted by the variances of their own."""
    size = drawn.rows.sum(axis=1, keepdims=True) * drawn.weight / drawn.weight.sum(axis=1, keepdims=True) - 1
    total = size.sum(axis=1)
    at = np.flatnonzero(drawn.outcome == 0)
    count, structure = len(drawn.vector), _structure(solution, drawn)
    found = Refitted(
        np.full((count, structure.q), np.nan), np.full(count, np.nan), drawn.mean, drawn.outcome.copy(), structure
    )
    if not at.size:
        return found
    objective = objective_of(solution, drawn, size / total[:, None]).take(at)
    start = np.repeat(solution.theta[None], len(at), axis=0)
    solver = solve if solution.table.restrictions is None else solve_restricted
    solved = solver(solution.table, objective, start, TOLERANCE)
    done = at[solved.converged]
    found.theta[done] = solved.theta[solved.converged]
    found.outcome[at[~solved.converged]] = 1
    found.chisq[done] = 2 * total[done] * solved.value[solved.converged]
    return found


def objective_of(solution: CovarianceSolution, drawn: OrderedReplicates, share: FloatArray) -> OrderedQuadratic:
    """The discrepancy of R replicates with the groups' shares (R, G)."""
    sample = ScaledMoments(drawn.level, drawn.cov, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.ones_like(drawn.gamma) if solution.recipe.discrepancy == "ULS" else 1 / drawn.gamma
    return OrderedQuadratic(_structure(solution, drawn), sample, drawn.vector, weight)


def _structure(solution: CovarianceSolution, drawn: OrderedReplicates) -> Structure:
    """The model with each replicate's moments of observed predictors."""
    return with_exogenous(solution.structure, solution.table, drawn.level, drawn.cov)
