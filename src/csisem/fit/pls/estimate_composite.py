"""The estimation pipeline of a PLS path model."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from csisem.composite.attenuation import check_consistent
from csisem.composite.parameter_layout import ParameterLayout, composite_table, layout_of
from csisem.composite.plan import Plan, compile_plan
from csisem.errors import DataError, OptionError
from csisem.fit.checks import check_columns, row_warnings
from csisem.fit.covariance.design_warnings import design_warnings, error_method
from csisem.fit.frames import definition_warnings
from csisem.fit.pls.checks import check_composite_moments, check_used, copy_warnings
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.item_columns import columns_of
from csisem.fit.pls.missing_answers import blank_warnings, moments_of
from csisem.fit.pls.path_estimates import estimates
from csisem.fit.pls.verdict import judge_composite
from csisem.fit.read_moments import gather
from csisem.fit.settings import CompositeSettings, FitOptions
from csisem.fit.status import USUAL, with_warnings
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.options import HigherOrder, Moderation
from csisem.specification.specification import Specification
from csisem.survey import Design, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.survey import Survey
from csisem.survey.undeclared_codes import undeclared_warnings


def estimate_composite(model: Specification, data: object, asked: FitOptions) -> CompositeSolution:
    """Estimate a checked request from one data set."""
    dominant = tuple((asked.dominant or {}).items())
    plan, layout = planned(model, asked.higher_order, asked.moderation, dominant)
    if asked.estimator == "PLSc":
        check_consistent(plan, asked.higher_order, asked.moderation)
    check_used(plan, asked)
    answers = None if isinstance(data, Moments) else as_survey(data)
    survey = under_design(answers, asked.design)
    statistics = _statistics(survey, data, model, plan, asked)
    patterns = statistics if isinstance(statistics, Patterns) else None
    table = composite_table(plan, layout, model, statistics.groups)
    moments = moments_of(statistics, table, asked.missing) if isinstance(statistics, Patterns) else statistics
    check_composite_moments(moments, plan)
    columns, column_moments = columns_of(plan, moments, survey, asked.groups)
    drawn = Design() if survey is None else survey.design
    errors = error_method(asked.estimator, drawn) if survey is not None else "normal theory"
    settings = CompositeSettings(
        asked.estimator, asked.missing, asked.groups, drawn, errors, asked.scheme, asked.higher_order, asked.moderation,
        dominant,
    )  # fmt: skip
    n = moments.n.reshape(-1)
    size = n.sum() * moments.weight.reshape(-1) / moments.weight.sum()
    width = plan.width
    mean, cov = column_moments.mean.reshape(-1, width), column_moments.cov.reshape(-1, width, width)
    found = estimates(columns, settings, mean, cov, size)
    consistent = asked.estimator == "PLSc"
    variances = np.diagonal(cov, 0, -2, -1)
    status = judge_composite(plan, found, moments.groups, n, variances, USUAL, consistent=consistent)
    said = row_warnings(moments, asked.missing) + undeclared_warnings(answers, model.items)
    said += blank_warnings(patterns, moments, asked.missing) if patterns else ()
    status = with_warnings(
        status, said + copy_warnings(moments) + design_warnings(answers, asked.design, asked.estimator)
    )
    free = [row.fixed is None for row in table.rows]
    theta = layout.of_groups(found)[free]
    solution = CompositeSolution(
        table, settings, moments, theta, status, int(np.max(found.iterations)), survey, patterns, plan, layout, columns,
        column_moments, found,
    )  # fmt: skip
    if said := definition_warnings(table, solution.values):
        status = with_warnings(replace(status, warnings=status.warnings[len(status.row_warnings) :]),
                               status.row_warnings + said)  # fmt: skip
        return replace(solution, status=status)
    return solution


def _statistics(
    survey: Survey | None, data: object, model: Specification, plan: Plan, asked: FitOptions
) -> Moments | Patterns:
    """Moments of complete rows, or of the patterns of incomplete ones."""
    if asked.missing == "listwise":
        return gather(survey or data, model, asked.groups).select(plan.items)
    if survey is None:
        raise DataError(f"missing={asked.missing!r} needs rows, and moments hold none; give the answers.")
    if plan.products is not None:
        raise OptionError(f"missing={asked.missing!r} has no products of blank answers, and the model has the "
                          f"interaction {plan.constructs[plan.terms[0]]!r}; use 'listwise'.")  # fmt: skip
    if survey.design.replicate_weights:
        raise OptionError(f"missing={asked.missing!r} does not take replicate weights; use 'listwise', or a Design by "
                          "strata and clusters.")  # fmt: skip
    check_columns(model, survey, asked.groups)
    return Patterns.from_rows(survey.rows(plan.items, by=asked.groups)).with_every_group()


@lru_cache(maxsize=64)
def planned(
    model: Specification, higher_order: HigherOrder, moderation: Moderation, dominant: tuple[tuple[str, str], ...]
) -> tuple[Plan, ParameterLayout]:
    """Compile a model; once for each model and its options."""
    plan = compile_plan(
        model.constructs, model.relations, higher_order=higher_order, moderation=moderation, dominant=dict(dominant)
    )
    return plan, layout_of(plan, model.relations)
