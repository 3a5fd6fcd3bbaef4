"""Derivatives by the moments: means, then the lower triangle by rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray, IntArray


def triangle(matrices: FloatArray) -> FloatArray:
    """Lower triangles (..., p*) of symmetric matrices (..., p, p), by rows."""
    row, col = np.tril_indices(matrices.shape[-1])
    return matrices[..., row, col]


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
    first, second, weight = _orientations(p)
    forms = []
    for share, place in members:
        product = (left[:, place] * share[..., None]).mT @ right[:, place]
        # X_jk and Y_li each stand for two elements; all four orientations are read from one product.
        total = sum(product[:, a, b] for a, b in zip(first, second, strict=True))
        forms.append(total * weight)
    return np.stack(forms, axis=1)


@lru_cache(maxsize=16)
def _orientations(p: int) -> tuple[tuple[IntArray, ...], tuple[IntArray, ...], FloatArray]:
    """Places of ``L_ij K_kl`` for X = (j, k), Y = (l, i) and their transposes, and the factor of the sum."""
    row, col = np.tril_indices(p)
    place = np.zeros((p, p), dtype=np.intp)
    place[row, col] = place[col, row] = np.arange(len(row))
    ways = ((row, col), (col, row))
    pairs = [(x, y) for x in ways for y in ways]
    first = tuple(place[np.ix_(x[0], y[1])] for x, y in pairs)
    second = tuple(place[np.ix_(x[1], y[0])] for x, y in pairs)
    # An off-diagonal moment stands for two elements; a diagonal one is counted twice by the orientations.
    half = np.where(row == col, 0.5, 1.0)
    return first, second, np.outer(half, half) / 2


def moment_slopes(a: FloatArray, b: FloatArray, mean: FloatArray | None) -> FloatArray:
    """Derivatives (..., s, E) of the moments by the entries, from factors (..., p, E): ``dSigma = a b' + b a'``."""
    row, col = np.tril_indices(a.shape[-2])
    covariances = a[..., row, :] * b[..., col, :] + b[..., row, :] * a[..., col, :]
    return covariances if mean is None else np.concatenate([mean, covariances], axis=-2)


def weighed(weight: FloatArray, moments: FloatArray) -> FloatArray:
    """Weights times columns of moments (..., s, k); weights are (..., s, s), or (..., s) where they are diagonal."""
    return np.asarray(weight @ moments if weight.ndim == moments.ndim else weight[..., None] * moments)
