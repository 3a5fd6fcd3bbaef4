"""Maximum likelihood of measurement blocks, with residual variances of at least zero."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.estimation.scoring import TOLERANCE, minimise
from csisem.covariance.estimation.solve import FIRST_ITERATIONS, solve, solve_one
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel.structure import compile_structure
from csisem.covariance.structural_after_measurement.measurement_blocks import MeasurementBlock
from csisem.specification.parameters import ParameterTable

# Share of an item's variance at which a residual variance starts, where it would otherwise start near zero.
_START = 0.1
# Slope of the discrepancy by a share of an item's variance that is rounding.
_FLAT = 1e-8


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


def estimate_block(
    block: MeasurementBlock, sample: ScaledMoments, tolerance: float = TOLERANCE, near: FloatArray | None = None
) -> BlockMinimum:
    """Minimise the discrepancy of a block in R samples; the most negative residual variance is held at 0, then others.

    At the minimum no residual variance is below zero (lavaan's ``bounds = "standard"``). ``near`` (k,) are estimates of
    the sample that the others were drawn from.
    """
    objective, table = objective_of(block, sample), block.table
    own = objective.sample
    unit = np.maximum(_variances(block, own), 1e-300)
    if near is None:
        pairs = zip(own.mean, own.cov, strict=True)
        start = np.stack([start_values(table, objective.structure, mean, cov) for mean, cov in pairs])
    else:
        start = np.where(block.residual, np.maximum(near, _START * unit), near)
    theta, converged = _minimise(block, table, objective, start, tolerance)
    held = np.zeros(theta.shape, dtype=bool)
    for _ in range(int(block.residual.sum())):
        low = np.where(block.residual & ~held, theta / unit, 0.0)
        again = np.flatnonzero(low.min(axis=1) < 0)
        if not again.size:
            break
        held[again, low[again].argmin(axis=1)] = True
        for pattern in np.unique(held[again], axis=0):
            some = again[(held[again] == pattern).all(axis=1)]
            kept = np.flatnonzero(~pattern)
            less = _without(table, tuple(np.flatnonzero(pattern).tolist()))
            rest = objective.of(compile_structure(less)).take(some)
            begin = np.where(block.residual, np.maximum(theta[some], _START * unit[some]), theta[some])
            found = _minimise(block, less, rest, begin[:, kept], tolerance, kept)
            theta[np.ix_(some, kept)], converged[some] = found
            theta[np.ix_(some, np.flatnonzero(pattern))] = 0.0
    if held.any():
        # At a minimum within bounds the discrepancy would not fall if a held variance rose.
        gradient = objective.slopes(objective.at(theta)).gradient * unit
        converged = converged & ~(held & (gradient < -_FLAT)).any(axis=1)
    return BlockMinimum(theta, converged, held)


def _minimise(
    block: MeasurementBlock,
    table: ParameterTable,
    objective: NormalTheory,
    start: FloatArray,
    tolerance: float,
    kept: IntArray | None = None,
) -> tuple[FloatArray, BoolArray]:
    """Estimates of ``kept`` parameters and whether they are a minimum; more starts where nothing is to be held."""
    first = minimise(objective, start, FIRST_ITERATIONS, tolerance)
    theta, converged = first.theta.copy(), first.converged.copy()
    residual = block.residual if kept is None else block.residual[kept]
    left = np.flatnonzero(~converged & ~((theta < 0) & residual).any(axis=1))
    if not left.size:
        return theta, converged
    rest = objective.take(left)
    # One sample is worth random starts.
    one = len(start) == 1
    found = solve_one(table, rest, start[left]) if one else solve(table, rest, start[left], tolerance)
    theta[left], converged[left] = found.theta, found.converged
    return theta, converged


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
