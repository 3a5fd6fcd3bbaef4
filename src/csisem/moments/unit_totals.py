"""Kernels of sums by sampling unit, or under replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.batch_rows import group_codes, sampling_weights
from csisem.survey.rows.rows import Batch


class RowQuantities(Protocol):
    """Quantities of each row that are summed."""

    def kept(self, values: FloatArray) -> BoolArray:
        """Return which rows of answers (p, m) are used, (m,)."""
        ...

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        """Return k quantities (k, m) of used rows (p, m) whose group, or unit, is ``places`` (m,), free of nan."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The N pairs of a sampling unit and a group of rows that occur.

    Attributes
    ----------
    code
        The pair of each row (n,), -1 for a row in no group.
    unit, group
        Sampling unit and group of each pair, (N,).
    """

    code: IntArray
    unit: IntArray
    group: IntArray

    @classmethod
    def of(cls, units: IntArray, count: int, groups: IntArray | None, n_groups: int) -> Cells:
        """Cross ``count`` units (n,) with groups (n,), or with a single group if ``groups`` is None."""
        if groups is None:
            return cls(units, np.arange(count), np.zeros(count, dtype=np.intp))
        inside = groups >= 0
        code = np.full(len(units), -1, dtype=np.intp)
        pairs, code[inside] = np.unique(units[inside] * n_groups + groups[inside], return_inverse=True)
        return cls(code, pairs // n_groups, pairs % n_groups)

    @property
    def count(self) -> int:
        """Number N of pairs."""
        return len(self.unit)


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Sums over the used rows of some units.

    Attributes
    ----------
    places
        The units (U,), ascending; None for all units in order.
    rows
        Number of used rows with a weight above zero, (U,).
    weight
        Sum of the sampling weights, (U,).
    sums
        Weighted sums of the columns, (U, k).
    """

    places: IntArray | None
    rows: FloatArray
    weight: FloatArray
    sums: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class UnitTotals:
    """Kernel of weighted sums of columns by the ``count`` units that batches carry.

    A batch gives the sums of the units in it; arrays of all units are allocated only when batches are merged.
    """

    columns: RowQuantities
    count: int

    def partial(self, batch: Batch) -> Totals:
        units = np.zeros(batch.values.shape[1], dtype=np.intp) if batch.units is None else batch.units
        used = self.columns.kept(batch.values) & (units >= 0)
        values = batch.values
        weights = sampling_weights(batch)
        if not used.all():
            values, units, weights = values[:, used], units[used], weights[used]
        columns = self.columns.of(values, units)
        if not units.size:
            return Totals(units, np.zeros(0), np.zeros(0), np.zeros((0, len(columns))))
        head = np.array([(weights > 0).astype(np.float64), weights])
        columns *= weights
        if (units[1:] < units[:-1]).any():
            order = np.argsort(units, kind="stable")
            units, head, columns = units[order], head[:, order], columns[:, order]
        starts = np.flatnonzero(np.r_[True, units[1:] != units[:-1]])
        rows, weight = np.add.reduceat(head, starts, axis=1)
        return Totals(units[starts], rows, weight, np.add.reduceat(columns, starts, axis=1).T)

    def merge(self, left: Totals, right: Totals) -> Totals:
        whole = self.spread(left)
        places = slice(None) if right.places is None else right.places
        whole.rows[places] += right.rows
        whole.weight[places] += right.weight
        whole.sums[places] += right.sums
        return whole

    def spread(self, totals: Totals) -> Totals:
        """Sums of all units, in order."""
        if totals.places is None:
            return totals
        rows, weight, sums = np.zeros(self.count), np.zeros(self.count), np.zeros((self.count, totals.sums.shape[1]))
        rows[totals.places], weight[totals.places], sums[totals.places] = totals.rows, totals.weight, totals.sums
        return Totals(None, rows, weight, sums)


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateSums:
    """Sums over the used rows of G groups under R sets of replicate weights.

    Attributes
    ----------
    weight
        Sums of the replicate weights, (R, G).
    sums
        Weighted sums of the columns, (R, G, k).
    gram
        Products of the replicate weights over all rows, (R, R).
    """

    weight: FloatArray
    sums: FloatArray
    gram: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateTotals:
    """Kernel of sums of columns under every replicate weight, one matrix product for each of ``groups``."""

    columns: RowQuantities
    groups: int

    def partial(self, batch: Batch) -> ReplicateSums:
        if batch.replicates is None:
            raise ValueError("the batch carries no replicate weights")
        codes = group_codes(batch)
        used = np.flatnonzero(self.columns.kept(batch.values) & (codes >= 0))
        values, codes, weights = batch.values[:, used], codes[used], batch.replicates[:, used]
        columns = self.columns.of(values, codes)
        weight = np.zeros((len(weights), self.groups))
        sums = np.zeros((*weight.shape, len(columns)))
        for group in range(self.groups):
            rows = slice(None) if self.groups == 1 else np.flatnonzero(codes == group)
            weight[:, group] = weights[:, rows].sum(axis=1)
            sums[:, group] = weights[:, rows] @ columns[:, rows].T
        return ReplicateSums(weight, sums, weights @ weights.T)

    def merge(self, left: ReplicateSums, right: ReplicateSums) -> ReplicateSums:
        for name in ("weight", "sums", "gram"):
            total = getattr(left, name)
            total += getattr(right, name)
        return left
