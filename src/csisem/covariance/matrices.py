"""LISREL's matrices as views of one flat array, and where the rows of a parameter table stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from csisem.model.parameters import MatrixName, ParameterTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

ORDER: tuple[MatrixName, ...] = ("lambda", "beta", "psi", "theta", "nu", "alpha")
"""The order of the matrices in a flat array, and of entries, so that each matrix's entries are one slice."""


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
        """The six matrices in `ORDER`."""
        return self.loadings, self.paths, self.latent, self.residual, self.intercepts, self.means

    def member(self, number: int) -> Matrices:
        """One member of the first batch axis."""
        return Matrices(*(matrix[number] for matrix in self.stacked()))


@dataclass(frozen=True)
class Layout:
    """How the six matrices of p observed and m structural variables lie in a flat array."""

    p: int
    m: int

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes in `ORDER`."""
        p, m = self.p, self.m
        return (p, m), (m, m), (m, m), (p, p), (p,), (m,)

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """Where each matrix begins, and the length of the whole."""
        return (0, *np.cumsum([int(np.prod(shape)) for shape in self.shapes]).tolist())

    def place(self, matrix: MatrixName, row: int, col: int) -> int:
        """Flat position of an element."""
        k = ORDER.index(matrix)
        width = self.shapes[k][1] if len(self.shapes[k]) == 2 else 1
        return self.edges[k] + row * width + col

    def views(self, flat: FloatArray) -> Matrices:
        """The matrices as views of a flat array (..., length)."""
        edges, lead = self.edges, flat.shape[:-1]
        return Matrices(
            *(flat[..., edges[k] : edges[k + 1]].reshape(lead + shape) for k, shape in enumerate(self.shapes))
        )


@dataclass(frozen=True, slots=True, eq=False)
class RowPlaces:
    """Where the R rows of a table stand: for each of the six matrices the row numbers and their indices."""

    rows: tuple[IntArray, ...]
    group: tuple[IntArray, ...]
    row: tuple[IntArray, ...]
    col: tuple[IntArray, ...]
    count: int

    def gather(self, matrices: Matrices) -> NDArray[np.float64]:
        """Read the rows' values (..., R) back from matrices with any leading axes."""
        stacked = matrices.stacked()
        lead = stacked[0].shape[:-3]
        values = np.empty((*lead, self.count), dtype=stacked[0].dtype)
        for k, matrix in enumerate(stacked):
            if not self.rows[k].size:
                continue
            if matrix.ndim == len(lead) + 2:
                values[..., self.rows[k]] = matrix[..., self.group[k], self.row[k]]
            else:
                values[..., self.rows[k]] = matrix[..., self.group[k], self.row[k], self.col[k]]
        return values


@lru_cache(maxsize=64)
def row_places(table: ParameterTable) -> RowPlaces:
    """Index the rows of a table by matrix, once."""
    chosen = [[r for r, row in enumerate(table.rows) if row.matrix == name] for name in ORDER]

    def index(attribute: str) -> tuple[IntArray, ...]:
        return tuple(np.array([getattr(table.rows[r], attribute) for r in rows], dtype=np.intp) for rows in chosen)

    return RowPlaces(
        tuple(np.array(rows, dtype=np.intp) for rows in chosen),
        index("group"),
        index("row"),
        index("col"),
        len(table.rows),
    )
