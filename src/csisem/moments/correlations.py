"""Correlations from covariances, and correlations that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray

INDEFINITE = -1e-8
"""Smallest eigenvalue of correlations that are indefinite by more than rounding."""


def correlations_of(cov: FloatArray) -> FloatArray:
    """Correlations (..., p, p) of covariances (..., p, p), real or complex."""
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    correlations: FloatArray = cov / (sd[..., :, None] * sd[..., None, :])
    return correlations


def variance_inflation(correlations: FloatArray) -> FloatArray:
    """Variance inflation factors (..., p), diagonals of inverse correlations (..., p, p); inf where collinear."""
    try:
        inverse = np.linalg.inv(correlations).diagonal(0, -2, -1)
    except np.linalg.LinAlgError:
        if correlations.ndim == 2:
            return np.full(len(correlations), np.inf)
        # LAPACK refuses all for one that is singular.
        return np.stack([variance_inflation(one) for one in correlations])
    # Beyond exact collinearity the inverse's diagonal turns negative.
    return np.where(inverse > 0, inverse, np.inf)


def all_above(least: float, matrix: FloatArray) -> bool:
    """Whether all eigenvalues of a symmetric matrix (p, p) exceed a number, at a third of what they cost themselves."""
    try:
        np.linalg.cholesky(matrix - least * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        return False
    return True


def indefinite(correlations: FloatArray, names: Sequence[str]) -> tuple[float, list[str]] | None:
    """The lowest eigenvalue of an indefinite matrix and the names most involved; None if it is not indefinite."""
    if len(names) < 2:
        return None
    if all_above(INDEFINITE, correlations):
        return None
    values, vectors = np.linalg.eigh(correlations)
    weight = np.abs(vectors[:, 0])
    # Rounded, so that of two with the same share the first is named first whatever the last digits are.
    order = np.argsort(-weight.round(6), kind="stable")
    return float(values[0]), [names[i] for i in order if weight[i] > 0.3 * weight.max()]
