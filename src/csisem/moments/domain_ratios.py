"""Quotients of weighted sums, by domain: kernels of means, totals and ratios and of their linearised errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.unit_totals import row_weights
from csisem.survey.rows.rows import Batch


class Quotients(Protocol):
    """k quotients of sums over rows, as columns that are added up (`totals.Columns`)."""

    @property
    def count(self) -> int:
        """How many quotients, k."""
        ...

    def kept(self, values: FloatArray) -> BoolArray: ...

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        """Return numerators, then denominators, zero where unanswered, (2 k, m)."""
        ...

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Return numerators, denominators, and which rows have both, each (k, m)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Quotients of columns of answers.

    A row that lacks an answer to either is in no quotient that needs it.

    Attributes
    ----------
    numerator
        Position of each numerator among the answers, (k,).
    denominator
        Position of each denominator, (k,); None: 1 for every row that has the numerator.
    """

    numerator: IntArray
    denominator: IntArray | None

    @property
    def count(self) -> int:
        return len(self.numerator)

    def kept(self, values: FloatArray) -> BoolArray:
        return np.ones(values.shape[1], dtype=bool)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:  # noqa: ARG002 - all domains are added up alike
        return stacked(*self.split(values))

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        over = values[self.numerator]
        under = np.ones(over.shape) if self.denominator is None else values[self.denominator]
        return over, under, ~(np.isnan(over) | np.isnan(under))


def stacked(over: FloatArray, under: FloatArray, answered: BoolArray) -> FloatArray:
    """Numerators, then denominators, zero where unanswered, (2 k, m)."""
    return np.concatenate([np.where(answered, over, 0.0), np.where(answered, under, 0.0)])


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """Kernel of the number of rows with a weight above zero in each quotient of each domain, their weights and squares.

    The result, sums of the weights' powers 0, 1 and 2, is (3, D, k).
    """

    parts: Quotients
    domains: int

    def partial(self, batch: Batch) -> FloatArray:
        answered = self.parts.split(batch.values)[2] & self.parts.kept(batch.values)
        weights = np.ones(answered.shape[1]) if batch.weights is None else batch.weights
        codes = np.zeros(len(weights), dtype=np.intp) if batch.codes is None else batch.codes
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
    """Influence of a row on k quotients of its domain, ``(numerator - value * denominator) / scale``, or their sums.

    Attributes
    ----------
    parts
        The quotients.
    value, scale
        Values, zero for totals, and sums of the denominators, one for totals, (D, k).
    domain
        The domain of each place where rows are added up, (N,).
    combine
        Weighted sums of the quotients that are meant, (c, k); None: the quotients themselves.
    """

    parts: Quotients
    value: FloatArray
    scale: FloatArray
    domain: IntArray
    combine: FloatArray | None = None

    @property
    def count(self) -> int:
        """How many numbers there are of each domain, c or k."""
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
    """Kernel of the rows' own part of a variance, and of the variance of simple random sampling.

    Attributes
    ----------
    influence
        The influence values, places being domains.
    deviation
        The same with the values that deviations are taken from (a total's is the mean).
    factor
        What squares are multiplied by in each sampling unit that batches carry, (F,); None: nothing.
    """

    influence: Influence
    deviation: Influence
    factor: FloatArray | None

    def partial(self, batch: Batch) -> Squares:
        domains, k = len(self.influence.value), self.influence.count
        codes = np.zeros(batch.values.shape[1], dtype=np.intp) if batch.codes is None else batch.codes
        weights = row_weights(batch, self.factor)
        plain = np.ones(len(codes)) if batch.weights is None else batch.weights
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
