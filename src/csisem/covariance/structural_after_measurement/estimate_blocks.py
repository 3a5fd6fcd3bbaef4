"""Maximum likelihood of measurement blocks, with residual variances of at least zero."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.estimation.scoring import TOLERANCE
from csisem.covariance.estimation.solve import solve, solve_one
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel.structure import compile_structure
from csisem.covariance.structural_after_measurement.measurement_blocks import MeasurementBlock
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class BlockMinimum:
    """Estimates of a block in R samples.

    Attributes
    ----------
    theta
        The block's free parameters, (R, k).
    converged
        Whether they are a minimum, (R,).
    held
        Residual variances that would be negative and are held at zero, (R, k).
    """

    theta: FloatArray
    converged: BoolArray
    held: BoolArray


def objective_of(block: MeasurementBlock, sample: ScaledMoments) -> NormalTheory:
    """The discrepancy of a block in R samples of the whole model's observed variables."""
    own = block.items
    return NormalTheory(
        compile_structure(block.table),
        ScaledMoments(sample.mean[..., own], sample.cov[..., own[:, None], own], sample.share),
    )


def estimate_block(block: MeasurementBlock, sample: ScaledMoments, tolerance: float = TOLERANCE) -> BlockMinimum:
    """Minimise the discrepancy of a block in R samples; the most negative residual variance is held at 0, then others.

    At the minimum no residual variance is below zero (lavaan's ``bounds = "standard"``).
    """
    objective, table = objective_of(block, sample), block.table
    own = objective.sample
    start = np.stack(
        [start_values(table, objective.structure, mean, cov) for mean, cov in zip(own.mean, own.cov, strict=True)]
    )
    theta, converged = _minimise(table, objective, start, tolerance)
    held = np.zeros(theta.shape, dtype=bool)
    unit = np.maximum(_variances(block, own), 1e-300)
    for _ in range(int(block.residual.sum())):
        low = np.where(block.residual & ~held, theta / unit, 0.0)
        again = np.flatnonzero(converged & (low.min(axis=1) < 0))
        if not again.size:
            break
        held[again, low[again].argmin(axis=1)] = True
        for pattern in np.unique(held[again], axis=0):
            some = again[(held[again] == pattern).all(axis=1)]
            kept = np.flatnonzero(~pattern)
            less = _without(table, tuple(np.flatnonzero(pattern).tolist()))
            rest = objective.of(compile_structure(less)).take(some)
            begin = np.where(block.residual, np.maximum(theta[some], 0.1 * unit[some]), theta[some])
            theta[np.ix_(some, kept)], converged[some] = _minimise(less, rest, begin[:, kept], tolerance)
            theta[np.ix_(some, np.flatnonzero(pattern))] = 0.0
    return BlockMinimum(theta, converged, held)


def _minimise(
    table: ParameterTable, objective: NormalTheory, start: FloatArray, tolerance: float
) -> tuple[FloatArray, BoolArray]:
    if len(start) == 1:
        # One sample is worth random starts.
        found = solve_one(table, objective, start)
    else:
        found = solve(table, objective, start, tolerance)
    return found.theta.copy(), found.converged.copy()


def _variances(block: MeasurementBlock, sample: ScaledMoments) -> FloatArray:
    """Variances (R, k) of the items whose residual variances are parameters; 1 for other parameters."""
    found = np.ones((len(sample.cov), block.table.npar))
    for r, row in enumerate(block.table.rows):
        if row.matrix == "theta" and row.row == row.col:
            found[:, block.table.map[[r]].indices] = sample.cov[:, row.group, row.row, row.row, None]
    return found


@lru_cache(maxsize=256)
def _without(table: ParameterTable, held: tuple[int, ...]) -> ParameterTable:
    """The table with some free parameters fixed at zero."""
    kept = [k for k in range(table.npar) if k not in held]
    names = tuple(table.representatives[k] for k in kept)
    return replace(table, map=table.map[:, kept], representatives=names)
