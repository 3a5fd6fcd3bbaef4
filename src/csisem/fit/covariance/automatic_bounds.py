"""Automatic bounds of variances, loadings and covariances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray
from csisem.options import Bounds
from csisem.specification.parameters import Parameter, ParameterTable
from csisem.specification.restrictions import Bounds as RowBounds
from csisem.specification.restrictions import Restrictions, bound_text

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


@dataclass(frozen=True, slots=True)
class Recipe:
    """lavaan's settings of one kind of bounds.

    Attributes
    ----------
    widths
        By kind of parameter, the factors that move its lower and upper bound away from the middle of their range; None
        leaves a side open.
    reliability
        Least share of a marker's variance that its construct explains.
    least
        Least residual variance of an endogenous construct.
    """

    widths: Mapping[str, tuple[float, float | None]]
    reliability: float = 0.0
    least: float = 0.0


_RECIPES: dict[Bounds, Recipe] = {
    "standard": Recipe(
        {"ov.var": (1.0, 1.0), "lv.var": (1.0, 1.0), "loadings": (1.0, 1.0), "covariances": (0.999, 0.999)}, 0.1, 0.005
    ),
    "wide": Recipe(
        {"ov.var": (1.05, 1.2), "lv.var": (1.0, 1.3), "loadings": (1.1, 1.1), "covariances": (1.0, 1.0)}, 0.1, 0.005
    ),
    "pos.var": Recipe({"ov.var": (1.0, None), "lv.var": (1.0, None)}),
    "pos.ov.var": Recipe({"ov.var": (1.0, None)}),
    "pos.lv.var": Recipe({"lv.var": (1.0, None)}),
}


def bounded(empty: CovarianceSolution, kind: Bounds) -> CovarianceSolution:
    """The unsolved fit with automatic bounds (De Jonckere and Rosseel 2022); the model's own bounds go first."""
    table, variances = empty.table, np.diagonal(empty.sample_cov, axis1=-2, axis2=-1)
    found = [
        one for group in range(table.n_groups) for one in _group_bounds(table, group, variances[group], _RECIPES[kind])
    ]
    if not found:
        return empty
    own = table.restrictions or Restrictions(table.base, csr_array(table.map), (), RowBounds.of([]), {})
    return replace(empty, table=replace(table, restrictions=own.bounded(RowBounds.of(found))))


def _group_bounds(
    table: ParameterTable, group: int, variance: FloatArray, recipe: Recipe
) -> list[tuple[int, float, float, str]]:
    rows = {r: table.rows[r] for r in table.rows_of(group)}
    observed = dict(zip(table.observed, variance.tolist(), strict=True))
    constructs = table.latents[: table.constructs]
    outcomes = {row.row for row in rows.values() if row.matrix == "beta"}
    markers = {construct: _marker(rows, construct, table) for construct in constructs}
    low, high = {}, {}
    for construct, marker in markers.items():
        own = [row for row in rows.values() if row.op == "~~" and row.lhs == row.rhs == construct]
        if own and own[0].fixed == 1.0:
            low[construct] = high[construct] = 1.0
        else:
            low[construct] = recipe.reliability * observed[marker] if marker else 0.0
            high[construct] = observed[marker] if marker else max(observed.values())
    limits: dict[int, tuple[float, float, str]] = {}
    upper: dict[str, float] = {}
    for r, row in rows.items():
        if row.op != "~~" or row.lhs != row.rhs:
            continue
        if row.lhs in observed:
            explained = recipe.reliability if row.lhs in markers.values() else 0.0
            limits[r] = 0.0, (1 - explained) * observed[row.lhs], "ov.var"
        else:
            endogenous = table.latents.index(row.lhs) in outcomes
            limits[r] = recipe.least if endogenous else low[row.lhs], high[row.lhs], "lv.var"
        upper[row.lhs] = _moved(recipe, limits[r])[1]
    for r, row in rows.items():
        if row.op == "=~" and row.rhs in observed:
            with np.errstate(divide="ignore"):
                most = float(np.sqrt(np.divide(observed[row.rhs], low[row.lhs])))
            limits[r] = -most, most, "loadings"
        elif row.op == "~~" and row.lhs != row.rhs and row.lhs in upper and row.rhs in upper:
            most = float(np.sqrt(upper[row.lhs] * upper[row.rhs]))
            limits[r] = -most, most, "covariances"
    return [one for r, limit in limits.items() if table.free[r] for one in _sides(table, r, recipe, limit)]


def _marker(rows: Mapping[int, Parameter], construct: str, table: ParameterTable) -> str:
    """The one item whose loading is fixed at 1; nothing if there is none."""
    fixed = [row.rhs for row in rows.values() if row.op == "=~" and row.lhs == construct and row.fixed == 1.0]
    return fixed[0] if len(fixed) == 1 and fixed[0] in table.observed else ""


def _moved(recipe: Recipe, limit: tuple[float, float, str]) -> tuple[float, float]:
    """Bounds moved apart by a kind's factors."""
    low, high, kind = limit
    down, up = recipe.widths.get(kind, (1.0, 1.0))
    width = high - (low if kind in ("loadings", "covariances") else max(low, 0.0))
    if not np.isfinite(width):
        return low, high
    return low - (down - 1) * width, high + ((1.0 if up is None else up) - 1) * width


def _sides(
    table: ParameterTable, r: int, recipe: Recipe, limit: tuple[float, float, str]
) -> list[tuple[int, float, float, str]]:
    """The sides of one row that the recipe closes and the model leaves open."""
    if limit[2] not in recipe.widths:
        return []
    row, (low, high), found = table.rows[r], _moved(recipe, limit), []
    if row.lower is None and np.isfinite(low):
        found.append((r, 1.0, low, bound_text(row, 1.0, low, table.groups)))
    if row.upper is None and np.isfinite(high) and recipe.widths[limit[2]][1] is not None:
        found.append((r, -1.0, high, bound_text(row, -1.0, high, table.groups)))
    return found
