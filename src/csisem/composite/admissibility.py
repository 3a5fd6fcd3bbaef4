"""Inadmissible solutions of PLSc: correlations, loadings, reliabilities out of range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.errors import listed

# An eigenvalue of correlations below minus this, or a value above 1 by more than this, is not due to rounding.
ROUNDING = 1e-8


def admissible(estimates: Estimates) -> BoolArray:
    """Which samples (...) have an admissible solution; those without estimates have none.

    PLS without correction always has one. Solutions of PLSc are inadmissible with |correlation| or |loading| >= 1, an
    R2 above 1, a rho_A that does not exist or exceeds 1, or an indefinite matrix of correlations (Dijkstra and
    Henseler 2015).
    """
    among = estimates.correlations
    off = ~np.eye(among.shape[-1], dtype=bool)
    known = np.isfinite(among).all(axis=(-1, -2))
    lowest = np.full(known.shape, np.nan)
    lowest[known] = np.linalg.eigvalsh(among[known])[..., 0]
    with np.errstate(invalid="ignore"):
        return np.asarray(
            known
            & (lowest > -ROUNDING)
            & (np.abs(among[..., off]) < 1).all(axis=-1)
            & (np.abs(estimates.loadings) <= 1 + ROUNDING).all(axis=-1)
            & (estimates.reliabilities <= 1 + ROUNDING).all(axis=-1)
            & ~(estimates.r_squared > 1 + ROUNDING).any(axis=-1)
        )


def reasons(plan: Plan, estimates: Estimates, *, consistent: bool = True) -> tuple[str, ...]:
    """Reasons why the estimates of one sample are inadmissible, one sentence each; empty if they are admissible."""
    lost = [plan.constructs[j] for j in np.flatnonzero(np.isnan(estimates.reliabilities))]
    if lost:
        return tuple(
            f"The reliability rho_A of {name} does not exist: its items do not correlate as those of one construct do; "
            "drop an item, or read the estimates of PLS."
            for name in lost
        )
    return (
        *_impossible_correlations(plan, estimates.correlations, consistent=consistent),
        *_indefinite(plan, estimates.correlations),
        *(
            f"The reliability rho_A of {plan.constructs[j]} is {estimates.reliabilities[j]:.3f}, above 1."
            for j in np.flatnonzero(estimates.reliabilities > 1 + ROUNDING)
        ),
        *_large_loadings(plan, estimates.loadings),
        *(
            f"The R2 of {plan.constructs[j]} is {estimates.r_squared[j]:.3f}, above 1: its predecessors' corrected "
            "correlations contradict each other."
            for j in np.flatnonzero(estimates.r_squared > 1 + ROUNDING)
        ),
    )


def _impossible_correlations(plan: Plan, correlations: FloatArray, *, consistent: bool) -> list[str]:
    kind, cause = (
        ("corrected correlation", "the items do not tell the two apart; merge them, or read the estimates of PLS")
        if consistent
        else ("correlation of the scores", "there are too few rows for their items, or they share what they measure")
    )
    return [
        f"The {kind} of {plan.constructs[i]} and {plan.constructs[j]} is {correlations[i, j]:.3f}, "
        f"outside (-1, 1): {cause}."
        for i, j in zip(*np.triu_indices(len(correlations), 1), strict=True)
        if abs(correlations[i, j]) >= 1
    ]


def _indefinite(plan: Plan, correlations: FloatArray) -> list[str]:
    culprit = indefinite(correlations, plan.constructs)
    if culprit is None or (np.abs(correlations) > 1 + ROUNDING).any():
        return []
    value, names = culprit
    return [
        f"The corrected correlations of the constructs {listed(names)} cannot hold together: their matrix has the "
        f"eigenvalue {value:.3g}; merge what the items do not tell apart, or read the estimates of PLS."
    ]


def indefinite(correlations: FloatArray, names: Sequence[str]) -> tuple[float, list[str]] | None:
    """The lowest eigenvalue of an indefinite matrix and the names most involved; None if it is not indefinite."""
    values, vectors = np.linalg.eigh(correlations)
    if values[0] > -ROUNDING:
        return None
    weight = np.abs(vectors[:, 0])
    return float(values[0]), [names[i] for i in np.argsort(-weight) if weight[i] > 0.3 * weight.max()]


def _large_loadings(plan: Plan, loadings: FloatArray) -> list[str]:
    names = plan.child_names
    return [
        f"The corrected loading of {names[plan.loaded.child[e]]} on {plan.constructs[plan.loaded.owner[e]]} is "
        f"{loadings[e]:.3f}, outside [-1, 1]: its error has a negative variance; drop an item, or read the estimates "
        "of PLS."
        for e in np.flatnonzero(np.abs(loadings) > 1 + ROUNDING)
    ]
