"""First and second derivatives of the moments of ordered items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.estimation.observed_information import bending
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.ordered.response_moments import DELTA, TAU, MomentVector, Pull, slope_levels
from csisem.covariance.vech import moment_slopes


@dataclass(frozen=True, slots=True, eq=False)
class PartDerivatives:
    """Derivatives by the entries of what the moments are made of, from columns that are not whitened.

    Attributes
    ----------
    cov
        Of the lower triangle of Sigma by rows, (..., p*, E).
    mean, thresholds, scales
        Of mu (..., p, E), tau (..., T, E) and the scale factors (..., p, E).
    slopes
        Of the slopes before they are scaled, (..., y, k, E).
    """

    cov: FloatArray
    mean: FloatArray
    thresholds: FloatArray
    scales: FloatArray
    slopes: FloatArray


def part_derivatives(vector: MomentVector, structure: Structure, point: Point, slope: Slopes) -> PartDerivatives:
    """The derivatives at a point; variances that follow from others have moved with them."""
    at, moments = vector.responses, point.moments
    scale, a = with_responses(moments.matrices).scales, slope.a
    cov = moment_slopes(a, slope.b, None)
    thresholds, scales = np.zeros((*a.shape[:-2], len(at.item), a.shape[-1])), np.zeros(a.shape)
    for kind, block in ((TAU, thresholds), (DELTA, scales)):
        places = np.flatnonzero(structure.kind == kind)
        block[..., structure.row[places], places] = 1.0
    own = _variances(structure.p)
    if at.scaled:
        variance = np.einsum("...ii->...i", moments.cov)[..., at.ordered, None]
        scales[..., at.ordered, :] = -(variance**-1.5) * cov[..., own[at.ordered], :] / 2
    elif at.disturbance.size:
        columns = moments.reach[..., at.disturbance]
        target = -2 * scale[..., at.measured, None] ** -3 * scales[..., at.measured, :]
        along = np.linalg.solve(at.shares(moments), target - cov[..., own[at.measured], :])
        cov = cov + moment_slopes(columns, columns / 2, None) @ along
    levels = slope_levels(structure, moments)
    slopes = a[..., at.kept, None, :] * levels.mT[..., None, :, :]
    return PartDerivatives(cov, a * slope.level[..., None, :], thresholds, scales, slopes)


def response_derivatives(vector: MomentVector, point: Point, by: PartDerivatives) -> FloatArray:
    """Derivatives (..., s, E) of the moments by the entries, from those of their parts."""
    at, moments = vector.responses, point.moments
    matrices, (row, col), it = with_responses(moments.matrices), vector.products, at.item
    scale, sigma = matrices.scales, moments.cov[..., row, col]
    distance = (matrices.thresholds - moments.mean[..., it])[..., None]
    thresholds = scale[..., it, None] * (by.thresholds - by.mean[..., it, :]) + distance * by.scales[..., it, :]
    parts = [thresholds, by.mean[..., vector.numeric, :]]
    if at.covariates.size:
        reach = moments.reach[..., at.kept[:, None], at.covariates]
        slopes = scale[..., at.kept, None, None] * by.slopes
        slopes = slopes + reach[..., None] * by.scales[..., at.kept, None, :]
        parts.append(slopes.reshape(*slopes.shape[:-3], -1, slopes.shape[-1]))
    both = (scale[..., row] * scale[..., col])[..., None] * by.cov[..., _place(row, col), :]
    both += (sigma * scale[..., col])[..., None] * by.scales[..., row, :]
    both += (sigma * scale[..., row])[..., None] * by.scales[..., col, :]
    return np.concatenate([*parts, both], axis=-2)


def curvature(
    vector: MomentVector,
    structure: Structure,
    point: Point,
    slope: Slopes,
    by: PartDerivatives,
    pull: Pull,
    v: FloatArray,
) -> FloatArray:
    """Minus the second derivatives (..., E, E) of ``v'm`` by the entries, if no predictor's variance follows.

    With u = (Sigma, mu, tau, Delta, Pi) they are the derivatives by u times the curvature of u (`bending`), and the
    curvature of m in u, in which each term has the scale factors d as factors:
    ``sum_i d_i (sum v tau_i - mu_i) + sum_i d_i sum_k v Pi_ik + sum_(i > j) d_i d_j v Sigma_ij``.
    """
    at, moments = vector.responses, point.moments
    bent = bending(structure, point, slope)
    if at.covariates.size:
        along = (slope.stack.mT @ pull.slopes)[..., structure.left, :]
        total = point.moments.total.reshape(*bent.shape[:-2], -1)
        places = np.minimum(structure.pairs.reach, total.shape[-1] - 1)
        reach = np.where(structure.pairs.reach < total.shape[-1], total.take(places, axis=-1), 0.0)
        shift = reach * (along @ slope_levels(structure, moments).mT)
        bent = bent - shift - shift.mT
    if not at.scaled and not (structure.kind == DELTA).any():
        return bent
    matrices = with_responses(moments.matrices)
    by_threshold, _, by_slope, by_product = vector.parts(v)
    weight = np.zeros(moments.cov.shape)
    row, col = vector.products
    weight[..., row, col] = weight[..., col, row] = np.where(row == col, 0.0, by_product)
    item = np.arange(structure.p)
    first, second = np.meshgrid(item, item, indexing="ij")
    cross = np.einsum(
        "...ij,...j,...ije->...ie", weight, matrices.scales, by.cov[..., _place(first, second), :], optimize=True
    )
    lifted = by.thresholds - by.mean[..., at.item, :]
    cross += vector.onto.T @ (by_threshold[..., None] * lifted)
    if at.covariates.size:
        cross[..., at.kept, :] += (by_slope[..., None] * by.slopes).sum(axis=-2)
    mixed = by.scales.mT @ cross
    bent = bent - mixed - mixed.mT - by.scales.mT @ ((weight * moments.cov) @ by.scales)
    if at.scaled:
        variance = np.einsum("...ii->...i", moments.cov)[..., at.ordered]
        own = by.cov[..., _variances(structure.p)[at.ordered], :]
        turned = 0.75 * variance**-2.5 * pull.scales[..., at.ordered]
        bent = bent - own.mT @ (turned[..., None] * own)
    return np.asarray(bent)


def _variances(p: int) -> IntArray:
    """Places of the variances in a lower triangle by rows."""
    return np.arange(p) * (np.arange(p) + 3) // 2


def _place(row: IntArray, col: IntArray) -> IntArray:
    """Places of covariances in a lower triangle by rows."""
    high, low = np.maximum(row, col), np.minimum(row, col)
    return np.asarray(high * (high + 1) // 2 + low)
