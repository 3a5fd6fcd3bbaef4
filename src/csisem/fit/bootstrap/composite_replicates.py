"""Bootstrap replicates of a PLS path model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.admissibility import admissible
from csisem.composite.estimate import Estimates
from csisem.composite.implied_correlations import distances, indicators
from csisem.composite.pls_algorithm import Outcome
from csisem.display.sentences import Sentence, sentence
from csisem.fit import frames
from csisem.fit.bootstrap.acceleration import RowStatistics
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.missing_answers import replicate_moments
from csisem.fit.pls.path_estimates import Statistics
from csisem.fit.pls.standard_errors import row_influence, slopes_of
from csisem.fit.solution import Solution
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.delta import jacobian
from csisem.moments.correlations import correlations_of
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.options import BootstrapMethod, IntervalKind
from csisem.survey.survey import Survey

_EMPTY = len(Outcome)
_UNKNOWN = _EMPTY + 1
_OUTCOMES = (
    "fitted",
    sentence("bootstrap.lost.weights"),
    sentence("bootstrap.lost.constant_item"),
    sentence("bootstrap.lost.singular_block"),
    sentence("bootstrap.lost.no_neighbours"),
    sentence("bootstrap.lost.no_reliability"),
    sentence("bootstrap.lost.no_rows"),
    sentence("bootstrap.lost.incomplete_moments"),
)
_MEASURES = ("srmr", "d_uls", "d_g")


@dataclass(frozen=True, eq=False, repr=False)
class CompositeReplicates(BootstrapReplicates):
    """B replicates of a PLS path model.

    Attributes
    ----------
    found
        The estimates, leading axes (B, G).
    cov
        Covariances of the columns with divisor n, (B, G, P, P).
    """

    solution: CompositeSolution
    found: Estimates
    cov: FloatArray

    @property
    def outcomes(self) -> tuple[str, ...]:
        return _OUTCOMES

    def evaluate(self, statistics: Statistics) -> FloatArray:
        """Statistics of every group in every replicate, (B, G, k), nan where one failed."""
        at = self.fitted
        parts = [
            statistics(self.found.member((at, group)), self.mean[at, group], self.cov[at, group])
            for group in range(self.solution.table.n_groups)
        ]
        stack = np.full((self.n, len(parts), parts[0].shape[-1]), np.nan)
        stack[at] = np.stack(parts, axis=1)
        return stack

    def interval_of(self, statistics: Statistics, kind: IntervalKind, level: float = 0.95) -> Interval:
        """Standard errors and intervals of statistics of every group, (G, k)."""
        value = self.solution.evaluate(statistics)
        skewed = None
        if kind == "bca":
            slopes = slopes_of(self.solution, statistics)
            given = RowStatistics(row_influence(self.solution, slopes), self.solution.centre, np.eye(value.size))
            skewed = self.accelerations(given).reshape(value.shape)
        return self.interval(self.evaluate(statistics), value, kind, level, skewed)

    def implied(self, place: slice) -> FloatArray | None:
        return self.cov[place] if self.solution.settings.missing == "em" else None

    def effects(self, kind: IntervalKind, level: float, *, standardized: bool) -> Interval:
        solution = self.solution

        def at(theta: FloatArray) -> FloatArray:
            return solution.effects_at(theta, standardized=standardized)

        draws = np.full((self.n, *at(solution.theta).shape), np.nan)
        draws[self.fitted] = at(self.theta[self.fitted])
        skewed = self._skewed(kind, jacobian(at, solution.theta))
        return self.interval(draws, at(solution.theta), kind, level, skewed)

    def rows(self) -> FloatArray:
        table = self.solution.table
        return frames.with_definitions(table, table.base + self.theta @ table.map.T)

    def rows_interval(self, kind: IntervalKind, level: float) -> tuple[FloatArray, Interval]:
        table, estimate = self.solution.table, self.solution.theta

        def both(theta: FloatArray) -> FloatArray:
            # PLS estimates standardised values.
            rows = frames.with_definitions(table, table.base + theta @ table.map.T)
            return np.concatenate([rows, rows], axis=-1)

        value = both(estimate)
        skewed = self._skewed(kind, jacobian(both, estimate))
        return value, self.interval(both(self.theta), value, kind, level, skewed)

    def _skewed(self, kind: IntervalKind, slope: FloatArray) -> FloatArray | None:
        """Accelerations (...) of functions of the free parameters with derivatives (..., q)."""
        if kind != "bca":
            return None
        solution = self.solution
        slopes = slopes_of(solution, solution.free)
        left = slope.reshape(-1, slope.shape[-1])
        given = RowStatistics(row_influence(solution, slopes), solution.centre, left)
        return self.accelerations(given).reshape(slope.shape[:-1])

    def distances(self) -> FloatArray:
        """SRMR, d_ULS and d_G of the replicates that have a solution, over groups their means by size, (R, 3)."""
        at, solution = self.fitted, self.solution
        found, items = self.found.member(at), len(solution.plan.items)
        among = correlations_of(self.cov[at][..., :items, :items])
        own = indicators(solution.plan, among, found, consistent=solution.consistent, saturated=False)
        apart = distances(own.sample, own.implied)
        share = solution.group_size / solution.group_size.sum()
        return np.stack([getattr(apart, name) @ share for name in _MEASURES], axis=-1)


def group_moments(solution: CompositeSolution, drawn: ReplicateMoments) -> ReplicateMoments:
    """Moments of the groups in a block of replicates, from which the model is estimated."""
    return drawn if solution.patterns is None else replicate_moments(solution, solution.patterns, drawn)


def composite_replicates(
    solution: CompositeSolution,
    under: Solution | None,
    method: BootstrapMethod,
    seed: int,
    survey: Survey | None,
    parts: Sequence[ReplicateMoments],
) -> CompositeReplicates:
    """Estimate all replicates at once from the moments of their blocks."""
    weight, mean, cov = (np.concatenate([getattr(part, name) for part in parts]) for name in ("weight", "mean", "cov"))
    size = solution.n * weight / weight.sum(axis=1, keepdims=True)
    found = solution.found_for(mean, cov, size)
    # The reason of a failed replicate is that of its first group without a solution.
    first = np.argmax(found.outcome != Outcome.CONVERGED, axis=1)
    outcome = np.take_along_axis(found.outcome, first[:, None], axis=1)[:, 0].astype(np.uint8)
    outcome[np.isnan(cov).any(axis=(1, 2, 3))] = _UNKNOWN
    outcome[(weight == 0).any(axis=1)] = _EMPTY
    lost = outcome != 0
    theta = np.where(lost[:, None], np.nan, solution.layout.of_groups(found)[:, solution.table.free])
    inadmissible: dict[Sentence, BoolArray] = {}
    if solution.consistent:
        flag = ~admissible(solution.plan, found).all(axis=1) & ~lost
        if flag.any():
            inadmissible[sentence("bootstrap.inadmissible.corrected")] = flag
    return CompositeReplicates(solution, under, method, seed, theta, mean, outcome, inadmissible, survey, found, cov)
