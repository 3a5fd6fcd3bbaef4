"""Samples of numeric answers, fitted by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.lisrel.structure import Structure
from csisem.fit.bootstrap.inadmissible_replicates import improper
from csisem.fit.bootstrap.refit import pose, refit
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.status import USUAL
from csisem.inference.resample import ReplicateBlock, normal_moments
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.monte_carlo.drawn_rows import DrawnRows
from csisem.monte_carlo.sampled_estimates import Quantities, SampledEstimates, errors_of, inverses, joined
from csisem.monte_carlo.sampled_indices import SampledIndices


@dataclass(frozen=True, slots=True, eq=False)
class NumericExperiment:
    """A population of numeric answers.

    Attributes
    ----------
    solution
        The model fitted to the population, with the size of a sample.
    rows
        How answers are drawn; None where normal theory takes the moments alone.
    robust
        Whether standard errors are those of a sandwich, and whether its bread is the observed information.
    indices, index_truth
        The indices and their true values (k,); None without the items' bounds.
    """

    solution: CovarianceSolution
    rows: DrawnRows | None
    robust: bool
    observed: bool
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
        n = self.solution.group_n
        if self.rows is None:
            mean, cov = normal_moments(*self.solution.population(), n, block)
            return self.estimated(ReplicateMoments(np.full(mean.shape[:2], float(n[0])), mean, cov), None)
        found = []
        for answers in self.rows.parts(block):
            mean = answers.mean(axis=1, keepdims=True)
            centred = answers - mean
            cov = (centred.mT @ centred / answers.shape[1])[:, None]
            found.append(self.estimated(ReplicateMoments(np.full(mean.shape[:2], float(n[0])), mean, cov), centred))
        return joined(found)

    def estimated(self, moments: ReplicateMoments, answers: FloatArray | None) -> SampledEstimates:
        """Fit samples with these moments, and answers (R, n, p) less their means."""
        solution, quantities = self.solution, self.quantities
        found = refit(solution, moments)
        at = np.flatnonzero(found.outcome == 0)
        total = len(self.truth)
        values, errors = np.full((2, len(found.theta), total), np.nan)
        if not at.size:
            return SampledEstimates(values, errors, found.outcome, {})
        theta, structure = found.theta[at], found.structure.take(at)
        objective = pose(solution, moments).objective.take(at)
        point = objective.at(theta)
        slope = objective.slopes(point)
        n = float(moments.weight[0].sum())
        kind = objective.observed if self.observed else objective.expected
        inverse = inverses(kind(point, slope).dense())
        vcov, scores = inverse / n, None
        if self.robust and answers is not None:
            scores = row_scores(
                structure, point, slope, answers[at], moments.mean[at], centred_scores=not self.observed
            )
            vcov = inverse @ (scores.mT @ scores) @ inverse / n**2
        own = quantities.values(structure.matrices(theta))
        values[at, : own.shape[1]] = own
        errors[at, : own.shape[1]] = quantities.errors(structure, theta, vcov)
        if self.indices is not None:
            mean = moments.mean[at, 0]
            values[at, own.shape[1] :] = self.indices.values(theta, mean)
            by_parameter, by_mean = self.indices.slopes(theta, mean)
            if scores is None or answers is None:
                within = (by_mean @ point.moments.cov[:, 0] * by_mean).sum(axis=-1) / n
                errors[at, own.shape[1] :] = np.sqrt(errors_of(by_parameter, vcov) ** 2 + within)
            else:
                if not self.observed:
                    inverse = inverses(objective.observed(point, slope).dense())
                influence = scores @ (inverse @ by_parameter.mT) + answers[at] @ by_mean.mT
                errors[at, own.shape[1] :] = np.sqrt((influence**2).sum(axis=1)) / n
        inadmissible = {}
        for reason, flag in improper(solution.table, structure.matrices(theta), USUAL).items():
            inadmissible[reason] = np.zeros(len(found.theta), dtype=bool)
            inadmissible[reason][at] = flag
        return SampledEstimates(values, errors, found.outcome, inadmissible)


def row_scores(
    structure: Structure, point: Point, slope: Slopes, centred: FloatArray, mean: FloatArray, *, centred_scores: bool
) -> FloatArray:
    """Scores (R, n, q) of answers (R, n, p) less their means, at each sample's own estimates, of one group."""
    if structure.meanstructure and not centred_scores:
        centred = centred + (mean[:, 0] - point.moments.mean[:, 0])[:, None]
    z = centred @ point.white[:, 0].mT
    a, b = slope.a[:, 0], slope.b[:, 0]
    entry = (z @ a) * (z @ b)
    entry -= (a * b).sum(axis=1)[:, None]
    if structure.meanstructure:
        entry += z @ slope.mean[:, 0]
    found: FloatArray = entry @ structure.whole_map()[0]
    return found - found.mean(axis=1, keepdims=True) if centred_scores else found
