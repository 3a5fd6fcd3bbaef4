"""Columns of scores, answers and products, for sums by sampling unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores


@dataclass(frozen=True, slots=True, eq=False)
class ScoreColumns:
    """Scores of rows (q), their centred answers (p) and, if asked for, the products of these (p (p + 1) / 2).

    Attributes
    ----------
    scores_of
        Scores of rows at the estimate.
    scores
        Whether scores come first.
    centre
        Means at which scores are centred, (G, p).
    mean
        Means at which answers and their products are centred, in D domains, (D, p).
    group, domain
        Group and domain of each of the N cells in which rows are summed, (N,).
    products
        Whether products, by the lower triangle, come last.
    """

    scores_of: RowScores
    scores: bool
    centre: FloatArray
    mean: FloatArray
    group: IntArray
    domain: IntArray
    products: bool

    def kept(self, values: FloatArray) -> BoolArray:
        return self.scores_of.kept(values)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        p, m = values.shape
        q = self.scores_of.q if self.scores else 0
        columns = np.empty((q + p + (p * (p + 1) // 2 if self.products else 0), m))
        own = self.group[places]
        mean = self.mean.T if len(self.mean) == 1 else self.mean.T[:, self.domain[places]]
        np.subtract(values, mean, out=columns[q : q + p])
        for group in range(len(self.centre)):
            rows = np.flatnonzero(own == group) if len(self.centre) > 1 else slice(None)
            chosen = values[:, rows]
            if not chosen.size:
                continue
            if self.scores:
                columns[:q, rows] = self.scores_of(group, chosen - self.centre[group][:, None])
            columns[q : q + p, rows] = self.scores_of.filled(group, columns[q : q + p, rows])
        if self.products:
            centred, at = columns[q : q + p], q + p
            for i in range(p):
                np.multiply(centred[: i + 1], centred[i], out=columns[at : at + i + 1])
                at += i + 1
        return columns
