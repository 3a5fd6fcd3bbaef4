"""Judgements pooled over respondents and bootstrap replicates, on arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError
from csisem.options import GroupMethod, Priority
from csisem.weighting.priority_vector import Priorities, priorities

# Largest number of counts, replicates times patterns, that are drawn at a time.
_CELLS = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Judgements of m respondents, identical ones taken together in u patterns.

    Attributes
    ----------
    pattern
        The pattern of each respondent, (m,).
    count
        Respondents of each pattern, (u,).
    features
        What is averaged over respondents, (u, k).
    finish
        From averages (..., k) to judgement matrices (..., n, n).
    own_matrices
        The judgement matrix of each pattern by itself, (u, n, n).
    """

    pattern: IntArray
    count: FloatArray
    features: FloatArray
    finish: Callable[[FloatArray], FloatArray]
    own_matrices: FloatArray

    @classmethod
    def of_judgements(cls, matrices: FloatArray) -> Opinions:
        """Return opinions whose judgements (m, n, n) are averaged geometrically."""
        n = matrices.shape[-1]
        distinct, pattern, count = np.unique(
            matrices.reshape(len(matrices), -1), axis=0, return_inverse=True, return_counts=True
        )
        return cls(pattern.ravel(), count.astype(np.float64), np.log(distinct), exponential, distinct.reshape(-1, n, n))


def exponential(features: FloatArray) -> FloatArray:
    """Matrices (..., n, n) whose logarithms are ``features`` (..., n * n)."""
    n = round(features.shape[-1] ** 0.5)
    return np.exp(features).reshape(*features.shape[:-1], n, n)


def pool(opinions: Opinions, aggregate: GroupMethod, method: Priority) -> tuple[FloatArray, Priorities]:
    """The matrix (n, n) and priorities of all respondents; under AIP the largest eigenvalue is their mean."""
    share = opinions.count / opinions.count.sum()
    matrix = opinions.finish(share @ opinions.features)
    if aggregate == "AIP":
        own = priorities(opinions.own_matrices, method)
        return matrix, Priorities(_mean_priorities(share, np.log(own.weights)), share @ own.lambda_max)
    return matrix, priorities(matrix, method)


def _mean_priorities(share: FloatArray, logs: FloatArray) -> FloatArray:
    """Geometric means of priorities with logarithms (u, n) by ``share`` (..., u), scaled to sum 1."""
    weights = np.exp(share @ logs)
    scaled: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return scaled


def bootstrap_weights(
    opinions: Opinions, aggregate: GroupMethod, method: Priority, count: int, seed: int | None
) -> FloatArray:
    """Weights (count, n) of bootstrap replicates of the respondents; empty for a count of 0."""
    if count == 0:
        return np.empty((0, 0))
    respondents = int(opinions.count.sum())
    if respondents < 2:
        raise DataError("A single respondent cannot be resampled; leave out n=.")
    generator = np.random.default_rng(seed)
    share = opinions.count / respondents
    logs = np.log(priorities(opinions.own_matrices, method).weights) if aggregate == "AIP" else None
    step = max(1, _CELLS // len(share))
    parts = []
    for first in range(0, count, step):
        drawn = generator.multinomial(respondents, share, size=min(step, count - first)) / respondents
        if logs is not None:
            parts.append(_mean_priorities(drawn, logs))
        else:
            parts.append(priorities(opinions.finish(drawn @ opinions.features), method).weights)
    return np.concatenate(parts)
