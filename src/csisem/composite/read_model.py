"""What a model claims in terms that PLS can estimate; what it cannot is refused here, one sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.errors import ModelError, listed, nearest
from csisem.options import Mode
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation


@dataclass(frozen=True, slots=True)
class Claimed:
    """A construct; one that is an observed variable has it as its only item."""

    name: str
    items: tuple[str, ...]
    mode: Mode
    composite: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """An interaction, or a quadratic term where both parts are the same construct."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, eq=False)
class Claims:
    """Constructs, paths and interactions.

    Attributes
    ----------
    constructs
        The model's, then a construct of one item for every observed variable that stands on a path.
    paths
        Pairs (source, target) of constructs.
    terms
        Interactions.
    moderated
        Pairs (name of the interaction, target).
    """

    constructs: tuple[Claimed, ...]
    paths: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]
    moderated: tuple[tuple[str, str], ...]

    @cached_property
    def named(self) -> dict[str, Claimed]:
        """Constructs by name."""
        return {construct.name: construct for construct in self.constructs}

    @cached_property
    def parents(self) -> dict[str, str]:
        """The higher-order construct of every dimension."""
        return {dimension: c.name for c in self.constructs for dimension in self.dimensions(c.name)}

    def dimensions(self, name: str) -> tuple[str, ...]:
        """The lower-order constructs that measure a construct; empty for one measured by items alone."""
        # An observed variable on a path has its own name as its item.
        return tuple(item for item in self.named[name].items if item in self.named and item != name)

    def level(self, name: str) -> int:
        """0 for a construct of items, one more than its highest dimension for a higher-order one."""
        return 1 + max((self.level(d) for d in self.dimensions(name)), default=-1)

    def leaves(self, name: str) -> tuple[str, ...]:
        """The items at the bottom of a construct."""
        dimensions = self.dimensions(name)
        below = (self.leaves(item) if item in dimensions else (item,) for item in self.named[name].items)
        return tuple(item for items in below for item in items)


def read_claims(constructs: Sequence[Construct], relations: Iterable[Relation]) -> Claims:
    """Read a model for PLS."""
    relations = tuple(relations)
    _check_statements(relations)
    # A path fixed at zero is a path that is not there.
    paths = [(r.rhs, r.lhs) for r in relations if r.op == "~" and not _absent(r)]
    terms: dict[str, Term] = {}
    plain, moderated = [], []
    for source, target in paths:
        if ":" in target:
            raise ModelError(f"The interaction {target!r} is the outcome of a path; it can only be a predictor.")
        if ":" in source:
            terms.setdefault(source, _term(source))
            moderated.append((source, target))
        else:
            plain.append((source, target))
    claims = Claims(_with_observed(constructs, plain), tuple(plain), tuple(terms.values()), tuple(moderated))
    _check_items(claims)
    parts = {term.name: (term.first, term.second) for term in claims.terms}
    _check_circle([*claims.paths, *((part, target) for name, target in claims.moderated for part in parts[name])])
    _check_terms(claims)
    _check_joined(claims)
    return claims


def _check_statements(relations: Sequence[Relation]) -> None:
    for relation in relations:
        text = "'" + f"{relation.lhs} {relation.op} {relation.rhs}".strip() + "'"
        if relation.op in ("~~", "~1", "|"):
            what = {"~~": "covariances", "~1": "intercepts", "|": "thresholds"}[relation.op]
            raise ModelError(f"PLS has no {what} to estimate, but the model states {text}; leave it out.")
        known = [value for value in relation.fixed if not np.isnan(value)]
        if known and not (relation.op == "~" and _absent(relation)):
            raise ModelError(f"PLS holds no parameter fixed, but {text} is fixed at {known[0]:g}; leave the value out.")
    labels = Counter(label for relation in relations for label in set(relation.label))
    twice = [label for label, count in labels.items() if count > 1]
    if twice:
        raise ModelError(f"PLS holds no parameters equal, but the label {twice[0]!r} stands on "
                         f"{labels[twice[0]]} of them; give each its own.")  # fmt: skip


def _absent(relation: Relation) -> bool:
    return bool(relation.fixed) and all(value == 0 for value in relation.fixed)


def _term(name: str) -> Term:
    parts = name.split(":")
    if len(parts) != 2 or not all(parts):
        raise ModelError(f"The interaction {name!r} is not of two constructs; write 'A:B', or 'A:A' for a square.")
    return Term(name, *parts)


def _with_observed(constructs: Sequence[Construct], paths: Sequence[tuple[str, str]]) -> tuple[Claimed, ...]:
    names = {construct.name for construct in constructs}
    observed = dict.fromkeys(name for path in paths for name in path if name not in names)
    claimed = (Claimed(c.name, c.items, c.mode, c.composite) for c in constructs)
    return (*claimed, *(Claimed(name, (name,), "A") for name in observed))


def _check_items(claims: Claims) -> None:
    owner: dict[str, str] = {}
    for construct in claims.constructs:
        for item in construct.items:
            if item in owner and item == construct.name:
                raise ModelError(f"The item {item!r} of {owner[item]!r} stands on a path of its own; PLS needs every "
                                 "item on one construct.")  # fmt: skip
            if item in owner:
                raise ModelError(f"The item {item!r} stands on both {owner[item]!r} and {construct.name!r}; "
                                 "PLS needs every item on one construct.")  # fmt: skip
            owner[item] = construct.name


def _check_circle(paths: Sequence[tuple[str, str]]) -> None:
    waiting: dict[str, set[str]] = {}
    for source, target in paths:
        waiting.setdefault(target, set()).add(source)
    while waiting:
        ready = [name for name, sources in waiting.items() if not sources & waiting.keys()]
        if not ready:
            raise ModelError(f"The paths among {listed(waiting)} run in a circle; PLS needs paths without a circle.")
        for name in ready:
            del waiting[name]


def _check_terms(claims: Claims) -> None:
    items = {item for construct in claims.constructs for item in construct.items}
    seen: dict[frozenset[str], str] = {}
    for term in claims.terms:
        for part in (term.first, term.second):
            if part not in claims.named:
                known = nearest(part, claims.named)
                raise ModelError(f"The interaction {term.name!r} needs {part!r} on a path of its own{known}.")
        if term.name in claims.named or term.name in items:
            raise ModelError(f"The interaction {term.name!r} has the name of a construct or column; rename that.")
        twin = seen.setdefault(frozenset((term.first, term.second)), term.name)
        if twin != term.name:
            raise ModelError(f"The interactions {twin!r} and {term.name!r} are the same; leave one out.")
    outcomes = {target for _, target in claims.paths}
    for name, target in claims.moderated:
        if target not in outcomes:
            raise ModelError(f"{target!r} is predicted by the interaction {name!r} alone; give it the paths of the "
                             "interaction's parts too.")  # fmt: skip


def _check_joined(claims: Claims) -> None:
    """Every construct needs a neighbour: its own, or that of the higher-order construct it measures."""
    ends = {name for path in claims.paths for name in path}
    for construct in claims.constructs:
        name = construct.name
        while name not in ends and name in claims.parents:
            name = claims.parents[name]
        if name not in ends:
            # What is mistyped on a path is taken for a column.
            near = nearest(construct.name, [end for end in ends if claims.named[end].items == (end,)])
            raise ModelError(f"The construct {construct.name!r} stands on no path{near}; PLS weighs the items of a "
                             "construct by its neighbours, so give it a path or leave it out.")  # fmt: skip
