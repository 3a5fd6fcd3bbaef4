"""The delta method, with derivatives by a complex step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray

# Small enough that its square vanishes against 1, so that the complex step has no truncation error.
_STEP = 1e-30
# Coefficients up to which a sparse product costs more than a dense one.
_SMALL = 100_000


def jacobian(
    function: Callable[[FloatArray], FloatArray], at: FloatArray, directions: FloatArray | None = None
) -> FloatArray:
    """Jacobian (..., q) of ``function`` at ``at`` (q,), exact to rounding, by one batched complex step.

    With ``directions`` (k, q) the derivatives (..., k) along these. ``function`` maps parameters (k, q) to values
    (k, ...) and must be analytic: no absolute values, no conjugation
    (Squire and Trapp 1998, SIAM Review 40, 110-112).
    """
    moved = np.asarray(at + 1j * _STEP * (np.eye(len(at)) if directions is None else directions))
    # The functions are typed for real arrays; they are analytic and take complex ones alike.
    values = function(moved)
    # A value that is nan has no derivative, although its imaginary part may be zero.
    slopes = np.where(np.isnan(np.real(values)), np.nan, np.imag(values) / _STEP)
    return np.moveaxis(slopes, 0, -1)


def row_variances(slopes: csr_array, vcov: FloatArray) -> FloatArray:
    """Variances (R,) of linear combinations with sparse coefficients (R, q) of parameters with covariance (q, q)."""
    if slopes.shape[0] * slopes.shape[1] <= _SMALL:
        dense = slopes.toarray()
        return np.asarray(((dense @ vcov) * dense).sum(axis=1))
    return np.asarray(slopes.multiply(slopes @ vcov).sum(axis=1))


def delta_errors(derivative: FloatArray, vcov: FloatArray) -> FloatArray:
    """Standard errors (...) of functions with Jacobian (..., q) of parameters with covariance (..., q, q)."""
    variance = ((derivative @ vcov) * derivative).sum(axis=-1)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
