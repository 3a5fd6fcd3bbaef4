"""Moments that the matrices imply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.matrices import Matrices

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Implied:
    """Implied moments, with the pieces that derivatives need.

    Attributes
    ----------
    total
        A = (I - B)^-1, shape (..., m, m): total effects plus the identity.
    latent_cov, latent_mean
        Phi = A Psi A' (..., m, m) and A alpha (..., m).
    reach
        Lambda A, shape (..., p, m).
    cross
        Lambda Phi, the covariances of observed with structural variables, shape (..., p, m).
    cov, mean
        Sigma = Lambda Phi Lambda' + Theta (..., p, p) and mu = nu + Lambda A alpha (..., p).
    """

    total: FloatArray
    latent_cov: FloatArray
    latent_mean: FloatArray
    reach: FloatArray
    cross: FloatArray
    cov: FloatArray
    mean: FloatArray


def _inverse(matrices: FloatArray) -> FloatArray:
    """Inverses of a batch; nan for members whose loop of paths has no equilibrium. LAPACK refuses a batch for one."""
    try:
        return np.asarray(np.linalg.inv(matrices), dtype=matrices.dtype)
    except np.linalg.LinAlgError:
        singular = np.asarray(np.linalg.matrix_rank(matrices) < matrices.shape[-1])[..., None, None]
        safe = np.where(singular, np.eye(matrices.shape[-1]), matrices)
        return np.where(singular, np.nan, np.linalg.inv(safe))


def implied(matrices: Matrices) -> Implied:
    """Compute Sigma = Lambda (I-B)^-1 Psi (I-B)^-T Lambda' + Theta and mu (Bollen 1989, eq. 8.31-8.36).

    Works on complex matrices too, without conjugation, so that derivatives can be taken by a complex step.
    """
    paths = matrices.paths
    total = _inverse(np.eye(paths.shape[-1]) - paths)
    transposed = np.swapaxes(total, -1, -2)
    latent_cov = total @ matrices.latent @ transposed
    latent_mean = np.matmul(total, matrices.means[..., None])[..., 0]
    loadings = matrices.loadings
    cross = loadings @ latent_cov
    cov = cross @ np.swapaxes(loadings, -1, -2) + matrices.residual
    mean = matrices.intercepts + np.matmul(loadings, latent_mean[..., None])[..., 0]
    return Implied(total, latent_cov, latent_mean, loadings @ total, cross, cov, mean)
