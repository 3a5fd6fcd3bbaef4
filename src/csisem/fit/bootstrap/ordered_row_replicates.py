"""Moments of replicates with numeric items or observed predictors beside ordered ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError
from csisem.fit.bootstrap.ordered_replicates import (
    LOST_ANSWER,
    PERFECT,
    DrawnUnits,
    OrderedDraws,
    OrderedReplicates,
    tabulated,
    without_answers,
)
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.ordered.read_ordered_answers import response_moments
from csisem.inference.resample import ReplicateBlock, counts
from csisem.moments.ordered.gamma import row_influence
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.read_ordered import gathered
from csisem.moments.ordered.two_steps import TwoSteps, two_steps
from csisem.survey.rows.rows import Memory
from csisem.survey.survey import Survey


def draws_of(solution: OrderedSolution, survey: Survey) -> OrderedDraws | OrderedRowDraws:
    """How replicates of a solution are drawn: from counts where these give all moments, else from rows."""
    units = DrawnUnits.of(solution, survey)
    if tabulated(solution):
        return OrderedDraws(units, solution.first.answers, solution.first.cov)
    return OrderedRowDraws(units, solution)


@dataclass(frozen=True, slots=True, eq=False)
class OrderedRowDraws:
    """Replicates whose moments take passes over the rows, one replicate after another; they are fitted as one batch."""

    units: DrawnUnits
    solution: OrderedSolution

    def moments(self, block: ReplicateBlock) -> OrderedReplicates:
        """Moments of a block of replicates."""
        units, solution = self.units, self.solution
        first, observed = solution.first, solution.table.observed
        drawn = counts(units.scheme, block)
        sums = units.counted(drawn, first.answers)
        outcome = without_answers(sums, first.answers)
        groups, p = len(first.n), len(observed)
        lead = (len(drawn), groups)
        vector, gamma = np.full((2, *lead, first.vector.shape[-1]), np.nan)
        level, mean = np.full((2, *lead, p), np.nan)
        cov = np.full((*lead, p, p), np.nan)
        for r in np.flatnonzero(outcome == 0):
            scheme = units.scheme
            found = self._one(scheme.base[units.unit] + scheme.slope[units.unit] * drawn[r, units.unit])
            if found is None:
                outcome[r] = PERFECT
                continue
            steps, own = found
            if own.answers != first.answers:
                outcome[r] = LOST_ANSWER
                continue
            vector[r], gamma[r] = own.vector, np.diagonal(own.gamma, axis1=-2, axis2=-1)
            moments = response_moments(own, observed)
            level[r] = moments.mean.reshape(groups, p)
            cov[r] = moments.cov.reshape(groups, p, p)
            mean[r] = _answer_means(steps, own, level[r], observed)
        broken = (outcome == 0) & ~(np.isfinite(gamma) & (gamma > 0)).all(axis=(1, 2))
        outcome[broken] = PERFECT
        return OrderedReplicates(sums.rows, sums.weight, vector, gamma, level, cov, mean, outcome)

    def _one(self, multiplier: FloatArray) -> tuple[TwoSteps, OrderedMoments] | None:
        """Both steps of rows with multipliers (n,); None where a correlation is 1 or -1 or an item is constant."""
        rows = self.units.rows
        source = rows.source
        if not isinstance(source, Memory):
            raise TypeError("rows are drawn in memory")
        weights = multiplier if source.weights is None else multiplier * source.weights
        own = replace(rows, source=replace(source, weights=weights, units=np.arange(rows.n)), weighted=True)
        names = [item for item, answers in zip(self.solution.first.items, self.solution.first.answers, strict=True)
                 if answers]  # fmt: skip
        try:
            steps = two_steps(own, self.units.use.p, names, listwise=self.units.use.listwise)
        except DataError:
            return None
        # Rows that are repeated count as often; sampling weights are squared.
        factor = np.divide(1.0, multiplier, out=np.zeros_like(multiplier), where=multiplier > 0)
        return steps, gathered(own, self.units.use.p, steps, row_influence(own, steps, factor).gamma)


def _answer_means(steps: TwoSteps, own: OrderedMoments, level: FloatArray, observed: tuple[str, ...]) -> FloatArray:
    """Means of the answers' codes, numeric items and predictors, (G, P)."""
    mean, at = level.copy(), 0
    for item, answers in zip(own.items, own.answers, strict=True):
        if answers:
            mean[:, observed.index(item)] = steps.cells.margins[:, at, : len(answers)] @ np.array(answers)
            at += 1
    return mean
