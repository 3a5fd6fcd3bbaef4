"""The verdict on a converged, identified solution: negative variances, collinear latents, small samples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.cholesky import definite
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.errors import listed
from csisem.fit.status import Status, Thresholds
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """One group's solution as the verdict needs it.

    Attributes
    ----------
    residual, disturbance
        Diagonals of Theta (p,) and Psi (m,).
    theta
        Theta, (p, p).
    cov, correlations
        Covariances and correlations of the structural variables (m, m); correlations are nan when a variance is not
        positive.
    paths
        B, (m, m).
    where
        How sentences name the group, empty for a single one.
    """

    residual: FloatArray
    disturbance: FloatArray
    theta: FloatArray
    cov: FloatArray
    correlations: FloatArray
    paths: FloatArray
    where: str


def judge(
    table: ParameterTable, matrices: Matrices, moments: Implied, n: NDArray[np.int64], thresholds: Thresholds
) -> Status:
    """Judge a solution; the groups are the only leading axis of ``matrices`` and ``moments``."""
    reasons: list[str] = []
    warnings: list[str] = []
    for group in range(table.n_groups):
        solution = _solution(table, matrices, moments, group)
        reasons += _negative_variances(table, solution)
        reasons += _impossible_correlations(table, solution) or _indefinite(table, solution)
        refused, warned = _collinear(table, solution, group, thresholds)
        reasons += refused
        warnings += warned
        warnings += _small(table, int(n[group]), solution.where, thresholds)
    warnings += _uncorrelated(table)
    return Status(True, True, not reasons, tuple(reasons), tuple(warnings))


def _solution(table: ParameterTable, matrices: Matrices, moments: Implied, group: int) -> Solution:
    cov = moments.latent_cov[group]
    variances = np.diagonal(cov)
    sd = np.sqrt(variances) if (variances > 0).all() else np.full(len(variances), np.nan)
    return Solution(
        np.diagonal(matrices.residual[group])[: table.measured],
        np.diagonal(matrices.latent[group]),
        matrices.residual[group][: table.measured, : table.measured],
        cov,
        cov / np.outer(sd, sd),
        matrices.paths[group],
        f" in group {table.groups[group]!s}" if len(table.groups) > 1 else "",
    )


def _negative_variances(table: ParameterTable, solution: Solution) -> list[str]:
    if (solution.residual >= 0).all() and (solution.disturbance >= 0).all():
        return []
    free = {(str(row.matrix), row.row) for row in table.rows if row.row == row.col and row.fixed is None}
    found = [
        (names[i], what, variances[i])
        for letter, what, variances, names in (
            ("theta", "residual variance", solution.residual, table.observed),
            ("psi", "variance", solution.disturbance, table.latents),
        )
        for i in np.flatnonzero(variances < 0)
        if (letter, int(i)) in free
    ]
    return [
        f"The {what} of {name}{solution.where} is negative ({value:.4g}): a Heywood case, from too few items, too few "
        "rows or a wrong model; add items, drop the item, or fix the variance at 0."
        for name, what, value in found
    ]


def _impossible_correlations(table: ParameterTable, solution: Solution) -> list[str]:
    among = solution.correlations[: table.constructs, : table.constructs]
    return [
        f"The correlation of {table.latents[i]} and {table.latents[j]}{solution.where} is {among[i, j]:.3f}, "
        "outside (-1, 1): the items do not tell the two apart; merge them into one construct."
        for i, j in np.argwhere(np.abs(among) >= 1)
        if i < j
    ]


# Smallest eigenvalue, in correlations, of a matrix that is indefinite by more than rounding.
INDEFINITE = -1e-8


def _indefinite(table: ParameterTable, solution: Solution) -> list[str]:
    """Residual or latent covariances that no population has though every pair alone could be."""
    found = []
    if equations(table).residual_covariances and (solution.residual >= 0).all():
        inside = np.flatnonzero(solution.residual > 0)
        among = _correlations(solution.theta[np.ix_(inside, inside)])
        found += _impossible(among, [table.observed[i] for i in inside], "the residuals of", solution.where)
    constructs = slice(0, table.constructs)
    if not np.isnan(solution.correlations).any():
        among = solution.correlations[constructs, constructs]
        found += _impossible(among, list(table.latents[constructs]), "the constructs", solution.where)
    return found


def _correlations(cov: FloatArray) -> FloatArray:
    sd = np.sqrt(np.diagonal(cov))
    correlations: FloatArray = cov / np.outer(sd, sd)
    return correlations


def _impossible(correlations: FloatArray, names: list[str], what: str, where: str) -> list[str]:
    if len(names) < 2 or definite(correlations - INDEFINITE * np.eye(len(names)), 0.0):
        return []
    values, vectors = np.linalg.eigh(correlations)
    if values[0] > INDEFINITE:
        return []
    weight = np.abs(vectors[:, 0])
    # Rounded, so that of two with the same share the first is named first whatever the last digits are.
    order = np.argsort(-weight.round(6), kind="stable")
    involved = [names[i] for i in order if weight[i] > 0.3 * weight.max()]
    return [
        f"The correlations of {what} {listed(involved)}{where} cannot hold together: their matrix has the "
        f"eigenvalue {values[0]:.3g}; leave out a covariance, or merge what the items do not tell apart."
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """What the verdict needs of a table.

    Attributes
    ----------
    sources
        For each group the predictors of every equation with several, a construct among them, by target.
    among
        Which pairs of predictors share these equations, (equations, m, m) in each group.
    residual_covariances
        Whether items have any.
    """

    sources: tuple[dict[int, list[int]], ...]
    among: tuple[BoolArray, ...]
    residual_covariances: bool


@lru_cache(maxsize=64)
def equations(table: ParameterTable) -> Equations:
    """Find a table's equations; once for each."""
    by_group: list[dict[int, list[int]]] = [{} for _ in range(table.n_groups)]
    for row in table.rows:
        if row.op == "~" and (row.fixed is None or row.fixed != 0):
            by_group[row.group].setdefault(row.row, []).append(row.col)
    chosen = tuple(
        {target: named for target, named in group.items() if len(named) > 1 and min(named) < table.constructs}
        for group in by_group
    )
    predicts = [np.zeros((len(group), len(table.latents)), dtype=bool) for group in chosen]
    for group, inside in zip(chosen, predicts, strict=True):
        for k, named in enumerate(group.values()):
            inside[k, named] = True
    return Equations(
        chosen,
        tuple(inside[:, :, None] & inside[:, None, :] for inside in predicts),
        any(row.matrix == "theta" and row.row != row.col for row in table.rows),
    )


