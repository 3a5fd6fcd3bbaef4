"""Moments of products of constructs from moments of products of their scores."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.plan import Plan


def product_moments(
    plan: Plan, scores: FloatArray, among: FloatArray, reliabilities: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Correct covariances of products of scores for the scores' errors.

    A score is ``Q`` times its construct plus an error, ``Q^2`` its reliability. Errors are normal and independent of
    the constructs and of each other (Dijkstra and Schermelleh-Engel 2014, Psychometrika 79, 585-604): third moments of
    scores are those of constructs times all three Q, and fourth moments have terms in which two errors of one
    construct meet.

    Parameters
    ----------
    plan
        The model, with interactions that are products of scores.
    scores
        Covariances (..., J, J) of scores of unit variance and of their products.
    among
        Correlations of the constructs, (..., J, J); those of interactions are not read.
    reliabilities
        (..., J).

    Returns
    -------
    tuple
        Correlations of constructs and products, (..., J, J), and standard deviations, 1 for constructs, (..., J).
    """
    if plan.products is None:
        raise ValueError("the plan has no interactions")
    root = np.sqrt(reliabilities)
    cov = among.copy()
    parts = {int(t): (one.first, one.second) for t, one in zip(plan.terms, plan.products.interactions, strict=True)}
    single = [j for j in range(len(plan.constructs)) if j not in parts]
    for t, (first, second) in parts.items():
        both = root[..., first] * root[..., second]
        for j in single:
            cov[..., t, j] = cov[..., j, t] = scores[..., t, j] / (both * root[..., j])
        for u, others in parts.items():
            mean = scores[..., first, second] * scores[..., others[0], others[1]]
            fourth = _fourth((first, second, *others), scores[..., t, u] + mean, among, root)
            cov[..., t, u] = fourth - among[..., first, second] * among[..., others[0], others[1]]
    variances = np.diagonal(cov, axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore"):
        deviations = np.sqrt(np.where(variances.real > 0, variances, np.nan))
        return cov / (deviations[..., :, None] * deviations[..., None, :]), deviations


def _fourth(names: tuple[int, int, int, int], moment: FloatArray, among: FloatArray, root: FloatArray) -> FloatArray:
    """The fourth moment (...) of four constructs from that of their scores."""
    noise = 1 - root**2
    for pair, rest in _pairs():
        a, b, c, d = (names[k] for k in (*pair, *rest))
        if a == b:
            # Both errors of the other pair meet too if it is of one construct; that is counted once for two pairs.
            moment = moment - noise[..., a] * (root[..., c] * root[..., d] * among[..., c, d])
            if c == d:
                moment = moment - noise[..., a] * noise[..., c] / 2
    scale = root[..., names[0]] * root[..., names[1]] * root[..., names[2]] * root[..., names[3]]
    return np.asarray(moment / scale)


def _pairs() -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The six pairs of four places, each with the other two."""
    for first, second in combinations(range(4), 2):
        rest = [k for k in range(4) if k not in (first, second)]
        yield (first, second), (rest[0], rest[1])
