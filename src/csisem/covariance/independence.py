"""The baseline that a model is compared with: variances, means where they are modelled, and no covariances."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.start import project
from csisem.model.constraints import tie_parameters
from csisem.model.parameters import MatrixName, Parameter, ParameterTable

FloatArray = NDArray[np.float64]


@lru_cache(maxsize=32)
def independence_table(table: ParameterTable) -> ParameterTable:
    """The table of uncorrelated variables; predictors keep their covariances, and what is fixed of them stays fixed."""
    names = table.predictors
    rows: list[Parameter] = []
    for group in range(table.n_groups):
        own = {(row.lhs, row.op, row.rhs): row for row in table.rows if row.group == group}
        rows += [
            _row("psi", lhs, "~~", rhs, group, names.index(lhs), names.index(rhs), exogenous=row.exogenous)
            for (lhs, op, rhs), row in own.items()
            if op == "~~" and lhs in names and rhs in names
        ]
        for i, name in enumerate(table.observed):
            if name not in names:
                rows.append(_row("theta", name, "~~", name, group, i, i))
            if table.meanstructure:
                exogenous = own[name, "~1", ""].exogenous
                place: tuple[MatrixName, int] = ("alpha", names.index(name)) if name in names else ("nu", i)
                rows.append(_row(place[0], name, "~1", "", group, place[1], 0, exogenous=exogenous))
    tied = tie_parameters(rows, ())
    return replace(
        table,
        rows=tuple(rows),
        base=tied.base,
        map=tied.map,
        latents=names,
        constructs=0,
        definitions=(),
        representatives=tied.representatives,
    )


def independence_start(baseline: ParameterTable, mean: FloatArray, cov: FloatArray) -> FloatArray:
    """Free parameters (q,) of `independence_table` at sample moments ``mean`` (G, p) and ``cov`` (G, p, p)."""
    place = {name: i for i, name in enumerate(baseline.observed)}
    values = [
        mean[row.group, place[row.lhs]] if row.op == "~1" else cov[row.group, place[row.lhs], place[row.rhs]]
        for row in baseline.rows
    ]
    return project(baseline, np.array(values))


def _row(
    matrix: MatrixName, lhs: str, op: str, rhs: str, group: int, i: int, j: int, *, exogenous: bool = False
) -> Parameter:
    fixed = float("nan") if exogenous else None
    return Parameter(lhs, op, rhs, group, "", fixed, None, matrix, i, j, (lhs, op, rhs, group), exogenous=exogenous)
