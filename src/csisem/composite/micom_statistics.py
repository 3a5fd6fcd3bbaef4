"""Measurement invariance of composites (MICOM) between two groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Invariance:
    """Steps 2 and 3 of MICOM (Henseler, Ringle and Sarstedt 2016).

    Attributes
    ----------
    correlations
        Correlations over all rows of the scores with either group's weights, (..., J); 1 under compositional
        invariance.
    mean_differences
        Means of the pooled scores, first minus second group, (..., J).
    log_variance_ratios
        Logarithm of the first over the second group's variance of the pooled scores, (..., J).
    """

    correlations: FloatArray
    mean_differences: FloatArray
    log_variance_ratios: FloatArray


def compositional_correlations(first: FloatArray, second: FloatArray, pooled: FloatArray) -> FloatArray:
    """Correlations (..., J) of scores with two sets of raw weights (..., p, J), for covariances (..., p, p)."""
    on_second = pooled @ second
    both = (first * on_second).sum(axis=-2)
    own = (first * (pooled @ first)).sum(axis=-2) * (second * on_second).sum(axis=-2)
    with np.errstate(invalid="ignore"):
        correlations: FloatArray = both / np.sqrt(own)
    return correlations


def invariance(
    weights: tuple[FloatArray, FloatArray],
    pooled_weights: FloatArray,
    means: tuple[FloatArray, FloatArray],
    covs: tuple[FloatArray, FloatArray],
    pooled_cov: FloatArray,
) -> Invariance:
    """Compare two groups.

    Parameters
    ----------
    weights
        Raw weights of each group's own estimates, (..., p, J).
    pooled_weights, pooled_cov
        Raw weights (p, J) and covariances (p, p) of all rows.
    means, covs
        Each group's means (..., p) and covariances (..., p, p); leading axes hold permutations.
    """
    means_of = [(mean[..., None, :] @ pooled_weights)[..., 0, :] for mean in means]
    variances = [(pooled_weights * (cov @ pooled_weights)).sum(axis=-2) for cov in covs]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log(variances[0] / variances[1])
    return Invariance(compositional_correlations(*weights, pooled_cov), means_of[0] - means_of[1], ratios)
