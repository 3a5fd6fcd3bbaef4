"""Weights of factor scores, and the kernel that computes the scores."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.full_information.incomplete_row_scores import completed, whitened_patterns
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.survey.rows.rows import Batch

# Smallest eigenvalue of constructs' correlations, of themselves or their items, with which these are distinct.
_DETERMINED = 1e-10


def regression_weights(moments: Implied) -> FloatArray:
    """Weights (G, m, p) of the regression scores, ``Phi Lambda' Sigma^-1`` (Thurstone 1935; Thomson 1939)."""
    white, _ = cholesky(moments.cov)
    return np.asarray((white @ moments.cross).mT @ white)


def measurement(matrices: Matrices, outcomes: Sequence[tuple[int, int]] = ()) -> FloatArray:
    """Lambda (G, p, m) for Bartlett's scores: observed ``outcomes`` of paths measure their predictors.

    The rows of outcomes, pairs (item, structural variable), are those of B, as in lavaan.
    """
    loadings = matrices.loadings.copy()
    for item, variable in outcomes:
        loadings[:, item] = matrices.paths[:, variable]
    return loadings


def bartlett_weights(loadings: FloatArray, white: FloatArray) -> FloatArray:
    """Weights (K, m, p) of Bartlett's scores, ``(Lambda' Sigma^-1 Lambda)^-1 Lambda' Sigma^-1`` (Bartlett 1937).

    They equal ``(Lambda' Theta^-1 Lambda)^-1 Lambda' Theta^-1`` but, as in lavaan, do not need the inverse of Theta,
    which is singular if a single item has a residual of zero. ``white`` are inverse Cholesky factors of Sigma
    (K, p, p), with zero columns for items that are not answered. The weights of a structural variable that no item
    measures, such as a higher-order construct, are nan; linearly dependent loadings are handled by the Moore-Penrose
    inverse.
    """
    weights = np.full((white @ loadings).mT.shape, np.nan)
    for k, whitened in enumerate(white @ loadings):
        length = np.linalg.norm(whitened, axis=0)
        measured = np.flatnonzero(length > 0)
        unit = whitened[:, measured] / length[measured]
        weights[k, measured] = np.linalg.pinv(unit) @ white[k] / length[measured, None]
    return weights


def ten_berge_weights(cross: FloatArray, latent_cov: FloatArray, sample_cov: FloatArray) -> FloatArray | None:
    """Weights (G, m, p) of scores whose covariances are those of the constructs; None where no such scores exist.

    With M = K Phi^-1/2, K the covariances (G, p, m) of items with constructs, they are
    ``Phi^1/2 (M'S^-1 M)^-1/2 M'S^-1``, so that their sample covariance is ``Phi`` (ten Berge, Krijnen, Wansbeek and
    Shapiro 1999, Linear Algebra and its Applications 289, 311-318). They do not exist where constructs determine each
    other.
    """
    found = []
    for own, phi, sample in zip(cross, latent_cov, sample_cov, strict=True):
        sd = np.sqrt(np.diagonal(phi))
        # The weights do not depend on the constructs' units.
        values, vectors = np.linalg.eigh(phi / sd[:, None] / sd)
        if not values[0] > _DETERMINED:
            return None
        root = (vectors * np.sqrt(values)) @ vectors.T
        orthogonal = own / sd @ (vectors / np.sqrt(values)) @ vectors.T
        solved = np.linalg.solve(sample, orthogonal)
        among, turned = np.linalg.eigh(orthogonal.T @ solved)
        if not among[0] > _DETERMINED * among[-1]:
            return None
        found.append(sd[:, None] * root @ ((turned / np.sqrt(among)) @ turned.T) @ solved.T)
    return np.stack(found)


def latent_means(moments: Implied, sample_mean: FloatArray, promoted: IntArray) -> FloatArray:
    """Means (G, m) of the structural variables in a model without means; ``sample_mean`` is (G, p).

    Observed variables in paths, items ``promoted`` and last among the structural variables, keep their sample means,
    which have effects along the paths; no other variable has a mean of its own (lavaan's rule).
    """
    total = moments.total
    if not promoted.size:
        return np.zeros(total.shape[:-1])
    own = total[..., -promoted.size :, -promoted.size :]
    intercepts = np.linalg.solve(own, sample_mean[..., promoted, None])
    return np.asarray((total[..., -promoted.size :] @ intercepts)[..., 0])


@dataclass(frozen=True, slots=True, eq=False)
class FactorScores:
    """Kernel for `Rows.reduce`: the scores (rows, k) of every batch; nan for rows without a group.

    Incomplete rows have nan too, unless ``cov`` is given.

    Attributes
    ----------
    weights
        (G, k, p).
    centre, offset
        Means of the items (G, p) and of the scores (G, k).
    group_of
        Position of each group label among the G groups.
    cov
        Covariances of the items, (G, p, p), or None.
    loadings
        Loadings from which Bartlett's weights of each pattern of answers follow, (G, p, m); None for regression scores.
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
            # The regression on all answers, regressed on the observed ones, is the regression on the observed ones.
            empty = np.isnan(values).all(axis=0)
            centred = np.where(empty, np.nan, completed(centred, self.cov[group]))
        return np.asarray(centred.T @ self.weights[group].T + self.offset[group])

    def _bartlett(self, centred: FloatArray, group: int, cov: FloatArray, loadings: FloatArray) -> FloatArray:
        """Scores by the weights of each row's pattern of answers; nan for a construct of which it answers no item."""
        white, codes, answers = whitened_patterns(centred, cov)
        weights = bartlett_weights(loadings, white)[:, : self.weights.shape[1]]
        return np.asarray(np.matmul(weights[codes], answers.T[..., None])[..., 0] + self.offset[group])
