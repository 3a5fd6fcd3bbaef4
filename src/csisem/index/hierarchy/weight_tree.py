"""A tree of indicators with weights, read from nested mappings and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.options import check_flag

# Weights written with a few digits add up to 1 but for rounding in binary.
_ROUNDING = 1e-9
_KEYS = ("weight", "children")


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """N nodes in order of reading, the root first, every node after its parent.

    Attributes
    ----------
    names
        All different.
    parent
        Position of each node's parent, -1 for the root, (N,).
    level
        1 for the root, (N,).
    local
        Weights within the parent, 1 for the root, (N,).
    """

    names: tuple[str, ...]
    parent: IntArray
    level: IntArray
    local: FloatArray

    @property
    def leaves(self) -> IntArray:
        """Positions of the L nodes without children."""
        return np.setdiff1d(np.arange(len(self.names)), self.parent)

    @property
    def below(self) -> BoolArray:
        """Whether leaf l is node i or below it, (N, L)."""
        return self.paths(np.ones(len(self.names)))[:, self.leaves] > 0

    def children(self, node: int) -> IntArray:
        """Positions of a node's children."""
        return np.flatnonzero(self.parent == node)

    def paths(self, local: FloatArray | None = None) -> FloatArray:
        """Product of the weights on the way down from node i to node j, (N, N); 1 to itself, 0 where none leads."""
        weights = self.local if local is None else local
        found = np.eye(len(self.names))
        for node in range(1, len(self.names)):
            above = self.parent[node]
            found[:node, node] = found[:node, above] * weights[node]
        return found


def read_tree(tree: Mapping[str, object], name: str, *, normalize: bool) -> Tree:
    """Return the tree of a nested mapping; see `Hierarchy.from_dict`."""
    check_flag("normalize", normalize)
    if not isinstance(name, str):
        raise OptionError(f"name= takes the name of the root, as text, not {shown(name)}.")
    names, parent, level, local = [name], [-1], [1], [1.0]

    def read(children: object, above: int) -> None:
        where = f"node {names[above]!r}"
        if not isinstance(children, Mapping):
            raise DataError(f"The children of {where} must be a mapping from name to weight, not {shown(children)}.")
        if not children:
            raise DataError(f"The {where} has no children; an indicator that is asked itself is just a weight.")
        own = []
        for child, value in children.items():
            names.append(str(child))
            parent.append(above)
            level.append(level[above] + 1)
            local.append(_weight(str(child), value))
            own.append(len(names) - 1)
            if isinstance(value, Mapping) and "children" in value:
                read(value["children"], own[-1])
        total = sum(local[k] for k in own)
        if abs(total - 1) > _ROUNDING:
            if not normalize:
                raise DataError(f"The weights below {where} ({listed(names[k] for k in own)}) sum to {total:.10g}, not "
                                "1; mend them, or scale them with normalize=True.")  # fmt: skip
            if not total > 0:
                raise DataError(f"The weights below {where} are all zero.")
            for k in own:
                local[k] /= total

    read(tree, 0)
    if twice := [one for one in dict.fromkeys(names) if names.count(one) > 1]:
        raise DataError(f"Names used for several nodes: {listed(twice)}; every node needs its own.")
    return Tree(tuple(names), np.array(parent), np.array(level), np.array(local))


def _weight(name: str, value: object) -> float:
    """The weight of a node, which is a number or the mapping's ``weight``."""
    if isinstance(value, Mapping):
        if odd := [key for key in value if key not in _KEYS]:
            raise DataError(f"Node {name!r} has the key {str(odd[0])!r}{nearest(str(odd[0]), _KEYS)}; it may have "
                            "weight and children.")  # fmt: skip
        if "weight" not in value:
            raise DataError(f"Node {name!r} has no weight.")
        value = value["weight"]
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= float(value) < np.inf:
        raise DataError(f"The weight of node {name!r} must be a number of at least 0, not {shown(value)}.")
    return float(value)
