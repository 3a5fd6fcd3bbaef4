"""Inadmissible solutions of PLSc: correlations, loadings, reliabilities out of range."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.display.sentences import Sentence, sentence
from csisem.moments.correlations import indefinite

# An eigenvalue of correlations below minus this, or a value above 1 by more than this, is not due to rounding.
ROUNDING = 1e-8


def admissible(plan: Plan, estimates: Estimates) -> BoolArray:
    """Which samples (...) have an admissible solution; those without estimates have none.

    PLS without correction always has one. Solutions of PLSc are inadmissible with |correlation| or |loading| >= 1, an
    R2 above 1, a rho_A that does not exist or exceeds 1, or an indefinite matrix of correlations (Dijkstra and
    Henseler 2015).
    """
    among = estimates.correlations
    known = np.isfinite(among).all(axis=(-1, -2))
    lowest = np.full(known.shape, np.nan)
    lowest[known] = np.linalg.eigvalsh(among[known])[..., 0]
    with np.errstate(invalid="ignore"):
        return np.asarray(
            known
            & (lowest > -ROUNDING)
            & (np.abs(among[..., plan.distinct]) < 1).all(axis=-1)
            & (np.abs(estimates.loadings) <= 1 + ROUNDING).all(axis=-1)
            & (estimates.reliabilities <= 1 + ROUNDING).all(axis=-1)
            & ~(estimates.r_squared > 1 + ROUNDING).any(axis=-1)
        )


def reasons(
    plan: Plan, estimates: Estimates, *, consistent: bool = True, group: str | None = None
) -> tuple[Sentence, ...]:
    """Reasons why the estimates of one sample are inadmissible, one sentence each; empty if they are admissible."""
    lost = [plan.constructs[j] for j in np.flatnonzero(np.isnan(estimates.reliabilities))]
    if lost:
        return tuple(sentence("pls.no_reliability", construct=name, group=group) for name in lost)
    names = plan.constructs
    return (
        *_impossible_correlations(plan, estimates.correlations, consistent=consistent, group=group),
        *_indefinite(plan, estimates.correlations, group),
        *(
            sentence(
                "pls.reliability_above_one", construct=names[j], reliability=estimates.reliabilities[j], group=group
            )
            for j in np.flatnonzero(estimates.reliabilities > 1 + ROUNDING)
        ),
        *_large_loadings(plan, estimates.loadings, group),
        *(
            sentence("pls.r_squared_above_one", construct=names[j], r_squared=estimates.r_squared[j], group=group)
            for j in np.flatnonzero(estimates.r_squared > 1 + ROUNDING)
        ),
    )


def _impossible_correlations(
    plan: Plan, correlations: FloatArray, *, consistent: bool, group: str | None
) -> list[Sentence]:
    code = "pls.corrected_correlation_outside" if consistent else "pls.score_correlation_outside"
    return [
        sentence(code, first=plan.constructs[i], second=plan.constructs[j], correlation=correlations[i, j], group=group)
        for i, j in zip(*np.triu_indices(len(correlations), 1), strict=True)
        if plan.distinct[i, j] and abs(correlations[i, j]) >= 1
    ]


def _indefinite(plan: Plan, correlations: FloatArray, group: str | None) -> list[Sentence]:
    culprit = indefinite(correlations, plan.constructs)
    if culprit is None or (np.abs(correlations) > 1 + ROUNDING).any():
        return []
    value, names = culprit
    return [sentence("pls.indefinite", constructs=names, eigenvalue=value, group=group)]


def _large_loadings(plan: Plan, loadings: FloatArray, group: str | None) -> list[Sentence]:
    return [
        sentence("pls.loading_outside", item=plan.child_names[plan.loaded.child[e]],
                 construct=plan.constructs[plan.loaded.owner[e]], loading=loadings[e], group=group)
        for e in np.flatnonzero(np.abs(loadings) > 1 + ROUNDING)
    ]  # fmt: skip
