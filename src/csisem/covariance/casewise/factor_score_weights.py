"""Factor scores as linear functions of answers: their weights, and the kernel that applies them to rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.full_information.incomplete_likelihood import whiten
from csisem.covariance.full_information.incomplete_row_scores import completed
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.moments.patterns import distinct
from csisem.survey.rows.rows import Batch


def regression_weights(moments: Implied) -> FloatArray:
    """Weights (G, m, p) of the regression scores, ``Phi Lambda' Sigma^-1`` (Thurstone 1935; Thomson 1939)."""
    white, _ = cholesky(moments.cov)
    weights: FloatArray = np.swapaxes(white @ moments.cross, -1, -2) @ white
    return weights


def measurement(matrices: Matrices, outcomes: Sequence[tuple[int, int]] = ()) -> FloatArray:
    """Lambda (G, p, m) for Bartlett's scores: observed ``outcomes`` of paths measure what predicts them.

    Of these, pairs (item, structural variable), the rows are those of B, as in lavaan.
    """
    loadings = matrices.loadings.copy()
    for item, variable in outcomes:
        loadings[:, item] = matrices.paths[:, variable]
    return loadings


def bartlett_weights(loadings: FloatArray, white: FloatArray) -> FloatArray:
    """Weights (K, m, p) of Bartlett's scores, ``(Lambda' Sigma^-1 Lambda)^-1 Lambda' Sigma^-1`` (Bartlett 1937).

    They equal ``(Lambda' Theta^-1 Lambda)^-1 Lambda' Theta^-1`` and, as in lavaan, do without the inverse of Theta,
    which a single item's residual of zero makes singular. ``white`` are inverse Cholesky factors of Sigma (K, p, p),
    with zero columns for items that are not answered. The weights of a structural variable that nothing observed
    measures, a higher-order construct's, are nan; linearly dependent loadings share what they measure (Moore-Penrose).
    """
    weights = np.full(np.swapaxes(white @ loadings, -1, -2).shape, np.nan)
    for k, whitened in enumerate(white @ loadings):
        length = np.linalg.norm(whitened, axis=0)
        measured = np.flatnonzero(length > 0)
        unit = whitened[:, measured] / length[measured]
        weights[k, measured] = np.linalg.pinv(unit) @ white[k] / length[measured, None]
    return weights


def latent_means(moments: Implied, sample_mean: FloatArray, promoted: IntArray) -> FloatArray:
    """Means (G, m) of the structural variables in a model without means; ``sample_mean`` is (G, p).

    Observed variables in paths, items ``promoted`` and last among the structural variables, keep their sample means,
    which the paths hand on; nothing else has a mean (lavaan's rule).
    """
    total = moments.total
    if not promoted.size:
        return np.zeros(total.shape[:-1])
    own = total[..., -promoted.size :, -promoted.size :]
    intercepts = np.linalg.solve(own, sample_mean[..., promoted, None])
    means: FloatArray = (total[..., -promoted.size :] @ intercepts)[..., 0]
    return means


@dataclass(frozen=True, slots=True, eq=False)
class FactorScores:
    """Kernel for `Rows.reduce`: the scores (rows, k) of every batch; nan for rows without a group.

    A row that lacks an answer has none either, unless ``cov`` says what its others are worth.

    Attributes
    ----------
    weights
        (G, k, p).
    centre, offset
        Means of the items (G, p) and of the scores (G, k).
    group_of
        The position in G of every label of the rows.
    cov
        Covariances of the items, (G, p, p), or None.
    loadings
        What Bartlett's weights of the answers that are there are made of, (G, p, m); None for regression scores.
    """

    weights: FloatArray
    centre: FloatArray
    offset: FloatArray
    group_of: dict[Hashable, int]
    cov: FloatArray | None = None
    loadings: FloatArray | None = None

    def partial(self, batch: Batch) -> list[FloatArray]:
        if batch.codes is None:
            return [self._scores(batch.values, 0)]
        scores = np.full((batch.values.shape[1], self.weights.shape[1]), np.nan)
        for place, label in enumerate(batch.labels):
            rows = np.flatnonzero(batch.codes == place)
            scores[rows] = self._scores(batch.values[:, rows], self.group_of[label])
        return [scores]

    def merge(self, left: list[FloatArray], right: list[FloatArray]) -> list[FloatArray]:
        left.extend(right)
        return left

    def _scores(self, values: FloatArray, group: int) -> FloatArray:
        centred = values - self.centre[group][:, None]
        if self.cov is not None and self.loadings is not None:
            return self._bartlett(centred, group, self.cov[group], self.loadings[group])
        if self.cov is not None:
            # The regression on all answers, itself regressed on those that are there, is the regression on them.
            empty = np.isnan(values).all(axis=0)
            centred = np.where(empty, np.nan, completed(centred, self.cov[group]))
        scores: FloatArray = centred.T @ self.weights[group].T + self.offset[group]
        return scores

    def _bartlett(self, centred: FloatArray, group: int, cov: FloatArray, loadings: FloatArray) -> FloatArray:
        """Scores by the weights of each row's pattern of answers; nan where it answered no item of a construct."""
        absent = np.isnan(centred)
        masks, codes = distinct(~absent)
        white, _ = whiten(cov[None, None], masks, np.zeros(len(masks), dtype=np.intp))
        weights = bartlett_weights(loadings, white[0])[:, : self.weights.shape[1]]
        filled = np.where(absent, 0.0, centred).T[..., None]
        scores: FloatArray = np.matmul(weights[codes], filled)[..., 0] + self.offset[group]
        return scores
