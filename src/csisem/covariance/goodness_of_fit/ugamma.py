"""Sandwich covariance and traces of U Gamma, for any moment weights."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, IntArray
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


def information(weight: FloatArray, derivatives: FloatArray, shares: FloatArray) -> FloatArray:
    """``D'V D``, (q, q), with arguments as in `sandwich`."""
    return _summed(derivatives, [
        share * (moved.T @ weighed(own, moved))
        for own, moved, share in zip(weight, _by_group(derivatives), shares, strict=True)
    ])  # fmt: skip


def sandwich(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> FloatArray:
    """``(D'VD)^-1 D'V Gamma V D (D'VD)^-1``, (q, q), over groups with ``shares`` of the rows (G,).

    Weights are (G, s, s), or (G, s) where they are diagonal; ``gamma`` is (G, s, s), ``derivatives`` (G, s, q).
    """
    inverse = symmetric_inverse(information(weight, derivatives, shares))
    parts = []
    for own, between, moved, share in zip(weight, gamma, _by_group(derivatives), shares, strict=True):
        pulled = weighed(own, moved)
        parts.append(share * (pulled.T @ between @ pulled))
    return np.asarray(inverse @ _summed(derivatives, parts) @ inverse)


def traces(weight: FloatArray, gamma: FloatArray, derivatives: FloatArray, shares: FloatArray) -> tuple[float, float]:
    """tr(U Gamma) and tr((U Gamma)^2), U = V - V D (D'V D)^-1 D'V, with arguments as in `sandwich`.

    Groups are independent: V is block diagonal with ``share * weight`` and Gamma with ``gamma / share``. With
    B = D'V D, M = D'V Gamma V D and C = D'V Gamma V Gamma V D the traces are ``tr(V Gamma) - tr(B^-1 M)`` and
    ``tr((V Gamma)^2) - 2 tr(B^-1 C) + tr((B^-1 M)^2)``.
    """
    first = second = 0.0
    once, twice = [], []
    for own, between, moved, share in zip(weight, gamma, _by_group(derivatives), shares, strict=True):
        product, pulled = weighed(own, between), weighed(own, moved)
        first += float(np.trace(product))
        second += float((product * product.T).sum())
        drawn = between @ pulled
        once.append(share * (pulled.T @ drawn))
        twice.append(share * (drawn.T @ weighed(own, drawn)))
    inverse = symmetric_inverse(information(weight, derivatives, shares))
    turned = inverse @ _summed(derivatives, once)
    second += float((turned * turned.T).sum() - 2 * (inverse * _summed(derivatives, twice)).sum())
    return first - float(np.trace(turned)), second


def own_parameters(derivatives: FloatArray) -> list[IntArray]:
    """Parameters on which the moments of each group depend, from derivatives (G, s, q)."""
    return [np.flatnonzero(moved.any(axis=0)) for moved in derivatives]


def _by_group(derivatives: FloatArray) -> list[FloatArray]:
    """Derivatives (s, n) of each group by its own parameters, so that many groups cost no more than one by one."""
    return [moved[:, own] for moved, own in zip(derivatives, own_parameters(derivatives), strict=True)]


def _summed(derivatives: FloatArray, parts: list[FloatArray]) -> FloatArray:
    """The sum (q, q) of matrices (n, n) of the groups' own parameters."""
    total = np.zeros((derivatives.shape[-1], derivatives.shape[-1]))
    for own, part in zip(own_parameters(derivatives), parts, strict=True):
        total[np.ix_(own, own)] += part
    return total
