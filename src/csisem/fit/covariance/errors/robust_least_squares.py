"""Robust standard errors and scaled tests of least squares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, corrected
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_gamma, sandwich, traces
from csisem.errors import DataError
from csisem.fit.covariance.asymptotic_weights import raw_weight, read_gamma
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.measures.least_squares_measures import baseline
from csisem.fit.solution import Uncertainty

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def with_robust_quadratic(solution: CovarianceSolution) -> CovarianceSolution:
    """Replace the standard errors of a converged solution by robust ones and add its scaled tests.

    With V the weights, D the derivatives of the moments and Gamma the covariance of the rows' contributions to them,
    vcov is ``(D'VD)^-1 D'V Gamma V D (D'VD)^-1 / (N - G)`` (Browne 1984), tests by tr(U Gamma) (Satorra and
    Bentler 1994).
    """
    if solution.data is None:
        raise DataError(f"estimator={solution.estimator!r} needs rows, and moments hold none; give the answers.")
    gamma = read_gamma(solution.data, solution.moments, solution.settings.by, means=solution.table.meanstructure)
    weight, share = raw_weight(solution), np.asarray(solution.group_size / solution.n, dtype=np.float64)
    structure, point = baseline(solution)
    alone = solution.objective.of(structure)
    moved = moment_derivatives(solution.structure, solution.point, solution.slope)[0]
    moved_alone = moment_derivatives(structure, point, alone.slopes(point))[0]
    plain, test = discrepancies(solution), solution.recipe.test
    return replace(
        solution,
        errors=Uncertainty(sandwich(weight, gamma, moved, share) / solution.counted.sum()),
        correction=Correction(
            corrected(test, plain.chisq, plain.df, traces(weight, gamma, moved, share)),
            corrected(test, plain.baseline_chisq, plain.baseline_df, traces(weight, gamma, moved_alone, share)),
        ),
    )


def normal_theory_vcov(solution: CovarianceSolution) -> FloatArray:
    """Covariance (q, q) of parameters estimated by least squares from normal answers, by moments only."""
    gamma = np.stack([normal_gamma(cov, solution.table.meanstructure) for cov in solution.implied_moments.cov])
    moved = moment_derivatives(solution.structure, solution.point, solution.slope)[0]
    share = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    vcov: FloatArray = sandwich(raw_weight(solution), gamma, moved, share) / solution.counted.sum()
    return vcov
