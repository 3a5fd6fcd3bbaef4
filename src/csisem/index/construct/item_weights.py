"""Item weights of an index as a function of the model's matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.lisrel.derived import effects as total_effects
from csisem.covariance.lisrel.matrices import Matrices
from csisem.options import ItemWeights
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True)
class Block:
    """A construct and its indicators.

    Attributes
    ----------
    name
        The construct.
    children
        Names of its items or lower-order constructs.
    item
        Position of each child among the observed variables, or -1 for a construct.
    latent
        Position of each child among the structural variables (constructs and items with paths), or -1 for an ordinary
        item.
    column
        The construct's own position among the structural variables.
    excrescent
        Of a composite, positions of the structural variables that take what it leaves of its items.
    """

    name: str
    children: tuple[str, ...]
    item: tuple[int, ...]
    latent: tuple[int, ...]
    column: int
    excrescent: tuple[int, ...] = ()


def blocks(table: ParameterTable) -> tuple[Block, ...]:
    """Measurement blocks, lower-order constructs before the higher-order ones."""
    children: dict[str, dict[str, None]] = {}
    for row in table.rows:
        if row.op == "=~":
            children.setdefault(row.lhs, {})[row.rhs] = None
    constructs = table.latents[: table.shown]
    formed = {one.name: one.excrescent for one in table.formed}
    ordered: list[str] = []
    while len(ordered) < len(constructs):
        ordered += [
            name
            for name in constructs
            if name not in ordered and all(c in ordered or c not in constructs for c in children[name])
        ]
    return tuple(
        Block(
            name,
            tuple(children[name]),
            tuple(-1 if child in constructs else table.observed.index(child) for child in children[name]),
            tuple(table.latents.index(child) if child in table.latents else -1 for child in children[name]),
            table.latents.index(name),
            tuple(table.latents.index(one) for one in formed.get(name, ())),
        )
        for name in ordered
    )


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """Item weights of every block at given parameters, leading axes (..., G).

    Attributes
    ----------
    coefficients
        Index points per unit of each item's mean above its lower bound, (..., G, constructs, p), constructs in the
        order of the table.
    weights
        Weights of each block's children, scaled to sum 1, (..., G, children).
    totals
        Total effects in points of the row's index per point of the column's, (..., G, constructs, constructs); None
        unless requested.
    added
        Constants added to the weighted means, (..., G, constructs), for statistics other than indices; None for zero.
    """

    coefficients: FloatArray
    weights: tuple[FloatArray, ...]
    totals: FloatArray | None = None
    added: FloatArray | None = None

    def at(self, above: FloatArray, group: IntArray) -> FloatArray:
        """Indices (..., D, k) of domains in groups (D,), from their items' means above the lowest answers (..., D, p).

        ``above`` may lack the last columns, products of items, which have no weights.
        """
        found = points(self.coefficients[..., group, :, : above.shape[-1]], above)
        return found if self.added is None else found + self.added[..., group, :]


Statistics: TypeAlias = Callable[[Weighting], Weighting]
"""From item weights with total effects to the weights of other statistics than the indices."""


def leaves(measured: tuple[Block, ...]) -> dict[int, tuple[int, ...]]:
    """Positions of the items below each construct, also through lower-order constructs, by the construct's position."""
    found: dict[int, tuple[int, ...]] = {}
    for block in measured:
        below = [found[latent] for item, latent in zip(block.item, block.latent, strict=True) if item < 0]
        found[block.column] = tuple(k for own in below for k in own) + tuple(k for k in block.item if k >= 0)
    return found


def weigh(
    measured: tuple[Block, ...], matrices: Matrices, ranges: FloatArray, kind: ItemWeights, *, effects: bool = False
) -> Weighting:
    """Item weights and index coefficients at ``matrices`` (..., G, ...), for items with scale widths ``ranges`` (p,).

    ``"model"`` gives the own-block factor-score weights ``Theta_b^-1 lambda_b`` (Bartlett 1937), ``"loadings"`` the
    unstandardised loadings, both for answers in the questionnaire's units; ``"equal"`` the plain mean of the 0-100
    scores. A higher-order construct weighs the 0-100 indices of its lower-order constructs by the same rule, with
    loadings and residuals in index points. A composite has the weights that form it. ``effects`` adds total effects;
    an index changes with its construct as the loadings imply. Works on complex matrices.
    """
    lead = matrices.loadings.shape[:-2]
    p, count = matrices.loadings.shape[-2], len(measured)
    dtype = matrices.loadings.dtype
    coefficients = np.zeros((*lead, count, p), dtype=dtype)
    slopes = np.zeros((*lead, count), dtype=dtype)
    found = []
    for block in measured:
        loadings, residual = _loadings(block, matrices), _residual(block, matrices)
        own, slope = _children(block, coefficients, slopes, ranges)
        if block.excrescent and kind == "model":
            raw = _formation(block, matrices)
        else:
            raw = _raw_weights(loadings, residual, slope, kind)
        share = _to_one(raw / slope)
        coefficients[..., block.column, :] = (share[..., :, None] * own).sum(axis=-2)
        slopes[..., block.column] = (share * slope * loadings).sum(axis=-1)
        found.append(_to_one(raw))
    totals = None
    if effects:
        between = total_effects(matrices)[..., 2, :count, :count]
        totals = in_index_points(between, slopes)
    return Weighting(coefficients, tuple(found), totals)


