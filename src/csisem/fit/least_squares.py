"""Chi-squares and goodness of a least-squares fit, with the baseline model fitted by the same discrepancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.independence import independence_start, independence_table
from csisem.covariance.least_squares import Generalised, Quadratic
from csisem.covariance.measures import Goodness, goodness_of
from csisem.covariance.scoring import minimise
from csisem.covariance.structure import Structure, compile_structure, with_exogenous
from csisem.fit.scaled_measures import Discrepancies

if TYPE_CHECKING:
    from csisem.covariance.discrepancy import Point
    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]


def least_squares_discrepancies(fit: Fit, df: int) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline; there is no likelihood."""
    size = float(fit.counted.sum())
    structure, point = baseline(fit)
    return Discrepancies(
        chisq=2 * size * fit.unit * float(fit.point.value[0]),
        df=df,
        baseline_chisq=2 * size * fit.unit * float(point.value[0]),
        baseline_df=_moments(fit) - structure.q,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=size,
    )


def baseline(fit: Fit) -> tuple[Structure, Point]:
    """The independence model fitted by the fit's own discrepancy."""
    table = independence_table(fit.table)
    structure = with_exogenous(compile_structure(table), table, fit.sample_mean, fit.sample_cov)
    objective = fit.objective.of(structure)
    start = independence_start(table, fit.sample_mean, fit.sample_cov)
    return structure, objective.at(minimise(objective, start[None]).theta)


def least_squares_goodness(fit: Fit, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    objective = fit.objective
    if not isinstance(objective, Generalised | Quadratic):
        raise TypeError("not fitted by least squares")
    implied = fit.implied_moments
    mean, cov = fit.sample_mean[None], fit.sample_cov[None]
    error, total = objective.square(mean - implied.mean, cov - implied.cov), objective.square(mean, cov)
    share = fit.group_size / fit.n
    return goodness_of(float(share @ (1 - error / total)[0]), _moments(fit), df)


def _moments(fit: Fit) -> int:
    p = fit.structure.p
    return fit.structure.groups * (p * (p + 1) // 2 + (p if fit.table.meanstructure else 0))
