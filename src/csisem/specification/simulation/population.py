"""Population moments of a model at given parameter values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import ModelError
from csisem.moments.correlations import correlations_of
from csisem.specification.parameters import LisrelMatrix, ParameterTable

if TYPE_CHECKING:
    from collections.abc import Sequence


# Below this, relative to unit variances, an eigenvalue is a rounded zero.
_ZERO = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Moments of p observed variables, and the effects of m structural variables on them.

    Attributes
    ----------
    items, latents
        Names of the p observed and m structural variables.
    mean, cov
        mu (p,) and Sigma (p, p).
    reach
        Lambda (I-B)^-1 (p, m): effects of the structural variables' disturbances and intercepts on the items.
    latent_sd
        Standard deviations of the structural variables (m,).
    """

    items: tuple[str, ...]
    latents: tuple[str, ...]
    mean: FloatArray
    cov: FloatArray
    reach: FloatArray
    latent_sd: FloatArray


def population(table: ParameterTable, values: FloatArray, centre: FloatArray) -> Population:
    """Compute Sigma = Lambda A Psi A' Lambda' + Theta, A = (I-B)^-1, and mu (Bollen 1989, eq. 8.31-8.36).

    Parameters
    ----------
    table
        The parameter table, with intercepts.
    values
        The values (R,) of its rows, nan for unknown intercepts.
    centre
        Mean (p,) of an item without a given intercept, where the constructs' intercepts are 0.
    """
    m = {name: _matrix(table, values, name) for name in get_args(LisrelMatrix)}
    _check_covariances(m["psi"], table.latents, "the constructs and disturbances")
    _check_covariances(m["theta"], table.observed, "the items' residuals")
    try:
        total = np.asarray(np.linalg.inv(np.eye(len(table.latents)) - m["beta"]), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise ModelError("The paths form a loop without an equilibrium at these values (I - B is singular).") from None
    latent_cov = total @ m["psi"] @ total.T
    cov = m["lambda"] @ latent_cov @ m["lambda"].T + m["theta"]
    _check_positive_definite(cov, table.observed)
    return Population(
        table.observed,
        table.latents,
        _mean(table, values, m, total, centre),
        (cov + cov.T) / 2,
        m["lambda"] @ total,
        np.sqrt(np.diag(latent_cov)),
    )


def _matrix(table: ParameterTable, values: FloatArray, name: LisrelMatrix) -> FloatArray:
    p, m = len(table.observed), len(table.latents)
    shape = {"lambda": (p, m), "beta": (m, m), "psi": (m, m), "theta": (p, p), "nu": (p, 1), "alpha": (m, 1)}[name]
    matrix = np.zeros(shape)
    if name == "lambda":
        for j, latent in enumerate(table.latents[table.constructs :], start=table.constructs):
            matrix[table.observed.index(latent), j] = 1.0
    for row, value in zip(table.rows, np.nan_to_num(values), strict=True):
        if row.matrix == name:
            matrix[row.row, row.col] = value
            if name in ("psi", "theta"):
                matrix[row.col, row.row] = value
    return matrix


def _mean(
    table: ParameterTable, values: FloatArray, m: dict[str, FloatArray], total: FloatArray, centre: FloatArray
) -> FloatArray:
    """Means by the model's equations where intercepts are given, elsewhere the centre plus the constructs' means.

    Intercepts may be left out, since an item's level is rarely thought of as its mean at Quality = 0.
    """
    rows = zip(table.rows, np.isfinite(values), strict=True)
    given = {(row.matrix, row.row) for row, known in rows if known and row.op == "~1"}
    constructs = m["alpha"][:, 0].copy()
    constructs[table.constructs :] = 0.0
    default = centre + m["lambda"] @ (total @ constructs)
    system, right = np.eye(len(table.latents)) - m["beta"], m["alpha"][:, 0].copy()
    for j in range(table.constructs, len(table.latents)):
        if ("alpha", j) not in given:
            system[j] = np.eye(len(table.latents))[j]
            right[j] = default[table.observed.index(table.latents[j])]
    mean: FloatArray = m["nu"][:, 0] + m["lambda"] @ np.linalg.solve(system, right)
    for i, name in enumerate(table.observed):
        if name not in table.latents and ("nu", i) not in given:
            mean[i] = default[i]
    return mean


def _check_covariances(matrix: FloatArray, names: Sequence[str], what: str) -> None:
    """Refuse impossible (co)variances of unobserved variables; one with variance 0 is left out."""
    variance = np.diag(matrix)
    if (variance < 0).any():
        name = names[int(np.argmin(variance))]
        raise ModelError(f"The variance '{name} ~~ {name}' is {variance.min():g}; it must not be below 0.")
    idle = variance == 0.0
    if matrix[idle].any():
        i, j = np.argwhere(matrix * idle[:, None])[0]
        raise ModelError(f"{names[i]!r} has variance 0, so it cannot covary with {names[j]!r} ({matrix[i, j]:g}).")
    kept = [name for name, zero in zip(names, idle, strict=True) if not zero]
    if kept and (smallest := _smallest(matrix[np.ix_(~idle, ~idle)])) < -_ZERO:
        raise ModelError(f"The covariances of {what} {_impossible(matrix[np.ix_(~idle, ~idle)], kept, smallest)}")


def _check_positive_definite(cov: FloatArray, names: Sequence[str]) -> None:
    if (np.diag(cov) <= 0).any():
        raise ModelError(f"{names[int(np.argmin(np.diag(cov)))]!r} has no variance at these values.")
    if (smallest := _smallest(cov)) < _ZERO:
        raise ModelError(f"The covariances these values imply for the items {_impossible(cov, names, smallest)}")


def _smallest(cov: FloatArray) -> float:
    return float(np.linalg.eigvalsh(correlations_of(cov))[0])


def _impossible(cov: FloatArray, names: Sequence[str], smallest: float) -> str:
    corr = correlations_of(cov)
    off = np.abs(corr - np.diag(np.diag(corr)))
    i, j = divmod(int(np.argmax(off)), len(names))
    return (
        f"form no positive definite matrix: the smallest eigenvalue of their correlations is {smallest:.2g}, and the "
        f"largest correlation is {corr[i, j]:.3g}, of {names[i]!r} with {names[j]!r}."
    )
