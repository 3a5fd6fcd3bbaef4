"""The estimation of a PLS path model on one page: plan, moments, weights and what follows from them, verdict."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from csisem.composite.consistent import check_consistent
from csisem.composite.plan import Plan, compile_plan
from csisem.composite.table import Layout, composite_table, layout_of
from csisem.fit.checks import row_warnings
from csisem.fit.drawn import design_warnings, error_road, under_design
from csisem.fit.gather import gather
from csisem.fit.pls.checks import check_composite_moments, check_used
from csisem.fit.pls.composite_fit import CompositeFit, estimates
from csisem.fit.pls.sample import columns_of
from csisem.fit.pls.verdict import judge_composite
from csisem.fit.settings import CompositeSettings
from csisem.fit.status import Thresholds, with_warnings
from csisem.moments.moments import Moments
from csisem.survey import Design, as_survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csisem.fit.request import Request
    from csisem.model.specification import Model
    from csisem.options import HigherOrder, Moderation


def estimate_composite(model: Model, data: object, asked: Request) -> CompositeFit:
    """Estimate a checked request from one data set."""
    plan, layout = planned(model, asked.higher_order, asked.moderation, asked.dominant or {})
    if asked.estimator == "PLSc":
        check_consistent(plan)
    check_used(plan, asked)
    answers = None if isinstance(data, Moments) else as_survey(data)
    survey = under_design(answers, asked.design)
    moments = gather(survey or data, model, asked.by).select(plan.items)
    check_composite_moments(moments, plan)
    columns, column_moments = columns_of(plan, moments, survey, asked.by)
    table = composite_table(plan, layout, model, moments.groups)
    drawn = Design() if survey is None else survey.design
    road = error_road(asked.estimator, drawn) if survey is not None else "normal theory"
    settings = CompositeSettings(
        asked.estimator, asked.missing, asked.by, drawn, road, asked.scheme, asked.higher_order, asked.moderation,
        tuple((asked.dominant or {}).items()),
    )  # fmt: skip
    n = moments.n.reshape(-1)
    size = n.sum() * moments.weight.reshape(-1) / moments.weight.sum()
    width = plan.width
    mean, cov = column_moments.mean.reshape(-1, width), column_moments.cov.reshape(-1, width, width)
    found = estimates(columns, settings, mean, cov, size)
    consistent = asked.estimator == "PLSc"
    status = judge_composite(plan, found, moments.groups, n, Thresholds(), consistent=consistent)
    status = with_warnings(status, row_warnings(moments) + design_warnings(answers, asked.design, asked.estimator))
    free = [row.fixed is None for row in table.rows]
    theta = layout.of_groups(found)[free]
    return CompositeFit(
        model, table, settings, moments, theta, status, int(np.max(found.iterations)), survey, plan, layout, columns,
        column_moments, found,
    )  # fmt: skip


def planned(
    model: Model, higher_order: HigherOrder, moderation: Moderation, dominant: Mapping[str, str]
) -> tuple[Plan, Layout]:
    """Compile a model; its plan is made once however often it is fitted."""
    return _planned(model, higher_order, moderation, tuple(dominant.items()))


@lru_cache(maxsize=64)
def _planned(
    model: Model, higher_order: HigherOrder, moderation: Moderation, dominant: tuple[tuple[str, str], ...]
) -> tuple[Plan, Layout]:
    plan = compile_plan(
        model.constructs, model.relations, higher_order=higher_order, moderation=moderation, dominant=dict(dominant)
    )
    return plan, layout_of(plan, model.relations)
