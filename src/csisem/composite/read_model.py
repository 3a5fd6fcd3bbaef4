"""A specification as a PLS path model, and what PLS cannot estimate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.errors import ModelError, listed, nearest
from csisem.options import Mode
from csisem.specification.coherence import cyclic
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation


@dataclass(frozen=True, slots=True)
class Block:
    """A construct with its items; an observed variable on a path is its own only item."""

    name: str
    items: tuple[str, ...]
    mode: Mode
    composite: bool = False


@dataclass(frozen=True, slots=True)
class ProductTerm:
    """An interaction, or a quadratic term if both parts are the same construct."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, eq=False)
class PathModel:
    """Constructs, paths and interactions.

    Attributes
    ----------
    constructs
        Those of the model, then one for every observed variable on a path.
    paths
        Pairs (source, target) of constructs.
    terms
        Interactions.
    moderated
        Pairs (name of the interaction, target).
    """

    constructs: tuple[Block, ...]
    paths: tuple[tuple[str, str], ...]
    terms: tuple[ProductTerm, ...]
    moderated: tuple[tuple[str, str], ...]

    @cached_property
    def named(self) -> dict[str, Block]:
        """Constructs by name."""
        return {construct.name: construct for construct in self.constructs}

    @cached_property
    def parents(self) -> dict[str, str]:
        """The higher-order construct of every dimension."""
        return {dimension: c.name for c in self.constructs for dimension in self.dimensions(c.name)}

    def dimensions(self, name: str) -> tuple[str, ...]:
        """The lower-order constructs that measure a construct; empty if it is measured by items alone."""
        return tuple(item for item in self.named[name].items if item in self.named and item != name)

    def level(self, name: str) -> int:
        """0 for a construct of items, else one more than its highest dimension."""
        return 1 + max((self.level(d) for d in self.dimensions(name)), default=-1)

    def leaves(self, name: str) -> tuple[str, ...]:
        """The items below a construct."""
        dimensions = self.dimensions(name)
        below = (self.leaves(item) if item in dimensions else (item,) for item in self.named[name].items)
        return tuple(item for items in below for item in items)


def read_path_model(constructs: Sequence[Construct], relations: Iterable[Relation]) -> PathModel:
    """Read a model for PLS, or refuse what PLS cannot estimate."""
    relations = tuple(relations)
    _check_statements(relations)
    # A path fixed at zero is left out.
    paths = [(r.rhs, r.lhs) for r in relations if r.op == "~" and not _absent(r)]
    terms: dict[str, ProductTerm] = {}
    plain, moderated = [], []
    for source, target in paths:
        if ":" in target:
            raise ModelError(f"The interaction {target!r} is the outcome of a path; it can only be a predictor.")
        if ":" in source:
            terms.setdefault(source, _term(source))
            moderated.append((source, target))
        else:
            plain.append((source, target))
    model = PathModel(_with_observed(constructs, plain), tuple(plain), tuple(terms.values()), tuple(moderated))
    _check_items(model)
    parts = {term.name: (term.first, term.second) for term in model.terms}
    _check_recursive([*model.paths, *((part, target) for name, target in model.moderated for part in parts[name])])
    _check_terms(model)
    _check_joined(model)
    return model


def _check_statements(relations: Sequence[Relation]) -> None:
    for relation in relations:
        text = "'" + f"{relation.lhs} {relation.op} {relation.rhs}".strip() + "'"
        if relation.op in ("~~", "~1", "|"):
            what = {"~~": "covariances", "~1": "intercepts", "|": "thresholds"}[relation.op]
            raise ModelError(f"PLS does not estimate {what}, but the model has {text}; leave it out.")
        known = [value for value in relation.fixed if not np.isnan(value)]
        if known and not (relation.op == "~" and _absent(relation)):
            raise ModelError(f"PLS cannot fix parameters, but {text} is fixed at {known[0]:g}; leave the value out.")
    labels = Counter(label for relation in relations for label in set(relation.label))
    twice = [label for label, count in labels.items() if count > 1]
    if twice:
        raise ModelError(f"PLS cannot hold parameters equal, but {labels[twice[0]]} of them have the label "
                         f"{twice[0]!r}; give each its own.")  # fmt: skip


def _absent(relation: Relation) -> bool:
    return bool(relation.fixed) and all(value == 0 for value in relation.fixed)


def _term(name: str) -> ProductTerm:
    parts = name.split(":")
    if len(parts) != 2 or not all(parts):
        raise ModelError(f"The interaction {name!r} must have two parts; write 'A:B', or 'A:A' for a square.")
    return ProductTerm(name, *parts)


def _with_observed(constructs: Sequence[Construct], paths: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    names = {construct.name for construct in constructs}
    observed = dict.fromkeys(name for path in paths for name in path if name not in names)
    claimed = (Block(c.name, c.items, c.mode, c.composite) for c in constructs)
    return (*claimed, *(Block(name, (name,), "A") for name in observed))


def _check_items(model: PathModel) -> None:
    owner: dict[str, str] = {}
    for construct in model.constructs:
        for item in construct.items:
            if item in owner and item == construct.name:
                raise ModelError(f"The item {item!r} of {owner[item]!r} is on a path itself; PLS needs every item "
                                 "on one construct.")  # fmt: skip
            if item in owner:
                raise ModelError(f"The item {item!r} measures both {owner[item]!r} and {construct.name!r}; PLS needs "
                                 "every item on one construct.")  # fmt: skip
            owner[item] = construct.name


def _check_recursive(paths: Sequence[tuple[str, str]]) -> None:
    sources: dict[str, set[str]] = {}
    for source, target in paths:
        sources.setdefault(target, set()).add(source)
    if cycle := cyclic(sources):
        raise ModelError(f"The paths among {listed(cycle)} form a cycle; PLS needs a model without cycles.")


def _check_terms(model: PathModel) -> None:
    items = {item for construct in model.constructs for item in construct.items}
    seen: dict[frozenset[str], str] = {}
    for term in model.terms:
        for part in (term.first, term.second):
            if part not in model.named:
                known = nearest(part, model.named)
                raise ModelError(
                    f"The interaction {term.name!r} needs {part!r} as a construct, or on a path itself{known}."
                )
        if term.name in model.named or term.name in items:
            raise ModelError(f"The interaction {term.name!r} has the name of a construct or column; rename that.")
        twin = seen.setdefault(frozenset((term.first, term.second)), term.name)
        if twin != term.name:
            raise ModelError(f"The interactions {twin!r} and {term.name!r} are the same; leave one out.")
    outcomes = {target for _, target in model.paths}
    for name, target in model.moderated:
        if target not in outcomes:
            raise ModelError(f"{target!r} is predicted by the interaction {name!r} alone; add the paths from the "
                             "interaction's parts.")  # fmt: skip


def _check_joined(model: PathModel) -> None:
    """Every construct, or the higher-order construct it measures, needs a neighbour."""
    ends = {name for path in model.paths for name in path}
    for construct in model.constructs:
        name = construct.name
        while name not in ends and name in model.parents:
            name = model.parents[name]
        if name not in ends:
            # A mistyped name on a path is read as a column.
            near = nearest(construct.name, [end for end in ends if model.named[end].items == (end,)])
            raise ModelError(f"The construct {construct.name!r} is on no path{near}; PLS weights its items by its "
                             "neighbours, so add a path or leave the construct out.")  # fmt: skip
