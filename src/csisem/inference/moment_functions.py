"""Smooth functions of means and covariances: gradient, influence and variance.

One gradient serves every variance: under normal theory from moments alone, and, from the influence of each row, without
a distribution (the mean of squares) or under a sampling design.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.inference.delta import jacobian

# Rows at a time, so that their products stay in the processor's cache.
_ROWS = 4096
# Entries of the covariance matrices that are varied at a time; several complex arrays of this size are needed.
_ENTRIES = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """Derivatives of k statistics by p means and the covariances: ``dt = g'dm + tr(G dS)``.

    Attributes
    ----------
    by_mean
        g, (k, p).
    by_cov
        G, symmetric, (k, p, p).
    """

    by_mean: FloatArray
    by_cov: FloatArray


def gradient(function: Callable[[FloatArray, FloatArray], FloatArray], mean: FloatArray, cov: FloatArray) -> Gradient:
    """Differentiate statistics at moments ``mean`` (p,) and ``cov`` (p, p).

    ``function`` maps means (..., p) and covariances (..., p, p), real or complex, to (..., k), and must be analytic.
    """
    p = len(mean)
    row, column = np.triu_indices(p)

    def statistics(moments: FloatArray) -> FloatArray:
        whole = np.empty((*moments.shape[:-1], p, p), dtype=moments.dtype)
        whole[..., row, column] = whole[..., column, row] = moments[..., p:]
        return function(moments[..., :p], whole)

    at = np.concatenate([mean, cov[row, column]])
    step = max(1, _ENTRIES // p**2)
    parts = [slice(first, first + step) for first in range(0, len(at), step)]
    slopes = np.concatenate([jacobian(_varying(statistics, at, part), at[part]) for part in parts], axis=-1)
    by_cov = np.zeros((len(slopes), p, p))
    # A covariance is varied on both sides of the diagonal.
    by_cov[:, row, column] = slopes[:, p:] * np.where(row == column, 1.0, 0.5)
    by_cov[:, column, row] = by_cov[:, row, column]
    return Gradient(slopes[:, :p], by_cov)


def _varying(
    statistics: Callable[[FloatArray], FloatArray], at: FloatArray, part: slice
) -> Callable[[FloatArray], FloatArray]:
    """The statistics as a function of some of the moments, with the others fixed."""

    def of_part(moved: FloatArray) -> FloatArray:
        moments = np.repeat(at[None].astype(moved.dtype), len(moved), axis=0)
        moments[:, part] = moved
        return statistics(moments)

    return of_part


def influence(slopes: Gradient, cov: FloatArray, centred: FloatArray) -> FloatArray:
    """Influence (k, n) of rows on the statistics, ``g'z + z'Gz - tr(G S)``, for centred rows z (p, n).

    ``cov`` is the (weighted) mean of zz', so that the (weighted) influences sum to zero.
    """
    p, n = centred.shape
    row, column = np.triu_indices(p)
    flat = slopes.by_cov[:, row, column] * np.where(row == column, 1.0, 2.0)
    values = np.empty((len(flat), n))
    for first in range(0, n, _ROWS):
        part = centred[:, first : first + _ROWS]
        values[:, first : first + _ROWS] = flat @ (part[row] * part[column]) + slopes.by_mean @ part
    values -= (flat @ cov[row, column])[:, None]
    return values


def normal_theory_variance(slopes: Gradient, cov: FloatArray, n: float) -> FloatArray:
    """Covariance matrix (k, k) of the statistics of n independent normal rows.

    ``(g_k' S g_l + 2 tr(G_k S G_l S)) / n``, from the variances of normal means and covariances (Anderson 2003,
    section 3.4).
    """
    half = slopes.by_cov @ cov
    k = len(half)
    quadratic = half.reshape(k, -1) @ half.mT.reshape(k, -1).T
    return np.asarray((slopes.by_mean @ cov @ slopes.by_mean.T + 2 * quadratic) / n)
