"""The estimation pipeline: options, moments, solution, standard errors, verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.solve import FIRST_ITERATIONS, solve_one
from csisem.covariance.estimation.solve_restricted import lowest_restricted
from csisem.covariance.estimation.unit_variance_start import markers_without_loading
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError
from csisem.fit.checks import (
    canonical,
    check_moments,
    check_request,
    check_scores,
    error_warnings,
    few_rows,
    refuse_far,
    row_warnings,
)
from csisem.fit.covariance.asymptotic_weights import moment_weight
from csisem.fit.covariance.automatic_bounds import bounded
from csisem.fit.covariance.composite_request import check_composite_options
from csisem.fit.covariance.covariance_fit import covariance_fit
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.design_warnings import check_replicates, degree_warnings, design_warnings, error_method
from csisem.fit.covariance.errors.choose_errors import with_rows
from csisem.fit.covariance.errors.two_step_influence import with_influence
from csisem.fit.covariance.full_information import estimated_moments
from csisem.fit.covariance.identification import inverse_or_flat, moments_of
from csisem.fit.covariance.idle_releases import idle_releases
from csisem.fit.covariance.lower_minimum import lower_minimum
from csisem.fit.covariance.multiple_imputation import pooled
from csisem.fit.covariance.ordered.read_ordered_answers import unsolved_ordered
from csisem.fit.covariance.restricted import bound_warnings, linearised, restrictions_unmet
from csisem.fit.covariance.structural_after_measurement.fit_two_steps import fit_two_steps
from csisem.fit.covariance.structural_after_measurement.two_step_request import check_two_step_request
from csisem.fit.covariance.unequal_units import unit_warnings
from csisem.fit.covariance.verdict import judge
from csisem.fit.covariance.without_end import endless
from csisem.fit.engines.semopy import fit_semopy
from csisem.fit.fit import Fit
from csisem.fit.frames import definition_warnings
from csisem.fit.pls.checks import check_composite_request
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.pls.estimate_composite import estimate_composite
from csisem.fit.read_moments import gather, gather_patterns
from csisem.fit.settings import CovarianceSettings, FitOptions
from csisem.fit.solution import Uncertainty
from csisem.fit.status import USUAL, Status, not_converged, not_identified, too_many_parameters, with_warnings
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.options import CompositeEstimator
from csisem.recipes import RECIPES
from csisem.specification.auxiliary_variables import with_auxiliary
from csisem.specification.written_out_composites import formations, turns, with_formations, written_out
from csisem.survey import Design, Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.undeclared_codes import undeclared_warnings

if TYPE_CHECKING:
    from csisem.options import Information
    from csisem.specification.parameters import Formation
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
        return CompositeFit(model, estimate_composite(model, data, asked))
    check_request(model, asked)
    check_composite_options(model, asked)
    if asked.estimator == "SAM":
        check_two_step_request(asked)
        if completed is not None:
            raise OptionError("estimator='SAM' takes one data set; fit each of the completed ones.")
    if completed is not None:
        return covariance_fit(model, pooled([_estimate(model, one, asked) for one in completed]))
    return covariance_fit(model, _estimate(model, data, asked))


def _estimate(model: Specification, data: object, asked: FitOptions) -> CovarianceSolution:
    """Estimate a model from one data set; composites are written out about other items until one way converges."""
    first = _estimate_written_out(model, data, asked, 0)
    for turn in range(1, turns(model)):
        if first.status.converged:
            break
        found = _estimate_written_out(model, data, asked, turn)
        if found.status.converged:
            return found
    return first


def _estimate_written_out(model: Specification, data: object, asked: FitOptions, turn: int) -> CovarianceSolution:
    """Estimate a model from one data set, with its composites written out in one of their ways."""
    formed, model = formations(model, turn), written_out(model, turn)
    missing, design, estimator = asked.missing, asked.design, asked.estimator
    answers = None if isinstance(data, Moments) else as_survey(data)
    survey = under_design(answers, design)
    drawn = Design() if survey is None else survey.design
    check_replicates(drawn, estimator, missing)
    usual: Information = "observed" if estimator == "MLR" or missing == "fiml" else "expected"
    settings = CovarianceSettings(
        estimator, missing, asked.groups, drawn, error_method(estimator, drawn, ordered=bool(asked.ordered)),
        asked.likelihood,
        asked.information or usual, asked.engine, asked.equal, asked.release,
        asked.bounds, asked.units,
    )  # fmt: skip
    if asked.ordered:
        empty, of_moments = unsolved_ordered(model, survey, asked, settings)
    else:
        empty, of_moments = _unsolved(model, formed, survey, data, asked, settings)
    if asked.bounds is not None:
        empty = bounded(empty, asked.bounds)
    moments, table = empty.moments, empty.table
    units = unit_warnings(empty)
    solution: CovarianceSolution
    if estimator == "SAM":
        solution, minima = _two_steps(empty, asked.blocks)
    else:
        solution, minima = (fit_semopy(empty), ()) if asked.engine == "semopy" else _solve(empty)
    if solution.recipe.errors == "robust" and solution.status.usable:
        solution = with_rows(solution)
    warnings = (
        few_rows(moments, table)
        + row_warnings(moments, missing, empty.patterns, table.exogenous)
        + undeclared_warnings(answers, model.items)
        + of_moments
        + design_warnings(answers, design, estimator, missing, ordered=bool(asked.ordered))
        + error_warnings(estimator, ordered=bool(asked.ordered))
        + degree_warnings(solution)
        + units
        + idle_releases(model, asked, table)
        + minima
        + (definition_warnings(table, solution.values) if table.definitions and solution.status.usable else ())
    )
    return solution.changed(status=with_warnings(solution.status, warnings)) if warnings else solution


def _two_steps(
    empty: CovarianceSolution, blocks: tuple[tuple[str, ...], ...]
) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """The solution by structural after measurement, with standard errors from the rows where a design asks for them."""
    found, said = fit_two_steps(empty, blocks)
    if found.settings.errors == "normal theory" or not found.status.usable:
        return found, said
    return with_influence(found), said


def _unsolved(
    model: Specification,
    formed: tuple[Formation, ...],
    survey: Survey | None,
    data: object,
    asked: FitOptions,
    settings: CovarianceSettings,
) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """The moments of numeric items and the table that they are to determine, and warnings of them."""
    by, recipe = asked.groups, RECIPES[asked.estimator]
    statistics: Moments | Patterns
    if asked.missing == "fiml":
        if survey is None:
            raise DataError("missing='fiml' needs rows, and moments hold none; give the answers.")
        given = model.table(meanstructure=True).exogenous
        statistics = gather_patterns(survey, model, by, asked.auxiliary, given)
    else:
        statistics = gather(survey or data, model, by)
    patterns = statistics if isinstance(statistics, Patterns) else None
    means = True if patterns else asked.meanstructure
    table = model.table(groups=statistics.groups, meanstructure=means, equal=asked.equal, release=asked.release,
                        fixed_x=recipe.discrepancy == "ML", units=asked.units)  # fmt: skip
    table = with_auxiliary(with_formations(table, formed), asked.auxiliary)
    moments = estimated_moments(statistics, table) if isinstance(statistics, Patterns) else statistics
    dependent = check_moments(moments, table)
    check_scores(moments, table, asked.estimator)
    refuse_far(moments, asked.equal)
    weight = moment_weight(asked.estimator, survey, moments, table, by)
    empty = CovarianceSolution(table, settings, moments, np.full(table.npar, np.nan), not_converged(0), 0, survey,
                               patterns, Uncertainty.unknown(table.npar), weight)  # fmt: skip
    return empty, dependent


def _solve(empty: CovarianceSolution) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """The lowest minimum, and a sentence where another is nearly as low."""
    table = empty.table
    if table.restrictions is not None:
        return _solve_restricted(empty)
    start = empty.start
    found = solve_one(table, empty.objective, start[None])
    solution = empty.at(found)
    moments = moments_of(table)
    if table.npar > moments:
        return solution.changed(status=too_many_parameters(table.npar, moments)), ()
    if not found.converged[0]:
        return solution.changed(status=_no_minimum(solution, start[None])), ()
    first = with_errors(solution)
    if not first.status.identified and solution.iterations > FIRST_ITERATIONS:
        # A search that has followed a loading to infinity ends where nothing determines it.
        named = _no_minimum(solution, start[None])
        why = {reason.code for reason in named.reasons}
        if why & {"fit.marker_without_loading"} or why >= {"fit.loading_without_end", "fit.theta_not_converged"}:
            return solution.changed(status=named), ()
    lowest, said = lower_minimum(first)
    return first if lowest is first else with_errors(lowest), said


def _solve_restricted(empty: CovarianceSolution) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """The lowest minimum under the table's restrictions, and sentences where inequalities hold it."""
    table, start = empty.table, empty.start
    found = lowest_restricted(table, empty.objective, start)
    if not found.converged:
        ended = empty.changed(theta=found.theta, iterations=found.iterations)
        if not found.feasible:
            return ended.changed(status=restrictions_unmet(table)), ()
        reasons = (*not_converged(found.iterations).reasons, *endless(ended))
        return ended.changed(status=Status(False, False, False, reasons)), ()
    solution = linearised(empty, found)
    moments = moments_of(table)
    if solution.table.counted > moments:
        return solution.changed(status=too_many_parameters(solution.table.counted, moments)), ()
    return with_errors(solution), bound_warnings(solution.table)


