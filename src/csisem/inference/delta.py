"""Derivatives of smooth functions of the parameters, exact to rounding, and the delta method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from csisem.arrays import FloatArray

# Small enough that its square vanishes against 1, so that the complex step has no truncation error.
_STEP = 1e-30


def jacobian(function: Callable[[FloatArray], FloatArray], at: FloatArray) -> FloatArray:
    """Jacobian (..., q) of ``function`` at ``at`` (q,), by one batched complex step.

    ``function`` maps parameters (k, q) to values (k, ...) and must be analytic: no absolute values, no conjugation
    (Squire and Trapp 1998, SIAM Review 40, 110-112).
    """
    q = at.shape[0]
    moved = np.asarray(at + 1j * _STEP * np.eye(q))
    # The functions are typed for real arrays; they are analytic and take complex ones alike.
    values = function(moved)
    # A value that does not exist has no derivative, though its imaginary part may have come out as zero.
    slopes = np.where(np.isnan(np.real(values)), np.nan, np.imag(values) / _STEP)
    derivative: FloatArray = np.moveaxis(slopes, 0, -1)
    return derivative


def delta_errors(derivative: FloatArray, vcov: FloatArray) -> FloatArray:
    """Standard errors (...) of functions with Jacobian (..., q) of parameters with covariance (q, q)."""
    variance = ((derivative @ vcov) * derivative).sum(axis=-1)
    errors: FloatArray = np.sqrt(np.maximum(variance, 0.0))
    return errors
