"""Constructs and arrows of a model, read from its specification."""

from __future__ import annotations

from collections.abc import Iterable

from csisem.plot.diagram.elements import Graph, Link, Node
from csisem.specification.construct import Construct
from csisem.specification.parameters import ParameterTable
from csisem.specification.specification import Specification


def model_graph(model: Specification, covariances: Iterable[tuple[str, str]] = (), *, items: bool = True) -> Graph:
    """The diagram of a model, with these covariances; without ``items``, of its structural part alone."""
    names = {construct.name for construct in model.constructs}
    owner: dict[str, str] = {}
    for construct in model.constructs:
        for item in construct.items:
            if item not in names:
                owner.setdefault(item, construct.name)
    owned = {one.name: tuple(i for i in one.items if items and owner.get(i) == one.name) for one in model.constructs}
    nodes = [
        Node(one.name, "composite" if one.composite else "construct", owned[one.name], one.composite)
        for one in model.constructs
    ]
    nodes += [Node(name, "interaction") for name in model.interactions]
    in_paths = [name for r in model.relations if r.op == "~" for name in (r.rhs, r.lhs)]
    apart = dict.fromkeys([*in_paths, *(name for pair in covariances for name in pair)])
    known = {node.name for node in nodes} | ({*owner} if items else set())
    # An item in a path stands alone where the items of constructs are left out.
    alone = [name for name in apart if name not in known and (name not in owner or name in in_paths)]
    nodes += [Node(name, "observed") for name in alone]
    links = [link for one in model.constructs for link in _measured(one, names, owner, items)]
    links += [Link(r.rhs, r.lhs) for r in model.relations if r.op == "~"]
    shown = known | set(alone)
    links += [Link(a, b, "covariance") for a, b in covariances if a in shown and b in shown]
    return Graph(tuple(nodes), tuple(dict.fromkeys(links)))


def _measured(construct: Construct, names: set[str], owner: dict[str, str], items: bool) -> Iterable[Link]:
    """Arrows between a construct and its dimensions, and its items that stand beside another construct."""
    for item in construct.items:
        if item in names:
            yield Link(item, construct.name, "part") if construct.composite else Link(construct.name, item, "dimension")
        elif items and owner[item] != construct.name:
            ends = (item, construct.name) if construct.composite else (construct.name, item)
            yield Link(*ends, "loading")


def written_covariances(model: Specification) -> list[tuple[str, str]]:
    """Pairs whose covariance the model writes as free, or as a number other than 0."""
    return [
        (r.lhs, r.rhs)
        for r in model.relations
        if r.op == "~~" and r.lhs != r.rhs and not (r.fixed and all(value == 0 for value in r.fixed))
    ]


def table_covariances(table: ParameterTable) -> list[tuple[str, str]]:
    """Pairs that covary, by lavaan's defaults too."""
    pairs = [
        (row.lhs, row.rhs)
        for row, internal in zip(table.rows, table.internal, strict=True)
        if row.op == "~~" and row.lhs != row.rhs and not row.exogenous and row.fixed != 0 and not internal
        and row.group == 0 and not {row.lhs, row.rhs} & {*table.auxiliary}
    ]  # fmt: skip
    return list(dict.fromkeys(pairs))
