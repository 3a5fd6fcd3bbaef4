"""Standardised solution, explained variance and effects, for real or complex matrices."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import Matrices, ResponseMatrices


def _root(variances: FloatArray) -> FloatArray:
    """Square roots, nan for variances that are not positive."""
    return np.sqrt(np.where(variances.real > 0, variances, np.nan))


def standardized(
    matrices: Matrices, promoted: Mapping[int, int] = MappingProxyType({}), cut: IntArray | None = None
) -> Matrices:
    """Completely standardised matrices (lavaan's ``std.all``).

    Loadings and paths are in standard deviations of both variables; variances are shares of the total variance;
    covariances are correlations of the residuals. The residuals of observed variables on paths, item to structural
    variable in ``promoted``, are their disturbances. Thresholds are in standard deviations of the items they ``cut``,
    whose scale factors are then 1.
    """
    moments = implied(matrices)
    sd_item, sd_latent = _root(np.linalg.diagonal(moments.cov)), _root(np.linalg.diagonal(moments.latent_cov))
    item, latent = sd_item[..., :, None], sd_latent[..., :, None]
    latent_t = sd_latent[..., None, :]
    disturbance, error = np.linalg.diagonal(matrices.latent), np.linalg.diagonal(matrices.residual).copy()
    error[..., list(promoted)] = disturbance[..., list(promoted.values())]
    # Where a variance is negative the standardised value is nan, which raises a warning in complex arithmetic.
    with np.errstate(invalid="ignore"):
        found = Matrices(
            matrices.loadings * latent_t / item,
            matrices.paths * latent_t / latent,
            _residual_correlations(matrices.latent, sd_latent, disturbance),
            _residual_correlations(matrices.residual, sd_item, error),
            matrices.intercepts / sd_item,
            matrices.means / sd_latent,
        )
        if not isinstance(matrices, ResponseMatrices) or cut is None:
            return found
        plain = found.loadings, found.paths, found.latent, found.residual, found.intercepts, found.means
        # Standardised latent responses have variance 1 and hence the scale factor 1.
        return ResponseMatrices(*plain, matrices.thresholds / sd_item[..., cut], np.ones_like(matrices.scales))


def _residual_correlations(cov: FloatArray, total_sd: FloatArray, own_variances: FloatArray) -> FloatArray:
    """Shares of the total variance, and correlations; a zero covariance of a variance fixed at zero stays zero."""
    own = _root(np.where(own_variances == 0, 1.0, own_variances))
    correlations = cov / (own[..., :, None] * own[..., None, :])
    none = own_variances == 0
    correlations[(none[..., :, None] | none[..., None, :]) & (cov != 0)] = np.nan
    diagonal = np.arange(cov.shape[-1])
    correlations[..., diagonal, diagonal] = np.linalg.diagonal(cov) / total_sd**2
    return correlations


def r_squared(matrices: Matrices) -> tuple[FloatArray, FloatArray]:
    """R-squared of the items (..., p) and of the structural variables (..., m).

    Values outside 0-1, which come from a negative variance, are nan.
    """
    moments = implied(matrices)
    items = 1 - np.linalg.diagonal(matrices.residual) / np.linalg.diagonal(moments.cov)
    latents = 1 - np.linalg.diagonal(matrices.latent) / np.linalg.diagonal(moments.latent_cov)
    return _share(items), _share(latents)


def _share(values: FloatArray) -> FloatArray:
    # With a residual fixed at 0, rounding may give slightly more than 1.
    return np.where((values < -1e-12) | (values > 1 + 1e-12), np.nan, values)


def effects(matrices: Matrices) -> FloatArray:
    """Direct, indirect and total effects, (..., 3, m, m), row = target: B, A - I - B and A - I (Bollen 1987)."""
    paths = matrices.paths
    total = np.linalg.inv(np.eye(paths.shape[-1]) - paths) - np.eye(paths.shape[-1])
    return np.stack([paths, total - paths, total], axis=-3)


def latent_correlations(matrices: Matrices) -> FloatArray:
    """Correlations of the structural variables, (..., m, m)."""
    cov = implied(matrices).latent_cov
    sd = _root(np.linalg.diagonal(cov))
    return np.asarray(cov / (sd[..., :, None] * sd[..., None, :]))
