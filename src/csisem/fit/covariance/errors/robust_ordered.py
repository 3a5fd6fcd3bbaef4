"""Robust standard errors and scaled tests of ordered items."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, corrected
from csisem.covariance.goodness_of_fit.ugamma import sandwich, traces
from csisem.fit.covariance.measures.ordered_measures import baseline_derivatives, ordered_discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.solution import Uncertainty


def with_robust_ordered(solution: OrderedSolution) -> OrderedSolution:
    """Replace the standard errors of a converged solution by robust ones and add its scaled tests.

    As for least squares of numeric answers (Browne 1984; Satorra and Bentler 1994; Asparouhov and Muthen 2010), with
    Gamma the covariance of the first step's moments by influence of the rows (Muthen 1984), or of sampling units.
    """
    weight, gamma, moved = solution.weight_of_moments, solution.first.gamma, solution.moment_derivatives
    share = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    plain, test = ordered_discrepancies(solution), solution.recipe.test
    alone, first = baseline_derivatives(solution), solution.first
    if first.across is not None:
        size = np.repeat(np.sqrt(share), gamma.shape[-1])
        gamma = (first.across / size[:, None] / size)[None]
        weight, moved, alone = _joined(weight, share), np.concatenate(moved)[None], np.concatenate(alone)[None]
        share = np.ones(1)
    degrees = np.inf if first.degrees is None else first.degrees
    return replace(
        solution,
        errors=Uncertainty(sandwich(weight, gamma, moved, share) / solution.counted.sum(), degrees),
        correction=Correction(
            corrected(test, plain.chisq, plain.df, traces(weight, gamma, moved, share)),
            corrected(test, plain.baseline_chisq, plain.baseline_df, traces(weight, gamma, alone, share)),
        ),
    )


def _joined(weight: FloatArray, share: FloatArray) -> FloatArray:
    """Weights of all groups as those of one, times the groups' shares: (1, G s, G s), or (1, G s) where diagonal."""
    if weight.ndim == 2:
        return np.asarray((share[:, None] * weight).reshape(1, -1))
    groups, size, _ = weight.shape
    whole = np.zeros((groups, size, groups, size))
    for group, (own, part) in enumerate(zip(weight, share, strict=True)):
        whole[group, :, group] = part * own
    return whole.reshape(1, groups * size, groups * size)
