"""Saturated moments of incomplete answers, by EM and Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.full_information.incomplete_likelihood import Incomplete
from csisem.covariance.goodness_of_fit.baseline_tables import saturated_table
from csisem.covariance.lisrel.structure import compile_structure
from csisem.covariance.vech import lower
from csisem.specification.parameters import ParameterTable

# EM is fast far from the optimum and Newton's method close to it: the latter takes over when a step of EM changes no
# moment, in units of the items' standard deviations, by more than this.
_HAND_OVER = 1e-3
_MOST_STEPS = 500
# Largest remaining change of a moment by EM, in the same units and predicted by its rate, at which it has converged.
_SETTLED = 1e-10
# Smallest eigenvalue of the correlations below which EM converges to a singular matrix.
_SINGULAR = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class SaturatedMoments:
    """Maximum-likelihood moments without a model.

    Attributes
    ----------
    theta
        The free moments of `saturated_table`, (R, s).
    mean, cov
        The same as arrays, (R, G, p) and (R, G, p, p).
    value
        The discrepancy, (R,).
    converged
        Whether the estimation converged, (R,); it does not if no two rows answered some pair of items.
    """

    theta: FloatArray
    mean: FloatArray
    cov: FloatArray
    value: FloatArray
    converged: BoolArray


def saturated_moments(table: ParameterTable, objective: Incomplete) -> SaturatedMoments:
    """Estimate all means and covariances of R samples (EM: Dempster, Laird and Rubin 1977; Little and Rubin 2002)."""
    free = saturated_table(table)
    open_model = objective.of(compile_structure(free))
    mean, cov = available(objective)
    for _ in range(_MOST_STEPS):
        moved_mean, moved_cov = _step(open_model, mean, cov)
        change = np.abs(_correlations(moved_cov, moved_cov - cov))
        mean, cov = moved_mean, moved_cov
        # A matrix that is singular by now, where the change is nan, will not converge.
        if not change.max() >= _HAND_OVER:
            break
    end = minimise(open_model, pack(mean, cov), near=True)
    matrices = open_model.structure.matrices(end.theta)
    return SaturatedMoments(end.theta, matrices.intercepts, matrices.residual, end.value, end.converged)


def settled_moments(
    table: ParameterTable, objective: Incomplete, start: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Estimate the moments of R replicates by EM from a start nearby.

    A Newton step costs the cube of the number of moments, as much as hundreds of EM steps; it finishes only the
    replicates in which EM is slow because there is little information about some moment.

    Parameters
    ----------
    table, objective
        The model and the replicates.
    start
        Means (G, p) and covariances (G, p, p).

    Returns
    -------
    mean, cov, converged
        (R, G, p), (R, G, p, p) and (R,).
    """
    open_model = objective.of(compile_structure(saturated_table(table)))
    count = len(objective.mean)
    mean, cov = (np.repeat(part[None], count, axis=0) for part in start)
    found_mean, found_cov, converged = np.full_like(mean, np.nan), np.full_like(cov, np.nan), np.zeros(count, bool)
    active, before = np.arange(count), np.full(count, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_MOST_STEPS):
            moved = _step(open_model, mean, cov)
            change = _largest_change(moved, (mean, cov))
            (mean, cov), rate = moved, change / before
            settled = (change <= _SETTLED) & ((change * rate <= _SETTLED * (1 - rate)) | (change == 0))
            leave = settled | ~np.isfinite(change)
            if leave.any():
                gone = active[settled]
                found_mean[gone], found_cov[gone] = mean[settled], cov[settled]
                converged[gone] = _definite(cov[settled])
                left = np.flatnonzero(~leave)
                if not left.size:
                    return found_mean, found_cov, converged
                open_model = open_model.take(left)
                mean, cov, active, change = mean[left], cov[left], active[left], change[left]
            before = change
    last = minimise(open_model, pack(mean, cov))
    matrices = open_model.structure.matrices(last.theta)
    found_mean[active], found_cov[active], converged[active] = matrices.intercepts, matrices.residual, last.converged
    return found_mean, found_cov, converged


def _largest_change(moved: tuple[FloatArray, FloatArray], before: tuple[FloatArray, FloatArray]) -> FloatArray:
    """The largest change of a moment (R,), in units of the items' standard deviations."""
    variances = np.linalg.diagonal(moved[1])
    means = np.abs(moved[0] - before[0]) / np.sqrt(np.where(variances > 0, variances, np.nan))
    covariances = np.abs(_correlations(moved[1], moved[1] - before[1]))
    return np.asarray(np.maximum(means.max(axis=(-1, -2)), covariances.max(axis=(-1, -2, -3))))


def _definite(cov: FloatArray) -> BoolArray:
    """In which of K samples the items with covariances (K, G, p, p) are not linearly dependent, (K,)."""
    least = np.linalg.eigvalsh(_correlations(cov, cov))[..., 0]
    return np.asarray((least >= _SINGULAR).all(axis=-1))


def singular_moments(table: ParameterTable, objective: Incomplete) -> tuple[int, FloatArray] | None:
    """The first group, of a batch of one, whose covariances (p, p) become nearly singular in EM; None if none do."""
    open_model = objective.of(compile_structure(saturated_table(table)))
    mean, cov = available(objective)
    for _ in range(_MOST_STEPS):
        mean, cov = _step(open_model, mean, cov)
        correlations = _correlations(cov, cov)[0]
        if not np.isfinite(correlations).all():
            return None
        least = np.linalg.eigvalsh(correlations)[:, 0]
        if least.min() < _SINGULAR:
            group = int(least.argmin())
            return group, cov[0, group]
    return None


def _correlations(cov: FloatArray, values: FloatArray) -> FloatArray:
    """Values (..., p, p) over the standard deviations of covariances; nan where a variance is not positive."""
    sd = np.sqrt(np.maximum(np.linalg.diagonal(cov), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled: FloatArray = values / (sd[..., :, None] * sd[..., None, :])
    return scaled


def pack(mean: FloatArray, cov: FloatArray) -> FloatArray:
    """Free parameters (R, s) of `saturated_table` with means from moments (R, G, p) and (R, G, p, p)."""
    row, col = lower(mean.shape[-1])
    joined = np.concatenate([cov[..., row, col], mean], axis=-1)
    return joined.reshape(len(joined), -1)


def available(objective: Incomplete) -> tuple[FloatArray, FloatArray]:
    """Means (R, G, p) and variances (R, G, p, p) of the answers to each item, with covariances 0.

    They are the maximum-likelihood moments of independent items.
    """
    mean, variance = objective.marginals()
    return mean, variance[..., None] * np.eye(mean.shape[-1])


def _step(open_model: Incomplete, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means and covariances after one step of EM, ``mu + s`` and ``Sigma - Sigma M Sigma - s s'`` with ``s = Sigma g``.

    ``M = sum W - W T W`` and ``g = sum W d``, both divided by the share of the group.
    """
    reduced = open_model.reduced(open_model.at(pack(mean, cov)))
    share = open_model.total(open_model.share[..., None])
    shift = np.matmul(cov, reduced.distance[..., None])[..., 0] / share
    residual = reduced.away / share[..., None]
    return mean + shift, cov - cov @ residual @ cov - shift[..., :, None] * shift[..., None, :]
