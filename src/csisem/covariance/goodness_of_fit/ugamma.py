"""Sandwich covariance and traces of U Gamma, for any moment weights."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import lower, moment_slopes, weighed


def normal_weight(cov: FloatArray, means: bool) -> FloatArray:
    """Normal-theory weights of the moments of one group: ``D'(W x W)D/2`` for vech, below W for the means if modelled.

    W is the inverse of ``cov`` (p, p); vech runs over the lower triangle by rows (Browne 1974).
    """
    inverse = symmetric_inverse(cov)
    row, col = lower(len(cov))
    both = inverse[np.ix_(row, row)] * inverse[np.ix_(col, col)] + inverse[np.ix_(row, col)] * inverse[np.ix_(col, row)]
    # An off-diagonal moment stands for two elements of the matrix.
    twice = np.where(row == col, 1.0, 2.0)
    weight = both * np.outer(twice, twice) / 4
    return _block_diagonal(inverse, weight) if means else weight


def normal_gamma(cov: FloatArray, means: bool) -> FloatArray:
    """Covariances of normal rows' contributions to the moments of one group, the inverse of `normal_weight`."""
    row, col = lower(len(cov))
    gamma = cov[np.ix_(row, row)] * cov[np.ix_(col, col)] + cov[np.ix_(row, col)] * cov[np.ix_(col, row)]
    return _block_diagonal(cov, gamma) if means else gamma


def _block_diagonal(first: FloatArray, second: FloatArray) -> FloatArray:
    p = len(first)
    joint = np.zeros((p + len(second), p + len(second)))
    joint[:p, :p], joint[p:, p:] = first, second
    return joint


def moment_derivatives(structure: Structure, point: Point, slope: Slopes) -> FloatArray:
    """Derivatives of the moments, means first where modelled, by the free parameters, (R, G, s, q)."""
    factor = np.linalg.inv(point.white)
    mean = factor @ slope.mean if structure.meanstructure else None
    return np.asarray(moment_slopes(factor @ slope.a, factor @ slope.b, mean) @ structure.whole_map())


def sandwich(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> FloatArray:
    """``(D'VD)^-1 D'V Gamma V D (D'VD)^-1``, (q, q), over groups with ``shares`` of the rows (G,).

    Weights are (G, s, s), or (G, s) where they are diagonal; ``gamma`` is (G, s, s), ``derivatives`` (G, s, q).
    """
    pulled = weighed(weight, derivatives)
    share = shares[:, None, None]
    inverse = symmetric_inverse((share * (derivatives.mT @ pulled)).sum(axis=0))
    meat = (share * (pulled.mT @ gamma @ pulled)).sum(axis=0)
    return np.asarray(inverse @ meat @ inverse)


def traces(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> tuple[float, float]:
    """tr(U Gamma) and tr((U Gamma)^2), U = V - V D (D'V D)^-1 D'V, with arguments as in `sandwich`.

    Groups are independent: V is block diagonal with ``share * weight`` and Gamma with ``gamma / share``.
    """
    groups, size, q = derivatives.shape
    v = weight if weight.ndim == 3 else weight[..., None] * np.eye(size)
    pulled = (shares[:, None, None] * (v @ derivatives)).reshape(groups * size, q)
    delta = derivatives.reshape(groups * size, q)
    u = -pulled @ symmetric_inverse(delta.T @ pulled) @ pulled.T
    product = np.zeros_like(u)
    for g, share in enumerate(shares):
        block = slice(g * size, (g + 1) * size)
        u[block, block] += share * v[g]
        product[:, block] = u[:, block] @ gamma[g] / share
    return float(np.trace(product)), float((product * product.T).sum())
