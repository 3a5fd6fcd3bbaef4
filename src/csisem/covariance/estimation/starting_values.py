"""Starting values from sample moments: centroid loadings and composite regressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.estimation.composite_start import formed_columns, with_composites
from csisem.covariance.estimation.definite_start import COVARIANCES, make_definite
from csisem.covariance.lisrel.matrices import Matrices, row_places
from csisem.covariance.lisrel.structure import Structure
from csisem.specification.parameters import Parameter, ParameterTable

# Standardised loadings are kept away from 0 and 1, so that every variance starts positive.
_LOADING = (0.3, 0.95)
# Composites are corrected for measurement error, with a reliability of at least a quarter.
_ROOT_RELIABILITY = (0.5, 1.0)
# Correlations of the structural variables are shrunk towards zero until their smallest eigenvalue is this: composites
# that share items may be collinear.
_APART = 0.1
# Smallest share of a variance that starts as residual.
_RESIDUAL = 0.1
# Steps towards a block's principal component; signs need no more.
_POWERS = 6
# A lower-order construct is taken to correlate at least this much with the higher-order one whose unit it gives.
_FAINT = 0.05


def start_values(
    table: ParameterTable,
    structure: Structure,
    mean: FloatArray,
    cov: FloatArray,
    thresholds: FloatArray | None = None,
) -> FloatArray:
    """Starting free parameters (q,) from sample moments of the groups, ``mean`` (G, p) and ``cov`` (G, p, p).

    Ordered items also have ``thresholds`` (G, T).
    """
    plan = _plan(table)
    deviation = np.sqrt(np.linalg.diagonal(cov))
    correlation = cov / (deviation[:, :, None] * deviation[:, None, :])
    sign, carried = _signs(plan, correlation)
    standard = _centroid(plan, correlation, sign, carried)
    product = sign.mT @ carried
    if table.formed:
        excrescent = formed_columns(table)[1]
        product[:, excrescent] = product[:, :, excrescent] = 0.0
        product[:, excrescent, excrescent] = 1.0
    between = _correlations(plan, product, standard)
    if table.formed:
        standard, between = with_composites(table, standard, between, correlation, sign)
    values = _row_values(table, _assembled(table, structure, plan, (mean, deviation), standard, between), thresholds)
    if plan.stated:
        values[list(plan.stated)] = list(plan.stated.values())
    if plan.given:
        make_definite(table, frozenset(plan.stated), values)
    return project(table, values)


def plain_start(table: ParameterTable, structure: Structure, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Starting parameters (q,) that use no covariances: half of each variance is residual, nothing covaries.

    They are close to lavaan's own. ``mean`` and ``variance`` of the groups are (G, p).
    """
    plan = _plan(table)
    standard = np.sqrt(np.where(plan.count == 1, 1.0, 0.5)) * np.broadcast_to(plan.own, (len(mean), *plan.own.shape))
    alone = np.broadcast_to(np.eye(len(plan.count)), (len(mean), len(plan.count), len(plan.count)))
    if table.formed:
        standard, alone = with_composites(table, standard, alone, _independent(variance), np.ones_like(standard))
    built = _assembled(table, structure, plan, (mean, np.sqrt(variance)), standard, alone)
    return project(table, _row_values(table, built))


