"""Moments that the matrices imply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.lisrel.matrices import Matrices


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """Implied moments, with the pieces that derivatives need.

    Attributes
    ----------
    matrices
        Where they come from.
    total
        A = (I - B)^-1, shape (..., m, m): total effects plus the identity.
    latent_cov
        Phi = A Psi A' (..., m, m).
    cross
        Lambda Phi, the covariances of observed with structural variables, shape (..., p, m).
    cov
        Sigma = Lambda Phi Lambda' + Theta (..., p, p).
    """

    matrices: Matrices
    total: FloatArray
    latent_cov: FloatArray
    cross: FloatArray
    cov: FloatArray

    def member(self, number: int) -> Implied:
        """One member of the first batch axis."""
        arrays = (self.total, self.latent_cov, self.cross, self.cov)
        return Implied(self.matrices.member(number), *(array[number] for array in arrays))

    @property
    def reach(self) -> FloatArray:
        """Lambda A, shape (..., p, m)."""
        reach: FloatArray = self.matrices.loadings @ self.total
        return reach

    @property
    def latent_mean(self) -> FloatArray:
        """A alpha (..., m)."""
        return _times(self.total, self.matrices.means)

    @property
    def mean(self) -> FloatArray:
        """The implied means nu + Lambda A alpha (..., p); models without means never ask for it."""
        return self.matrices.intercepts + _times(self.matrices.loadings, self.latent_mean)


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    product: FloatArray = np.matmul(matrices, vectors[..., None])[..., 0]
    return product


@lru_cache(maxsize=64)
def _identity(m: int) -> FloatArray:
    identity = np.eye(m)
    identity.setflags(write=False)
    return identity


def total_effects(paths: FloatArray) -> FloatArray:
    """A = (I - B)^-1 of a batch; nan for members whose loop of paths has no equilibrium."""
    identity = _identity(paths.shape[-1])
    moved = identity - paths
    try:
        return np.asarray(np.linalg.inv(moved), dtype=moved.dtype)
    except np.linalg.LinAlgError:
        # LAPACK refuses a batch for one member.
        singular = np.asarray(np.linalg.matrix_rank(moved) < moved.shape[-1])[..., None, None]
        return np.where(singular, np.nan, np.linalg.inv(np.where(singular, identity, moved)))


def implied(matrices: Matrices) -> Implied:
    """Compute Sigma = Lambda (I-B)^-1 Psi (I-B)^-T Lambda' + Theta and mu (Bollen 1989, eq. 8.31-8.36).

    Works on complex matrices too, without conjugation, so that derivatives can be taken by a complex step.
    """
    total, loadings = total_effects(matrices.paths), matrices.loadings
    latent_cov = total @ matrices.latent @ total.mT
    cross = loadings @ latent_cov
    return Implied(matrices, total, latent_cov, cross, cross @ loadings.mT + matrices.residual)
