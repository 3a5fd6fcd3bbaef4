"""Starting values from sample moments: centroid loadings, composites for the paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.structure import Structure
from csisem.model.parameters import Parameter, ParameterTable

FloatArray = NDArray[np.float64]

# Standardised loadings are kept away from 0 and 1, so that every variance starts positive.
_LOADING = (0.3, 0.95)
# A path's regression is shrunk by this share of the predictors' variances: composites of one another's items collide.
_RIDGE = 0.05
# Correlations of the composites are drawn towards zero by this share.
_APART = 0.1


def start_values(table: ParameterTable, structure: Structure, mean: FloatArray, cov: FloatArray) -> FloatArray:
    """Starting free parameters (q,) from sample moments of the groups, ``mean`` (G, p) and ``cov`` (G, p, p)."""
    values = np.concatenate(
        [_group_values(table, structure, group, mean[group], cov[group]) for group in range(structure.groups)]
    )
    for r, row in enumerate(table.rows):
        if row.start is not None:
            values[r] = row.start
    return project(table, values)


def project(table: ParameterTable, values: FloatArray) -> FloatArray:
    """Free parameters that come nearest to the row values; tied rows are averaged."""
    weight = table.map.sum(axis=0)
    if ((table.map == 0) | (table.map == 1)).all() and (table.map.sum(axis=1) <= 1).all():
        averaged: FloatArray = table.map.T @ (values - table.base) / weight
        return averaged
    return np.asarray(np.linalg.lstsq(table.map, values - table.base, rcond=None)[0], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """Guessed matrices of one group: loadings in item units, latent covariances, paths, disturbances."""

    loadings: FloatArray
    latent_cov: FloatArray
    paths: FloatArray
    disturbance: FloatArray


def _group_values(
    table: ParameterTable, structure: Structure, group: int, mean: FloatArray, cov: FloatArray
) -> FloatArray:
    guess = _guess(table, structure, group, cov)
    residual = np.diag(cov) - np.einsum("ij,jk,ik->i", guess.loadings, guess.latent_cov, guess.loadings)
    residual = np.maximum(residual, 0.1 * np.diag(cov))
    size = len(table.rows) // structure.groups
    values = np.zeros(size)
    rows = table.rows[group * size : (group + 1) * size]
    latent_mean = _latent_means(table, structure, rows, guess.loadings, mean)
    alpha = latent_mean - guess.paths @ latent_mean
    nu = mean - guess.loadings @ latent_mean
    exogenous = ~_endogenous(table, structure)
    for k, row in enumerate(rows):
        if row.matrix == "lambda":
            values[k] = guess.loadings[row.row, row.col]
        elif row.matrix == "beta":
            values[k] = guess.paths[row.row, row.col]
        elif row.matrix == "psi":
            if row.row == row.col:
                values[k] = guess.disturbance[row.row]
            elif exogenous[row.row] and exogenous[row.col]:
                values[k] = guess.latent_cov[row.row, row.col]
        elif row.matrix == "theta":
            values[k] = residual[row.row] if row.row == row.col else 0.0
        elif row.matrix == "nu":
            values[k] = nu[row.row]
        else:
            values[k] = alpha[row.row]
    return values


def _latent_means(
    table: ParameterTable, structure: Structure, rows: Sequence[Parameter], loadings: FloatArray, mean: FloatArray
) -> FloatArray:
    """Means of the structural variables: from items whose intercept is fixed for constructs, the sample's otherwise."""
    latent_mean = np.zeros(structure.m)
    for name in table.latents[table.constructs :]:
        latent_mean[table.latents.index(name)] = mean[table.observed.index(name)]
    free = [row.row for row in rows if row.matrix == "alpha" and row.fixed is None and row.row < table.constructs]
    anchored = {row.row: row.fixed for row in rows if row.matrix == "nu" and row.fixed is not None}
    if free and anchored:
        items = list(anchored)
        target = mean[items] - np.array(list(anchored.values()))
        latent_mean[free] = np.linalg.lstsq(loadings[np.ix_(items, free)], target, rcond=None)[0]
    return latent_mean


def _endogenous(table: ParameterTable, structure: Structure) -> NDArray[np.bool_]:
    """Which of the m structural variables some path or higher-order loading points to."""
    pointed = np.zeros(structure.m, dtype=bool)
    for row in table.rows:
        if row.matrix == "beta":
            pointed[row.row] = True
    return pointed


