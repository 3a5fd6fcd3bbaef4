"""Contradictions among the statements of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from csisem.errors import ModelError, listed
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation


def check_coherence(constructs: Sequence[Construct], relations: Sequence[Relation]) -> None:
    """Refuse a model whose statements contradict each other."""
    names = [construct.name for construct in constructs]
    for name in names:
        if names.count(name) > 1:
            raise ModelError(f"Two constructs have the name {name!r}.")
    seen: set[tuple[str, str, frozenset[str]]] = set()
    for relation in relations:
        pair = frozenset((relation.lhs, relation.rhs))
        key = (relation.op, "" if relation.op == "~~" else relation.lhs, pair)
        if key in seen:
            raise ModelError(f"'{relation.lhs} {relation.op} {relation.rhs}' is in the model twice.")
        seen.add(key)
        for name in (relation.lhs, relation.rhs):
            if ":" in name and (relation.op != "~" or name == relation.lhs):
                raise ModelError(f"The interaction {name!r} is used in '{relation.lhs} {relation.op} {relation.rhs}'; "
                                 "it can only predict, on the right of '~'.")  # fmt: skip
    if not names and not relations:
        raise ModelError("The model is empty.")
    if cycle := cyclic({construct.name: set(construct.items) for construct in constructs}):
        raise ModelError(f"Higher-order constructs measure each other in a cycle: {listed(cycle)}.")


def cyclic(sources: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """Names that cannot be put in an order in which all their sources come before them."""
    waiting = dict(sources)
    while ready := [name for name, before in waiting.items() if not before & waiting.keys()]:
        for name in ready:
            del waiting[name]
    return tuple(waiting)
