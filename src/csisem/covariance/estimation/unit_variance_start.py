"""Starting values from a fit with constructs of residual variance one.

An item that hardly measures its construct is a bad marker: the other loadings, relative to its own, are large, of
either sign, and run to infinity on the way from one sign to the other. With a construct's residual variance fixed at
one instead of a loading, no loading is relative to another, and the model is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.measurement_start import measured
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import Minimum, minimise
from csisem.covariance.estimation.starting_values import project
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import row_places
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.specification.constraints import tie_parameters
from csisem.specification.parameters import Parameter, ParameterTable

_MOST_STEPS = 100
# A standardised loading below this cannot scale the others: it is taken to be this large, or reported as zero.
_NO_MARKER = 1e-6


def through_unit_variances(table: ParameterTable, objective: Objective, start: FloatArray) -> FloatArray:
    """Starting parameters (R, q) from a fit without markers, which begins where ``start`` (R, q) does."""
    other = _without_markers(table)
    if other is None:
        return start
    found, values = _fitted(table, other, objective, start)
    del found
    return _with_markers(table, other, objective, values)


def through_unit_measurement(table: ParameterTable, objective: Objective, start: FloatArray) -> FloatArray:
    """Starting parameters (R, q) from a measurement model without markers: for a faint marker beside a pole."""
    other = _without_markers(table)
    if other is None:
        return start
    found, values = _fitted(table, other, objective, start)
    posed = objective.of(_with_variances(objective.structure, compile_structure(other.table), other))
    reached = implied(posed.structure.matrices(found.theta)).latent_cov
    # There, variances of one are whole variances, not residual ones.
    at = row_places(table)
    whole = np.sqrt(np.maximum(reached[:, at.group[other.own], at.row[other.own], at.row[other.own]], 1e-12))
    whole = whole[:, other.first]
    scale = np.ones(reached.shape[:-1])
    scale[:, at.group[other.own], at.row[other.own]] = whole
    reached = reached / (scale[..., :, None] * scale[..., None, :])
    values = measured(other.table, table, posed, values * _units(table, other.own, whole), reached)
    return _with_markers(table, other, objective, values)


def _with_markers(
    table: ParameterTable, other: _WithoutMarkers, objective: Objective, values: FloatArray
) -> FloatArray:
    """Parameters (R, q) with markers from values (R, rows) in other units."""
    ends = values[:, other.marked]
    least = _NO_MARKER * _scales(other, objective)
    ends = np.where(np.abs(ends) > least, ends, least)
    factor = other.carried(table.base[other.marked] / ends)
    return np.stack([project(table, row) for row in values * _units(table, other.own, factor)])


def markers_without_loading(table: ParameterTable, objective: Objective, start: FloatArray) -> tuple[Parameter, ...]:
    """Markers of one sample whose loading is zero where the model without markers fits best: no unit makes them one.

    With such a marker the other loadings grow without bound, and no search converges.
    """
    other = _without_markers(table)
    if other is None:
        return ()
    found, values = _fitted(table, other, objective, start)
    if not found.converged[0]:
        return ()
    gone = np.abs(values[0, other.marked]) <= _NO_MARKER * _scales(other, objective)[0]
    return tuple(table.rows[r] for r in other.marked[gone])


@dataclass(frozen=True, slots=True, eq=False)
class _WithoutMarkers:
    """A table with free loadings of K markers, and variances of one instead.

    Attributes
    ----------
    table
        That table.
    marked, own
        Rows of the markers and of their constructs' residual variances, (K,).
    first
        The construct, among the K, whose unit each has, (K,): its own, or that of the first group where loadings are
        equal across groups. Only the variances of these are fixed.
    lower
        Where a marker is itself a construct, its place among the K, otherwise -1, (K,).
    items
        The item a marker is, -1 where it is a construct, (K,).
    """

    table: ParameterTable
    marked: IntArray
    own: IntArray
    first: IntArray
    lower: IntArray
    items: IntArray

    def carried(self, factor: FloatArray) -> FloatArray:
        """Factors (R, K) of the constructs' units from those of their markers alone: a lower construct's carry up."""
        total = factor = factor[:, self.first]
        for _ in range(int((self.lower >= 0).sum())):
            total = factor * np.where(self.lower >= 0, total[:, self.lower], 1.0)
        return total


def _fitted(
    table: ParameterTable, other: _WithoutMarkers, objective: Objective, start: FloatArray
) -> tuple[Minimum, FloatArray]:
    """The fit without markers from ``start`` (R, q), and the values of its rows."""
    values = start @ table.map.T + table.base
    deviation = np.sqrt(np.maximum(values[:, other.own], 1e-12))[:, other.first]
    values = values * _units(table, other.own, deviation)
    begin = np.stack([project(other.table, row) for row in values])
    structure = _with_variances(objective.structure, compile_structure(other.table), other)
    found = minimise(objective.of(structure), begin, _MOST_STEPS, exact=curvature_in_closed_form(structure))
    return found, other.table.base + found.theta @ other.table.map.T


def curvature_in_closed_form(structure: Structure) -> bool:
    """Whether second derivatives cost little: not if ordered items predict, whose many starts would take a minute."""
    return structure.responses is None or not structure.responses.predicting


def _scales(other: _WithoutMarkers, objective: Objective) -> FloatArray:
    """Standard deviations of the markers (R, K), in the largest group; one of constructs."""
    deviation = np.sqrt(objective.marginals()[1]).max(axis=1)
    return np.where(other.items >= 0, deviation[:, other.items], 1.0)


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


def _with_variances(structure: Structure, compiled: Structure, other: _WithoutMarkers) -> Structure:
    """The structure without markers, with the moments of exogenous variables that the samples have."""
    own = other.own[np.unique(other.first)]
    at, base = row_places(other.table), structure.base.copy()
    base[..., at.group[own], compiled.layout.places(at.kind[own], at.row[own], at.col[own])] = 1.0
    return replace(compiled, base=base)


@lru_cache(maxsize=32)
def _without_markers(table: ParameterTable) -> _WithoutMarkers | None:
    """The table without markers; None where no construct has one marker, a free residual variance and no other."""
    own: dict[tuple[int, int], int] = {}
    loadings: dict[tuple[int, int], list[int]] = {}
    for r, row in enumerate(table.rows):
        if row.matrix == "psi" and row.row == row.col and row.fixed is None and row.row < table.constructs:
            own[row.group, row.row] = r
        if row.op == "=~" and row.fixed:
            loadings.setdefault((row.group, row.col), []).append(r)
    keys = [key for key, marked in loadings.items() if len(marked) == 1 and key in own]
    if not keys:
        return None
    place = {key: k for k, key in enumerate(keys)}
    marked, variances = [loadings[key][0] for key in keys], [own[key] for key in keys]
    first = [place.get((0, key[1]), k) if _tied(table, key) else k for k, key in enumerate(keys)]
    rows = list(table.rows)
    for k, leading in enumerate(first):
        rows[marked[k]] = _freed(rows[marked[k]], keys[leading][0])
        if leading == k:
            rows[variances[k]] = replace(rows[variances[k]], fixed=1.0, label="")
    tied = tie_parameters(rows, ())
    other = replace(table, rows=tuple(rows), base=tied.base, map=tied.map, definitions=(),
                    representatives=tied.representatives)  # fmt: skip
    markers = [table.rows[r] for r in marked]
    lower = [place.get((row.group, row.row), -1) if row.matrix == "beta" else -1 for row in markers]
    items = [row.row if row.matrix == "lambda" else -1 for row in markers]
    return _WithoutMarkers(
        other, *(np.array(values, dtype=np.intp) for values in (marked, variances, first, lower, items))
    )


def _tied(table: ParameterTable, key: tuple[int, int]) -> bool:
    """Whether a loading of a construct (group, place) is equal to one in the first group."""
    group, construct = key
    if not group:
        return False
    rows = table.rows
    first, own = (
        table.map[[r for r in table.rows_of(g) if rows[r].op == "=~" and rows[r].col == construct]].indices
        for g in (0, group)
    )
    return bool(np.isin(own, first).any())


def _freed(row: Parameter, group: int) -> Parameter:
    """A marker as a free loading, shared by the groups that have the unit of the same ``group``."""
    return replace(row, fixed=None, label="", tie=("marker", row.lhs, row.rhs, group))
