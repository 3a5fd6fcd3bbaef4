"""Structural model: regressions of scores, R2, effects; arrays may be complex."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.plan import Plan
from csisem.composite.regression import eliminate, members_last, regress


def regressions(predecessors: Sequence[IntArray], correlations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Standardised paths (..., J, J), row = target, and R2 (..., J), nan for constructs without predecessor.

    ``predecessors`` are positions by construct, ``correlations`` of the scores are (..., J, J).
    """
    last = members_last(correlations)
    paths = np.moveaxis(regress(last, predecessors), -1, 0).reshape(correlations.shape)
    explained = (paths * correlations).sum(axis=-1)
    explained[..., [not len(sources) for sources in predecessors]] = np.nan
    return paths, explained


def adjusted(r_squared: FloatArray, predecessors: Sequence[IntArray], n: FloatArray) -> FloatArray:
    """Adjusted R2 (..., J) from n rows (...): ``1 - (1 - R2)(n - 1)/(n - k - 1)`` with k predecessors (Wherry 1931)."""
    k = np.array([len(sources) for sources in predecessors])
    rows = np.asarray(n, dtype=np.float64)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        shrunk: FloatArray = 1 - (1 - r_squared) * (rows - 1) / np.where(rows > k + 1, rows - k - 1, np.nan)
    return shrunk


def effects(plan: Plan, paths: FloatArray) -> FloatArray:
    """Direct, indirect and total effects (..., 3, J, J), row = target (Bollen 1987)."""
    total = np.zeros_like(paths)
    for target in plan.order:
        for source in np.flatnonzero(plan.arrows[target]):
            through = paths[..., target, source]
            total[..., target, :] += through[..., None] * total[..., source, :]
            total[..., target, source] += through
    return np.stack([paths, total - paths, total], axis=-3)


def inflation(predecessors: Sequence[IntArray], correlations: FloatArray) -> FloatArray:
    """Variance inflation factors (..., J, J) of the column's construct as a predictor of the row's; nan elsewhere.

    The diagonal of the inverse of the predecessors' correlations (Marquardt 1970).
    """
    last = members_last(correlations)
    factors = np.full(last.shape, np.nan, dtype=last.dtype)
    for target, sources in enumerate(predecessors):
        if len(sources):
            factors[target, sources] = inverse_diagonal(last[sources[:, None], sources])
    return np.moveaxis(factors, -1, 0).reshape(correlations.shape)


def inverse_diagonal(matrices: FloatArray) -> FloatArray:
    """Diagonals (k, R) of the inverses of (k, k, R)."""
    k = matrices.shape[0]
    inverse = eliminate(matrices, np.broadcast_to(np.eye(k)[..., None], matrices.shape))
    return inverse[np.arange(k), np.arange(k)]


def effect_sizes(predecessors: Sequence[IntArray], correlations: FloatArray) -> FloatArray:
    """Cohen's (1988) f2 (..., J, J) of the column's construct for the row's, with scores unchanged; else nan.

    Without one predictor R2 falls by b^2 / VIF, so that f2 = b^2 / (VIF (1 - R2)).
    """
    paths, explained = regressions(predecessors, correlations)
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes: FloatArray = paths**2 / (inflation(predecessors, correlations) * (1 - explained[..., None]))
    return sizes
