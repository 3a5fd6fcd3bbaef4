"""Moments of ordered and numeric items as a model implies them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.latent_responses import LatentResponses, with_responses
from csisem.covariance.lisrel.matrices import ORDER
from csisem.covariance.lisrel.structure import Structure

TAU, DELTA = ORDER.index("tau"), ORDER.index("delta")
"""Numbers of the matrices of thresholds and of scale factors."""


@dataclass(frozen=True, eq=False)
class MomentVector:
    """The places of the s moments: thresholds, means of numeric items, slopes on covariates, covariances.

    With d the scale factors, 1 for numeric items, a threshold is ``d_i (tau - mu_i)``, a slope ``d_i Pi_ik`` and a
    covariance ``d_i d_j Sigma_ij``, given the covariates (Muthen 1984, Psychometrika 49, 115-132).

    Attributes
    ----------
    responses
        The ordered items.
    """

    responses: LatentResponses

    @cached_property
    def numeric(self) -> IntArray:
        """Numeric items, among the observed variables."""
        kept = self.responses.kept
        return kept[~self.responses.ordered[kept]]

    @cached_property
    def products(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the covariances, among the observed variables."""
        kept = self.responses.kept
        row, col = np.tril_indices(len(kept))
        there = (row != col) | ~self.responses.ordered[kept[row]]
        return kept[row[there]], kept[col[there]]

    @cached_property
    def onto(self) -> FloatArray:
        """Zeros and ones that sum thresholds by their items, (T, p)."""
        item = self.responses.item
        sums = np.zeros((len(item), len(self.responses.ordered)))
        sums[np.arange(len(item)), item] = 1.0
        return sums

    @cached_property
    def ends(self) -> IntArray:
        """Where the second, third and fourth kind begin."""
        slopes = len(self.responses.kept) * len(self.responses.covariates)
        return np.cumsum([len(self.responses.item), len(self.numeric), slopes])

    def parts(self, vector: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Thresholds, means, slopes (..., y, k) and covariances of a vector (..., s)."""
        first, second, slopes, products = np.split(vector, self.ends, axis=-1)
        shape = (*slopes.shape[:-1], len(self.responses.kept), len(self.responses.covariates))
        return first, second, slopes.reshape(shape), products

    def of(self, moments: Implied) -> FloatArray:
        """The vector (..., s) that a model implies, given the covariates."""
        matrices, at = with_responses(moments.matrices), self.responses
        scale, mean, (row, col) = matrices.scales, moments.mean, self.products
        slopes = moments.reach[..., at.kept[:, None], at.covariates] * scale[..., at.kept, None]
        return np.concatenate(
            [
                (matrices.thresholds - mean[..., at.item]) * scale[..., at.item],
                mean[..., self.numeric],
                slopes.reshape(*slopes.shape[:-2], -1),
                moments.cov[..., row, col] * (scale[..., row] * scale[..., col]),
            ],
            axis=-1,
        )

    def moved(self, moments: Implied, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """The change (..., s) of the vector by changes of mu (..., p) and Sigma (..., p, p) alone."""
        scale, item, (row, col) = with_responses(moments.matrices).scales, self.responses.item, self.products
        slopes = np.zeros((*mean.shape[:-1], int(self.ends[2] - self.ends[1])))
        products = cov[..., row, col] * (scale[..., row] * scale[..., col])
        return np.concatenate([-mean[..., item] * scale[..., item], mean[..., self.numeric], slopes, products], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Pull:
    """Derivatives of ``v'm`` by what the moments m are made of, for a fixed vector v.

    Attributes
    ----------
    cov
        By Sigma, (..., p, p), with the diagonal doubled (`csisem.covariance.estimation.least_squares.spread`).
    mean, thresholds, scales
        By mu (..., p), tau (..., T) and Delta (..., p).
    slopes
        By the slopes before they are scaled, (..., p, k).
    """

    cov: FloatArray
    mean: FloatArray
    thresholds: FloatArray
    scales: FloatArray
    slopes: FloatArray


def pulled(vector: MomentVector, moments: Implied, v: FloatArray) -> Pull:
    """The derivatives of ``v'm`` at implied moments, for v (..., s)."""
    at, matrices = vector.responses, with_responses(moments.matrices)
    scale, (row, col) = matrices.scales, vector.products
    by_threshold, by_mean, by_slope, by_product = vector.parts(v)
    thresholds = by_threshold * scale[..., at.item]
    mean = -(thresholds @ vector.onto)
    mean[..., vector.numeric] += by_mean
    scales = (by_threshold * (matrices.thresholds - moments.mean[..., at.item])) @ vector.onto
    slopes = np.zeros((*scale.shape, len(at.covariates)), dtype=v.dtype)
    if at.covariates.size:
        reach = moments.reach[..., at.kept[:, None], at.covariates]
        scales[..., at.kept] += (by_slope * reach).sum(axis=-1)
        slopes[..., at.kept, :] = by_slope * scale[..., at.kept, None]
    cov = np.zeros(moments.cov.shape, dtype=v.dtype)
    cov[..., row, col] = by_product
    cov = cov + cov.mT
    # Each covariance stands on both sides of the diagonal, so that a row sums all products with its item.
    scales += np.einsum("...ij,...ij,...j->...i", cov, moments.cov, scale)
    cov = cov * (scale[..., :, None] * scale[..., None, :])
    diagonal = np.einsum("...ii->...i", cov)
    if at.scaled:
        variance = np.einsum("...ii->...i", moments.cov)[..., at.ordered]
        with np.errstate(invalid="ignore", divide="ignore"):
            diagonal[..., at.ordered] -= scales[..., at.ordered] * variance**-1.5
    elif at.disturbance.size:
        columns = moments.reach[..., at.disturbance]
        by_disturbance = np.einsum("...pd,...pq,...qd->...d", columns, cov, columns) / 2
        weight = np.linalg.solve(at.shares(moments).mT, by_disturbance[..., None])[..., 0]
        diagonal[..., at.measured] -= 2 * weight
        scales[..., at.measured] -= 2 * weight * scale[..., at.measured] ** -3
    return Pull(cov, mean, thresholds, scales, slopes)


def entry_gradient(structure: Structure, moments: Implied, pull: Pull, stack: FloatArray) -> FloatArray:
    """The part of the derivatives of ``v'm`` by the entries (..., E) that is by thresholds, scales and slopes."""
    responses = structure.responses
    gradient = np.zeros((*stack.shape[:-2], len(structure.kind)), dtype=stack.dtype)
    for kind, values in ((TAU, pull.thresholds), (DELTA, pull.scales)):
        places = np.flatnonzero(structure.kind == kind)
        gradient[..., places] = values[..., structure.row[places]]
    if responses is not None and responses.covariates.size:
        along = stack.mT @ pull.slopes
        levels = slope_levels(structure, moments)
        gradient += (along[..., structure.left, :] * levels).sum(axis=-1)
    return gradient


def slope_levels(structure: Structure, moments: Implied) -> FloatArray:
    """Factors (..., E, k) of the first columns in the derivatives of the slopes by the entries."""
    covariates = structure.responses.covariates if structure.responses is not None else np.arange(0)
    total = moments.total[..., covariates]
    ends = np.zeros((*total.shape[:-2], 2, total.shape[-1]), dtype=total.dtype)
    return np.concatenate([total, ends], axis=-2)[..., structure.level, :]
