"""A model compiled for PLS: runs of the loop, weights and loadings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from csisem.arrays import BoolArray, IntArray
from csisem.composite.blueprint import arrows_of, consecutive, predecessors
from csisem.composite.interaction_moments import Products, compile_products
from csisem.composite.read_model import PathModel, read_path_model
from csisem.composite.stages import Stage, child_of, compile_stage, drafts_of, with_terms
from csisem.errors import ModelError, nearest
from csisem.options import HigherOrder, Mode, Moderation, validate
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation


@dataclass(frozen=True, slots=True, eq=False)
class Outer:
    """Pairs of a construct and one of its children, by construct.

    Attributes
    ----------
    owner
        The construct's position, (E,).
    child
        Position of a base column, or P plus that of a lower-order construct, (E,).
    blocks
        The pairs of each of the J constructs.
    """

    owner: IntArray
    child: IntArray
    blocks: tuple[slice, ...]

    @classmethod
    def of(cls, children: Sequence[Sequence[int]]) -> Outer:
        """Pairs of every construct with its children, given by their codes."""
        blocks, owner = consecutive([len(own) for own in children])
        return cls(owner, np.array([code for own in children for code in own], dtype=np.intp), blocks)


@dataclass(frozen=True, eq=False)
class Plan:
    """A model compiled for PLS: p items, q products of items (P = p + q base columns), J constructs.

    Attributes
    ----------
    items
        Names of the p items.
    constructs
        Names of the J constructs: those of the model, observed variables on paths, interactions.
    modes
        The mode of each construct.
    factors
        Which constructs PLSc takes for common factors, (J,): mode A, two items or more, not declared a composite.
    arrows
        Whether a path leads to the row's construct from the column's, (J, J).
    order
        Constructs in causal order, (J,).
    stages
        The runs of the loop.
    weighed, loaded
        The pairs with an outer weight, and those with a loading; they differ for repeated indicators only.
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
        """Positions of each construct's predecessors."""
        return predecessors(self.arrows)

    @property
    def width(self) -> int:
        """Number of base columns P."""
        return len(self.items) + (0 if self.products is None else len(self.products.pairs))

    @property
    def child_names(self) -> tuple[str, ...]:
        """Names in the order of the codes in `Outer.child`: items, products, constructs."""
        pairs = () if self.products is None else self.products.pairs
        return (*self.items, *(f"{self.items[a]}:{self.items[b]}" for a, b in pairs), *self.constructs)

    @property
    def item_blocks(self) -> tuple[IntArray, ...]:
        """Positions of each construct's items; empty unless it is measured by items alone."""
        children = (self.loaded.child[block] for block in self.loaded.blocks)
        return tuple(child if (child < len(self.items)).all() else child[:0] for child in children)

    @cached_property
    def lone_dimensions(self) -> dict[int, int]:
        """The higher-order construct of every construct that is its only dimension, by position."""
        loaded = [self.loaded.child[block] - self.width for block in self.loaded.blocks]
        return {int(own[0]): j for j, own in enumerate(loaded) if len(own) == 1 and own[0] >= 0}

    @cached_property
    def distinct(self) -> BoolArray:
        """Which pairs of constructs (J, J) are not the same by definition, as a lone dimension and its construct."""
        top = np.arange(len(self.constructs))
        for _ in self.lone_dimensions:
            top = np.array([self.lone_dimensions.get(int(j), int(j)) for j in top])
        return np.asarray(top[:, None] != top)

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
    """Compile the constructs and relations of a model.

    Parameters
    ----------
    constructs, relations
        Those of the model; the source of a path may be an interaction ``"A:B"`` or a square ``"A:A"``.
    higher_order
        ``"repeated"``: one run in which a higher-order construct has all items below it as indicators (Wold 1982).
        ``"embedded"``: then a second in which the scores of its dimensions are its indicators, and all other constructs
        are their scores. ``"disjoint"``: a run with its dimensions in its place, then one in which their scores are its
        indicators (Sarstedt, Hair, Cheah, Becker and Ringle 2019).
    moderation
        ``"two-stage"``: the interaction is the product of the scores of a run without it; ``"product"``: its indicators
        are the products of standardised items; ``"orthogonal"``: the residuals of these products (Henseler and Chin
        2010).
    dominant
        Items by construct whose loading shall be positive; for other constructs the sum of loadings is.
    """
    higher_order = validate("higher_order", higher_order, HigherOrder)
    moderation = validate("moderation", moderation, Moderation)
    model = read_path_model(constructs, relations)
    _check_orders(model, higher_order, moderation)
    names = tuple(c.name for c in model.constructs)
    items = tuple(dict.fromkeys(item for name in names for item in model.leaves(name)))
    place = {item: k for k, item in enumerate(items)}
    products = compile_products(
        [(names.index(t.first), names.index(t.second)) for t in model.terms],
        [[place[item] for item in model.leaves(name)] for name in names],
        len(items),
        orthogonal=moderation == "orthogonal",
    )
    everything = names + tuple(term.name for term in model.terms)
    modes: dict[str, Mode] = {c.name: c.mode for c in model.constructs} | {t.name: "A" for t in model.terms}
    _check_dominant(dominant or {}, model)
    pairs = () if products is None else products.pairs
    # An item's name may hold anything but this separator.
    base = (*items, *(f"{items[a]}\0{items[b]}" for a, b in pairs))
    drafts = with_terms(model, drafts_of(model, higher_order), products, base, moderation)
    compiled = [compile_stage(draft, modes, everything, base, model, dominant or {}) for draft in drafts]
    weighed, stages = _report(compiled, len(everything), len(base))
    loaded = weighed
    if higher_order == "repeated":
        code = {name: len(base) + j for j, name in enumerate(names)} | {name: k for k, name in enumerate(base)}
        children = [[code[item] for item in construct.items] for construct in model.constructs]
        loaded = Outer.of([*children, *([] for _ in model.terms)])
    arrows = arrows_of(everything, (*model.paths, *model.moderated))
    factors = {c.name for c in model.constructs if c.mode == "A" and len(c.items) > 1 and not c.composite}
    return Plan(
        items,
        everything,
        tuple(modes[name] for name in everything),
        np.array([name in factors for name in everything]),
        arrows,
        causal_order(arrows),
        tuple(stages),
        weighed,
        loaded,
        products,
        np.arange(len(names), len(everything), dtype=np.intp),
    )


