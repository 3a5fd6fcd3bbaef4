"""Kernel of the products of rows' scores, and Gamma by the sandwich."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.ordered.group_estimates import GroupEstimates
from csisem.moments.ordered.row_scores import GroupScores
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSums:
    """Sums of products of scores of G groups.

    Attributes
    ----------
    meat
        Of all weighted scores, (G, s, s).
    bread
        Of scores with weighted scores, where tables do not give them, (G, s, s).
    """

    meat: FloatArray
    bread: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ScoreProducts:
    """Kernel of `ScoreSums`.

    Attributes
    ----------
    use, groups
        Which rows count, and their scores in each group.
    factor
        Factor of the products of a row's scores by its unit, (F,); None for 1.
    """

    use: Use
    groups: tuple[GroupScores, ...]
    factor: FloatArray | None = None

    def partial(self, batch: Batch) -> ScoreSums:
        size = self.groups[0].estimates.layout.size
        sums = ScoreSums(*np.zeros((2, len(self.groups), size, size)))
        for rows in self.use.groups(batch):
            scores = self.groups[rows.group].of(rows.values, rows.weight, sums.bread[rows.group])
            if rows.weight is not None:
                scores *= rows.weight
            if self.factor is not None:
                scores *= np.sqrt(self.factor[rows.units])
            sums.meat[rows.group] += scores @ scores.T
        return sums

    def merge(self, left: ScoreSums, right: ScoreSums) -> ScoreSums:
        left.meat[...] += right.meat
        left.bread[...] += right.bread
        return left


def influence(group: GroupEstimates, bread: FloatArray, scores: FloatArray) -> FloatArray:
    """Influence (s, m) on the moments of rows, or of sums of rows, with these scores (s, m).

    That is ``bread^-1 scores``, where ``bread`` (s, s) has a block for each item's first step, and each correlation has
    its own information and its products with the scores of the first step. Correlations of numeric items are then
    turned into covariances.
    """
    layout = group.layout
    moved = np.empty_like(scores)
    first = []
    for item in range(layout.p):
        at = layout.own(item)
        moved[at] = np.linalg.solve(bread[np.ix_(at, at)], scores[at])
        first.append(at)
    before = np.concatenate(first)
    row, col = np.tril_indices(layout.p, -1)
    at = layout.cov[row, col]
    moved[at] = (scores[at] - bread[np.ix_(at, before)] @ moved[before]) / bread[at, at][:, None]
    if layout.ordered.all():
        return moved
    moved[at] *= (group.sd[row] * group.sd[col])[:, None]
    for one, two in ((row, col), (col, row)):
        numeric = ~layout.ordered[one]
        own, other = one[numeric], two[numeric]
        slope = group.correlations[own, other] * group.sd[other] / (2 * group.sd[own])
        moved[at[numeric]] += slope[:, None] * moved[layout.cov[own, own]]
    return moved


def sandwich(group: GroupEstimates, bread: FloatArray, meat: FloatArray) -> FloatArray:
    """``bread^-1 meat bread^-T`` of symmetric meat (s, s), of the moments as `influence` gives them."""
    half = influence(group, bread, meat)
    found = influence(group, bread, np.ascontiguousarray(half.T))
    return np.asarray((found + found.T) / 2)
