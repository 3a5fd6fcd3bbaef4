"""Omega of ordered answers from a model of their latent responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.covariance.lisrel.matrices import Matrices
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.moments.ordered.polychoric import bivariate_density, bivariate_normal

_ROOT = np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The codes of a block's answers: a code rises by ``gap`` (t,) at each of the thresholds of ``item`` (t,).

    Attributes
    ----------
    threshold
        Places of the block's t thresholds among all.
    item
        The item of each, as a place in the block.
    gap
        Differences of neighbouring codes.
    numeric
        Places in the block of numeric items.
    """

    threshold: IntArray
    item: IntArray
    gap: FloatArray
    numeric: IntArray


def steps_of(solution: OrderedSolution, block: IntArray) -> Steps:
    """The steps of the items at places ``block`` among the observed variables."""
    first, observed = solution.first, solution.table.observed
    answers = dict(zip(first.items, first.answers, strict=True))
    item = solution.objective.vector.responses.item
    threshold, owner, gap = [], [], []
    for place, column in enumerate(block.tolist()):
        codes = answers.get(observed[column], ())
        if codes:
            threshold += np.flatnonzero(item == column).tolist()
            owner += [place] * (len(codes) - 1)
            gap += np.diff(codes).tolist()
    numeric = [place for place, column in enumerate(block.tolist()) if not answers.get(observed[column])]
    return Steps(
        np.array(threshold, dtype=np.intp), np.array(owner, dtype=np.intp), np.array(gap, dtype=np.float64),
        np.array(numeric, dtype=np.intp),
    )  # fmt: skip


def ordered_omega(
    solution: OrderedSolution, given: Matrices, places: Sequence[IntArray], columns: IntArray
) -> FloatArray:
    """Omega (..., G, J) of the sums of the answers' codes, at matrices of the solution's model, real or complex.

    The covariance of the sum with that of a parallel form, whose latent responses share the construct alone, over the
    variance of the sum, both as the model implies them (Green and Yang 2009, Psychometrika 74, 155-167). Nan of a
    single item.
    """
    matrices = with_responses(given)
    moments = implied(matrices)
    sd = np.sqrt(np.diagonal(moments.cov, axis1=-2, axis2=-1))
    item = solution.objective.vector.responses.item
    cut = (matrices.thresholds - moments.mean[..., item]) / sd[..., item]
    found = np.full((*sd.shape[:-1], len(columns)), np.nan, dtype=sd.dtype)
    for j, (block, column) in enumerate(zip(places, columns, strict=True)):
        if len(block) < 2:
            continue
        steps, own = steps_of(solution, block), sd[..., block]
        loading = matrices.loadings[..., block, column] * np.sqrt(moments.latent_cov[..., column, column])[..., None]
        loading = loading / own
        among = moments.cov[..., block[:, None], block] / (own[..., :, None] * own[..., None, :])
        shared = loading[..., :, None] * loading[..., None, :]
        inside = cut[..., steps.threshold]
        true = _variance(steps, inside, own, shared, same=False)
        found[..., j] = true / _variance(steps, inside, own, among, same=True)
    return found


def _variance(steps: Steps, cut: FloatArray, sd: FloatArray, correlations: FloatArray, *, same: bool) -> FloatArray:
    """Variance (...) of the sum of codes at correlations (..., k, k), or its covariance with another form's.

    The covariance of two codes is the sum over pairs of thresholds of ``P(X > s, Y > t) - P(X > s) P(Y > t)``
    (Hoeffding 1940). In the sum itself the answers to an item are the ``same``.
    """
    i, weight = steps.item, steps.gap[:, None] * steps.gap
    one, two = cut[..., :, None], cut[..., None, :]
    r = correlations[..., i[:, None], i]
    twice = same & (i[:, None] == i)
    joint = _joint(one, two, np.where(twice, 0.0, r))
    below = _normal(cut)
    both = np.where(twice, np.minimum.reduce(np.broadcast_arrays(below[..., :, None], below[..., None, :])), joint)
    total = (weight * (both - below[..., :, None] * below[..., None, :])).sum(axis=(-2, -1))
    n = steps.numeric
    if n.size:
        density = np.exp(-(cut**2) / 2) / _ROOT * steps.gap
        mixed = correlations[..., n[:, None], i] * sd[..., n, None] * density[..., None, :]
        plain = correlations[..., n[:, None], n] * sd[..., n, None] * sd[..., None, n]
        total = total + 2 * mixed.sum(axis=(-2, -1)) + plain.sum(axis=(-2, -1))
    return np.asarray(total)


def _normal(x: FloatArray) -> FloatArray:
    """Normal distribution function; of complex x to first order in their imaginary part."""
    real = np.real(x)
    if not np.iscomplexobj(x):
        return np.asarray(ndtr(real))
    return np.asarray(ndtr(real) + 1j * np.imag(x) * np.exp(-(real**2) / 2) / _ROOT)


def _joint(h: FloatArray, k: FloatArray, rho: FloatArray) -> FloatArray:
    """P(X <= h, Y <= k) of two normal variables; of complex arguments to first order in their imaginary parts."""
    a, b, r = (np.real(x) for x in np.broadcast_arrays(h, k, rho))
    # A loading beyond 1, of a negative residual variance, shares more than there is.
    r = np.where(np.abs(r) < 1, r, np.nan)
    found = bivariate_normal(a, b, r)
    if not np.iscomplexobj(rho):
        return found
    root = np.sqrt(1 - r**2)
    by_h = np.exp(-(a**2) / 2) / _ROOT * ndtr((b - r * a) / root)
    by_k = np.exp(-(b**2) / 2) / _ROOT * ndtr((a - r * b) / root)
    moved = by_h * np.imag(h) + by_k * np.imag(k) + bivariate_density(a, b, r) * np.imag(rho)
    return np.asarray(found + 1j * moved)
