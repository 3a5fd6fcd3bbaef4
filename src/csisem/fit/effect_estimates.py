"""Estimates of effects of a solution, and the pairs that have them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.fit.solution import Solution

if TYPE_CHECKING:
    from csisem.specification.parameters import ParameterTable

# A standard error below this is rounding of none.
_ROUNDING = 1e-12


def effect_function(solution: Solution, *, standardized: bool) -> Callable[[FloatArray], FloatArray]:
    """Direct, indirect and total effects (..., G, 3, m, m), row = target, as a function of free parameters (..., q)."""
    return partial(solution.effects_at, standardized=standardized)


def effect_errors(solution: Solution, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Standard errors (G, 3, m, m) of effects, nan for direct and total ones that an active inequality holds."""
    table, se = solution.table, solution.errors_by_group(function)
    if table.tangent is not None:
        for r in np.flatnonzero(table.tangent.still):
            row = table.rows[r]
            if row.matrix == "beta":
                effects = se[row.group, :, row.row, row.col]
                effects[[0, 2]] = np.where(effects[[0, 2]] < _ROUNDING, np.nan, effects[[0, 2]])
    return se


def affected_pairs(table: ParameterTable) -> list[tuple[int, int, int]]:
    """Group, source and target of each pair with a chain of paths from source to target, whatever the estimates."""
    _, reached = reachable(table)
    count = len(table.latents)
    return [
        (group, source, target)
        for group in range(table.n_groups)
        for source in range(count)
        for target in range(count)
        if reached[target, source]
    ]


def reachable(table: ParameterTable) -> tuple[BoolArray, BoolArray]:
    """Whether a chain of two or more paths, and whether any chain, leads from column to row; both (m, m)."""
    count = len(table.latents)
    step = np.zeros((count, count), dtype=np.int64)
    for row in table.rows:
        if row.matrix == "beta" and row.fixed != 0:
            step[row.row, row.col] = 1
    reached = step.copy()
    for _ in range(count):
        reached = np.minimum(reached + step @ reached, 1)
    indirect = (step @ reached).astype(bool)
    anyhow = reached.astype(bool)
    np.fill_diagonal(anyhow, False)
    return indirect, anyhow
