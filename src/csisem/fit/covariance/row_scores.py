"""The scores of a fit's rows, whatever it minimised: what its influence values are made of."""

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
from csisem.errors import DataError
from csisem.fit.covariance.asymptotic_weights import raw_weight, read_gamma

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_fit import CovarianceFit


def row_scores(fit: CovarianceFit) -> tuple[RowScores, FloatArray]:
    """Scores of the rows of a fit, and the means (G, p) that answers are centred at for them.

    With H the observed information, ``H^-1`` times a row's score is what the estimate gains by more weight on the row:
    also where the model does not hold, and also by way of the weights that least squares takes from the sample.
    """
    if fit.patterns is not None:
        needed = np.isin(fit.table.observed, fit.table.exogenous)
        cov = fit.implied_moments.cov
        return IncompleteRowScores(fit.structure, fit.slope, cov, needed), fit.implied_moments.mean
    if fit.recipe.discrepancy == "ML":
        centre = fit.implied_moments.mean if fit.table.meanstructure else fit.sample_mean
        return NormalScores(fit.structure, fit.point, fit.slope), centre
    if not isinstance(fit.objective, Quadratic):
        return GeneralisedScores(fit.structure, fit.point, fit.slope, fit.counted / fit.group_size), fit.sample_mean
    cov, means = fit.moments.cov.reshape(fit.sample_cov.shape), fit.table.meanstructure
    derivatives = moment_derivatives(fit.structure, fit.point, fit.slope)[0]
    if fit.weight is None:
        return quadratic_scores(raw_weight(fit), derivatives, cov, means), fit.sample_mean
    implied = fit.implied_moments
    residual = triangle(fit.sample_cov - implied.cov)
    if means:
        residual = np.concatenate([fit.sample_mean - implied.mean, residual], axis=-1)
    third = _third_moments(fit)
    return quadratic_scores(fit.weight, derivatives, cov, means, (residual, third)), fit.sample_mean


def _third_moments(fit: CovarianceFit) -> FloatArray:
    """Covariances of the answers with the rows' contributions to the moments, (G, p, s)."""
    if fit.data is None:
        raise DataError("The fit holds no rows.")
    p = fit.structure.p
    joint = read_gamma(fit.data, fit.moments, fit.settings.by, means=True)
    return joint[:, :p] if fit.table.meanstructure else joint[:, :p, p:]
