"""Refusal codes that nobody declared, by the distances between answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import LARGEST_COUNT, FloatArray, IntArray

# Numbers that questionnaires use for refusals: 8 and 9, 88, 97 to 99 and so on, and the same below zero.
_NEAR = (6, 7, 8, 9)
_HIGH = (66, 77, 88, *range(95, 100))
_LONG = tuple(
    int(f"{'9' * (digits - 1)}{last}") for digits in range(3, 8) for last in range(4, 10)
) + tuple(int(figure * digits) for digits in range(3, 8) for figure in "678")  # fmt: skip
ABOVE = frozenset(map(float, (*_NEAR, *_HIGH, *_LONG)))
BELOW = frozenset(-float(code) for code in (*range(1, 10), *_HIGH, *_LONG))

MOST_CODES = 6
"""Distinct codes looked for at each end of an item."""

LEAST_ANSWERS = 10
"""Answers other than codes below which nothing can be said of their range."""

# ... and below which a gap of a few places is chance.
_LEAST_FOR_NEAR = 30

# Categories of a rating scale reach no further; wider answers are counts, ages, amounts.
_RATING = 10.0
# Expected answers in the empty places between a code and the other answers, if all were answers: exp(-6) = 0.0025.
_EXPECTED = 6.0
# Widest range of whole numbers that is counted place by place; a wider one is sorted.
_PLACES = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Distinct answers (k,) ascending, how often each was given (k,), and whether all are whole numbers."""

    values: FloatArray
    counts: IntArray
    whole: bool

    @property
    def n(self) -> int:
        """Number of answers."""
        return int(self.counts.sum())

    def without(self, below: int, above: int) -> Tally:
        """Return the tally without its lowest and highest values."""
        inside = slice(below, len(self.values) - above)
        return Tally(self.values[inside], self.counts[inside], self.whole)


Ends: TypeAlias = tuple[int, int]
"""How many of the lowest and of the highest distinct values are codes."""


def tally_of(answers: NDArray[np.generic]) -> Tally | None:
    """Count the distinct answers (n,); None without answers, or where neither end can be a code.

    Whole numbers are counted in one pass, and only if their ends leave room for a code; other answers are sorted, and
    only if their lowest or highest is a known code.
    """
    if answers.dtype.kind == "b" or not answers.size:
        return None
    if answers.dtype.kind == "f":
        low, high = float(np.fmin.reduce(answers)), float(np.fmax.reduce(answers))
    else:
        low, high = float(answers.min()), float(answers.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    if low >= 1 and high <= _RATING and high not in _NEAR:
        # A scale that ends at 5 or 10: no number among its answers is a code, and these need not be counted.
        return Tally(np.array([low, high]), np.array([1, 1]), whole=True)
    # A sum is nan where an answer is; infinite ones are gone.
    blank = answers.dtype.kind == "f" and np.isnan(answers.sum())
    finite = answers[~np.isnan(answers)] if blank else answers
    places = finite.astype(np.int64) if max(abs(low), abs(high)) < LARGEST_COUNT else None
    whole = places is not None and (finite.dtype.kind != "f" or bool((places == finite).all()))
    if whole and places is not None and high - low <= _PLACES:
        counts = np.bincount(places - int(low))
        present = np.flatnonzero(counts)
        return Tally((present + low).astype(np.float64), counts[present], whole=True)
    if high not in ABOVE and low not in BELOW:
        return None
    values, counts = np.unique(finite, return_counts=True)
    return Tally(values.astype(np.float64), counts, whole)


def isolated(tally: Tally) -> Ends:
    """Return how many of the lowest and highest values are isolated codes; the most that the rules allow.

    A rule compares the distance of a code from the other answers with their range, and how often the code occurs with
    how often answers so far out would leave all places between empty.
    """
    values = tally.values
    if len(values) < 3 or (tally.whole and values[0] >= 0 and np.diff(values).max() <= 1):
        return 0, 0
    most = min(MOST_CODES, len(values) - 2)
    lowest = next((b for b in range(most) if values[b] not in BELOW), most)
    found = [
        (below, above)
        for below in range(lowest + 1)
        for above in range(most + 1)
        if (below or above) and len(values) - below - above >= 2 and _are_codes(tally, below, above)
    ]
    return max(found, key=sum, default=(0, 0))


def _are_codes(tally: Tally, below: int, above: int) -> bool:
    core = tally.without(below, above)
    n = core.n
    if n < LEAST_ANSWERS:
        return False
    near = above > 0 and tally.values[-above] < _HIGH[0]
    if tally.n - n > n and (
        near or n < _LEAST_FOR_NEAR or not core.whole or core.values[-1] - core.values[0] > _RATING
    ):
        # Of most rows only codes far off a rating can be taken for "not asked".
        return False
    return (not below or _codes_below(tally, core, below)) and (not above or _codes_above(tally, core, above))


def _codes_above(tally: Tally, core: Tally, above: int) -> bool:
    """Whether the highest values are codes beside the other answers ``core``."""
    values, counts = tally.values[-above:], tally.counts[-above:]
    low, high = float(core.values[0]), float(core.values[-1])
    width, gap, nearest = high - low, float(values[0]) - high, int(counts[0])
    rating = core.whole and width <= _RATING
    # Most answers at the lowest values: a count, whose tail is thin and long.
    falling = low == 0 or (len(core.values) > 3 and int(np.argmax(core.counts)) < 2)
    if core.whole and gap <= np.diff(core.values).max():
        return False
    known = ABOVE.issuperset(values.tolist()) and (values[0] != _NEAR[0] or high >= _NEAR[0] - 2)
    if not known:
        few = counts.sum() < core.n / 5 and len(core.values) > 2
        return bool(rating and not falling and few and gap > 2 * width)
    if values[0] >= _HIGH[0] and gap > width and (rating or counts.sum() > 1 or gap > 3 * width):
        return True
    if not core.whole:
        return bool(values[0] > 100 and counts.sum() > 2 and gap > width / 4)
    if (gap - 1) * nearest < _EXPECTED or core.n < _LEAST_FOR_NEAR:
        return False
    return (nearest > 5 or not falling) if rating else nearest > 2 and gap > width / 4


def _codes_below(tally: Tally, core: Tally, below: int) -> bool:
    """Whether the lowest values, all known codes, are codes beside the other answers ``core``."""
    values, counts = tally.values[:below], tally.counts[:below]
    low, high = float(core.values[0]), float(core.values[-1])
    width, gap, nearest = high - low, low - float(values[-1]), int(counts[-1])
    rating = core.whole and width <= _RATING
    if low < 0:
        return values[-1] <= -_HIGH[0] and gap > width and bool(rating or counts.sum() > 1 or gap > 3 * width)
    if values[-1] <= -_HIGH[0]:
        return bool(rating or gap > width or counts.sum() > 1)
    if core.n < _LEAST_FOR_NEAR:
        return False
    if not core.whole:
        return bool(counts.sum() > 2)
    if not rating:
        # More of them are the lower tail, as of temperatures.
        return below <= 3 and gap > 1 and (nearest > 4 or (nearest > 2 and gap > width / 4))
    if gap <= 1:
        # -1 beside answers from 0: a code is more frequent than the thin end of a distribution.
        return width >= 4 and nearest >= _EXPECTED and nearest > 2 * int(core.counts[0]) + 3
    return nearest > 1 or gap > 2
