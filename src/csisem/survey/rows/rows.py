"""Batches of rows, their source, and the kernels that reduce them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, ScaleError, agree, shown
from csisem.option_checks import LARGEST
from csisem.survey.code_range import Code, CodeRange, coded
from csisem.survey.columns import Numbers
from csisem.survey.scale import Scale

P = TypeVar("P")

# Characters of a message that is read in full.
_LONGEST = 400

BATCH_ROWS = 8192
"""Rows in a batch: 19 items of float64 then take 1.2 MB, which stays in a core's cache between filling and use."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Consecutive rows, with missing codes and reverse coding applied.

    Attributes
    ----------
    values
        Answers (p, m), items by rows, C-contiguous, NaN where unanswered. The buffer is reused for the next batch: a
        kernel may overwrite it and must not keep it.
    weights
        Sampling weights (m,), read-only, or None when the rows are not weighted.
    codes
        Index (m,) into ``labels``, -1 for a row without a group; None when there are no groups.
    labels
        Labels of the groups in order of first appearance: scalars for one ``by`` column, tuples for several.
    start
        Position of the first row in the data.
    units
        Code (m,) of the sampling unit, or other unit over which rows are summed, -1 for none; None unless requested.
    replicates
        Replicate weights (R, m); None unless requested.
    """

    values: FloatArray
    weights: FloatArray | None
    codes: IntArray | None
    labels: tuple[Hashable, ...]
    start: int
    units: IntArray | None = None
    replicates: FloatArray | None = None


class Kernel(Protocol[P]):
    """A computation over rows: a partial result per batch, and the merge of two partial results."""

    def partial(self, batch: Batch) -> P: ...

    def merge(self, left: P, right: P) -> P: ...


class Source(Protocol):
    """A source of batches in the order of the rows; at least one batch, which may be empty."""

    def batches(self) -> Iterator[Batch]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One item in memory: its raw numbers (n,), the codes among them, and the scale they are read by."""

    values: Numbers
    codes: tuple[Code, ...] = ()
    scale: Scale | None = None

    def every(self, most: int | None = None) -> FloatArray:
        """Return all rows (n,) as they are read, or no more than ``most``, at equal distances."""
        step = 1 if most is None else max(1, -(-len(self.values) // most))
        own = replace(self, values=self.values[::step])
        row = np.empty(len(own.values))
        own.read_into(row, 0, len(row))
        return row

    def read_into(self, row: FloatArray, start: int, stop: int) -> None:
        """Write rows ``start`` to ``stop`` into ``row``, reverse-coded where declared, NaN for every code."""
        chunk = self.values[start:stop]
        turn = None if self.scale is None else self.scale.turn
        if turn is None:
            np.copyto(row, chunk)
        else:
            np.subtract(np.float64(turn), chunk, out=row)
        for code in self.codes:
            np.copyto(row, np.nan, where=coded(chunk, (code,)) if isinstance(code, CodeRange) else chunk == code)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A source of batches from columns in memory, with a buffer of one batch."""

    columns: tuple[Column, ...]
    n: int
    weights: FloatArray | None = None
    codes: IntArray | None = None
    labels: tuple[Hashable, ...] = ()
    units: IntArray | None = None
    replicates: tuple[FloatArray, ...] = ()
    batch_rows: int = BATCH_ROWS

    def batches(self) -> Iterator[Batch]:
        """Yield the rows in order; one batch of zero rows when there are none."""
        buffer = np.empty(len(self.columns) * min(self.batch_rows, self.n))
        for start in range(0, max(self.n, 1), self.batch_rows):
            stop = min(start + self.batch_rows, self.n)
            # The last batch is shorter: a view reshaped from the flat buffer stays C-contiguous.
            values = buffer[: len(self.columns) * (stop - start)].reshape(len(self.columns), stop - start)
            for row, column in zip(values, self.columns, strict=True):
                column.read_into(row, start, stop)
            yield Batch(
                values,
                None if self.weights is None else self.weights[start:stop],
                None if self.codes is None else self.codes[start:stop],
                self.labels,
                start,
                None if self.units is None else self.units[start:stop],
                np.array([column[start:stop] for column in self.replicates]) if self.replicates else None,
            )


@dataclass(frozen=True, slots=True)
class Gather:
    """Kernel that collects the answers, batch by batch."""

    def partial(self, batch: Batch) -> list[FloatArray]:
        return [batch.values.copy()]

    def merge(self, left: list[FloatArray], right: list[FloatArray]) -> list[FloatArray]:
        left.extend(right)
        return left


@dataclass(frozen=True, slots=True)
class Spread:
    """Kernel for the lowest and highest answer of each item, (2, p), NaN where nobody answered."""

    def partial(self, batch: Batch) -> FloatArray:
        if not batch.values.size:
            return np.full((2, len(batch.values)), np.nan)
        return np.array([np.fmin.reduce(batch.values, axis=1), np.fmax.reduce(batch.values, axis=1)])

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        return np.array([np.fmin(left[0], right[0]), np.fmax(left[1], right[1])])


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The answers to p items, ready to be reduced by a kernel.

    Attributes
    ----------
    items
        Names of the p items, the order of the rows of `Batch.values`.
    scales
        Their scales, None where none is declared.
    n
        Rows in the data.
    by
        The grouping columns.
    labels
        Group labels in order of first appearance: scalars for one ``by`` column, tuples for several.
    weighted
        Whether batches carry sampling weights.
    ungrouped
        Rows whose group is missing; they carry code -1.
    """

    items: tuple[str, ...]
    scales: tuple[Scale | None, ...]
    n: int
    source: Source = field(repr=False)
    by: tuple[str, ...] = ()
    labels: tuple[Hashable, ...] = ()
    weighted: bool = False
    ungrouped: int = 0

    def reduce(self, kernel: Kernel[P]) -> P:
        """Return the partial results of ``kernel`` over all rows, merged in the order of the rows.

        Raises
        ------
        ScaleError
            If answers lie off their scale; they are counted by item and value over all rows.
        DataError
            If an answer is infinite.
        """
        lows, highs = _bounds(self.scales)
        batches = iter(self.source.batches())
        first = next(batches)
        self._check(first, lows, highs)
        merged = kernel.partial(first)
        for batch in batches:
            self._check(batch, lows, highs)
            merged = kernel.merge(merged, kernel.partial(batch))
        return merged

    def _check(self, batch: Batch, lows: FloatArray, highs: FloatArray) -> None:
        """Refuse a batch with an answer off its scale, or infinite where there is no scale."""
        if not batch.values.size:
            return
        # fmin and fmax ignore NaN, and the batch is still in cache.
        low = np.fmin.reduce(batch.values, axis=1)
        high = np.fmax.reduce(batch.values, axis=1)
        if (low < lows).any() or (high > highs).any():
            raise self._refusal()

    def _refusal(self) -> DataError:
        """Return the refusal, with impossible answers counted over all rows."""
        lows, highs = _bounds(self.scales)
        off: list[Counter[float]] = [Counter() for _ in self.items]
        first_infinite: dict[str, int] = {}
        first_huge: dict[str, int] = {}
        for batch in self.source.batches():
            for i, row in enumerate(batch.values):
                places = np.flatnonzero((row < lows[i]) | (row > highs[i]))
                off[i].update(row[places].tolist())
                for first, kind in ((first_infinite, np.isinf(row[places])), (first_huge, abs(row[places]) > LARGEST)):
                    if kind.any():
                        first.setdefault(self.items[i], batch.start + int(places[np.argmax(kind)]) + 1)
        for name, place in first_infinite.items():
            counts = off[self.items.index(name)]
            count = sum(counts[value] for value in (np.inf, -np.inf))
            return DataError(
                f"Column {name!r} holds {count} infinite value{'s' * (count > 1)} (first in row {place}, counting "
                "from 1); an answer is a finite number or blank."
            )
        for name, place in first_huge.items():
            count = sum(number for value, number in off[self.items.index(name)].items() if abs(value) > LARGEST)
            return DataError(
                f"The answers to {shown(name)} are too large to be squared: {count} "
                f"{agree(count, 'lies', 'lie')} beyond {LARGEST:g} (first in row {place}, counting from 1); look for a "
                "missing value coded as a huge number."
            )
        return ScaleError(_off_scale_sentence(self.items, self.scales, off))


def _bounds(scales: tuple[Scale | None, ...]) -> tuple[FloatArray, FloatArray]:
    if all(scale is None for scale in scales):
        return np.full(len(scales), -LARGEST), np.full(len(scales), LARGEST)
    # Bounds are reverse-coded as answers are, so that rounding in low + high - x never puts an end off its scale.
    ends = [
        (-LARGEST, LARGEST)
        if scale is None
        else (scale.low, scale.high)
        if scale.turn is None
        else (scale.turn - scale.high, scale.turn - scale.low)
        for scale in scales
    ]
    lows, highs = np.array(ends).T
    return lows, highs


def _off_scale_sentence(items: tuple[str, ...], scales: tuple[Scale | None, ...], off: list[Counter[float]]) -> str:
    """Name the items with answers off their scale, with the count of each value in the data's own coding."""
    # Many values of many items are cut until the sentence can be read.
    sentences = (_off_scale(items, scales, off, *most) for most in ((6, 6), (4, 2), (3, 1), (1, 1)))
    return next((said for said in sentences if len(said) <= _LONGEST), "") or _off_scale(items, scales, off, 1, 1)


def _off_scale(
    items: tuple[str, ...], scales: tuple[Scale | None, ...], off: list[Counter[float]], most: int, each: int
) -> str:
    found = [
        (name, scale, counts)
        for name, scale, counts in zip(items, scales, off, strict=True)
        if counts and scale is not None
    ]
    same = len({str(scale) for _, scale, _ in found}) == 1
    clauses = []
    for name, scale, counts in found[:most]:
        values = [(value if scale.turn is None else scale.turn - value, count) for value, count in counts.items()]
        values.sort(key=lambda pair: (-pair[1], pair[0]))
        texts = ", ".join(f"{value:g} {_times(count)}" for value, count in values[:each])
        rest = f" and {len(values) - each} other values" if len(values) > each else ""
        clauses.append(f"{name}{'' if same else f' ({scale})'} has {counts.total()} ({texts}{rest})")
    more = f"; and {len(found) - most} more items" if len(found) > most else ""
    where = f"the scale {found[0][1]}" if same else "their scales"
    return (
        f"Answers off {where}: {'; '.join(clauses)}{more}; "
        "declare refusal codes with missing_codes= or not_applicable=, or correct the scale."
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"in {count:,} rows")
