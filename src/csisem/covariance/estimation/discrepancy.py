"""The normal-theory discrepancy, its gradient and expected information."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import Implied, implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.covariance.lisrel.structure import Structure


@dataclass(frozen=True, slots=True, eq=False)
class ScaledMoments:
    """Moments of R samples of G groups, scaled for the discrepancy.

    Attributes
    ----------
    mean, cov
        (R, G, p) and (R, G, p, p); with likelihood "wishart" the covariances have divisor n - 1.
    share
        Weight of each group in the objective, (R, G), summing to 1.
    """

    mean: FloatArray
    cov: FloatArray
    share: FloatArray

    def take(self, members: IntArray) -> ScaledMoments:
        """Return some of the R samples."""
        return ScaledMoments(self.mean[members], self.cov[members], self.share[members])

    def marginals(self) -> tuple[FloatArray, FloatArray]:
        """Means and variances (R, G, p)."""
        return self.mean, np.linalg.diagonal(self.cov)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The discrepancy at one parameter vector per sample.

    Attributes
    ----------
    theta
        (R, q).
    value
        Half the discrepancy, (R,), inf where it does not exist. Under normal theory
        ``sum_g share_g (log|Sigma| + tr(Sigma^-1 T)) / 2``, for a positive definite Sigma.
    matrices, moments
        The model's matrices and implied moments at ``theta``.
    white
        Inverse Cholesky factor C^-1 of Sigma, or of the matrix by which the discrepancy whitens, (R, G, p, p).
    away
        I - C^-1 T C^-T with T = S + d d', d = mean - mu, (R, G, p, p). It is kept instead of the whitened T, so that no
        digit is lost where it is small, as it is in a matrix whitened by something else than Sigma.
    distance
        C^-1 d, (R, G, p), where means are modelled; not used otherwise.
    """

    theta: FloatArray
    value: FloatArray
    matrices: Matrices
    moments: Implied
    white: FloatArray
    away: FloatArray
    distance: FloatArray


def evaluate(structure: Structure, sample: ScaledMoments, theta: FloatArray) -> Point:
    """Compute the discrepancy of R samples at ``theta`` (R, q)."""
    matrices = structure.matrices(theta)
    moments = implied(matrices)
    white, logdet = cholesky(moments.cov)
    whitened = white @ sample.cov @ white.mT
    distance = sample.mean
    if structure.meanstructure:
        distance = np.matmul(white, (sample.mean - moments.mean)[..., None])[..., 0]
        whitened = whitened + distance[..., :, None] * distance[..., None, :]
    value = weighted_sum(sample.share, (logdet + np.einsum("...ii->...", whitened)) / 2)
    return Point(theta, value, matrices, moments, white, structure.unit - whitened, distance)


def weighted_sum(share: FloatArray, value: FloatArray) -> FloatArray:
    """Discrepancies (R,) from those of groups or patterns (R, G) and their shares; inf where one does not exist."""
    total: FloatArray = (share * value).sum(axis=-1)
    total[~np.isfinite(total)] = np.inf
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """First derivatives, and the inner products from which both information matrices are computed.

    The derivative of Sigma by an entry is ``a b' + b a'``, where a and b are columns of the whitened
    ``[I, Lambda A, Lambda Phi]``. The inner products of these s = p + 2 m columns therefore serve all pairs of entries.

    Attributes
    ----------
    structure
        The model, which says which columns are a and b of an entry.
    stack
        The whitened columns, (R, G, p, s).
    plain, excess
        Their inner products, and those through I - T (`Point.away`), flat: (R, G, s s).
    level, pull
        With means, the derivative of mu by an entry is ``t a``: t, and ``a'd`` with the whitened distance d, (R, G, E).
        Empty otherwise.
    gradient
        Gradient of the discrepancy by the free parameters, (R, q).
    """

    structure: Structure
    stack: FloatArray
    plain: FloatArray
    excess: FloatArray
    level: FloatArray
    pull: FloatArray
    gradient: FloatArray

    @property
    def a(self) -> FloatArray:
        """First factors, (R, G, p, E)."""
        return self.stack.take(self.structure.left, axis=-1)

    @property
    def b(self) -> FloatArray:
        """Second factors, (R, G, p, E)."""
        return self.stack.take(self.structure.right, axis=-1) * self.structure.half

    @property
    def mean(self) -> FloatArray:
        """Whitened derivatives of mu, (R, G, p, E); all zero without a mean structure."""
        return self.a * self.level[..., None, :] if self.structure.meanstructure else np.zeros_like(self.a)


