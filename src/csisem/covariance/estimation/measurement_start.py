"""Starting values from a fit of the measurement model.

Where two latent variables are nearly collinear, the paths have a pole: on the way to a solution in which a disturbance
variance is slightly negative they run to infinity instead of across it. The covariances of the latent variables have no
such pole. So the measurement model is fitted with all latent covariances free, and the paths are computed from its
solution, on whichever side of the pole it lies.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import project
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.specification.constraints import tie_parameters
from csisem.specification.parameters import Parameter, ParameterTable

_MOST_STEPS = 60
# Latent covariances start a tenth closer to zero than the values at which the first start ended, variances at these.
_APART = {True: 1.0, False: 0.9}


def through_measurement(table: ParameterTable, objective: Objective, end: FloatArray) -> FloatArray:
    """Starting parameters (R, q) from a fit of the measurement model; ``end`` gives those that it does not have."""
    reached = implied(objective.structure.matrices(end)).latent_cov
    values = measured(table, table, objective, end @ table.map.T + table.base, reached)
    return np.stack([project(table, row) for row in values])


def measured(
    table: ParameterTable, written: ParameterTable, objective: Objective, values: FloatArray, reached: FloatArray
) -> FloatArray:
    """Row values (R, rows) from a fit of the table's measurement model.

    It begins at the values (R, rows) and latent covariances (R, G, m, m) reached so far. Paths and residual covariances
    are those that ``written``, a table of the same rows, has free.
    """
    if table.ordered is not None and table.exogenous:
        # Ordered items are fitted given their predictors, whose covariances with constructs are no moments.
        return values
    free, kept = _measurement_model(table)
    inner = compile_structure(free)
    covariances = [
        _APART[row.row == row.col] * reached[:, row.group, row.row, row.col] for row in free.rows[len(kept) :]
    ]
    begin = np.column_stack([values[:, kept], *covariances])
    solution = minimise(objective.of(inner), np.stack([project(free, row) for row in begin]), _MOST_STEPS)
    latent_cov = implied(inner.matrices(solution.theta)).latent_cov
    places = {r: k for k, r in enumerate(kept)}
    fitted = free.base + solution.theta @ free.map.T
    values = values.copy()
    for r, row in enumerate(table.rows):
        if r in places and row.matrix in ("lambda", "theta", "beta"):
            values[:, r] = fitted[:, places[r]]
    _read_paths(written, objective.structure, latent_cov, values)
    return values


def _read_paths(table: ParameterTable, structure: Structure, latent_cov: FloatArray, values: FloatArray) -> None:
    """Write the paths and residual covariances of latent covariances (R, G, m, m) into row values (R, rows)."""
    for group in range(structure.groups):
        rows = [(r, row) for r, row in enumerate(table.rows) if row.group == group]
        paths = np.zeros((*latent_cov.shape[:1], structure.m, structure.m))
        sources: dict[int, list[tuple[int, int]]] = {}
        for r, row in rows:
            if row.matrix == "beta":
                sources.setdefault(row.row, []).append((r, row.col))
        cov = latent_cov[:, group]
        for target, named in sources.items():
            index = [col for _, col in named]
            block, right = cov[:, index][:, :, index], cov[:, index, target]
            weights = np.linalg.solve(block * (1 + 1e-9 * np.eye(len(index))), right[..., None])[..., 0]
            for position, (r, col) in enumerate(named):
                paths[:, target, col] = weights[:, position]
                if table.rows[r].fixed is None:
                    values[:, r] = weights[:, position]
        away = np.eye(structure.m) - paths
        residual = away @ cov @ away.mT
        for r, row in rows:
            if row.matrix == "psi" and row.fixed is None:
                values[:, r] = residual[:, row.row, row.col]


@lru_cache(maxsize=32)
def _measurement_model(table: ParameterTable) -> tuple[ParameterTable, list[int]]:
    """The table with all latent covariances free and no paths, and the rows of the original that it keeps."""
    kept = [
        r
        for r, row in enumerate(table.rows)
        if row.matrix in ("lambda", "theta", "tau", "delta")
        or (row.matrix == "beta" and row.op == "=~")
        or (table.ordered is not None and row.matrix in ("nu", "alpha"))
    ]
    rows = [table.rows[r] for r in kept]
    lower = {row.row for row in rows if row.matrix == "beta"}
    pairs = [(i, j) for i in range(len(table.latents)) for j in range(i, len(table.latents))]
    rows += [
        _covariance(table, group, i, j)
        for group in range(table.n_groups)
        for i, j in pairs
        if i == j or not {i, j} & lower
    ]
    tied = tie_parameters(rows, ())
    free = replace(
        table,
        rows=tuple(rows),
        base=tied.base,
        map=tied.map,
        meanstructure=table.ordered is not None,
        definitions=(),
        representatives=tied.representatives,
    )
    return free, kept


def _covariance(table: ParameterTable, group: int, i: int, j: int) -> Parameter:
    lhs, rhs = table.latents[i], table.latents[j]
    tie = ("free", lhs, "~~", rhs, group)
    own = next(
        (
            row
            for row in table.rows
            if row.group == group and row.matrix == "psi" and row.row == row.col == i == j and not row.exogenous
        ),
        None,
    )
    if own is not None and own.derived:
        return own
    fixed = None if own is None else own.fixed
    return Parameter(lhs, "~~", rhs, group, "", fixed, None, "psi", i, j, tie)
