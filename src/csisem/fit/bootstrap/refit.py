"""Covariance structures fitted to the moments of many replicates at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.least_squares import Quadratic
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.solve import solve
from csisem.covariance.estimation.solve_restricted import solve_restricted
from csisem.covariance.full_information.incomplete_likelihood import Incomplete, known_means
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure, with_exogenous
from csisem.display.sentences import sentence
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.moments.patterns import Patterns
from csisem.moments.resampled_moments import ReplicateMoments

# Decrement per observation at which a replicate has converged: its parameters are then within a thousandth of their
# standard error, where the replicates' own number leaves percentiles uncertain by several hundredths of it.
TOLERANCE = 1e-10

# Numbers in the covariances of replicates that are fitted as one batch; many where rows fall into many patterns.
_AT_ONCE = 1_000_000

OUTCOMES = (
    "fitted",
    sentence("bootstrap.lost.not_converged"),
    sentence("bootstrap.lost.singular"),
    sentence("bootstrap.lost.no_rows"),
    sentence("bootstrap.lost.never_together"),
    sentence("bootstrap.lost.answer"),
    sentence("bootstrap.lost.perfect"),
)
"""Outcomes of a replicate, by `Refitted.outcome`."""


@dataclass(frozen=True, slots=True, eq=False)
class Refitted:
    """R replicates of a fit.

    Attributes
    ----------
    theta
        Free parameters (R, q), nan where the replicate has no solution.
    chisq
        Chi-square of each replicate, (R,); nan for incomplete rows, whose unrestricted moments are not estimated.
    mean
        Means of each replicate, (R, G, p).
    outcome
        Position in `OUTCOMES`, (R,).
    structure
        The model with the moments of fixed exogenous variables of each replicate.
    """

    theta: FloatArray
    chisq: FloatArray
    mean: FloatArray
    outcome: NDArray[np.uint8]
    structure: Structure


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """The discrepancy of R replicates, and which of them can be fitted.

    Attributes
    ----------
    objective
        The discrepancy to be minimised.
    outcome
        Position in `OUTCOMES`, (R,).
    size, least
        Chi-square is ``size (2 discrepancy - least)``, (R,).
    """

    objective: Objective
    outcome: NDArray[np.uint8]
    size: FloatArray
    least: FloatArray


def refit(solution: CovarianceSolution, moments: ReplicateMoments) -> Refitted:
    """Fit the model to the moments of R replicates by the discrepancy of the solution.

    Groups are weighted by their shares of a replicate's weights, as in the sample. The moments are those of groups, or
    of patterns under full information.
    """
    patterns = solution.patterns
    posed = pose(solution, moments) if patterns is None else _incomplete(solution, patterns, moments)
    count, structure = len(moments.mean), posed.objective.structure
    found = Refitted(
        np.full((count, structure.q), np.nan),
        np.full(count, np.nan),
        moments.mean if patterns is None else np.full((count, structure.groups, structure.p), np.nan),
        posed.outcome,
        structure,
    )
    whole = np.flatnonzero(posed.outcome == 0)
    step = max(1, _AT_ONCE // (moments.mean.shape[1] * structure.p**2))
    for first in range(0, len(whole), step):
        some = whole[first : first + step]
        start = np.repeat(solution.theta[None], len(some), axis=0)
        solver = solve if solution.table.restrictions is None else solve_restricted
        solved = solver(solution.table, posed.objective.take(some), start, TOLERANCE)
        done = some[solved.converged]
        found.theta[done] = solved.theta[solved.converged]
        found.outcome[some[~solved.converged]] = 1
        value = 2 * solved.value[solved.converged]
        found.chisq[done] = np.maximum(posed.size[done] * (value - posed.least[done]), 0.0)
        if patterns is not None:
            weight, mean = moments.weight[done], np.nan_to_num(moments.mean[done])
            cov = implied(structure.take(done).matrices(found.theta[done])).cov
            found.mean[done] = known_means(patterns.answered, patterns.group, mean, weight, cov)
    return found


def pose(solution: CovarianceSolution, moments: ReplicateMoments) -> Posed:
    weight, cov, p = moments.weight, moments.cov, solution.structure.p
    rows = solution.n * weight / weight.sum(axis=1, keepdims=True)
    if solution.counted is not solution.group_size:
        cov = cov * (rows / (rows - 1))[..., None, None]
        rows = rows - 1
    size = rows.sum(axis=1)
    sample = ScaledMoments(moments.mean, cov, rows / size[:, None])
    logdet = cholesky(cov)[1]
    outcome = np.where(np.isnan(logdet.sum(axis=-1)), 2, 0).astype(np.uint8)
    outcome[np.isnan(cov).any(axis=(1, 2, 3))] = 3
    structure = with_exogenous(solution.structure, solution.table, sample.mean, sample.cov)
    objective = solution.objective_for(sample).of(structure)
    if solution.recipe.discrepancy == "ML":
        return Posed(objective, outcome, size, (sample.share * (logdet + p)).sum(axis=-1))
    unit = objective.unit if isinstance(objective, Quadratic) else 1.0
    return Posed(objective, outcome, size * unit, np.zeros(len(size)))


def _incomplete(solution: CovarianceSolution, patterns: Patterns, moments: ReplicateMoments) -> Posed:
    """Moments by pattern, zero for one without weight; chi-square is left nan."""
    count, p = len(moments.mean), solution.structure.p
    share = moments.weight / moments.weight.sum(axis=1, keepdims=True)
    level = np.broadcast_to(solution.sample_mean, (count, *solution.sample_mean.shape))
    mean, cov = np.nan_to_num(moments.mean), np.nan_to_num(moments.cov)
    objective = Incomplete(solution.structure, patterns.answered, patterns.group, mean, cov, share, level)
    both = patterns.answered[:, :, None] & patterns.answered[:, None, :]
    together = objective.total(share[..., None] * both.reshape(1, -1, p * p))
    outcome = np.where((together > 0).all(axis=(1, 2)), 0, 4).astype(np.uint8)
    outcome[(objective.total(share[..., None])[..., 0] == 0).any(axis=1)] = 3
    if solution.table.exogenous:
        # Every row answers them, so that their moments are those of the groups.
        weight = objective.total(share[..., None])
        centre = objective.total(share[..., None] * mean) / np.where(weight > 0, weight, 1.0)
        away = mean - centre[:, patterns.group]
        around = share[..., None, None] * (cov + away[..., :, None] * away[..., None, :])
        spread = objective.total(around) / np.where(weight > 0, weight, 1.0)[..., None]
        objective = objective.of(with_exogenous(solution.structure, solution.table, centre, spread))
    return Posed(objective, outcome, np.full(count, np.nan), np.zeros(count))
