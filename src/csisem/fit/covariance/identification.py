"""Degrees of freedom, and identification from the information matrix."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.grouped_matrix import GroupedCovariance, GroupedMatrix
from csisem.specification.parameters import ParameterTable

# Smallest eigenvalue of the information, scaled to correlations, of an identified model: rounding leaves about 1e-15 of
# a flat direction, and the nearly singular models of satisfaction research stay above 1e-7.
_IDENTIFIED = 1e-10


def inverse_or_flat(information: GroupedMatrix) -> tuple[GroupedCovariance | None, FloatArray]:
    """Return the inverse of one information matrix, or None and a direction (q,) that it does not determine."""
    scale = np.sqrt(np.maximum(information.diagonal, 1e-300))
    # Definite after the shift exactly when no eigenvalue is below it; ten times cheaper than eigenvalues.
    scaled = information.scaled(scale)
    if not scaled.raised(np.array([-_IDENTIFIED])).definite(0.0)[0]:
        return None, scaled.flattest(_IDENTIFIED)
    return scaled.inverse_before(scale), np.zeros(information.partition.q)


def count_moments(p: int, exogenous: int, groups: int, means: bool) -> int:
    """Sample moments that a model of p observed variables explains; those of exogenous variables are given."""
    return groups * (p * (p + 1) // 2 - exogenous * (exogenous + 1) // 2 + (p - exogenous if means else 0))


def moments_of(table: ParameterTable) -> int:
    """Sample moments that a model explains; for ordered items thresholds, and no means and variances."""
    p, x, groups = len(table.observed), len(table.exogenous), table.n_groups
    if table.ordered is None:
        return count_moments(p, x, groups, table.meanstructure)
    ordered = table.ordered.thresholds
    extra = sum(count for _, count in ordered) - 2 * len(ordered) + (p - x) * x
    return count_moments(p - x, 0, groups, True) + groups * extra


def degrees_of_freedom(table: ParameterTable) -> tuple[int, int]:
    """Degrees of freedom of the model, and of the baseline model, which frees variances and intercepts."""
    p, x, groups = len(table.observed), len(table.exogenous), table.n_groups
    own = moments_of(table) - table.counted
    if table.ordered is not None:
        return own, groups * (p - x) * (p - x - 1) // 2
    # All moments of auxiliary variables are free in every model, and those of predictors, where they are not given.
    p, x = table.measured, len(table.predictors)
    return own, count_moments(p, x, groups, False) - groups * (p - x)
