"""Asymptotic covariances of the moments, and the weights of WLS and DWLS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.errors import DataError, OptionError, group_places, listed
from csisem.moments.correlations import all_above, correlations_of
from csisem.moments.row_contributions import ProductKernel
from csisem.recipes import RECIPES

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.moments.moments import Moments
    from csisem.options import Estimator
    from csisem.specification.parameters import ParameterTable
    from csisem.survey.survey import Survey


# Smallest eigenvalue of the correlations of the rows' contributions at which moments count as dependent.
_SINGULAR = 1e-10
_INSTEAD = "use 'ULSM', 'WLSM' or 'MLR'"


def moment_weight(
    estimator: Estimator, survey: Survey | None, moments: Moments, table: ParameterTable, by: Sequence[str]
) -> FloatArray | None:
    """Weights of the moments that WLS (G, s, s) and DWLS (G, s) take from the rows; None for other estimators."""
    discrepancy = RECIPES[estimator].discrepancy
    if discrepancy != "ML" and moments.weighted:
        raise OptionError(f"estimator={estimator!r} does not take sampling weights; use 'MLR', or design=False.")
    if discrepancy not in ("WLS", "DWLS"):
        return None
    if survey is None:
        raise DataError(f"estimator={estimator!r} needs rows, and moments hold none; give the answers, or use "
                        "'GLS' or 'ML'.")  # fmt: skip
    if discrepancy == "WLS":
        _check_rows(moments, table)
    gamma = read_gamma(survey, moments, by, means=table.meanstructure)
    if discrepancy == "DWLS":
        diagonal: FloatArray = 1 / np.diagonal(gamma, axis1=-2, axis2=-1)
        return diagonal
    for group, where in enumerate(group_places(table.groups)):
        _check_dependence(gamma[group], table, where)
    return symmetric_inverse(gamma)


def raw_weight(solution: CovarianceSolution) -> FloatArray:
    """Weights of the moments under ULS, WLS or DWLS, (G, s, s) or (G, s); ones for ULS."""
    if solution.weight is not None:
        return solution.weight
    p = solution.structure.p
    return np.ones((solution.structure.groups, p * (p + 1) // 2 + (p if solution.table.meanstructure else 0)))


def read_gamma(
    survey: Survey, moments: Moments, by: Sequence[str], *, means: bool, given: Sequence[int] = ()
) -> FloatArray:
    """Covariances of the rows' contributions to the moments of each group, (G, s, s), with divisor n (Browne 1984).

    Those of the items at positions ``given`` are 0, and those of the others conditional on them.
    """
    mean, cov, n = moments.mean, moments.cov, moments.n
    if not moments.groups:
        mean, cov, n = mean[None], cov[None], n[None]
    group_of = {label: g for g, label in enumerate(moments.groups or (None,))}
    products = survey.rows(moments.items, by=by, weights=False).reduce(
        ProductKernel(mean, cov, means, group_of, tuple(given))
    )
    gamma: FloatArray = products / n[:, None, None]
    return gamma


def _check_rows(moments: Moments, table: ParameterTable) -> None:
    p = len(table.observed)
    size = p * (p + 1) // 2 + (p if table.meanstructure else 0)
    for n, where in zip(moments.n.reshape(-1), group_places(table.groups), strict=True):
        if n <= size:
            raise DataError(f"estimator='WLS' weighs {size} moments by their covariances, which takes more rows than "
                            f"moments, and there are {n} complete rows{where}; {_INSTEAD}.")  # fmt: skip


def _check_dependence(gamma: FloatArray, table: ParameterTable, where: str) -> None:
    """Refuse moments of which one is a function of the others in every row, such as the square of a 0-1 answer."""
    correlations = correlations_of(gamma)
    if all_above(_SINGULAR, correlations):
        return
    vectors = np.linalg.eigh(correlations)[1]
    names = table.observed
    row, col = np.tril_indices(len(names))
    products = [f"{names[i]} ~~ {names[j]}" for i, j in zip(row, col, strict=True)]
    moments = [f"{name} ~1" for name in names] + products if table.meanstructure else products
    weight = np.abs(vectors[:, 0])
    involved = [moments[k] for k in np.argsort(-weight) if weight[k] > 0.3 * weight.max()]
    raise DataError(f"estimator='WLS' cannot weigh the moments {listed(involved)}{where}, of which every row gives one "
                    f"by the others; {_INSTEAD}.")  # fmt: skip
