"""Contributions of drivers to R-squared, from correlations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from csisem.arrays import FloatArray
from csisem.inference.moment_functions import Gradient
from csisem.moments.correlations import correlations_of

MOST_EXACT = 15
"""Most drivers for which all orders of entry are averaged; above, orders are drawn at random."""

ORDERS = 2000
"""Approximate number of random orders."""


def regression(corr: FloatArray) -> FloatArray:
    """Standardised coefficients (..., p) of the last variable on the p others, real or complex."""
    return np.asarray(np.linalg.solve(corr[..., :-1, :-1], corr[..., :-1, -1:])[..., 0], dtype=corr.dtype)


def r_squared(corr: FloatArray) -> FloatArray:
    """Explained share (...) of the last variable."""
    return np.asarray((regression(corr) * corr[..., :-1, -1]).sum(axis=-1))


def relative_weights(corr: FloatArray) -> FloatArray:
    """Johnson's relative weights (..., p), which sum to R-squared; an imaginary part counts to first order.

    With the symmetric root L of the drivers' correlations, ``(L*L) (L^-1 r)^2`` (Johnson 2000, Multivariate Behavioral
    Research 35, 1-19).
    """
    root = _square_root(corr[..., :-1, :-1])
    free = np.linalg.solve(root, corr[..., :-1, -1:])
    return ((root**2) @ free**2)[..., 0]


def _square_root(matrix: FloatArray) -> FloatArray:
    """Symmetric square roots (..., p, p); an imaginary part counts to first order."""
    values, vectors = np.linalg.eigh(matrix.real)
    values = np.sqrt(values)
    back = np.swapaxes(vectors, -1, -2)
    root: FloatArray = (vectors * values[..., None, :]) @ back
    if not np.iscomplexobj(matrix):
        return root
    change = back @ matrix.imag @ vectors / (values[..., :, None] + values[..., None, :])
    return np.asarray(root + 1j * (vectors @ change @ back))


@dataclass(frozen=True, slots=True, eq=False)
class Regressions:
    """Regressions on N sets of drivers, and their weights.

    Attributes
    ----------
    coefficients
        Standardised, zero outside of the set, (..., N, p).
    explained
        R-squared, (..., N).
    counts
        Weight of each R-squared in each driver's increment, (p, N).
    """

    coefficients: FloatArray
    explained: FloatArray
    counts: FloatArray


def regressions(corr: FloatArray, generator: np.random.Generator | None = None) -> Regressions:
    """Regressions on all sets of up to 15 drivers, else on the sets along random orders."""
    p = corr.shape[-1] - 1
    return _all_sets(corr) if p <= MOST_EXACT else _along_orders(corr, generator or np.random.default_rng(0))


def averaged(found: Regressions) -> FloatArray:
    """Increments of R-squared (..., p), averaged over orders of entry; they sum to R-squared.

    Lindeman, Merenda and Gold (1980), or Shapley's value (1953).
    """
    return found.explained @ found.counts.T


def _all_sets(corr: FloatArray) -> Regressions:
    p = corr.shape[-1] - 1
    sets = [np.array(list(combinations(range(p), size)), dtype=np.intp) for size in range(1, p + 1)]
    count = 2**p - 1
    coefficients = np.zeros((*corr.shape[:-2], count, p))
    counts = np.empty((p, count))
    start = 0
    for size, members in enumerate(sets, start=1):
        stop = start + len(members)
        own = corr[..., members[:, :, None], members[:, None, :]]
        beta = np.linalg.solve(own, corr[..., members, -1][..., None])[..., 0]
        coefficients[..., np.arange(start, stop)[:, None], members] = beta
        # The driver's share of orders in which the set ends with it, or stands right before it.
        counts[:, start:stop] = -1 / (p * comb(p - 1, size)) if size < p else 0.0
        counts[members, np.arange(start, stop)[:, None]] = 1 / (p * comb(p - 1, size - 1))
        start = stop
    explained = (coefficients * corr[..., None, :-1, -1]).sum(axis=-1)
    return Regressions(coefficients, explained, counts)


def _along_orders(corr: FloatArray, generator: np.random.Generator) -> Regressions:
    """Sets of the first 1, 2, ... drivers of random orders, with all rotations of each and their reversals.

    Every driver is then equally often at every place, which reduces the sampling error.
    """
    p = corr.shape[-1] - 1
    drawn = generator.permuted(np.tile(np.arange(p), (max(1, ORDERS // (2 * p)), 1)), axis=1)
    turns = (np.arange(p)[:, None] + np.arange(p)) % p
    half = drawn[:, turns].reshape(-1, p)
    orders = np.concatenate([half, half[:, ::-1]])
    factor = np.linalg.cholesky(corr[..., orders[:, :, None], orders[:, None, :]])
    inverse = np.linalg.inv(factor)
    step = (inverse @ corr[..., orders, -1][..., None])[..., 0]
    along = np.cumsum(step[..., None] * inverse, axis=-2)
    coefficients = np.zeros_like(along)
    np.put_along_axis(coefficients, np.broadcast_to(orders[:, None, :], along.shape), along, axis=-1)
    # In each order the k-th driver's increment is the k-th R-squared less the one before.
    counts = np.zeros((p, len(orders), p))
    place, order = np.arange(p), np.arange(len(orders))[:, None]
    counts[orders, order, place] += 1 / len(orders)
    counts[orders[:, 1:], order, place[:-1]] -= 1 / len(orders)
    lead = corr.shape[:-2]
    return Regressions(
        coefficients.reshape(*lead, -1, p),
        np.cumsum(step**2, axis=-1).reshape(*lead, -1),
        counts.reshape(p, -1),
    )


def averaged_gradient(cov: FloatArray, found: Regressions) -> Gradient:
    """Derivatives of `averaged` by the covariances (p + 1, p + 1).

    The differential of R-squared of a set is ``2 b'dr - b'dR b`` with its coefficients b.
    """
    p = found.coefficients.shape[-1]
    b = found.coefficients
    by_corr = np.zeros((p, p + 1, p + 1))
    products = (b[:, :, None] * b[:, None, :]).reshape(len(b), -1)
    by_corr[:, :-1, :-1] = -(found.counts @ products).reshape(p, p, p)
    by_corr[:, :-1, -1] = by_corr[:, -1, :-1] = found.counts @ b
    return through_correlations(by_corr, cov)


def through_correlations(by_corr: FloatArray, cov: FloatArray) -> Gradient:
    """Derivatives by covariances of statistics with derivatives (k, p, p) by correlations, ``dt = tr(F dP)``."""
    sd = np.sqrt(np.diagonal(cov))
    corr = correlations_of(cov)
    off = by_corr * (1 - np.eye(len(cov)))
    by_cov = off / np.outer(sd, sd)
    diagonal = np.arange(len(cov))
    by_cov[:, diagonal, diagonal] = -(off * corr).sum(axis=-1) / sd**2
    return Gradient(np.zeros(by_cov.shape[:2]), by_cov)
