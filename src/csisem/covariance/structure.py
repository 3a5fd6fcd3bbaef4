"""A parameter table compiled to arrays: from free parameters to LISREL matrices, batched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from csisem.model.parameters import MatrixName, ParameterTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Scalar = TypeVar("Scalar", np.float64, np.complex128)

ORDER: tuple[MatrixName, ...] = ("lambda", "beta", "psi", "theta", "nu", "alpha")
"""Entries are kept in this order, so that each matrix's entries are one slice."""


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

    loadings: NDArray[np.float64]
    paths: NDArray[np.float64]
    latent: NDArray[np.float64]
    residual: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    means: NDArray[np.float64]

    def stacked(self) -> tuple[NDArray[np.float64], ...]:
        """The six matrices in `ORDER`."""
        return self.loadings, self.paths, self.latent, self.residual, self.intercepts, self.means


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Where the free entries stand, and how they follow the q free parameters.

    Attributes
    ----------
    p, m, groups, q
        Observed variables, structural variables, groups, free parameters.
    base
        Matrices (G leading) holding the fixed values.
    row, col
        Places of the E entries that are free in any group, in the order of `ORDER`.
    slices
        The entries of each matrix.
    map, offset
        Entry values are ``offset + map @ theta``; shapes (G, E, q) and (G, E).
    meanstructure
        Whether means are modelled.
    left, right, half
        For the derivative of Sigma by an entry, ``a b' + b a'``: columns of the stack ``[I, Lambda A, Lambda A Psi A'
        Lambda']`` for a and b, and the factor on b (one half on a diagonal).
    """

    p: int
    m: int
    groups: int
    q: int
    base: Matrices
    row: IntArray
    col: IntArray
    slices: dict[MatrixName, slice]
    map: FloatArray
    offset: FloatArray
    meanstructure: bool
    left: IntArray
    right: IntArray
    half: FloatArray

    @property
    def covariance_entries(self) -> int:
        """Entries that the covariances depend on; the rest are intercepts and latent means."""
        return int(self.slices["theta"].stop)

    def matrices(self, theta: NDArray[np.float64]) -> Matrices:
        """Fill the matrices at free parameters (..., q), real or complex."""
        values = self.offset + np.matmul(self.map, theta[..., None, :, None])[..., 0]
        filled = []
        for name, base in zip(ORDER, self.base.stacked(), strict=True):
            entries = self.slices[name]
            matrix = np.empty(theta.shape[:-1] + base.shape, dtype=values.dtype)
            matrix[...] = base
            row, col = self.row[entries], self.col[entries]
            if name in ("nu", "alpha"):
                matrix[..., row] = values[..., entries]
            else:
                matrix[..., row, col] = values[..., entries]
                if name in ("psi", "theta"):
                    matrix[..., col, row] = values[..., entries]
            filled.append(matrix)
        return Matrices(*filled)


@lru_cache(maxsize=64)
def compile_structure(table: ParameterTable) -> Structure:
    """Compile a table once; moments of exogenous variables stay ``nan`` until `with_exogenous` fills them."""
    p, m, groups, q = len(table.observed), len(table.latents), table.n_groups, table.npar
    base = _fixed_matrices(table, p, m, groups)
    free = np.abs(table.map).sum(axis=1) > 0
    places: dict[tuple[int, int, int], int] = {}
    for free_row, row in zip(free, table.rows, strict=True):
        if free_row:
            places.setdefault((ORDER.index(row.matrix), row.row, row.col), 0)
    ordered = sorted(places)
    index = {place: e for e, place in enumerate(ordered)}
    mapping, offset = np.zeros((groups, len(ordered), q)), np.zeros((groups, len(ordered)))
    for r, row in enumerate(table.rows):
        entry = index.get((ORDER.index(row.matrix), row.row, row.col))
        if entry is not None:
            mapping[row.group, entry] = table.map[r]
            offset[row.group, entry] = table.base[r]
    kind = np.array([place[0] for place in ordered], dtype=np.intp)
    row_index = np.array([place[1] for place in ordered], dtype=np.intp)
    col_index = np.array([place[2] for place in ordered], dtype=np.intp)
    edges = np.searchsorted(kind, np.arange(len(ORDER) + 1))
    slices = {name: slice(int(edges[k]), int(edges[k + 1])) for k, name in enumerate(ORDER)}
    left, right, half = _derivative_columns(kind, row_index, col_index, p, m)
    return Structure(
        p, m, groups, q, base, row_index, col_index, slices, mapping, offset, table.meanstructure, left, right, half
    )


def with_exogenous(structure: Structure, table: ParameterTable, mean: FloatArray, cov: FloatArray) -> Structure:
    """Fix the moments of observed exogenous variables at the sample's: ``mean`` (G, p), ``cov`` (G, p, p)."""
    if not table.exogenous:
        return structure
    latent, means = structure.base.latent.copy(), structure.base.means.copy()
    observed = [table.observed.index(name) for name in table.exogenous]
    place = [table.latents.index(name) for name in table.exogenous]
    latent[:, np.ix_(place, place)[0], np.ix_(place, place)[1]] = cov[:, np.ix_(observed, observed)[0], observed]
    means[:, place] = mean[:, observed] if table.meanstructure else 0.0
    fixed = structure.base
    base = Matrices(fixed.loadings, fixed.paths, latent, fixed.residual, fixed.intercepts, means)
    return Structure(
        structure.p, structure.m, structure.groups, structure.q, base, structure.row, structure.col, structure.slices,
        structure.map, structure.offset, structure.meanstructure, structure.left, structure.right, structure.half,
    )  # fmt: skip


def _fixed_matrices(table: ParameterTable, p: int, m: int, groups: int) -> Matrices:
    base = Matrices(
        np.zeros((groups, p, m)),
        np.zeros((groups, m, m)),
        np.zeros((groups, m, m)),
        np.zeros((groups, p, p)),
        np.zeros((groups, p)),
        np.zeros((groups, m)),
    )
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        base.loadings[:, table.observed.index(name), j] = 1.0
    matrices = dict(zip(ORDER, base.stacked(), strict=True))
    for row, value in zip(table.rows, table.base, strict=True):
        target = matrices[row.matrix][row.group]
        if row.matrix in ("nu", "alpha"):
            target[row.row] = value
        else:
            target[row.row, row.col] = value
            if row.matrix in ("psi", "theta"):
                target[row.col, row.row] = value
    return base


def _derivative_columns(
    kind: IntArray, row: IntArray, col: IntArray, p: int, m: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Columns a and b of the stack ``[I (p), Lambda A (m), Lambda A Psi A' (m)]`` for every entry.

    d Sigma is ``a b' + b a'``: Lambda_ij moves ``e_i (Lambda Phi)_j'``, B_ij ``(Lambda A)_i (Lambda Phi)_j'``,
    Psi_ij ``(Lambda A)_i (Lambda A)_j'`` and Theta_ij ``e_i e_j'``, with Phi = A Psi A' (Bollen 1989, appendix 4A).
    """
    lam, beta, psi, theta = (kind == k for k in range(4))
    left = np.where(beta | psi, p + row, row)
    right = np.select([lam | beta, psi, theta], [p + m + col, p + col, col], default=0)
    # An intercept moves e_i, a latent mean (Lambda A)_i: their place in the same stack, for the means.
    left = np.where(kind == 5, p + row, left)
    half = np.where((psi | theta) & (row == col), 0.5, 1.0)
    return left.astype(np.intp), right.astype(np.intp), half


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
