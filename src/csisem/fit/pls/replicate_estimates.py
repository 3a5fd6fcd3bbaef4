"""PLS estimates under replicate weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.estimate import Estimates
from csisem.composite.pls_algorithm import Outcome
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.fit.pls.row_influence import RowInfluence
from csisem.inference.replicate_variance import ReplicateRule, replicate_degrees
from csisem.moments.unit_totals import ReplicateTotals
from csisem.survey.rows.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """The estimates under R replicate weights.

    Attributes
    ----------
    found
        The estimates, leading axes (R, G).
    mean, cov
        Their moments, (R, G, P) and (R, G, P, P), with the sum of weights as divisor.
    rule, degrees
        The rule for variances over replicates, and its degrees of freedom.
    """

    found: Estimates
    mean: FloatArray
    cov: FloatArray
    rule: ReplicateRule
    degrees: float

    @property
    def failed(self) -> BoolArray:
        """Which replicates have no solution, (R,)."""
        without: BoolArray = (self.found.outcome != Outcome.CONVERGED).any(axis=1)
        return without


def repeat(
    rows: Rows,
    moments: tuple[FloatArray, FloatArray],
    n: int,
    estimate: Callable[[FloatArray, FloatArray, FloatArray], Estimates],
    rule: ReplicateRule,
) -> Repeated:
    """Estimate under every replicate weight.

    Parameters
    ----------
    rows
        The n rows that were fitted, with replicate weights.
    moments
        Means (G, P) and covariances (G, P, P) of their columns.
    n
        Their number.
    estimate
        From means, covariances with divisor n and sizes of samples to their estimates.
    rule
        The rule for variances over replicates.
    """
    centre, whole = moments
    groups, p = centre.shape
    each = np.arange(groups)
    # Only the answers of complete rows and their products are summed.
    columns = ScoreColumns(RowInfluence((), whole, np.ones(groups)), False, centre, centre, each, each, products=True)
    sums = rows.reduce(ReplicateTotals(columns, groups))
    # In a replicate a group may have no weight.
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums.sums / sums.weight[..., None]
    shift, (row, col) = means[..., :p], np.tril_indices(p)
    cov = np.empty((*shift.shape, p))
    cov[..., row, col] = cov[..., col, row] = means[..., p:]
    cov -= shift[..., :, None] * shift[..., None, :]
    mean = centre + shift
    size = n * sums.weight / sums.weight.sum(axis=1, keepdims=True)
    return Repeated(estimate(mean, cov, size), mean, cov, rule, replicate_degrees(sums.gram))
