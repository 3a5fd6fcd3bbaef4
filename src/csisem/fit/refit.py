"""A model fitted to the moments of many replicates at once, from the parent's estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.cholesky import cholesky
from csisem.covariance.discrepancy import Sample
from csisem.covariance.least_squares import Quadratic
from csisem.covariance.restart import solve
from csisem.covariance.structure import Structure, with_exogenous
from csisem.moments.replicates import ReplicateMoments

if TYPE_CHECKING:
    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]

# Decrement per observation at which a replicate has converged: its parameters are then within a thousandth of their
# standard error, where the replicates' own number leaves percentiles uncertain by several hundredths of it.
TOLERANCE = 1e-10

OUTCOMES = (
    "fitted",
    "The estimation did not converge.",
    "The covariances of the drawn rows are singular.",
    "A group was left without rows or weight.",
)
"""What can become of a replicate; `Refitted.outcome` counts into this."""


@dataclass(frozen=True, slots=True, eq=False)
class Refitted:
    """R replicates of a fit.

    Attributes
    ----------
    theta
        Free parameters (R, q), nan where the replicate has no solution.
    chisq
        Chi-square of each replicate, (R,).
    outcome
        Position in `OUTCOMES`, (R,).
    structure
        The model with the moments of fixed exogenous variables of each replicate.
    """

    theta: FloatArray
    chisq: FloatArray
    outcome: NDArray[np.uint8]
    structure: Structure


def refit(fit: Fit, moments: ReplicateMoments) -> Refitted:
    """Fit the model to the moments of R replicates by the discrepancy of its fit, as one batch.

    A replicate's groups count by their shares of its weights, as those of the parent do.
    """
    count, q = len(moments.mean), fit.structure.q
    theta, chisq = np.full((count, q), np.nan), np.full(count, np.nan)
    outcome = np.zeros(count, dtype=np.uint8)
    outcome[np.isnan(moments.cov).any(axis=(1, 2, 3))] = 3
    whole = np.flatnonzero(outcome == 0)
    logdet = cholesky(moments.cov[whole])[1].sum(axis=-1)
    outcome[whole[np.isnan(logdet)]] = 2
    whole = whole[~np.isnan(logdet)]
    sample, size = _sample(fit, moments)
    structure = with_exogenous(fit.structure, fit.table, sample.mean, sample.cov)
    found = Refitted(theta, chisq, outcome, structure)
    if not whole.size:
        return found
    sample, size, structure = sample.take(whole), size[whole], structure.take(whole)
    start = np.repeat(fit.theta[None], len(whole), axis=0)
    objective = fit.objective_for(sample).of(structure)
    solution = solve(fit.table, objective, start, TOLERANCE)
    converged = solution.converged
    theta[whole[converged]] = solution.theta[converged]
    outcome[whole[~converged]] = 1
    unit = objective.unit if isinstance(objective, Quadratic) else 1.0
    least = 0.0
    if fit.recipe.discrepancy == "ML":
        least = (sample.share * (cholesky(sample.cov)[1] + structure.p)).sum(axis=-1)
    chisq[whole[converged]] = np.maximum(size * unit * (2 * solution.value - least), 0.0)[converged]
    return found


def _sample(fit: Fit, moments: ReplicateMoments) -> tuple[Sample, FloatArray]:
    """Moments of the replicates as the discrepancy takes them, and what multiplies it in chi-square, (R,)."""
    weight, cov = moments.weight, moments.cov
    rows = fit.n * weight / weight.sum(axis=1, keepdims=True)
    if fit.counted is not fit.group_size:
        cov = cov * (rows / (rows - 1))[..., None, None]
        rows = rows - 1
    size = rows.sum(axis=1)
    return Sample(moments.mean, cov, rows / size[:, None]), size
