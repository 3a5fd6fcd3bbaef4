"""Robust errors and scaled tests of an ML solution: one more pass over the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.fourth_moments import FourthMomentKernel, FourthMoments
from csisem.covariance.cholesky import cholesky
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, corrected
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight, traces
from csisem.errors import DataError, ModelError, OptionError
from csisem.fit.covariance.errors.robust_least_squares import with_robust_quadratic
from csisem.fit.covariance.errors.taylor_linearisation import Between, between_units, linearisation_of
from csisem.fit.covariance.measures.fit_measures import discrepancies

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_fit import CovarianceFit
    from csisem.inference.design_variance import Linearisation
    from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """What the passes over the rows found, and the information it is held against.

    Attributes
    ----------
    sums
        Sums over rows; None where only the totals of clusters count.
    information, meat
        Information and products of scores per row, (q, q).
    between
        What the sampling units add; None for independent rows.
    degrees
        The design's degrees of freedom; infinite for independent rows.
    """

    sums: FourthMoments | None
    information: FloatArray
    meat: FloatArray
    between: Between | None
    degrees: float


def with_robust(fit: CovarianceFit) -> CovarianceFit:
    """Replace the errors of a converged fit by robust ones and add its scaled tests.

    MLR: Huber-White sandwich on the observed information and the Yuan-Bentler test in the variant of Mplus; MLM, MLMV,
    MLMVS: sandwich on the expected information and the tests of Satorra and Bentler (1994) and Asparouhov and Muthen
    (2010); least squares: `with_robust_quadratic`. Under a design with strata, clusters or finite populations, products
    of MLR's scores are those of the units' totals (Asparouhov 2005, Structural Equation Modeling 12, 411-434), for the
    model and for the saturated one.

    Raises
    ------
    DataError
        The fit has no rows.
    OptionError
        The rows have sampling weights, strata or clusters, and the estimator is not MLR.
    ModelError
        The model has exogenous observed variables whose moments are fixed, and the estimator is not MLR.
    """
    if fit.recipe.discrepancy != "ML":
        return with_robust_quadratic(fit)
    if fit.data is None:
        raise DataError(f"estimator={fit.estimator!r} needs the rows, and moments carry none; give the answers.")
    if fit.moments.weighted and fit.estimator != "MLR":
        raise OptionError(f"estimator={fit.estimator!r} does not take sampling weights; use 'MLR', or design=False.")
    if fit.data.design.drawn and fit.estimator != "MLR":
        raise OptionError(f"estimator={fit.estimator!r} does not take strata, clusters or finite populations; "
                          "use 'MLR', or design=False.")  # fmt: skip
    if fit.table.exogenous and fit.estimator != "MLR":
        name = fit.table.exogenous[0]
        raise ModelError(f"estimator={fit.estimator!r} does not yet take observed predictors as fixed; "
                         f"write '{name} ~~ {name}' to make {name!r} random, or use 'MLR'.")  # fmt: skip
    found = _read(fit)
    inverse: FloatArray = np.asarray(np.linalg.inv(found.information), dtype=np.float64)
    vcov = inverse @ found.meat @ inverse / fit.n
    chisq = discrepancies(fit)
    tests = _yuan_bentler if fit.estimator == "MLR" else _satorra_bentler
    model, baseline = tests(fit, found, inverse)
    return replace(
        fit,
        vcov=vcov,
        degrees=found.degrees,
        correction=Correction(
            corrected(fit.recipe.test, chisq.chisq, chisq.df, model),
            corrected(fit.recipe.test, chisq.baseline_chisq, chisq.baseline_df, baseline),
        ),
    )


def _read(fit: CovarianceFit) -> _Pass:
    data = fit.data
    if data is None:
        raise DataError("The fit holds no rows.")
    # The tests of Satorra and Bentler take the moments about the sample means, casewise scores those about the model's.
    model_means = fit.estimator == "MLR" and fit.table.meanstructure
    centre = fit.implied_moments.mean if model_means else fit.sample_mean
    exogenous = _exogenous(fit)
    design = linearisation_of(fit)
    between, degrees = (None, np.inf) if design is None else between_units(fit, design, centre, exogenous)
    sums = _sums(fit, data, centre, exogenous, design)
    meat = np.zeros(fit.vcov.shape) if sums is None else sums.scores / fit.n
    if between is not None:
        meat = meat + between.meat
    if fit.estimator != "MLR":
        meat = meat - _mean_scores(fit)
    return _Pass(sums, fit.unit_information(fit.settings.information), meat, between, degrees)


def _sums(
    fit: CovarianceFit, data: Survey, centre: FloatArray, exogenous: IntArray, design: Linearisation | None
) -> FourthMoments | None:
    """Sums over single rows, where rows are sampling units or independent; scores are centred at ``centre`` (G, p)."""
    factor = None if design is None else design.row_factor
    if design is not None and factor is None:
        return None
    kernel = FourthMomentKernel(
        fit.structure,
        fit.point,
        fit.slope,
        fit.sample_mean,
        centre,
        fit.sample_cov,
        cholesky(fit.sample_cov)[0],
        exogenous,
        cholesky(fit.sample_cov[:, exogenous[:, None], exogenous])[0],
        {label: g for g, label in enumerate(fit.groups or (None,))},
        np.asarray(fit.group_size / fit.moments.weight.reshape(-1), dtype=np.float64),
        products=fit.estimator in ("MLMV", "MLMVS"),
        factor=factor,
    )
    units = None if design is None else design.code
    rows = fit.rows(data, by=fit.settings.by, units=units)
    return rows.reduce(kernel)


def _exogenous(fit: CovarianceFit) -> IntArray:
    """Positions of the variables whose moments are fixed."""
    return np.array([fit.table.observed.index(name) for name in fit.table.exogenous], dtype=np.intp)


def _mean_scores(fit: CovarianceFit) -> FloatArray:
    """Products of the groups' mean scores about the sample means, zero only where each group is at its own optimum."""
    total = np.zeros((fit.structure.q, fit.structure.q))
    whitened = fit.point.white[0] @ fit.sample_cov @ np.swapaxes(fit.point.white[0], -1, -2)
    for group, share in enumerate(fit.group_size / fit.n):
        a, b = fit.slope.a[0, group], fit.slope.b[0, group]
        entry = ((whitened[group] @ a - a) * b).sum(axis=0)
        mean = fit.structure.map[group].T @ entry
        total += share * np.outer(mean, mean)
    return total


