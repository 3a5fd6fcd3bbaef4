"""Improper solutions: estimates of factors that no population has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from csisem.arrays import FloatArray

Kind = Literal["variance", "communality", "loading", "reliability", "r_squared", "correlation", "indefinite"]

ROUNDING = 1e-8
"""What lies outside its range by no more than this does so by rounding."""


@dataclass(frozen=True, slots=True)
class Improper:
    """One estimate outside its range: of what, and its value (of ``indefinite`` the lowest eigenvalue)."""

    kind: Kind
    names: tuple[str, ...]
    value: float


def negative(variances: FloatArray, names: Sequence[str]) -> list[Improper]:
    """Variances (k,) below zero: a Heywood case."""
    return [Improper("variance", (names[i],), float(variances[i])) for i in np.flatnonzero(variances < 0).tolist()]


def above_one(kind: Kind, values: FloatArray, names: Sequence[str] | Sequence[tuple[str, ...]]) -> list[Improper]:
    """Communalities (an ultra-Heywood case), loadings, reliabilities or R-squared (k,) above 1; nan is not."""
    return [
        Improper(kind, (name,) if isinstance(name := names[i], str) else name, float(values[i]))
        for i in np.flatnonzero(np.abs(values) > 1 + ROUNDING).tolist()
    ]


def impossible(correlations: FloatArray, names: Sequence[str]) -> list[Improper]:
    """Correlations (k, k) of 1 or more in size, or which are impossible together; none if any is nan."""
    if len(names) < 2 or np.isnan(correlations).any():
        return []
    pairs = np.argwhere(np.triu(np.abs(correlations) >= 1, 1))
    if pairs.size:
        return [Improper("correlation", (names[i], names[j]), float(correlations[i, j])) for i, j in pairs]
    return indefinite(correlations, names)


def indefinite(correlations: FloatArray, names: Sequence[str]) -> list[Improper]:
    """The lowest eigenvalue of an indefinite correlation matrix, and the variables most involved."""
    try:
        # Definite after the shift exactly when no eigenvalue is below it; ten times cheaper than eigenvalues.
        np.linalg.cholesky(correlations + ROUNDING * np.eye(len(names)))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(correlations)
    else:
        return []
    if values[0] > -ROUNDING:
        return []
    weight = np.abs(vectors[:, 0])
    # Rounded, so that of two with the same share the first is named first whatever the last digits are.
    order = np.argsort(-weight.round(6), kind="stable")
    most = tuple(names[i] for i in order if weight[i] > 0.3 * weight.max())
    return [Improper("indefinite", most, float(values[0]))]
