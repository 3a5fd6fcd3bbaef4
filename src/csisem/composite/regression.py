"""Batches of small positive definite systems; samples are the last axis.

LAPACK is called once per sample, which costs more than the arithmetic of systems as small as these; elimination over
the whole batch costs a few array operations per pivot. Arrays may be complex.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray

# A pivot of a correlation matrix is the share of variance that other variables leave unexplained; below this it is
# rounding, and the variable is a combination of the others.
SINGULAR = 1e-10


def eliminate(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve ``matrix @ x = right`` by elimination without pivoting, as symmetric definite matrices allow.

    Parameters
    ----------
    matrix, right
        Shapes (k, k, R) and (k, r, R).

    Returns
    -------
    FloatArray
        x, (k, r, R); nan for samples with a singular matrix. Indefinite matrices are solved like others.
    """
    k = matrix.shape[0]
    work = np.concatenate([matrix, right], axis=1)
    regular = np.ones(work.shape[-1], dtype=bool)
    with np.errstate(all="ignore"):
        for c in range(k):
            pivot = work[c, c]
            regular &= np.abs(pivot.real) > SINGULAR
            row = work[c, c:] / pivot
            factor = work[:, c].copy()
            factor[c] = 0.0
            work[:, c:] -= factor[:, None] * row
            work[c, c:] = row
    solution = work[:, k:]
    if not regular.all():
        solution[..., ~regular] = np.nan
    return solution


def solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """`eliminate` for leading axes: (..., k, k) and (..., k, r) give (..., k, r)."""
    solution = eliminate(members_last(matrix), members_last(right))
    return np.moveaxis(solution, -1, 0).reshape(right.shape)


def regress(correlations: FloatArray, predecessors: Sequence[IntArray]) -> FloatArray:
    """Coefficients (J, J, R) of every variable's regression on its predecessors; row = target, 0 elsewhere.

    Parameters
    ----------
    correlations
        (J, J, R).
    predecessors
        Positions of the predictors of each of the J variables.
    """
    paths = np.zeros_like(correlations)
    for target, sources in enumerate(predecessors):
        if len(sources) == 1:
            paths[target, sources[0]] = correlations[target, sources[0]]
        elif len(sources):
            among = correlations[sources[:, None], sources]
            paths[target, sources] = eliminate(among, correlations[sources, target][:, None])[:, 0]
    return paths


def members_last(matrices: FloatArray) -> FloatArray:
    """(..., k, r) as (k, r, R), all leading axes in one."""
    return np.moveaxis(matrices.reshape(-1, *matrices.shape[-2:]), 0, -1)
