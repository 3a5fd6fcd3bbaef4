"""Starting values from a fit with constructs of residual variance one.

An item that hardly measures its construct is a bad marker: the other loadings, relative to its own, are large, of
either sign, and run to infinity on the way from one sign to the other. With a construct's residual variance fixed at
one instead of a loading, no loading is relative to another, and the model is the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import project
from csisem.covariance.lisrel.matrices import row_places
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.specification.constraints import tie_parameters
from csisem.specification.parameters import Parameter, ParameterTable

_MOST_STEPS = 100
# A loading that is smaller than this, of a construct with residual variance one and in standard deviations of its item,
# cannot be a marker.
_NO_MARKER = 1e-6


def through_unit_variances(table: ParameterTable, objective: Objective, start: FloatArray) -> FloatArray:
    """Starting parameters (R, q) from a fit without markers, which begins where ``start`` (R, q) does."""
    other = _without_markers(table)
    if other is None:
        return start
    free, marked, own = other
    values = start @ table.map.T + table.base
    units = _units(table, own, np.sqrt(np.maximum(values[:, own], 1e-12)))
    values = values * units
    begin = np.stack([project(free, row) for row in values])
    posed = objective.of(_with_variances(objective.structure, compile_structure(free), free, own))
    found = minimise(posed, begin, _MOST_STEPS)
    values = free.base + found.theta @ free.map.T
    ends = values[:, marked]
    fixed = table.base[marked]
    deviation = np.sqrt(objective.marginals()[1]).max(axis=(1, 2))[:, None]
    ends = np.where(np.abs(ends) > _NO_MARKER * deviation * 1e-6, ends, _NO_MARKER * deviation)
    return np.stack([project(table, row) for row in values * _units(table, own, fixed / ends)])


def _units(table: ParameterTable, own: IntArray, factor: FloatArray) -> FloatArray:
    """What the rows (R, rows) are multiplied by when constructs are divided by ``factor`` (R, constructs)."""
    at, m = row_places(table), len(table.latents)
    scale = np.ones((len(factor), table.n_groups, m))
    scale[:, at.group[own], at.row[own]] = factor
    kind, group, row, col = at.kind, at.group, at.row, at.col
    units = np.ones((len(factor), len(kind)))
    load, path, latent, mean = (np.flatnonzero(kind == k) for k in (0, 1, 2, 5))
    units[:, load] = scale[:, group[load], col[load]]
    units[:, path] = scale[:, group[path], col[path]] / scale[:, group[path], row[path]]
    units[:, latent] = 1 / (scale[:, group[latent], row[latent]] * scale[:, group[latent], col[latent]])
    units[:, mean] = 1 / scale[:, group[mean], row[mean]]
    return units


def _with_variances(structure: Structure, other: Structure, free: ParameterTable, own: IntArray) -> Structure:
    """The structure without markers, with the moments of exogenous variables that the samples have."""
    at, base = row_places(free), structure.base.copy()
    base[..., at.group[own], other.layout.places(at.kind[own], at.row[own], at.col[own])] = 1.0
    return replace(other, base=base)


@lru_cache(maxsize=32)
def _without_markers(table: ParameterTable) -> tuple[ParameterTable, IntArray, IntArray] | None:
    """The table with free loadings of the markers, the rows of these, and the rows of the variances fixed instead.

    None where no construct has one marker, a free residual variance and no other fixed loading.
    """
    own: dict[tuple[int, int], int] = {}
    loadings: dict[tuple[int, int], list[int]] = {}
    for r, row in enumerate(table.rows):
        if row.matrix == "psi" and row.row == row.col and row.fixed is None and row.row < table.constructs:
            own[row.group, row.row] = r
        if row.op == "=~" and row.fixed:
            loadings.setdefault((row.group, row.col), []).append(r)
    chosen = [(marked[0], own[key]) for key, marked in loadings.items() if len(marked) == 1 and key in own]
    if not chosen:
        return None
    marked, variances = (np.array(places, dtype=np.intp) for places in zip(*chosen, strict=True))
    rows = list(table.rows)
    for loading, variance in chosen:
        rows[loading] = _freed(rows[loading])
        rows[variance] = replace(rows[variance], fixed=1.0, label="")
    tied = tie_parameters(rows, ())
    other = replace(table, rows=tuple(rows), base=tied.base, map=tied.map, definitions=(),
                    representatives=tied.representatives)  # fmt: skip
    return other, marked, variances


def _freed(row: Parameter) -> Parameter:
    return replace(row, fixed=None, label="", tie=("marker", row.lhs, row.rhs, row.group))
