"""Errors of anything that is computed from PLS estimates: from moments, rows, sampling units or replicate weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.covariance.casewise.casewise_scores import RowScores, ScoreKernel
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.errors import DataError
from csisem.fit.covariance.errors.taylor_linearisation import group_codes, whole_degrees
from csisem.fit.pls.missing_answers import incomplete_influence
from csisem.fit.pls.replicate_estimates import Repeated
from csisem.fit.pls.row_influence import RowInfluence
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import added, variance
from csisem.inference.moment_map import Gradient, gradient, normal_theory_variance
from csisem.inference.replicate_variance import Replicates
from csisem.moments.unit_totals import Cells, UnitTotals

if TYPE_CHECKING:
    from csisem.fit.pls.composite_fit import CompositeFit
    from csisem.survey.survey import Survey


Statistics: TypeAlias = Callable[[Estimates, FloatArray, FloatArray], FloatArray]
"""From the estimates of samples of one group and their columns' means (..., P) and covariances with divisor n
(..., P, P) to k statistics (..., k).

All arrays are real or complex, and the function must be analytic.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """How sure k statistics of each of G groups are.

    Attributes
    ----------
    vcov
        Their covariance matrix, (G k, G k).
    degrees
        Degrees of freedom of the sampling design, infinite without one.
    replicates
        The statistics under each of the replicate weights; None for other errors.
    """

    vcov: FloatArray
    degrees: float = np.inf
    replicates: Replicates | None = None


def errors_of(fit: CompositeFit, statistics: Statistics) -> Errors:
    """Covariance of statistics by the road that the fit's errors take.

    Raises
    ------
    DataError
        The road takes rows, and the fit holds none any more.
    """
    if fit.settings.errors == "replicates":
        return _by_replicates(fit, fit.repeated, statistics)
    slopes = slopes_of(fit, statistics)
    if fit.settings.errors == "normal theory":
        return Errors(normal_theory(fit, slopes))
    if fit.data is None:
        raise DataError("The errors come from the influence of the rows, and the fit holds none (it was unpickled); "
                        "fit the model again.")  # fmt: skip
    if fit.settings.errors == "design":
        return _design(fit, fit.data, slopes)
    return Errors(_products(fit, fit.data, slopes))


def slopes_of(fit: CompositeFit, statistics: Statistics) -> tuple[Gradient, ...]:
    """Derivatives of each group's statistics by the moments of its columns."""

    def at(group: int) -> Callable[[FloatArray, FloatArray], FloatArray]:
        return lambda mean, cov: statistics(fit.found_at(mean, cov, group), mean, cov)

    return tuple(gradient(at(g), fit.centre[g], fit.column_cov[g]) for g in range(fit.table.n_groups))


def row_influence(fit: CompositeFit, slopes: Sequence[Gradient]) -> RowScores:
    """Influence of the fitted rows, about their means."""
    if fit.patterns is not None:
        return incomplete_influence(fit, fit.patterns, slopes)
    weight = fit.moments.weight.reshape(-1)
    return RowInfluence(slopes, fit.column_cov, weight / weight.sum())


def normal_theory(fit: CompositeFit, slopes: Sequence[Gradient]) -> FloatArray:
    """Covariance under normality of the columns, with the rows that sampling weights leave (Kish 1965)."""
    n, k = fit.moments.effective_n.reshape(-1), len(slopes[0].by_mean)
    vcov = np.zeros((len(slopes) * k, len(slopes) * k))
    for group, own in enumerate(slopes):
        place = slice(group * k, (group + 1) * k)
        vcov[place, place] = normal_theory_variance(own, fit.column_cov[group], float(n[group]))
    return vcov


def _products(
    fit: CompositeFit,
    data: Survey,
    slopes: Sequence[Gradient],
    factor: FloatArray | None = None,
    units: IntArray | None = None,
) -> FloatArray:
    """Sum of products of the rows' influences over the squared sum of weights, times the ``factor`` of their units."""
    labels = fit.groups or (None,)
    kernel = ScoreKernel(
        row_influence(fit, slopes),
        fit.centre,
        {label: g for g, label in enumerate(labels)},
        dict(zip(labels, fit.centre, strict=True)),
        factor=factor,
    )
    sums = fit.rows(data, by=fit.settings.by, units=units).reduce(kernel)
    vcov: FloatArray = sums.scores / float(fit.moments.weight.sum()) ** 2
    return vcov


def _design(fit: CompositeFit, data: Survey, slopes: Sequence[Gradient]) -> Errors:
    """Covariance of the sums of influences over the sampling units."""
    design, scores_of = linearise(data.units()), row_influence(fit, slopes)
    cells = Cells.of(design.code, design.count, group_codes(data, fit.settings.by, fit.groups), fit.table.n_groups)
    columns = ScoreColumns(scores_of, True, fit.centre, fit.centre, cells.group, cells.group, products=False)
    kernel = UnitTotals(columns, cells.count)
    totals = kernel.spread(fit.rows(data, units=cells.code).reduce(kernel))
    vcov = variance(design, added(totals.sums[:, : scores_of.q], cells.unit, design.count))
    vcov /= float(fit.moments.weight.sum()) ** 2
    if design.row_factor is not None:
        vcov += _products(fit, data, slopes, design.row_factor, design.code)
    return Errors(vcov, whole_degrees(design, totals, cells))


def _by_replicates(fit: CompositeFit, repeated: Repeated, statistics: Statistics) -> Errors:
    """Covariance of the statistics over the replicate weights."""
    stacks, values = [], []
    for group in range(fit.table.n_groups):
        mean, cov = repeated.mean[:, group], repeated.cov[:, group]
        stacks.append(statistics(repeated.found.member((slice(None), group)), mean, cov))
        values.append(statistics(fit.found.member(group), fit.centre[group], fit.column_cov[group]))
    stack = np.concatenate(stacks, axis=-1)
    stack[repeated.failed] = np.nan
    replicates = Replicates(stack, repeated.rule)
    return Errors(repeated.rule.variance(stack, np.concatenate(values)), repeated.degrees, replicates)