def _guess(table: ParameterTable, structure: Structure, group: int, cov: FloatArray) -> _Guess:
    deviation = np.sqrt(np.diag(cov))
    correlation = cov / np.outer(deviation, deviation)
    own, leaves, marker = _membership(table, structure)
    sign = np.where(leaves > 0, np.sign(correlation[:, marker]), 0.0)
    sign[sign == 0] = (leaves > 0)[sign == 0]
    composite = correlation @ sign
    standard = _centroid(correlation, own, sign)
    spread = np.sqrt(np.maximum(np.einsum("ij,ij->j", sign, composite), 1e-8))
    between = sign.T @ composite / np.outer(spread, spread)
    # Composites that share items would start as one and the same variable.
    between = (1 - _APART) * between + _APART * np.eye(structure.m)
    scale, loadings = _scales(table, structure, group, standard * deviation[:, None], between)
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        i = table.observed.index(name)
        scale[j], loadings[i, j] = deviation[i], 1.0
    latent_cov = between * np.outer(scale, scale)
    paths, disturbance = _regressions(table, structure, latent_cov)
    return _Guess(loadings, latent_cov, paths, disturbance)


def _membership(table: ParameterTable, structure: Structure) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Items of each structural variable: its own (p, m), all below it (p, m), and one that gives the sign (m,)."""
    own = np.zeros((structure.p, structure.m))
    children = np.zeros((structure.m, structure.m))
    for row in table.rows:
        if row.op == "=~" and row.matrix == "lambda":
            own[row.row, row.col] = 1.0
        elif row.op == "=~":
            children[row.row, row.col] = 1.0
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        own[table.observed.index(name), j] = 1.0
    leaves = own.copy()
    for _ in range(structure.m):
        grown = np.minimum(leaves + leaves @ children, 1.0)
        if (grown == leaves).all():
            break
        leaves = grown
    return own, leaves, np.argmax(leaves, axis=0)


def _centroid(correlation: FloatArray, own: FloatArray, sign: FloatArray) -> FloatArray:
    """Standardised loadings by the centroid method: an item's off-diagonal sum over the root of the block's."""
    signed = sign * own
    off = (correlation @ signed - signed) * signed
    count = own.sum(axis=0)
    total = np.maximum(off.sum(axis=0), 1e-3)
    factor = np.sqrt(count / np.maximum(count - 1, 1))
    size = np.clip(off / np.sqrt(total) * factor, *_LOADING)
    return np.where(count == 1, 1.0, size) * signed


def _scales(
    table: ParameterTable, structure: Structure, group: int, loadings: FloatArray, between: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Standard deviations of the structural variables that agree with what is fixed, and loadings in that unit."""
    scale = np.ones(structure.m)
    settled = np.zeros(structure.m, dtype=bool)
    fixed = [row for row in table.rows if row.group == group and row.fixed is not None and row.fixed == row.fixed]
    for row in fixed:
        if row.matrix == "psi" and row.row == row.col and row.fixed and not settled[row.row]:
            scale[row.row], settled[row.row] = np.sqrt(abs(row.fixed)), True
        elif row.op == "=~" and row.matrix == "lambda" and row.fixed and not settled[row.col]:
            scale[row.col], settled[row.col] = abs(loadings[row.row, row.col] / row.fixed), True
            if loadings[row.row, row.col] * row.fixed < 0:
                loadings[:, row.col] *= -1
    for row in fixed:
        if row.op == "=~" and row.matrix == "beta" and row.fixed and not settled[row.col]:
            scale[row.col] = abs(between[row.row, row.col] * scale[row.row] / row.fixed)
            settled[row.col] = True
    scale = np.maximum(scale, 1e-8)
    loadings = loadings / scale
    for row in fixed:
        if row.matrix == "lambda":
            loadings[row.row, row.col] = row.fixed
    return scale, loadings


def _regressions(table: ParameterTable, structure: Structure, latent_cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    paths, disturbance = np.zeros((structure.m, structure.m)), np.diag(latent_cov).copy()
    sources: dict[int, dict[int, None]] = {}
    for row in table.rows:
        if row.matrix == "beta":
            sources.setdefault(row.row, {})[row.col] = None
    for target, named in sources.items():
        index = list(named)
        block = latent_cov[np.ix_(index, index)]
        covariances = latent_cov[index, target]
        weights = np.linalg.solve(block + _RIDGE * np.diag(np.diag(block)), covariances)
        paths[target, index] = weights
        left = latent_cov[target, target] - 2 * weights @ covariances + weights @ block @ weights
        disturbance[target] = max(left, 0.1 * latent_cov[target, target])
    return paths, disturbance
