"""Importance and performance as statistics of a fit's weights and effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.fit.effect_estimates import reachable
from csisem.fit.solution import Solution
from csisem.index.construct.item_weights import Block, Weighting, leaves
from csisem.index.construct.weight_sources import WeightSource, source_of
from csisem.options import ItemWeights


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """The m spots of a map.

    Attributes
    ----------
    target
        Position of the target construct.
    construct
        Position of each spot's construct, (m,).
    item
        Position of its item, (m,); -1 for the construct itself.
    """

    target: int
    construct: IntArray
    item: IntArray


def map_source(solution: Solution, ranges: FloatArray, kind: ItemWeights, spots: Spots) -> WeightSource:
    """A fit's importances, then performances, of the m spots, for items with scale widths ``ranges`` (P,)."""
    return source_of(solution, ranges, kind, partial(_on_map, spots=spots, ranges=ranges))


def _on_map(found: Weighting, spots: Spots, ranges: FloatArray) -> Weighting:
    """Weights of the 2 m statistics; importance has coefficients zero and is added, as no mean enters it."""
    if found.totals is None:
        raise ValueError("a map needs weights with total effects")
    of_items, at = spots.item >= 0, np.arange(len(spots.item))
    coefficients = found.coefficients[..., spots.construct, :]
    importance = found.totals[..., spots.target, spots.construct]
    if of_items.any():
        # An item's share of its construct's 0-100 index is its weight times the width of its scale.
        width = ranges[spots.item] / 100.0
        importance = importance * coefficients[..., at, spots.item] * width
        alone = np.zeros(coefficients.shape[-2:])
        alone[at, spots.item] = 1.0 / width
        coefficients = np.broadcast_to(alone, coefficients.shape)
    return Weighting(
        np.concatenate([np.zeros_like(coefficients), coefficients], axis=-2),
        found.weights,
        added=np.concatenate([importance, np.zeros_like(importance)], axis=-1),
    )


def spots_of(solution: Solution, target: object, measured: tuple[Block, ...], *, items: bool) -> Spots:
    """The constructs from which paths lead to the target, or their items."""
    names = solution.table.latents[: solution.table.shown]
    if not isinstance(target, str) or target not in names:
        others = solution.table.latents[solution.table.constructs :]
        hint = (
            f", but an observed variable, which has no index; give it a construct: Construct('...', [{target!r}])"
            if isinstance(target, str) and target in others
            else nearest(str(target), names)
        )
        raise OptionError(f"target={shown(target)} is not a construct of the model{hint}.")
    place = names.index(str(target))
    before = reachable(solution.table)[1][place]
    found = [source for source in range(len(names)) if before[source]]
    if not found:
        raise DataError(f"No path leads to {target!r}, so there is no map of it; its index is that of csi().")
    if not items:
        return Spots(place, np.array(found, dtype=np.intp), np.full(len(found), -1, dtype=np.intp))
    below = leaves(measured)
    pairs = np.array([(source, item) for source in found for item in below[source]], dtype=np.intp)
    return Spots(place, pairs[:, 0], pairs[:, 1])


def left_out(solution: Solution, spots: Spots) -> list[Sentence]:
    """Notes on predecessors of the target without an index, or whose effect is not one number."""
    names, constructs = solution.table.latents, solution.table.constructs
    before = np.flatnonzero(reachable(solution.table)[1][spots.target])
    others = [names[j] for j in before if j >= constructs]
    terms = [name for name in others if name not in solution.table.observed]
    bare = [name for name in others if name not in terms]
    said = []
    if bare:
        said.append(sentence("improvement.no_index", variables=bare))
    if terms:
        said.append(sentence("improvement.moderated", terms=terms))
    return said
