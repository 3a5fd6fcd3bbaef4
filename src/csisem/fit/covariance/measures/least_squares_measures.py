"""Chi-squares and goodness of a least-squares fit, with the baseline model fitted by the same discrepancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.estimation.least_squares import Generalised, Quadratic
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.goodness_of_fit.baseline_tables import independence_table, moments_of
from csisem.covariance.goodness_of_fit.measure_formulas import Goodness, goodness_of
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.fit.degrees import count_moments, degrees_of_freedom

if TYPE_CHECKING:
    from csisem.covariance.estimation.discrepancy import Point
    from csisem.fit.covariance.covariance_fit import CovarianceFit


def least_squares_discrepancies(fit: CovarianceFit) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline; there is no likelihood."""
    size = float(fit.counted.sum())
    df, baseline_df = degrees_of_freedom(fit.table)
    _, point = baseline(fit)
    return Discrepancies(
        chisq=2 * size * fit.unit * float(fit.point.value[0]),
        df=df,
        baseline_chisq=2 * size * fit.unit * float(point.value[0]),
        baseline_df=baseline_df,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=size,
    )


def baseline(fit: CovarianceFit) -> tuple[Structure, Point]:
    """The independence model fitted by the fit's own discrepancy."""
    table = independence_table(fit.table)
    structure = compile_structure(table)
    objective = fit.objective.of(structure)
    start = moments_of(table, fit.sample_mean, fit.sample_cov)
    return structure, objective.at(minimise(objective, start[None]).theta)


def least_squares_goodness(fit: CovarianceFit, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    objective = fit.objective
    if not isinstance(objective, Generalised | Quadratic):
        raise TypeError("not fitted by least squares")
    implied = fit.implied_moments
    mean, cov = fit.sample_mean[None], fit.sample_cov[None]
    error, total = objective.square(mean - implied.mean, cov - implied.cov), objective.square(mean, cov)
    share = fit.group_size / fit.n
    moments = count_moments(fit.structure.p, 0, fit.structure.groups, fit.table.meanstructure)
    return goodness_of(float(share @ (1 - error / total)[0]), moments, df)
