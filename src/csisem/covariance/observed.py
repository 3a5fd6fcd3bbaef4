"""Observed information: exact second derivatives of the discrepancy, from Gram products and the chain rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Grams, Point, Sample, Slopes, collect_square, grams
from csisem.covariance.structure import Structure

FloatArray = NDArray[np.float64]


def observed_information(structure: Structure, sample: Sample, point: Point, slope: Slopes) -> FloatArray:
    """Second derivatives of the discrepancy by the free parameters, (R, q, q).

    With W = Sigma^-1, T = S + d d', d = mean - mu and d Sigma_k = a b' + b a', everything whitened by the Cholesky
    factor, the entry (k, l) is

        ``-tr(Sigma_k Sigma_l)/2 + tr(T Sigma_k Sigma_l) + tr((I - T) Sigma_kl)/2``
        ``+ mu_k' mu_l + d'(Sigma_k mu_l + Sigma_l mu_k) - mu_kl' d``.

    The first line is the covariance part (Magnus and Neudecker 1999, chapter 15); Sigma_kl and mu_kl follow from how
    a, b and the mean factors themselves move (`_motion`).
    """
    plain, weighted = grams(slope.factors, slope.factors), grams(slope.factors, slope.pulled)
    square = _curvature(plain, weighted) + _bending(structure, point, plain, weighted)
    if structure.meanstructure:
        square = square + _mean_curvature(structure, point, slope)
    return collect_square(structure, sample, square)


def _gram(left: FloatArray, right: FloatArray) -> FloatArray:
    product: FloatArray = np.swapaxes(left, -1, -2) @ right
    return product


def _curvature(plain: Grams, weighted: Grams) -> FloatArray:
    """``tr(T Sigma_k Sigma_l) - tr(Sigma_k Sigma_l)/2`` for all pairs of entries."""
    ba = np.swapaxes(plain.ab, -1, -2)
    # tr(T Sigma_k Sigma_l) = (b_k.a_l) a_k'T b_l + (b_k.b_l) a_k'T a_l + (a_k.a_l) b_k'T b_l + (a_k.b_l) b_k'T a_l,
    # and the last of these is the first with k and l exchanged.
    first = ba * (weighted.ab - plain.ab)
    curvature: FloatArray = (
        first + np.swapaxes(ba * weighted.ab, -1, -2) + plain.bb * weighted.aa + plain.aa * (weighted.bb - plain.bb)
    )
    return curvature


def _motion(structure: Structure, point: Point) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How entry l moves the factors of entry k, as scalars on the whitened vectors of entry l.

    For an entry l at (r, c): a column ``(Lambda A)_i`` moves by ``v_l A_ci`` where v_l is a_l, for loadings and paths
    only; a column ``(Lambda Phi)_j`` moves by ``v_l Phi_cj``, by ``(Lambda Phi)_c A_jr`` more for paths, and by
    ``(Lambda A)_r A_jc + (Lambda A)_c A_jr`` for latent covariances.

    Returns three arrays (R, G, E, m), entry l by structural column: the scalar on a_l for a reach column, and those on
    a_l and b_l for a cross column.
    """
    moments = point.moments
    lam, beta, psi = structure.slices["lambda"], structure.slices["beta"], structure.slices["psi"]
    row, col = structure.row, structure.col
    shape = (*moments.total.shape[:-2], len(row), structure.m)
    reach_by, cross_a, cross_b = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    both = slice(lam.start, beta.stop)
    total_t = np.swapaxes(moments.total, -1, -2)
    reach_by[..., both, :] = moments.total[..., col[both], :]
    cross_a[..., both, :] = moments.latent_cov[..., col[both], :]
    cross_b[..., beta, :] = total_t[..., row[beta], :]
    cross_a[..., psi, :] = total_t[..., col[psi], :] * structure.half[psi, None]
    # b_l of a latent variance carries a half already; the two terms of a variance together give A_jr once.
    cross_b[..., psi, :] = total_t[..., row[psi], :]
    return reach_by, cross_a, cross_b


def _bending(structure: Structure, point: Point, plain: Grams, weighted: Grams) -> FloatArray:
    """``tr((I - T) Sigma_kl)/2`` = ``b_k' M da_k/dl + a_k' M db_k/dl`` with M = I - T, for all pairs of entries."""
    reach_by, cross_a, cross_b = _motion(structure, point)
    a_ma, a_mb = plain.aa - weighted.aa, plain.ab - weighted.ab
    b_ma = np.swapaxes(a_mb, -1, -2)
    bending = np.zeros(a_ma.shape)
    lam, beta, psi = structure.slices["lambda"], structure.slices["beta"], structure.slices["psi"]
    row, col, half = structure.row, structure.col, structure.half
    # a_k is a reach column for paths and latent covariances; it moves along a_l.
    moving = slice(beta.start, psi.stop)
    bending[..., moving, :] += b_ma[..., moving, :] * np.swapaxes(reach_by[..., row[moving]], -1, -2)
    # b_k is a cross column for loadings and paths; it moves along a_l and b_l.
    loads = slice(lam.start, beta.stop)
    bending[..., loads, :] += a_ma[..., loads, :] * np.swapaxes(cross_a[..., col[loads]], -1, -2)
    bending[..., loads, :] += a_mb[..., loads, :] * np.swapaxes(cross_b[..., col[loads]], -1, -2)
    # b_k is a reach column (halved on the diagonal) for latent covariances; it moves along a_l.
    bending[..., psi, :] += a_ma[..., psi, :] * np.swapaxes(reach_by[..., col[psi]] * half[psi], -1, -2)
    return bending


def _mean_curvature(structure: Structure, point: Point, slope: Slopes) -> FloatArray:
    """``mu_k' mu_l + d'(Sigma_k mu_l + Sigma_l mu_k) - mu_kl' d`` for all pairs of entries."""
    a, b, mean = slope.a, slope.b, slope.mean
    distance = point.distance[..., None]
    da, db = _gram(a, distance), _gram(b, distance)
    # d' Sigma_k mu_l = (d.a_k)(b_k.mu_l) + (d.b_k)(a_k.mu_l)
    mixed = da * _gram(b, mean) + db * _gram(a, mean)
    square = _gram(mean, mean) + mixed + np.swapaxes(mixed, -1, -2)
    reach_by, _, _ = _motion(structure, point)
    latent_mean = point.moments.latent_mean
    lam, beta, alpha = structure.slices["lambda"], structure.slices["beta"], structure.slices["alpha"]
    row, col = structure.row, structure.col
    # mu_k = t_k a_k. First a_k moves along a_l (paths and latent means) ...
    along = np.swapaxes(da, -1, -2)
    factor = np.zeros((*latent_mean.shape[:-1], len(row)))
    factor[..., beta] = latent_mean[..., col[beta]]
    factor[..., alpha] = 1.0
    for entries in (beta, alpha):
        moved = np.swapaxes(reach_by[..., row[entries]], -1, -2)
        square[..., entries, :] -= factor[..., entries, None] * moved * along
    # ... then t_k = (A alpha)_j moves: by A_jr (A alpha)_c for a path, by A_jr for a latent mean.
    total_t = np.swapaxes(point.moments.total, -1, -2)
    shift = np.zeros((*latent_mean.shape[:-1], len(row), structure.m))
    shift[..., beta, :] = total_t[..., row[beta], :] * latent_mean[..., col[beta], None]
    shift[..., alpha, :] = total_t[..., row[alpha], :]
    loads = slice(lam.start, beta.stop)
    square[..., loads, :] -= np.swapaxes(shift[..., col[loads]], -1, -2) * da[..., loads, :]
    return square
