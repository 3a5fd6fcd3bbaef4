"""Robust standard errors and scaled tests of maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.fourth_moments import FourthMomentKernel, FourthMoments
from csisem.covariance.cholesky import cholesky
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, corrected
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight, sandwich, traces
from csisem.covariance.grouped_matrix import GroupedCovariance, GroupedMatrix
from csisem.errors import DataError, OptionError
from csisem.fit.covariance.asymptotic_weights import read_gamma
from csisem.fit.covariance.errors.robust_least_squares import with_robust_quadratic
from csisem.fit.covariance.errors.taylor_linearisation import Between, between_units, linearisation_of
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.fitted_rows import require_rows
from csisem.fit.solution import Uncertainty
from csisem.moments.correlations import correlations_of

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.inference.design_variance import Linearisation
    from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """The result of the passes over the rows, and the information matrix.

    Attributes
    ----------
    sums
        Sums over rows; None where only the totals of clusters count.
    information, meat
        Information and products of scores per row; those of sampling units apart, in ``between``.
    between
        The part of the sampling units; None for independent rows.
    degrees
        The design's degrees of freedom; infinite for independent rows.
    """

    sums: FourthMoments | None
    information: GroupedMatrix
    meat: GroupedMatrix
    between: Between | None
    degrees: float


def with_robust(solution: CovarianceSolution) -> CovarianceSolution:
    """Replace the standard errors of a converged solution by robust ones and add its scaled tests.

    MLR: Huber-White sandwich on the observed information and the Yuan-Bentler test in the variant of Mplus; MLM, MLMV,
    MLMVS: sandwich on the expected information and the tests of Satorra and Bentler (1994) and Asparouhov and Muthen
    (2010), given the observed predictors whose moments are the sample's; least squares: `with_robust_quadratic`. Under
    a design with strata, clusters or finite populations, products of MLR's scores are those of the units' totals
    (Asparouhov 2005, Structural Equation Modeling 12, 411-434), for the model and for the saturated one.
    """
    if solution.recipe.discrepancy != "ML":
        return with_robust_quadratic(solution)
    if solution.data is None:
        raise DataError(f"estimator={solution.estimator!r} needs rows, and moments hold none; give the answers.")
    if solution.moments.weighted and solution.estimator != "MLR":
        raise OptionError(
            f"estimator={solution.estimator!r} does not take sampling weights; use 'MLR', or design=False."
        )
    if solution.data.design.drawn and solution.estimator != "MLR":
        raise OptionError(f"estimator={solution.estimator!r} does not take strata, clusters or finite populations; "
                          "use 'MLR', or design=False.")  # fmt: skip
    if solution.table.exogenous and solution.estimator != "MLR":
        return _given_predictors(solution, solution.data)
    found = _read(solution)
    inverse = found.information.inverse()
    covariance: FloatArray | GroupedCovariance = inverse.sandwich(found.meat).times(1 / solution.n)
    if found.between is not None:
        # Sampling units may have rows in several groups.
        whole = inverse.dense()
        covariance = whole @ (found.meat.dense()[0] + found.between.meat) @ whole / solution.n
    chisq = discrepancies(solution)
    tests = _yuan_bentler if solution.estimator == "MLR" else _satorra_bentler
    model, baseline = tests(solution, found, inverse)
    return replace(
        solution,
        errors=Uncertainty(covariance, found.degrees),
        correction=Correction(
            corrected(solution.recipe.test, chisq.chisq, chisq.df, model),
            corrected(solution.recipe.test, chisq.baseline_chisq, chisq.baseline_df, baseline),
        ),
    )


def _read(solution: CovarianceSolution) -> _Pass:
    data = require_rows(solution.data, "robust standard errors need")
    # The tests of Satorra and Bentler take the moments about the sample means, casewise scores those about the model's.
    model_means = solution.estimator == "MLR" and solution.table.meanstructure
    centre = solution.implied_moments.mean if model_means else solution.sample_mean
    design = linearisation_of(solution)
    between, degrees = (None, np.inf) if design is None else between_units(solution, design, centre)
    sums = _sums(solution, data, centre, design)
    partition, width = solution.structure.partition, solution.structure.map.shape[-1]
    products = np.zeros((solution.structure.groups, width, width)) if sums is None else sums.scores / solution.n
    if solution.estimator != "MLR":
        products = products - _mean_scores(solution)
    meat = GroupedMatrix.of(partition, products[None], padding=0.0)
    return _Pass(sums, solution.grouped_information(solution.settings.information), meat, between, degrees)


def _sums(
    solution: CovarianceSolution, data: Survey, centre: FloatArray, design: Linearisation | None
) -> FourthMoments | None:
    """Sums over single rows, where rows are sampling units or independent; scores are centred at ``centre`` (G, p)."""
    factor, exogenous = None if design is None else design.row_factor, solution.exogenous
    if design is not None and factor is None:
        return None
    kernel = FourthMomentKernel(
        solution.structure,
        solution.point,
        solution.slope,
        solution.sample_mean,
        centre,
        solution.sample_cov,
        cholesky(solution.sample_cov)[0],
        exogenous,
        cholesky(solution.sample_cov[:, exogenous[:, None], exogenous])[0],
        solution.group_of,
        np.asarray(solution.group_size / solution.moments.weight.reshape(-1), dtype=np.float64),
        products=solution.estimator in ("MLMV", "MLMVS"),
        factor=factor,
    )
    units = None if design is None else design.code
    rows = solution.rows(data, by=solution.settings.by, units=units)
    return rows.reduce(kernel)


def _mean_scores(solution: CovarianceSolution) -> FloatArray:
    """Products (G, n + k, n + k) of the groups' mean scores about the sample means, zero at a group's own optimum."""
    found = []
    whitened = solution.point.white[0] @ solution.sample_cov @ np.swapaxes(solution.point.white[0], -1, -2)
    for group, share in enumerate(solution.group_size / solution.n):
        a, b = solution.slope.a[0, group], solution.slope.b[0, group]
        entry = ((whitened[group] @ a - a) * b).sum(axis=0)
        mean = solution.structure.map[group].T @ entry
        found.append(share * np.outer(mean, mean))
    return np.stack(found)


def _yuan_bentler(
    solution: CovarianceSolution, found: _Pass, inverse: GroupedCovariance
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Traces of the variant of Mplus: saturated minus model, ``tr(A1^-1 B1) - tr(A0^-1 B0)``, and for the baseline.

    Moments of fixed exogenous variables are not parameters of the saturated model: their separate part is subtracted.
    """
    saturated = items = 0.0
    if found.sums is not None:
        saturated, items = _saturated(solution, found.sums)
    if found.between is not None:
        saturated, items = saturated + found.between.saturated, items + found.between.items
    explained = inverse.trace(found.meat)
    if found.between is not None:
        explained += float((inverse.dense() * found.between.meat).sum())
    return (saturated - explained, np.nan), (saturated - items, np.nan)


