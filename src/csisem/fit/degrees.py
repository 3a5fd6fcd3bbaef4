"""Degrees of freedom: what there is to explain, and what is left of it."""

from __future__ import annotations

from csisem.specification.parameters import ParameterTable


def count_moments(p: int, exogenous: int, groups: int, means: bool) -> int:
    """Sample moments that a model of p observed variables explains; those of exogenous variables are given."""
    return groups * (p * (p + 1) // 2 - exogenous * (exogenous + 1) // 2 + (p - exogenous if means else 0))


def degrees_of_freedom(table: ParameterTable) -> tuple[int, int]:
    """Of the model, and of the baseline model, which frees the variances and intercepts of what it explains."""
    p, x, groups = len(table.observed), len(table.exogenous), table.n_groups
    own = count_moments(p, x, groups, table.meanstructure) - table.npar
    # All moments of auxiliary variables are free in every model, and those of predictors, where they are not given.
    p, x = table.measured, len(table.predictors)
    return own, count_moments(p, x, groups, False) - groups * (p - x)
