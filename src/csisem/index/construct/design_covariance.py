"""Joint covariance of indices under a sampling design."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.fit.covariance.errors.taylor_linearisation import cells_of, group_codes
from csisem.index.construct.index_covariance import Indices, by_parameter, sampled_weight, sandwich_covariance
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import Linearisation, added, degrees_of_freedom
from csisem.inference.influence import JointCovariance, StackCovariance, UnitCovariance
from csisem.moments.unit_totals import Cells, ReplicateTotals, Totals, UnitTotals
from csisem.survey.survey import Survey


def design_covariance(given: Indices) -> tuple[UnitCovariance, FloatArray]:
    """Covariance of all D x k indices under strata, clusters and finite populations, and degrees of freedom (D,).

    The influence of each row, zero outside its domain, is summed by sampling unit; no unit is left out. Answers other
    than the fitted ones carry no information on the item weights, whose part comes from the fit.
    """
    domains, solution = given.domains, given.solution
    survey = _rows_of(given)
    design = linearise(survey.units())
    codes = group_codes(survey, domains.by, domains.moments.groups)
    cells = Cells.of(design.code, design.count, codes, len(domains.labels))
    totals = _totals(given, survey, cells, domains.group[cells.group], scores=domains.own)
    count = len(given.source.at)
    q = count if domains.own else 0
    slope = by_parameter(given)
    slope = slope.reshape(slope.shape[0] * slope.shape[1], count)
    scores = None
    if domains.own:
        scores = added(totals.sums[:, :q], cells.unit, design.count)
        if domains.moments.ungrouped > solution.moments.ungrouped:
            scores = _all_scores(given, survey, design)
    weight = sampled_weight(given)
    left = slope @ given.source.inverse() / weight
    reach = given.reach / domains.weight[:, None, None]
    own = np.matmul(reach[cells.group], totals.sums[:, q:, None])[..., 0]
    rows = sandwich_covariance(given, design) if design.row_factor is not None else None
    if not domains.own:
        blocks = np.zeros((len(reach), reach.shape[1], reach.shape[1])) if rows is None else rows.blocks
        rows = JointCovariance(slope, given.source.covariance(), np.zeros_like(slope.T), blocks)
    degrees = degrees_of_freedom(design, totals.rows, cells.unit, cells.group, len(reach))
    return UnitCovariance(design, rows, left, scores, own, cells.unit, cells.group, len(reach)), degrees


def _rows_of(given: Indices) -> Survey:
    if given.domains.survey is None:
        raise ValueError("standard errors under a design need the rows")
    return given.domains.survey


def _totals(given: Indices, survey: Survey, cells: Cells, group: IntArray, *, scores: bool) -> Totals:
    """Sums of scores, if ``scores``, and of answers about their domain's mean, by sampling unit and domain."""
    solution, moments = given.solution, given.domains.moments
    scores_of, centre = given.source.scores()
    columns = ScoreColumns(scores_of, scores, centre, moments.mean, group, cells.group, products=False)
    kernel = UnitTotals(columns, cells.count)
    rows = solution.rows(survey, units=cells.code)
    return kernel.spread(rows.reduce(kernel))


def _all_scores(given: Indices, survey: Survey, design: Linearisation) -> FloatArray:
    """Sums of scores by sampling unit (F, q), including rows in no domain, which enter the parameters too."""
    solution = given.solution
    cells = cells_of(solution, survey, design)
    first = np.zeros(cells.count, dtype=np.intp)
    every = Cells(cells.code, cells.unit, first)
    totals = _totals(given, survey, every, cells.group, scores=True)
    return added(totals.sums[:, : len(given.source.at)], cells.unit, design.count)


def replicate_covariance(given: Indices) -> StackCovariance:
    """Covariance of all D x k indices from the indices under each of the replicate weights, item weights included."""
    solution, domains = given.solution, given.domains
    if solution.replicates is None:
        raise ValueError("the fit has no replicates")
    scores_of = given.source.scores()[0]
    moments = domains.moments
    every = np.arange(len(domains.labels))
    columns = ScoreColumns(scores_of, False, moments.mean[:0], moments.mean, every, every, products=False)
    rows = solution.replicate_rows(_rows_of(given), by=domains.by)
    sums = rows.reduce(ReplicateTotals(columns, len(every)))
    # A domain may be empty under some replicate weights.
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = moments.mean + sums.sums / sums.weight[..., None]
        weighting = given.source.repeated()
        stack = weighting.at(mean - given.lows, domains.group)
    whole = given.source.weigh(given.source.at).at(moments.mean - given.lows, domains.group)
    return StackCovariance(stack.reshape(len(stack), -1), whole.ravel(), solution.replicates.rule)
