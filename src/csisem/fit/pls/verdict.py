"""The verdict on the estimates of a PLS path model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray
from csisem.composite.admissibility import reasons
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.composite.pls_algorithm import MAX_ITERATIONS, Outcome
from csisem.composite.structural_model import inflation
from csisem.display.sentences import Sentence, sentence
from csisem.display.wording import Plain
from csisem.fit.doubtful_items import ItemBlocks, doubtful_items
from csisem.fit.status import Status, Thresholds

_FOUND = (Outcome.CONVERGED, Outcome.NO_RELIABILITY)
_LOST = {
    Outcome.CONSTANT_ITEM: "pls.constant_item",
    Outcome.SINGULAR_BLOCK: "pls.singular_block",
    Outcome.NO_PROXY: "pls.no_neighbours",
}


def judge_composite(
    plan: Plan,
    found: Estimates,
    groups: Sequence[object],
    n: NDArray[np.int64],
    variances: FloatArray,
    thresholds: Thresholds,
    *,
    consistent: bool,
) -> Status:
    """Judge estimates whose only leading axis are the groups; ``n`` counts their rows, (G,).

    ``variances`` (G, P) are those of the base columns.
    """
    labels: list[str | None] = [str(group) for group in groups] or [None]
    lost = [
        _lost(Outcome(outcome), label)
        for outcome, label in zip(found.outcome, labels, strict=True)
        if outcome not in _FOUND
    ]
    few = _few_rows(plan, labels, n)
    if lost:
        return Status(False, False, False, (*few, *lost))
    refused = few
    warned: list[Sentence] = []
    for group, label in enumerate(labels):
        own = found.member(group)
        said = reasons(plan, own, consistent=consistent, group=label)
        refused += said
        if not said:
            high, some = _collinear(plan, own, label, thresholds, consistent=consistent)
            refused += high
            warned += some
        warned += _negative(plan, own, label)
        warned += _doubtful(plan, own, np.sqrt(variances[group]), label, thresholds)
        if n[group] < thresholds.small_sample:
            warned.append(sentence("pls.small_sample", group=label, n=n[group]))
    warned += [
        sentence("fit.lone_dimension", construct=plan.constructs[above], dimension=plan.constructs[below])
        for below, above in plan.lone_dimensions.items()
    ]
    return Status(True, True, not refused, tuple(refused), tuple(warned))


def _lost(outcome: Outcome, group: str | None) -> Sentence:
    if outcome == Outcome.NOT_CONVERGED:
        return sentence("pls.not_converged", group=group, iterations=MAX_ITERATIONS)
    return sentence(_LOST[outcome], group=group)


def _few_rows(plan: Plan, groups: Sequence[str | None], n: NDArray[np.int64]) -> list[Sentence]:
    """Reasons about the equation that takes most rows, where a group has no more than it has coefficients."""
    target = int(np.argmax([len(sources) for sources in plan.predecessors]))
    most = len(plan.predecessors[target])
    return [
        sentence("pls.few_rows", predictors=most, outcome=plan.constructs[target], n=count, group=group)
        for group, count in zip(groups, n, strict=True)
        if most and count <= most + 1
    ]


def _collinear(
    plan: Plan, found: Estimates, group: str | None, thresholds: Thresholds, *, consistent: bool
) -> tuple[list[Sentence], list[Sentence]]:
    """Reasons to refuse, and warnings of, equations with nearly collinear predictors.

    Collinear scores have large standard errors, as they should; with collinear corrected correlations those cannot be
    trusted.
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
        names = tuple(plan.constructs[source] for source in sources)
        fields: dict[str, Plain] = {"outcome": plan.constructs[target], "predictors": names, "group": group,
                                    "predictor": names[worst], "vif": float(own[worst]), "path": steepest}  # fmt: skip
        if consistent and (own[worst] >= thresholds.vif_inadmissible or steepest > thresholds.path_inadmissible):
            refused.append(sentence("pls.collinear.refused", **fields))
        else:
            warned.append(sentence("pls.collinear.warned", **fields))
    return refused, warned


def _negative(plan: Plan, found: Estimates, group: str | None) -> list[Sentence]:
    """Outer weights below zero, by construct: an index with such weights may leave its scale."""
    said = []
    terms = set(plan.terms.tolist())
    for j, block in enumerate(plan.weighed.blocks):
        below = [plan.child_names[plan.weighed.child[e]] for e in range(block.start, block.stop)
                 if found.outer_weights[e] < 0]  # fmt: skip
        if below and j not in terms:
            said.append(sentence("pls.negative_weights", items=below, construct=plan.constructs[j], group=group))
    return said


def _doubtful(
    plan: Plan, found: Estimates, sd: FloatArray, group: str | None, thresholds: Thresholds
) -> list[Sentence]:
    """Warnings of items that hardly load, or vary many times as much as their block; of mode B only the latter."""
    full = [j for j, items in enumerate(plan.item_blocks) if items.size]
    if not full:
        return []
    items = np.concatenate([plan.item_blocks[j] for j in full])
    starts = np.cumsum([0, *(plan.item_blocks[j].size for j in full)]).tolist()
    blocks = ItemBlocks(tuple(plan.constructs[j] for j in full), tuple(starts), tuple(plan.items[i] for i in items))
    loadings = [
        found.loadings[plan.loaded.blocks[j]] if plan.modes[j] == "A" else np.full(plan.item_blocks[j].size, np.nan)
        for j in full
    ]
    return doubtful_items(blocks, np.concatenate(loadings), sd[items], group, thresholds)
