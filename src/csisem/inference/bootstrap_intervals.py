"""Standard errors and confidence intervals from bootstrap replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.inference.intervals import wald_interval
from csisem.options import IntervalKind

MOST_LOST = 0.1
"""Share of replicates without a value of a statistic above which its standard error and interval are nan."""

WILD = 10.0
"""Robust standard deviations from the median beyond which a replicate is wild.

A few such replicates make up the standard deviation of all, which need not converge although the quantiles do (Ghosh,
Parr, Singh and Babu 1984, Annals of Statistics 12, 1130-1135; Shao 1992, Statistics and Probability Letters 15,
95-101). Tukey's outer fences (1977, Exploratory Data Analysis) lie 4.7 from the median of normal replicates; the limit
is twice as far, since replicates of ratios and variances are skewed without being wild.
"""

# Interquartile range of a standard normal variable.
_QUARTILES = 1.3489795003921634

# Replicates that differ by less, relative to their size, are taken to be equal but for rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Standard errors and intervals of statistics of any shape; nan where too few replicates have a value.

    Attributes
    ----------
    se, lower, upper
        Of the shape of the statistics.
    lost
        Share of the replicates without a value, of the same shape.
    robust
        Interquartile range of the replicates over 1.349, which is their standard deviation if they are normal; of the
        same shape.
    wild
        Which replicates lie farther from the median than ``WILD`` times ``robust``, (R, ...).
    """

    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    lost: FloatArray
    robust: FloatArray
    wild: BoolArray

    def at(self, *place: int | slice | IntArray) -> Interval:
        """The part of some statistics."""
        se, lower, upper, lost, robust = (
            part[place] for part in (self.se, self.lower, self.upper, self.lost, self.robust)
        )
        return Interval(se, lower, upper, lost, robust, np.moveaxis(np.moveaxis(self.wild, 0, -1)[place], -1, 0))

    @classmethod
    def joined(cls, parts: Sequence[Interval]) -> Interval:
        """Statistics of the same replicates one after the other, (K,)."""
        se, lower, upper, lost, robust = (
            np.concatenate([getattr(part, name).ravel() for part in parts])
            for name in ("se", "lower", "upper", "lost", "robust")
        )
        wild = np.concatenate([part.wild.reshape(len(part.wild), -1) for part in parts], axis=1)
        return cls(se, lower, upper, lost, robust, wild)


