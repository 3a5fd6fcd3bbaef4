"""The whole estimation on one page: options, moments, parameters, scoring, errors, verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from csisem.covariance.estimation.measurement_start import solve
from csisem.covariance.estimation.starting_values import start_values
from csisem.errors import DataError, OptionError
from csisem.fit.checks import canonical, check_moments, check_request, error_warnings, row_warnings
from csisem.fit.covariance.asymptotic_weights import moment_weight
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.design_warnings import (
    check_replicates,
    degree_warnings,
    design_warnings,
    error_road,
)
from csisem.fit.covariance.errors.choose_errors import with_rows
from csisem.fit.covariance.full_information import estimated_moments
from csisem.fit.covariance.identification import inverse_or_flat
from csisem.fit.covariance.multiple_imputation import pooled
from csisem.fit.covariance.verdict import judge
from csisem.fit.degrees import count_moments
from csisem.fit.engines.semopy import fit_semopy
from csisem.fit.fit import Fit
from csisem.fit.pls.checks import check_composite_request
from csisem.fit.pls.estimate_composite import estimate_composite
from csisem.fit.read_moments import gather, gather_patterns
from csisem.fit.settings import CovarianceSettings, FitOptions
from csisem.fit.status import (
    Status,
    Thresholds,
    not_converged,
    not_identified,
    too_many_parameters,
    with_warnings,
)
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.options import RECIPES, CompositeEstimator
from csisem.specification.auxiliary_variables import with_auxiliary
from csisem.survey import Design, as_survey
from csisem.survey.design_in_force import under_design

if TYPE_CHECKING:
    from csisem.options import Information
    from csisem.specification.specification import Specification


def estimate(model: Specification, data: object, asked: FitOptions) -> Fit:
    """Estimate a model; `Model.fit` documents the options."""
    completed = list(data) if isinstance(data, list | tuple) else None
    asked = canonical(asked)
    if isinstance(data, Moments) and data.groups and not asked.groups:
        # Moments that come grouped have no column to name their groups after.
        asked = replace(asked, groups=("group",))
    if asked.estimator in get_args(CompositeEstimator):
        check_composite_request(model, asked)
        if completed is not None:
            raise OptionError(f"estimator={asked.estimator!r} takes one data set; fit each of the completed ones.")
        return estimate_composite(model, data, asked)
    check_request(model, asked)
    if completed is not None:
        return pooled([_estimate(model, one, asked) for one in completed])
    return _estimate(model, data, asked)


def _estimate(model: Specification, data: object, asked: FitOptions) -> CovarianceFit:
    """Estimate a model from one data set."""
    by, missing, design, estimator = asked.groups, asked.missing, asked.design, asked.estimator
    recipe = RECIPES[estimator]
    answers = None if isinstance(data, Moments) else as_survey(data)
    survey = under_design(answers, design)
    drawn = Design() if survey is None else survey.design
    check_replicates(drawn, estimator, missing)
    statistics: Moments | Patterns
    if missing == "fiml":
        if survey is None:
            raise DataError("missing='fiml' needs the rows, and moments carry none; give the answers.")
        given = model.table(meanstructure=True).exogenous
        statistics = gather_patterns(survey, model, by, asked.auxiliary, given)
    else:
        statistics = gather(survey or data, model, by)
    patterns = statistics if isinstance(statistics, Patterns) else None
    means = True if patterns else asked.meanstructure
    table = model.table(groups=statistics.groups, meanstructure=means, equal=asked.equal, release=asked.release,
                        fixed_x=recipe.discrepancy == "ML")  # fmt: skip
    table = with_auxiliary(table, asked.auxiliary)
    moments = estimated_moments(statistics, table) if isinstance(statistics, Patterns) else statistics
    check_moments(moments, table)
    weight = moment_weight(estimator, survey, moments, table, by)
    usual: Information = "observed" if estimator == "MLR" or missing == "fiml" else "expected"
    settings = CovarianceSettings(
        estimator, missing, by, drawn, error_road(estimator, drawn), asked.likelihood, asked.information or usual,
        asked.engine, asked.equal, asked.release,
    )  # fmt: skip
    unknown = np.full((table.npar, table.npar), np.nan)
    empty = CovarianceFit(model, table, settings, moments, np.full(table.npar, np.nan), not_converged(0), 0, survey,
                          unknown, patterns=patterns, weight=weight)  # fmt: skip
    fit = fit_semopy(empty) if asked.engine == "semopy" else _solve(empty)
    if recipe.errors == "robust" and fit.status.usable:
        fit = with_rows(fit)
    warnings = (
        row_warnings(moments, missing)
        + design_warnings(answers, design, estimator, missing)
        + error_warnings(estimator)
        + degree_warnings(fit)
    )
    return fit.changed(status=with_warnings(fit.status, warnings)) if warnings else fit


def _solve(empty: CovarianceFit) -> CovarianceFit:
    table, structure = empty.table, empty.structure
    start = start_values(table, structure, empty.sample_mean, empty.sample_cov)
    solution = solve(table, empty.objective, start[None])
    theta, iterations = solution.theta[0], int(solution.iterations[0])
    fit = empty.changed(theta=theta, iterations=iterations)
    moments = count_moments(structure.p, len(table.exogenous), structure.groups, table.meanstructure)
    if table.npar > moments:
        return fit.changed(status=too_many_parameters(table.npar, moments))
    if not solution.converged[0]:
        return fit.changed(status=not_converged(iterations))
    return with_errors(fit)


def with_errors(fit: CovarianceFit) -> CovarianceFit:
    """Add the covariance of the parameters and the verdict to converged estimates."""
    information = fit.unit_information(fit.settings.information)
    inverse, flat = inverse_or_flat(information)
    if inverse is None:
        return fit.changed(status=not_identified(fit.table.names(), flat))
    status: Status = judge(fit.table, fit.lisrel, fit.implied_moments, fit.group_n, Thresholds())
    return fit.changed(vcov=inverse / fit.counted.sum(), status=status)
