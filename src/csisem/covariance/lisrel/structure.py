"""Parameter tables compiled to arrays that fill LISREL's matrices in batches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.lisrel.latent_responses import LatentResponses, latent_responses
from csisem.covariance.lisrel.matrices import ORDER, Matrices, MatrixLayout, row_places
from csisem.covariance.partition import Partition
from csisem.specification.parameters import ParameterTable


class EntryPairs(NamedTuple):
    """Places of the inner products of derivative factors of all pairs of entries (k, l), each (E, E).

    The first four are places in a flattened matrix of inner products of the columns that factors are taken from, the
    last two in ``[A, Phi, 0]``, flattened: the derivatives of the factors of k by l
    (`csisem.covariance.estimation.observed_information`).
    """

    aa: IntArray
    ab: IntArray
    ba: IntArray
    bb: IntArray
    reach: IntArray
    bend: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """Places of the free entries in the matrices, and their linear map from the q free parameters.

    Attributes
    ----------
    p, m, groups, q
        Numbers of observed variables, structural variables, groups and free parameters.
    layout
        Places of the matrices in a flat array.
    base
        Flat matrices holding the fixed values, (G, length), or (R, G, length) where they differ over R samples.
    kind, row, col
        Matrices (places in `ORDER`), rows and columns of the E entries that are free in any group, in the order of the
        table's rows.
    target, source
        Flat positions and the entries whose values they take; covariances occur on both sides of the diagonal.
    partition
        Which parameters each group depends on.
    map, offset
        Entry values are ``offset + map @ own`` with the n + k parameters that the group depends on, in the order of
        `Partition.columns`; shapes (G, E, n + k) and (G, E).
    direct
        Whether each entry is the free parameter of the same number, in a single group, so that no map is needed.
    meanstructure
        Whether means are modelled.
    left, right, half
        For the derivatives of Sigma by the entries, ``a b' + b a'``, columns (E,) of the stack ``[I, Lambda A,
        Lambda Phi]``: a is one, b is another times ``half`` (one half on a diagonal, zero for a mean).
    level
        For the derivatives of mu by the entries, ``t a``: places (E,) of t in ``[A alpha, 0, 1]``.
    own, pairs
        Places of ``a_k' b_k`` (E,), and of the products of all pairs, in a flattened matrix of inner products.
    halves
        ``half_k half_l``, (E, E).
    unit
        The identity matrix (p, p).
    responses
        Where ordered items stand; None where all are numeric.
    """

    p: int
    m: int
    groups: int
    q: int
    layout: MatrixLayout
    base: FloatArray
    kind: IntArray
    row: IntArray
    col: IntArray
    target: IntArray
    source: IntArray
    partition: Partition
    map: FloatArray
    offset: FloatArray
    direct: bool
    meanstructure: bool
    left: IntArray
    right: IntArray
    half: FloatArray
    level: IntArray
    own: IntArray
    pairs: EntryPairs
    halves: FloatArray
    unit: FloatArray
    responses: LatentResponses | None = None

    def matrices(self, theta: FloatArray) -> Matrices:
        """Fill the matrices at free parameters (..., q), real or complex."""
        values = theta[..., None, :]
        if not self.direct:
            values = self.offset + np.matmul(self.map, self.partition.spread(theta)[..., None])[..., 0]
        flat = np.empty(values.shape[:-1] + self.base.shape[-1:], dtype=values.dtype)
        flat[...] = self.base
        flat[..., self.target] = values.take(self.source, axis=-1)
        matrices = self.layout.views(flat)
        if self.responses is not None:
            self.responses.fill(matrices)
        return matrices

    def by_parameters(self, entries: FloatArray, group: int) -> FloatArray:
        """Derivatives (q, ...) by the free parameters from those by the entries of a group, (E, ...)."""
        return self.partition.of_group(self.map[group].T @ entries, group)

    def whole_map(self) -> FloatArray:
        """The map from all free parameters to the entries, (G, E, q)."""
        if self.partition.whole:
            return self.map
        whole = np.zeros((*self.map.shape[:2], self.q + 1))
        np.put_along_axis(whole, self.partition.columns[:, None, :], self.map, axis=2)
        return whole[..., :-1]

    def take(self, members: IntArray) -> Structure:
        """Return the structure of some of R samples."""
        return replace(self, base=self.base[members]) if self.base.ndim == 3 else self


@lru_cache(maxsize=64)
def compile_structure(table: ParameterTable) -> Structure:
    """Compile a table, once for each; moments of exogenous variables are 0 until `with_exogenous` fills them."""
    responses = None if table.ordered is None else latent_responses(table)
    thresholds = 0 if responses is None else len(responses.item)
    layout, groups = MatrixLayout(len(table.observed), len(table.latents), thresholds), table.n_groups
    at = row_places(table)
    flat = layout.places(at.kind, at.row, at.col)
    free = np.flatnonzero(table.free)
    first = dict(zip(reversed(flat[free].tolist()), reversed(free.tolist()), strict=True))
    entries = {place: e for e, place in enumerate(dict.fromkeys(flat[free].tolist()))}
    # Rows of other groups, or fixed ones, may occupy the place of an entry.
    entry = np.array([entries.get(place, -1) for place in flat.tolist()], dtype=np.intp)
    inside = np.flatnonzero(entry >= 0)
    partition, mapping = _mapping(table, entry, len(entries))
    offset = np.zeros((groups, len(entries)))
    offset[at.group[inside], entry[inside]] = table.base[inside]
    rows = np.array([first[place] for place in entries], dtype=np.intp)
    kind, row, col = at.kind[rows], at.row[rows], at.col[rows]
    mirrored = np.flatnonzero(_SYMMETRIC[kind] & (row != col))
    left, right, half = _derivative_columns(kind, row, col, layout.p, layout.m)
    width = layout.p + 2 * layout.m
    return Structure(
        layout.p,
        layout.m,
        groups,
        table.npar,
        layout,
        _fixed_values(table, layout),
        kind,
        row,
        col,
        np.concatenate([flat[rows], layout.places(kind[mirrored], col[mirrored], row[mirrored])]),
        np.concatenate([np.arange(len(rows)), mirrored]),
        partition,
        mapping,
        offset,
        groups == 1 and len(entries) == table.npar and bool((mapping[0] == np.eye(table.npar)).all()),
        table.meanstructure,
        left,
        right,
        half,
        np.where(kind <= _BETA, col, layout.m + ((kind > _THETA) & (kind < _TAU))),
        left * width + right,
        _pairs(kind, row, col, left, right, layout),
        np.outer(half, half),
        np.eye(layout.p),
        responses,
    )


def _mapping(table: ParameterTable, entry: IntArray, entries: int) -> tuple[Partition, FloatArray]:
    """The parameters by group, and the map from those of each group to its entries (G, E, n + k)."""
    group = row_places(table).group
    row, parameter = table.map.tocoo().coords
    partition = Partition.of(table.npar, parameter.astype(np.intp), group[row], table.n_groups)
    mapping = np.zeros((table.n_groups, entries, partition.columns.shape[1]))
    free = np.flatnonzero(table.free)
    mapping[group[free], entry[free]] = partition.compact(table.map, group)[free]
    return partition, mapping


_LAMBDA, _BETA, _PSI, _THETA, _NU, _ALPHA, _TAU, _DELTA = range(len(ORDER))
_SYMMETRIC = np.array([name in ("psi", "theta") for name in ORDER])


def with_exogenous(structure: Structure, table: ParameterTable, mean: FloatArray, cov: FloatArray) -> Structure:
    """Fix the moments of observed exogenous variables at the sample's: ``mean`` (..., G, p), ``cov`` (..., G, p, p)."""
    if not table.exogenous:
        return structure
    layout = structure.layout
    base = np.broadcast_to(structure.base, (*mean.shape[:-1], structure.base.shape[-1])).copy()
    pairs = [(table.observed.index(name), table.latents.index(name)) for name in table.exogenous]
    for i, x in pairs:
        base[..., layout.place("alpha", x, 0)] = mean[..., i] if table.meanstructure else 0.0
        for j, y in pairs:
            base[..., layout.place("psi", x, y)] = cov[..., i, j]
    return replace(structure, base=base)