@dataclass(frozen=True, slots=True, eq=False)
class DrawCovariance:
    """Covariance of statistics over their replicates (R, k), from the replicates in which both have a value.

    A missing value is nan; the covariance is nan for a statistic that is missing in too many replicates.
    """

    draws: FloatArray

    def variances(self) -> FloatArray:
        away, known = self._away()
        return self._over((away**2).sum(axis=0), known.sum(axis=0))

    def matrix(self) -> FloatArray:
        away, known = self._away()
        return self._over(away.T @ away, known.T @ known)

    def _away(self) -> tuple[FloatArray, FloatArray]:
        """Deviations from the mean, 0 for a missing value, and 1 for values that are known."""
        known = np.isfinite(self.draws)
        mean = np.where(known, self.draws, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return np.where(known, self.draws - mean, 0.0), known.astype(np.float64)

    def _over(self, sums: FloatArray, count: FloatArray) -> FloatArray:
        enough = (count >= 2) & (count >= (1 - MOST_LOST) * len(self.draws))
        return np.where(enough, sums / np.maximum(count - 1, 1), np.nan)


def least_draws(level: float) -> int:
    """Number of replicates below which the ends of a percentile interval lie beyond the replicates."""
    return int(np.ceil(2 / (1 - level) - 1 - 1e-9))


def interval(
    draws: FloatArray,
    estimate: FloatArray,
    kind: IntervalKind,
    *,
    level: float = 0.95,
    acceleration: FloatArray | None = None,
    df: float = np.inf,
) -> Interval:
    """Standard errors and intervals of statistics from replicates, some of whose values may be missing.

    Parameters
    ----------
    draws
        Replicates (R, ...), nan where a value is missing.
    estimate
        The statistics in the sample itself, (...).
    kind
        ``"percentile"``; ``"bca"`` (Efron 1987); ``"normal"``, corrected for bias.
    level
        Confidence level.
    acceleration
        Acceleration of each statistic (...), for ``"bca"``; None for zero.
    df
        Degrees of freedom of ``"normal"``, which uses the t distribution where they are finite.
    """
    shape = estimate.shape
    stack, value = draws.reshape(len(draws), -1), estimate.ravel()
    known = np.isfinite(stack)
    count = known.sum(axis=0)
    filled = np.where(known, stack, 0.0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    away = np.where(known, stack - mean, 0.0)
    se = np.sqrt((away**2).sum(axis=0) / np.maximum(count - 1, 1))
    # Fixed parameters, and numbers that are 1 by definition, do not vary.
    fixed = se <= _ROUNDING * np.maximum(np.abs(value), np.abs(mean))
    se[fixed] = 0.0
    ordered = np.sort(np.where(known, stack, np.inf), axis=0)
    middle, robust = _quartiles(ordered, count)
    with np.errstate(invalid="ignore"):
        wild = known & (np.abs(stack - middle) > WILD * robust) & (robust > 0)
    robust[fixed] = 0.0
    if kind == "normal":
        bounds = wald_interval(2 * value - mean, se, level=level, df=df)
        lower, upper = bounds.lower, bounds.upper
    else:
        tail = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
        probability = np.broadcast_to(tail, (2, len(value)))
        if kind == "bca":
            below = (known & (stack < value)).sum(axis=0) / np.maximum(count, 1)
            probability = accelerated(probability, below, np.zeros(shape) if acceleration is None else acceleration)
        lower, upper = quantiles(ordered, count, probability)
    lower, upper = (np.where(fixed, value, bound) for bound in (lower, upper))
    lost = 1 - count / len(stack)
    unknown = (lost > MOST_LOST) | (count < 2) | np.isnan(value)
    se, lower, upper, robust = (np.where(unknown, np.nan, part).reshape(shape) for part in (se, lower, upper, robust))
    wild[:, fixed | unknown] = False
    return Interval(se, lower, upper, lost.reshape(shape), robust, wild.reshape(draws.shape))


def robust_scale(draws: FloatArray) -> FloatArray:
    """Interquartile range of replicates (R, ...) over 1.349, their standard deviation if they are normal.

    Nan where a statistic is missing in too many replicates.
    """
    known = np.isfinite(draws)
    count = known.sum(axis=0)
    ordered = np.sort(np.where(known, draws, np.inf), axis=0).reshape(len(draws), -1)
    _, robust = _quartiles(ordered, count.ravel())
    return np.where((count < 2) | (count < (1 - MOST_LOST) * len(draws)), np.nan, robust.reshape(count.shape))


def _quartiles(ordered: FloatArray, count: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Medians and robust standard deviations (k,) of the first ``count`` (k,) of ``ordered`` (R, k)."""
    column = np.arange(ordered.shape[1])
    last = np.maximum(count - 1, 0)
    first, median, third = (ordered[np.rint(share * last).astype(np.intp), column] for share in (0.25, 0.5, 0.75))
    with np.errstate(invalid="ignore"):
        return median, (third - first) / _QUARTILES


def accelerated(probability: FloatArray, below: FloatArray, acceleration: FloatArray) -> FloatArray:
    """Probabilities of the ends of BCa intervals (Efron 1987, eq. 3.9), nan where all replicates lie on one side.

    ``below`` is the share of replicates below the estimate, (k,); ``probability`` is (2, k).
    """
    with np.errstate(invalid="ignore"):
        bias = ndtri(below)
        moved = bias + ndtri(probability)
        adjusted: FloatArray = ndtr(bias + moved / (1 - acceleration.ravel() * moved))
    return np.where(np.isfinite(bias), adjusted, np.nan)


def quantiles(ordered: FloatArray, count: NDArray[np.int64], probability: FloatArray) -> FloatArray:
    """Quantiles (e, k) of the first ``count`` (k,) of ``ordered`` (R, k) at probabilities (e, k).

    Order statistic j of n estimates the quantile of j / (n + 1); between two of them, quantiles are interpolated on the
    normal scale (Davison and Hinkley 1997, eq. 5.8). Nan for a quantile beyond the first or the last.
    """
    place = (count + 1) * probability
    # Rounding must not move a whole place just below itself: (39 + 1) 0.025 is the first of 39.
    place = np.where(np.abs(place - np.rint(place)) < 1e-9, np.rint(place), place)
    with np.errstate(invalid="ignore"):
        inside = (place >= 1) & (place <= count)
    low = np.where(inside, np.floor(place), 1).astype(np.intp)
    high = np.minimum(low + 1, np.maximum(count, 1))
    column = np.arange(ordered.shape[1])
    first, second = ordered[low - 1, column], ordered[high - 1, column]
    at, left, right = (
        ndtri(np.clip(p, 1e-300, 1 - 1e-16)) for p in (probability, *(k / (count + 1) for k in (low, high)))
    )
    share = np.where((high > low) & (place > low), (at - left) / np.where(right > left, right - left, 1.0), 0.0)
    with np.errstate(invalid="ignore"):
        between = first + share * (second - first)
    return np.where(inside, np.where(share == 0, first, between), np.nan)


def acceleration_of(powers: FloatArray, size: IntArray) -> FloatArray:
    """Acceleration (k,) from sums (3, H, k) of influence values, their squares and cubes over the units of H strata.

    A sixth of the skewness of the sum, from central moments within strata (Efron 1987, eq. 4.4; Davison and Hinkley
    1997, chapter 5.3). ``size`` (H,) is the number of units.
    """
    first, second, third = powers
    n = np.maximum(size, 1)[:, None]
    mean = first / n
    squares = (second - n * mean**2).sum(axis=0)
    cubes = (third - 3 * mean * second + 2 * n * mean**3).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(squares > 0, cubes / (6 * squares**1.5), 0.0)
