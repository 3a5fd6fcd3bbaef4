"""Priorities and consistency of judgement matrices, on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError
from csisem.options import Priority, RandomIndex

SAATY = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random matrices of 1 to 15 items as Saaty printed them (1.48 after 1.51 is his)."""

SIMULATED = (0.0, 0.0, 0.5251686, 0.8836651, 1.1081014, 1.2492774, 1.3415514, 1.404846)
"""The same from 500,000 random matrices each, 1 to 8 items."""

ACCEPTED = 0.1
"""Consistency ratios below this are accepted (Saaty 1980)."""

# Power iteration stops when no priority moves by more than this; priorities sum to 1.
_STILL = 1e-15
# Iterations that the most inconsistent matrix of nines needs, with room to spare.
_MOST = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Priorities:
    """Priorities (..., n) with sum 1, and the largest eigenvalues (...), or estimates of these from geometric means."""

    weights: FloatArray
    lambda_max: FloatArray

    @property
    def consistency_index(self) -> FloatArray:
        """``(lambda_max - n)/(n - 1)``, (...); zero for one or two items, and never negative by rounding."""
        n = self.weights.shape[-1]
        if n <= 2:
            return np.zeros_like(self.lambda_max)
        index: FloatArray = np.maximum(self.lambda_max - n, 0.0) / (n - 1)
        return index


def priorities(matrices: FloatArray, method: Priority = "eigenvector") -> Priorities:
    """Priorities of positive reciprocal matrices (..., n, n).

    ``"eigenvector"``: the principal eigenvector (Saaty 1980); ``"geometric"``: geometric means of the rows (Crawford
    and Williams 1985, Journal of Mathematical Psychology 29, 387-405), with ``lambda_max`` the mean of (A w)_i / w_i.
    """
    weights = np.exp(np.log(matrices).mean(axis=-1))
    weights /= weights.sum(axis=-1, keepdims=True)
    if method == "eigenvector":
        weights = _principal(matrices, weights)
    image = np.matmul(matrices, weights[..., None])[..., 0]
    return Priorities(weights, (image / weights).mean(axis=-1))


def _principal(matrices: FloatArray, start: FloatArray) -> FloatArray:
    """Principal eigenvectors (..., n) by power iteration; converged matrices leave the batch."""
    n = matrices.shape[-1]
    stack, weights = matrices.reshape(-1, n, n), start.reshape(-1, n).copy()
    moving = np.arange(len(stack))
    for _ in range(_MOST):
        image = np.matmul(stack[moving], weights[moving, :, None])[..., 0]
        image /= image.sum(axis=-1, keepdims=True)
        change = np.abs(image - weights[moving]).max(axis=-1)
        weights[moving] = image
        moving = moving[change > _STILL]
        if not moving.size:
            return weights.reshape(start.shape)
    raise DataError("The priorities of a judgement matrix did not converge; its entries are too far apart.")


def random_index(n: int, kind: RandomIndex = "saaty") -> float:
    """Mean consistency index of random judgements on ``n`` items.

    Beyond the printed tables the line ``(1.7699 n - 4.3513)/(n - 1)`` of Alonso and Lamata (2006, International Journal
    of Uncertainty, Fuzziness and Knowledge-Based Systems 14, 445-459).
    """
    table = SAATY if kind == "saaty" else SIMULATED
    return table[n - 1] if n <= len(table) else (1.7699 * n - 4.3513) / (n - 1)


def worst_judgement(matrix: FloatArray, weights: FloatArray) -> tuple[int, int] | None:
    """Row and column of the judgement a_ij of at least 1 with the largest ``|log(a_ij w_j / w_i)|``.

    Saaty (2003, European Journal of Operational Research 145, 85-91), section 4. None for fewer than three items or a
    consistent matrix.
    """
    gap = np.abs(np.log(matrix * weights / weights[:, None]))
    if len(weights) < 3 or gap.max() < 1e-9:
        return None
    i, j = (int(k) for k in np.unravel_index(np.argmax(np.triu(gap)), gap.shape))
    return (j, i) if matrix[i, j] < 1 else (i, j)