def in_index_points(effects: FloatArray, slopes: FloatArray) -> FloatArray:
    """Effects (..., k, k), row = target, in index points, given slopes (..., k) of the indices on their constructs."""
    with np.errstate(divide="ignore", invalid="ignore"):
        points: FloatArray = effects * slopes[..., :, None] / slopes[..., None, :]
    return points


def points(coefficients: FloatArray, above: FloatArray) -> FloatArray:
    """Indices (..., k) from coefficients (..., k, p) and the items' means above their lowest answers (..., p).

    An index is nan where a mean that it needs is nan; other indices are unaffected.
    """
    unknown = np.isnan(above)[..., None]
    found: FloatArray = np.matmul(coefficients, np.where(unknown, 0.0, above[..., None]))[..., 0]
    if not unknown.any():
        return found
    needed = np.matmul((coefficients != 0).astype(np.float64), unknown)[..., 0] > 0
    return np.where(needed, np.nan, found)


def _to_one(weights: FloatArray) -> FloatArray:
    # A block without weights is complex nan, whose division would warn.
    with np.errstate(invalid="ignore"):
        scaled: FloatArray = weights / weights.sum(axis=-1, keepdims=True)
    return scaled


def _loadings(block: Block, matrices: Matrices) -> FloatArray:
    columns = [
        matrices.loadings[..., item, block.column] if latent < 0 else matrices.paths[..., latent, block.column]
        for item, latent in zip(block.item, block.latent, strict=True)
    ]
    return np.stack(columns, axis=-1)


def _residual(block: Block, matrices: Matrices) -> FloatArray:
    """Residual covariances of the block's children; an ordinary item and a structural one share none."""
    size = len(block.children)
    residual = np.zeros((*matrices.loadings.shape[:-2], size, size), dtype=matrices.loadings.dtype)
    for i in range(size):
        for j in range(size):
            if block.latent[i] < 0 and block.latent[j] < 0:
                residual[..., i, j] = matrices.residual[..., block.item[i], block.item[j]]
            elif block.latent[i] >= 0 and block.latent[j] >= 0:
                residual[..., i, j] = matrices.latent[..., block.latent[i], block.latent[j]]
    return residual


def _children(
    block: Block, coefficients: FloatArray, slopes: FloatArray, ranges: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Each child's own index coefficients (..., children, p), and index points per unit of the child."""
    lead, p = coefficients.shape[:-2], coefficients.shape[-1]
    own = np.zeros((*lead, len(block.children), p), dtype=coefficients.dtype)
    slope = np.zeros((*lead, len(block.children)), dtype=coefficients.dtype)
    for k, (item, latent) in enumerate(zip(block.item, block.latent, strict=True)):
        if item >= 0:
            own[..., k, item] = slope[..., k] = 100.0 / ranges[item]
        else:
            own[..., k, :], slope[..., k] = coefficients[..., latent, :], slopes[..., latent]
    return own, slope


def _formation(block: Block, matrices: Matrices) -> FloatArray:
    """Weights (..., k) that form a composite: the first row of the inverse of its items' loadings."""
    loadings = matrices.loadings[..., list(block.item), :][..., [block.column, *block.excrescent]]
    known: BoolArray = np.asarray(np.isfinite(loadings).all(axis=(-1, -2), keepdims=True))
    inverse = np.linalg.inv(np.where(known, loadings, np.eye(len(block.item))))
    weights: FloatArray = np.where(known[..., 0], inverse[..., 0, :], np.nan)
    return weights


def _raw_weights(loadings: FloatArray, residual: FloatArray, slope: FloatArray, kind: ItemWeights) -> FloatArray:
    if loadings.shape[-1] == 1 or kind == "equal":
        return slope
    if kind == "loadings":
        return loadings
    # Without a positive residual variance there is no factor-score weight: the index is nan, with a reason.
    improper: BoolArray = np.asarray((np.diagonal(residual, axis1=-2, axis2=-1).real <= 0).any(axis=-1))
    safe = np.where(improper[..., None, None], np.eye(residual.shape[-1]), residual)
    weights = np.linalg.solve(safe, loadings[..., None])[..., 0]
    return np.where(improper[..., None], np.nan, weights)
