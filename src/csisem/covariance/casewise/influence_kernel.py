"""Kernel of the rows' influence on statistics: how skewed it is, for bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class InfluenceKernel:
    """Kernel for `Rows.reduce`: weighted influence values of rows on K statistics, added up by code, (powers, C, K).

    Attributes
    ----------
    scores_of
        Scores of rows at the estimate.
    centre
        Mean that scores are centred at, (G, p).
    left
        Derivatives of the statistics by the parameters, times the inverse information, (K, q).
    group, domain
        Position of each row's group and, of those that further statistics belong to, domain, (n,); -1 for none.
    reach, mean
        For each domain the derivatives of the statistics by its means (D, K, p), and those means (D, p); None where
        statistics do not depend on means.
    code, codes
        What each row is added up by, (n,), and how many of those there are.
    powers
        Highest power that is added up.
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
