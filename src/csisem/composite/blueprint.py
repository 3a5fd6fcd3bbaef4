"""One run of the PLS loop as index arrays: which columns each construct weighs, how, and who its neighbours are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
        Its construct, (E,).
    blocks
        The outer weights of each construct.
    modes
        How each construct weighs its columns.
    arrows
        Whether a path leads to the row's construct from the column's, (J, J).
    predecessors
        For each construct the positions of those that point to it.
    reference
        What the sign of a construct is judged by: the sum of its loadings times this is positive, (E,).
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
    """Compile constructs, the columns each weighs, and pairs (source, target).

    ``dominant`` names, by position, the column whose loading on its construct shall be positive; other constructs have
    positive sums of loadings.
    """
    sizes = [len(block) for block in columns]
    edges = np.concatenate([[0], np.cumsum(sizes)])
    blocks = tuple(slice(int(a), int(b)) for a, b in pairwise(edges))
    arrows = np.zeros((len(constructs), len(constructs)), dtype=bool)
    position = {name: j for j, name in enumerate(constructs)}
    for source, target in paths:
        arrows[position[target], position[source]] = True
    flat = np.array([column for block in columns for column in block], dtype=np.intp)
    reference = np.ones(len(flat))
    for j, column in (dominant or {}).items():
        reference[blocks[j]] = flat[blocks[j]] == column
    return Blueprint(
        tuple(constructs),
        width,
        flat,
        np.repeat(np.arange(len(constructs)), sizes).astype(np.intp),
        blocks,
        tuple("unit" if size == 1 else mode for size, mode in zip(sizes, modes, strict=True)),
        arrows,
        predecessors(arrows),
        reference,
    )


def predecessors(arrows: BoolArray) -> tuple[IntArray, ...]:
    """Positions of every construct's predecessors."""
    return tuple(np.flatnonzero(row) for row in arrows)
