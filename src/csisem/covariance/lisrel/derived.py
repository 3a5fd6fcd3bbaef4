"""Quantities derived from the matrices: standardised solution, explained variance, effects. Real or complex input."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import Matrices


def _diagonal(matrix: FloatArray) -> FloatArray:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def _root(variances: FloatArray) -> FloatArray:
    """Square roots; nan for variances that are not positive, where a standardised value does not exist."""
    return np.sqrt(np.where(variances.real > 0, variances, np.nan))


def standardized(matrices: Matrices) -> Matrices:
    """Completely standardised matrices (lavaan's ``std.all``).

    Loadings and paths are in standard deviations of both sides; variances are shares of the total variance; covariances
    are correlations of the residuals they belong to.
    """
    moments = implied(matrices)
    sd_item, sd_latent = _root(_diagonal(moments.cov)), _root(_diagonal(moments.latent_cov))
    item, latent = sd_item[..., :, None], sd_latent[..., :, None]
    latent_t = sd_latent[..., None, :]
    # Where a variance is negative the standardised value is nan, in complex arithmetic by way of a warning.
    with np.errstate(invalid="ignore"):
        return Matrices(
            matrices.loadings * latent_t / item,
            matrices.paths * latent_t / latent,
            _residual_correlations(matrices.latent, sd_latent),
            _residual_correlations(matrices.residual, sd_item),
            matrices.intercepts / sd_item,
            matrices.means / sd_latent,
        )


def _own(cov: FloatArray) -> FloatArray:
    """Standard deviations of residuals; 1 for one fixed at zero, which keeps its covariances, all zero, zeros."""
    variances = _diagonal(cov)
    return _root(np.where(variances == 0, 1.0, variances))


def _residual_correlations(cov: FloatArray, total_sd: FloatArray) -> FloatArray:
    variances, own = _diagonal(cov), _own(cov)
    correlations = cov / (own[..., :, None] * own[..., None, :])
    diagonal = np.arange(cov.shape[-1])
    correlations[..., diagonal, diagonal] = variances / total_sd**2
    return correlations


def r_squared(matrices: Matrices) -> tuple[FloatArray, FloatArray]:
    """Explained shares of the items' variances (..., p) and of the structural variables' (..., m).

    A share outside 0-1, from a negative variance, is nan.
    """
    moments = implied(matrices)
    items = 1 - _diagonal(matrices.residual) / _diagonal(moments.cov)
    latents = 1 - _diagonal(matrices.latent) / _diagonal(moments.latent_cov)
    return _share(items), _share(latents)


def _share(values: FloatArray) -> FloatArray:
    # Rounding may carry a residual fixed at 0 just past 1.
    return np.where((values < -1e-12) | (values > 1 + 1e-12), np.nan, values)


def effects(matrices: Matrices) -> FloatArray:
    """Direct, indirect and total effects, (..., 3, m, m), row = target: B, A - I - B and A - I (Bollen 1987)."""
    paths = matrices.paths
    total = np.linalg.inv(np.eye(paths.shape[-1]) - paths) - np.eye(paths.shape[-1])
    return np.stack([paths, total - paths, total], axis=-3)


def latent_correlations(matrices: Matrices) -> FloatArray:
    """Correlations of the structural variables, (..., m, m)."""
    cov = implied(matrices).latent_cov
    sd = _root(_diagonal(cov))
    correlations: FloatArray = cov / (sd[..., :, None] * sd[..., None, :])
    return correlations