def causal_order(arrows: BoolArray) -> IntArray:
    """Positions from causes to effects; ``arrows`` (J, J) have no cycle."""
    placed: list[int] = []
    while len(placed) < len(arrows):
        placed += [j for j in range(len(arrows)) if j not in placed and set(np.flatnonzero(arrows[j])) <= set(placed)]
    return np.array(placed, dtype=np.intp)


def _check_orders(model: PathModel, higher_order: HigherOrder, moderation: Moderation) -> None:
    on_path = {name for path in model.paths for name in path}
    for source, target in model.paths:
        for below, above in ((source, target), (target, source)):
            if model.parents.get(below) == above:
                raise ModelError(f"{below!r} measures {above!r}; leave out the path between the two.")
    for dimension, parent in model.parents.items():
        if dimension in on_path and higher_order != "repeated":
            raise ModelError(f"{dimension!r} measures {parent!r} and is on a path itself, which two stages cannot "
                             "estimate; leave out the path, or take higher_order='repeated'.")  # fmt: skip
    if model.terms and model.parents and moderation != "two-stage":
        raise ModelError(f"With higher-order constructs the interaction {model.terms[0].name!r} must be the product of "
                         "scores; take moderation='two-stage'.")  # fmt: skip


def _check_dominant(dominant: Mapping[str, str], model: PathModel) -> None:
    for name, item in dominant.items():
        if name not in model.named:
            raise ModelError(f"dominant= names {name!r}, which is not a construct{nearest(name, model.named)}.")
        items = model.named[name].items
        if item not in items:
            raise ModelError(f"dominant= names {item!r}, which does not measure {name!r}{nearest(item, items)}.")


def _report(stages: Sequence[Stage], count: int, width: int) -> tuple[Outer, list[Stage]]:
    """Take each construct's outer weights from the last run in which it has more than its own score as indicator."""
    source: dict[int, tuple[int, int]] = {}
    for s, stage in enumerate(stages):
        for k, (member, block) in enumerate(zip(stage.members, stage.blueprint.blocks, strict=True)):
            columns = stage.blueprint.columns[block]
            own = len(columns) == 1 and child_of(stage, int(columns[0]), width) == width + member
            if not own and not (len(columns) == 1 and columns[0] >= len(stage.base) + len(stage.scores)):
                source[int(member)] = (s, k)
    reported = [stage.reported.copy() for stage in stages]
    children: list[list[int]] = [[] for _ in range(count)]
    first = 0
    for j, (s, k) in sorted(source.items()):
        block = stages[s].blueprint.blocks[k]
        children[j] = [child_of(stages[s], int(column), width) for column in stages[s].blueprint.columns[block]]
        reported[s][block] = np.arange(first, first + len(children[j]))
        first += len(children[j])
    return Outer.of(children), [replace(s, reported=r) for s, r in zip(stages, reported, strict=True)]
