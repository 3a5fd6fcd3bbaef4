"""Derivatives of two-step estimates by the sample moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight
from csisem.covariance.structural_after_measurement.latent_moments import mapping_matrix
from csisem.inference.delta import jacobian

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution


def two_step_derivatives(solution: TwoStepSolution) -> FloatArray:
    """Derivatives (G, s, q) of the free parameters by the groups' moments: means, where modelled, and covariances.

    By the implicit function theorem at the minimum of each block and of the structural part, whatever the distribution
    of the answers and also where the model does not hold; a residual variance held at zero stays there, and so does the
    share of the error covariances that is taken off.
    """
    table, plan, p = solution.table, solution.plan, len(solution.table.observed)
    means = table.meanstructure
    size = p * (p + 1) // 2 + (p if means else 0)
    found = np.zeros((table.n_groups, size, table.npar))
    for block, part, held in zip(plan.blocks, solution.measurement, solution.held, strict=True):
        own = _at_minimum(part, ~held)
        place = _places(block.items, p, means=means)
        found[:, place[:, None], block.parameters] = own[..., : len(block.parameters)]
    latent, level = _by_moments(solution, found)
    # by[g, h]: derivatives of what group g's constructs have by the moments of group h.
    structural = np.einsum("ghse,gek->hsk", latent, _at_minimum(solution.structural, None))
    found[..., plan.parameters] = structural[..., : len(plan.parameters)]
    if plan.means:
        _add_means(solution, level, found)
    return found


def _at_minimum(part: CovarianceSolution, kept: BoolArray | None) -> FloatArray:
    """Derivatives (G, s, k) of a minimum of maximum likelihood by its moments, 0 of parameters not ``kept``."""
    table = part.table
    keep = np.arange(table.npar) if kept is None else np.flatnonzero(kept)
    means, share = table.meanstructure, part.counted / part.counted.sum()
    derivatives = moment_derivatives(part.structure, part.point, part.slope)[0][..., keep]
    information = part.unit_information("observed")[np.ix_(keep, keep)]
    found = np.zeros((*derivatives.shape[:2], table.npar))
    for group, cov in enumerate(part.implied_moments.cov):
        pulled = normal_weight(cov, means) @ derivatives[group]
        if means:
            # The discrepancy is of S + d d', d the distance of the means.
            distance = part.sample_mean[group] - part.implied_moments.mean[group]
            row, col = np.tril_indices(len(cov))
            unit = np.eye(len(cov))
            moved = unit[row] * distance[col, None] + unit[col] * distance[row, None]
            pulled[: len(cov)] += moved.T @ pulled[len(cov) :]
        found[group][:, keep] = share[group] * pulled @ symmetric_inverse(information)
    return found


def _places(items: IntArray, p: int, *, means: bool) -> IntArray:
    """Places of the moments of some items, in a block's order, among those of all p."""
    row, col = np.tril_indices(len(items))
    high, low = np.maximum(items[row], items[col]), np.minimum(items[row], items[col])
    first = p if means else 0
    products = first + high * (high + 1) // 2 + low
    return np.concatenate([items, products]) if means else products


def _by_moments(solution: TwoStepSolution, first: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Derivatives (G, G, s, e) of the constructs' covariances, and (G, G, s, m) of means, by all groups' moments."""
    table, plan, p = solution.table, solution.plan, len(solution.table.observed)
    means, groups = table.meanstructure, table.n_groups
    cov, mean, factor = solution.moments.cov.reshape(groups, p, p), solution.sample_mean, solution.latent.factor
    m = len(plan.measured)
    row, col = np.tril_indices(m)

    def at(theta: FloatArray) -> FloatArray:
        matrices = solution.structure.matrices(theta)
        mapping = mapping_matrix(matrices.loadings[..., plan.measured], matrices.residual, np.linalg.diagonal(cov))
        error = cov - factor[:, None, None] * matrices.residual
        among = mapping @ error @ mapping.swapaxes(-1, -2)
        level = np.matmul(mapping, (mean - matrices.intercepts)[..., None])[..., 0]
        return np.concatenate([among[..., row, col], level], axis=-1)

    through = np.einsum("gek,hsk->ghse", jacobian(at, solution.theta), first)
    a, b = np.tril_indices(p)
    loadings = solution.lisrel.loadings[..., plan.measured]
    mapping = mapping_matrix(loadings, solution.lisrel.residual, np.linalg.diagonal(cov))
    for group, own in enumerate(mapping):
        both = own[row][:, a] * own[col][:, b] + own[row][:, b] * own[col][:, a]
        through[group, group, -len(a) :, : len(row)] += (both * np.where(a == b, 0.5, 1.0)).T
        if means:
            through[group, group, :p, len(row) :] += own.T
    return through[..., : len(row)], through[..., len(row) :]


def _add_means(solution: TwoStepSolution, level: FloatArray, found: FloatArray) -> None:
    """Derivatives of latent means, ``alpha = (I - B) E(eta)``, from those of the constructs' means and of the paths."""
    table, plan, structure = solution.table, solution.plan, solution.structure
    paths = solution.lisrel.paths[:, plan.measured[:, None], plan.measured]

    def by_paths(theta: FloatArray) -> FloatArray:
        among = structure.matrices(theta).paths[..., plan.measured[:, None], plan.measured]
        return np.asarray(-np.matmul(among, solution.latent.mean[..., None])[..., 0])

    slopes = jacobian(by_paths, solution.theta)
    for r in plan.means:
        row = table.rows[r]
        j = plan.measured.tolist().index(row.row)
        own = level[row.group, ..., j] - level[row.group] @ paths[row.group, j] + found @ slopes[row.group, j]
        found[..., table.map[[r]].indices[0]] = own