def _collinear(
    table: ParameterTable, solution: Solution, group: int, thresholds: Thresholds
) -> tuple[list[str], list[str]]:
    """Sentences that refuse, and sentences that warn of, equations with nearly collinear latent predictors."""
    sources = equations(table).sources[group]
    if not sources or np.isnan(solution.correlations).any():
        return [], []
    # All equations at once; what is no predictor is put apart by an identity, and inflates nothing.
    inflation = _vif(np.where(equations(table).among[group], solution.correlations, np.eye(len(table.latents))))
    refused: list[str] = []
    warned: list[str] = []
    for (target, named), own in zip(sources.items(), inflation.tolist(), strict=True):
        constructs = [k for k, source in enumerate(named) if source < table.constructs]
        # Rounded, so that of two equal predictors the first is named whatever the last digits do.
        worst = max(constructs, key=lambda k: float(f"{own[named[k]]:.6g}"))
        vif = own[named[worst]]
        if vif < thresholds.vif_warning:
            continue
        sentence, steepest = _collinearity(table, solution, target, named, worst, vif)
        if vif >= thresholds.vif_inadmissible or steepest > thresholds.path_inadmissible:
            refused.append(
                f"{sentence}. Its paths must not be read; merge or drop one of these predictors, fix one of the paths, "
                "or estimate the model by PLS."
            )
        else:
            warned.append(f"{sentence}; its paths have wide intervals.")
    return refused, warned


def _collinearity(
    table: ParameterTable, solution: Solution, target: int, sources: list[int], worst: int, vif: float
) -> tuple[str, float]:
    """What is wrong with one equation, and its largest absolute standardised path."""
    correlations = solution.correlations
    others = [k for k in range(len(sources)) if k != worst]
    partner = max(others, key=lambda k: abs(correlations[sources[worst], sources[k]]))
    sd = np.sqrt(np.diagonal(solution.cov))
    steepest = float(np.abs(solution.paths[target, sources] * sd[sources] / sd[target]).max())
    names = [table.latents[source] for source in sources]
    return (
        f"In the equation {table.latents[target]} ~ {' + '.join(names)}{solution.where} the latent predictors are "
        f"nearly collinear: the VIF of {names[worst]} is {vif:.4g} (its correlation with {names[partner]} is "
        f"{correlations[sources[worst], sources[partner]]:.3f}) and the largest standardised path is {steepest:.2f}",
        steepest,
    )


def _vif(correlations: FloatArray) -> FloatArray:
    """Variance inflation factors (..., m), the diagonal of the inverse; inf where the predictors are collinear."""
    try:
        inverse = np.linalg.inv(correlations).diagonal(0, -2, -1)
    except np.linalg.LinAlgError:
        if correlations.ndim == 2:
            return np.full(len(correlations), np.inf)
        return np.stack([_vif(equation) for equation in correlations])
    # Beyond exact collinearity the inverse's diagonal turns negative.
    return np.where(inverse > 0, inverse, np.inf)


def _small(table: ParameterTable, n: int, where: str, thresholds: Thresholds) -> list[str]:
    per_group = table.npar / table.n_groups
    if n < thresholds.small_sample:
        return [f"The sample{where} is small ({n} rows); chi-square and errors hold for large samples."]
    if n < thresholds.rows_per_parameter * per_group:
        return [f"There are {n} rows{where} for {per_group:g} parameters, fewer than "
                f"{thresholds.rows_per_parameter:g} a parameter; errors may be too small."]  # fmt: skip
    return []


@lru_cache(maxsize=64)
def _uncorrelated(table: ParameterTable) -> tuple[str, ...]:
    """Exogenous constructs and exogenous observed variables do not covary unless written; say so."""
    exogenous = table.predictors
    pointed = {row.row for row in table.rows if row.matrix == "beta"}
    written = {frozenset((row.lhs, row.rhs)) for row in table.rows if row.op == "~~"}
    for j in range(table.constructs):
        for name in exogenous:
            if j not in pointed and frozenset((table.latents[j], name)) not in written:
                return (f"{table.latents[j]} and {name} are both exogenous but do not covary, as in lavaan; "
                        f"write '{table.latents[j]} ~~ {name}' if they should.",)  # fmt: skip
    return ()