def _saturated(solution: CovarianceSolution, sums: FourthMoments) -> tuple[float, float]:
    """``tr(A1^-1 B1)`` of the saturated model, and of the free variables' own moments alone, from single rows."""
    n, p = solution.group_size, solution.structure.p
    means, exogenous = solution.table.meanstructure, solution.exogenous
    free = np.setdiff1d(np.arange(p), exogenous)
    saturated = (sums.sample4 - 2 * sums.sample2 + p * sums.weight) / 2 + (sums.sample2 if means else 0.0)
    fixed = (sums.fixed4 - 2 * sums.fixed2 + exogenous.size * sums.weight) / 2 + (sums.fixed2 if means else 0.0)
    single = (sums.item4 - 2 * sums.item2 + sums.weight[:, None]) / 2 + (sums.item2 if means else 0.0)
    single = single[:, free]
    return float(((saturated - fixed) / n).sum()), float((single.sum(axis=1) / n).sum())


def _satorra_bentler(
    solution: CovarianceSolution, found: _Pass, inverse: GroupedCovariance
) -> tuple[tuple[float, float], tuple[float, float]]:
    """tr(U Gamma), and where the test needs it tr((U Gamma)^2), of the model and of the baseline."""
    sums = found.sums
    if sums is None:
        raise ValueError("the tests of Satorra and Bentler take single rows")
    if sums.products is not None:
        return _dense(solution, sums.products)
    n, p = solution.group_size, solution.structure.p
    means = p if solution.table.meanstructure else 0
    white = solution.point.white[0]
    whitened = white @ solution.sample_cov @ np.swapaxes(white, -1, -2)
    correlations = correlations_of(solution.sample_cov)
    length = (sums.model4 / n - (whitened**2).sum(axis=(-2, -1))) / 2
    if means:
        length = length + np.trace(whitened, axis1=-2, axis2=-1)
    single = (sums.single4 / n - (correlations**2).sum(axis=(-2, -1))) / 2 + means
    items = ((sums.item4 / n[:, None] - 1) / 2).sum(axis=1) + means
    model = float(length.sum()) - inverse.trace(found.meat)
    return (model, np.nan), (float((single - items).sum()), np.nan)


