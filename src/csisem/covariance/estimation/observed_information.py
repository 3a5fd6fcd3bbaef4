"""Observed information: exact second derivatives of the discrepancy."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import Point, ScaledMoments, Slopes, collect_square, plain_square
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import moment_slopes, weighed


def observed_information(structure: Structure, sample: ScaledMoments, point: Point, slope: Slopes) -> GroupedMatrix:
    """Second derivatives of the discrepancy by the free parameters, of R samples.

    With W = Sigma^-1, T = S + d d', d = mean - mu and d Sigma_k = a b' + b a', everything whitened by the Cholesky
    factor, the entry (k, l) is

        ``-tr(Sigma_k Sigma_l)/2 + tr(T Sigma_k Sigma_l) + tr((I - T) Sigma_kl)/2``
        ``+ mu_k' mu_l + d'(Sigma_k mu_l + Sigma_l mu_k) - mu_kl' d``.

    The first line is the covariance part (Magnus and Neudecker 1999, chapter 15); Sigma_kl and mu_kl follow from the
    derivatives of a, b and the mean factors (`bending`).
    """
    pairs, plain, excess = structure.pairs, slope.plain, slope.excess
    aa, ab, ba, bb = (plain.take(places, axis=-1) for places in (pairs.aa, pairs.ab, pairs.ba, pairs.bb))
    m_aa, m_ab, m_bb = (excess.take(places, axis=-1) for places in (pairs.aa, pairs.ab, pairs.bb))
    # tr(T Sigma_k Sigma_l) = (b_k.a_l) a_k'T b_l + (b_k.b_l) a_k'T a_l + (a_k.a_l) b_k'T b_l + (a_k.b_l) b_k'T a_l.
    # With T = I - M that is twice the expected information less the products with M; the last term is the first with k
    # and l exchanged.
    crossed = ba * m_ab
    square = ab * ba + aa * (bb - m_bb) - bb * m_aa - crossed - crossed.mT
    square *= structure.halves
    if structure.meanstructure:
        # d' Sigma_k mu_l = (d.a_k)(b_k.mu_l) + (d.b_k)(a_k.mu_l)
        level, pull = slope.level[..., None, :], slope.pull[..., :, None]
        pull_b = _pull_b(structure, slope, point)[..., :, None]
        mixed = (pull * ba + pull_b * aa) * (structure.half[:, None] * level)
        square += aa * (level.mT * level) + mixed + mixed.mT
    square += bending(structure, point, slope)
    return collect_square(structure, sample, square)


def quadratic_information(structure: Structure, sample: ScaledMoments, point: Point, slope: Slopes) -> GroupedMatrix:
    """Second derivatives, of R samples, of a discrepancy that is quadratic in the moments, whitened by a fixed matrix.

    In the notation of `observed_information` they are
    ``tr(Sigma_k Sigma_l)/2 + tr((I - T) Sigma_kl)/2 + mu_k' mu_l - mu_kl' d``.
    """
    return collect_square(structure, sample, plain_square(structure, slope) + bending(structure, point, slope))


def chained(
    structure: Structure, sample: ScaledMoments, point: Point, slope: Slopes, weight: FloatArray, *, bent: bool
) -> GroupedMatrix:
    """Second derivatives by the free parameters, of R samples, from those by the moments, ``weight`` (R, G, s, s).

    The moments are scaled as in ``point`` and ``slope``: not whitened, or whitened by a fixed diagonal. ``bent`` adds
    the curvature of the moments themselves. A diagonal weight may be given as (R, G, s).
    """
    moved = moment_slopes(slope.a, slope.b, slope.mean if structure.meanstructure else None)
    square = moved.mT @ weighed(weight, moved)
    if bent:
        square = square + bending(structure, point, slope)
    return collect_square(structure, sample, square)


def _pull_b(structure: Structure, slope: Slopes, point: Point) -> FloatArray:
    """``b'd`` for every entry, without the factor of b, (R, G, E)."""
    pulled: FloatArray = np.matmul(slope.stack.mT, point.distance[..., None])[..., 0]
    return pulled.take(structure.right, axis=-1)


def bending(structure: Structure, point: Point, slope: Slopes) -> FloatArray:
    """``tr((I - T) Sigma_kl)/2 - mu_kl' d`` for all pairs of entries, (R, G, E, E).

    The first is ``b_k' M da_k/dl + a_k' M db_k/dl`` with M = I - T. The derivative by a loading or path l at (r, c) is
    a_l times A_ci for a column ``(Lambda A)_i``, and a_l times Phi_cj for a column ``(Lambda Phi)_j``; the latter has
    b_l times A_jr added for a path, and is a_l times A_jc plus b_l times A_jr for a latent covariance. Every pair of a
    loading or path k with a path or latent covariance l therefore contributes ``a_k'M b_l A_(col k, row l)``, with a
    latent covariance ``a_k'M a_l A_(col k, col l)`` as well, and every pair of loadings or paths
    ``a_k'M a_l Phi_(col k, col l)``.

    For the second, with mu_k = t_k a_k, every pair of a loading or path k with a path or latent mean l contributes
    ``-(d.a_k) t_l A_(col k, row l)``, from the derivative of a_l or of t_k.
    """
    pairs, total, latent_cov = structure.pairs, point.moments.total, point.moments.latent_cov
    if not structure.m:
        # Without latent variables the entries are the moments, which have no curvature.
        return np.zeros((*total.shape[:-2], *pairs.aa.shape))
    moves = np.zeros((*total.shape[:-2], 2 * structure.m + 1, structure.m))
    moves[..., : structure.m, :], moves[..., structure.m : -1, :] = total, latent_cov
    moves = moves.reshape(*total.shape[:-2], -1)
    reach = moves.take(pairs.reach, axis=-1)
    half = slope.excess.take(pairs.ab, axis=-1) * reach
    bent = half + half.mT + slope.excess.take(pairs.aa, axis=-1) * moves.take(pairs.bend, axis=-1)
    bent *= structure.halves
    if structure.meanstructure:
        shift = reach * (slope.pull[..., :, None] * slope.level[..., None, :])
        bent -= shift + shift.mT
    return bent
