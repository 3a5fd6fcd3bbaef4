"""Misfit of a full-information fit as if answers were complete, bias-corrected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import symmetric_inverse


@dataclass(frozen=True, slots=True)
class Misfit:
    """Chi-squares of the model and the baseline, and their expected values per degree of freedom if the model holds.

    Robust CFI, TLI and RMSEA use the excess ``chisq - factor * df`` as noncentrality.
    """

    chisq: float
    factor: float
    baseline_chisq: float
    baseline_factor: float


def bias(incomplete: FloatArray, complete: FloatArray, moved: FloatArray, products: FloatArray | None) -> float:
    """Expected complete-data chi-square of a true model at full-information estimates.

    ``tr(V W^-1 U W^-1)`` for normal answers and ``tr(U W^-1 V W^-1 U W^-1 J W^-1)`` for others, with
    ``U = W - W D (D'W D)^-1 D'W`` (Zhang and Savalei 2023, Psychological Methods 28, 263-283).

    Parameters
    ----------
    incomplete, complete
        Information W and V of the saturated moments from the incomplete and from as many complete rows, (s, s).
    moved
        Derivatives D of the moments by the parameters, (s, q).
    products
        Mean products J of the rows' scores by the saturated moments, (s, s); None for normal answers.
    """
    pulled = incomplete @ moved
    information = moved.T @ pulled
    # Singular directions are found in units of the parameters' own information.
    scale = np.sqrt(np.maximum(np.diagonal(information), 1e-300))
    fitted = np.linalg.lstsq(information / np.outer(scale, scale), pulled.T / scale[:, None], rcond=None)[0]
    u = incomplete - (pulled / scale) @ fitted
    inverse = symmetric_inverse(incomplete)
    # W^-1 U is the projector onto the moments' residual space.
    left = inverse @ u
    if products is None:
        return float(np.trace(inverse @ complete @ left))
    gamma = inverse @ products @ inverse
    return float(np.trace(left.T @ complete @ left @ gamma))
