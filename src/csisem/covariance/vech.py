"""Second-order objects in the coordinates of the moments: means, then the lower triangle by rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def triangle(matrices: FloatArray) -> FloatArray:
    """Lower triangles (..., p*) of symmetric matrices (..., p, p), by rows."""
    row, col = np.tril_indices(matrices.shape[-1])
    return matrices[..., row, col]


def moment_slopes(a: FloatArray, b: FloatArray, mean: FloatArray | None) -> FloatArray:
    """Derivatives of the moments by E entries, (..., s, E), from the factors (..., p, E) of dSigma = a b' + b a'."""
    row, col = np.tril_indices(a.shape[-2])
    moved = a[..., row, :] * b[..., col, :] + b[..., row, :] * a[..., col, :]
    return moved if mean is None else np.concatenate([mean, moved], axis=-2)


def weighed(weight: FloatArray, moments: FloatArray) -> FloatArray:
    """Weights times columns of moments (..., s, k); weights are (..., s, s), or (..., s) where they are diagonal."""
    product: FloatArray = weight @ moments if weight.ndim == moments.ndim else weight[..., None] * moments
    return product
