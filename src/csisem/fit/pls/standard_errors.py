"""Standard errors of statistics of a PLS path model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores, ScoreKernel
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.fit.covariance.errors.taylor_linearisation import cells_of, whole_degrees
from csisem.fit.fitted_rows import require_rows
from csisem.fit.pls.missing_answers import incomplete_influence
from csisem.fit.pls.path_estimates import PathEstimates, Statistics
from csisem.fit.pls.replicate_estimates import Repeated
from csisem.fit.pls.row_influence import RowInfluence
from csisem.fit.solution import Uncertainty
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import added, variance
from csisem.inference.moment_functions import Gradient, gradient, normal_theory_variance
from csisem.inference.replicate_variance import Replicates
from csisem.moments.unit_totals import UnitTotals
from csisem.survey.survey import Survey


def errors_of(solution: PathEstimates, statistics: Statistics) -> Uncertainty:
    """Covariance (G k, G k) of k statistics of each of G groups, by the method of the fit's own standard errors."""
    if solution.settings.errors == "replicates":
        return _by_replicates(solution, solution.repeated, statistics)
    slopes = slopes_of(solution, statistics)
    if solution.settings.errors == "normal theory":
        return Uncertainty(normal_theory(solution, slopes))
    survey = require_rows(solution.data, "standard errors by the rows' influence need")
    if solution.settings.errors == "design":
        return _design(solution, survey, slopes)
    return Uncertainty(_products(solution, survey, slopes))


def slopes_of(solution: PathEstimates, statistics: Statistics) -> tuple[Gradient, ...]:
    """Derivatives of each group's statistics by the moments of its columns."""

    def at(group: int) -> Callable[[FloatArray, FloatArray], FloatArray]:
        return lambda mean, cov: statistics(solution.found_at(mean, cov, group), mean, cov)

    return tuple(gradient(at(g), solution.centre[g], solution.column_cov[g]) for g in range(solution.table.n_groups))


def row_influence(solution: PathEstimates, slopes: Sequence[Gradient]) -> RowScores:
    """Influence of the fitted rows, about their means."""
    if solution.patterns is not None:
        return incomplete_influence(solution, solution.patterns, slopes)
    weight = solution.moments.weight.reshape(-1)
    return RowInfluence(slopes, solution.column_cov, weight / weight.sum())


def normal_theory(solution: PathEstimates, slopes: Sequence[Gradient]) -> FloatArray:
    """Covariance if the columns are normal, with the effective sample size of the weights (Kish 1965)."""
    n, k = solution.moments.effective_n.reshape(-1), len(slopes[0].by_mean)
    vcov = np.zeros((len(slopes) * k, len(slopes) * k))
    for group, own in enumerate(slopes):
        place = slice(group * k, (group + 1) * k)
        vcov[place, place] = normal_theory_variance(own, solution.column_cov[group], float(n[group]))
    return vcov


def _products(
    solution: PathEstimates,
    data: Survey,
    slopes: Sequence[Gradient],
    factor: FloatArray | None = None,
    units: IntArray | None = None,
) -> FloatArray:
    """Sum of products of the rows' influences over the squared sum of weights, times the ``factor`` of their units."""
    groups = solution.group_of
    means = dict(zip(groups, solution.centre, strict=True))
    kernel = ScoreKernel(row_influence(solution, slopes), solution.centre, groups, means, factor=factor)
    sums = solution.rows(data, by=solution.settings.by, units=units).reduce(kernel)
    return sums.scores / float(solution.moments.weight.sum()) ** 2


def _design(solution: PathEstimates, data: Survey, slopes: Sequence[Gradient]) -> Uncertainty:
    """Covariance of the sums of influences over the sampling units."""
    design, scores_of = linearise(data.units()), row_influence(solution, slopes)
    cells = cells_of(solution, data, design)
    columns = ScoreColumns(scores_of, True, solution.centre, solution.centre, cells.group, cells.group, products=False)
    kernel = UnitTotals(columns, cells.count)
    totals = kernel.spread(solution.rows(data, units=cells.code).reduce(kernel))
    vcov = variance(design, added(totals.sums[:, : scores_of.q], cells.unit, design.count))
    vcov /= float(solution.moments.weight.sum()) ** 2
    if design.row_factor is not None:
        vcov += _products(solution, data, slopes, design.row_factor, design.code)
    return Uncertainty(vcov, whole_degrees(design, totals, cells))


def _by_replicates(solution: PathEstimates, repeated: Repeated, statistics: Statistics) -> Uncertainty:
    """Covariance of the statistics over the replicate weights."""
    stacks, values = [], []
    for group in range(solution.table.n_groups):
        mean, cov = repeated.mean[:, group], repeated.cov[:, group]
        stacks.append(statistics(repeated.found.member((slice(None), group)), mean, cov))
        values.append(statistics(solution.found.member(group), solution.centre[group], solution.column_cov[group]))
    stack = np.concatenate(stacks, axis=-1)
    stack[repeated.failed] = np.nan
    replicates = Replicates(stack, repeated.rule)
    return Uncertainty(repeated.rule.variance(stack, np.concatenate(values)), repeated.degrees, replicates)
