"""Means and covariances of constructs from those of their items."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.lisrel.matrices import Matrices


class LatentMoments(NamedTuple):
    """Moments of the m measured constructs and observed variables in R samples of G groups.

    Attributes
    ----------
    mean, cov
        (R, G, m) and (R, G, m, m).
    composite_cov
        Covariances of the mapped items, measurement error included, (R, G, m, m).
    factor
        Share of the error covariances that was taken off, (R, G): 1 unless that would leave no covariance matrix.
    """

    mean: FloatArray
    cov: FloatArray
    composite_cov: FloatArray
    factor: FloatArray


def mapping_matrix(loadings: FloatArray, residual: FloatArray, variance: FloatArray) -> FloatArray:
    """M (..., m, p), by which items are mapped to constructs, ``(Lambda' Theta^-1 Lambda)^-1 Lambda' Theta^-1``.

    From loadings (..., p, m), residuals (..., p, p) and variances of the items (..., p); real or complex. Written with
    ``Sigma = Lambda Phi Lambda' + Theta`` in place of Theta, which gives the same M for every Phi, and its limit where
    a residual variance is zero.
    """
    scale = 1 / (loadings**2 / variance[..., :, None]).sum(axis=-2)
    implied = (loadings * scale[..., None, :]) @ loadings.swapaxes(-1, -2) + residual
    solved = np.linalg.solve(implied, loadings).swapaxes(-1, -2)
    return np.asarray(np.linalg.solve(solved @ loadings, solved))


def latent_moments(
    matrices: Matrices, measured: IntArray, mean: FloatArray, cov: FloatArray, size: FloatArray
) -> LatentMoments:
    """Means ``M (mean - nu)`` and covariances ``M (S - Theta) M'`` of the structural variables ``measured``.

    ``mean`` (..., G, p), ``cov`` (..., G, p, p), ``size`` (..., G). Where the covariances would not be positive
    definite, less than all of the error covariances is taken off (Fuller 1987, section 2.4; as lavaan does).
    """
    loadings = matrices.loadings[..., measured]
    mapping = mapping_matrix(loadings, matrices.residual, np.linalg.diagonal(cov))
    turned = mapping.swapaxes(-1, -2)
    composite, error = mapping @ cov @ turned, mapping @ matrices.residual @ turned
    # The largest root of |error - root composite| is one over the smallest of |composite - root error|.
    white, logdet = cholesky(composite)
    known = np.isfinite(logdet)[..., None, None]
    largest = np.linalg.eigvalsh(np.where(known, white @ error @ white.mT, 0.0))[..., -1]
    least = 1 / np.maximum(largest, 1e-12)
    factor = np.where(least < 1 + 1 / (size - 1), least - 1 / (size - 1), 1.0)
    centred = mean - matrices.intercepts
    return LatentMoments(
        np.matmul(mapping, centred[..., None])[..., 0], composite - factor[..., None, None] * error, composite, factor
    )
