"""Auxiliary variables for missing answers, as saturated correlates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from csisem.specification.parameters import MatrixName, Parameter, ParameterTable, with_freed


def with_auxiliary(table: ParameterTable, names: Sequence[str]) -> ParameterTable:
    """Add auxiliary variables as saturated correlates (Graham 2003, Structural Equation Modeling 10, 80-100).

    Each covaries with all observed variables through their residuals, and with the other auxiliary variables; its mean
    and variance are free. The new rows come last in each group. Where observed variables are on paths, the auxiliary
    ones join them in the structural model, since the residual of an outcome is its disturbance there.
    """
    if not names:
        return table
    observed = (*table.observed, *names)
    latents = (*table.latents, *names) if len(table.latents) > table.constructs else table.latents
    structural = {name: j for j, name in enumerate(latents) if j >= table.constructs}
    size, groups = len(table.rows) // table.n_groups, table.n_groups
    rows: list[Parameter] = []
    old: list[int] = []
    new: list[int] = []
    for group in range(groups):
        old += range(len(rows), len(rows) + size)
        rows += table.rows[group * size : (group + 1) * size]
        added = _rows(observed, structural, len(table.observed), group)
        new += range(len(rows), len(rows) + len(added))
        rows += added
    base = np.zeros(len(rows))
    base[old] = table.base
    mapping = with_freed(table.map, np.array(old), new, len(rows))
    return replace(
        table,
        rows=tuple(rows),
        base=base,
        map=mapping,
        observed=observed,
        latents=latents,
        representatives=(*(old[r] for r in table.representatives), *new),
        auxiliary=tuple(names),
    )


def _rows(observed: tuple[str, ...], structural: dict[str, int], first: int, group: int) -> list[Parameter]:
    """The parameters of one group's auxiliary variables, from position ``first``; ``structural`` are places in Psi."""
    rows = []
    for i in range(first, len(observed)):
        own = structural.get(observed[i])
        for j in range(i + 1):
            tie, partner = ("auxiliary", i, j, group), structural.get(observed[j])
            matrix: MatrixName = "theta" if own is None or partner is None else "psi"
            row, col = (i, j) if own is None or partner is None else (own, partner)
            rows.append(Parameter(observed[i], "~~", observed[j], group, "", None, None, matrix, row, col, tie))
        mean: MatrixName = "nu" if own is None else "alpha"
        at = i if own is None else own
        rows.append(Parameter(observed[i], "~1", "", group, "", None, None, mean, at, 0, ("auxiliary", i, group)))
    return rows
