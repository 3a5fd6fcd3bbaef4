"""What design-based errors add up of complete rows: their scores, their answers, their contributions to the moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.casewise import RowScores

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreColumns:
    """Scores of complete rows (q), their centred answers (p) and, where asked for, products of these (p (p + 1) / 2).

    Attributes
    ----------
    scores_of
        Scores of rows at the estimate; None for none.
    centre
        Means that scores are centred at, (G, p).
    mean
        Means that answers and their products are centred at, in D domains, (D, p).
    group, domain
        Group and domain of each place where rows are added up, (N,).
    products
        Whether products, by the lower triangle, come last.
    """

    scores_of: RowScores | None
    centre: FloatArray
    mean: FloatArray
    group: IntArray
    domain: IntArray
    products: bool

    def kept(self, values: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(values).any(axis=0))

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        p, m = values.shape
        q = 0 if self.scores_of is None else self.scores_of.q
        columns = np.empty((q + p + (p * (p + 1) // 2 if self.products else 0), m))
        if self.scores_of is not None:
            own = self.group[places]
            for group in range(len(self.centre)):
                rows = np.flatnonzero(own == group) if len(self.centre) > 1 else slice(None)
                chosen = values[:, rows]
                if chosen.size:
                    columns[:q, rows] = self.scores_of(group, chosen - self.centre[group][:, None])
        mean = self.mean.T if len(self.mean) == 1 else self.mean.T[:, self.domain[places]]
        np.subtract(values, mean, out=columns[q : q + p])
        if self.products:
            centred, at = columns[q : q + p], q + p
            for i in range(p):
                np.multiply(centred[: i + 1], centred[i], out=columns[at : at + i + 1])
                at += i + 1
        return columns
