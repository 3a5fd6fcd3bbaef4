"""Tail probabilities and quantiles of the studentized range distribution."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.interpolate import BSpline, make_interp_spline
from scipy.special import gammainccinv, gammaincinv, gammaln, ndtr, stdtrit

from csisem.arrays import FloatArray

# Fewest nodes over the logarithm of the studentizing deviation, their longest step, and the step over the largest
# normal value: a finer grid changes no digit.
_OUTER, _FINEST, _STEP = 64, 0.1, 0.2
# Normal values further than this from the middle of the range are left out.
_REACH = 9.0
# Probability that is cut off at either end of the distribution of the deviation.
_END = 1e-17
# The tail is interpolated between ranges this far apart, which changes no digit either; none beyond the last is taken
# to be more extreme.
_APART, _FARTHEST = 0.02, 53.0
# Comparisons at a time.
_CHUNK = 10_000
_STEPS, _CLOSE = 30, 1e-13


def range_tail(q: FloatArray, groups: int, df: FloatArray) -> FloatArray:
    """Probability (P,) that the range of ``groups`` normal values over a deviation with ``df`` exceeds ``q`` (P,).

    ``int f(s) [1 - W(q s)] ds`` with the range's distribution W and the density f of the deviation (Hartley 1942;
    Copenhaver and Holland 1988, Journal of Statistical Computation and Simulation 30, 1-15), by quadrature.
    """
    q, df = np.broadcast_arrays(np.asarray(q, dtype=np.float64), np.asarray(df, dtype=np.float64))
    tail = np.empty(q.shape)
    for start in range(0, len(q), _CHUNK):
        part = slice(start, start + _CHUNK)
        tail[part] = _tail(q[part], groups, df[part])
    return tail


def _tail(q: FloatArray, groups: int, df: FloatArray) -> FloatArray:
    half = df / 2
    low, high = (np.sqrt(2 * end(half, _END) / df) for end in (gammaincinv, gammainccinv))
    # The integrand on logarithms is smooth and vanishes at both ends, where no rule beats equal steps.
    width = np.log(high / low)
    nodes = max(_OUTER, int(width.max() / _FINEST))
    step = width / (nodes - 1)
    log_s = np.log(low) + step * np.arange(nodes)[:, None]
    mass = step * np.exp(np.log(2) + half * np.log(half) - gammaln(half) + df * log_s - half * np.exp(2 * log_s))
    tail = np.exp(_log_normal_tail(groups)(np.minimum(q * np.exp(log_s), _FARTHEST)))
    return np.asarray((mass * tail).sum(axis=0))


def range_quantile(level: float, groups: int, df: FloatArray) -> FloatArray:
    """Value (P,) below which the studentized range lies with probability ``level``."""
    values, place = np.unique(np.asarray(df, dtype=np.float64), return_inverse=True)
    target = np.log(1 - level)

    def above(x: FloatArray) -> FloatArray:
        return np.asarray(np.log(range_tail(np.exp(x), groups, values)) - target)

    # Bonferroni's bound lies above the quantile. On logarithms the tail is nearly linear, above all for few degrees of
    # freedom, so that the secant method converges fast.
    new = np.log(np.sqrt(2) * stdtrit(values, 1 - (1 - level) / (groups * (groups - 1))))
    old = new - 0.1
    gap = above(old)
    for _ in range(_STEPS):
        own = above(new)
        moving = (np.abs(own) > _CLOSE) & (own != gap)
        step = np.where(moving, own * (new - old) / np.where(moving, own - gap, 1.0), 0.0)
        old, gap, new = new, own, new - np.clip(step, -0.5, 0.5)
        if not moving.any():
            break
    return np.asarray(np.exp(new)[place])


@lru_cache(maxsize=16)
def _log_normal_tail(groups: int) -> BSpline:
    """Logarithm of the probability that the range of normal values exceeds w, exact in relative terms also for large w.

    ``k int phi(z) {Phi(z)^(k-1) - [Phi(z) - Phi(z - w)]^(k-1)} dz``, z being the largest value.
    """
    w = np.arange(0.0, _FARTHEST + _APART, _APART)
    z = w[:, None] / 2 + np.arange(-_REACH, _REACH, _STEP)
    below = ndtr(z)
    with np.errstate(divide="ignore"):
        inside = np.log1p(-np.minimum(ndtr(z - w[:, None]) / below, 1.0))
    rest = -(below ** (groups - 1)) * np.expm1((groups - 1) * inside)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return make_interp_spline(w, np.log(groups * _STEP * (density * rest).sum(axis=-1)), k=5)
