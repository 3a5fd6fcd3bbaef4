"""Estimates by structural after measurement, a batch of samples at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.cholesky import log_determinant
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.estimation.scoring import TOLERANCE
from csisem.covariance.estimation.solve import solve
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.covariance.structural_after_measurement.estimate_blocks import BlockMinimum, estimate_block
from csisem.covariance.structural_after_measurement.latent_moments import LatentMoments, latent_moments
from csisem.covariance.structural_after_measurement.measurement_blocks import Plan
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class TwoSteps:
    """Estimates of R samples.

    Attributes
    ----------
    theta
        Free parameters of the whole model, (R, q).
    converged
        Whether all blocks and the structural part have a minimum, (R,).
    blocks
        Estimates of the blocks.
    latent
        Moments that the structural part was fitted to.
    structural
        Its free parameters, (R, k).
    """

    theta: FloatArray
    converged: BoolArray
    blocks: tuple[BlockMinimum, ...]
    latent: LatentMoments
    structural: FloatArray


class Near(NamedTuple):
    """Estimates of the sample that others were drawn from: of each block (k,), and of the structural part (k,)."""

    blocks: tuple[FloatArray, ...]
    structural: FloatArray


def estimate_two_steps(
    plan: Plan,
    table: ParameterTable,
    structure: Structure,
    sample: ScaledMoments,
    size: FloatArray,
    tolerance: float = TOLERANCE,
    near: Near | None = None,
) -> TwoSteps:
    """Measure the blocks, then fit the structural part to the constructs' moments (Rosseel and Loh 2022).

    ``size`` (R, G) are the rows of the groups; ``structure`` is the whole model's; ``near`` gives starting values.
    """
    count = len(sample.mean)
    theta = np.zeros((count, table.npar))
    begin = near.blocks if near is not None else (None,) * len(plan.blocks)
    blocks = tuple(estimate_block(block, sample, tolerance, own) for block, own in zip(plan.blocks, begin, strict=True))
    converged = np.ones(count, dtype=bool)
    for block, found in zip(plan.blocks, blocks, strict=True):
        theta[:, block.parameters] = found.theta[:, : len(block.parameters)]
        converged &= found.converged
    latent = latent_moments(structure.matrices(theta), plan.measured, sample.mean, sample.cov, size)
    structural, minimum = _paths(
        plan.structural, latent, sample.share, tolerance, None if near is None else near.structural
    )
    theta[:, plan.parameters] = structural[:, : len(plan.parameters)]
    if plan.means:
        _fill_means(plan, table, structure, latent, theta)
    return TwoSteps(theta, converged & minimum, blocks, latent, structural)


def _paths(
    table: ParameterTable, latent: LatentMoments, share: FloatArray, tolerance: float, near: FloatArray | None
) -> tuple[FloatArray, BoolArray]:
    """Structural parameters (R, k), and whether they are a minimum (R,)."""
    if not table.npar:
        return np.zeros((len(latent.cov), 0)), np.ones(len(latent.cov), dtype=bool)
    structure, level = compile_structure(table), np.zeros_like(latent.mean)
    possible = np.isfinite(log_determinant(latent.cov))
    cov = np.where(possible[..., None, None], latent.cov, np.eye(latent.cov.shape[-1]))
    if near is None:
        start = np.stack([start_values(table, structure, *one) for one in zip(level, cov, strict=True)])
    else:
        start = np.repeat(near[None], len(cov), axis=0)
    found = solve(table, NormalTheory(structure, ScaledMoments(level, cov, share)), start, tolerance)
    return found.theta, found.converged & possible.all(axis=1)


def _fill_means(
    plan: Plan, table: ParameterTable, structure: Structure, latent: LatentMoments, theta: FloatArray
) -> None:
    """Latent means and intercepts, which reproduce the means that the blocks give: ``alpha = (I - B) E(eta)``."""
    means = np.zeros((*latent.mean.shape[:-1], structure.m))
    means[..., plan.measured] = latent.mean
    paths = structure.matrices(theta).paths
    alpha = means - np.matmul(paths, means[..., None])[..., 0]
    for r in plan.means:
        row = table.rows[r]
        theta[:, table.map[[r]].indices] = alpha[:, row.group, row.row, None]
