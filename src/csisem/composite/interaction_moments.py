"""Interactions from moments of items and their products.

The first pass over the rows appends to the items x (less a fixed centre c near their means) the products
``(x_i - c_i)(x_k - c_k)`` of `Products.pairs`. The means and covariances of these columns are all that any kind of
interaction needs, for any replicate, since products centred at other means are linear in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.regression import solve


@dataclass(frozen=True, slots=True, eq=False)
class Interaction:
    """The products of one interaction.

    Attributes
    ----------
    first, second
        Positions of the two constructs in the plan; equal for a quadratic term.
    left, right
        Items of the two constructs in all combinations, each pair of different items once, (k,).
    columns
        The products' columns, (k,).
    """

    first: int
    second: int
    left: IntArray
    right: IntArray
    columns: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """The products of q pairs of items that the interactions of a plan need.

    Attributes
    ----------
    pairs
        Positions of the two items of every product, (q, 2).
    interactions
        The interactions.
    orthogonal
        Whether products are replaced by their residuals on the items of both constructs.
    """

    pairs: IntArray
    interactions: tuple[Interaction, ...]
    orthogonal: bool

    def augment(self, centred: FloatArray) -> FloatArray:
        """Append the products to centred answers (p, n), rows last: (p + q, n)."""
        return np.concatenate([centred, centred[self.pairs[:, 0]] * centred[self.pairs[:, 1]]])


def compile_products(
    terms: Sequence[tuple[int, int]], leaves: Sequence[Sequence[int]], width: int, *, orthogonal: bool
) -> Products | None:
    """Compile interactions (first, second) of constructs with items ``leaves``; columns follow ``width`` items."""
    if not terms:
        return None
    pairs: list[tuple[int, int]] = []
    interactions = []
    for first, second in terms:
        if first == second:
            own = leaves[first]
            among = [(a, b) for i, a in enumerate(own) for b in own[i:]]
        else:
            among = [(a, b) for a in leaves[first] for b in leaves[second]]
        left, right = np.array(among, dtype=np.intp).T
        columns = np.arange(width + len(pairs), width + len(pairs) + len(among), dtype=np.intp)
        interactions.append(Interaction(first, second, left, right, columns))
        pairs += among
    return Products(np.array(pairs, dtype=np.intp), tuple(interactions), orthogonal)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The base columns: standardised items, and products of standardised items.

    Attributes
    ----------
    cov
        Their covariances, (..., P, P).
    scale
        One over the items' standard deviations, (..., p).
    mix
        Base columns as linear maps of the raw columns, (..., P, P); None if they are the scaled items.
    """

    cov: FloatArray
    scale: FloatArray
    mix: FloatArray | None

    def of_columns(self, weights: FloatArray) -> FloatArray:
        """Weights (..., P, J) of base columns as weights of the raw columns."""
        if self.mix is None:
            return np.asarray(self.scale[..., None] * weights)
        return self.mix @ weights


def base_columns(mean: FloatArray, cov: FloatArray, products: Products | None) -> Base:
    """Standardise items, and their products.

    Parameters
    ----------
    mean
        (..., P): means of the p items less the centre; those of the products are not used.
    cov
        (..., P, P), with the divisor that the standard deviations shall have.
    products
        The products; None when P = p.

    Notes
    -----
    With d the mean of x - c, ``(x_i - m_i)(x_k - m_k) = (x_i - c_i)(x_k - c_k) - d_i x_k - d_k x_i`` + a constant.
    Orthogonalised products are residuals of their regression on the items of both constructs (Little, Bovaird and
    Widaman 2006).
    """
    variances = np.diagonal(cov, axis1=-2, axis2=-1)
    items = variances.shape[-1] - (0 if products is None else len(products.pairs))
    with np.errstate(all="ignore"):
        variances = variances[..., :items]
        scale = 1.0 / np.sqrt(np.where(variances.real > 0, variances, np.nan))
        if products is None:
            return Base(scale[..., :, None] * cov * scale[..., None, :], scale, None)
        mix = _standardising(mean, scale, products)
        between = np.swapaxes(mix, -1, -2) @ cov @ mix
        if products.orthogonal:
            freed = _orthogonalising(between, products)
            mix, between = mix @ freed, np.swapaxes(freed, -1, -2) @ between @ freed
        return Base(between, scale, mix)


def _standardising(mean: FloatArray, scale: FloatArray, products: Products) -> FloatArray:
    """The map (..., P, P) from raw columns to standardised items and products of standardised items."""
    items, count = scale.shape[-1], len(products.pairs)
    transform = np.zeros((*scale.shape[:-1], items + count, items + count), dtype=scale.dtype)
    place, column = np.arange(items), items + np.arange(count)
    transform[..., place, place] = scale
    left, right = products.pairs.T
    both = scale[..., left] * scale[..., right]
    transform[..., column, column] = both
    # One after the other, since a square needs the mean subtracted twice.
    transform[..., left, column] -= mean[..., right] * both
    transform[..., right, column] -= mean[..., left] * both
    return transform


def _orthogonalising(cov: FloatArray, products: Products) -> FloatArray:
    """The map (..., P, P) from products to their residuals on the items of both constructs."""
    transform = np.zeros_like(cov)
    place = np.arange(transform.shape[-1])
    transform[..., place, place] = 1.0
    for term in products.interactions:
        items = np.unique(np.concatenate([term.left, term.right]))
        among, across = cov[..., items[:, None], items], cov[..., items[:, None], term.columns]
        transform[..., items[:, None], term.columns] = -solve(among, across)
    return transform


def score_product(term: Interaction, weights: FloatArray, width: int) -> FloatArray:
    """The product of two scores as weights (..., P) on the products of their items; ``weights`` are (..., P, J)."""
    product = np.zeros((*weights.shape[:-2], width), dtype=weights.dtype)
    first, second = weights[..., term.first], weights[..., term.second]
    combined = first[..., term.left] * second[..., term.right]
    if term.first == term.second:
        # Each product of two different items is one column and enters the square twice.
        combined = combined * np.where(term.left == term.right, 1.0, 2.0)
    product[..., term.columns] = combined
    return product
