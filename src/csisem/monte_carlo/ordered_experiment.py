"""Samples of ordered answers, fitted by weighted least squares."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.ordered.response_derivatives import part_derivatives, response_derivatives
from csisem.fit.bootstrap.inadmissible_replicates import improper
from csisem.fit.bootstrap.ordered_replicates import OrderedReplicates, tabulated_replicates
from csisem.fit.bootstrap.refit_ordered import objective_of, refit_ordered
from csisem.fit.bootstrap.simulated_answers import Codes, SimulatedAnswers
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.status import USUAL
from csisem.inference.resample import ReplicateBlock
from csisem.moments.ordered.polychoric import PairTables, cell_influence, threshold_influence
from csisem.monte_carlo.sampled_estimates import Quantities, SampledEstimates, inverses, joined
from csisem.monte_carlo.sampled_indices import SampledIndices


@dataclass(frozen=True, slots=True, eq=False)
class OrderedExperiment:
    """A population of ordered answers, normal latent responses that are cut at thresholds.

    Attributes
    ----------
    solution
        The model at its true parameters.
    answers
        How samples are drawn.
    indices, index_truth
        The indices and their true values (k,); None without the items' bounds.
    """

    solution: OrderedSolution
    answers: SimulatedAnswers
    indices: SampledIndices | None = None
    index_truth: FloatArray = field(default_factory=lambda: np.zeros(0))

    @property
    def quantities(self) -> Quantities:
        return Quantities.of(self.solution.table)

    @property
    def truth(self) -> FloatArray:
        return self.quantities.truth(self.solution, self.index_truth)

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
        own = quantities.values(matrices)
        values[at, : own.shape[1]] = own
        inverse, scores = self._scores(codes, drawn, cells, theta, at)
        n = codes.shape[1]
        vcov = inverse @ np.stack([one.T @ one for one in scores]) @ inverse / (n * (n - 1))
        errors[at, : own.shape[1]] = quantities.errors(solution.structure, theta, vcov)
        if self.indices is not None:
            influence = [one @ inner for one, inner in zip(scores, inverse, strict=True)]
            index = self._indices(self.indices, codes[at], theta, influence)
            values[at, own.shape[1] :], errors[at, own.shape[1] :] = index
        inadmissible = {}
        for reason, flag in improper(solution.table, matrices, USUAL).items():
            inadmissible[reason] = np.zeros(len(codes), dtype=bool)
            inadmissible[reason][at] = flag
        return SampledEstimates(values, errors, found.outcome, inadmissible)

    def _scores(
        self, codes: Codes, drawn: OrderedReplicates, cells: PairTables, theta: FloatArray, at: IntArray
    ) -> tuple[FloatArray, list[FloatArray]]:
        """Bread (R, q, q) of the sandwich of samples ``at`` and scores (n, q) of each; see `with_robust_ordered`."""
        objective = objective_of(self.solution, drawn, np.ones((len(codes), 1))).take(at)
        structure, point = objective.structure, objective.at(theta)
        slope = objective.slopes(point)
        parts = part_derivatives(objective.vector, structure, point, slope)
        moved = (response_derivatives(objective.vector, point, parts) @ structure.whole_map())[:, 0]
        pulled = objective.weight[:, 0, :, None] * moved
        own = PairTables(cells.margins[at], cells.pairs, cells.shares[at])
        single = threshold_influence(own.margins)[:, 0]
        pair = cell_influence(own, drawn.cov[at])[:, 0]
        scores = [
            self._influence(codes[sample], single[k], pair[k], own.pairs).T @ pulled[k] for k, sample in enumerate(at)
        ]
        return inverses(moved.mT @ pulled), scores

    def _indices(
        self, indices: SampledIndices, codes: Codes, theta: FloatArray, influence: list[FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Indices (R, k) and their standard errors, with the influence of rows (n, q) on each sample's parameters."""
        answers = codes + np.array([own[0] for own in self.solution.first.answers])
        mean, variance = answers.mean(axis=1), answers.var(axis=1)
        parameters = np.concatenate([theta, variance], axis=1)
        by_parameter, by_mean = indices.slopes(parameters, mean)
        errors = np.empty((len(codes), by_mean.shape[1]))
        for k, own in enumerate(influence):
            away = answers[k] - mean[k]
            whole = np.concatenate([own, away**2 - variance[k]], axis=1)
            errors[k] = np.sqrt(((whole @ by_parameter[k].T + away @ by_mean[k].T) ** 2).sum(axis=0)) / len(away)
        return indices.values(parameters, mean), errors

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
