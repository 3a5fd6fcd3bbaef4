"""Inadmissible solutions of PLSc: correlations, loadings, reliabilities out of range."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.display.sentences import Sentence, sentence
from csisem.inference.improper_solutions import ROUNDING, Improper, above_one, impossible


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
    loaded = plan.loaded
    pairs = [(plan.child_names[c], names[j]) for c, j in zip(loaded.child, loaded.owner, strict=True)]
    found = [
        *impossible(estimates.correlations, names, plan.distinct),
        *above_one("reliability", estimates.reliabilities, names),
        *above_one("loading", estimates.loadings, pairs),
        *above_one("r_squared", estimates.r_squared, names),
    ]
    return tuple(_worded(one, consistent=consistent, group=group) for one in found)


def _worded(one: Improper, *, consistent: bool, group: str | None) -> Sentence:
    """What is said of an estimate outside its range."""
    if one.kind == "correlation":
        code = "pls.corrected_correlation_outside" if consistent else "pls.score_correlation_outside"
        return sentence(code, first=one.names[0], second=one.names[1], correlation=one.value, group=group)
    if one.kind == "indefinite":
        return sentence("pls.indefinite", constructs=one.names, eigenvalue=one.value, group=group)
    if one.kind == "reliability":
        return sentence("pls.reliability_above_one", construct=one.names[0], reliability=one.value, group=group)
    if one.kind == "loading":
        item, construct = one.names
        return sentence("pls.loading_outside", item=item, construct=construct, loading=one.value, group=group)
    return sentence("pls.r_squared_above_one", construct=one.names[0], r_squared=one.value, group=group)
