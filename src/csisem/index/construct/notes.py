"""Notes on an index, and the labels of its standard errors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.fit.checks import row_warnings
from csisem.fit.solution import Solution
from csisem.index.construct.domains import Domains
from csisem.index.construct.index_covariance import Indices
from csisem.index.construct.item_weights import Weighting
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.moments.moments import Moments

WeightNotes = dict[tuple[str, int], Sentence]
"""Notes by construct and position of the group."""


def without_weights(given: Indices, weighting: Weighting) -> WeightNotes:
    """Notes on weights that make an index nan or take it out of 0-100."""
    notes: WeightNotes = {}
    groups = given.solution.groups
    for block, weights in zip(given.source.measured, weighting.weights, strict=True):
        for group in range(given.solution.table.n_groups):
            label, key = str(groups[group]) if groups else None, (block.name, group)
            if np.isnan(weights[group]).any():
                notes[key] = sentence("index.no_model_weights", construct=block.name, group=label, items=block.children)
                continue
            negative = [c for c, w in zip(block.children, weights[group], strict=True) if w < 0]
            if negative and given.source.kind != "equal":
                notes[key] = sentence("index.negative_weights", construct=block.name, group=label, items=negative)
    return notes


def about_rows(solution: Solution, domains: Domains, data: object) -> tuple[Sentence, ...]:
    """Notes when fewer rows are indexed than were fitted or given."""
    moments = domains.moments
    if not domains.own:
        return () if isinstance(data, Moments) else row_warnings(moments)
    lost = moments.ungrouped - solution.moments.ungrouped
    return (sentence("index.rows_without_group", lost=lost, n=solution.n, by=domains.by),) if lost > 0 else ()


def about_unknown(domains: Domains) -> tuple[Sentence, ...]:
    """Notes on groups without answers to some item, or without any."""
    said, count = [], len(domains.labels)
    empty, none = domains.n == 0, domains.moments.n == 0
    unanswered = [*domains.unanswered, *(domains.labels[d] for d in np.flatnonzero(none))]
    if unanswered:
        complete = domains.estimated is None
        said.append(sentence("index.groups_without_rows", groups=unanswered, by=domains.by, complete=complete))
    if (empty & ~none).any():
        said.append(sentence("index.groups_of_weight_zero", empty=(empty & ~none).sum(), groups=count))
    partly = domains.unknown & ~empty[:, None]
    if partly.any():
        names = [domains.moments.items[i] for i in np.flatnonzero(partly.any(axis=0))]
        said.append(sentence("index.groups_without_answers", count=partly.any(axis=1).sum(), groups=count, items=names))
    return tuple(said)


def methods(
    given: Indices,
    index: FloatArray,
    se: FloatArray,
    degrees: FloatArray,
    usual: Sentence,
    weightless: Mapping[tuple[str, int], Sentence],
    *,
    replicates: bool,
) -> list[str]:
    """The column ``method`` of all indices (D, k): how standard errors (D k,) were computed, or why there is none."""
    domains, table = given.domains, given.solution.table
    names = table.latents[: table.shown]
    found: list[str] = []
    for d in range(len(domains.labels)):
        for j, name in enumerate(names):
            if np.isnan(index[d, j]):
                why = _unknown(given, d, j) or weightless.get((name, int(domains.group[d])))
                found.append("" if why is None else why)
            elif domains.n[d] < 2:
                found.append(sentence("index.method.single_row"))
            elif replicates and np.isnan(se[d * len(names) + j]):
                found.append(sentence("index.method.replicates_lost", most=100 * MOST_FAILED))
            elif degrees[d] <= 0:
                found.append(sentence("index.method.no_degrees", method=usual))
            else:
                found.append(usual)
    return found


def _unknown(given: Indices, domain: int, construct: int) -> Sentence | None:
    """Why a domain's index of a construct does not exist, if it is for the domain's rows."""
    domains = given.domains
    if domains.moments.n[domain] == 0:
        return sentence("index.method.no_rows")
    if domains.n[domain] == 0:
        return sentence("index.method.weight_zero")
    needed = domains.unknown[domain] & (given.coefficients[domain, construct] != 0)
    names = [domains.moments.items[i] for i in np.flatnonzero(needed)]
    return sentence("index.method.no_answers", items=names) if names else None
