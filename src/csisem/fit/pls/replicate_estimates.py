"""A PLS path model estimated under every one of a survey's replicate weights, all of them as one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.estimate import Estimates
from csisem.composite.weights import Outcome
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.errors import DataError
from csisem.fit.pls.row_influence import RowInfluence
from csisem.inference.design_rules import rule_of
from csisem.inference.replicate_variance import ReplicateRule, replicate_degrees
from csisem.moments.unit_totals import ReplicateTotals

if TYPE_CHECKING:
    from csisem.fit.pls.composite_fit import CompositeFit


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """The estimates under R replicate weights.

    Attributes
    ----------
    found
        The estimates, leading axes (R, G).
    mean, cov
        The moments they are of, (R, G, P) and (R, G, P, P), divisor the sum of weights.
    rule, degrees
        How replicates become a variance, and its degrees of freedom.
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


def repeat(fit: CompositeFit) -> Repeated:
    """Estimate under every replicate weight.

    Raises
    ------
    DataError
        The fit holds no rows.
    """
    if fit.data is None:
        raise DataError("The errors come from replicate weights, and the fit holds no rows (it was unpickled); fit "
                        "the model again.")  # fmt: skip
    groups, p = fit.table.n_groups, fit.centre.shape[-1]
    each = np.arange(groups)
    # Of complete rows nothing but the answers and their products is asked.
    complete = RowInfluence((), fit.column_cov, np.ones(groups))
    columns = ScoreColumns(complete, False, fit.centre, fit.centre, each, each, products=True)
    rows = fit.replicate_rows(fit.data, by=fit.settings.by)
    sums = rows.reduce(ReplicateTotals(columns, groups))
    # A replicate may leave a group without weight.
    with np.errstate(divide="ignore", invalid="ignore"):
        moments = sums.sums / sums.weight[..., None]
    shift, (row, col) = moments[..., :p], np.tril_indices(p)
    cov = np.empty((*shift.shape, p))
    cov[..., row, col] = cov[..., col, row] = moments[..., p:]
    cov -= shift[..., :, None] * shift[..., None, :]
    mean = fit.centre + shift
    size = fit.n * sums.weight / sums.weight.sum(axis=1, keepdims=True)
    return Repeated(
        fit.found_for(mean, cov, size), mean, cov, rule_of(fit.settings.design), replicate_degrees(sums.gram)
    )
