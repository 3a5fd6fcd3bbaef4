"""Taylor linearisation of standard errors and tests over sampling units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.covariance.goodness_of_fit.ugamma import normal_weight
from csisem.covariance.vech import lower
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.fitted_rows import require_rows
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import Linearisation, added, degrees_of_freedom, variance, variances
from csisem.moments.unit_totals import Cells, Totals, UnitTotals

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.fit.solution import Solution
    from csisem.survey.survey import Survey

Spread: TypeAlias = Callable[[FloatArray], FloatArray]
"""From totals of units (U, k) to the variances (k,) of their sums."""

# Columns of unit totals that are transformed at a time, to avoid a second copy of all of them.
_BLOCK = 32


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Variances between sampling units; squares of single rows, where rows are units, are not included.

    Attributes
    ----------
    meat
        Design covariance of the sum of scores, over the number of rows, (q, q).
    saturated, items
        ``tr(A1^-1 B1)`` of the saturated model without the moments of fixed variables, and of the variances (and
        means, if modelled) of the other variables alone.
    """

    meat: FloatArray
    saturated: float
    items: float


def linearisation_of(solution: CovarianceSolution) -> Linearisation | None:
    """The linearisation of the fitted rows' design; None when there are no rows, or they are independent."""
    return linearise(solution.data.units()) if solution.data is not None and solution.data.design.drawn else None


def group_codes(survey: Survey, by: tuple[str, ...], groups: tuple[object, ...]) -> IntArray | None:
    """The group of each row (n,), -1 for a row in no group; None without groups."""
    if not by:
        return None
    codes, labels = survey.grouping(by)
    place = np.array([groups.index(label) if label in groups else -1 for label in labels] + [-1], dtype=np.intp)
    own: IntArray = place[codes]
    return own


def cells_of(solution: Solution, data: Survey, design: Linearisation) -> Cells:
    """Sampling units crossed with the groups of a solution, of the fitted rows."""
    codes = group_codes(data, solution.settings.by, solution.groups)
    return Cells.of(design.code, design.count, codes, solution.table.n_groups)


def between_units(solution: CovarianceSolution, design: Linearisation, centre: FloatArray) -> tuple[Between, float]:
    """Design variances of the rows' scores, about ``centre`` (G, p), and of their contributions to the moments.

    Returns them with the design's degrees of freedom.
    """
    data = require_rows(solution.data, "standard errors under the design need")
    cells = cells_of(solution, data, design)
    columns = ScoreColumns(
        row_scores(solution)[0], True, centre, solution.sample_mean, cells.group, cells.group, products=True
    )
    kernel = UnitTotals(columns, cells.count)
    rows = solution.rows(data, units=cells.code)
    totals = kernel.spread(rows.reduce(kernel))
    level = solution.n / float(solution.moments.weight.sum())
    totals.sums[...] *= level
    totals.weight[...] *= level
    q = solution.structure.q
    meat = variance(design, added(totals.sums[:, :q], cells.unit, design.count)) / solution.n
    saturated, items = 0.0, 0.0
    for group in range(solution.table.n_groups):
        members = np.flatnonzero(cells.group == group)
        moments = totals.sums[members, q:] if solution.table.n_groups > 1 else totals.sums[:, q:]
        spread = _spread(design, cells.unit[members])
        whole, own = group_traces(solution, group, totals.weight[members], moments, spread)
        saturated, items = saturated + whole, items + own
    return Between(meat, saturated, items), whole_degrees(design, totals, cells)


def whole_degrees(design: Linearisation, totals: Totals, cells: Cells) -> float:
    """First-stage units less strata among the rows that were summed."""
    one = np.zeros(cells.count, dtype=np.intp)
    return float(degrees_of_freedom(design, totals.rows, cells.unit, one, 1)[0])


def _spread(design: Linearisation, units: IntArray) -> Spread:
    """Design variances of totals of some units, zero in all others."""
    if len(units) == design.count:
        return lambda totals: variances(design, totals)

    def spread(totals: FloatArray) -> FloatArray:
        whole = np.zeros((design.count, totals.shape[1]))
        whole[units] = totals
        return variances(design, whole)

    return spread


def group_traces(
    solution: CovarianceSolution,
    group: int,
    weight: FloatArray,
    moments: FloatArray,
    spread: Spread,
) -> tuple[float, float]:
    """``tr(A1^-1 B1)`` of one group's saturated model and of its free variables separately; see `Between`.

    ``weight`` (U,) and ``moments`` (U, p + p (p + 1) / 2) are totals of U units or replicates: of the weights, and of
    centred answers and their products by the lower triangle. The latter are overwritten.
    """
    p, means, cov = solution.structure.p, solution.table.meanstructure, solution.sample_cov[group]
    row, col = lower(p)
    moments[:, p:] -= weight[:, None] * cov[row, col]
    free = np.setdiff1d(np.arange(p), solution.exogenous)
    whole, given = (_trace(moments, cov, chosen, spread, means=means) for chosen in (np.arange(p), solution.exogenous))
    # One variable's weights are 1 / (2 variance**2), and 1 / variance for its mean.
    variance, squares = np.diagonal(cov)[free], p + np.flatnonzero(row == col)[free]
    own = float((spread(moments[:, squares]) / variance**2).sum()) / 2
    if means:
        own += float((spread(moments[:, free]) / variance).sum())
    size = float(solution.group_size[group])
    return (whole - given) / size, own / size


def _trace(moments: FloatArray, cov: FloatArray, chosen: IntArray, spread: Spread, *, means: bool) -> float:
    """``tr(V B)`` of the moments of ``chosen`` variables: V their normal-theory weight, B the covariance of their sums.

    ``moments`` are totals of centred answers and of products less their expectation, (U, p + p (p + 1) / 2).
    """
    if not chosen.size:
        return 0.0
    p = len(cov)
    row, col = lower(p)
    inside = p + np.flatnonzero(np.isin(row, chosen) & np.isin(col, chosen))
    own = cov[np.ix_(chosen, chosen)]
    # Totals whose variances add up to the trace: those whitened by a root of the weight.
    root = np.linalg.cholesky(normal_weight(own, means=False))
    found = 0.0
    for start in range(0, len(inside), _BLOCK):
        found += float(spread(moments[:, inside] @ root[:, start : start + _BLOCK]).sum())
    if means:
        found += float(spread(moments[:, chosen] @ np.linalg.cholesky(np.linalg.inv(own))).sum())
    return found
