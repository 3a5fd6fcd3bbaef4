"""Runs of the loop for higher-order constructs and interactions, first in names, then as index arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import IntArray
from csisem.composite.blueprint import Blueprint, compile_blueprint
from csisem.composite.interaction_moments import Products
from csisem.composite.read_model import Claims
from csisem.options import HigherOrder, Mode, Moderation


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One run of the loop. Its columns are base columns, then scores of earlier runs, then products of such scores.

    Attributes
    ----------
    blueprint
        The run over these columns.
    members
        Positions of its constructs among the plan's.
    base
        Which base columns come first.
    scores
        Constructs whose scores come next.
    terms
        Interactions whose products of scores come last.
    reported
        For each of its outer weights the place among the plan's, or -1.
    """

    blueprint: Blueprint
    members: IntArray
    base: IntArray
    scores: IntArray
    terms: tuple[int, ...]
    reported: IntArray


@dataclass(slots=True)
class Draft:
    """One run while it is written, in names."""

    blocks: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[tuple[str, str], None] = field(default_factory=dict)


def drafts_of(claims: Claims, higher_order: HigherOrder) -> list[Draft]:
    top = max(claims.level(c.name) for c in claims.constructs)
    if top == 0:
        return [_stage_of_scores(claims, 0, alone=False)]
    if higher_order == "disjoint":
        return [_stage_of_scores(claims, level, alone=False) for level in range(top + 1)]
    first = _repeated(claims)
    if higher_order == "repeated":
        return [first]
    return [first, *(_stage_of_scores(claims, level, alone=True) for level in range(1, top + 1))]


def _repeated(claims: Claims) -> Draft:
    """All constructs at once; a higher-order one weighs all items below it and is a neighbour of its dimensions."""
    draft = Draft({c.name: list(claims.leaves(c.name)) for c in claims.constructs}, dict.fromkeys(claims.paths))
    for construct in claims.constructs:
        for dimension in claims.dimensions(construct.name):
            # A reflective construct points to its dimensions, a formed one is pointed to.
            pair = (construct.name, dimension) if construct.mode == "A" else (dimension, construct.name)
            draft.paths[pair] = None
    return draft


def _stage_of_scores(claims: Claims, level: int, *, alone: bool) -> Draft:
    """Constructs up to a level; the dimensions of higher ones stand in their place, lower dimensions are scores.

    ``alone``: constructs of items are the scores of an earlier run themselves.
    """
    draft = Draft()
    for construct in claims.constructs:
        name, own = construct.name, claims.level(construct.name)
        parent = claims.parents.get(name)
        if own <= level and (parent is None or claims.level(parent) > level):
            draft.blocks[name] = [name] if alone and own == 0 else list(construct.items)
    for source, target in claims.paths:
        for above in _standing_in(claims, source, level):
            for below in _standing_in(claims, target, level):
                draft.paths[above, below] = None
    return draft


def _standing_in(claims: Claims, name: str, level: int) -> list[str]:
    if claims.level(name) <= level:
        return [name]
    return [below for dimension in claims.dimensions(name) for below in _standing_in(claims, dimension, level)]


def with_terms(
    claims: Claims, drafts: list[Draft], products: Products | None, base: Sequence[str], moderation: Moderation
) -> list[Draft]:
    """Interactions join the last run, or, as products of its scores, one more like it."""
    if products is None:
        return drafts
    last = drafts[-1]
    final = Draft(dict(last.blocks), last.paths | dict.fromkeys(claims.moderated))
    for term, interaction in zip(claims.terms, products.interactions, strict=True):
        own = [term.name] if moderation == "two-stage" else [base[column] for column in interaction.columns]
        final.blocks[term.name] = own
    return [*drafts, final] if moderation == "two-stage" else [*drafts[:-1], final]


def compile_stage(
    draft: Draft,
    modes: Mapping[str, Mode],
    everything: tuple[str, ...],
    base: tuple[str, ...],
    claims: Claims,
    dominant: Mapping[str, str],
) -> Stage:
    names = [name for name in everything if name in draft.blocks]
    wanted = list(dict.fromkeys(child for name in names for child in draft.blocks[name]))
    terms = {term.name: t for t, term in enumerate(claims.terms)}
    # A name may be an item's and, for an observed variable on a path, a construct's: its column is the item's.
    plain = sorted((child for child in wanted if child in base), key=base.index)
    scores = [child for child in wanted if child in claims.named and child not in base]
    formed = [child for child in wanted if child in terms]
    column = {child: k for k, child in enumerate([*plain, *scores, *formed])}
    blueprint = compile_blueprint(
        names,
        [[column[child] for child in draft.blocks[name]] for name in names],
        [modes[name] for name in names],
        list(draft.paths),
        len(column),
        {names.index(n): column[c] for n, c in dominant.items() if n in draft.blocks and c in draft.blocks[n]},
    )
    return Stage(
        blueprint,
        np.array([everything.index(name) for name in names], dtype=np.intp),
        np.array([base.index(child) for child in plain], dtype=np.intp),
        np.array([everything.index(child) for child in scores], dtype=np.intp),
        tuple(terms[child] for child in formed),
        np.full(blueprint.size, -1, dtype=np.intp),
    )


def child_of(stage: Stage, column: int, width: int) -> int:
    """What a run's column is: a base column, or ``width`` plus a construct's position."""
    if column < len(stage.base):
        return int(stage.base[column])
    scores = column - len(stage.base)
    return width + int(stage.scores[scores]) if scores < len(stage.scores) else -1
