"""Different answers to ordered items, and what makes an item unfit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.errors import DataError, listed, shown

MOST_ANSWERS = 30
"""Most different answers of an ordered item."""
# Whole numbers in a range up to this are found by counting instead of sorting.
_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class AnswerSets:
    """Different answers to each item of used rows.

    Attributes
    ----------
    whole
        Those that are whole numbers; of more than `MOST_ANSWERS` only some.
    broken
        Lowest answer with decimals, None if there is none.
    """

    whole: tuple[frozenset[float], ...]
    broken: tuple[float | None, ...]


def distinct(values: FloatArray, used: BoolArray) -> AnswerSets:
    """The different answers to items (o, m) of rows that count (m,)."""
    found = [_distinct(own, used) for own in values]
    return AnswerSets(tuple(whole for whole, _ in found), tuple(broken for _, broken in found))


def merged(left: AnswerSets, right: AnswerSets) -> AnswerSets:
    """The different answers of two batches."""
    whole = tuple(_some(a | b) for a, b in zip(left.whole, right.whole, strict=True))
    pairs = zip(left.broken, right.broken, strict=True)
    return AnswerSets(whole, tuple(min((x for x in pair if x is not None), default=None) for pair in pairs))


def _distinct(values: FloatArray, used: BoolArray) -> tuple[frozenset[float], float | None]:
    """Different whole numbers among the used answers, and the lowest with decimals."""
    values = values[used]
    values = values[~np.isnan(values)]
    if not values.size:
        return frozenset(), None
    low, high = values.min(), values.max()
    if high - low < _COUNTED and low == np.floor(low):
        steps = (values - low).astype(np.intp)
        if (steps == values - low).all():
            return _some(frozenset((np.flatnonzero(np.bincount(steps)) + low).tolist())), None
    different = np.unique(values)
    broken = different[different != np.floor(different)]
    return _some(frozenset(np.setdiff1d(different, broken).tolist())), float(broken[0]) if broken.size else None


def _some(values: frozenset[float]) -> frozenset[float]:
    """No more values than it takes to see that there are too many."""
    return values if len(values) <= MOST_ANSWERS + 1 else frozenset(sorted(values)[: MOST_ANSWERS + 1])


def checked_answers(found: AnswerSets, items: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """The different answers to each ordered item in rising order; refuses items that are not ordered answers."""
    for item, whole, broken in zip(items, found.whole, found.broken, strict=True):
        if broken is not None:
            raise DataError(f"The ordered item {shown(item)} has answers with decimals, such as {broken:g}; ordered "
                            "answers are whole numbers. Leave it out of ordered= to treat it as numeric.")  # fmt: skip
        if len(whole) > MOST_ANSWERS:
            raise DataError(f"The ordered item {shown(item)} has more than {MOST_ANSWERS} different answers; leave it "
                            "out of ordered= to treat it as numeric.")  # fmt: skip
        if len(whole) == 1:
            raise DataError(f"The ordered item {shown(item)} has one answer, {next(iter(whole)):g}, in all rows that "
                            "are used; an item without variation has no thresholds. Leave it out.")  # fmt: skip
    return tuple(tuple(sorted(whole)) for whole in found.whole)


def refuse_lacking(
    margins: FloatArray, items: Sequence[str], answers: Sequence[Sequence[float]], groups: Sequence[object]
) -> None:
    """Refuse an answer that a group lacks, by the margins (G, p, m) of the groups; names all items with one."""
    found = [
        (group, item, [f"{answer:g}" for answer, part in zip(own, share, strict=False) if part == 0])
        for group, shares in zip(groups, margins, strict=True)
        for item, own, share in zip(items, answers, shares, strict=True)
    ]
    lacking = [one for one in found if one[2]]
    if not lacking:
        return
    group, item, codes = lacking[0]
    others = dict.fromkeys(other for _, other, _ in lacking if other != item)
    more = f" Groups lack answers to {listed(others)} too." if others else ""
    raise DataError(f"Nobody in group {shown(group)} gave the answer {', '.join(codes)} to the ordered item "
                    f"{shown(item)}, which other groups gave: its thresholds cannot be compared. Join it with a "
                    f"neighbouring answer.{more}")  # fmt: skip
