"""Standard errors of two-step estimates from the rows' influence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import ScoreKernel
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.covariance.cholesky import symmetric_inverse
from csisem.fit.covariance.errors.taylor_linearisation import cells_of, whole_degrees
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.fitted_rows import require_rows
from csisem.fit.solution import Uncertainty
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import added, variance
from csisem.moments.unit_totals import UnitTotals

if TYPE_CHECKING:
    from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
    from csisem.survey.survey import Survey


def with_influence(solution: TwoStepSolution) -> TwoStepSolution:
    """Replace the standard errors of a solution by those from its rows, under their weights and design.

    Both steps are functions of the moments, so that a row has an influence on all estimates, whatever the distribution
    of the answers; influences are summed over independent rows, or over sampling units (Taylor linearisation).
    """
    survey = require_rows(solution.data, "standard errors by the rows' influence need")
    inverse = symmetric_inverse(solution.unit_information("observed"))
    if solution.settings.errors == "sandwich":
        return replace(solution, errors=Uncertainty(inverse @ _products(solution, survey) @ inverse))
    design, (scores_of, centre) = linearise(survey.units()), row_scores(solution)
    cells = cells_of(solution, survey, design)
    columns = ScoreColumns(scores_of, True, centre, centre, cells.group, cells.group, products=False)
    kernel = UnitTotals(columns, cells.count)
    totals = kernel.spread(solution.rows(survey, units=cells.code).reduce(kernel))
    meat = variance(design, added(totals.sums[:, : scores_of.q], cells.unit, design.count))
    meat /= float(solution.moments.weight.sum()) ** 2
    if design.row_factor is not None:
        meat += _products(solution, survey, design.row_factor, design.code)
    return replace(solution, errors=Uncertainty(inverse @ meat @ inverse, whole_degrees(design, totals, cells)))


def _products(
    solution: TwoStepSolution, survey: Survey, factor: FloatArray | None = None, units: IntArray | None = None
) -> FloatArray:
    """Sum of products of the rows' scores over the squared sum of weights, times the ``factor`` of their units."""
    groups = solution.group_of
    scores_of, centre = row_scores(solution)
    means = dict(zip(groups, centre, strict=True))
    kernel = ScoreKernel(scores_of, centre, groups, means, factor=factor)
    sums = solution.rows(survey, by=solution.settings.by, units=units).reduce(kernel)
    return np.asarray(sums.scores / float(solution.moments.weight.sum()) ** 2)
