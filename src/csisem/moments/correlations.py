"""Correlations from covariances."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray


def correlations_of(cov: FloatArray) -> FloatArray:
    """Correlations (..., p, p) of covariances (..., p, p), real or complex."""
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    correlations: FloatArray = cov / (sd[..., :, None] * sd[..., None, :])
    return correlations
