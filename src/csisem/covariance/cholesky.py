"""Inverse Cholesky factors of a batch in which some members may not be positive definite."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray


def cholesky(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return C^-1 and log det for ``matrices = C C'`` of shape (..., p, p); nan for members that are not definite."""
    factor = _factor(matrices)
    return np.asarray(np.linalg.inv(factor), dtype=np.float64), _log_square(factor)


def log_determinant(matrices: FloatArray) -> FloatArray:
    """Log determinants (...) of ``matrices`` (..., p, p); nan for members that are not definite."""
    return _log_square(_factor(matrices))


def _factor(matrices: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.cholesky(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        return _by_columns(matrices)


def _log_square(factor: FloatArray) -> FloatArray:
    return np.asarray(2.0 * np.log(np.linalg.diagonal(factor)).sum(axis=-1))


def definite(matrices: FloatArray, least: float) -> BoolArray:
    """Which members (...) of ``matrices`` (..., q, q) are positive definite, judged by ``least`` where one is not."""
    try:
        np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        # Only a batch with a bad member pays for eigenvalues.
        return np.asarray(np.linalg.eigvalsh(matrices)[..., 0] > least)
    return np.ones(matrices.shape[:-2], dtype=bool)


def _by_columns(matrices: FloatArray) -> FloatArray:
    """Cholesky factors column by column over the whole batch; LAPACK's refuses a batch for one bad member."""
    p = matrices.shape[-1]
    factor = np.zeros_like(matrices)
    with np.errstate(invalid="ignore", divide="ignore"):
        for j in range(p):
            done = factor[..., j, :j]
            pivot = matrices[..., j, j] - (done * done).sum(axis=-1)
            root = np.sqrt(np.where(pivot > 0, pivot, np.nan))
            factor[..., j, j] = root
            rest = matrices[..., j + 1 :, j] - np.matmul(factor[..., j + 1 :, :j], done[..., None])[..., 0]
            factor[..., j + 1 :, j] = rest / root[..., None]
    # The inverse of a factor with nan anywhere must be nan everywhere, so that the member drops out as a whole.
    bad = np.isnan(np.linalg.diagonal(factor)).any(axis=-1)
    factor[bad] = np.nan
    return factor
