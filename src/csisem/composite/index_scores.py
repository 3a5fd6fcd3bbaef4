"""Index weights: scores on the 0-100 scale."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray


def index_coefficients(raw_weights: FloatArray, ranges: FloatArray) -> FloatArray:
    """Index points (..., J, p) per unit of each item's mean above its lowest answer.

    ``100 w / sum w (high - low)`` with the unstandardised weights w (Fornell, Johnson, Anderson, Cha and Bryant 1996,
    appendix). ``ranges`` are the widths of the items' scales, (p,).
    """
    across = np.swapaxes(raw_weights, -1, -2)
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficients: FloatArray = 100.0 * across / (across * ranges).sum(axis=-1, keepdims=True)
    return coefficients
