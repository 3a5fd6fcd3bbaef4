"""Free parameters of one group, and those that groups share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The q free parameters as those of each of G groups, n at most, and the k that several groups share.

    Attributes
    ----------
    q
        Number of parameters.
    own
        Parameters of each group alone, (G, n); q where a group has fewer.
    shared
        Parameters of several groups, (k,).
    filled
        Where ``own`` holds a parameter, (G, n).
    whole, full
        Whether there is one group, whose parameters are all in their order, and whether no group has fewer than n.
    """

    q: int
    own: IntArray
    shared: IntArray
    filled: BoolArray
    whole: bool
    full: bool

    @classmethod
    def of(cls, q: int, parameter: IntArray, group: IntArray, groups: int) -> Partition:
        """Divide the parameters by the groups of the rows that they occur in."""
        first, last = np.full(q, groups), np.full(q, -1)
        np.minimum.at(first, parameter, group)
        np.maximum.at(last, parameter, group)
        shared = np.flatnonzero(first != last)
        alone = np.flatnonzero(first == last)
        count = np.bincount(first[alone], minlength=groups)
        own = np.full((groups, int(count.max(initial=0))), q, dtype=np.intp)
        order = alone[np.argsort(first[alone], kind="stable")]
        filled = np.arange(own.shape[1]) < count[:, None]
        own[filled] = order
        return cls(q, own, shared, filled, groups == 1, bool(filled.all()))

    @property
    def columns(self) -> IntArray:
        """Parameters that each group depends on: its own, then the shared ones, (G, n + k); q where there are fewer."""
        shared = np.broadcast_to(self.shared, (len(self.own), len(self.shared)))
        return np.concatenate([self.own, shared], axis=1)

    def directions(self) -> FloatArray:
        """Steps (n + k, q) along one parameter of every group at once, then along each shared one."""
        steps = np.zeros((self.columns.shape[1], self.q + 1))
        steps[np.arange(len(steps))[:, None], self.columns.T] = 1.0
        return steps[:, : self.q]

    def spread(self, values: FloatArray) -> FloatArray:
        """Values (..., q) of the parameters of each group, (..., G, n + k), zero where a group has fewer."""
        if self.whole:
            return values[..., None, :]
        longer = np.concatenate([values, np.zeros((*values.shape[:-1], 1), dtype=values.dtype)], axis=-1)
        return longer.take(self.columns, axis=-1)

    def gathered(self, values: FloatArray) -> FloatArray:
        """Sums (..., q) over the groups of values (..., G, n + k) by their parameters."""
        if self.whole:
            return values[..., 0, :]
        n = self.own.shape[1]
        total = np.zeros((*values.shape[:-2], self.q + 1), dtype=values.dtype)
        total[..., self.own] = values[..., :n]
        total[..., self.shared] = values[..., n:].sum(axis=-2)
        return total[..., : self.q]

    def of_group(self, values: FloatArray, group: int) -> FloatArray:
        """Values (q, ...) of all parameters from those of a group (n + k, ...), zero for the others."""
        if self.whole:
            return values
        every = np.zeros((self.q + 1, *values.shape[1:]), dtype=values.dtype)
        every[self.columns[group]] = values
        return every[:-1]

    def compact(self, slopes: csr_array, group: IntArray) -> FloatArray:
        """Rows (R, q), each of a group, by the parameters that the group depends on, (R, n + k)."""
        if self.whole:
            return np.asarray(slopes.toarray())
        terms = slopes.tocoo()
        row, parameter = terms.coords
        found = np.zeros((len(group), self.columns.shape[1]))
        found[row, self._places()[parameter]] = terms.data
        return found

    def expanded(self, slopes: FloatArray, group: IntArray) -> csr_array:
        """The same rows by all parameters, (R, q), from (R, n + k)."""
        if self.whole:
            # Zeros are kept: to look for them takes longer than all that is done with the rows.
            count, width = slopes.shape
            every = np.tile(np.arange(width), count)
            return csr_array((slopes.ravel(), every, width * np.arange(count + 1)), shape=slopes.shape)
        columns = self.columns[group]
        there = (columns < self.q) & (slopes != 0)
        row = np.repeat(np.arange(len(group)), there.sum(axis=1))
        return csr_array((slopes[there], (row, columns[there])), shape=(len(group), self.q))

    def _places(self) -> IntArray:
        """Where each parameter stands in the columns of its groups, (q + 1,)."""
        places = np.zeros(self.q + 1, dtype=np.intp)
        places[self.own] = np.arange(self.own.shape[1])
        places[self.shared] = self.own.shape[1] + np.arange(len(self.shared))
        return places