def drawn_start(
    table: ParameterTable, structure: Structure, mean: FloatArray, variance: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Starting parameters (q,) drawn at random in standardised units; ``mean`` and ``variance`` are (G, p)."""
    plan = _plan(table)
    m = len(plan.count)
    size = rng.uniform(*_LOADING, plan.own.shape) * rng.choice([1.0, -1.0], plan.own.shape, p=[0.8, 0.2])
    standard = np.where(plan.count == 1, 1.0, size) * np.broadcast_to(plan.own, (len(mean), *plan.own.shape))
    common = rng.uniform(-0.9, 0.9, m)
    between = np.outer(common, common)
    _diagonal(between)[...] = 1.0
    spread, among = (mean, np.sqrt(variance)), np.broadcast_to(between, (len(mean), m, m)).copy()
    if table.formed:
        standard, among = with_composites(table, standard, among, _independent(variance), standard)
    built = _assembled(table, structure, plan, spread, standard, among)
    return project(table, _row_values(table, built))


def _independent(variance: FloatArray) -> FloatArray:
    """Correlations (G, p, p) of uncorrelated items with variances (G, p)."""
    return np.broadcast_to(np.eye(variance.shape[-1]), (*variance.shape, variance.shape[-1]))


def _row_values(table: ParameterTable, built: Matrices, thresholds: FloatArray | None = None) -> FloatArray:
    """Values of the rows (R,) in matrices that have no thresholds and scale factors, which are 0 and 1 if not given."""
    at = row_places(table)
    values = at.gather(built)
    if table.ordered is not None:
        (taus, group, row, _), (scales, *_) = at.by_matrix[-2:]
        values[scales] = 1.0
        values[taus] = 0.0 if thresholds is None else thresholds[group, row]
    return values


def project(table: ParameterTable, values: FloatArray) -> FloatArray:
    """Free parameters (q,) nearest to the values of the rows (R,); tied rows are averaged."""
    return np.asarray(_inverse(table) @ (values - table.base))


@lru_cache(maxsize=64)
def _inverse(table: ParameterTable) -> csr_array:
    """Pseudo-inverse (q, R) of the table's map."""
    if (table.map.data == 1).all() and table.map.nnz == table.free.sum():
        weight = table.map.sum(axis=0)
        return csr_array(table.map.T.multiply(1 / weight[:, None]))
    return csr_array(np.linalg.pinv(table.map.toarray()))


class _Fixed(NamedTuple):
    """Fixed elements of one matrix: their groups, rows, columns and values, each (K,)."""

    group: IntArray
    row: IntArray
    col: IntArray
    value: FloatArray

    @classmethod
    def of(cls, rows: Sequence[Parameter]) -> _Fixed:
        group, place, col = np.array([(row.group, row.row, row.col) for row in rows], dtype=np.intp).reshape(-1, 3).T
        return cls(group, place, col, np.array([row.fixed for row in rows], dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Parts of a table that the starting values depend on.

    Attributes
    ----------
    own, leaves
        Items of each structural variable, and all items below it, (p, m).
    marker
        An item that gives each variable its sign, (m,).
    measured
        Whether a variable's own items are all items below it, so that their loadings give its reliability, (m,).
    count, stretch
        Number of its own items, and ``sqrt(count / (count - 1))``, (m,).
    items, promoted
        Observed variables in paths, and the structural variables that represent them.
    sources, endogenous
        Predictors of each variable, (m, m), and whether it has any, (m,).
    variances, markers, higher
        Fixed rows that set the unit of each structural variable: its variance, a loading, or a loading on a higher one.
    loadings
        All fixed loadings.
    exogenous
        One for covariances that are not residual covariances, (m, m).
    stated
        Starting values that the user gave, by row.
    given
        Whether a covariance is fixed at, or starts at, a value of the user's.
    """

    own: FloatArray
    leaves: FloatArray
    marker: IntArray
    measured: BoolArray
    count: FloatArray
    stretch: FloatArray
    items: IntArray
    promoted: IntArray
    sources: BoolArray
    endogenous: BoolArray
    variances: _Fixed
    markers: _Fixed
    higher: tuple[Parameter, ...]
    loadings: _Fixed
    exogenous: FloatArray
    stated: dict[int, float]
    given: bool


@lru_cache(maxsize=64)
def _plan(table: ParameterTable) -> _Plan:
    p, m = len(table.observed), len(table.latents)
    items = np.array([table.observed.index(name) for name in table.latents[table.constructs :]], dtype=np.intp)
    promoted = np.arange(table.constructs, m)
    own, children, sources = np.zeros((p, m)), np.zeros((m, m)), np.zeros((m, m), dtype=bool)
    own[items, promoted] = 1.0
    for row in table.rows:
        if row.matrix == "beta":
            sources[row.row, row.col] = True
        if row.op == "=~":
            (own if row.matrix == "lambda" else children)[row.row, row.col] = 1.0
    leaves = own
    while children.any() and ((grown := np.minimum(leaves + leaves @ children, 1.0)) != leaves).any():
        leaves = grown
    fixed = [row for row in table.rows if row.fixed is not None and row.fixed == row.fixed]
    count, endogenous = own.sum(axis=0), np.asarray(sources.any(axis=1))
    return _Plan(
        own,
        leaves,
        np.argmax(leaves, axis=0),
        (leaves == own).all(axis=0) & (count > 0) & ~formed_columns(table)[0] & ~formed_columns(table)[1],
        count,
        np.sqrt(count / np.maximum(count - 1, 1)),
        items,
        promoted,
        sources,
        endogenous,
        *_units(fixed),
        _Fixed.of([row for row in fixed if row.matrix == "lambda"]),
        np.outer(~endogenous, ~endogenous).astype(np.float64),
        {r: row.start for r, row in enumerate(table.rows) if row.start is not None},
        any(
            row.matrix in COVARIANCES and row.row != row.col and (table.base[r] or row.start)
            for r, row in enumerate(table.rows)
        ),
    )


def _units(fixed: list[Parameter]) -> tuple[_Fixed, _Fixed, tuple[Parameter, ...]]:
    """Fixed rows that set units: the first of each variable, all of those of higher-order constructs alone."""
    variances: list[Parameter] = []
    markers: list[Parameter] = []
    settled: set[tuple[int, int]] = set()
    for row in fixed:
        own = row.row == row.col if row.matrix == "psi" else row.op == "=~" and row.matrix == "lambda"
        if own and row.fixed and (row.group, row.col) not in settled:
            settled.add((row.group, row.col))
            (variances if row.matrix == "psi" else markers).append(row)
    higher = (row for row in fixed if row.op == "=~" and row.matrix == "beta" and row.fixed)
    alone = tuple(row for row in higher if (row.group, row.col) not in settled)
    return _Fixed.of(variances), _Fixed.of(markers), alone


def _assembled(
    table: ParameterTable,
    structure: Structure,
    plan: _Plan,
    spread: tuple[FloatArray, FloatArray],
    standard: FloatArray,
    between: FloatArray,
) -> Matrices:
    """Matrices of the groups from standardised loadings (G, p, m) and correlations of the structural variables.

    ``spread`` are the items' means and standard deviations, (G, p).
    """
    mean, deviation = spread
    variances = deviation**2
    scale, loadings = _scaled(plan, standard * deviation[:, :, None], between)
    scale[:, plan.promoted], loadings[:, plan.items, plan.promoted] = deviation[:, plan.items], 1.0
    latent_cov = between * (scale[:, :, None] * scale[:, None, :])
    paths, disturbance = _regressions(plan, latent_cov)
    residual = np.zeros((*variances.shape, variances.shape[-1]))
    explained = ((loadings @ latent_cov) * loadings).sum(axis=-1)
    _diagonal(residual)[...] = np.maximum(variances - explained, _RESIDUAL * variances)
    latent = latent_cov * plan.exogenous
    _diagonal(latent)[...] = disturbance
    if not table.meanstructure:
        return Matrices(loadings, paths, latent, residual, mean, np.zeros(scale.shape))
    groups = range(structure.groups)
    latent_mean = np.stack([_latent_means(table, g, loadings[g], paths[g], mean[g]) for g in groups])
    nu = mean - np.matmul(loadings, latent_mean[..., None])[..., 0]
    alpha = latent_mean - np.matmul(paths, latent_mean[..., None])[..., 0]
    return Matrices(loadings, paths, latent, residual, nu, alpha)


def _diagonal(matrices: FloatArray) -> FloatArray:
    """Diagonals as a writable view."""
    return np.asarray(np.einsum("...ii->...i", matrices))


def _signs(plan: _Plan, correlation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Signs (G, p, m) with which items belong to their variables, and the correlations times these.

    They are those of the correlations with an item that is positive, unless some item then has a negative sum with the
    others. In this case they are those of the block's first principal component: an item that hardly belongs to its
    construct must not turn the others, wherever it stands.
    """
    sign = np.where(correlation[:, :, plan.marker] < 0, -plan.leaves, plan.leaves)
    carried = correlation @ sign
    if not ((carried - sign) * sign < 0).any():
        return sign, carried
    together = (correlation**2) @ plan.leaves
    central = np.argmax(together * plan.leaves, axis=1)
    weight = np.take_along_axis(correlation, central[:, None, :], axis=-1) * plan.leaves
    for _ in range(_POWERS):
        weight = (correlation @ weight) * plan.leaves
        weight = weight / np.maximum(np.abs(weight).max(axis=1, keepdims=True), 1e-300)
    sign = np.where(weight < 0, -plan.leaves, plan.leaves)
    first = np.take_along_axis(sign, np.broadcast_to(plan.marker, (len(sign), 1, len(plan.marker))), axis=1)
    sign = sign * np.where(first < 0, -1.0, 1.0)
    return sign, correlation @ sign


def _centroid(plan: _Plan, correlation: FloatArray, sign: FloatArray, carried: FloatArray) -> FloatArray:
    """Standardised loadings by the centroid method: an item's off-diagonal sum over the root of the block's."""
    signed = sign if plan.own is plan.leaves else sign * plan.own
    off = ((carried if signed is sign else correlation @ signed) - signed) * signed
    total = np.maximum(off.sum(axis=-2, keepdims=True), 1e-3)
    size = np.clip(off / np.sqrt(total) * plan.stretch, *_LOADING)
    return np.where(plan.count == 1, 1.0, size) * signed


def _correlations(plan: _Plan, product: FloatArray, standard: FloatArray) -> FloatArray:
    """Correlations (G, m, m) of the structural variables from covariances of signed sums of standardised items.

    They are corrected for attenuation (Spearman 1904).
    """
    spread = np.sqrt(np.maximum(np.linalg.diagonal(product), 1e-8))
    reliable = np.clip(np.abs(standard.sum(axis=-2)) / spread, *_ROOT_RELIABILITY)
    true = spread * np.where(plan.measured, reliable, 1.0)
    between: FloatArray = product / (true[:, :, None] * true[:, None, :])
    _diagonal(between)[...] = 1.0
    least = np.linalg.eigvalsh(between).min(axis=-1, initial=1.0)
    kept = np.minimum((1 - _APART) / (1 - np.minimum(least, _APART)), 1.0)
    between = between * kept[:, None, None]
    _diagonal(between)[...] = 1.0
    return between


def _scaled(plan: _Plan, loadings: FloatArray, between: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Units of the structural variables that agree with the fixed rows, negative if reversed, and loadings in them."""
    scale, sign = np.ones(between.shape[:-1]), np.ones(between.shape[:-1])
    group, row, col, value = plan.markers
    ratio = loadings[group, row, col] / value
    scale[group, col], sign[group, col] = np.abs(ratio), np.where(ratio < 0, -1.0, 1.0)
    if plan.loadings.value.size > plan.markers.value.size:
        # Of several fixed loadings, the one that leaves the least of the construct in its item sets the unit: in that
        # of another, an item of small variance would start with a large multiple of it.
        group, row, col, value = (one[plan.loadings.value != 0] for one in plan.loadings)
        np.minimum.at(scale, (group, col), np.abs(loadings[group, row, col] / value))
    scale[plan.variances.group, plan.variances.col] = np.sqrt(np.abs(plan.variances.value))
    units: dict[tuple[int, int], float] = {}
    for above in plan.higher:
        g, i, j = above.group, above.row, above.col
        unit = max(abs(between[g, i, j]), _FAINT) * abs(scale[g, i] / (above.fixed or 1.0))
        scale[g, j] = units[g, j] = min(unit, units.get((g, j), np.inf))
    scale = scale * sign
    loadings = loadings / scale[:, None, :]
    group, row, col, value = plan.loadings
    loadings[group, row, col] = value
    return scale, loadings


def _regressions(plan: _Plan, latent_cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Paths (G, m, m) and disturbance variances (G, m), from all equations in one batch padded with identities."""
    among = plan.sources[:, :, None] & plan.sources[:, None, :]
    systems = np.where(among, latent_cov[:, None], np.eye(len(plan.endogenous)))
    covariances = np.where(plan.sources, latent_cov, 0.0)
    paths = np.linalg.solve(systems, covariances[..., None])[..., 0]
    variances = np.linalg.diagonal(latent_cov)
    left = np.maximum(variances - (paths * covariances).sum(axis=-1), _RESIDUAL * variances)
    return paths, np.where(plan.endogenous, left, variances)


def _latent_means(
    table: ParameterTable, group: int, loadings: FloatArray, paths: FloatArray, mean: FloatArray
) -> FloatArray:
    """Means (m,) of one group's structural variables.

    An observed variable has its sample mean, a construct with a free mean the one that fits its items with fixed
    intercepts, and any other the mean that follows from the paths.
    """
    latent_mean = np.zeros(len(paths))
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        latent_mean[j] = mean[table.observed.index(name)]
    rows = [row for row in table.rows if row.group == group]
    own = {row.row: row.fixed for row in rows if row.matrix == "alpha" and row.row < table.constructs}
    free = [j for j, value in own.items() if value is None]
    anchored = {row.row: row.fixed for row in rows if row.matrix == "nu" and row.fixed is not None}
    if free and anchored:
        items = list(anchored)
        target = mean[items] - np.array(list(anchored.values()))
        latent_mean[free] = np.linalg.lstsq(loadings[np.ix_(items, free)], target, rcond=None)[0]
    rest = [j for j, value in own.items() if value is not None]
    carried = paths[rest] @ latent_mean + [own[j] or 0.0 for j in rest]
    latent_mean[rest] = np.linalg.lstsq(np.eye(len(rest)) - paths[np.ix_(rest, rest)], carried, rcond=None)[0]
    return latent_mean
