"""Influence of single rows on the parameters of an ordered fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.vech import weighed
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.moments.ordered.gamma import RowInfluence
from csisem.moments.ordered.used_rows import Use


@dataclass(frozen=True, slots=True, eq=False)
class ParameterInfluence:
    """Influence of the used rows on the free parameters, in place of scores whose information is the identity.

    The weights of the moments are taken as fixed, as the robust standard errors do.

    Attributes
    ----------
    first
        Influence on the moments.
    use
        Which rows are used.
    order
        Places of the moments' columns among the observed variables.
    left
        Derivatives of the parameters by each group's moments, times the group's share of the weights, (G, q, s).
    """

    first: RowInfluence
    use: Use
    order: IntArray
    left: FloatArray

    @property
    def q(self) -> int:
        return int(self.left.shape[1])

    def kept(self, values: FloatArray) -> BoolArray:
        return self.use.used(values[self.order])

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        """The rows, whose missing answers have no influence on the item's mean."""
        del group
        return np.nan_to_num(centred)

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        """Influence (q, m) of rows (p, m) that are centred at 0."""
        return np.asarray(self.left[group] @ self.first.of(group, centred[self.order]))


def parameter_influence(solution: OrderedSolution) -> ParameterInfluence:
    """The influence of the fitted rows at the estimate."""
    first, observed = solution.first, solution.table.observed
    if first.influence is None:
        raise ValueError("the moments come without the influence of rows")
    order = np.array([observed.index(name) for name in (*first.items, *first.covariates)], dtype=np.intp)
    share = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    moved = solution.moment_derivatives
    pulled = weighed(solution.weight_of_moments, moved).mT
    # A group's moments are means over its own rows: its share cancels in the influence of one of them.
    inverse = symmetric_inverse((share[:, None, None] * (pulled @ moved)).sum(axis=0))
    use = Use(len(first.items), solution.settings.missing != "pairwise", {})
    return ParameterInfluence(first.influence, use, order, inverse @ pulled)
