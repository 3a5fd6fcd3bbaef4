"""Quadratic programs of a few variables under linear equations and inequalities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from csisem.arrays import BoolArray, FloatArray

# Singular values, relative to the largest, of equations that repeat others.
_REPEATED = 1e-10
# Residual of the non-negative least squares below which the inequalities have no common solution.
_INFEASIBLE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Solution of a quadratic program.

    Attributes
    ----------
    move
        The variables, (q,).
    multipliers
        Of the restrictions (k,), zero for those that are not active.
    active
        Which of them hold with equality, (k,).
    feasible
        Whether the restrictions have a solution; if not, ``move`` comes as near to one as it can.
    """

    move: FloatArray
    multipliers: FloatArray
    active: BoolArray
    feasible: bool


def null_space(jacobian: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Orthonormal bases of the rows of a matrix (k, q) and of what they leave free: (q, r) and (q, q - r)."""
    if not len(jacobian):
        return np.zeros((jacobian.shape[1], 0)), np.eye(jacobian.shape[1])
    size = np.sqrt((jacobian**2).sum(axis=1, keepdims=True))
    _, values, right = np.linalg.svd(jacobian / np.where(size > 0, size, 1.0))
    rank = int((values > _REPEATED * max(values[0], 1e-300)).sum())
    return right[:rank].T, right[rank:].T


def solve_program(
    hessian: FloatArray, gradient: FloatArray, jacobian: FloatArray, value: FloatArray, equality: BoolArray
) -> Step | None:
    """Minimise ``g'd + d'Hd/2`` where ``value + jacobian @ d`` is zero (``equality``) or at least zero elsewhere.

    H must be positive definite along the equations; None where it is not. The active set is that of the least distance
    problem by non-negative least squares (Lawson and Hanson 1974, chapter 23), and the solution is then computed again
    from the active restrictions as equations.
    """
    along, free = null_space(jacobian[equality])
    fixed = along @ np.linalg.lstsq(jacobian[equality] @ along, -value[equality], rcond=None)[0]
    try:
        factor = np.linalg.cholesky(free.T @ hessian @ free)
    except np.linalg.LinAlgError:
        return None
    pull = solve_triangular(factor, free.T @ (gradient + hessian @ fixed), lower=True)
    others = np.flatnonzero(~equality)
    slopes = solve_triangular(factor, (jacobian[others] @ free).T, lower=True).T
    need = slopes @ pull - (value[others] + jacobian[others] @ fixed)
    chosen, feasible = _least_distance(slopes, need)
    shift: FloatArray = np.zeros(len(pull))
    if chosen.any():
        shift = np.asarray(np.linalg.lstsq(slopes[chosen], need[chosen], rcond=None)[0], dtype=np.float64)
    move = fixed + free @ solve_triangular(factor.T, shift - pull, lower=False)
    active = equality.copy()
    active[others[chosen]] = True
    multipliers = np.zeros(len(value))
    multipliers[active] = np.linalg.lstsq(jacobian[active].T, hessian @ move + gradient, rcond=None)[0]
    return Step(move, multipliers, active, feasible)


def _least_distance(slopes: FloatArray, need: FloatArray) -> tuple[BoolArray, bool]:
    """Which inequalities ``slopes @ u >= need`` hold with equality at the shortest u, and whether there is one."""
    if not (need > 0).any():
        return np.zeros(len(need), dtype=bool), True
    # Slow to import, and needed by fits with active inequalities alone.
    from scipy.optimize import nnls

    size = np.sqrt((slopes**2).sum(axis=1))
    scale = np.where(size > 0, size, 1.0)
    most = max(float(np.abs(need / scale).max()), 1e-300)
    system = np.vstack([(slopes / scale[:, None]).T, need / scale / most])
    aim = np.append(np.zeros(slopes.shape[1]), 1.0)
    weight, _ = nnls(system, aim)
    left = 1.0 - float(system[-1] @ weight)
    return np.asarray(weight > 0), left > _INFEASIBLE
