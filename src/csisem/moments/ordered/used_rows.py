"""Rows that count, and kernels of the first pass over them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.batch_rows import rows_by_group
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.ordered.item_answers import AnswerSets, distinct, merged
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class GroupRows:
    """Used rows of one group in a batch.

    Attributes
    ----------
    group
        Position of the group.
    values
        Answers and covariates, (p + k, m); nan where an answer is missing.
    weight
        Sampling weights (m,), None without.
    units
        Codes of the rows' units (m,), None unless requested.
    """

    group: int
    values: FloatArray
    weight: FloatArray | None
    units: IntArray | None = None

    @property
    def weights(self) -> FloatArray:
        """Sampling weights (m,), 1 without."""
        return np.ones(self.values.shape[1]) if self.weight is None else self.weight


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """Rule by which rows count.

    Attributes
    ----------
    p
        Number of items, which stand before the covariates.
    listwise
        Whether a row must answer every item, or just one; covariates must be known in either case.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    """

    p: int
    listwise: bool
    group_of: dict[Hashable, int]

    def used(self, values: FloatArray) -> BoolArray:
        """Which rows of a batch (p + k, m) count, (m,)."""
        blank = np.isnan(values)
        lost = blank[: self.p].any(axis=0) if self.listwise else blank[: self.p].all(axis=0)
        return np.asarray(~(lost | blank[self.p :].any(axis=0)))

    def groups(self, batch: Batch) -> Iterator[GroupRows]:
        """Used rows of each group."""
        for label, rows in rows_by_group(batch, self.used(batch.values)):
            if rows.all():
                yield GroupRows(self.group_of[label], batch.values, batch.weights, batch.units)
            else:
                weight = None if batch.weights is None else batch.weights[rows]
                units = None if batch.units is None else batch.units[rows]
                yield GroupRows(self.group_of[label], batch.values[:, rows], weight, units)


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """What the first pass over the rows finds.

    Attributes
    ----------
    answers
        The different answers to each ordered item.
    sums
        Counts of rows by group, and means and cross-products of the covariates after a column of zeros.
    answered, total
        Weight of the rows that answer each numeric item, and sum of their weighted answers, (d,).
    both
        Number of rows that answer both of two items, (G, p, p).
    """

    answers: AnswerSets
    sums: Sums
    answered: FloatArray
    total: FloatArray
    both: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class OverviewKernel:
    """Kernel of the first pass over the rows; ``ordered`` and ``numeric`` are places of items."""

    use: Use
    ordered: tuple[int, ...]
    numeric: tuple[int, ...]

    def partial(self, batch: Batch) -> Overview:
        used = self.use.used(batch.values)
        marked = np.concatenate([np.where(used, 0.0, np.nan)[None], batch.values[self.use.p :]])
        counted = used.copy()
        if batch.codes is not None:
            counted &= batch.codes >= 0
        if batch.weights is not None:
            counted &= batch.weights > 0
        answers = distinct(batch.values[list(self.ordered)], counted)
        values = batch.values[list(self.numeric)][:, counted]
        weights = np.ones(values.shape[1]) if batch.weights is None else batch.weights[counted]
        known = ~np.isnan(values)
        return Overview(
            answers,
            CrossProducts().partial(replace(batch, values=marked)),
            known @ weights,
            np.where(known, values, 0.0) @ weights,
            self._both(batch),
        )

    def _both(self, batch: Batch) -> NDArray[np.int64]:
        found = np.zeros((len(self.use.group_of), self.use.p, self.use.p), dtype=np.int64)
        for rows in self.use.groups(batch):
            if self.use.listwise:
                found[rows.group] += rows.values.shape[1]
            else:
                known = (~np.isnan(rows.values[: self.use.p])).astype(np.float64)
                found[rows.group] += (known @ known.T).astype(np.int64)
        return found

    def merge(self, left: Overview, right: Overview) -> Overview:
        return Overview(
            merged(left.answers, right.answers),
            CrossProducts().merge(left.sums, right.sums),
            left.answered + right.answered,
            left.total + right.total,
            left.both + right.both,
        )
