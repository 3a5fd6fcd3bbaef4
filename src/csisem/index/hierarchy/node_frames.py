"""Frames and lines that show the nodes of a tree."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, pd
from csisem.descriptive.averages import label_columns
from csisem.index.hierarchy.node_indices import NodeIndices
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.joint_covariance import framed


def node_frame(tree: Tree, found: NodeIndices, level: float) -> pd.DataFrame:
    """The frame of `Hierarchy.score`."""
    domains, count = found.value.shape
    columns: dict[str, object] = {"node": list(tree.names) * domains, "level": levels_of(tree, domains)}
    if tree.lowers.any():
        columns["direction"] = directions_of(tree) * domains
    columns |= label_columns(found.by, found.labels, count)
    if found.n is not None:
        columns["n"] = found.n.ravel().astype(np.int64)
    if found.variance is None:
        return pd.DataFrame({**columns, "index": found.value.ravel()})
    return framed(columns, found.value.ravel(), found.variance, found.covariance, found.degrees, level=level)


def levels_of(tree: Tree, times: int = 1) -> object:
    """The levels of all nodes, repeated: numbers, or names in the order of the levels."""
    if not tree.level_names:
        return np.tile(tree.level, times)
    return pd.Categorical(list(tree.level_names) * times, level_order(tree), ordered=True)


def level_order(tree: Tree) -> list[str]:
    """The names of the levels from the total down; questions, which may end short branches, are the last."""
    highest = dict(reversed(list(zip(tree.level_names, tree.level.tolist(), strict=True))))
    leaves = {tree.level_names[k] for k in tree.leaves} - {tree.level_names[k] for k in tree.parent[1:]}
    return sorted(highest, key=lambda name: (name in leaves, highest[name]))


def directions_of(tree: Tree) -> list[str]:
    """Whether each node raises or lowers the total."""
    return ["lowers" if lowers else "raises" for lowers in tree.lowers]


def highest_lowering(tree: Tree) -> BoolArray:
    """Whether a node lowers the total while the one above it does not, (N,)."""
    return np.asarray(tree.lowers & ~tree.lowers[tree.parent])


def lines_of(tree: Tree) -> list[str]:
    """The tree as text, a line each node."""
    levels = f": {', '.join(level_order(tree))}" if tree.level_names else ""
    lines = [f"Hierarchy of {len(tree.leaves)} indicators{levels}"]
    for k, (name, level, local) in enumerate(zip(tree.names, tree.level, tree.local, strict=True)):
        # A node is marked where its direction differs from that of the node above.
        mark = f"  {directions_of(tree)[k]}" if tree.lowers[k] != tree.lowers[tree.parent[k]] and k else ""
        lines.append(f"{'  ' * (level - 1)}{name}  {local:.4g}{mark}")
    return lines
