"""Casewise scores under least squares, by contributions to moments and weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import CompleteRows
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.estimation.least_squares import spread
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import weighed
from csisem.moments.row_contributions import contributions


@dataclass(frozen=True, slots=True, eq=False)
class GeneralisedScores(CompleteRows):
    """Scores of GLS at an estimate, a batch of one; the sample covariances are both moments and weights.

    With z a row whitened by S, E the whitened residuals and d the whitened distance of the means, the entry score is
    ``(z.a)(z.b) - z'E(a b' + b a')z + (z.mu_k)(1 - z.d)``, less its mean.

    Attributes
    ----------
    structure, point, slope
        The model at its estimate.
    level
        Mean square of a whitened answer, (G,): 1 - 1/n.
    """

    structure: Structure
    point: Point
    slope: Slopes
    level: FloatArray

    @property
    def q(self) -> int:
        return self.structure.q

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        z = self.point.white[0, group] @ centred
        a, b = self.slope.a[0, group], self.slope.b[0, group]
        # The point's `away` is -E.
        away = 0.5 * np.eye(len(a)) + self.point.away[0, group]
        away_a, away_b = away @ a, away @ b
        entry = (a.T @ z) * (away_b.T @ z) + (away_a.T @ z) * (b.T @ z)
        mean = (a * away_b + away_a * b).sum(axis=0)
        if self.structure.meanstructure:
            along, distance = self.slope.mean[0, group], self.point.distance[0, group]
            entry += (along.T @ z) * (1 - distance @ z)
            mean -= along.T @ distance
        entry -= self.level[group] * mean[:, None]
        return self.structure.by_parameters(entry, group)


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticScores(CompleteRows):
    """Scores of a quadratic form in the moments: ``B'(t - (t t' - Gamma) v) + L x``.

    t are the row's contributions to the moments and x its answers, both less their means, B are the weighted
    derivatives and ``v = V r`` the weighted residuals. The weights of WLS depend on ``t t'``, those of DWLS on its
    diagonal, and both on the means at which the contributions are centred (L).

    Attributes
    ----------
    pulled
        B, (G, s, q).
    residual
        v, (G, s); zero if the weights are fixed.
    linear, level
        L, (G, q, p), and ``B' Gamma v``, (G, q).
    cov
        Sample covariances with divisor n, (G, p, p).
    means, diagonal
        Whether means are modelled; whether the weights are diagonal.
    """

    pulled: FloatArray
    residual: FloatArray
    linear: FloatArray
    level: FloatArray
    cov: FloatArray
    means: bool
    diagonal: bool

    @property
    def q(self) -> int:
        return int(self.pulled.shape[-1])

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        moments = contributions(centred, self.cov[group], self.means)
        v = self.residual[group]
        if self.diagonal:
            moments -= v[:, None] * moments**2
        else:
            moments *= 1 - v @ moments
        scores: FloatArray = self.pulled[group].T @ moments
        scores += self.linear[group] @ centred
        scores += self.level[group][:, None]
        return scores


def quadratic_scores(
    weight: FloatArray,
    derivatives: FloatArray,
    cov: FloatArray,
    means: bool,
    moving: tuple[FloatArray, FloatArray] | None = None,
) -> QuadraticScores:
    """Scores at an estimate.

    Parameters
    ----------
    weight
        V, (G, s, s) or its diagonal (G, s).
    derivatives
        Of the moments by the free parameters, (G, s, q).
    cov
        Sample covariances with divisor n, (G, p, p).
    means
        Whether means are among the moments.
    moving
        If the weights depend on the rows, as those of WLS and DWLS do: sample minus implied moments, (G, s), and the
        covariances of the answers with the rows' contributions to the moments, (G, p, s). None if they are fixed.
    """
    pulled, diagonal = weighed(weight, derivatives), weight.ndim == 2
    if moving is None:
        groups, size, q = pulled.shape
        fixed = np.zeros((groups, size)), np.zeros((groups, q, cov.shape[-1])), np.zeros((groups, q))
        return QuadraticScores(pulled, *fixed, cov, means, diagonal)
    residual, third = moving
    weighted = weighed(weight, residual[..., None])[..., 0]
    linear = (_diagonal_shift if diagonal else _shift)(pulled, weighted, third)
    level = np.matmul(pulled.mT, residual[..., None])[..., 0]
    return QuadraticScores(pulled, weighted, linear, level, cov, means, diagonal)


def _shift(pulled: FloatArray, residual: FloatArray, third: FloatArray) -> FloatArray:
    """Derivatives (G, q, p) of WLS's weighted residuals by the means at which contributions are centred.

    With h the covariances of the answers with ``t'v`` and M the matrix of v, answers x contribute ``x h' + h x'`` and,
    by the other factor of Gamma, the covariances of t with ``x'M``.
    """
    p = third.shape[1]
    along = np.matmul(third, residual[..., None])
    products = slice(third.shape[2] - p * (p + 1) // 2, None)
    own = pulled[:, products].mT @ _partners(np.repeat(along, p * (p + 1) // 2, axis=-1))
    other = (third @ pulled).mT @ spread(residual[:, products], p)
    return own + other


def _diagonal_shift(pulled: FloatArray, residual: FloatArray, third: FloatArray) -> FloatArray:
    """The same for DWLS, whose weights depend on the variance of each contribution only."""
    p = third.shape[1]
    products = slice(third.shape[2] - p * (p + 1) // 2, None)
    return np.asarray(2 * pulled[:, products].mT @ (residual[:, products, None] * _partners(third[..., products])))


def _partners(values: FloatArray) -> FloatArray:
    """Derivatives (G, p*, p) of ``sum x_a values_b + x_b values_a`` by x, for the pairs a, b of the lower triangle.

    ``values`` are (G, p, p*), a value of every variable for every pair.
    """
    row, col = np.tril_indices(values.shape[1])
    pair = np.arange(len(row))
    derivatives = np.zeros((len(values), len(row), values.shape[1]))
    derivatives[:, pair, row] += values[:, col, pair]
    derivatives[:, pair, col] += values[:, row, pair]
    return derivatives
