"""Samples of ordered answers, fitted by weighted least squares."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.ordered.response_derivatives import response_derivatives
from csisem.fit.bootstrap.inadmissible_replicates import improper
from csisem.fit.bootstrap.ordered_replicates import OrderedReplicates, tabulated_replicates
from csisem.fit.bootstrap.refit_ordered import objective_of, refit_ordered
from csisem.fit.bootstrap.simulated_answers import Codes, SimulatedAnswers
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.status import USUAL
from csisem.inference.resample import ReplicateBlock
from csisem.moments.ordered.polychoric import PairTables, cell_influence, threshold_influence
from csisem.monte_carlo.sampled_estimates import Quantities, SampledEstimates, inverses, joined


@dataclass(frozen=True, slots=True, eq=False)
class OrderedExperiment:
    """A population of ordered answers, normal latent responses that are cut at thresholds.

    Attributes
    ----------
    solution
        The model at its true parameters.
    answers
        How samples are drawn.
    index_truth
        True values of the indices, none so far.
    """

    solution: OrderedSolution
    answers: SimulatedAnswers
    index_truth: FloatArray = field(default_factory=lambda: np.zeros(0))

    @property
    def quantities(self) -> Quantities:
        return Quantities.of(self.solution.table)

    @property
    def truth(self) -> FloatArray:
        own = self.quantities.values(self.solution.structure.matrices(self.solution.theta[None]))[0]
        return np.concatenate([own, self.index_truth])

    def sampled(self, block: ReplicateBlock) -> SampledEstimates:
        """Draw and fit a block of samples."""
        return joined([self.estimated(codes) for (codes,) in self.answers.parts(block)])

    def estimated(self, codes: Codes) -> SampledEstimates:
        """Fit samples of categories (R, n, p)."""
        solution, quantities = self.solution, self.quantities
        sums = self.answers.counted((codes,))
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
        self, codes: Codes, drawn: OrderedReplicates, cells: PairTables, theta: FloatArray, at: IntArray
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
        n = codes.shape[1]
        return np.asarray(inverse @ meat @ inverse / (n * (n - 1)))

    def _influence(self, codes: Codes, single: FloatArray, pair: FloatArray, pairs: IntArray) -> FloatArray:
        """Influence (s, n) of rows on thresholds and correlations."""
        code, m = codes.T.astype(np.intp), pair.shape[-1]
        items = self.solution.first.threshold_items
        found = np.empty((len(items) + len(pairs), len(codes)))
        step = np.arange(len(items)) - np.searchsorted(items, items)
        for place, (item, own) in enumerate(zip(items, step, strict=True)):
            np.take(single[item, :, own], code[item], out=found[place], mode="clip")
        tables, later = pair.reshape(len(pairs), -1), code * m
        for place, (one, two) in enumerate(pairs, start=len(items)):
            np.take(tables[place - len(items)], later[one] + code[two], out=found[place], mode="clip")
        return found
