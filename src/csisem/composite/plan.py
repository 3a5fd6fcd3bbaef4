"""The runs of the PLS loop that a model asks for: one, or several that build on each other's scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from csisem.arrays import BoolArray, IntArray
from csisem.composite.blueprint import predecessors
from csisem.composite.interaction_moments import Products, compile_products
from csisem.composite.read_model import Claims, read_claims
from csisem.composite.stages import Stage, child_of, compile_stage, drafts_of, with_terms
from csisem.errors import ModelError, nearest
from csisem.options import HigherOrder, Mode, Moderation, validate
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation


@dataclass(frozen=True, slots=True, eq=False)
class Outer:
    """What measures what: pairs of a construct and a child, by construct.

    Attributes
    ----------
    owner
        The construct's position, (E,).
    child
        A base column, or P plus the position of a lower-order construct, (E,).
    blocks
        Places of each of the J constructs.
    """

    owner: IntArray
    child: IntArray
    blocks: tuple[slice, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """A model compiled for PLS: p items, q products of items (P = p + q base columns), J constructs.

    Attributes
    ----------
    items
        Names of the p items.
    constructs
        Names of the J constructs: the model's, observed variables on paths, interactions.
    modes
        How each weighs its columns.
    factors
        Which are common factors to PLSc, (J,): of mode A with two items or more, unless declared a composite.
    arrows
        Whether a path leads to the row's construct from the column's, (J, J).
    order
        Constructs from causes to effects, (J,).
    stages
        The runs.
    weighed, loaded
        What has an outer weight, and what a loading; they differ for repeated indicators only.
    products
        The products of items that interactions need.
    terms
        Positions of the interactions, the last of the constructs.
    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    modes: tuple[Mode, ...]
    factors: BoolArray
    arrows: BoolArray
    order: IntArray
    stages: tuple[Stage, ...]
    weighed: Outer
    loaded: Outer
    products: Products | None
    terms: IntArray

    @cached_property
    def predecessors(self) -> tuple[IntArray, ...]:
        """For each construct the positions of its predecessors."""
        return predecessors(self.arrows)

    @property
    def width(self) -> int:
        """Number of base columns P."""
        return len(self.items) + (0 if self.products is None else len(self.products.pairs))

    @property
    def child_names(self) -> tuple[str, ...]:
        """Names that `Outer.child` points to: items, products, constructs."""
        pairs = () if self.products is None else self.products.pairs
        return (*self.items, *(f"{self.items[a]}:{self.items[b]}" for a, b in pairs), *self.constructs)

    @property
    def item_blocks(self) -> tuple[IntArray, ...]:
        """Positions of the items of each construct; empty for one that is not measured by items alone."""
        children = (self.loaded.child[block] for block in self.loaded.blocks)
        return tuple(child if (child < len(self.items)).all() else child[:0] for child in children)

    @property
    def higher_order(self) -> bool:
        """Whether a construct is measured by constructs."""
        return bool((self.loaded.child >= self.width).any())


def compile_plan(
    constructs: Sequence[Construct],
    relations: Iterable[Relation],
    *,
    higher_order: HigherOrder = "disjoint",
    moderation: Moderation = "two-stage",
    dominant: Mapping[str, str] | None = None,
) -> Plan:
    """Compile a model's constructs and relations.

    Parameters
    ----------
    constructs, relations
        The model's; a path's source may be an interaction ``"A:B"`` or a square ``"A:A"``.
    higher_order
        ``"repeated"``: one run in which a higher-order construct weighs all items below it (Wold 1982).
        ``"embedded"``: then one in which it weighs its dimensions' scores, all other constructs being scores.
        ``"disjoint"``: first a run without it, its dimensions in its place; then one in which it weighs their scores
        (Sarstedt, Hair, Cheah, Becker and Ringle 2019).
    moderation
        ``"two-stage"``: the interaction is the product of the scores of a run without it; ``"product"``: it weighs the
        products of standardised items; ``"orthogonal"``: those freed of what the items explain (Henseler and Chin
        2010).
    dominant
        For some constructs the item whose loading shall be positive; elsewhere the sum of loadings is.
    """
    validate("higher_order", higher_order, HigherOrder)
    validate("moderation", moderation, Moderation)
    claims = read_claims(constructs, relations)
    _check_orders(claims, higher_order, moderation)
    names = tuple(c.name for c in claims.constructs)
    items = tuple(dict.fromkeys(item for name in names for item in claims.leaves(name)))
    place = {item: k for k, item in enumerate(items)}
    products = compile_products(
        [(names.index(t.first), names.index(t.second)) for t in claims.terms],
        [[place[item] for item in claims.leaves(name)] for name in names],
        len(items),
        orthogonal=moderation == "orthogonal",
    )
    everything = names + tuple(term.name for term in claims.terms)
    modes: dict[str, Mode] = {c.name: c.mode for c in claims.constructs} | {t.name: "A" for t in claims.terms}
    _check_dominant(dominant or {}, claims)
    pairs = () if products is None else products.pairs
    # An item's name may hold anything but this separator.
    base = (*items, *(f"{items[a]}\0{items[b]}" for a, b in pairs))
    drafts = with_terms(claims, drafts_of(claims, higher_order), products, base, moderation)
    weighed, stages = _report(
        [compile_stage(draft, modes, everything, base, claims, dominant or {}) for draft in drafts],
        everything,
        len(base),
    )
    declared = {c.name: list(c.items) for c in claims.constructs}
    loaded = weighed if higher_order != "repeated" else _outer(declared, everything, base)
    arrows = np.zeros((len(everything), len(everything)), dtype=bool)
    for source, target in (*claims.paths, *claims.moderated):
        arrows[everything.index(target), everything.index(source)] = True
    return Plan(
        items,
        everything,
        tuple(modes[name] for name in everything),
        _factors(claims, everything),
        arrows,
        causal_order(arrows),
        tuple(stages),
        weighed,
        loaded,
        products,
        np.arange(len(names), len(everything), dtype=np.intp),
    )


