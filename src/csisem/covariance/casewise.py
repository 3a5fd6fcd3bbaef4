"""Casewise scores and their sums: what the rows say about the parameters beyond their moments."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Point, Slopes
from csisem.covariance.structure import Structure
from csisem.moments.totals import row_weights
from csisem.survey.rows import Batch

FloatArray = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True, eq=False)
class ScoreKernel:
    """Kernel of the second pass, for `Rows.reduce`.

    Attributes
    ----------
    structure, point, slope
        The model at its estimate, as a batch of one.
    centre
        Mean that scores are centred at, (G, p): the model's where means are modelled, else the sample's.
    group_of, mean_of
        For each domain its group's position and its mean (p,).
    factor
        What squares are multiplied by in each sampling unit that batches carry, (F,); None: nothing.
    root
        Whether products carry the sampling weights themselves instead of their squares.
    """

    structure: Structure
    point: Point
    slope: Slopes
    centre: FloatArray
    group_of: dict[Hashable, int]
    mean_of: dict[Hashable, FloatArray]
    factor: FloatArray | None = None
    root: bool = False

    def partial(self, batch: Batch) -> ScoreSums:
        values, codes, weights = batch.values, batch.codes, row_weights(batch, self.factor)
        if self.root and weights is not None:
            weights = np.sqrt(weights)
        complete = ~np.isnan(values).any(axis=0)
        labels = batch.labels if codes is not None else (None,)
        places = np.zeros(values.shape[1], dtype=np.intp) if codes is None else codes
        p, q = self.structure.p, self.structure.q
        scores = np.zeros((q, q))
        mixed, answers = np.zeros((len(labels), q, p)), np.zeros((len(labels), p, p))
        for d, label in enumerate(labels):
            rows = np.flatnonzero(complete & (places == d))
            if not rows.size:
                continue
            chosen = values[:, rows]
            group = self.group_of[label]
            pull = casewise_scores(self.structure, self.point, self.slope, group, chosen - self.centre[group][:, None])
            away = chosen - self.mean_of[label][:, None]
            if weights is not None:
                pull, away = pull * weights[rows], away * weights[rows]
            scores += pull @ pull.T
            mixed[d], answers[d] = pull @ away.T, away @ away.T
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
    """Scores of rows of one group by the free parameters, (q, rows), for ``centred`` answers (p, rows).

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
    scores: FloatArray = structure.map[group].T @ entry
    return scores


def summed_scores(
    structure: Structure, point: Point, slope: Slopes, group: int, weight: FloatArray, moments: FloatArray
) -> FloatArray:
    """Sums of the `casewise_scores` of the rows of N units in one group, (N, q), from the units' moments.

    Parameters
    ----------
    weight
        Sums of the rows' weights, (N,).
    moments
        Weighted sums of centred answers, then of their products by the lower triangle, (N, p + p(p+1)/2), centred as
        the answers of `casewise_scores` are.
    """
    p = structure.p
    white, a, b = point.white[0, group], slope.a[0, group], slope.b[0, group]
    left, right = white.T @ a, white.T @ b
    row, col = np.tril_indices(p)
    pairs = left[row] * right[col] + np.where((row == col)[:, None], 0.0, left[col] * right[row])
    entry = moments[:, p:] @ pairs
    entry -= weight[:, None] * (a * b).sum(axis=0)
    if structure.meanstructure:
        entry += moments[:, :p] @ (white.T @ slope.mean[0, group])
    scores: FloatArray = entry @ structure.map[group]
    return scores


def shifted(weight: FloatArray, moments: FloatArray, by: FloatArray) -> FloatArray:
    """Sums of centred answers and their products, (N, p + p(p+1)/2), when every answer is raised ``by`` (p,)."""
    p = len(by)
    row, col = np.tril_indices(p)
    first = moments[:, :p] + weight[:, None] * by
    second = moments[:, p:] + first[:, row] * by[col] + moments[:, col] * by[row]
    return np.concatenate([first, second], axis=1)
