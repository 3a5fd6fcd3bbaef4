"""Alpha, split halves and item-total correlations as functions of covariances."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from scipy.special import fdtri, stdtrit

from csisem.arrays import FloatArray

# All splits of 16 items into halves of 8; more items use a fixed number of random splits.
MOST_SPLITS = 6435
_RANDOM = 2000
# Variance of a sum, in parts of its items', that is zero but for rounding.
_CONSTANT = 1e-12


def cronbach(cov: FloatArray) -> FloatArray:
    """Cronbach's alpha (...) of covariances (..., p, p), real or complex; nan of a single item or a constant sum.

    ``p / (p - 1) (1 - tr S / 1'S1)`` (Cronbach 1951, Psychometrika 16, 297-334).
    """
    p = cov.shape[-1]
    if p < 2:
        return np.full(cov.shape[:-2], np.nan)
    trace = np.trace(cov, axis1=-2, axis2=-1)
    found: FloatArray = p / (p - 1) * (1 - trace / _or_nan(cov.sum(axis=(-2, -1)), trace))
    return found


def _or_nan(variance: FloatArray, scale: FloatArray) -> FloatArray:
    """Variances, real or complex, or nan where they are zero but for rounding beside the ``scale``."""
    return np.where(np.abs(variance) > _CONSTANT * np.abs(scale), variance, np.nan)


def feldt_interval(alpha: float, n: int, p: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of alpha of n rows by F with n - 1 and (n - 1)(p - 1) degrees of freedom (Feldt 1965)."""
    if n < 2 or p < 2 or np.isnan(alpha):
        return np.nan, np.nan
    tail = (1 - level) / 2
    low, high = (fdtri(n - 1, (n - 1) * (p - 1), share) for share in (1 - tail, tail))
    return 1 - (1 - alpha) * float(low), 1 - (1 - alpha) * float(high)


def bounded_interval(value: float, se: float, degrees: float, level: float = 0.95) -> tuple[float, float]:
    """Interval of a reliability from its standard error, symmetric in ``log(1 - value)`` (Bonett 2002)."""
    if not se >= 0 or value >= 1 or not degrees > 0:
        return np.nan, np.nan
    width = -stdtrit(degrees, (1 - level) / 2) * se / (1 - value)
    return 1 - (1 - value) * float(np.exp(width)), 1 - (1 - value) * float(np.exp(-width))


def item_total(cov: FloatArray) -> FloatArray:
    """Correlations (p,) of each item with the sum of the others."""
    total, own = cov.sum(axis=1), np.diagonal(cov)
    rest = total - own
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = rest / np.sqrt(own * _or_nan(cov.sum() - 2 * total + own, own.sum()))
    return found


def alpha_if_deleted(cov: FloatArray) -> FloatArray:
    """Alpha (p,) without each item; nan where a single item is left."""
    p, total, own = len(cov), cov.sum(axis=1), np.diagonal(cov)
    if p < 3:
        return np.full(p, np.nan)
    found: FloatArray = (p - 1) / (p - 2) * (1 - (own.sum() - own) / _or_nan(cov.sum() - 2 * total + own, own.sum()))
    return found


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability with its interval, and the method of the interval, or the reason why there is none."""

    value: float
    lower: float
    upper: float
    method: str

    @classmethod
    def unknown(cls, reason: str) -> Reliability:
        return cls(np.nan, np.nan, np.nan, reason)

    def columns(self, name: str) -> dict[str, object]:
        """The columns ``<name>, <name>_ci_lower, <name>_ci_upper`` of a table."""
        return {name: self.value, f"{name}_ci_lower": self.lower, f"{name}_ci_upper": self.upper}


@dataclass(frozen=True, slots=True)
class Halves:
    """Split-half reliabilities.

    Attributes
    ----------
    correlation
        Correlation of the sums of the items at odd and at even places.
    spearman_brown
        Reliability of all items if these halves are parallel, ``2 r / (1 + r)``.
    guttman
        Guttman's lambda-4 of the same halves, ``4 cov / var``.
    lowest, mean, highest
        Lambda-4 over all splits of up to 16 items, or over 2,000 random splits of more.
    """

    correlation: float
    spearman_brown: float
    guttman: float
    lowest: float
    mean: float
    highest: float


def halves(cov: FloatArray) -> Halves:
    """Split-half reliabilities of covariances (p, p) of two items or more (Guttman 1945, Psychometrika 10, 255-282)."""
    p = len(cov)
    own = np.arange(p) % 2 == 0
    between = cov[np.ix_(own, ~own)].sum()
    whole, scale = float(_or_nan(cov.sum(), cov.trace())), cov.trace()
    one, two = (float(_or_nan(cov[np.ix_(half, half)].sum(), scale)) for half in (own, ~own))
    r = float(between / np.sqrt(one * two))
    every = _splits(p)
    # The covariance of two halves is h'S(1 - h).
    lambdas = 4 * ((every @ cov) * (1 - every)).sum(axis=1) / whole
    # At its pole, r = -1, Spearman and Brown's formula is not defined.
    return Halves(r, 2 * r / (1 + r) if r > -1 + _CONSTANT else np.nan, float(4 * between / whole),
                  float(lambdas.min()), float(lambdas.mean()), float(lambdas.max()))  # fmt: skip


def _splits(p: int) -> FloatArray:
    """Splits of p items into halves, as rows of 0 and 1; with an odd number one half is larger."""
    half = p // 2
    if comb(p, half) // (2 - p % 2) <= MOST_SPLITS:
        # With an even number each split occurs twice: the first item stays in the first half.
        chosen = [(0, *rest) for rest in combinations(range(1, p), half - 1)] if p % 2 == 0 else [
            *combinations(range(p), half)]  # fmt: skip
        rows = np.zeros((len(chosen), p))
        rows[np.arange(len(chosen))[:, None], np.array(chosen)] = 1.0
        return rows
    order = np.argsort(np.random.default_rng(p).random((_RANDOM, p)), axis=1)
    return (order < half).astype(np.float64)
