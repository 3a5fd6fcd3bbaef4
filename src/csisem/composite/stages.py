"""Runs of the PLS loop for higher-order constructs and interactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import IntArray
from csisem.composite.blueprint import Blueprint, compile_blueprint
from csisem.composite.interaction_moments import Products
from csisem.composite.read_model import PathModel
from csisem.options import HigherOrder, Mode, Moderation


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One run of the loop; its columns are base columns, scores of earlier runs, then products of such scores.

    Attributes
    ----------
    blueprint
        The run over these columns.
    members
        Positions of its constructs in the plan.
    base
        Base columns, which come first.
    scores
        Constructs whose scores come next.
    terms
        Interactions whose products of scores come last.
    reported
        Position of each of its outer weights in the plan, or -1.
    """

    blueprint: Blueprint
    members: IntArray
    base: IntArray
    scores: IntArray
    terms: tuple[int, ...]
    reported: IntArray


@dataclass(slots=True)
class Draft:
    """A run in names, before it is compiled."""

    blocks: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[tuple[str, str], None] = field(default_factory=dict)


def drafts_of(model: PathModel, higher_order: HigherOrder) -> list[Draft]:
    top = max(model.level(c.name) for c in model.constructs)
    if top == 0:
        return [_stage_of_scores(model, 0, alone=False)]
    if higher_order == "disjoint":
        return [_stage_of_scores(model, level, alone=False) for level in range(top + 1)]
    first = _repeated(model)
    if higher_order == "repeated":
        return [first]
    return [first, *(_stage_of_scores(model, level, alone=True) for level in range(1, top + 1))]


def _repeated(model: PathModel) -> Draft:
    """One run with all constructs; a higher-order one has all items below it, and its dimensions as neighbours."""
    draft = Draft({c.name: list(model.leaves(c.name)) for c in model.constructs}, dict.fromkeys(model.paths))
    for construct in model.constructs:
        for dimension in model.dimensions(construct.name):
            # A reflective construct points to its dimensions; they point to a formative one.
            pair = (construct.name, dimension) if construct.mode == "A" else (dimension, construct.name)
            draft.paths[pair] = None
    return draft


def _stage_of_scores(model: PathModel, level: int, *, alone: bool) -> Draft:
    """Constructs up to a level; higher ones are replaced by their dimensions, lower dimensions enter as scores.

    ``alone``: constructs of items enter as scores of an earlier run.
    """
    draft = Draft()
    for construct in model.constructs:
        name, own = construct.name, model.level(construct.name)
        parent = model.parents.get(name)
        if own <= level and (parent is None or model.level(parent) > level):
            draft.blocks[name] = [name] if alone and own == 0 else list(construct.items)
    for source, target in model.paths:
        for above in _standing_in(model, source, level):
            for below in _standing_in(model, target, level):
                draft.paths[above, below] = None
    return draft


def _standing_in(model: PathModel, name: str, level: int) -> list[str]:
    if model.level(name) <= level:
        return [name]
    return [below for dimension in model.dimensions(name) for below in _standing_in(model, dimension, level)]


def with_terms(
    model: PathModel, drafts: list[Draft], products: Products | None, base: Sequence[str], moderation: Moderation
) -> list[Draft]:
    """Add interactions to the last run, or, as products of its scores, to a copy of it."""
    if products is None:
        return drafts
    last = drafts[-1]
    final = Draft(dict(last.blocks), last.paths | dict.fromkeys(model.moderated))
    for term, interaction in zip(model.terms, products.interactions, strict=True):
        own = [term.name] if moderation == "two-stage" else [base[column] for column in interaction.columns]
        final.blocks[term.name] = own
    return [*drafts, final] if moderation == "two-stage" else [*drafts[:-1], final]


def compile_stage(
    draft: Draft,
    modes: Mapping[str, Mode],
    everything: tuple[str, ...],
    base: tuple[str, ...],
    model: PathModel,
    dominant: Mapping[str, str],
) -> Stage:
    names = [name for name in everything if name in draft.blocks]
    wanted = list(dict.fromkeys(child for name in names for child in draft.blocks[name]))
    terms = {term.name: t for t, term in enumerate(model.terms)}
    # An observed variable on a path is an item and a construct of the same name; its column is the item's.
    plain = sorted((child for child in wanted if child in base), key=base.index)
    scores = [child for child in wanted if child in model.named and child not in base]
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
    """The code of a run's column: a base column, or ``width`` plus a construct's position."""
    if column < len(stage.base):
        return int(stage.base[column])
    scores = column - len(stage.base)
    return width + int(stage.scores[scores]) if scores < len(stage.scores) else -1
