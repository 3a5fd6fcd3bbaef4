"""Log-likelihood of a correlation of residuals, and its slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray
from csisem.moments.ordered.polychoric import bivariate_density, bivariate_normal

# Probabilities are not smaller than rounding.
_LEAST = np.finfo(np.float64).eps
_ROOT = np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class PairSlopes:
    """Slopes of the log-likelihood of rows of a pair of items, (m,); nan where a numeric answer is missing.

    Attributes
    ----------
    rho
        By the correlation.
    curvature
        Second derivative by the correlation.
    first, second
        By what the first step estimates of either item: by mean and variance of a standardised numeric item, or by the
        threshold above the answer and, with its sign reversed, by that below of an ordered item.
    """

    rho: FloatArray
    curvature: FloatArray
    first: tuple[FloatArray, FloatArray]
    second: tuple[FloatArray, FloatArray]


def numeric_pair(z: FloatArray, other: FloatArray, rho: float) -> PairSlopes:
    """Two standardised numeric residuals."""
    free = 1 - rho * rho
    product, square = z * other, z * z - 2 * rho * z * other + other * other
    score = (rho + product) / free - rho * square / free**2
    curvature = (1 + rho**2) / free**2 + 4 * rho * product / free**2 - square * (1 + 3 * rho**2) / free**3
    sides = [((a - rho * b) / free, (a * (a - rho * b) / free - 1) / 2) for a, b in ((z, other), (other, z))]
    return PairSlopes(score, curvature, *sides)


def mixed_pair(z: FloatArray, low: FloatArray, high: FloatArray, rho: float) -> PairSlopes:
    """A standardised numeric residual, and an ordered item between two thresholds (Olsson, Drasgow and Dorans 1982)."""
    root = np.sqrt(1 - rho * rho)
    above, below = ((np.where(np.isfinite(cut), cut, 0.0), np.isfinite(cut), cut) for cut in (high, low))
    a, b = (high - rho * z) / root, (low - rho * z) / root
    # In the upper tail the difference is taken between the small probabilities.
    with np.errstate(invalid="ignore"):
        upper = a + b > 0
    inside = np.maximum(ndtr(np.where(upper, -b, a)) - ndtr(np.where(upper, -a, b)), _LEAST)
    ends = []
    for (cut, known, _), at in ((above, a), (below, b)):
        density = np.where(known, np.exp(-(np.where(known, at, 0.0) ** 2) / 2) / _ROOT, 0.0) / inside
        slope = (rho * cut - z) / root**3
        bent = cut / root**3 + 3 * rho * (rho * cut - z) / root**5
        ends.append((density, density * slope, density * (bent - np.where(known, at, 0.0) * slope**2)))
    (up, up_slope, up_bent), (down, down_slope, down_bent) = ends
    score = up_slope - down_slope
    pulled = (up - down) * rho / root
    return PairSlopes(
        score, up_bent - down_bent - score**2, (z + pulled, (z * z - 1 + pulled * z) / 2), (up / root, down / root)
    )


def ordered_pair(
    low: FloatArray, high: FloatArray, other_low: FloatArray, other_high: FloatArray, rho: float
) -> PairSlopes:
    """Two ordered items, each between two thresholds."""
    free = 1 - rho * rho
    root = np.sqrt(free)
    inside, moved, bent = np.zeros_like(low), np.zeros_like(low), np.zeros_like(low)
    for a, first in ((high, 1.0), (low, -1.0)):
        for b, second in ((other_high, 1.0), (other_low, -1.0)):
            sign = first * second
            inside += sign * bivariate_normal(a, b, np.asarray(rho))
            density = bivariate_density(a, b, np.asarray(rho))
            x, y = (np.where(np.isfinite(cut), cut, 0.0) for cut in (a, b))
            moved += sign * density
            bent += sign * density * (rho / free + (x * y * (1 + rho**2) - rho * (x * x + y * y)) / free**2)
    inside = np.maximum(inside, _LEAST)
    score = moved / inside
    sides = []
    for own, past in (((high, low), (other_high, other_low)), ((other_high, other_low), (high, low))):
        ends = []
        for cut in own:
            known = np.isfinite(cut)
            at = np.where(known, cut, 0.0)
            between = ndtr((past[0] - rho * at) / root) - ndtr((past[1] - rho * at) / root)
            ends.append(np.where(known, np.exp(-(at**2) / 2) / _ROOT, 0.0) * between / inside)
        sides.append((ends[0], ends[1]))
    return PairSlopes(score, bent / inside - score**2, sides[0], sides[1])
