"""Ordered answers drawn from a model: normal latent responses cut at thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray
from csisem.errors import OptionError
from csisem.fit.bootstrap.ordered_replicates import OrderedReplicates, tabulated_replicates
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.inference.resample import ReplicateBlock
from csisem.moments.ordered.replicate_tables import CountSums

# Most zeros and ones of answers held at a time.
_AT_ONCE = 8_000_000
# Most answers held at a time.
_NUMBERS = 4_000_000

Codes = NDArray[np.int8]
"""Categories (R, n, p) of a group's rows in R samples, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedAnswers:
    """Samples of G groups of ``n`` (G,) rows.

    Attributes
    ----------
    thresholds, item
        Thresholds (G, T) and the item of each, (T,).
    correlations
        Of the latent responses, (G, p, p).
    n
        Rows of each group, (G,).
    answers
        Different answers to the items.
    """

    thresholds: FloatArray
    item: IntArray
    correlations: FloatArray
    n: IntArray
    answers: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, solution: OrderedSolution, under: OrderedSolution) -> SimulatedAnswers:
        """Samples from the model of ``under``, as many rows as ``solution`` has, its items in the same order."""
        order = np.array([under.first.items.index(name) for name in solution.first.items], dtype=np.intp)
        vector = under.objective.vector
        count = int(vector.ends[0])
        cut, item = under.implied_vector[:, :count], under.first.threshold_items
        places = np.concatenate([np.flatnonzero(item == i) for i in order])
        p = len(order)
        row, col = vector.products
        correlations = np.tile(np.eye(p), (len(cut), 1, 1))
        correlations[:, row, col] = correlations[:, col, row] = under.implied_vector[:, count:]
        if not (np.linalg.eigvalsh(correlations) > 0).all():
            raise OptionError("method='parametric' draws from the correlations that the model implies, and they are "
                              "not positive definite.")  # fmt: skip
        correlations = correlations[:, order[:, None], order]
        first = solution.first
        return cls(cut[:, places], first.threshold_items, correlations, first.n, first.answers)

    def parts(self, block: ReplicateBlock) -> Iterator[tuple[Codes, ...]]:
        """Categories of a block of samples, by group, some samples after others where they are large."""
        random = np.random.default_rng(block.seed)
        roots = np.linalg.cholesky(self.correlations)
        step = max(1, _NUMBERS // (int(self.n.max()) * roots.shape[-1]))
        for first in range(0, block.count, step):
            count = min(step, block.count - first)
            yield tuple(self._codes(random, count, group, root) for group, root in enumerate(roots))

    def _codes(self, random: np.random.Generator, count: int, group: int, root: FloatArray) -> Codes:
        z = random.standard_normal((count * int(self.n[group]), len(root))) @ root.T
        codes = np.zeros(z.shape, dtype=np.int8)
        for cut, item in zip(self.thresholds[group], self.item, strict=True):
            codes[:, item] += z[:, item] > cut
        return codes.reshape(count, int(self.n[group]), -1)

    def counted(self, codes: tuple[Codes, ...]) -> CountSums:
        """Counts of pairs of answers."""
        tables = np.stack([_counted(own, [len(known) for known in self.answers]) for own in codes], axis=1)
        rows = np.tile(self.n.astype(np.float64), (len(tables), 1))
        return CountSums(tables, None, rows, rows)

    def moments(self, block: ReplicateBlock) -> OrderedReplicates:
        """Moments of a block of samples."""
        parts = [self.counted(codes) for codes in self.parts(block)]
        counts, rows = (np.concatenate([getattr(part, name) for part in parts]) for name in ("counts", "rows"))
        return tabulated_replicates(CountSums(counts, None, rows, rows), self.answers, self.correlations)[0]


def _counted(codes: Codes, counts: list[int]) -> FloatArray:
    """Counts (R, K, K) of pairs of answers in one group."""
    replicates, n = codes.shape[:2]
    edge = np.cumsum([0, *counts])
    tables = np.empty((replicates, edge[-1], edge[-1]))
    step = max(1, _AT_ONCE // (n * int(edge[-1])))
    for first in range(0, replicates, step):
        some = codes[first : first + step]
        hot = np.empty((len(some), edge[-1], n), dtype=np.float32)
        for item, count in enumerate(counts):
            np.equal(some[:, None, :, item], np.arange(count)[:, None], out=hot[:, edge[item] : edge[item + 1]])
        tables[first : first + step] = hot @ hot.mT
    return tables
