"""Casewise scores of incomplete rows at the estimates of several models."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import Slopes
from csisem.covariance.full_information.incomplete_likelihood import whiten
from csisem.covariance.lisrel.structure import Structure
from csisem.moments.batch_rows import row_weights, rows_by_group
from csisem.moments.patterns import distinct, positions
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A model at its estimate, a batch of one, and what the scores of rows of P patterns need of it.

    Attributes
    ----------
    structure, slope
        The model and its unwhitened derivatives.
    mean
        Implied means, (G, p).
    inverse
        Inverses of the implied covariances of the answers of each pattern, zero where unanswered, (P, p, p).
    """

    structure: Structure
    slope: Slopes
    mean: FloatArray
    inverse: FloatArray

    def scores(self, group: int, deviations: FloatArray, codes: IntArray) -> FloatArray:
        """Scores (q, m) of rows of one group by the free parameters, from ``y = W d`` (p, m).

        The entry score of a row is ``(a.y)(b.y) - a'W b + mu_k.y``; ``codes`` (m,) are the patterns of the rows.
        """
        a, b = self.slope.a[0, group], self.slope.b[0, group]
        present, place = np.unique(codes, return_inverse=True)
        constant = np.einsum("jik,ik->jk", self.inverse[present] @ a, b)
        entry = a.T @ deviations
        entry *= b.T @ deviations
        entry -= constant[place].T
        if self.structure.meanstructure:
            entry += self.slope.mean[0, group].T @ deviations
        return self.structure.by_parameters(entry, group)

    def pull(self, group: int, values: FloatArray, codes: IntArray) -> FloatArray:
        """``W (x - mu)`` (p, m) of rows (p, m) that hold zeros where unanswered; zero there too."""
        away = (values - self.mean[group][:, None]).T[..., None]
        return np.asarray(np.matmul(self.inverse[codes], away)[..., 0].T)


@dataclass(frozen=True, slots=True, eq=False)
class IncompleteScores:
    """Kernel for `Rows.reduce`: sums of products of scores, (q, q) for each of several models.

    Attributes
    ----------
    views
        The models.
    patterns
        Number of each pattern by its bytes, per group.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    level
        Factor that scales the sampling weights to mean 1.
    factor
        Factor of the squares in each sampling unit that batches carry, (F,); None for 1.
    """

    views: tuple[View, ...]
    patterns: tuple[dict[bytes, int], ...]
    group_of: dict[Hashable, int]
    level: float
    factor: FloatArray | None = None

    def partial(self, batch: Batch) -> tuple[FloatArray, ...]:
        weights = row_weights(batch, self.factor)
        sums = [np.zeros((view.structure.q, view.structure.q)) for view in self.views]
        masks, of_row = distinct(~np.isnan(batch.values))
        for label, rows in rows_by_group(batch, np.ones(len(of_row), dtype=np.bool_)):
            if label not in self.group_of:
                continue
            group = self.group_of[label]
            codes = positions(self.patterns[group], masks)[of_row]
            inside = rows & (codes >= 0)
            if not inside.any():
                continue
            values, chosen = np.nan_to_num(batch.values[:, inside], copy=False, nan=0.0), codes[inside]
            for k, view in enumerate(self.views):
                scores = view.scores(group, view.pull(group, values, chosen), chosen)
                if weights is not None:
                    scores *= weights[inside] * self.level
                sums[k] += scores @ scores.T
        return tuple(sums)

    def merge(self, left: tuple[FloatArray, ...], right: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
        return tuple(total + part for total, part in zip(left, right, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class IncompleteColumns:
    """Columns of the scores of several models, one after the other, for `UnitTotals`.

    Attributes
    ----------
    views
        The models.
    patterns
        Number of each pattern by its bytes, per group.
    group
        The group of each of the N cells in which rows are summed, (N,).
    """

    views: tuple[View, ...]
    patterns: tuple[dict[bytes, int], ...]
    group: IntArray

    def kept(self, values: FloatArray) -> BoolArray:
        """Return which rows (m,) have a known pattern."""
        masks, of_row = distinct(~np.isnan(values))
        used = np.any([positions(known, masks) >= 0 for known in self.patterns], axis=0)
        return np.asarray(used[of_row])

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        """Return the scores (q of all models, m)."""
        masks, of_row = distinct(~np.isnan(values))
        answers, own = np.nan_to_num(values, nan=0.0), self.group[places]
        columns = np.empty((sum(view.structure.q for view in self.views), values.shape[1]))
        for group, known in enumerate(self.patterns):
            rows = np.flatnonzero(own == group)
            if not rows.size:
                continue
            codes = positions(known, masks)[of_row[rows]]
            chosen = answers[:, rows]
            scores = [view.scores(group, view.pull(group, chosen, codes), codes) for view in self.views]
            columns[:, rows] = np.concatenate(scores)
        return columns


@dataclass(frozen=True, slots=True, eq=False)
class IncompleteRowScores:
    """Scores of full-information maximum likelihood at an estimate, a batch of one, for rows of any pattern.

    Attributes
    ----------
    structure, slope
        The model and its unwhitened derivatives.
    cov
        Implied covariances, (G, p, p).
    needed
        Items without which a row is not used, (p,).
    """

    structure: Structure
    slope: Slopes
    cov: FloatArray
    needed: BoolArray

    @property
    def q(self) -> int:
        return self.structure.q

    def kept(self, values: FloatArray) -> BoolArray:
        answered = ~np.isnan(values)
        return np.asarray(answered.any(axis=0) & answered[self.needed].all(axis=0))

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        inverse, codes, pulled = _pulled(centred, self.cov[group])
        return View(self.structure, self.slope, self.cov[:, 0], inverse).scores(group, pulled, codes)

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        return completed(centred, self.cov[group])


def _pulled(centred: FloatArray, cov: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Inverses (K, p, p) of the answered parts of ``cov``, each row's among them (m,), and ``W d`` (p, m)."""
    white, codes, answers = whitened_patterns(centred, cov)
    inverse = white.mT @ white
    return inverse, codes, np.matmul(inverse[codes], answers.T[..., None])[..., 0].T


def whitened_patterns(centred: FloatArray, cov: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Inverse Cholesky factors (K, p, p) of the answered parts of ``cov`` (p, p) in the K patterns of ``centred`` rows.

    Also the pattern of each row (m,), and the rows (p, m) with zeros where unanswered.
    """
    absent = np.isnan(centred)
    masks, codes = distinct(~absent)
    white, _ = whiten(cov[None, None], masks, np.zeros(len(masks), dtype=np.intp))
    return white[0], codes, np.where(absent, 0.0, centred)


def completed(centred: FloatArray, cov: FloatArray) -> FloatArray:
    """Answers less their means (p, m), with conditional means given the row's other answers in place of missing ones.

    Under normality with covariances ``cov`` (p, p); a row without any answer becomes 0.
    """
    absent = np.isnan(centred)
    if not absent.any():
        return centred
    return np.where(absent, cov @ _pulled(centred, cov)[2], centred)
