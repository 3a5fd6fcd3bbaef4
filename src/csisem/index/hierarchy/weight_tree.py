"""A tree of indicators with weights, read from nested mappings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.options import LARGEST, check_flag, real

# Weights written with a few digits sum to 1 up to binary rounding.
_ROUNDING = 1e-9
_KEYS = ("weight", "children")


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """N nodes, the root first, every node after its parent.

    Attributes
    ----------
    names
        Unique names.
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

    def place(self, name: str) -> int:
        """Position of the node of that name."""
        if name not in self.names:
            raise DataError(f"The hierarchy has no node {name!r}{nearest(name, self.names)}.")
        return self.names.index(name)

    def children(self, node: int) -> IntArray:
        """Positions of a node's children."""
        return np.flatnonzero(self.parent == node)

    def paths(self, local: FloatArray | None = None) -> FloatArray:
        """Product of the weights on the path down from node i to node j, (N, N); 1 to itself, 0 without a path."""
        weights = self.local if local is None else local
        found = np.eye(len(self.names))
        for node in range(1, len(self.names)):
            above = self.parent[node]
            found[:node, node] = found[:node, above] * weights[node]
        return found


def read_toml(path: object) -> dict[str, object]:
    """The nested mapping in a TOML file."""
    if not isinstance(path, str | PathLike):
        raise DataError(f"from_toml() takes the path of a file, not {shown(path)}.")
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as problem:
        raise DataError(f"The file {shown(str(path))} cannot be read: {problem.strerror}.") from None
    except RecursionError:
        raise DataError(f"The file {shown(str(path))} has tables or lists nested too deeply to be read.") from None
    except UnicodeDecodeError:
        raise DataError(f"The file {str(path)!r} is not encoded in UTF-8.") from None
    except tomllib.TOMLDecodeError as problem:
        raise DataError(f"The file {str(path)!r} is not TOML: {problem}.") from None
    except ValueError as problem:
        # A path with a NUL byte.
        raise DataError(f"{shown(str(path))} is no path of a file: {problem}.") from None


def read_tree(tree: Mapping[str, object], name: str, *, normalize: bool) -> Tree:
    """The tree of a nested mapping; see `Hierarchy.from_dict`."""
    check_flag("normalize", normalize)
    if not isinstance(name, str):
        raise OptionError(f"name= takes the name of the root, as text, not {shown(name)}.")
    names, parent, level, local = [name], [-1], [1], [1.0]

    def read(children: object, above: int) -> None:
        where = f"node {names[above]!r}"
        if not isinstance(children, Mapping):
            raise DataError(f"The children of {where} must be a mapping from name to weight, not {shown(children)}.")
        if not children:
            raise DataError(f"The {where} has no children; give a leaf as name and weight alone.")
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
                                "1; correct them, or scale them with normalize=True.")  # fmt: skip
            if not total > 0:
                raise DataError(f"The weights below {where} are all zero.")
            for k in own:
                local[k] /= total

    read(tree, 0)
    if twice := [one for one in dict.fromkeys(names) if names.count(one) > 1]:
        raise DataError(f"Several nodes have the name {listed(twice)}; every node needs its own.")
    return Tree(tuple(names), np.array(parent), np.array(level), np.array(local))


def _weight(name: str, value: object) -> float:
    """The weight of a node: a number, or the mapping's ``weight``."""
    if isinstance(value, Mapping):
        if odd := [key for key in value if key not in _KEYS]:
            raise DataError(f"Node {name!r} has the key {str(odd[0])!r}{nearest(str(odd[0]), _KEYS)}; it may have "
                            "weight and children.")  # fmt: skip
        if "weight" not in value:
            raise DataError(f"Node {name!r} has no weight.")
        value = value["weight"]
    if not 0 <= real(value) <= LARGEST:
        raise DataError(f"The weight of node {shown(name)} must be a number of at least 0, not {shown(value)}.")
    return real(value)
