"""Cholesky factors of a batch with indefinite members."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray


def cholesky(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return C^-1 and log det for ``matrices = C C'`` (..., p, p); nan for members that are not positive definite."""
    factor = _factor(matrices)
    return np.asarray(np.linalg.inv(factor), dtype=np.float64), _log_square(factor)


def log_determinant(matrices: FloatArray) -> FloatArray:
    """Log determinants (...) of ``matrices`` (..., p, p); nan for members that are not positive definite."""
    return _log_square(_factor(matrices))


def _factor(matrices: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.cholesky(matrices), dtype=np.float64)
    except np.linalg.LinAlgError:
        return _by_columns(matrices)


def _log_square(factor: FloatArray) -> FloatArray:
    return np.asarray(2.0 * np.log(factor.diagonal(0, -2, -1)).sum(axis=-1))


def definite(matrices: FloatArray, least: float) -> BoolArray:
    """Which members (...) of ``matrices`` (..., q, q) are positive definite.

    Where one of them is not, eigenvalues must exceed ``least``.
    """
    try:
        np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        # Eigenvalues are computed only for a batch with an indefinite member.
        return np.asarray(np.linalg.eigvalsh(matrices)[..., 0] > least)
    return np.ones(matrices.shape[:-2], dtype=bool)


def symmetric_inverse(matrices: FloatArray) -> FloatArray:
    """Inverses (..., q, q) of symmetric matrices with positive diagonals, by which they are divided first.

    LAPACK's pivots are the largest elements, and of information in the units of the parameters these are any: with
    units that differ by ten million no digit was left.
    """
    diagonal = np.linalg.diagonal(matrices)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    outer = scale[..., :, None] * scale[..., None, :]
    return np.asarray(np.linalg.inv(matrices / outer) / outer, dtype=np.float64)


def _by_columns(matrices: FloatArray) -> FloatArray:
    """Cholesky factors column by column over the batch; LAPACK fails for all members if one is indefinite."""
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
    # The inverse of a factor with a nan must be nan everywhere, so that the whole member is lost.
    bad = np.isnan(np.linalg.diagonal(factor)).any(axis=-1)
    factor[bad] = np.nan
    return factor
