"""Item weights from each kind of fit, with their influence and replicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.lisrel.matrices import Matrices
from csisem.covariance.vech import moment_slopes
from csisem.errors import OptionError
from csisem.fit.bootstrap.covariance_replicates import CovarianceReplicates
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.errors.robust_least_squares import normal_theory_vcov
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.solution import Solution
from csisem.index.construct.item_weights import Block, Statistics, Weighting, blocks, weigh
from csisem.index.construct.ordered_weights import OrderedWeights
from csisem.index.construct.pls_weights import CompositeWeights
from csisem.inference.delta import jacobian
from csisem.options import ItemWeights


class WeightSource(Protocol):
    """Item weights as functions of q parameters, estimated from rows or replicates."""

    @property
    def measured(self) -> tuple[Block, ...]:
        """The measurement blocks, lower-order constructs first."""

    @property
    def kind(self) -> ItemWeights:
        """The option ``item_weights``."""

    @property
    def at(self) -> FloatArray:
        """The parameters, (q,)."""

    def weigh(self, parameters: FloatArray) -> Weighting:
        """Weights at parameters (..., q), real or complex."""

    def derivatives(self, function: Callable[[FloatArray], FloatArray], group: IntArray) -> FloatArray:
        """Derivatives (D, ..., q) at the parameters of a function to (..., D, ...), each of one ``group`` (D,)."""

    def scores(self) -> tuple[RowScores, FloatArray]:
        """Scores of the rows, and the means (G, P) at which answers are centred."""

    def inverse(self) -> FloatArray:
        """Matrix that turns scores into influence on the parameters, (q, q)."""

    def covariance(self) -> FloatArray:
        """Covariance of the parameters by the fit's method, with the precision that sampling weights cost, (q, q)."""

    def by_covariance(self) -> FloatArray:
        """Derivatives (G, p*, q), by the parameters, of the covariances behind means of incomplete rows."""

    def repeated(self) -> Weighting:
        """Weights under each of R replicate weights."""

    def drawn(self, drawn: BootstrapReplicates, inside: IntArray) -> Weighting:
        """Weights of the bootstrap replicates at positions ``inside``."""


@dataclass(frozen=True, eq=False)
class CovarianceWeights:
    """Item weights as functions of a covariance structure's free parameters; see `source_of`."""

    solution: CovarianceSolution
    ranges: FloatArray
    kind: ItemWeights
    statistics: Statistics | None = None

    @cached_property
    def measured(self) -> tuple[Block, ...]:
        return blocks(self.solution.table)

    @property
    def at(self) -> FloatArray:
        return self.solution.theta

    def weigh(self, parameters: FloatArray) -> Weighting:
        return self._weigh(self.solution.structure.matrices(parameters))

    def _weigh(self, matrices: Matrices) -> Weighting:
        found = weigh(self.measured, matrices, self.ranges, self.kind, effects=self.statistics is not None)
        return found if self.statistics is None else self.statistics(found)

    def derivatives(self, function: Callable[[FloatArray], FloatArray], group: IntArray) -> FloatArray:
        partition = self.solution.structure.partition
        slopes = jacobian(function, self.at, partition.directions())
        whole = np.zeros((*slopes.shape[:-1], partition.q + 1))
        for d, g in enumerate(group.tolist()):
            whole[d][..., partition.columns[g]] = slopes[d]
        return whole[..., :-1]

    def scores(self) -> tuple[RowScores, FloatArray]:
        return row_scores(self.solution)

    def inverse(self) -> FloatArray:
        return symmetric_inverse(self.solution.unit_information("observed"))

    def covariance(self) -> FloatArray:
        solution = self.solution
        if solution.recipe.discrepancy in ("ULS", "DWLS") and solution.recipe.errors == "standard":
            # Their own standard errors hold for no distribution.
            return normal_theory_vcov(solution)
        squares = solution.moments.squares
        if squares is None or solution.settings.errors != "normal theory":
            return solution.vcov
        return solution.vcov * (solution.n * float(squares.sum()) / float(solution.moments.weight.sum()) ** 2)

    def by_covariance(self) -> FloatArray:
        slope, structure = self.solution.slope, self.solution.structure
        entries = np.stack([moment_slopes(slope.a[0, g], slope.b[0, g], None) for g in range(structure.groups)])
        return entries @ structure.whole_map()

    def repeated(self) -> Weighting:
        if self.solution.replicates is None:
            raise ValueError("the fit has no replicates")
        return self.weigh(self.solution.replicates.theta)

    def drawn(self, drawn: BootstrapReplicates, inside: IntArray) -> Weighting:
        if not isinstance(drawn, CovarianceReplicates):
            raise TypeError("replicates of a covariance structure are meant")
        matrices = drawn.structure.take(inside).matrices(drawn.theta[inside])
        return self._weigh(matrices)


def source_of(
    solution: Solution, ranges: FloatArray, kind: ItemWeights, statistics: Statistics | None = None
) -> WeightSource:
    """The item weights of a solution, for items with scale widths ``ranges`` (P,).

    ``statistics`` turns weights with total effects into those of other statistics than the indices.
    """
    if isinstance(solution, OrderedSolution):
        if statistics is not None:
            raise OptionError(f"estimator={solution.estimator!r} has effects on latent responses, and an "
                              "importance-performance map needs those on the answers; fit by 'MLR' or PLS for a "
                              "map.")  # fmt: skip
        return OrderedWeights(solution, ranges, kind)
    if isinstance(solution, CovarianceSolution):
        return CovarianceWeights(solution, ranges, kind, statistics)
    if isinstance(solution, CompositeSolution):
        return CompositeWeights(solution, ranges, kind, statistics)
    raise OptionError(f"The index needs the result of fit(), not {type(solution).__name__!r}.")
