"""Chi-squares and goodness of fit of least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.estimation.least_squares import Generalised, Quadratic
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.goodness_of_fit.baseline_tables import independence_table, moments_of
from csisem.covariance.goodness_of_fit.measure_formulas import Goodness, goodness_of
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.fit.covariance.identification import count_moments, degrees_of_freedom
from csisem.fit.covariance.measures.scaled_measures import Discrepancies

if TYPE_CHECKING:
    from csisem.covariance.estimation.discrepancy import Point
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def least_squares_discrepancies(solution: CovarianceSolution) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline; there is no likelihood."""
    size = float(solution.counted.sum())
    df, baseline_df = degrees_of_freedom(solution.table)
    _, point = baseline(solution)
    return Discrepancies(
        chisq=2 * size * solution.unit * float(solution.point.value[0]),
        df=df,
        baseline_chisq=2 * size * solution.unit * float(point.value[0]),
        baseline_df=baseline_df,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=size,
    )


def baseline(solution: CovarianceSolution) -> tuple[Structure, Point]:
    """The independence model fitted by the same discrepancy."""
    table = independence_table(solution.table)
    structure = compile_structure(table)
    objective = solution.objective.of(structure)
    start = moments_of(table, solution.sample_mean, solution.sample_cov)
    return structure, objective.at(minimise(objective, start[None]).theta)


def least_squares_goodness(solution: CovarianceSolution, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    objective = solution.objective
    if not isinstance(objective, Generalised | Quadratic):
        raise TypeError("not fitted by least squares")
    implied = solution.implied_moments
    mean, cov = solution.sample_mean[None], solution.sample_cov[None]
    error, total = objective.square(mean - implied.mean, cov - implied.cov), objective.square(mean, cov)
    share = solution.group_size / solution.n
    moments = count_moments(solution.structure.p, 0, solution.structure.groups, solution.table.meanstructure)
    return goodness_of(float(share @ (1 - error / total)[0]), moments, df)
