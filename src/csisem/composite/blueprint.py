"""Index arrays of one PLS run: columns, modes, neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.options import Mode


@dataclass(frozen=True, slots=True, eq=False)
class Blueprint:
    """J constructs over m columns, with E outer weights, construct by construct.

    Attributes
    ----------
    constructs
        Names of the J constructs.
    width
        Number of columns m.
    columns
        The column each outer weight belongs to, (E,).
    owner
        The construct each outer weight belongs to, (E,).
    blocks
        The outer weights of each construct.
    modes
        The mode of each construct.
    arrows
        Whether a path leads to the row's construct from the column's, (J, J).
    predecessors
        Positions of each construct's predecessors.
    reference
        Sign convention: the sum of a construct's loadings times this is positive, (E,).
    """

    constructs: tuple[str, ...]
    width: int
    columns: IntArray
    owner: IntArray
    blocks: tuple[slice, ...]
    modes: tuple[Mode, ...]
    arrows: BoolArray
    predecessors: tuple[IntArray, ...]
    reference: FloatArray

    @property
    def size(self) -> int:
        """Number of outer weights E."""
        return len(self.columns)


def compile_blueprint(
    constructs: Sequence[str],
    columns: Sequence[Sequence[int]],
    modes: Sequence[Mode],
    paths: Sequence[tuple[str, str]],
    width: int,
    dominant: Mapping[int, int] | None = None,
) -> Blueprint:
    """Compile constructs, the columns of each, and paths (source, target).

    ``dominant`` maps constructs to the column whose loading shall be positive, by position; for other constructs the
    sum of loadings is.
    """
    sizes = [len(block) for block in columns]
    blocks, owner = consecutive(sizes)
    arrows = arrows_of(constructs, paths)
    flat = np.array([column for block in columns for column in block], dtype=np.intp)
    reference = np.ones(len(flat))
    for j, column in (dominant or {}).items():
        reference[blocks[j]] = flat[blocks[j]] == column
    return Blueprint(
        tuple(constructs),
        width,
        flat,
        owner,
        blocks,
        tuple("unit" if size == 1 else mode for size, mode in zip(sizes, modes, strict=True)),
        arrows,
        predecessors(arrows),
        reference,
    )


def consecutive(sizes: Sequence[int]) -> tuple[tuple[slice, ...], IntArray]:
    """Slices of consecutive blocks of the given sizes, and the block of each element."""
    edges = [0, *accumulate(sizes)]
    owner = np.repeat(np.arange(len(sizes), dtype=np.intp), np.array(sizes, dtype=np.intp))
    return tuple(slice(first, last) for first, last in pairwise(edges)), owner


def arrows_of(constructs: Sequence[str], paths: Iterable[tuple[str, str]]) -> BoolArray:
    """Whether a path leads to the row's construct from the column's, (J, J)."""
    arrows = np.zeros((len(constructs), len(constructs)), dtype=bool)
    position = {name: j for j, name in enumerate(constructs)}
    for source, target in paths:
        arrows[position[target], position[source]] = True
    return arrows


def predecessors(arrows: BoolArray) -> tuple[IntArray, ...]:
    """Positions of every construct's predecessors."""
    return tuple(np.flatnonzero(row) for row in arrows)
