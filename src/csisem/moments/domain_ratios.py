"""Kernels of means, totals and ratios by domain, and of their influence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.batch_rows import group_codes, row_weights, sampling_weights
from csisem.survey.rows.rows import Batch


class Quotients(Protocol):
    """k ratios of sums over rows, as columns that are summed (`csisem.moments.unit_totals.RowQuantities`)."""

    @property
    def count(self) -> int:
        """Number k of ratios."""
        ...

    def kept(self, values: FloatArray) -> BoolArray:
        """Return which rows count, (m,): all of them, unless a class says otherwise."""
        return np.ones(values.shape[1], dtype=bool)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:  # noqa: ARG002 - all domains are summed alike
        """Return numerators, then denominators, zero where unanswered, (2 k, m)."""
        over, under, answered = self.split(values)
        return np.concatenate([np.where(answered, over, 0.0), np.where(answered, under, 0.0)])

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Return numerators, denominators, and which rows have both, each (k, m)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ItemRatios(Quotients):
    """Ratios of columns of answers; a row enters those whose numerator and denominator it answers.

    Attributes
    ----------
    numerator
        Position of each numerator among the answers, (k,).
    denominator
        Position of each denominator, (k,); None for 1 in every row that has the numerator.
    """

    numerator: IntArray
    denominator: IntArray | None

    @property
    def count(self) -> int:
        return len(self.numerator)

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        over = values[self.numerator]
        under = np.ones(over.shape) if self.denominator is None else values[self.denominator]
        return over, under, ~(np.isnan(over) | np.isnan(under))


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """Kernel of counts, weights and squared weights of the rows in each ratio of each domain, (3, D, k).

    Rows with weight zero are not counted.
    """

    parts: Quotients
    domains: int

    def partial(self, batch: Batch) -> FloatArray:
        answered = self.parts.split(batch.values)[2] & self.parts.kept(batch.values)
        weights, codes = sampling_weights(batch), group_codes(batch)
        used = answered & (codes >= 0) & (weights > 0)
        sums = np.empty((3, self.domains, len(used)))
        for k, row in enumerate(used):
            own, weight = codes[row], weights[row]
            for power, of in enumerate((None, weight, weight**2)):
                sums[power, :, k] = np.bincount(own, of, minlength=self.domains)
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        return left + right


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Influence of a row on k ratios of its domain, ``(numerator - value * denominator) / scale``, or on sums of them.

    Attributes
    ----------
    parts
        The ratios.
    value, scale
        Values, zero for totals, and sums of the denominators, one for totals, (D, k).
    domain
        The domain of each of the N cells in which rows are summed, (N,).
    combine
        Coefficients of the linear combinations of the ratios, (c, k); None for the ratios themselves.
    """

    parts: Quotients
    value: FloatArray
    scale: FloatArray
    domain: IntArray
    combine: FloatArray | None = None

    @property
    def count(self) -> int:
        """Number of statistics of each domain, c or k."""
        return self.value.shape[1] if self.combine is None else len(self.combine)

    def kept(self, values: FloatArray) -> BoolArray:
        return self.parts.kept(values)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        """Return the influence, zero where unanswered, (c, m)."""
        over, under, answered = self.parts.split(values)
        own = self.domain[places]
        with np.errstate(divide="ignore", invalid="ignore"):
            influence = (over - self.value.T[:, own] * under) / self.scale.T[:, own]
        known = np.where(answered, influence, 0.0)
        return known if self.combine is None else self.combine @ known


@dataclass(frozen=True, slots=True, eq=False)
class Squares:
    """Sums over the rows of D domains.

    Attributes
    ----------
    products
        Products of the influence values, with squared weights and the units' factors, (D, c, c).
    spread
        Squared deviations with the weights themselves, (D, c).
    """

    products: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SquaresKernel:
    """Kernel of the variance between rows, and of the variance under simple random sampling.

    Attributes
    ----------
    influence
        The influence values, places being domains.
    deviation
        The same with the values that deviations are taken from (the mean for a total).
    factor
        Factor of the squares in each sampling unit that batches carry, (F,); None for 1.
    """

    influence: Influence
    deviation: Influence
    factor: FloatArray | None

    def partial(self, batch: Batch) -> Squares:
        domains, k = len(self.influence.value), self.influence.count
        codes, weights, plain = group_codes(batch), row_weights(batch, self.factor), sampling_weights(batch)
        products, spread = np.zeros((domains, k, k)), np.zeros((domains, k))
        for domain in np.unique(codes[codes >= 0]):
            rows = np.flatnonzero(codes == domain)
            values, places = batch.values[:, rows], codes[rows]
            influence = self.influence.of(values, places)
            if weights is not None:
                influence *= weights[rows]
            products[domain] = influence @ influence.T
            spread[domain] = self.deviation.of(values, places) ** 2 @ plain[rows]
        return Squares(products, spread)

    def merge(self, left: Squares, right: Squares) -> Squares:
        return Squares(left.products + right.products, left.spread + right.spread)