def _dense(solution: CovarianceSolution, products: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
    shares = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    gamma = products / solution.group_size[:, None, None]
    model = traces(_normal_weights(solution), gamma, _moved(solution), shares)
    return model, _independence(solution, gamma, shares)


def _normal_weights(solution: CovarianceSolution) -> FloatArray:
    return np.stack([normal_weight(cov, solution.table.meanstructure) for cov in solution.implied_moments.cov])


def _moved(solution: CovarianceSolution) -> FloatArray:
    """Derivatives (G, s, q) of the moments by the free parameters."""
    derivatives: FloatArray = moment_derivatives(solution.structure, solution.point, solution.slope)[0]
    return derivatives


def _independence(solution: CovarianceSolution, gamma: FloatArray, shares: FloatArray) -> tuple[float, float]:
    """Traces of the baseline, which frees variances and means; moments of fixed predictors are the sample's."""
    means, p, x = solution.table.meanstructure, solution.structure.p, solution.exogenous
    groups = range(solution.table.n_groups)
    row, col = np.tril_indices(p)
    first = p if means else 0
    free = np.setdiff1d(np.arange(p), x)
    own = np.zeros((len(row) + first, len(free) * (2 if means else 1)))
    if means:
        own[free, np.arange(len(free))] = 1.0
    own[
        first + np.flatnonzero((row == col) & np.isin(row, free)), np.arange(len(free)) + (len(free) if means else 0)
    ] = 1.0
    implied = np.stack([np.diag(np.diag(cov)) for cov in solution.sample_cov])
    implied[:, x[:, None], x] = solution.sample_cov[:, x[:, None], x]
    alone = [np.concatenate([own if g == h else np.zeros_like(own) for h in groups], axis=1) for g in groups]
    return traces(np.stack([normal_weight(cov, means) for cov in implied]), gamma, np.stack(alone), shares)


def _given_predictors(solution: CovarianceSolution, data: Survey) -> CovarianceSolution:
    """MLM, MLMV and MLMVS with predictors whose moments are the sample's: all from Gamma given these, as in lavaan."""
    means, given = solution.table.meanstructure, solution.exogenous.tolist()
    gamma = read_gamma(data, solution.moments, solution.settings.by, means=means, given=given)
    shares = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    weight, moved, plain = _normal_weights(solution), _moved(solution), discrepancies(solution)
    test = solution.recipe.test
    return replace(
        solution,
        errors=Uncertainty(sandwich(weight, gamma, moved, shares) / solution.n),
        correction=Correction(
            corrected(test, plain.chisq, plain.df, traces(weight, gamma, moved, shares)),
            corrected(test, plain.baseline_chisq, plain.baseline_df, _independence(solution, gamma, shares)),
        ),
    )
