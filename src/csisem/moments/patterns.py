"""Sufficient statistics of incomplete answers: moments of the rows that share a pattern of answered items."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.moments import Moments
from csisem.survey.rows.rows import Batch, Rows
from csisem.survey.scale import Scale


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Moments of P patterns of p items, a pattern for every group and set of answered items that occurs.

    Attributes
    ----------
    answered
        Which items a pattern's rows answered, (P, p).
    group
        Position of each pattern's group in ``groups``, (P,); patterns of a group stand together.
    n, weight, squares
        Rows, sum of weights and sum of squared weights, (P,).
    mean, cov
        Means (P, p) and covariances (P, p, p) with divisor n (sum of weights); zero where unanswered.
    items, scales
        The p column names and their scales.
    groups
        Group labels in order of first appearance; empty without groups.
    empty
        Rows without any answer, or that lack one of the items that must be there; they are left out.
    zero_weight, ungrouped
        Rows kept with weight zero; rows in no group.
    weighted
        Whether sampling weights entered.
    """

    answered: BoolArray
    group: IntArray
    n: NDArray[np.int64]
    weight: FloatArray
    squares: FloatArray
    mean: FloatArray
    cov: FloatArray
    items: tuple[str, ...]
    scales: tuple[Scale | None, ...]
    groups: tuple[Hashable, ...]
    empty: int
    zero_weight: int
    ungrouped: int
    weighted: bool

    @classmethod
    def from_rows(cls, rows: Rows, needed: tuple[str, ...] = ()) -> Patterns:
        """Reduce rows, through the door, to the moments of their patterns.

        Parameters
        ----------
        rows
            The rows.
        needed
            Items without which a row is left out: predictors whose moments a model takes as given.

        Raises
        ------
        DataError
            No row has an answer.
        """
        must = np.array([item in needed for item in rows.items])
        with np.errstate(over="ignore", invalid="ignore"):
            sums = rows.reduce(PatternKernel(must))
        if not sums.n.sum():
            raise DataError(f"None of the {rows.n} rows has an answer that can be used.")
        labels = [cast("tuple[Hashable, bytes]", label) for label in sums.labels]
        found = [label for label in labels if label[1]]
        # Groups in order of first appearance; within a group, patterns with the most answers first.
        order = {group: g for g, group in enumerate(dict.fromkeys(group for group, _ in found))}
        if rows.by:
            order = {group: g for g, group in enumerate(g for g in rows.labels if g in order)}
        answered = np.array([np.frombuffer(bits, dtype=np.bool_) for _, bits in found])
        group = np.array([order[label] for label, _ in found], dtype=np.intp)
        sequence = np.lexsort((*answered.T[::-1], -answered.sum(axis=1), group))
        places = np.array([k for k, label in enumerate(labels) if label[1]])[sequence]
        lost = sum(int(n) for n, (_, bits) in zip(sums.n, labels, strict=True) if not bits)
        weight = np.where(sums.weight > 0, sums.weight, 1.0)
        return cls(
            answered[sequence],
            group[sequence],
            sums.n[places],
            sums.weight[places],
            sums.squares[places],
            sums.mean[places],
            (sums.cross / weight[:, None, None])[places],
            rows.items,
            rows.scales,
            tuple(order) if rows.by else (),
            lost,
            sums.zero_weight,
            sums.ungrouped,
            rows.weighted,
        )

    @property
    def n_groups(self) -> int:
        """Number of groups, 1 without grouping."""
        return max(1, len(self.groups))

    def by_group(self, values: NDArray[np.generic]) -> FloatArray:
        """Sum values (P,) over the patterns of each group, (G,)."""
        return np.bincount(self.group, weights=values, minlength=self.n_groups).astype(np.float64)

    def moments(self, mean: FloatArray, cov: FloatArray) -> Moments:
        """Moments with the rows of these patterns and the means (G, p) and covariances (G, p, p) found for them."""
        n, weight, squares = (self.by_group(values) for values in (self.n, self.weight, self.squares))
        pick: Any = slice(None) if self.groups else 0
        return Moments(
            n.astype(np.int64)[pick],
            np.asarray(weight[pick]),
            mean[pick],
            cov[pick],
            self.items,
            self.scales,
            self.groups,
            self.empty,
            self.zero_weight,
            self.ungrouped,
            self.weighted,
            np.asarray(squares[pick]) if self.weighted else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class PatternKernel:
    """Kernel for `Rows.reduce`: cross-products by group and pattern, labelled ``(group, pattern's bytes)``.

    A row without an answer, or that lacks one of the items in ``needed`` (p,), is labelled with an empty pattern.
    """

    needed: BoolArray

    def partial(self, batch: Batch) -> Sums:
        answered = ~np.isnan(batch.values)
        usable = answered[self.needed].all(axis=0) & answered.any(axis=0)
        patterns, codes = distinct(answered)
        bits = [pattern.tobytes() for pattern in patterns]
        groups = batch.labels if batch.codes is not None else (None,)
        # One number for the pair of group and pattern; -1 for rows in no group, the last for rows of no use.
        group_codes = np.zeros(len(codes), dtype=np.intp) if batch.codes is None else batch.codes
        joint = np.where(usable, codes, len(bits)) * len(groups) + group_codes
        joint = np.where(group_codes < 0, -1, joint)
        present, joint = np.unique(joint, return_inverse=True)
        shift = int(present.size > 0 and present[0] < 0)
        labels = tuple(
            (groups[number % len(groups)], (*bits, b"")[number // len(groups)]) for number in present[shift:].tolist()
        )
        values = np.nan_to_num(batch.values, copy=False, nan=0.0)
        inner = Batch(values, batch.weights, joint - shift, labels, batch.start)
        return CrossProducts().partial(inner)

    def merge(self, left: Sums, right: Sums) -> Sums:
        return CrossProducts().merge(left, right)


def distinct(answered: BoolArray) -> tuple[BoolArray, IntArray]:
    """Distinct columns of ``answered`` (p, m) as rows (K, p), and which of them each column is, (m,)."""
    packed = np.packbits(answered, axis=0).T
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return answered[:, first].T.copy(), codes.astype(np.intp)