def slopes(
    structure: Structure, sample: ScaledMoments, point: Point, more: Callable[[FloatArray], FloatArray] | None = None
) -> Slopes:
    """First derivatives of the discrepancy, from factors whitened by the Cholesky factor.

    ``more`` gives the part of the gradient by the entries (R, G, E) that is not by mu and Sigma, from the columns.
    """
    white, moments = point.white, point.moments
    stack = np.concatenate([white, white @ moments.reach, white @ moments.cross], axis=-1)
    across, flat = stack.mT, (*stack.shape[:-2], -1)
    plain = (across @ stack).reshape(flat)
    excess = (across @ (point.away @ stack)).reshape(flat)
    entry = excess.take(structure.own, axis=-1) * structure.half
    level = pull = entry[..., :0]
    if structure.meanstructure:
        latent_mean = moments.latent_mean
        ends = np.broadcast_to([0.0, 1.0], (*latent_mean.shape[:-1], 2))
        level = np.concatenate([latent_mean, ends], axis=-1).take(structure.level, axis=-1)
        pull = np.matmul(across, point.distance[..., None])[..., 0].take(structure.left, axis=-1)
        entry = entry - level * pull
    if more is not None:
        entry = entry + more(stack)
    return Slopes(structure, stack, plain, excess, level, pull, _collect(structure, sample, entry))


def _collect(structure: Structure, sample: ScaledMoments, entry: FloatArray) -> FloatArray:
    """Sum an entry-space gradient (R, G, E) over groups into free parameters (R, q)."""
    if structure.direct:
        return entry[..., 0, :]
    weighted = entry * sample.share[..., None]
    return structure.partition.gathered(np.matmul(weighted[..., None, :], structure.map)[..., 0, :])


def collect_square(structure: Structure, sample: ScaledMoments, square: FloatArray) -> GroupedMatrix:
    """Sum an entry-space square matrix (R, G, E, E) over groups into R matrices of the free parameters."""
    if structure.direct:
        return GroupedMatrix.of(structure.partition, square)
    weighted = square * sample.share[..., None, None]
    return GroupedMatrix.of(structure.partition, structure.map.mT @ weighted @ structure.map)


def expected_information(structure: Structure, sample: ScaledMoments, slope: Slopes) -> GroupedMatrix:
    """Expected information per observation, of R samples, from inner products of the whitened factors.

    ``tr(W dSigma_k W dSigma_l)/2 + dmu_k' W dmu_l`` with dSigma = a b' + b a' is
    ``(a_k.b_l)(b_k.a_l) + (a_k.a_l)(b_k.b_l) + mu_k.mu_l``.
    """
    return collect_square(structure, sample, plain_square(structure, slope))


def plain_square(structure: Structure, slope: Slopes) -> FloatArray:
    """``tr(Sigma_k Sigma_l)/2 + mu_k' mu_l`` of all pairs of entries, (R, G, E, E), everything whitened."""
    pairs = structure.pairs
    aa, ab, ba, bb = (slope.plain.take(places, axis=-1) for places in (pairs.aa, pairs.ab, pairs.ba, pairs.bb))
    square: FloatArray = (ab * ba + aa * bb) * structure.halves
    if structure.meanstructure:
        square += aa * (slope.level[..., :, None] * slope.level[..., None, :])
    return square