def _no_minimum(solution: CovarianceSolution, start: FloatArray) -> Status:
    """Status of a fit that did not converge, with what is known of the reason."""
    table, reasons = solution.table, []
    hidden = {name for one in table.formed for name in one.excrescent}
    for marker in markers_without_loading(table, solution.objective, start):
        if marker.lhs in hidden:
            continue
        items = [row.rhs for row in table.rows if (row.lhs, row.op, row.group) == (marker.lhs, "=~", marker.group)]
        other = next((item for item in items if item != marker.rhs), marker.rhs)
        group = table.groups[marker.group] if table.n_groups > 1 else None
        reasons.append(
            sentence("fit.marker_without_loading", construct=marker.lhs, item=marker.rhs, other=other, group=group)
        )
    if reasons:
        return Status(False, False, False, tuple(reasons))
    reasons += [*not_converged(solution.iterations).reasons, *endless(solution)]
    if table.ordered is not None and table.ordered.parameterization == "theta":
        reasons.append(sentence("fit.theta_not_converged"))
    return Status(False, False, False, tuple(reasons))


def with_errors(solution: CovarianceSolution) -> CovarianceSolution:
    """Add the covariance of the parameters and the verdict to converged estimates."""
    information = solution.grouped_information(solution.settings.information)
    inverse, flat = inverse_or_flat(information)
    if inverse is not None and solution.settings.information == "observed":
        # What is left of the gradient bends a flat direction a little; only the expected information knows its rank.
        known, flat = inverse_or_flat(solution.grouped_information("expected"))
        inverse = None if known is None else inverse
    if inverse is None:
        return solution.changed(status=not_identified(solution.table.names(), flat))
    status: Status = judge(solution.table, solution.lisrel, solution.implied_moments, solution.group_n, USUAL)
    return solution.changed(
        errors=Uncertainty(inverse.times(1 / (solution.unit * solution.counted.sum()))), status=status
    )
