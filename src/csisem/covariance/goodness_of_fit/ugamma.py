"""Robust errors, and traces of U Gamma and of its square, for any weights of the moments: dense p* by p* algebra."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import moment_slopes, weighed


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


def normal_gamma(cov: FloatArray, means: bool) -> FloatArray:
    """Covariances of normal rows' contributions to the moments of one group, the inverse of `normal_weight`."""
    p = len(cov)
    row, col = np.tril_indices(p)
    gamma: FloatArray = cov[np.ix_(row, row)] * cov[np.ix_(col, col)] + cov[np.ix_(row, col)] * cov[np.ix_(col, row)]
    if not means:
        return gamma
    joint = np.zeros((len(row) + p, len(row) + p))
    joint[:p, :p], joint[p:, p:] = cov, gamma
    return joint


def moment_derivatives(structure: Structure, point: Point, slope: Slopes) -> FloatArray:
    """Derivatives of the moments, means first where modelled, by the free parameters, (R, G, s, q)."""
    factor = np.linalg.inv(point.white)
    mean = factor @ slope.mean if structure.meanstructure else None
    derivatives: FloatArray = moment_slopes(factor @ slope.a, factor @ slope.b, mean) @ structure.map
    return derivatives


def sandwich(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> FloatArray:
    """``(D'VD)^-1 D'V Gamma V D (D'VD)^-1``, (q, q), over groups with ``shares`` of the rows (G,).

    Weights are (G, s, s), or (G, s) where they are diagonal; ``gamma`` is (G, s, s), ``derivatives`` (G, s, q).
    """
    pulled = weighed(weight, derivatives)
    share = shares[:, None, None]
    inverse = np.linalg.inv((share * (np.swapaxes(derivatives, -1, -2) @ pulled)).sum(axis=0))
    meat = (share * (np.swapaxes(pulled, -1, -2) @ gamma @ pulled)).sum(axis=0)
    covariance: FloatArray = inverse @ meat @ inverse
    return covariance


def traces(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> tuple[float, float]:
    """tr(U Gamma) and tr((U Gamma)^2), U = V - V D (D'V D)^-1 D'V, with arguments as in `sandwich`.

    Groups are independent: V is block diagonal with ``share * weight`` and Gamma with ``gamma / share``.
    """
    groups, size, q = derivatives.shape
    v = weight if weight.ndim == 3 else weight[..., None] * np.eye(size)
    pulled = (shares[:, None, None] * (v @ derivatives)).reshape(groups * size, q)
    delta = derivatives.reshape(groups * size, q)
    u = -pulled @ np.linalg.solve(delta.T @ pulled, pulled.T)
    product = np.zeros_like(u)
    for g, share in enumerate(shares):
        block = slice(g * size, (g + 1) * size)
        u[block, block] += share * v[g]
        product[:, block] = u[:, block] @ gamma[g] / share
    return float(np.trace(product)), float((product * product.T).sum())
