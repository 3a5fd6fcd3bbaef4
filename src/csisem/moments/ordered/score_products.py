"""Kernel of the products of rows' scores, and Gamma by the sandwich."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.moments.batch_rows import complete, rows_by_group
from csisem.moments.ordered.moment_layout import Layout
from csisem.moments.ordered.score_tables import ScoreTables
from csisem.survey.rows.rows import Batch


class GroupScores(Protocol):
    """Scores of the rows of one group."""

    def of(self, values: FloatArray) -> FloatArray:
        """Return the scores (s, m) of rows (p + k, m)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OrderedScores:
    """Scores of ordered items without covariates, looked up by the answers."""

    layout: Layout
    answers: tuple[tuple[float, ...], ...]
    tables: ScoreTables

    def of(self, values: FloatArray) -> FloatArray:
        """Return the scores (s, m) of rows."""
        scores = np.zeros((self.layout.size, values.shape[1]))
        fill_ordered(scores, self.layout, self.tables, codes_of(values, self.answers))
        return scores


def codes_of(values: FloatArray, answers: tuple[tuple[float, ...], ...]) -> IntArray:
    """Category (o, m) of each answer to the ordered items among those of rows (p, m), in order; missing is the last."""
    items = [j for j, own in enumerate(answers) if own]
    most = max(len(answers[j]) for j in items)
    codes = np.empty((len(items), values.shape[1]), dtype=np.intp)
    for code, j in zip(codes, items, strict=True):
        np.copyto(code, np.searchsorted(answers[j], values[j]))
        if np.isnan(values[j]).any():
            code[np.isnan(values[j])] = most
    return codes


def fill_ordered(scores: FloatArray, layout: Layout, tables: ScoreTables, codes: IntArray) -> None:
    """Write the scores of thresholds and polychoric correlations into ``scores`` (s, m)."""
    items = np.flatnonzero(layout.ordered)
    width = tables.single.shape[-1]
    place = 0
    for k, item in enumerate(items):
        start, number = layout.first_threshold[item], layout.count[item] - 1
        for step in range(number):
            np.take(tables.single[k, step], codes[k], out=scores[start + step], mode="clip")
        base = codes[k] * width
        for other in range(k):
            at = layout.cov[item, items[other]]
            np.take(tables.pair[place], base + codes[other], out=scores[at], mode="clip")
            place += 1


@dataclass(frozen=True, slots=True, eq=False)
class ScoreProducts:
    """Kernel of the sums (G, s, s) of products of weighted scores.

    Attributes
    ----------
    groups
        The scores of each group's rows.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    size
        Number s of moments.
    listwise
        Whether only rows that answer every item are used.
    """

    groups: tuple[GroupScores, ...]
    group_of: dict[Hashable, int]
    size: int
    listwise: bool = True

    def partial(self, batch: Batch) -> FloatArray:
        sums = np.zeros((len(self.groups), self.size, self.size))
        used = complete(batch.values) if self.listwise else np.ones(batch.values.shape[1], dtype=np.bool_)
        for label, rows in rows_by_group(batch, used):
            group = self.group_of[label]
            scores = self.groups[group].of(batch.values if rows.all() else batch.values[:, rows])
            if batch.weights is not None:
                scores *= batch.weights[rows]
            sums[group] += scores @ scores.T
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


def influence(bread: FloatArray, layout: Layout, scores: FloatArray) -> FloatArray:
    """Influence (s, m) on the moments of rows, or of sums of rows, with these scores (s, m): ``bread^-1 scores``.

    ``bread`` (s, s) has a block for each item's first step; each correlation has its own information and its products
    with the scores of the first step.
    """
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
    return moved


def sandwich(bread: FloatArray, layout: Layout, meat: FloatArray) -> FloatArray:
    """``bread^-1 meat bread^-T`` of symmetric meat (s, s)."""
    half = influence(bread, layout, meat)
    found = influence(bread, layout, np.ascontiguousarray(half.T))
    return np.asarray((found + found.T) / 2)
