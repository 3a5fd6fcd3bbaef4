"""Kernel of power sums of influence values, for BCa intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class InfluenceKernel:
    """Kernel for `Rows.reduce`: sums by code of powers of weighted influence values on K statistics, (powers, C, K).

    Attributes
    ----------
    scores_of
        Scores of rows at the estimate.
    centre
        Mean at which scores are centred, (G, p).
    left
        Derivatives of the statistics by the parameters, times the inverse information, (K, q).
    group, domain
        Position of each row's group, and of its domain among the D domains whose means enter statistics, (n,); -1 for
        none.
    reach, mean
        For each domain the derivatives of the statistics by its means (D, K, p), and these means (D, p); None if
        statistics do not depend on means.
    code, codes
        Code by which each row is summed, (n,), and the number of codes.
    powers
        Highest power that is summed.
    """

    scores_of: RowScores
    centre: FloatArray
    left: FloatArray
    group: IntArray
    domain: IntArray
    reach: FloatArray | None
    mean: FloatArray | None
    code: IntArray
    codes: int
    powers: int

    def partial(self, batch: Batch) -> FloatArray:
        here = slice(batch.start, batch.start + batch.values.shape[1])
        group, domain, code = self.group[here], self.domain[here], self.code[here]
        sums = np.zeros((self.powers, self.codes, len(self.left)))
        for g in range(len(self.centre)):
            inside = np.flatnonzero(group == g)
            if inside.size:
                centred = batch.values[:, inside] - self.centre[g][:, None]
                influence = self.left @ self.scores_of(g, centred)
                self._add_means(influence, g, batch.values[:, inside], domain[inside])
                if batch.weights is not None:
                    influence *= batch.weights[inside]
                self._add_up(sums, influence, code[inside])
        return sums

    def _add_means(self, influence: FloatArray, group: int, values: FloatArray, domain: IntArray) -> None:
        if self.reach is None or self.mean is None:
            return
        for d in np.unique(domain[domain >= 0]):
            rows = np.flatnonzero(domain == d)
            away = self.scores_of.filled(group, values[:, rows] - self.mean[d][:, None])
            influence[:, rows] += self.reach[d] @ away

    def _add_up(self, sums: FloatArray, influence: FloatArray, code: IntArray) -> None:
        order = np.argsort(code, kind="stable")
        found, starts = np.unique(code[order], return_index=True)
        influence = influence[:, order]
        power = influence
        for k in range(self.powers):
            sums[k, found] += np.add.reduceat(power, starts, axis=1).T
            power = power * influence

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left
