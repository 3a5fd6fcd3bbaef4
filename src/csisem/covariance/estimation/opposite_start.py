"""Starting values on the other side of an infinite variance.

Where a construct hardly shares anything but one of its items, this item's part in it grows without bound while those of
all other variables vanish: only their products are determined. If the best fit has products of the opposite sign, they
pass through zero, and the shared variance through infinity to negative values, where no descent follows. Both sides
have the same limit, so that the search goes on from a mirror image of the point at which it stopped. The minimum is
inadmissible (a Heywood case), but it is the minimum.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.starting_values import project
from csisem.covariance.lisrel.implied import implied
from csisem.specification.parameters import ParameterTable

# An indicator that shares more than this multiple of its own variance is on its way to infinity.
_BEYOND = 2.0
# The multiple at which the search goes on: close to the limit it would crawl.
_NEARER = 3.0


def opposite(table: ParameterTable, objective: Objective, end: FloatArray) -> FloatArray:
    """The mirror images (R, q) of the points ``end`` (R, q); nan where nothing grows without bound."""
    found = np.full_like(end, np.nan)
    mirrors = _mirrors(table)
    if not mirrors:
        return found
    latent = np.linalg.diagonal(implied(objective.structure.matrices(end)).latent_cov)
    observed = objective.marginals()[1]
    values = end @ table.map.T + table.base
    turned = np.zeros(values.shape, dtype=bool)
    for mirror in mirrors:
        variance = latent[:, mirror.group, mirror.construct]
        shared = variance * values[:, mirror.loading] ** 2
        whole = (observed if mirror.measured else latent)[:, mirror.group, mirror.indicator]
        far = np.flatnonzero((shared > _BEYOND * np.abs(whole)) & ~turned[:, mirror.variance])
        turned[far, mirror.variance] = True
        nearer = _NEARER * np.abs(whole[far]) / shared[far]
        explained = variance[far] - values[far, mirror.variance]
        values[np.ix_(far, mirror.away)] /= -nearer[:, None]
        values[far, mirror.residual] += (1 + nearer) * shared[far]
        if mirror.marks:
            values[far, mirror.variance] = -nearer * variance[far] - explained
        else:
            values[far, mirror.loading] *= -nearer
            values[far, mirror.variance] = -variance[far] / nearer - explained / nearer**2
    for sample in np.flatnonzero(turned.any(axis=1)):
        found[sample] = project(table, values[sample])
    return found


class _Mirror(NamedTuple):
    """An indicator of a construct with one marker; both have free residual variances.

    In the unit of this indicator, the mirror image turns the signs of the construct's variance, of all other loadings
    and of the paths from it. In the unit of another marker these are the variance, this indicator's loading, the paths
    to the construct and its covariances.

    Attributes
    ----------
    group, construct, indicator
        Where they stand.
    measured
        Whether the indicator is an item; otherwise it is a construct.
    loading, variance, residual
        Rows of the loading, of the construct's own residual variance and of the indicator's.
    marks
        Whether it is the marker.
    away
        The other rows that are divided by minus the factor of the indicator's shared variance.
    """

    group: int
    construct: int
    indicator: int
    measured: bool
    loading: int
    variance: int
    residual: int
    marks: bool
    away: IntArray


@lru_cache(maxsize=32)
def _mirrors(table: ParameterTable) -> tuple[_Mirror, ...]:
    return tuple(
        mirror
        for group in range(table.n_groups)
        for construct in range(table.constructs)
        for mirror in _of_construct(table, group, construct)
    )


def _of_construct(table: ParameterTable, group: int, construct: int) -> list[_Mirror]:
    rows = [(r, row) for r, row in enumerate(table.rows) if row.group == group]
    own = {(row.matrix, row.row): r for r, row in rows
           if row.matrix in ("psi", "theta") and row.row == row.col and row.fixed is None}  # fmt: skip
    leaving = [(r, row) for r, row in rows if row.matrix in ("lambda", "beta") and row.col == construct]
    fixed = [r for r, row in leaving if row.fixed]
    if len(fixed) != 1 or table.rows[fixed[0]].op != "=~" or ("psi", construct) not in own:
        return []
    beside = [r for r, row in rows if row.fixed is None and (
        (row.matrix == "beta" and row.row == construct)
        or (row.matrix == "psi" and construct in (row.row, row.col) and row.row != row.col))]  # fmt: skip
    found = []
    for loading, row in leaving:
        measured = row.matrix == "lambda"
        residual = own.get(("theta" if measured else "psi", row.row))
        if row.op != "=~" or residual is None or (row.fixed is not None and loading != fixed[0]):
            continue
        free = [r for r, other in leaving if other.fixed is None]
        away = np.array(free if loading == fixed[0] else beside, dtype=np.intp)
        found.append(
            _Mirror(
                group, construct, row.row, measured, loading, own["psi", construct], residual, loading == fixed[0], away
            )
        )
    return found
