"""The verdict on PLS estimates: found or not, possible or not, and what to hold against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from csisem.composite.admissibility import reasons
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.composite.structural_model import inflation
from csisem.composite.weights import MAX_ITERATIONS, Outcome
from csisem.errors import group_places, listed
from csisem.fit.status import Status, Thresholds

_FOUND = (Outcome.CONVERGED, Outcome.NO_RELIABILITY)
_LOST = {
    Outcome.NOT_CONVERGED: f"The weights{{where}} did not settle in {MAX_ITERATIONS} iterations; take another scheme=, "
    "or check that the items of each construct correlate.",
    Outcome.CONSTANT_ITEM: "An item{where} is constant, so that it has no weight; leave it out.",
    Outcome.SINGULAR_BLOCK: "What forms a mode B construct{where} is linearly dependent, so that it has no weights; "
    "leave out one of its parts, or take mode 'A'.",
    Outcome.NO_PROXY: "A construct{where} is uncorrelated with all its neighbours, or its predictors are collinear, so "
    "that it has no weights; check the paths, and that no two constructs have the same items.",
}


def judge_composite(
    plan: Plan,
    found: Estimates,
    groups: Sequence[object],
    n: NDArray[np.int64],
    thresholds: Thresholds,
    *,
    consistent: bool,
) -> Status:
    """Judge estimates whose only leading axis are the groups; ``n`` counts their rows, (G,)."""
    places = group_places(groups)
    lost = [
        _LOST[Outcome(outcome)].format(where=where)
        for outcome, where in zip(found.outcome, places, strict=True)
        if outcome not in _FOUND
    ]
    few = _few_rows(plan, places, n)
    if lost:
        return Status(False, False, False, (*few, *lost))
    refused = few
    warned: list[str] = []
    for group, where in enumerate(places):
        own = found.member(group)
        said = reasons(plan, own, consistent=consistent)
        refused += [f"{sentence[:-1]}{where}." if where else sentence for sentence in said]
        if not said:
            high, some = _collinear(plan, own, where, thresholds, consistent=consistent)
            refused += high
            warned += some
        warned += _negative(plan, own, where)
        if n[group] < thresholds.small_sample:
            warned.append(f"The sample{where} is small ({n[group]} rows); errors hold for large samples.")
    return Status(True, True, not refused, tuple(refused), tuple(warned))


def _few_rows(plan: Plan, places: Sequence[str], n: NDArray[np.int64]) -> list[str]:
    """Sentences about the equation that takes most rows, where a group has no more than it has coefficients."""
    target = int(np.argmax([len(sources) for sources in plan.predecessors]))
    most = len(plan.predecessors[target])
    return [
        f"The {most} predictors of {plan.constructs[target]} reproduce the {count} rows{where} whatever was answered; "
        "take more rows, or fewer predictors."
        for where, count in zip(places, n, strict=True)
        if most and count <= most + 1
    ]


def _collinear(
    plan: Plan, found: Estimates, where: str, thresholds: Thresholds, *, consistent: bool
) -> tuple[list[str], list[str]]:
    """Sentences that refuse, and that warn of, equations with nearly collinear predictors.

    Scores that are collinear have wide errors, which say so; corrected correlations that are have none to be trusted.
    """
    factors = inflation(plan.predecessors, found.correlations)
    refused, warned = [], []
    for target, sources in enumerate(plan.predecessors):
        if len(sources) < 2:
            continue
        own = factors[target, sources]
        worst = int(np.argmax(own.round(6)))
        if not own[worst] >= thresholds.vif_warning:
            continue
        steepest = float(np.abs(found.paths[target, sources]).max())
        names = [plan.constructs[source] for source in sources]
        sentence = (
            f"In the equation {plan.constructs[target]} ~ {' + '.join(names)}{where} the predictors are nearly "
            f"collinear: the VIF of {names[worst]} is {own[worst]:.4g} and the largest path is {steepest:.2f}"
        )
        if consistent and (own[worst] >= thresholds.vif_inadmissible or steepest > thresholds.path_inadmissible):
            refused.append(f"{sentence}. Its paths must not be read; merge or drop one of these predictors, or read "
                           "the estimates of PLS.")  # fmt: skip
        else:
            warned.append(f"{sentence}; its paths have wide intervals.")
    return refused, warned


def _negative(plan: Plan, found: Estimates, where: str) -> list[str]:
    """Outer weights below zero, by construct: an index with such weights may leave its scale."""
    said = []
    terms = set(plan.terms.tolist())
    for j, block in enumerate(plan.weighed.blocks):
        below = [plan.child_names[plan.weighed.child[e]] for e in range(block.start, block.stop)
                 if found.outer_weights[e] < 0]  # fmt: skip
        if below and j not in terms:
            many = len(below) > 1
            said.append(f"The outer weight{'s' * many} of {listed(below)} in {plan.constructs[j]}{where} "
                        f"{'are' if many else 'is'} negative, so that its index may leave 0-100; reverse= an item "
                        "asked the other way round, or leave it out.")  # fmt: skip
    return said
