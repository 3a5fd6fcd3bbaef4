"""Errors and scaled tests of least squares whose weights are not the moments' covariances."""

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

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_fit import CovarianceFit


def with_robust_quadratic(fit: CovarianceFit) -> CovarianceFit:
    """Replace the errors of a converged fit by robust ones and add its scaled tests.

    With V the weights, D the derivatives of the moments and Gamma the covariance of the rows' contributions to them,
    errors are from ``(D'VD)^-1 D'V Gamma V D (D'VD)^-1 / (N - G)`` (Browne 1984), tests by tr(U Gamma) (Satorra and
    Bentler 1994).

    Raises
    ------
    DataError
        The fit has no rows.
    """
    if fit.data is None:
        raise DataError(f"estimator={fit.estimator!r} needs the rows, and moments carry none; give the answers.")
    gamma = read_gamma(fit.data, fit.moments, fit.settings.by, means=fit.table.meanstructure)
    weight, share = raw_weight(fit), np.asarray(fit.group_size / fit.n, dtype=np.float64)
    structure, point = baseline(fit)
    alone = fit.objective.of(structure)
    moved = moment_derivatives(fit.structure, fit.point, fit.slope)[0]
    moved_alone = moment_derivatives(structure, point, alone.slopes(point))[0]
    plain, test = discrepancies(fit), fit.recipe.test
    return replace(
        fit,
        vcov=sandwich(weight, gamma, moved, share) / fit.counted.sum(),
        correction=Correction(
            corrected(test, plain.chisq, plain.df, traces(weight, gamma, moved, share)),
            corrected(test, plain.baseline_chisq, plain.baseline_df, traces(weight, gamma, moved_alone, share)),
        ),
    )


def normal_theory_vcov(fit: CovarianceFit) -> FloatArray:
    """Covariance (q, q) of a least-squares fit's parameters if the answers are normal, from its moments alone."""
    gamma = np.stack([normal_gamma(cov, fit.table.meanstructure) for cov in fit.implied_moments.cov])
    moved = moment_derivatives(fit.structure, fit.point, fit.slope)[0]
    share = np.asarray(fit.group_size / fit.n, dtype=np.float64)
    vcov: FloatArray = sandwich(raw_weight(fit), gamma, moved, share) / fit.counted.sum()
    return vcov
