"""Casewise scores of the fitted rows, for every discrepancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import NormalScores, RowScores
from csisem.covariance.casewise.least_squares_scores import GeneralisedScores, quadratic_scores
from csisem.covariance.estimation.least_squares import Quadratic
from csisem.covariance.full_information.incomplete_row_scores import IncompleteRowScores
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives
from csisem.covariance.vech import triangle
from csisem.fit.covariance.asymptotic_weights import raw_weight, read_gamma
from csisem.fit.covariance.structural_after_measurement.two_step_derivatives import two_step_derivatives
from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
from csisem.fit.fitted_rows import require_rows

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def row_scores(solution: CovarianceSolution) -> tuple[RowScores, FloatArray]:
    """Scores of the fitted rows, and the means (G, p) that answers are centred at for them.

    With H the observed information, ``H^-1`` times a row's score is the derivative of the estimate by the row's weight,
    also where the model does not hold, and including the weights that least squares takes from the sample.
    """
    if isinstance(solution, TwoStepSolution):
        return _two_step_scores(solution), solution.sample_mean
    if solution.patterns is not None:
        needed = np.isin(solution.table.observed, solution.table.exogenous)
        cov = solution.implied_moments.cov
        return IncompleteRowScores(solution.structure, solution.slope, cov, needed), solution.implied_moments.mean
    if solution.recipe.discrepancy == "ML":
        centre = solution.implied_moments.mean if solution.table.meanstructure else solution.sample_mean
        return NormalScores(solution.structure, solution.point, solution.slope), centre
    if not isinstance(solution.objective, Quadratic):
        return GeneralisedScores(
            solution.structure, solution.point, solution.slope, solution.counted / solution.group_size
        ), solution.sample_mean
    cov, means = solution.moments.cov.reshape(solution.sample_cov.shape), solution.table.meanstructure
    derivatives = moment_derivatives(solution.structure, solution.point, solution.slope)[0]
    if solution.weight is None:
        return quadratic_scores(raw_weight(solution), derivatives, cov, means), solution.sample_mean
    implied = solution.implied_moments
    residual = triangle(solution.sample_cov - implied.cov)
    if means:
        residual = np.concatenate([solution.sample_mean - implied.mean, residual], axis=-1)
    third = _third_moments(solution)
    return quadratic_scores(solution.weight, derivatives, cov, means, (residual, third)), solution.sample_mean


def _two_step_scores(solution: TwoStepSolution) -> RowScores:
    """Scores whose products with the inverse of the whole model's observed information are the rows' influence."""
    cov, share = solution.moments.cov.reshape(solution.sample_cov.shape), solution.group_size / solution.n
    pulled = two_step_derivatives(solution) / share[:, None, None] @ solution.unit_information("observed")
    return quadratic_scores(np.ones(pulled.shape[:2]), pulled, cov, solution.table.meanstructure)


def _third_moments(solution: CovarianceSolution) -> FloatArray:
    """Covariances of the answers with the rows' contributions to the moments, (G, p, s)."""
    p = solution.structure.p
    joint = read_gamma(
        require_rows(solution.data, "scores of rows need"), solution.moments, solution.settings.by, means=True
    )
    return joint[:, :p] if solution.table.meanstructure else joint[:, :p, p:]
