"""The whole estimation on one page: options, moments, parameters, scoring, errors, verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.restart import solve
from csisem.covariance.start import start_values
from csisem.errors import DataError, listed
from csisem.fit.checks import (
    Request,
    check_columns,
    check_moments,
    check_request,
    design_warnings,
    row_warnings,
    several,
)
from csisem.fit.fit import Fit, Settings
from csisem.fit.identification import inverse_or_flat
from csisem.fit.measures import count_moments
from csisem.fit.robust import with_robust
from csisem.fit.semopy_engine import fit_semopy
from csisem.fit.status import (
    Status,
    Thresholds,
    not_converged,
    not_identified,
    too_many_parameters,
    with_warnings,
)
from csisem.fit.verdict import judge
from csisem.moments.moments import Moments
from csisem.survey import Survey, as_survey

if TYPE_CHECKING:
    from csisem.model.specification import Model
    from csisem.options import Engine, Estimator, Information, Likelihood, Missing

FloatArray = NDArray[np.float64]


def estimate(
    model: Model,
    data: object,
    *,
    estimator: Estimator = "ML",
    ordered: Sequence[str] | None = None,
    missing: Missing = "listwise",
    groups: str | Sequence[str] | None = None,
    equal: Sequence[str] = (),
    release: Sequence[str] = (),
    design: object = None,
    meanstructure: bool | None = None,
    likelihood: Likelihood = "normal",
    information: Information | None = None,
    auxiliary: Sequence[str] = (),
    scheme: str = "path",
    engine: Engine = "native",
) -> Fit:
    """Estimate a model; `Model.fit` documents the options."""
    by, equal, release = (several(name, option) for name, option in
                          (("groups", groups), ("equal", equal), ("release", release)))  # fmt: skip
    # Moments that come grouped have no column to name their groups after.
    by = by or (("group",) if isinstance(data, Moments) and data.groups else ())
    asked = Request(estimator, ordered, missing, by, equal, release, design, meanstructure, likelihood, information,
                    auxiliary, scheme, engine)  # fmt: skip
    check_request(model, asked)
    survey, moments = gather(data, model, by, weighted=design is not False)
    table = model.table(groups=moments.groups, meanstructure=meanstructure, equal=equal, release=release)
    check_moments(moments, table)
    information = information or ("observed" if estimator == "MLR" else "expected")
    settings = Settings(estimator, likelihood, information, missing, engine, by, equal, release)
    unknown = np.full((table.npar, table.npar), np.nan)
    empty = Fit(model, table, settings, moments, np.full(table.npar, np.nan), unknown, not_converged(0), 0, survey)
    fit = fit_semopy(empty) if engine == "semopy" else _solve(empty)
    if estimator != "ML" and fit.status.usable:
        fit = with_robust(fit)
    warnings = row_warnings(moments) + design_warnings(survey, design, estimator)
    return fit.changed(status=with_warnings(fit.status, warnings)) if warnings else fit


def gather(data: object, model: Model, by: Sequence[str], *, weighted: bool = True) -> tuple[Survey | None, Moments]:
    """Reduce any accepted data to moments of the model's items, grouped by columns ``by``; moments pass through."""
    if isinstance(data, Moments):
        if by and not data.groups:
            raise DataError(f"Moments carry no rows, so they cannot be grouped by {listed(by)}; give the answers.")
        return None, data.select(model.items)
    survey = as_survey(data)
    check_columns(model, survey, by)
    return survey, Moments.from_rows(survey.rows(model.items, by=by, weights=weighted))


def _solve(empty: Fit) -> Fit:
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


def with_errors(fit: Fit) -> Fit:
    """Add the covariance of the parameters and the verdict to converged estimates."""
    information = fit.unit_information(fit.settings.information)
    inverse, flat = inverse_or_flat(information)
    if inverse is None:
        return fit.changed(status=not_identified(fit.table.names(), flat))
    size = fit.n - fit.table.n_groups if fit.settings.likelihood == "wishart" else fit.n
    status: Status = judge(fit.table, fit.lisrel, fit.implied_moments, fit.group_n, Thresholds())
    return fit.changed(vcov=inverse / size, status=status)
