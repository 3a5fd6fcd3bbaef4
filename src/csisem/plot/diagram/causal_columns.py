"""Causal columns of constructs, and an order within them with few crossings."""

from __future__ import annotations

from csisem.plot.diagram.elements import Graph, Link


def causal_columns(graph: Graph) -> list[int]:
    """The column of each node: the length of the longest chain of effects that leads to it, loops cut open."""
    forward = forward_links(graph)
    after: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for first, second in forward:
        after[first].append(second)
    column = dict.fromkeys(after, 0)
    for name in _sorted(after):
        for later in after[name]:
            column[later] = max(column[later], column[name] + 1)
    # A cause of late outcomes alone stands next to them, not at the far left.
    for name in reversed(_sorted(after)):
        if after[name] and not any(second == name for _, second in forward):
            column[name] = min(column[later] for later in after[name]) - 1
    lowest = min(column.values(), default=0)
    return [column[node.name] - lowest for node in graph.nodes]


def forward_links(graph: Graph) -> list[tuple[str, str]]:
    """Pairs of nodes of which the first stands left of the second, without those that close a loop.

    Dimensions stand left of their construct if nothing causes it, else right of it.
    """
    caused = {link.target for link in graph.effects if link.kind == "path"}
    pairs = [_direction(link, caused) for link in graph.effects]
    after: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    kept = []
    for first, second in pairs:
        if first != second and not _leads(after, second, first):
            after[first].append(second)
            kept.append((first, second))
    return kept


def _direction(link: Link, caused: set[str]) -> tuple[str, str]:
    if link.kind == "dimension":
        return (link.source, link.target) if link.source in caused else (link.target, link.source)
    return link.source, link.target


def _leads(after: dict[str, list[str]], start: str, end: str) -> bool:
    """Whether arrows lead from one node to another."""
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        fresh = [later for later in after[name] if later not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _sorted(after: dict[str, list[str]]) -> list[str]:
    """Nodes such that every arrow leads to a later one."""
    waiting = {name: sum(name in later for later in after.values()) for name in after}
    order: list[str] = []
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        name = ready.pop(0)
        order.append(name)
        for later in after[name]:
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    return order


def ordered_rows(graph: Graph, columns: list[int]) -> list[float]:
    """The row of each node, columns centred on 0, after sweeps that put nodes at the mean row of their neighbours."""
    members: dict[int, list[int]] = {}
    for j, column in enumerate(columns):
        members.setdefault(column, []).append(j)
    near: list[list[int]] = [[] for _ in columns]
    for link in graph.between_nodes:
        a, b = graph.place[link.source], graph.place[link.target]
        near[a].append(b)
        near[b].append(a)
    rows = [0.0] * len(columns)
    _settle(members, rows)
    for sweep in range(6):
        for column in sorted(members, reverse=bool(sweep % 2)):
            means = {j: _mean([rows[i] for i in near[j] if columns[i] != column], rows[j]) for j in members[column]}
            members[column].sort(key=lambda j: (means[j], j))
            _settle({column: members[column]}, rows)
    return rows


def _settle(members: dict[int, list[int]], rows: list[float]) -> None:
    for inside in members.values():
        for k, j in enumerate(inside):
            rows[j] = k - (len(inside) - 1) / 2


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
