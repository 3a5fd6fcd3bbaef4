"""Chi-squares and goodness of fit of ordered items."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.goodness_of_fit.measure_formulas import Goodness, goodness_of
from csisem.covariance.vech import weighed
from csisem.fit.covariance.identification import degrees_of_freedom, moments_of
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution


def ordered_discrepancies(solution: OrderedSolution) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline, which has no slopes and no covariances; no likelihood."""
    size = float(solution.counted.sum())
    df, baseline_df = degrees_of_freedom(solution.table)
    return Discrepancies(
        chisq=2 * size * float(solution.point.value[0]),
        df=df,
        baseline_chisq=float(solution.counted @ _independence(solution)),
        baseline_df=baseline_df,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=size,
    )


def zero_in_baseline(solution: OrderedSolution) -> BoolArray:
    """Which of the moments are 0 in the baseline model, (s,); it fits the others exactly."""
    vector = solution.objective.vector
    row, col = vector.products
    _, first, last = vector.ends
    size = int(last) + len(row)
    zero = np.zeros(size, dtype=bool)
    zero[int(first) : int(last)] = True
    zero[int(last) :] = row != col
    return zero


def baseline_derivatives(solution: OrderedSolution) -> FloatArray:
    """Derivatives (G, s, G f) of the moments by the parameters of the baseline model, the moments that it frees."""
    free, groups = ~zero_in_baseline(solution), solution.structure.groups
    own = np.eye(len(free))[:, free]
    count = own.shape[1]
    moved = np.zeros((groups, len(free), groups * count))
    for g in range(groups):
        moved[g, :, g * count : (g + 1) * count] = own
    return moved


def _independence(solution: OrderedSolution) -> FloatArray:
    """The discrepancy of the baseline model by group, (G,): what no free moment can make up for."""
    zero = zero_in_baseline(solution)
    residual, weight = solution.first.vector[:, zero], solution.weight_of_moments
    if weight.ndim == 2:
        return np.asarray((residual**2 * weight[:, zero]).sum(axis=1))
    # With a full weight the free moments adjust: what is left is weighted by the inverse covariance of these alone.
    among = solution.first.gamma[:, zero][:, :, zero]
    return np.asarray((residual * np.linalg.solve(among, residual[..., None])[..., 0]).sum(axis=1))


def ordered_goodness(solution: OrderedSolution, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    weight, sample = solution.weight_of_moments, solution.first.vector
    residual = sample - solution.objective.vector.of(solution.point.moments.member(0))
    error, total = ((r * weighed(weight, r[..., None])[..., 0]).sum(axis=1) for r in (residual, sample))
    share = solution.group_size / solution.n
    return goodness_of(float(share @ (1 - error / total)), moments_of(solution.table), df)
