"""A parameter table compiled to arrays: from free parameters to LISREL matrices, batched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.matrices import ORDER, Layout, Matrices
from csisem.model.parameters import MatrixName, ParameterTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Where the free entries stand, and how they follow the q free parameters.

    Attributes
    ----------
    p, m, groups, q
        Observed variables, structural variables, groups, free parameters.
    layout
        How the matrices lie in a flat array.
    base
        Flat matrices holding the fixed values, (G, length), or (R, G, length) where they differ over R samples.
    row, col
        Places of the E entries that are free in any group, in the order of `ORDER`.
    slices
        The entries of each matrix.
    target, source
        Which flat position takes the value of which entry; covariances stand on both sides of the diagonal.
    map, offset
        Entry values are ``offset + map @ theta``; shapes (G, E, q) and (G, E).
    meanstructure
        Whether means are modelled.
    columns, scale
        For the derivatives of Sigma by the entries, ``a b' + b a'``: columns of the stack ``[I, Lambda A, Lambda Phi]``
        for all a and then all b, and their factors (one half for b on a diagonal, zero for b of a mean).
    half
        The factors of b alone, (E,).
    identity
        The identity matrix (q, q).
    order
        The entry of each free parameter (q,) where every entry is one parameter of a single group; else None.
    """

    p: int
    m: int
    groups: int
    q: int
    layout: Layout
    base: FloatArray
    row: IntArray
    col: IntArray
    slices: dict[MatrixName, slice]
    target: IntArray
    source: IntArray
    map: FloatArray
    offset: FloatArray
    meanstructure: bool
    columns: IntArray
    scale: FloatArray
    half: FloatArray
    identity: FloatArray
    order: IntArray | None

    @property
    def covariance_entries(self) -> int:
        """Entries that the covariances depend on; the rest are intercepts and latent means."""
        return int(self.slices["theta"].stop)

    def matrices(self, theta: FloatArray) -> Matrices:
        """Fill the matrices at free parameters (..., q), real or complex."""
        values = self.offset + np.matmul(self.map, theta[..., None, :, None])[..., 0]
        flat = np.empty(values.shape[:-1] + self.base.shape[-1:], dtype=values.dtype)
        flat[...] = self.base
        flat[..., self.target] = values[..., self.source]
        return self.layout.views(flat)

    def take(self, members: IntArray) -> Structure:
        """Return the structure of some of R samples."""
        return replace(self, base=self.base[members]) if self.base.ndim == 3 else self


@lru_cache(maxsize=64)
def compile_structure(table: ParameterTable) -> Structure:
    """Compile a table once; moments of exogenous variables stay 0 until `with_exogenous` fills them."""
    layout, groups = Layout(len(table.observed), len(table.latents)), table.n_groups
    free = np.abs(table.map).sum(axis=1) > 0
    ordered = sorted(
        {(ORDER.index(row.matrix), row.row, row.col) for is_free, row in zip(free, table.rows, strict=True) if is_free}
    )
    index = {place: e for e, place in enumerate(ordered)}
    mapping, offset = np.zeros((groups, len(ordered), table.npar)), np.zeros((groups, len(ordered)))
    for r, row in enumerate(table.rows):
        entry = index.get((ORDER.index(row.matrix), row.row, row.col))
        if entry is not None:
            mapping[row.group, entry] = table.map[r]
            offset[row.group, entry] = table.base[r]
    kind, row_index, col_index = np.array(ordered, dtype=np.intp).reshape(-1, 3).T
    edges = np.searchsorted(kind, np.arange(len(ORDER) + 1))
    target, source = _scatter(layout, ordered)
    columns, scale = _derivative_columns(kind, row_index, col_index, layout.p, layout.m)
    return Structure(
        layout.p,
        layout.m,
        groups,
        table.npar,
        layout,
        _fixed_values(table, layout),
        row_index,
        col_index,
        {name: slice(int(edges[k]), int(edges[k + 1])) for k, name in enumerate(ORDER)},
        target,
        source,
        mapping,
        offset,
        table.meanstructure,
        columns,
        scale,
        scale[len(ordered) :],
        np.eye(table.npar),
        _one_to_one(mapping),
    )


def with_exogenous(structure: Structure, table: ParameterTable, mean: FloatArray, cov: FloatArray) -> Structure:
    """Fix the moments of observed exogenous variables at the sample's: ``mean`` (..., G, p), ``cov`` (..., G, p, p)."""
    if not table.exogenous:
        return structure
    base, layout = (
        np.broadcast_to(structure.base, (*mean.shape[:-1], structure.base.shape[-1])).copy(),
        structure.layout,
    )
    pairs = [(table.observed.index(name), table.latents.index(name)) for name in table.exogenous]
    for i, x in pairs:
        base[..., layout.place("alpha", x, 0)] = mean[..., i] if table.meanstructure else 0.0
        for j, y in pairs:
            base[..., layout.place("psi", x, y)] = cov[..., i, j]
    return replace(structure, base=base)


def _one_to_one(mapping: FloatArray) -> IntArray | None:
    groups, entries, q = mapping.shape
    single = mapping[0]
    if groups > 1 or entries != q or not ((single == 0) | (single == 1)).all():
        return None
    if not ((single.sum(axis=0) == 1).all() and (single.sum(axis=1) == 1).all()):
        return None
    order: IntArray = np.argmax(single, axis=0).astype(np.intp)
    return order


def _scatter(layout: Layout, entries: list[tuple[int, int, int]]) -> tuple[IntArray, IntArray]:
    pairs = []
    for e, (kind, row, col) in enumerate(entries):
        pairs.append((layout.place(ORDER[kind], row, col), e))
        if ORDER[kind] in ("psi", "theta") and row != col:
            pairs.append((layout.place(ORDER[kind], col, row), e))
    places = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _fixed_values(table: ParameterTable, layout: Layout) -> FloatArray:
    base = np.zeros((table.n_groups, layout.edges[-1]))
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        base[:, layout.place("lambda", table.observed.index(name), j)] = 1.0
    for row, value in zip(table.rows, table.base, strict=True):
        base[row.group, layout.place(row.matrix, row.row, row.col)] = value
        if row.matrix in ("psi", "theta"):
            base[row.group, layout.place(row.matrix, row.col, row.row)] = value
    return base


def _derivative_columns(kind: IntArray, row: IntArray, col: IntArray, p: int, m: int) -> tuple[IntArray, FloatArray]:
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
    half[kind >= 4] = 0.0
    return np.concatenate([left, right]).astype(np.intp), np.concatenate([np.ones(len(half)), half])
