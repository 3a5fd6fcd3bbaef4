"""Improper solutions: estimates of factors that no population has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.moments import correlations as of_correlations

Kind = Literal["variance", "communality", "loading", "reliability", "r_squared", "correlation", "indefinite"]

ROUNDING = -of_correlations.INDEFINITE
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


def impossible(correlations: FloatArray, names: Sequence[str], distinct: BoolArray | None = None) -> list[Improper]:
    """Correlations (k, k) of 1 or more in size, or which are impossible together; none if any is nan.

    Pairs that are not ``distinct`` (k, k), as no variable is from itself, are one variable by definition and may
    correlate perfectly.
    """
    if len(names) < 2 or np.isnan(correlations).any():
        return []
    beyond = (np.abs(correlations) >= 1) & (~np.eye(len(names), dtype=bool) if distinct is None else distinct)
    if beyond.any() and (pairs := np.argwhere(np.triu(beyond, 1)).tolist()):
        return [Improper("correlation", (names[i], names[j]), float(correlations[i, j])) for i, j in pairs]
    return indefinite(correlations, names)


def indefinite(correlations: FloatArray, names: Sequence[str]) -> list[Improper]:
    """The lowest eigenvalue of an indefinite correlation matrix, and the variables most involved."""
    lowest = of_correlations.indefinite(correlations, names)
    return [] if lowest is None else [Improper("indefinite", tuple(lowest[1]), lowest[0])]
