"""Least-squares discrepancies: quadratic forms in the distance of sample and implied moments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.estimation.discrepancy import Point, Sample, Slopes, expected_information, slopes
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.observed_information import chained, quadratic_information
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import triangle, weighed
from csisem.options import Discrepancy


@dataclass(frozen=True, slots=True, eq=False)
class Generalised:
    """Generalised least squares, ``tr((S^-1 (S - Sigma))^2)/2 + (m - mu)' S^-1 (m - mu)`` (Browne 1974).

    Its weights are normal theory's at the sample's moments, so that everything is a Gram product of factors whitened by
    S instead of Sigma.

    Attributes
    ----------
    structure, sample
        The model and the moments; covariances have divisor n - 1.
    white
        Inverse Cholesky factors of the sample covariances, (R, G, p, p).
    """

    structure: Structure
    sample: Sample
    white: FloatArray

    def take(self, members: IntArray) -> Self:
        return replace(self, sample=self.sample.take(members), white=self.white[members])

    def of(self, structure: Structure) -> Self:
        return replace(self, structure=structure)

    def at(self, theta: FloatArray) -> Point:
        matrices = self.structure.matrices(theta)
        moments = implied(matrices)
        away = self.white @ (self.sample.cov - moments.cov) @ np.swapaxes(self.white, -1, -2)
        group = (away * away).sum(axis=(-2, -1)) / 4
        distance = self.sample.mean
        if self.structure.meanstructure:
            distance = np.matmul(self.white, (self.sample.mean - moments.mean)[..., None])[..., 0]
            group = group + (distance * distance).sum(axis=-1) / 2
        whitened = np.eye(self.structure.p) + away
        return Point(theta, _total(self.sample, group), matrices, moments, self.white, whitened, distance)

    def square(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """The form of any moments (R, G, p) and (R, G, p, p) by group, (R, G)."""
        whitened = self.white @ cov @ np.swapaxes(self.white, -1, -2)
        form: FloatArray = (whitened * whitened).sum(axis=(-2, -1)) / 2
        if not self.structure.meanstructure:
            return form
        distance = np.matmul(self.white, mean[..., None])[..., 0]
        form += (distance * distance).sum(axis=-1)
        return form

    def slopes(self, point: Point) -> Slopes:
        return slopes(self.structure, self.sample, point)

    def expected(self, point: Point, slope: Slopes) -> FloatArray:
        del point
        return expected_information(self.structure, self.sample, slope)

    def observed(self, point: Point, slope: Slopes) -> FloatArray:
        return quadratic_information(self.structure, self.sample, point, slope)


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic:
    """``r'V r`` with r the distance of the moments, means first where modelled, then the lower triangle by rows.

    Unweighted (each covariance once), weighted by what the rows say (Browne 1984), or by the diagonal of that. Moments
    are in scales like standard deviations, and the discrepancy in its own ``unit``, so that neither the loop nor
    rounding depends on the answers' units.

    Attributes
    ----------
    structure, sample
        The model and the moments; covariances have divisor n - 1.
    white
        The items' scales, inverted, on the diagonal, (R, G, p, p).
    weight
        V of the moments so scaled, (R, G, s, s), or its diagonal (R, G, s); the first axis is 1 where samples share it.
    unit
        What the discrepancy is divided by, (R,).
    """

    structure: Structure
    sample: Sample
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
        """The same for another model; one without means has no weights of them."""
        first = self.structure.p if self.structure.meanstructure and not structure.meanstructure else 0
        kept = slice(first, None)
        weight = self.weight[..., kept] if self.weight.ndim == 3 else self.weight[..., kept, kept]
        return replace(self, structure=structure, weight=weight)

    def at(self, theta: FloatArray) -> Point:
        """The discrepancy; with ``v = V r``, ``whitened`` is I plus `spread` of v and ``distance`` v of the means."""
        matrices = self.structure.matrices(theta)
        moments = implied(matrices)
        residual = self._vector(self.sample.mean - moments.mean, self.sample.cov - moments.cov)
        pull = weighed(self.weight, residual[..., None])[..., 0]
        value = _total(self.sample, (residual * pull).sum(axis=-1) / 2)
        p = self.structure.p
        means, covariances = (
            (pull[..., :p], pull[..., p:]) if self.structure.meanstructure else (self.sample.mean, pull)
        )
        return Point(theta, value, matrices, moments, self.white, np.eye(p) + spread(covariances, p), means)

    def square(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """The form of any moments (R, G, p) and (R, G, p, p) by group, (R, G)."""
        moments = self._vector(mean, cov)
        form: FloatArray = (moments * weighed(self.weight, moments[..., None])[..., 0]).sum(axis=-1)
        return form

    def slopes(self, point: Point) -> Slopes:
        return slopes(self.structure, self.sample, point)

    def expected(self, point: Point, slope: Slopes) -> FloatArray:
        return chained(self.structure, self.sample, point, slope, self.weight, bent=False)

    def observed(self, point: Point, slope: Slopes) -> FloatArray:
        return chained(self.structure, self.sample, point, slope, self.weight, bent=True)

    def _vector(self, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """Moments as a vector (R, G, s), in the items' scales."""
        inverse = np.diagonal(self.white, axis1=-2, axis2=-1)
        lower = triangle(cov * inverse[..., :, None] * inverse[..., None, :])
        return np.concatenate([mean * inverse, lower], axis=-1) if self.structure.meanstructure else lower


def least_squares(
    discrepancy: Discrepancy, structure: Structure, sample: Sample, weight: FloatArray | None = None
) -> Objective:
    """The objective of R samples; WLS and DWLS take one ``weight`` for all, (G, s, s) and (G, s).

    Raises
    ------
    ValueError
        WLS and DWLS without weights.
    """
    if discrepancy == "GLS":
        return Generalised(structure, sample, cholesky(sample.cov)[0])
    count, unit = len(sample.mean), np.ones(len(sample.mean))
    if discrepancy == "ULS":
        sd = np.sqrt(np.diagonal(sample.cov, axis1=-2, axis2=-1))
        scale = _scales(sd, means=structure.meanstructure)
        # Moments vary by the squares of the variances, and so does the discrepancy.
        unit = (sd**4).mean(axis=(-2, -1))
        standard = scale**2 / unit[:, None, None]
    elif weight is None:
        raise ValueError(f"{discrepancy} needs weights")
    else:
        row, col = np.tril_indices(structure.p)
        own = weight if weight.ndim == 2 else np.diagonal(weight, axis1=-2, axis2=-1)
        # A variance varies by its own square, and its weight is the inverse of that.
        sd = own[None, :, -len(row) :][..., row == col] ** -0.25
        scale = _scales(sd, means=structure.meanstructure)
        standard = weight * scale**2 if weight.ndim == 2 else scale[..., :, None] * weight * scale[..., None, :]
    white = np.broadcast_to(np.eye(structure.p) / sd[..., None], (count, *sd.shape[1:], structure.p))
    return Quadratic(structure, sample, white, standard, unit)


def _scales(sd: FloatArray, *, means: bool) -> FloatArray:
    """Scales of the moments (..., s) that items have in scales (..., p)."""
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


def _total(sample: Sample, group: FloatArray) -> FloatArray:
    """Sum the groups' discrepancies (R, G); inf where there is none."""
    value: FloatArray = (sample.share * group).sum(axis=-1)
    value[~np.isfinite(value)] = np.inf
    return value