def _fixed_values(table: ParameterTable, layout: MatrixLayout) -> FloatArray:
    at, base = row_places(table), np.zeros((table.n_groups, layout.edges[-1]))
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        base[:, layout.place("lambda", table.observed.index(name), j)] = 1.0
    if layout.t:
        base[:, layout.edges[_DELTA] :] = 1.0
    base[at.group, layout.places(at.kind, at.row, at.col)] = table.base
    both = np.flatnonzero(_SYMMETRIC[at.kind])
    base[at.group[both], layout.places(at.kind[both], at.col[both], at.row[both])] = table.base[both]
    return base


def _derivative_columns(
    kind: IntArray, row: IntArray, col: IntArray, p: int, m: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Columns of a and b in the stack ``[I (p), Lambda A (m), Lambda A Psi A' (m)]``, and the factor of b.

    d Sigma is ``a b' + b a'`` with ``a b'`` equal to ``e_i (Lambda Phi)_j'`` for Lambda_ij,
    ``(Lambda A)_i (Lambda Phi)_j'`` for B_ij, ``(Lambda A)_i (Lambda A)_j'`` for Psi_ij and ``e_i e_j'`` for Theta_ij,
    where Phi = A Psi A' (Bollen 1989, appendix 4A).
    """
    # The derivative of mu is e_i by an intercept and (Lambda A)_i by a latent mean: places in the same stack.
    # Neither moment depends on thresholds and scale factors.
    left = np.where((kind == _BETA) | (kind == _PSI) | (kind == _ALPHA), p + row, np.where(kind < _TAU, row, 0))
    right = col + np.array([p + m, p + m, p, 0, 0, 0, 0, 0])[kind]
    own = np.array([1.0, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0])[kind]
    half = np.where(row == col, own, np.where(kind <= _THETA, 1.0, 0.0))
    return left, right, half


def _pairs(
    kind: IntArray, row: IntArray, col: IntArray, left: IntArray, right: IntArray, layout: MatrixLayout
) -> EntryPairs:
    """Places that the information matrices need of all pairs of entries."""
    m, width = layout.m, layout.p + 2 * layout.m
    nowhere = 2 * m * m
    load, latent = kind <= _BETA, kind == _PSI
    moving = load[:, None] & ((kind == _BETA) | latent | (kind == _ALPHA))
    along = (col * m)[:, None]
    reach = np.where(moving, along + row, nowhere)
    # A_(col k, col l) for a loading or path k and a latent covariance l, and the other way round; Phi for two of the
    # former.
    one = load[:, None] & latent
    bend = np.where(one, along + col, np.where(one.T, along.T + col[:, None], nowhere))
    bend = np.where(load[:, None] & load, m * m + along + col, bend)
    first, second = (left * width)[:, None], (right * width)[:, None]
    return EntryPairs(first + left, first + right, second + left, second + right, reach, bend)
