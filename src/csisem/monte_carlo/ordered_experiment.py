"""Samples of ordered answers, fitted by weighted least squares."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.ordered.response_derivatives import response_derivatives
from csisem.fit.bootstrap.inadmissible_replicates import improper
from csisem.fit.bootstrap.ordered_replicates import OrderedReplicates, tabulated_replicates
from csisem.fit.bootstrap.refit_ordered import objective_of, refit_ordered
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.status import USUAL
from csisem.inference.resample import ReplicateBlock
from csisem.moments.ordered.polychoric import PairTables, cell_influence, threshold_influence
from csisem.moments.ordered.replicate_tables import CountSums
from csisem.monte_carlo.sampled_estimates import Quantities, SampledEstimates, inverses

# Most zeros and ones of answers held at a time.
_AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True, eq=False)
class OrderedExperiment:
    """A population of ordered answers, normal latent responses that are cut at thresholds.

    Attributes
    ----------
    solution
        The model at its true parameters.
    n
        Rows of a sample.
    factor
        Cholesky factor (p, p) of the latent responses' correlations.
    index_truth
        True values of the indices, none so far.
    """

    solution: OrderedSolution
    n: int
    factor: FloatArray
    index_truth: FloatArray = field(default_factory=lambda: np.zeros(0))

    @property
    def quantities(self) -> Quantities:
        return Quantities.of(self.solution.table)

    @property
    def truth(self) -> FloatArray:
        own = self.quantities.values(self.solution.structure.matrices(self.solution.theta[None]))[0]
        return np.concatenate([own, self.index_truth])

    def draw(self, block: ReplicateBlock) -> NDArray[np.int8]:
        """Categories (R, n, p) of a block of samples, from 0."""
        random, first = np.random.default_rng(block.seed), self.solution.first
        z = random.standard_normal((block.count * self.n, len(self.factor))) @ self.factor.T
        codes = np.zeros(z.shape, dtype=np.int8)
        for cut, item in zip(first.thresholds[0], first.threshold_items, strict=True):
            codes[:, item] += z[:, item] > cut
        return codes.reshape(block.count, self.n, -1)

    def sampled(self, block: ReplicateBlock) -> SampledEstimates:
        """Draw and fit a block of samples."""
        return self.estimated(self.draw(block))

    def estimated(self, codes: NDArray[np.int8]) -> SampledEstimates:
        """Fit samples of categories (R, n, p)."""
        solution, quantities = self.solution, self.quantities
        sums = _counted(codes, [len(own) for own in solution.first.answers])
        drawn, cells = tabulated_replicates(sums, solution.first.answers, solution.first.cov)
        found = refit_ordered(solution, drawn)
        at = np.flatnonzero(found.outcome == 0)
        values, errors = np.full((2, len(codes), len(self.truth)), np.nan)
        if not at.size:
            return SampledEstimates(values, errors, found.outcome, {})
        theta = found.theta[at]
        matrices = solution.structure.matrices(theta)
        values[at] = quantities.values(matrices)
        errors[at] = quantities.errors(solution.structure, theta, self._covariances(codes, drawn, cells, theta, at))
        inadmissible = {}
        for reason, flag in improper(solution.table, matrices, USUAL).items():
            inadmissible[reason] = np.zeros(len(codes), dtype=bool)
            inadmissible[reason][at] = flag
        return SampledEstimates(values, errors, found.outcome, inadmissible)

    def _covariances(
        self, codes: NDArray[np.int8], drawn: OrderedReplicates, cells: PairTables, theta: FloatArray, at: IntArray
    ) -> FloatArray:
        """Robust covariances (R, q, q) of the parameters of samples ``at``; see `with_robust_ordered`."""
        objective = objective_of(self.solution, drawn, np.ones((len(codes), 1))).take(at)
        structure, point = objective.structure, objective.at(theta)
        slope = objective.slopes(point)
        moved = (response_derivatives(objective.vector, structure, point, slope) @ structure.whole_map())[:, 0]
        pulled = objective.weight[:, 0, :, None] * moved
        inverse = inverses(moved.mT @ pulled)
        own = PairTables(cells.margins[at], cells.pairs, cells.shares[at])
        single = threshold_influence(own.margins)[:, 0]
        pair = cell_influence(own, drawn.cov[at])[:, 0]
        meat = np.empty_like(inverse)
        for k, sample in enumerate(at):
            scores = self._influence(codes[sample], single[k], pair[k], own.pairs).T @ pulled[k]
            meat[k] = scores.T @ scores
        return np.asarray(inverse @ meat @ inverse / (self.n * (self.n - 1)))

    def _influence(self, codes: NDArray[np.int8], single: FloatArray, pair: FloatArray, pairs: IntArray) -> FloatArray:
        """Influence (s, n) of rows on thresholds and correlations."""
        code, m = codes.T.astype(np.intp), pair.shape[-1]
        items = self.solution.first.threshold_items
        found = np.empty((len(items) + len(pairs), self.n))
        step = np.arange(len(items)) - np.searchsorted(items, items)
        for place, (item, own) in enumerate(zip(items, step, strict=True)):
            np.take(single[item, :, own], code[item], out=found[place], mode="clip")
        tables, later = pair.reshape(len(pairs), -1), code * m
        for place, (one, two) in enumerate(pairs, start=len(items)):
            np.take(tables[place - len(items)], later[one] + code[two], out=found[place], mode="clip")
        return found


def _counted(codes: NDArray[np.int8], counts: list[int]) -> CountSums:
    """Counts of pairs of answers in samples (R, n, p) of one group."""
    replicates, n = codes.shape[:2]
    edge = np.cumsum([0, *counts])
    tables = np.empty((replicates, 1, edge[-1], edge[-1]))
    step = max(1, _AT_ONCE // (n * int(edge[-1])))
    for first in range(0, replicates, step):
        some = codes[first : first + step]
        hot = np.empty((len(some), edge[-1], n), dtype=np.float32)
        for item, count in enumerate(counts):
            np.equal(some[:, None, :, item], np.arange(count)[:, None], out=hot[:, edge[item] : edge[item + 1]])
        tables[first : first + step, 0] = hot @ hot.mT
    rows = np.full((replicates, 1), float(n))
    return CountSums(tables, None, rows, rows)