def _factors(claims: Claims, everything: tuple[str, ...]) -> BoolArray:
    found = {c.name for c in claims.constructs if c.mode == "A" and len(c.items) > 1 and not c.composite}
    return np.array([name in found for name in everything])


def causal_order(arrows: BoolArray) -> IntArray:
    """Positions from causes to effects; ``arrows`` (J, J) have no circle."""
    placed: list[int] = []
    while len(placed) < len(arrows):
        placed += [j for j in range(len(arrows)) if j not in placed and set(np.flatnonzero(arrows[j])) <= set(placed)]
    return np.array(placed, dtype=np.intp)


def _check_orders(claims: Claims, higher_order: HigherOrder, moderation: Moderation) -> None:
    on_path = {name for path in claims.paths for name in path}
    for source, target in claims.paths:
        for below, above in ((source, target), (target, source)):
            if claims.parents.get(below) == above:
                raise ModelError(f"{below!r} measures {above!r}; a path between the two says the same again, so leave "
                                 "it out.")  # fmt: skip
    for dimension, parent in claims.parents.items():
        if dimension in on_path and higher_order != "repeated":
            raise ModelError(f"{dimension!r} measures {parent!r} and stands on a path itself; two stages cannot "
                             "do both: take the path off, or estimate with higher_order='repeated'.")  # fmt: skip
    if claims.terms and claims.parents and moderation != "two-stage":
        raise ModelError(f"With higher-order constructs an interaction ({claims.terms[0].name!r}) is the product of "
                         "scores; estimate with moderation='two-stage'.")  # fmt: skip


def _check_dominant(dominant: Mapping[str, str], claims: Claims) -> None:
    for name, item in dominant.items():
        if name not in claims.named:
            raise ModelError(f"dominant= names {name!r}, which is no construct{nearest(name, claims.named)}.")
        items = claims.named[name].items
        if item not in items:
            raise ModelError(f"dominant= names {item!r}, which does not measure {name!r}{nearest(item, items)}.")


def _report(stages: Sequence[Stage], everything: tuple[str, ...], width: int) -> tuple[Outer, list[Stage]]:
    """Each construct's outer weights come from the last run that weighs more than its own score."""
    source: dict[int, tuple[int, int]] = {}
    for s, stage in enumerate(stages):
        for k, (member, block) in enumerate(zip(stage.members, stage.blueprint.blocks, strict=True)):
            columns = stage.blueprint.columns[block]
            own = len(columns) == 1 and child_of(stage, int(columns[0]), width) == width + member
            if not own and not (len(columns) == 1 and columns[0] >= len(stage.base) + len(stage.scores)):
                source[int(member)] = (s, k)
    reported = [stage.reported.copy() for stage in stages]
    child: list[int] = []
    edges = [0]
    for j in range(len(everything)):
        if j in source:
            s, k = source[j]
            stage = stages[s]
            block = stage.blueprint.blocks[k]
            reported[s][block] = np.arange(len(child), len(child) + block.stop - block.start)
            child += [child_of(stage, int(column), width) for column in stage.blueprint.columns[block]]
        edges.append(len(child))
    return _of_edges(edges, child), [replace(s, reported=r) for s, r in zip(stages, reported, strict=True)]


def _outer(children: Mapping[str, Sequence[str]], everything: tuple[str, ...], base: tuple[str, ...]) -> Outer:
    code = {name: len(base) + j for j, name in enumerate(everything)} | {name: k for k, name in enumerate(base)}
    child: list[int] = []
    edges = [0]
    for name in everything:
        child += [code[item] for item in children.get(name, ())]
        edges.append(len(child))
    return _of_edges(edges, child)


def _of_edges(edges: Sequence[int], child: Sequence[int]) -> Outer:
    blocks = tuple(slice(a, b) for a, b in pairwise(edges))
    owner = np.repeat(np.arange(len(blocks)), np.diff(np.array(edges)))
    return Outer(owner.astype(np.intp), np.array(child, dtype=np.intp), blocks)
