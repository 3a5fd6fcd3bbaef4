"""The normal-theory discrepancy, its gradient and both information matrices, batched over samples and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.cholesky import cholesky
from csisem.covariance.implied import Implied, implied
from csisem.covariance.matrices import Matrices
from csisem.covariance.structure import Structure

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Sample moments of R samples and G groups as the discrepancy wants them.

    Attributes
    ----------
    mean, cov
        (R, G, p) and (R, G, p, p); for likelihood "wishart" the covariances have divisor n - 1.
    share
        Weight of each group in the objective, (R, G), summing to 1.
    """

    mean: FloatArray
    cov: FloatArray
    share: FloatArray

    def take(self, members: NDArray[np.intp]) -> Sample:
        """Return some of the R samples."""
        return Sample(self.mean[members], self.cov[members], self.share[members])


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The discrepancy at one parameter vector per sample.

    Attributes
    ----------
    theta
        (R, q).
    value
        Half the discrepancy, (R,), inf where it does not exist: ``sum_g share_g (log|Sigma| + tr(Sigma^-1 T)) / 2`` and
        a positive definite Sigma under normal theory.
    matrices, moments
        Where it was computed.
    white
        Inverse Cholesky factor C^-1 of Sigma, or of what else the discrepancy whitens by, (R, G, p, p).
    whitened
        C^-1 T C^-T with T = S + d d', d = mean - mu, (R, G, p, p).
    distance
        C^-1 d, (R, G, p), where means are modelled; not used otherwise.
    """

    theta: FloatArray
    value: FloatArray
    matrices: Matrices
    moments: Implied
    white: FloatArray
    whitened: FloatArray
    distance: FloatArray


def evaluate(structure: Structure, sample: Sample, theta: FloatArray) -> Point:
    """Compute the discrepancy of R samples at ``theta`` (R, q)."""
    matrices = structure.matrices(theta)
    moments = implied(matrices)
    white, logdet = cholesky(moments.cov)
    half = white @ sample.cov
    whitened = half @ np.swapaxes(white, -1, -2)
    distance = sample.mean
    if structure.meanstructure:
        distance = np.matmul(white, (sample.mean - moments.mean)[..., None])[..., 0]
        whitened = whitened + distance[..., :, None] * distance[..., None, :]
    kernel = (logdet + np.einsum("...ii->...", whitened)) / 2
    value = (sample.share * kernel).sum(axis=-1)
    value[~np.isfinite(value)] = np.inf
    return Point(theta, value, matrices, moments, white, whitened, distance)


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """First derivatives and the pieces shared by the information matrices, in entry space.

    Attributes
    ----------
    factors
        Whitened derivative factors of Sigma side by side, a then b, (R, G, p, 2 E): d Sigma = a b' + b a'.
    pulled
        T times the factors, T the whitened sample moments, (R, G, p, 2 E).
    mean
        Whitened derivatives of mu, (R, G, p, E); all zero without a mean structure.
    gradient
        Of the discrepancy by the free parameters, (R, q).
    """

    factors: FloatArray
    pulled: FloatArray
    mean: FloatArray
    gradient: FloatArray

    @property
    def a(self) -> FloatArray:
        """First factors, (R, G, p, E)."""
        return self.factors[..., : self.factors.shape[-1] // 2]

    @property
    def b(self) -> FloatArray:
        """Second factors, (R, G, p, E)."""
        return self.factors[..., self.factors.shape[-1] // 2 :]


def slopes(structure: Structure, sample: Sample, point: Point) -> Slopes:
    """Gradient of the discrepancy, from derivative factors whitened by the Cholesky factor."""
    white, moments = point.white, point.moments
    stack = np.concatenate([white, white @ moments.reach, white @ moments.cross], axis=-1)
    factors = stack[..., structure.columns] * structure.scale
    pulled = point.whitened @ factors
    entries = len(structure.row)
    a, b = factors[..., :entries], factors[..., entries:]
    entry = ((a - pulled[..., :entries]) * b).sum(axis=-2)
    mean = np.zeros_like(a)
    if structure.meanstructure:
        mean = a * _mean_factor(structure, point)[..., None, :]
        entry = entry - (mean * point.distance[..., :, None]).sum(axis=-2)
    return Slopes(factors, pulled, mean, _collect(structure, sample, entry))


def _mean_factor(structure: Structure, point: Point) -> FloatArray:
    """Scalars t with d mu = t * a: latent means for loadings and paths, 1 for intercepts and latent means."""
    latent_mean = point.moments.latent_mean
    factor = np.zeros((*latent_mean.shape[:-1], len(structure.row)))
    both = slice(structure.slices["lambda"].start, structure.slices["beta"].stop)
    factor[..., both] = latent_mean[..., structure.col[both]]
    factor[..., structure.covariance_entries :] = 1.0
    return factor


def _collect(structure: Structure, sample: Sample, entry: FloatArray) -> FloatArray:
    """Sum an entry-space gradient (R, G, E) over groups into free parameters (R, q)."""
    if structure.order is not None:
        return entry[..., 0, structure.order]
    weighted = entry * sample.share[..., None]
    gradient: FloatArray = np.matmul(weighted[..., None, :], structure.map)[..., 0, :].sum(axis=-2)
    return gradient


def collect_square(structure: Structure, sample: Sample, square: FloatArray) -> FloatArray:
    """Sum an entry-space square matrix (R, G, E, E) over groups into free parameters (R, q, q)."""
    if structure.order is not None:
        return square[..., 0, :, :].take(structure.order, axis=-2).take(structure.order, axis=-1)
    weighted = square * sample.share[..., None, None]
    collected: FloatArray = (np.swapaxes(structure.map, -1, -2) @ weighted @ structure.map).sum(axis=-3)
    return collected


class Grams(NamedTuple):
    """Inner products of the factors of all pairs of entries, each (R, G, E, E)."""

    aa: FloatArray
    ab: FloatArray
    bb: FloatArray


def grams(left: FloatArray, right: FloatArray) -> Grams:
    """Inner products of two sets of factors (R, G, p, 2 E), in one product."""
    product = np.swapaxes(left, -1, -2) @ right
    half = product.shape[-1] // 2
    return Grams(product[..., :half, :half], product[..., :half, half:], product[..., half:, half:])


def expected_information(structure: Structure, sample: Sample, slope: Slopes) -> FloatArray:
    """Expected information per observation, (R, q, q), from Gram products of the whitened factors.

    ``tr(W dSigma_k W dSigma_l)/2 + dmu_k' W dmu_l`` with dSigma = a b' + b a' is
    ``(a_k.b_l)(b_k.a_l) + (a_k.a_l)(b_k.b_l) + mu_k.mu_l``.
    """
    square = plain_square(structure, slope, grams(slope.factors, slope.factors))
    return collect_square(structure, sample, square)


def plain_square(structure: Structure, slope: Slopes, plain: Grams) -> FloatArray:
    """``tr(Sigma_k Sigma_l)/2 + mu_k' mu_l`` of all pairs of entries, (R, G, E, E), everything whitened."""
    aa, ab, bb = plain
    square: FloatArray = ab * np.swapaxes(ab, -1, -2) + aa * bb
    if structure.meanstructure:
        square = square + np.swapaxes(slope.mean, -1, -2) @ slope.mean
    return square
