"""Bootstrap replicates of a covariance structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.lisrel import derived
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import Matrices, row_places
from csisem.covariance.lisrel.structure import Structure
from csisem.errors import DataError, OptionError
from csisem.fit import frames
from csisem.fit.bootstrap.acceleration import RowStatistics
from csisem.fit.bootstrap.inadmissible_replicates import improper
from csisem.fit.bootstrap.ordered_replicates import OrderedDraws
from csisem.fit.bootstrap.ordered_row_replicates import OrderedRowDraws, draws_of
from csisem.fit.bootstrap.refit import OUTCOMES, Refitted
from csisem.fit.bootstrap.replicate_moments import MomentSource, source_of
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.solution import Solution
from csisem.fit.status import USUAL
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.delta import jacobian
from csisem.inference.resample import blocks
from csisem.options import BootstrapMethod, IntervalKind
from csisem.specification.parameters import ParameterTable
from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False, repr=False)
class CovarianceReplicates(BootstrapReplicates):
    """B replicates of a covariance structure.

    Attributes
    ----------
    chisq
        Chi-squares of the replicates (B,), nan where one failed.
    structure
        The model, with each replicate's moments of fixed exogenous variables.
    """

    solution: CovarianceSolution
    chisq: FloatArray
    structure: Structure

    def __post_init__(self) -> None:
        super().__post_init__()
        self.chisq.setflags(write=False)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return OUTCOMES

    def exceeding(self) -> float:
        """Share of replicates whose chi-square is at least the sample's; nan where too many failed."""
        if self.notes:
            return float("nan")
        return float((self.chisq[self.fitted] >= discrepancies(self.solution).chisq).mean())

    def evaluate(self, function: Callable[[Matrices], FloatArray]) -> FloatArray:
        """A function of LISREL's matrices (R, G, ...) on all replicates, (B, ...), nan where one failed."""
        at = self.fitted
        values = function(self.structure.take(at).matrices(self.theta[at]))
        stack = np.full((self.n, *values.shape[1:]), np.nan)
        stack[at] = values
        return stack

    def require_influence(self) -> None:
        super().require_influence()
        if isinstance(self.solution, OrderedSolution):
            raise OptionError("interval='bca' takes the influence of rows, which fits of ordered items do not have "
                              "yet; use 'percentile'.")  # fmt: skip

    def implied(self, place: slice) -> FloatArray:
        return implied(self.structure.take(np.arange(self.n)[place]).matrices(self.theta[place])).cov

    def covariances(self) -> FloatArray:
        """Covariances (B, G, p, p) of the replicates, nan where one failed; the complete rows are drawn again.

        Those of ordered answers are polychoric correlations.
        """
        if self.data is None:
            raise DataError("Covariances of the replicates draw the rows again, and this bootstrap was unpickled "
                            "without them; make it again.")  # fmt: skip
        source: MomentSource | OrderedDraws | OrderedRowDraws
        if isinstance(self.solution, OrderedSolution):
            source = draws_of(self.solution, self.data)
        else:
            source = source_of(self.solution, self.data, self.method, self.under or self.solution)
        found = np.concatenate([source.moments(block).cov for block in blocks(self.seed, self.n)])
        found[self.outcome != 0] = np.nan
        return found

    def interval_of(
        self, function: Callable[[Matrices], FloatArray], kind: IntervalKind, level: float = 0.95
    ) -> Interval:
        """Standard errors and intervals of a function of LISREL's matrices (..., G, ...), real or complex."""
        structure, shape = self.solution.structure, function(self.solution.lisrel).shape

        def flat(theta: FloatArray) -> FloatArray:
            return function(structure.matrices(theta)).reshape(*theta.shape[:-1], -1)

        skewed = None
        if kind == "bca":
            self.require_influence()
            skewed = self.accelerations(scored(self.solution, jacobian(flat, self.solution.theta))).reshape(shape)
        return self.interval(self.evaluate(function), function(self.solution.lisrel), kind, level, skewed)

    def effects(self, kind: IntervalKind, level: float, *, standardized: bool) -> Interval:
        def at(matrices: Matrices) -> FloatArray:
            return derived.effects(derived.standardized(matrices) if standardized else matrices)

        return self.interval_of(at, kind, level)

    def rows(self) -> FloatArray:
        return self.evaluate(lambda matrices: values_at(self.solution.table, matrices))

    def rows_interval(self, kind: IntervalKind, level: float) -> tuple[FloatArray, Interval]:
        table = self.solution.table

        def both(matrices: Matrices) -> FloatArray:
            return np.concatenate([values_at(table, matrices), standardised_at(table, matrices)], axis=-1)

        return both(self.solution.lisrel), self.interval_of(both, kind, level)


def covariance_replicates(
    solution: CovarianceSolution,
    under: Solution | None,
    method: BootstrapMethod,
    seed: int,
    survey: Survey | None,
    parts: Sequence[Refitted],
) -> CovarianceReplicates:
    """Join blocks of replicates and judge each of them."""
    theta, chisq, mean, outcome = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("theta", "chisq", "mean", "outcome")
    )
    structure = parts[0].structure
    if structure.base.ndim == 3:
        structure = replace(structure, base=np.concatenate([part.structure.base for part in parts]))
    fitted = np.flatnonzero(outcome == 0)
    flags = improper(solution.table, structure.take(fitted).matrices(theta[fitted]), USUAL)
    inadmissible = {reason: np.zeros(len(theta), dtype=bool) for reason in flags}
    for reason, flag in flags.items():
        inadmissible[reason][fitted] = flag
    return CovarianceReplicates(
        solution, under, method, seed, theta, mean, outcome, inadmissible, survey, chisq, structure
    )


def scored(solution: CovarianceSolution, slope: FloatArray) -> RowStatistics:
    """Influence of rows on statistics with derivatives (K, q) by the parameters."""
    scores_of, centre = row_scores(solution)
    return RowStatistics(scores_of, centre, slope @ symmetric_inverse(solution.unit_information("observed")))


def values_at(table: ParameterTable, matrices: Matrices) -> FloatArray:
    """Values (..., R + D) of all rows and ``:=`` quantities at matrices (..., G, ...), real or complex."""
    return frames.with_definitions(table, row_places(table).gather(matrices))


def standardised_at(table: ParameterTable, matrices: Matrices) -> FloatArray:
    """The same, standardised."""
    with np.errstate(invalid="ignore"):
        rows = row_places(table).gather(derived.standardized(matrices, table.promoted, _cut(table)))
    return frames.with_definitions(table, rows)


def _cut(table: ParameterTable) -> IntArray | None:
    """The observed variable of each threshold, (T,); None without ordered items."""
    if table.ordered is None:
        return None
    items = [table.observed.index(name) for name, count in table.ordered.thresholds for _ in range(count)]
    return np.array(items, dtype=np.intp)
