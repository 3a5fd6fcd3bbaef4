"""Parameter tables of the saturated and the baseline model."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.specification.constraints import tie_parameters
from csisem.specification.parameters import Parameter, ParameterTable


@lru_cache(maxsize=32)
def saturated_table(table: ParameterTable) -> ParameterTable:
    """Table of the same observed variables with all (co)variances free, and all means where these are modelled.

    Parameters run by group: the lower triangle by rows, then the means.
    """
    return _of_moments(table, [(i, j) for i in range(len(table.observed)) for j in range(i + 1)])


@lru_cache(maxsize=32)
def independence_table(table: ParameterTable) -> ParameterTable:
    """Table of the same observed variables without covariances, except those of predictors and of auxiliary variables.

    Parameters run by group: (co)variances by rows of the lower triangle, then the means.
    """
    names, given, free = table.observed, set(table.predictors), set(table.auxiliary)
    return _of_moments(
        table,
        [
            (i, j)
            for i in range(len(names))
            for j in range(i + 1)
            if i == j or {names[i], names[j]} & free or {names[i], names[j]} <= given
        ],
    )


def moments_of(table: ParameterTable, mean: FloatArray, cov: FloatArray) -> FloatArray:
    """Free parameters (q,) of a table of moments at ``mean`` (G, p) and ``cov`` (G, p, p)."""
    place = {name: i for i, name in enumerate(table.observed)}
    return np.array([
        mean[row.group, place[row.lhs]] if row.op == "~1" else cov[row.group, place[row.lhs], place[row.rhs]]
        for row in table.rows
    ])  # fmt: skip


def _of_moments(table: ParameterTable, pairs: list[tuple[int, int]]) -> ParameterTable:
    rows: list[Parameter] = []
    for group in range(table.n_groups):
        rows += [_moment(table, group, i, j) for i, j in pairs]
        if table.meanstructure:
            rows += [_intercept(table, group, i) for i in range(len(table.observed))]
    tied = tie_parameters(rows, ())
    return replace(
        table,
        rows=tuple(rows),
        base=tied.base,
        map=tied.map,
        latents=(),
        constructs=0,
        definitions=(),
        representatives=tied.representatives,
    )


def _moment(table: ParameterTable, group: int, i: int, j: int) -> Parameter:
    names = table.observed[i], table.observed[j]
    return Parameter(names[0], "~~", names[1], group, "", None, None, "theta", i, j, (group, i, j))


def _intercept(table: ParameterTable, group: int, i: int) -> Parameter:
    return Parameter(table.observed[i], "~1", "", group, "", None, None, "nu", i, 0, (group, i))
