"""Why an index, or its error, is not there, and what is said about the rows that are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import listed
from csisem.fit.checks import row_warnings
from csisem.index.construct.index_covariance import Indices
from csisem.index.construct.item_weights import Weighting
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.moments.moments import Moments

if TYPE_CHECKING:
    from csisem.fit.solution import Solution
    from csisem.index.construct.domains import Domains


def without_weights(given: Indices, weighting: Weighting) -> dict[str, str]:
    """Sentences about weights that make an index nan or take it out of 0-100, keyed by construct (and group)."""
    notes: dict[str, str] = {}
    solution = given.solution
    for block, weights in zip(given.source.measured, weighting.weights, strict=True):
        for group in range(solution.table.n_groups):
            where = f" in group {solution.groups[group]!s}" if solution.groups else ""
            key = f"{block.name}{where}"
            if np.isnan(weights[group]).any():
                notes[key] = (
                    f"The index of {block.name}{where} cannot be computed: a residual variance of "
                    f"{listed(block.children)} is not positive, so it has no model weights; use item_weights='equal'."
                )
                continue
            negative = [c for c, w in zip(block.children, weights[group], strict=True) if w < 0]
            if negative and given.source.kind != "equal":
                notes[key] = (
                    f"The index of {block.name}{where} gives {listed(negative)} a negative weight, so it may leave "
                    "0-100; reverse= an item asked the other way round, or use item_weights='equal'."
                )
    return notes


def about_rows(solution: Solution, domains: Domains, data: object) -> tuple[str, ...]:
    """Sentences when fewer rows are indexed than were fitted or given."""
    moments = domains.moments
    if not domains.own:
        return () if isinstance(data, Moments) else row_warnings(moments)
    lost = moments.ungrouped - solution.moments.ungrouped
    if lost <= 0:
        return ()
    return (f"{lost} of the {solution.n} fitted rows {'are' if lost > 1 else 'is'} in no group of "
            f"{listed(domains.by)}, which is missing there; they enter the weights, but no index.",)  # fmt: skip


def about_unknown(domains: Domains) -> tuple[str, ...]:
    """Sentences about groups that say nothing about some item, or about any."""
    said, count = [], len(domains.labels)
    empty = domains.n == 0
    if empty.any():
        said.append(f"In {empty.sum()} of {count} groups all rows have weight zero, so they have no index.")
    partly = domains.unknown & ~empty[:, None]
    if partly.any():
        names = [domains.moments.items[i] for i in np.flatnonzero(partly.any(axis=0))]
        said.append(f"In {partly.any(axis=1).sum()} of {count} groups nobody answered some item ({listed(names)}), so "
                    "indices that rest on it are nan there.")  # fmt: skip
    return tuple(said)


def methods(
    given: Indices,
    index: FloatArray,
    se: FloatArray,
    degrees: FloatArray,
    usual: str,
    weightless: Mapping[str, str],
    *,
    replicates: bool,
) -> list[str]:
    """The column ``method`` of all indices (D, k) with errors (D k,): how these were found, or why there is none."""
    solution, domains = given.solution, given.domains
    names = solution.table.latents[: solution.table.constructs]
    found = []
    for d in range(len(domains.labels)):
        where = f" in group {solution.groups[domains.group[d]]!s}" if solution.groups else ""
        for j, name in enumerate(names):
            if np.isnan(index[d, j]):
                found.append(_unknown(given, d, j) or weightless.get(f"{name}{where}", ""))
            elif domains.n[d] < 2:
                found.append("a single row has no error")
            elif replicates and np.isnan(se[d * len(names) + j]):
                found.append(f"more than {100 * MOST_FAILED:g} % of the replicates have no value")
            elif degrees[d] <= 0:
                found.append(f"{usual}: no degrees of freedom for an interval")
            else:
                found.append(usual)
    return found


def _unknown(given: Indices, domain: int, construct: int) -> str:
    """Why a domain's index of a construct does not exist, if it is for the domain's rows."""
    domains = given.domains
    if domains.n[domain] == 0:
        return "all rows of the group have weight zero"
    needed = domains.unknown[domain] & (given.coefficients[domain, construct] != 0)
    names = [domains.moments.items[i] for i in np.flatnonzero(needed)]
    return f"nobody in the group answered {listed(names)}" if names else ""
