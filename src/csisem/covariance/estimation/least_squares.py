"""Objectives of least squares: quadratic forms in the residual moments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.estimation.discrepancy import Point, ScaledMoments, Slopes, weighted_sum
from csisem.covariance.estimation.normal_theory import Objective, SampleObjective
from csisem.covariance.estimation.observed_information import chained, quadratic_information
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import triangle, weighed
from csisem.options import Discrepancy


@dataclass(frozen=True, slots=True, eq=False)
class Generalised(SampleObjective):
    """Generalised least squares, ``tr((S^-1 (S - Sigma))^2)/2 + (m - mu)' S^-1 (m - mu)`` (Browne 1974).

    The weights are those of normal theory at the sample moments, so that the derivatives are Gram products of factors
    whitened by S instead of Sigma. Covariances have divisor n - 1.

    Attributes
    ----------
    white
        Inverse Cholesky factors of the sample covariances, (R, G, p, p).
    """

    white: FloatArray

    def take(self, members: IntArray) -> Self:
        return replace(self, sample=self.sample.take(members), white=self.white[members])

    def at(self, theta: FloatArray) -> Point:
        matrices = self.structure.matrices(theta)
        moments = implied(matrices)
        away = self.white @ (self.sample.cov - moments.cov) @ self.white.mT
        group = (away * away).sum(axis=(-2, -1)) / 4
        distance = self.sample.mean
        if self.structure.meanstructure:
            distance = np.matmul(self.white, (self.sample.mean - moments.mean)[..., None])[..., 0]
            group = group + (distance * distance).sum(axis=-1) / 2
        return Point(theta, weighted_sum(self.sample.share, group), matrices, moments, self.white, -away, distance)

    def square(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """The quadratic form of any moments (R, G, p) and (R, G, p, p) by group, (R, G)."""
        whitened = self.white @ cov @ self.white.mT
        form: FloatArray = (whitened * whitened).sum(axis=(-2, -1)) / 2
        if not self.structure.meanstructure:
            return form
        distance = np.matmul(self.white, mean[..., None])[..., 0]
        form += (distance * distance).sum(axis=-1)
        return form

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        return quadratic_information(self.structure, self.sample, point, slope)


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic(SampleObjective):
    """``r'V r`` with the residual moments r: means first where modelled, then the lower triangle by rows.

    V is the identity (each covariance once), the inverse of the asymptotic covariances (Browne 1984), or the inverse of
    their diagonal. Moments are in scales like standard deviations and the discrepancy is divided by ``unit``, so that
    neither the loop nor rounding depends on the units of the answers. Covariances have divisor n - 1.

    Attributes
    ----------
    white
        Inverse scales of the items, on the diagonal, (R, G, p, p).
    weight
        V of the scaled moments, (R, G, s, s), or its diagonal (R, G, s); the first axis is 1 where samples share it.
    unit
        Divisor of the discrepancy, (R,).
    """

    white: FloatArray
    weight: FloatArray
    unit: FloatArray

    def take(self, members: IntArray) -> Self:
        return replace(
            self,
            sample=self.sample.take(members),
            white=self.white[members],
            weight=self.weight if len(self.weight) == 1 else self.weight[members],
            unit=self.unit[members],
        )

    def of(self, structure: Structure) -> Self:
        """The same samples and discrepancy with another model; without means it has no weights of them."""
        first = self.structure.p if self.structure.meanstructure and not structure.meanstructure else 0
        kept = slice(first, None)
        weight = self.weight[..., kept] if self.weight.ndim == 3 else self.weight[..., kept, kept]
        return replace(self, structure=structure, weight=weight)

    def at(self, theta: FloatArray) -> Point:
        """The discrepancy; ``away`` is minus the `spread` of ``v = V r``, and ``distance`` is v of the means."""
        matrices = self.structure.matrices(theta)
        moments = implied(matrices)
        residual = self._vector(self.sample.mean - moments.mean, self.sample.cov - moments.cov)
        pull = weighed(self.weight, residual[..., None])[..., 0]
        value = weighted_sum(self.sample.share, (residual * pull).sum(axis=-1) / 2)
        p, means = self.structure.p, self.sample.mean
        if self.structure.meanstructure:
            means, pull = pull[..., :p], pull[..., p:]
        return Point(theta, value, matrices, moments, self.white, -spread(pull, p), means)

    def turned(self, point: Point, mean: FloatArray, cov: FloatArray) -> Point:
        pull = weighed(self.weight, self._vector(mean, cov)[..., None])[..., 0]
        p, means = self.structure.p, point.distance
        if self.structure.meanstructure:
            means, pull = -pull[..., :p], pull[..., p:]
        return replace(point, away=spread(pull, p), distance=means)

    def square(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """The quadratic form of any moments (R, G, p) and (R, G, p, p) by group, (R, G)."""
        moments = self._vector(mean, cov)
        return np.asarray((moments * weighed(self.weight, moments[..., None])[..., 0]).sum(axis=-1))

    def expected(self, point: Point, slope: Slopes) -> GroupedMatrix:
        return chained(self.structure, self.sample, point, slope, self.weight, bent=False)

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        return chained(self.structure, self.sample, point, slope, self.weight, bent=True)

    def _vector(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """Scaled moments as a vector (R, G, s)."""
        inverse = np.linalg.diagonal(self.white)
        lower = triangle(cov * inverse[..., :, None] * inverse[..., None, :])
        return np.concatenate([mean * inverse, lower], axis=-1) if self.structure.meanstructure else lower


def least_squares(
    discrepancy: Discrepancy, structure: Structure, sample: ScaledMoments, weight: FloatArray | None = None
) -> Objective:
    """Objective of R samples; WLS and DWLS need one ``weight`` for all, (G, s, s) and (G, s)."""
    if discrepancy == "GLS":
        return Generalised(structure, sample, cholesky(sample.cov)[0])
    count, unit = len(sample.mean), np.ones(len(sample.mean))
    if discrepancy == "ULS":
        sd = np.sqrt(np.linalg.diagonal(sample.cov))
        scale = _scales(sd, means=structure.meanstructure)
        # Sample covariances vary with the squares of the variances, and so does the discrepancy.
        unit = (sd**4).mean(axis=(-2, -1))
        standard = scale**2 / unit[:, None, None]
    elif weight is None:
        raise ValueError(f"{discrepancy} needs weights")
    else:
        row, col = np.tril_indices(structure.p)
        own = weight if weight.ndim == 2 else np.linalg.diagonal(weight)
        # The variance of a sample variance is proportional to its square, and its weight to the inverse of that.
        sd = own[None, :, -len(row) :][..., row == col] ** -0.25
        scale = _scales(sd, means=structure.meanstructure)
        standard = weight * scale**2 if weight.ndim == 2 else scale[..., :, None] * weight * scale[..., None, :]
    white = np.broadcast_to(np.eye(structure.p) / sd[..., None], (count, *sd.shape[1:], structure.p))
    return Quadratic(structure, sample, white, standard, unit)


def _scales(sd: FloatArray, *, means: bool) -> FloatArray:
    """Scales of the moments (..., s) from those of the items (..., p)."""
    products = triangle(sd[..., :, None] * sd[..., None, :])
    return np.concatenate([sd, products], axis=-1) if means else products


def spread(lower: FloatArray, p: int) -> FloatArray:
    """Symmetric matrices (..., p, p) of lower triangles by rows (..., p*), with the diagonal doubled.

    ``tr(spread(v) X)/2`` is then ``v' vech(X)`` for symmetric X.
    """
    row, col = np.tril_indices(p)
    matrix = np.zeros((*lower.shape[:-1], p, p))
    matrix[..., row, col] += lower
    matrix[..., col, row] += lower
    return matrix
