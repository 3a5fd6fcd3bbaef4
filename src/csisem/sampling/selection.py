"""Random, systematic and size-proportional selection of units, on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """Drawn units: their positions, ascending, and their probabilities of being drawn, both (m,)."""

    position: IntArray
    probability: FloatArray

    @classmethod
    def of(cls, position: IntArray, probability: FloatArray) -> Selected:
        order = np.argsort(position, kind="stable")
        return cls(position[order], probability[order])


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """U units in G groups, sorted by group: positions (U,), and each group's start and size (G,)."""

    order: IntArray
    start: IntArray
    size: IntArray

    @classmethod
    def of(cls, codes: IntArray, count: int, key: FloatArray | None = None) -> Groups:
        """Sort units by the group they are in (U,), and within it by ``key``, or as they stand."""
        order = np.argsort(codes, kind="stable") if key is None else np.lexsort((key, codes))
        size = np.bincount(codes, minlength=count)
        return cls(order, np.cumsum(size) - size, size)

    def take(self, wanted: IntArray, place: FloatArray | None = None) -> Selected:
        """Return the first ``wanted`` (G,) units of each group, or those at fractional places (sum of wanted,)."""
        group = np.repeat(np.arange(len(wanted)), wanted)
        if place is None:
            place = running(wanted).astype(np.float64)
        position = self.order[self.start[group] + np.minimum(place.astype(np.intp), self.size[group] - 1)]
        return Selected.of(position, wanted[group] / self.size[group])


def running(counts: IntArray) -> IntArray:
    """Return 0, 1, ... within each of G groups of ``counts`` (G,)."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - counts, counts)


def simple(codes: IntArray, wanted: IntArray, rng: np.random.Generator) -> Selected:
    """Simple random sampling of ``wanted`` (G,) units within groups ``codes`` (U,)."""
    return Groups.of(codes, len(wanted), rng.random(len(codes))).take(wanted)


def systematic(codes: IntArray, wanted: IntArray, rng: np.random.Generator) -> Selected:
    """Units at a fixed, possibly fractional, interval in the order in which they stand, from a random start."""
    groups = Groups.of(codes, len(wanted))
    group = np.repeat(np.arange(len(wanted)), wanted)
    interval = groups.size / np.maximum(wanted, 1)
    start = rng.random(len(wanted))
    return groups.take(wanted, (running(wanted) + start[group]) * interval[group])


def proportional_to_size(codes: IntArray, wanted: IntArray, size: FloatArray, rng: np.random.Generator) -> Selected:
    """Systematic sampling with probability proportional to ``size`` (U,), in the order in which units stand.

    Units so large that they would be drawn more than once are drawn with certainty, and the rest among the rest
    (Madow 1949, Annals of Mathematical Statistics 20, 333-354).
    """
    groups = Groups.of(codes, len(wanted))
    starts = rng.random(len(wanted))
    found = []
    for start, count, n, u in zip(groups.start, groups.size, wanted, starts, strict=True):
        units = groups.order[start : start + count]
        probability = inclusion(size[units], int(n))
        # Certain units are struck by every start; what rounding leaves of the sum is not.
        ticks = np.floor(np.cumsum(probability) - u + 1e-12)
        drawn = np.flatnonzero(np.diff(ticks, prepend=np.floor(-u)) > 0)
        found.append(Selected(units[drawn], probability[drawn]))
    return Selected.of(
        np.concatenate([one.position for one in found]), np.concatenate([one.probability for one in found])
    )


def inclusion(size: FloatArray, n: int) -> FloatArray:
    """Probabilities (U,) proportional to size that add up to n, none above 1."""
    probability = np.zeros(len(size))
    certain = np.zeros(len(size), dtype=bool)
    while n:
        rest = size[~certain].sum()
        left = n - np.count_nonzero(certain)
        over = ~certain & (left * size >= rest) if rest else np.zeros(len(size), dtype=bool)
        probability = np.where(certain, 1.0, left * size / rest if rest else 0.0)
        if not over.any():
            break
        certain |= over
    return probability