def _yuan_bentler(
    fit: CovarianceFit, found: _Pass, inverse: FloatArray
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Traces of the variant of Mplus: saturated minus model, ``tr(A1^-1 B1) - tr(A0^-1 B0)``, and for the baseline.

    Moments of fixed exogenous variables are no parameters of the saturated model: their part, which is separate, goes.
    """
    saturated = items = 0.0
    if found.sums is not None:
        saturated, items = _saturated(fit, found.sums)
    if found.between is not None:
        saturated, items = saturated + found.between.saturated, items + found.between.items
    return (saturated - float(np.trace(inverse @ found.meat)), np.nan), (saturated - items, np.nan)


def _saturated(fit: CovarianceFit, sums: FourthMoments) -> tuple[float, float]:
    """``tr(A1^-1 B1)`` of the saturated model, and of the free variables' own moments alone, from single rows."""
    n, p = fit.group_size, fit.structure.p
    means, exogenous = fit.table.meanstructure, _exogenous(fit)
    free = np.setdiff1d(np.arange(p), exogenous)
    saturated = (sums.sample4 - 2 * sums.sample2 + p * sums.weight) / 2 + (sums.sample2 if means else 0.0)
    fixed = (sums.fixed4 - 2 * sums.fixed2 + exogenous.size * sums.weight) / 2 + (sums.fixed2 if means else 0.0)
    single = (sums.item4 - 2 * sums.item2 + sums.weight[:, None]) / 2 + (sums.item2 if means else 0.0)
    single = single[:, free]
    return float(((saturated - fixed) / n).sum()), float((single.sum(axis=1) / n).sum())


def _satorra_bentler(
    fit: CovarianceFit, found: _Pass, inverse: FloatArray
) -> tuple[tuple[float, float], tuple[float, float]]:
    """tr(U Gamma), and where the test needs it tr((U Gamma)^2), of the model and of the baseline."""
    sums = found.sums
    if sums is None:
        raise ValueError("the tests of Satorra and Bentler take single rows")
    if sums.products is not None:
        return _dense(fit, sums.products)
    n, p = fit.group_size, fit.structure.p
    means = p if fit.table.meanstructure else 0
    white = fit.point.white[0]
    whitened = white @ fit.sample_cov @ np.swapaxes(white, -1, -2)
    sd = np.sqrt(np.diagonal(fit.sample_cov, axis1=-2, axis2=-1))
    correlations = fit.sample_cov / (sd[:, :, None] * sd[:, None, :])
    length = (sums.model4 / n - (whitened**2).sum(axis=(-2, -1))) / 2
    if means:
        length = length + np.trace(whitened, axis1=-2, axis2=-1)
    single = (sums.single4 / n - (correlations**2).sum(axis=(-2, -1))) / 2 + means
    items = ((sums.item4 / n[:, None] - 1) / 2).sum(axis=1) + means
    model = float(length.sum()) - float(np.trace(inverse @ found.meat))
    return (model, np.nan), (float((single - items).sum()), np.nan)


def _dense(fit: CovarianceFit, products: FloatArray) -> tuple[tuple[float, float], tuple[float, float]]:
    means, p = fit.table.meanstructure, fit.structure.p
    groups = range(fit.table.n_groups)
    shares = np.asarray(fit.group_size / fit.n, dtype=np.float64)
    gamma = products / fit.group_size[:, None, None]
    weight = np.stack([normal_weight(cov, means) for cov in fit.implied_moments.cov])
    model = traces(weight, gamma, moment_derivatives(fit.structure, fit.point, fit.slope)[0], shares)
    row, col = np.tril_indices(p)
    own = np.zeros((len(row) + (p if means else 0), p + (p if means else 0)))
    if means:
        own[:p, :p] = np.eye(p)
    own[(p if means else 0) + np.flatnonzero(row == col), (p if means else 0) + np.arange(p)] = 1.0
    variances = [np.diag(np.diag(fit.sample_cov[g])) for g in groups]
    alone = [np.concatenate([own if g == h else np.zeros_like(own) for h in groups], axis=1) for g in groups]
    baseline = traces(np.stack([normal_weight(cov, means) for cov in variances]), gamma, np.stack(alone), shares)
    return model, baseline
