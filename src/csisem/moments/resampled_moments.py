"""Moments of bootstrap replicates, by one matrix product a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray
from csisem.moments.batch_rows import complete, rows_by_group
from csisem.moments.patterns import Patterns, distinct, positions
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Kernel for `Rows.reduce`: the group of each row (n,), -1 for an incomplete row or one in no group."""

    group_of: dict[object, int]

    def partial(self, batch: Batch) -> list[IntArray]:
        if batch.codes is None:
            return [np.where(complete(batch.values), 0, -1)]
        places = np.array([*(self.group_of.get(label, -1) for label in batch.labels), -1], dtype=np.intp)
        return [np.where(complete(batch.values), places[batch.codes], -1)]

    def merge(self, left: list[IntArray], right: list[IntArray]) -> list[IntArray]:
        left.extend(right)
        return left


@dataclass(frozen=True, slots=True, eq=False)
class PatternMembers:
    """Kernel for `Rows.reduce`: the number of each row's pattern (n,), -1 for one that is not known.

    Attributes
    ----------
    patterns
        Number of each known pattern by its bytes, per group.
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    """

    patterns: tuple[dict[bytes, int], ...]
    group_of: dict[object, int]

    @classmethod
    def of(cls, patterns: Patterns) -> PatternMembers:
        """Kernel that knows these patterns."""
        known: tuple[dict[bytes, int], ...] = tuple({} for _ in range(patterns.n_groups))
        for k, (answered, group) in enumerate(zip(patterns.answered, patterns.group, strict=True)):
            known[group][answered.tobytes()] = k
        return cls(known, {label: g for g, label in enumerate(patterns.groups or (None,))})

    def partial(self, batch: Batch) -> list[IntArray]:
        masks, of_row = distinct(~np.isnan(batch.values))
        members = np.full(len(of_row), -1, dtype=np.intp)
        for label, rows in rows_by_group(batch, np.ones(len(of_row), dtype=np.bool_)):
            if label in self.group_of:
                members[rows] = positions(self.patterns[self.group_of[label]], masks)[of_row[rows]]
        return [members]

    def merge(self, left: list[IntArray], right: list[IntArray]) -> list[IntArray]:
        left.extend(right)
        return left


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateKernel:
    """Kernel for `Rows.reduce`: sums over the rows of G groups in R replicates, (R, G, 1 + p + p (p + 1) / 2).

    The sums are of the weights, of weighted answers less ``centre``, and of their products by the lower triangle; or of
    the first two alone. A missing answer adds nothing, like an answer at the centre.

    Attributes
    ----------
    counts, base, slope
        How often each replicate draws each of the U units (R, U), and the multiplier ``base + slope t`` of a unit drawn
        t times, (U,).
    unit, group
        Unit and group of each row, (n,); -1 for the group of a row that is not used.
    centre
        Point that is subtracted from the answers of each group, (G, p).
    products
        Whether products are summed as well.
    """

    counts: NDArray[np.uint16]
    base: FloatArray
    slope: FloatArray
    unit: IntArray
    group: IntArray
    centre: FloatArray
    products: bool = True

    def partial(self, batch: Batch) -> FloatArray:
        p, rows = batch.values.shape
        here = slice(batch.start, batch.start + rows)
        unit, group = self.unit[here], self.group[here]
        groups = len(self.centre)
        size = 1 + p + (p * (p + 1) // 2 if self.products else 0)
        sums = np.zeros((len(self.counts), groups, size))
        for g in range(groups):
            inside = np.flatnonzero(group == g)
            if not inside.size:
                continue
            own = unit[inside]
            multipliers = self.counts[:, own] * self.slope[own]
            multipliers += self.base[own]
            if batch.weights is not None:
                multipliers *= batch.weights[inside]
            centred = batch.values[:, inside] - self.centre[g][:, None]
            centred[np.isnan(centred)] = 0.0
            sums[:, g] = multipliers @ self._columns(centred, size).T
        return sums

    def _columns(self, centred: FloatArray, size: int) -> FloatArray:
        p = len(centred)
        columns = np.empty((size, centred.shape[1]))
        columns[0], columns[1 : 1 + p] = 1.0, centred
        if self.products:
            row, col = np.tril_indices(p)
            np.multiply(centred[row], centred[col], out=columns[1 + p :])
        return columns

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateMoments:
    """Moments of R replicates of a sample of G groups.

    Attributes
    ----------
    weight
        Sums of the weights, (R, G).
    mean, cov
        Means (R, G, p) and covariances with the weights' sum as divisor (R, G, p, p); nan for a group without weight.
    """

    weight: FloatArray
    mean: FloatArray
    cov: FloatArray

    @classmethod
    def from_sums(cls, sums: FloatArray, centre: FloatArray) -> ReplicateMoments:
        """Moments from the sums of `ReplicateKernel`, products included."""
        p = centre.shape[-1]
        weight = sums[..., 0]
        # A replicate may leave a group without weight.
        moments = sums[..., 1:] / np.where(weight > 0, weight, np.nan)[..., None]
        shift, (row, col) = moments[..., :p], np.tril_indices(p)
        cov = np.empty((*shift.shape, p))
        cov[..., row, col] = cov[..., col, row] = moments[..., p:]
        cov -= shift[..., :, None] * shift[..., None, :]
        return cls(weight, centre + shift, cov)
