"""Casewise scores of complete rows, and their sums of products."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.lisrel.structure import Structure
from csisem.moments.batch_rows import complete, row_weights
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSums:
    """Sums over rows of products of scores and answers, per domain (D domains, q parameters, p items).

    Attributes
    ----------
    labels
        The domains in order of first appearance; ``(None,)`` without domains.
    scores
        Sum of w^2 s s', (q, q).
    mixed
        Sum of w^2 s (x - domain mean)', (D, q, p).
    answers
        Sum of w^2 (x - domain mean)(x - domain mean)', (D, p, p).
    """

    labels: tuple[Hashable, ...]
    scores: FloatArray
    mixed: FloatArray
    answers: FloatArray


class RowScores(Protocol):
    """Scores of rows; the inverse information times a row's score is its influence on the parameters."""

    @property
    def q(self) -> int:
        """Number of free parameters."""
        ...

    def kept(self, values: FloatArray) -> BoolArray:
        """Return which rows of answers (p, m) are used, (m,)."""
        ...

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        """Scores (q, m) of used rows of one group, from answers less their centre (p, m)."""
        ...

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        """Return used rows (p, m) less their centre, with conditional expectations of missing answers."""
        ...


class CompleteRows:
    """Rows are used if they answer every item."""

    __slots__ = ()

    def kept(self, values: FloatArray) -> BoolArray:
        return complete(values)

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        del group
        return centred


@dataclass(frozen=True, slots=True, eq=False)
class NormalScores(CompleteRows):
    """Scores of maximum likelihood at an estimate, a batch of one."""

    structure: Structure
    point: Point
    slope: Slopes

    @property
    def q(self) -> int:
        return self.structure.q

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        found = casewise_scores(self.structure, self.point, self.slope, group, centred)
        return self.structure.partition.of_group(found, group)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreKernel:
    """Kernel for `Rows.reduce`: sums of products of scores and answers, by domain.

    Attributes
    ----------
    scores_of
        Scores of rows at the estimate.
    centre
        Mean that scores are centred at, (G, p): the model's where means are modelled, else the sample's.
    group_of, mean_of
        For each domain the position of its group, and its mean (p,).
    factor
        Factor of the squares in each sampling unit that batches carry, (F,); None for 1.
    root
        Whether products are weighted by the sampling weights instead of their squares.
    """

    scores_of: RowScores
    centre: FloatArray
    group_of: dict[Hashable, int]
    mean_of: dict[Hashable, FloatArray]
    factor: FloatArray | None = None
    root: bool = False

    def partial(self, batch: Batch) -> ScoreSums:
        values, codes, weights = batch.values, batch.codes, row_weights(batch, self.factor)
        if self.root and weights is not None:
            weights = np.sqrt(weights)
        used = self.scores_of.kept(values)
        labels = batch.labels if codes is not None else (None,)
        places = np.zeros(values.shape[1], dtype=np.intp) if codes is None else codes
        p, q = self.centre.shape[-1], self.scores_of.q
        scores = np.zeros((q, q))
        mixed, answers = np.zeros((len(labels), q, p)), np.zeros((len(labels), p, p))
        for d, label in enumerate(labels):
            rows = np.flatnonzero(used & (places == d))
            if not rows.size:
                continue
            chosen = values[:, rows]
            group = self.group_of[label]
            score = self.scores_of(group, chosen - self.centre[group][:, None])
            away = self.scores_of.filled(group, chosen - self.mean_of[label][:, None])
            if weights is not None:
                score, away = score * weights[rows], away * weights[rows]
            scores += score @ score.T
            mixed[d], answers[d] = score @ away.T, away @ away.T
        return ScoreSums(labels, scores, mixed, answers)

    def merge(self, left: ScoreSums, right: ScoreSums) -> ScoreSums:
        labels = tuple(dict.fromkeys(left.labels + right.labels))
        mixed = np.zeros((len(labels), *left.mixed.shape[1:]))
        answers = np.zeros((len(labels), *left.answers.shape[1:]))
        for sums in (left, right):
            places = [labels.index(label) for label in sums.labels]
            mixed[places] += sums.mixed
            answers[places] += sums.answers
        return ScoreSums(labels, left.scores + right.scores, mixed, answers)


def casewise_scores(structure: Structure, point: Point, slope: Slopes, group: int, centred: FloatArray) -> FloatArray:
    """Scores of rows of one group by the parameters it depends on, (n + k, rows), for ``centred`` answers (p, rows).

    With z the whitened row, the entry score is ``(z.a)(z.b) - a.b + z.mu_k``: the derivative of the row's
    log-likelihood (White 1982).
    """
    z = point.white[0, group] @ centred
    a, b = slope.a[0, group], slope.b[0, group]
    entry = a.T @ z
    entry *= b.T @ z
    entry -= (a * b).sum(axis=0)[:, None]
    if structure.meanstructure:
        entry += slope.mean[0, group].T @ z
    return entry if structure.direct else np.asarray(structure.map[group].T @ entry)
