"""Completely standardised parameters (lavaan's ``std.all``) and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import row_places
from csisem.covariance.lisrel.structure import Structure
from csisem.specification.parameters import ParameterTable, Place


@dataclass(frozen=True, slots=True, eq=False)
class Standardized:
    """Standardised values (R,) of the rows of a table and their derivatives by the free parameters, sparse (R, q).

    They are nan where a variance is not positive.
    """

    value: FloatArray
    derivative: csr_array


def standardized_rows(
    table: ParameterTable, structure: Structure, moments: Implied, values: FloatArray
) -> Standardized:
    """Standardise the rows' ``values`` (R,) by the variances that ``moments`` of the groups imply.

    A loading or path is multiplied by the root of one variance and divided by that of another; a variance becomes a
    share of the total; a covariance becomes the correlation of its residuals.
    """
    units, group, partition = _units(table), row_places(table).group, structure.partition
    mapping = partition.compact(table.map, group)
    slopes = _variance_slopes(structure, moments)
    # The variances of items, of structural variables, and of residuals that covary; then 1, for no factor.
    total = np.linalg.diagonal(moments.cov), np.linalg.diagonal(moments.latent_cov)
    # A zero covariance of a residual fixed at zero stays zero; another, such as an auxiliary variable's, has no
    # correlation.
    none = values[units.own] == 0
    own = np.where(none, 1.0, values[units.own])
    variances = np.concatenate([total[0].ravel(), total[1].ravel(), own, [1.0]])
    variances = np.where(variances > 0, variances, np.nan)
    relative = np.concatenate([slopes, mapping[units.own], np.zeros((1, mapping.shape[1]))]) / variances[:, None]
    scale = np.sqrt(variances[units.over] / (variances[units.under] * variances[units.beside]))
    absent = np.concatenate([np.zeros(total[0].size + total[1].size, dtype=bool), none, [False]])
    value = np.where((absent[units.under] | absent[units.beside]) & (values != 0), np.nan, values * scale)
    bent = relative[units.over] - relative[units.under] - relative[units.beside]
    derivative = mapping * scale[:, None] + bent * (value / 2)[:, None]
    return Standardized(value, partition.expanded(derivative, group))


def _variance_slopes(structure: Structure, moments: Implied) -> FloatArray:
    """Derivatives of the variances of all groups' items, then of their structural variables, (G (p + m), n + k).

    A derivative of Sigma or Phi by an entry is ``a b' + b a'`` with columns of ``[I, Lambda A, Lambda Phi]``, or of
    ``[0, A, Phi]`` in the same places (`csisem.covariance.lisrel.structure`), so that of a variance is ``2 a b``.
    """
    groups, p, m = structure.groups, structure.p, structure.m
    stack = np.zeros((groups, p + m, p + 2 * m))
    stack[:, :p, :p] = np.eye(p)
    stack[:, :p, p : p + m], stack[:, :p, p + m :] = moments.reach, moments.cross
    stack[:, p:, p : p + m], stack[:, p:, p + m :] = moments.total, moments.latent_cov
    slopes = stack[..., structure.left] * (stack[..., structure.right] * (2 * structure.half))
    if not structure.direct:
        slopes = slopes @ structure.map
    width = slopes.shape[-1]
    return np.concatenate([slopes[:, :p].reshape(groups * p, width), slopes[:, p:].reshape(groups * m, width)])


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """The variance by which each row is multiplied and the two by which it is divided, (R,).

    ``own`` are the rows of the table that hold residual variances.
    """

    own: IntArray
    over: IntArray
    under: IntArray
    beside: IntArray


@lru_cache(maxsize=64)
def _units(table: ParameterTable) -> _Units:
    p, m, rows = len(table.observed), len(table.latents), table.rows
    latents = table.n_groups * p
    residuals = latents + table.n_groups * m
    own = [r for r, row in enumerate(rows) if row.matrix in ("psi", "theta") and row.row == row.col]
    own = own if any(row.matrix in ("psi", "theta") and row.row != row.col for row in rows) else []
    place: dict[tuple[int, Place, int], int] = {
        (rows[r].group, rows[r].matrix, rows[r].row): residuals + k for k, r in enumerate(own)
    }
    nothing = residuals + len(own)
    chosen = np.full((3, len(rows)), nothing, dtype=np.intp)
    for r, row in enumerate(rows):
        target = latents + row.group * m if row.matrix in ("beta", "psi", "alpha") else row.group * p
        chosen[1, r] = target + row.row
        if row.matrix in ("lambda", "beta"):
            chosen[0, r] = latents + row.group * m + row.col
        elif row.matrix in ("psi", "theta"):
            if row.row == row.col:
                chosen[2, r] = target + row.row
            else:
                # The residual of an observed variable on a path is its disturbance.
                moved = table.promoted if row.matrix == "theta" else {}
                for side, i in enumerate((row.row, row.col), start=1):
                    psi = moved.get(i)
                    chosen[side, r] = place[row.group, row.matrix, i] if psi is None else place[row.group, "psi", psi]
    return _Units(np.array(own, dtype=np.intp), *chosen)
