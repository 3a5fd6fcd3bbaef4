"""A tree of indicators with weights, read from nested mappings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.options import LARGEST, Direction, check_flag, real, validate

# Weights written with a few digits sum to 1 up to binary rounding.
_ROUNDING = 1e-9
_KEYS = ("weight", "children", "direction", "column")


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
    columns
        The question of each leaf, empty for nodes with children.
    directions
        Whether more of a node raises or lowers the total; None where neither it nor a node above says so.
    level_names
        Name of each node's level; empty where levels have numbers only.
    questions
        Whether a leaf is one of several questions of the indicator above it; empty where no node is.
    stated
        Whether a node of a mapping states its own direction; empty for a questionnaire, which says so of its questions.
    """

    names: tuple[str, ...]
    parent: IntArray
    level: IntArray
    local: FloatArray
    columns: tuple[str, ...]
    directions: tuple[Direction | None, ...]
    level_names: tuple[str, ...] = ()
    questions: tuple[bool, ...] = ()
    stated: tuple[bool, ...] = ()

    @property
    def leaves(self) -> IntArray:
        """Positions of the L nodes without children."""
        return np.setdiff1d(np.arange(len(self.names)), self.parent)

    @property
    def items(self) -> tuple[str, ...]:
        """The question of each of the L leaves."""
        return tuple(self.columns[k] for k in self.leaves)

    @property
    def indicators(self) -> IntArray:
        """Positions of the k lowest indicators: leaves, and in place of several questions the node above them."""
        if not self.questions:
            return self.leaves
        lowest = [int(self.parent[k]) if self.questions[k] else int(k) for k in self.leaves]
        return np.array(list(dict.fromkeys(lowest)))

    @property
    def lowers(self) -> BoolArray:
        """Whether more of a node lowers the total, so that its index is 100 less its points, (N,)."""
        return np.array([direction == "lowers" for direction in self.directions])

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
    read = _Reading(name, normalize)
    read.children(tree, 0)
    for what, own in (
        ("nodes have the name", read.names),
        ("leaves have the column", list(filter(None, read.columns))),
    ):
        if twice := [one for one in dict.fromkeys(own) if own.count(one) > 1]:
            raise DataError(f"Several {what} {listed(twice)}; every node needs its own.")
    names, columns, directions = tuple(read.names), tuple(read.columns), tuple(read.directions)
    parent, level, local = np.array(read.parent), np.array(read.level), np.array(read.local)
    return Tree(names, parent, level, local, columns, directions, stated=tuple(read.stated))


def flat_tree(names: Sequence[str], columns: Sequence[str]) -> Tree:
    """The tree of leaves of equal weight below one root, whose directions are those of their survey."""
    k = len(names)
    ones = np.ones(k + 1)
    ones[1:] = 1 / max(k, 1)
    parent, level = np.r_[-1, np.zeros(k, dtype=np.intp)], np.r_[1, np.full(k, 2)]
    return Tree(("", *names), parent, level, ones, ("", *columns), (None,) * (k + 1))


class _Reading:
    """The nodes of a nested mapping that were read so far."""

    def __init__(self, root: str, normalize: bool) -> None:
        self.normalize = normalize
        self.names, self.parent, self.level, self.local = [root], [-1], [1], [1.0]
        self.columns, self.directions, self.stated = [""], list[Direction | None]([None]), [False]

    def children(self, given: object, above: int) -> None:
        """Read the children of a node and those below them."""
        where = f"node {self.names[above]!r}"
        if not isinstance(given, Mapping):
            raise DataError(f"The children of {where} must be a mapping from name to weight, not {shown(given)}.")
        if not given:
            raise DataError(f"The {where} has no children; give a leaf as name and weight alone.")
        own = [self._node(str(child), value, above) for child, value in given.items()]
        total = sum(self.local[k] for k in own)
        if abs(total - 1) <= _ROUNDING:
            return
        if not self.normalize:
            below = listed(self.names[k] for k in own)
            raise DataError(f"The weights below {where} ({below}) sum to {total:.10g}, not 1; correct them, or scale "
                            "them with normalize=True.")  # fmt: skip
        if not total > 0:
            raise DataError(f"The weights below {where} are all zero.")
        for k in own:
            self.local[k] /= total

    def _node(self, name: str, value: object, above: int) -> int:
        """Read a node and those below it, and return its position."""
        place = len(self.names)
        self.names.append(name)
        self.parent.append(above)
        self.level.append(self.level[above] + 1)
        self.local.append(_weight(name, value))
        parts = value if isinstance(value, Mapping) else {}
        stated = parts.get("direction")
        if stated is not None:
            try:
                stated = validate("direction", stated, Direction)
            except OptionError as problem:
                raise OptionError(f"Node {shown(name)}: {problem}") from None
        self.directions.append(stated or self.directions[above])
        self.stated.append(stated is not None)
        column = parts.get("column", name)
        if not isinstance(column, str):
            raise DataError(f"The column of node {shown(name)} must be the name of a question, not {shown(column)}.")
        self.columns.append("" if "children" in parts else column)
        if "children" in parts:
            if "column" in parts:
                raise DataError(f"Node {shown(name)} has children and a column; only a leaf has a column.")
            self.children(parts["children"], place)
        return place


def _weight(name: str, value: object) -> float:
    """The weight of a node: a number, or the mapping's ``weight``."""
    if isinstance(value, Mapping):
        if odd := [key for key in value if key not in _KEYS]:
            raise DataError(f"Node {name!r} has the key {str(odd[0])!r}{nearest(str(odd[0]), _KEYS)}; it may have "
                            f"{listed(_KEYS)}.")  # fmt: skip
        if "weight" not in value:
            raise DataError(f"Node {name!r} has no weight.")
        value = value["weight"]
    if not 0 <= real(value) <= LARGEST:
        raise DataError(f"The weight of node {shown(name)} must be a number of at least 0, not {shown(value)}.")
    return real(value)
