"""Scores on the 0-100 scale of the questionnaire: their weights, spread, and effects among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def unit_sum(raw_weights: FloatArray) -> FloatArray:
    """Weights of the answers as they come, (..., p, J), scaled to sum 1 over the items."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled: FloatArray = raw_weights / raw_weights.sum(axis=-2, keepdims=True)
    return scaled


def index_coefficients(raw_weights: FloatArray, ranges: FloatArray) -> FloatArray:
    """Index points (..., J, p) per unit of each item's mean above its lowest answer.

    ``100 w / sum w (high - low)`` with the unstandardised weights w (Fornell, Johnson, Anderson, Cha and Bryant 1996,
    appendix). ``ranges`` are the widths of the items' scales, (p,).
    """
    across = np.swapaxes(raw_weights, -1, -2)
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficients: FloatArray = 100.0 * across / (across * ranges).sum(axis=-1, keepdims=True)
    return coefficients


def index_deviations(raw_weights: FloatArray, ranges: FloatArray) -> FloatArray:
    """Standard deviations (..., J) of the 0-100 scores, whose standardised scores have weights ``raw_weights``."""
    width = (np.swapaxes(raw_weights, -1, -2) * ranges).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviations: FloatArray = 100.0 / np.where(width.real < 0, -width, width)
    return deviations


def in_index_points(standardised: FloatArray, deviations: FloatArray) -> FloatArray:
    """Effects (..., J, J), row = target, in points of the target per point of the source: ``b sd_row / sd_column``."""
    points: FloatArray = standardised * deviations[..., :, None] / deviations[..., None, :]
    return points
