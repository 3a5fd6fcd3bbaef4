"""Sufficient statistics of incomplete answers, by pattern of answered items."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, listed
from csisem.moments.batch_rows import group_codes
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.moments import Moments
from csisem.survey.rows.rows import Batch, Rows
from csisem.survey.scale import Scale


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Moments of P patterns of p items; a pattern is a group and a set of answered items that occurs in it.

    Attributes
    ----------
    answered
        Which items the rows of each pattern answered, (P, p).
    group
        Position of each pattern's group in ``groups``, (P,); patterns of a group stand together.
    n, weight, squares
        Number of rows, sum of weights and sum of squared weights, (P,).
    mean, cov
        Means (P, p) and covariances (P, p, p) with divisor n (sum of weights); zero where unanswered.
    items, scales
        The p column names and their scales.
    groups
        Group labels in order of first appearance; empty without groups.
    empty
        Number of rows left out because they answer no item, or not all of the needed ones.
    lacking
        Number of these that answer some item; ``lacked`` are the needed items that they lack.
    zero_weight, ungrouped
        Number of rows kept with weight zero; number of rows in no group.
    weighted
        Whether sampling weights were used.
    unanswered
        Labels of groups of which no row can be used; they are not among ``groups``.
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
    lacking: int = 0
    lacked: tuple[str, ...] = ()
    unanswered: tuple[Hashable, ...] = ()

    @classmethod
    def from_rows(cls, rows: Rows, needed: tuple[str, ...] = ()) -> Patterns:
        """Compute the moments of the patterns of ``rows``.

        Rows that do not answer all ``needed`` items are left out: predictors whose moments a model takes as given.
        """
        must = np.array([item in needed for item in rows.items])
        with np.errstate(over="ignore", invalid="ignore"):
            sums = rows.reduce(PatternKernel(must))
        labels = [cast("tuple[Hashable, bytes]", label) for label in sums.labels]
        found = [k for k, label in enumerate(labels) if len(label[1]) == len(must)]
        usable = [labels[k] for k in found]
        if not usable:
            what = (
                f"answers {'all of ' if len(needed) > 1 else ''}{listed(needed)}"
                if needed
                else "has an answer that can be used"
            )
            raise DataError(f"None of the {rows.n} rows {what}.")
        # Groups in order of first appearance; within a group, patterns with the most answers first.
        order = {group: g for g, group in enumerate(dict.fromkeys(group for group, _ in usable))}
        if rows.by:
            order = {group: g for g, group in enumerate(g for g in rows.labels if g in order)}
        answered = np.array([np.frombuffer(bits, dtype=np.bool_) for _, bits in usable])
        group = np.array([order[label] for label, _ in usable], dtype=np.intp)
        sequence = np.lexsort((*answered.T[::-1], -answered.sum(axis=1), group))
        places = np.array(found)[sequence]
        lost = int(sums.n.sum()) - int(sums.n[places].sum())
        short = [(int(n), bits[1:]) for n, (_, bits) in zip(sums.n, labels, strict=True) if len(bits) > len(must)]
        blank = [~np.frombuffer(bits, dtype=np.bool_) & must for _, bits in short]
        lacked = np.any(blank, axis=0) if blank else np.zeros_like(must)
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
            sum(n for n, _ in short),
            tuple(item for item, some in zip(rows.items, lacked, strict=True) if some),
            tuple(label for label in rows.labels if label not in order) if rows.by else (),
        )

    def with_every_group(self) -> Patterns:
        """The same; refused if no row of some group can be used."""
        if self.unanswered:
            many = len(self.unanswered) > 1
            raise DataError(
                f"No row of group{'s' if many else ''} {listed(self.unanswered)} has an answer that can be used; leave "
                f"{'these groups' if many else 'the group'} out, or group by another column."
            )
        return self

    @property
    def n_groups(self) -> int:
        """Number of groups, 1 without grouping."""
        return max(1, len(self.groups))

    def by_group(self, values: NDArray[np.generic]) -> FloatArray:
        """Sums (G,) of ``values`` (P,) over the patterns of each group."""
        return np.bincount(self.group, weights=values, minlength=self.n_groups).astype(np.float64)

    def moments(self, mean: FloatArray, cov: FloatArray) -> Moments:
        """Moments with the counts of these patterns and given means (G, p) and covariances (G, p, p)."""
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

    A row that answers no item is labelled with an empty pattern; one that lacks some of the ``needed`` ones (p,) with
    a byte and its pattern of those.
    """

    needed: BoolArray

    def partial(self, batch: Batch) -> Sums:
        answered: BoolArray = ~np.isnan(batch.values)
        usable: BoolArray = np.logical_and.reduce(answered[self.needed], axis=0)
        some: BoolArray = np.logical_or.reduce(answered, axis=0)
        # Rows that lack a needed item are told apart by which of these they lack, rows without an answer not at all.
        kept = np.where(usable, answered, answered & self.needed[:, None])
        patterns, codes = distinct(np.concatenate([kept, usable[None], some[None]]))
        bits = [_label(pattern) for pattern in patterns]
        groups = batch.labels if batch.codes is not None else (None,)
        # One number for the pair of group and pattern: -1 for rows in no group.
        own = group_codes(batch)
        joint = np.where(own < 0, -1, codes * len(groups) + own)
        present, joint = np.unique(joint, return_inverse=True)
        shift = int(present.size > 0 and present[0] < 0)
        labels = tuple(
            (groups[number % len(groups)], bits[number // len(groups)]) for number in present[shift:].tolist()
        )
        values = np.nan_to_num(batch.values, copy=False, nan=0.0)
        inner = Batch(values, batch.weights, joint - shift, labels, batch.start)
        return CrossProducts().partial(inner)

    def merge(self, left: Sums, right: Sums) -> Sums:
        return CrossProducts().merge(left, right)


def _label(pattern: BoolArray) -> bytes:
    """The label of a pattern (p,), behind which stand whether it can be used and whether the row has any answer."""
    bits, (usable, some) = pattern[:-2].tobytes(), pattern[-2:]
    return (bits if usable else b"-" + bits) if some else b""


def distinct(answered: BoolArray) -> tuple[BoolArray, IntArray]:
    """Distinct columns of ``answered`` (p, m) as rows (K, p), and the place of each column among them, (m,)."""
    packed = np.packbits(answered, axis=0).T
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return answered[:, first].T.copy(), codes.astype(np.intp)


def positions(known: dict[bytes, int], masks: BoolArray) -> IntArray:
    """Numbers (K,) of the patterns ``masks`` (K, p), by their bytes in ``known``; -1 for one that is not known."""
    return np.array([known.get(mask.tobytes(), -1) for mask in masks], dtype=np.intp)
