"""LISREL's matrices as views of one flat array."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Self

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.specification.parameters import MatrixName, ParameterTable

ORDER: tuple[MatrixName, ...] = ("lambda", "beta", "psi", "theta", "nu", "alpha", "tau", "delta")
"""Order of the matrices in a flat array, and of their entries, so that the entries of each matrix are one slice."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """LISREL's all-y matrices of G groups, with any leading batch axes; real, or complex for differentiation.

    Attributes
    ----------
    loadings, paths, latent, residual
        Lambda (..., G, p, m), B (..., G, m, m), Psi (..., G, m, m), Theta (..., G, p, p).
    intercepts, means
        nu (..., G, p) and alpha (..., G, m).
    """

    loadings: FloatArray
    paths: FloatArray
    latent: FloatArray
    residual: FloatArray
    intercepts: FloatArray
    means: FloatArray

    def stacked(self) -> tuple[FloatArray, ...]:
        """The matrices in `ORDER`."""
        return self.loadings, self.paths, self.latent, self.residual, self.intercepts, self.means

    def member(self, number: int) -> Self:
        """One member of the first batch axis."""
        return type(self)(*(matrix[number] for matrix in self.stacked()))


@dataclass(frozen=True, slots=True, eq=False)
class ResponseMatrices(Matrices):
    """Matrices of a model with ordered items, whose latent responses are cut at thresholds.

    Attributes
    ----------
    thresholds
        tau (..., G, T), item by item.
    scales
        Delta (..., G, p), by which the latent response of an ordered item is multiplied; 1 for numeric items.
    """

    thresholds: FloatArray
    scales: FloatArray

    def stacked(self) -> tuple[FloatArray, ...]:
        # A dataclass with slots is made anew, so that super() without arguments does not find it.
        return (*Matrices.stacked(self), self.thresholds, self.scales)


@dataclass(frozen=True)
class MatrixLayout:
    """Places of the matrices of p observed and m structural variables, and of T thresholds, in a flat array."""

    p: int
    m: int
    t: int = 0

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes in `ORDER`."""
        p, m = self.p, self.m
        plain = (p, m), (m, m), (m, m), (p, p), (p,), (m,)
        return (*plain, (self.t,), (p,)) if self.t else plain

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """Place of the first element of each matrix, and the length of the whole."""
        return (0, *accumulate(math.prod(shape) for shape in self.shapes))

    def place(self, matrix: MatrixName, row: int, col: int) -> int:
        """Flat position of an element."""
        return int(self.places(np.array(ORDER.index(matrix)), np.array(row), np.array(col)))

    def places(self, kind: IntArray, row: IntArray, col: IntArray) -> IntArray:
        """Flat positions of elements of the matrices ``kind``, numbered as in `ORDER`."""
        widths = np.array([shape[1] if len(shape) == 2 else 1 for shape in self.shapes])
        places: IntArray = np.array(self.edges[:-1])[kind] + row * widths[kind] + col
        return places

    def views(self, flat: FloatArray) -> Matrices:
        """The matrices as views of a flat array (..., length)."""
        edges, lead = self.edges, flat.shape[:-1]
        kind = ResponseMatrices if self.t else Matrices
        return kind(*(flat[..., edges[k] : edges[k + 1]].reshape(lead + shape) for k, shape in enumerate(self.shapes)))


@dataclass(frozen=True, slots=True, eq=False)
class RowPlaces:
    """Places of the R rows of a table in the matrices.

    Attributes
    ----------
    kind, group, row, col
        Matrix (number in `ORDER`), group and element of each row, (R,).
    by_matrix
        The row numbers of each matrix, with their groups, rows and columns.
    """

    kind: IntArray
    group: IntArray
    row: IntArray
    col: IntArray
    by_matrix: tuple[tuple[IntArray, IntArray, IntArray, IntArray], ...]

    def gather(self, matrices: Matrices) -> FloatArray:
        """Read the rows' values (..., R) back from matrices with any leading axes; nan for rows of absent matrices."""
        stacked = matrices.stacked()
        lead = stacked[0].shape[:-3]
        values = np.empty((*lead, len(self.kind)), dtype=stacked[0].dtype)
        if len(stacked) < len(self.by_matrix):
            values[...] = np.nan
        for matrix, (rows, group, row, col) in zip(stacked, self.by_matrix, strict=False):
            if rows.size:
                vector = matrix.ndim == len(lead) + 2
                values[..., rows] = matrix[..., group, row] if vector else matrix[..., group, row, col]
        return values


@lru_cache(maxsize=64)
def row_places(table: ParameterTable) -> RowPlaces:
    """Index the rows of a table by matrix; computed once for each table."""
    number: dict[str, int] = {name: k for k, name in enumerate(ORDER)}
    places = np.array([(number[row.matrix], row.group, row.row, row.col) for row in table.rows], dtype=np.intp)
    kind, group, row, col = np.ascontiguousarray(places.reshape(-1, 4).T)
    known = ORDER if table.ordered else ORDER[:6]
    chosen = [np.flatnonzero(kind == k) for k in range(len(known))]
    return RowPlaces(kind, group, row, col, tuple((rows, group[rows], row[rows], col[rows]) for rows in chosen))
