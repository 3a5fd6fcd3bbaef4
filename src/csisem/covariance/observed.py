"""Observed information: exact second derivatives of the discrepancy, from Gram products and the chain rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Grams, Point, Sample, Slopes, collect_square, grams, plain_square
from csisem.covariance.structure import Structure
from csisem.covariance.vech import moment_slopes, weighed

FloatArray = NDArray[np.float64]


def observed_information(structure: Structure, sample: Sample, point: Point, slope: Slopes) -> FloatArray:
    """Second derivatives of the discrepancy by the free parameters, (R, q, q).

    With W = Sigma^-1, T = S + d d', d = mean - mu and d Sigma_k = a b' + b a', everything whitened by the Cholesky
    factor, the entry (k, l) is

        ``-tr(Sigma_k Sigma_l)/2 + tr(T Sigma_k Sigma_l) + tr((I - T) Sigma_kl)/2``
        ``+ mu_k' mu_l + d'(Sigma_k mu_l + Sigma_l mu_k) - mu_kl' d``.

    The first line is the covariance part (Magnus and Neudecker 1999, chapter 15); Sigma_kl and mu_kl follow from how
    a, b and the mean factors themselves move (`_bending`).
    """
    plain, weighted = grams(slope.factors, slope.factors), grams(slope.factors, slope.pulled)
    square = _curvature(plain, weighted) + _bending(structure, point, plain, weighted)
    if structure.meanstructure:
        square = square + _mean_curvature(point, slope) + _mean_bending(structure, point, slope)
    return collect_square(structure, sample, square)


def quadratic_information(structure: Structure, sample: Sample, point: Point, slope: Slopes) -> FloatArray:
    """Second derivatives (R, q, q) of a discrepancy that is quadratic in the moments, whitened by what is fixed.

    In the notation of `observed_information` they are
    ``tr(Sigma_k Sigma_l)/2 + tr((I - T) Sigma_kl)/2 + mu_k' mu_l - mu_kl' d``.
    """
    plain, weighted = grams(slope.factors, slope.factors), grams(slope.factors, slope.pulled)
    square = plain_square(structure, slope, plain) + _bending(structure, point, plain, weighted)
    if structure.meanstructure:
        square = square + _mean_bending(structure, point, slope)
    return collect_square(structure, sample, square)


def chained(
    structure: Structure, sample: Sample, point: Point, slope: Slopes, weight: FloatArray, *, bent: bool
) -> FloatArray:
    """Second derivatives by the free parameters, (R, q, q), from those by the moments, ``weight`` (R, G, s, s).

    The moments are those that ``point`` and ``slope`` speak of: unwhitened, or whitened by a diagonal that stays fixed.
    ``bent`` adds what the moments' own curvature brings. A diagonal weight may come as (R, G, s).
    """
    moved = moment_slopes(slope.a, slope.b, slope.mean if structure.meanstructure else None)
    square = np.swapaxes(moved, -1, -2) @ weighed(weight, moved)
    if bent:
        plain, weighted = grams(slope.factors, slope.factors), grams(slope.factors, slope.pulled)
        square = square + _bending(structure, point, plain, weighted)
        if structure.meanstructure:
            square = square + _mean_bending(structure, point, slope)
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


def _bending(structure: Structure, point: Point, plain: Grams, weighted: Grams) -> FloatArray:
    """``tr((I - T) Sigma_kl)/2`` = ``b_k' M da_k/dl + a_k' M db_k/dl`` with M = I - T, for all pairs of entries.

    Moving a loading or path at (r, c) moves a column ``(Lambda A)_i`` by a_l times A_ci and a column
    ``(Lambda Phi)_j`` by a_l times Phi_cj; a path moves the latter by b_l times A_jr more, and a latent covariance by
    a_l times A_jc and b_l times A_jr. Every pair of a loading or path k with a path or latent covariance l therefore
    brings ``a_k'M b_l A_(col k, row l)``, with a latent covariance ``a_k'M a_l A_(col k, col l)`` as well, and every
    pair of loadings or paths ``a_k'M a_l Phi_(col k, col l)``.
    """
    total, latent_cov = point.moments.total, point.moments.latent_cov
    row, col, half = structure.row, structure.col, structure.half
    loads = slice(structure.slices["lambda"].start, structure.slices["beta"].stop)
    moves = slice(structure.slices["beta"].start, structure.slices["psi"].stop)
    psi = structure.slices["psi"]
    a_ma, a_mb = plain.aa - weighted.aa, plain.ab - weighted.ab
    from_col = total[..., col[loads], :]
    pairs = np.zeros(a_ma.shape)
    pairs[..., loads, moves] = a_mb[..., loads, moves] * from_col[..., row[moves]]
    # b of a latent variance carries a half already, and so must a: together they give the variance once.
    pairs[..., loads, psi] += a_ma[..., loads, psi] * (from_col[..., col[psi]] * half[psi])
    bending: FloatArray = pairs + np.swapaxes(pairs, -1, -2)
    bending[..., loads, loads] += a_ma[..., loads, loads] * latent_cov[..., col[loads], :][..., col[loads]]
    return bending


def _mean_curvature(point: Point, slope: Slopes) -> FloatArray:
    """``mu_k' mu_l + d'(Sigma_k mu_l + Sigma_l mu_k)`` for all pairs of entries."""
    a, b, mean = slope.a, slope.b, slope.mean
    distance = point.distance[..., None]
    da, db = _gram(a, distance), _gram(b, distance)
    # d' Sigma_k mu_l = (d.a_k)(b_k.mu_l) + (d.b_k)(a_k.mu_l)
    mixed = da * _gram(b, mean) + db * _gram(a, mean)
    curvature: FloatArray = _gram(mean, mean) + mixed + np.swapaxes(mixed, -1, -2)
    return curvature


def _mean_bending(structure: Structure, point: Point, slope: Slopes) -> FloatArray:
    """``-mu_kl' d`` for all pairs of entries."""
    da = _gram(slope.a, point.distance[..., None])
    square = np.zeros((*da.shape[:-1], da.shape[-2]))
    latent_mean = point.moments.latent_mean
    lam, beta, alpha = structure.slices["lambda"], structure.slices["beta"], structure.slices["alpha"]
    row, col = structure.row, structure.col
    # mu_k = t_k a_k. First a_k moves along a_l (paths and latent means) ...
    loads = slice(lam.start, beta.stop)
    from_col, along = point.moments.total[..., col[loads], :], np.swapaxes(da[..., loads, :], -1, -2)
    factor = np.zeros((*latent_mean.shape[:-1], len(row)))
    factor[..., beta] = latent_mean[..., col[beta]]
    factor[..., alpha] = 1.0
    for entries in (beta, alpha):
        moved = np.swapaxes(from_col[..., row[entries]], -1, -2)
        square[..., entries, loads] -= factor[..., entries, None] * moved * along
    # ... then t_k = (A alpha)_j moves: by A_jr (A alpha)_c for a path, by A_jr for a latent mean.
    total_t = np.swapaxes(point.moments.total, -1, -2)
    shift = np.zeros((*latent_mean.shape[:-1], len(row), structure.m))
    shift[..., beta, :] = total_t[..., row[beta], :] * latent_mean[..., col[beta], None]
    shift[..., alpha, :] = total_t[..., row[alpha], :]
    square[..., loads, :] -= np.swapaxes(shift[..., col[loads]], -1, -2) * da[..., loads, :]
    return square
