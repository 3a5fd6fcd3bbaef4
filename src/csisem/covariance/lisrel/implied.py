"""Implied means and covariances of a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.lisrel.matrices import Matrices


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """Implied moments, with the parts that derivatives need.

    Attributes
    ----------
    matrices
        The matrices that imply them.
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
        return np.asarray(self.matrices.loadings @ self.total)

    @property
    def latent_mean(self) -> FloatArray:
        """A alpha (..., m)."""
        return _times(self.total, self.matrices.means)

    @property
    def mean(self) -> FloatArray:
        """Implied means nu + Lambda A alpha, (..., p); not used in models without means."""
        return self.matrices.intercepts + _times(self.matrices.loadings, self.latent_mean)


def _times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    return np.asarray(np.matmul(matrices, vectors[..., None])[..., 0])


@lru_cache(maxsize=64)
def _identity(m: int) -> FloatArray:
    identity = np.eye(m)
    identity.setflags(write=False)
    return identity


def total_effects(paths: FloatArray) -> FloatArray:
    """A = (I - B)^-1 of a batch; nan for members whose feedback loops have no equilibrium."""
    identity = _identity(paths.shape[-1])
    direct = identity - paths
    try:
        return np.asarray(np.linalg.inv(direct), dtype=direct.dtype)
    except np.linalg.LinAlgError:
        # LAPACK fails for the whole batch if a pivot of one member is zero; so is its determinant then, in any units.
        with np.errstate(invalid="ignore"):
            singular = np.asarray(np.linalg.det(direct) == 0)[..., None, None]
        return np.where(singular, np.nan, np.linalg.inv(np.where(singular, identity, direct)))


def implied(matrices: Matrices) -> Implied:
    """Compute Sigma = Lambda (I-B)^-1 Psi (I-B)^-T Lambda' + Theta and mu (Bollen 1989, eq. 8.31-8.36).

    Works on complex matrices too, without conjugation, so that derivatives can be taken by a complex step.
    """
    total, loadings = total_effects(matrices.paths), matrices.loadings
    latent_cov = total @ matrices.latent @ total.mT
    cross = loadings @ latent_cov
    return Implied(matrices, total, latent_cov, cross, cross @ loadings.mT + matrices.residual)
