"""Whether the information determines every parameter, and its inverse when it does."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray

# Smallest eigenvalue of the information, scaled to correlations, of an identified model: rounding leaves about 1e-15 of
# a flat direction, and the nearly singular models of satisfaction research stay above 1e-7.
_IDENTIFIED = 1e-10


def inverse_or_flat(information: FloatArray) -> tuple[FloatArray | None, FloatArray]:
    """Return the inverse of ``information`` (q, q); or None and the direction (q,) that it leaves undetermined."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    outer = np.outer(scale, scale)
    scaled = information / outer
    try:
        # Definite after the shift exactly when no eigenvalue is below it; ten times cheaper than eigenvalues.
        np.linalg.cholesky(scaled - _IDENTIFIED * np.eye(len(scaled)))
    except np.linalg.LinAlgError:
        vectors: FloatArray = np.linalg.eigh(scaled)[1]
        return None, vectors[:, 0]
    return np.linalg.inv(scaled) / outer, np.zeros(len(scaled))
