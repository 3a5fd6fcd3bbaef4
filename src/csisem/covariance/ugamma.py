"""Traces of U Gamma and of its square, for tests that correct variance as well as mean: dense p* by p* algebra."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Point, Slopes
from csisem.covariance.structure import Structure

FloatArray = NDArray[np.float64]


def normal_weight(cov: FloatArray, means: bool) -> FloatArray:
    """Normal-theory weights of the moments of one group: ``D'(W x W)D/2`` for vech, below W for the means if modelled.

    W is the inverse of ``cov`` (p, p); vech runs over the lower triangle by rows (Browne 1974).
    """
    p = len(cov)
    inverse = np.linalg.inv(cov)
    row, col = np.tril_indices(p)
    both = inverse[np.ix_(row, row)] * inverse[np.ix_(col, col)] + inverse[np.ix_(row, col)] * inverse[np.ix_(col, row)]
    # An off-diagonal moment stands for two elements of the matrix.
    twice = np.where(row == col, 1.0, 2.0)
    weight: FloatArray = both * np.outer(twice, twice) / 4
    if not means:
        return weight
    joint = np.zeros((len(row) + p, len(row) + p))
    joint[:p, :p], joint[p:, p:] = inverse, weight
    return joint


def moment_derivatives(structure: Structure, point: Point, slope: Slopes, group: int) -> FloatArray:
    """Derivatives of one group's moments, means first where modelled, by the free parameters, (moments, q)."""
    factor = np.linalg.inv(point.white[0, group])
    a, b = factor @ slope.a[0, group], factor @ slope.b[0, group]
    row, col = np.tril_indices(structure.p)
    entries = a[row] * b[col] + b[row] * a[col]
    if structure.meanstructure:
        entries = np.concatenate([factor @ slope.mean[0, group], entries])
    derivatives: FloatArray = entries @ structure.map[group]
    return derivatives


def traces(weights: list[FloatArray], gammas: list[FloatArray], derivatives: list[FloatArray],
           shares: FloatArray) -> tuple[float, float]:  # fmt: skip
    """tr(U Gamma) and tr((U Gamma)^2), U = V - V D (D'V D)^-1 D'V, over groups with ``shares`` of the rows (G,).

    Groups are independent: V is block diagonal with ``share * weight`` and Gamma with ``gamma / share``.
    """
    sizes = [len(weight) for weight in weights]
    edges = np.cumsum([0, *sizes])
    v, gamma = np.zeros((edges[-1], edges[-1])), np.zeros((edges[-1], edges[-1]))
    for g, share in enumerate(shares):
        block = slice(edges[g], edges[g + 1])
        v[block, block], gamma[block, block] = share * weights[g], gammas[g] / share
    delta = np.concatenate(derivatives)
    pulled = v @ delta
    u = v - pulled @ np.linalg.solve(delta.T @ pulled, pulled.T)
    product = u @ gamma
    return float(np.trace(product)), float((product * product.T).sum())
