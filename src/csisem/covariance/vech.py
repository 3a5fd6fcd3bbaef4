"""Derivatives by the moments: means, then the lower triangle by rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray, IntArray


@lru_cache(maxsize=64)
def lower(p: int) -> tuple[IntArray, IntArray]:
    """Rows and columns (p*,) of the lower triangle of a matrix (p, p), by rows; read only."""
    row, col = np.tril_indices(p)
    row.setflags(write=False)
    col.setflags(write=False)
    return row, col


def triangle(matrices: FloatArray) -> FloatArray:
    """Lower triangles (..., p*) of symmetric matrices (..., p, p), by rows."""
    p = matrices.shape[-1]
    row, col = lower(p)
    found: FloatArray = matrices.reshape(*matrices.shape[:-2], p * p).take(row * p + col, axis=-1)
    return found


def quadrangle(left: FloatArray, right: FloatArray, members: Sequence[tuple[FloatArray, slice]]) -> FloatArray:
    """``sum_j share_j tr(L_j X K_j Y)/2`` for all pairs of directions X, Y of vech, (R, G, p*, p*).

    Parameters
    ----------
    left, right
        Lower triangles (R, P, p*) of the symmetric L_j and K_j.
    members
        For each of G groups the shares (R, members) and the place of its members among the P.
    """
    p = int((np.sqrt(8 * left.shape[-1] + 1) - 1) / 2)
    orientations, weight = _orientations(p)
    forms = []
    for share, place in members:
        product = (left[:, place] * share[..., None]).mT @ right[:, place]
        # X_jk and Y_li each stand for two elements; all four orientations are read from one product.
        flat = product.reshape(len(product), -1)
        forms.append(sum(flat.take(places, axis=-1) for places in orientations) * weight)
    return np.stack(forms, axis=1)


@lru_cache(maxsize=16)
def _orientations(p: int) -> tuple[tuple[IntArray, ...], FloatArray]:
    """Places of ``L_ij K_kl`` for X = (j, k), Y = (l, i) and their transposes, and the factor of the sum.

    The places are those in a flat matrix (p*, p*), by X and Y.
    """
    row, col = lower(p)
    place = np.zeros((p, p), dtype=np.intp)
    place[row, col] = place[col, row] = np.arange(len(row))
    ways = ((row, col), (col, row))
    pairs = [(x, y) for x in ways for y in ways]
    places = tuple(len(row) * place[np.ix_(x[0], y[1])] + place[np.ix_(x[1], y[0])] for x, y in pairs)
    # An off-diagonal moment stands for two elements; a diagonal one is counted twice by the orientations.
    half = np.where(row == col, 0.5, 1.0)
    return places, np.outer(half, half) / 2


def moment_slopes(a: FloatArray, b: FloatArray, mean: FloatArray | None) -> FloatArray:
    """Derivatives (..., s, E) of the moments by the entries, from factors (..., p, E): ``dSigma = a b' + b a'``."""
    row, col = lower(a.shape[-2])
    covariances = a[..., row, :] * b[..., col, :] + b[..., row, :] * a[..., col, :]
    return covariances if mean is None else np.concatenate([mean, covariances], axis=-2)


def weighed(weight: FloatArray, moments: FloatArray) -> FloatArray:
    """Weights times columns of moments (..., s, k); weights are (..., s, s), or (..., s) where they are diagonal."""
    return np.asarray(weight @ moments if weight.ndim == moments.ndim else weight[..., None] * moments)
