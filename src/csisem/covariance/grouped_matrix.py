"""Symmetric matrices of parameters, in blocks by group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.cholesky import definite
from csisem.covariance.partition import Partition
from csisem.inference.delta import row_variances

# Smallest eigenvalue of a block, of diagonal one, that is not rounding.
_SINGULAR = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class GroupedMatrix:
    """R symmetric matrices of the free parameters, zero between parameters of different groups.

    Groups of a structure without equalities share no parameter, and the blocks of their own are all there is; what is
    shared borders them. Elimination then costs as much as the groups one by one.

    Attributes
    ----------
    partition
        Which parameters are whose.
    own
        Among the parameters of each group alone, (R, G, n, n); where a group has fewer, the identity, or zero in a
        matrix that is not inverted.
    border
        Between these and the shared ones, (R, G, n, k).
    corner
        Among the shared ones, (R, k, k).
    """

    partition: Partition
    own: FloatArray
    border: FloatArray
    corner: FloatArray

    @classmethod
    def of(cls, partition: Partition, blocks: FloatArray, padding: float = 1.0) -> GroupedMatrix:
        """Sum blocks (R, G, n + k, n + k) among the parameters that each group depends on."""
        n = partition.own.shape[1]
        own = blocks[..., :n, :n]
        if not partition.full:
            own = own + padding * np.eye(n) * ~partition.filled[:, None, :]
        corner = blocks[..., n:, n:].sum(axis=-3) if partition.shared.size else blocks[:, 0, n:, n:]
        return cls(partition, own, blocks[..., :n, n:], corner)

    @classmethod
    def whole(cls, matrix: FloatArray) -> GroupedMatrix:
        """One matrix (q, q) in one block."""
        q = len(matrix)
        partition = Partition(q, np.arange(q)[None], np.arange(0), np.ones((1, q), dtype=bool), True, True)
        return cls.of(partition, matrix[None, None])

    @property
    def diagonal(self) -> FloatArray:
        """The diagonals (R, q)."""
        own = self.own.diagonal(0, -2, -1)
        return own[:, 0] if self.partition.whole else self.joined(own, np.linalg.diagonal(self.corner))

    def scaled(self, scale: FloatArray) -> GroupedMatrix:
        """Divide rows and columns by ``scale`` (R, q)."""
        own, shared = self.parts(scale, 1.0)
        alone = self.own / (own[..., :, None] * own[..., None, :])
        if not shared.size:
            return GroupedMatrix(self.partition, alone, self.border, self.corner)
        return GroupedMatrix(
            self.partition,
            alone,
            self.border / (own[..., :, None] * shared[..., None, None, :]),
            self.corner / (shared[..., :, None] * shared[..., None, :]),
        )

    def raised(self, amount: FloatArray) -> GroupedMatrix:
        """Add an amount (R,) to the diagonals."""
        own, corner = self.own.copy(), self.corner
        diagonals = own.reshape(*own.shape[:2], -1)[..., :: own.shape[-1] + 1]
        diagonals += amount[:, None, None] * self.partition.filled
        if corner.size:
            corner = corner + amount[:, None, None] * np.eye(corner.shape[-1])
        return GroupedMatrix(self.partition, own, self.border, corner)

    def where(self, chosen: BoolArray, other: GroupedMatrix) -> GroupedMatrix:
        """Matrices ``chosen`` (R,) of these, the others of another."""
        block, corner = chosen[:, None, None, None], chosen[:, None, None]
        return GroupedMatrix(
            self.partition,
            np.where(block, self.own, other.own),
            np.where(block, self.border, other.border),
            np.where(corner, self.corner, other.corner),
        )

    def definite(self, least: float) -> BoolArray:
        """Which of the matrices are positive definite, (R,), with eigenvalues above ``least`` if some are not."""
        found = np.asarray(definite(self.own, least).all(axis=-1))
        if not self.partition.shared.size or not found.any():
            return found
        try:
            found[found] = definite(self._take(found).eliminated()[1], least)
        except np.linalg.LinAlgError:
            # Rounding may leave a Cholesky factor of a block whose last pivot is 0 by Gauss's elimination.
            found &= (np.linalg.eigvalsh(self.own)[..., 0] > max(least, _SINGULAR)).all(axis=-1)
            if found.any():
                found[found] = definite(self._take(found).eliminated()[1], least)
        return found

    def solve(self, vectors: FloatArray) -> FloatArray:
        """Solutions x (R, q) of ``matrix @ x = vectors``, (R, q)."""
        own, shared = self.parts(vectors)
        if not self.partition.shared.size:
            return self.joined(np.asarray(np.linalg.solve(self.own, own[..., None])[..., 0], dtype=np.float64), shared)
        both = np.linalg.solve(self.own, np.concatenate([self.border, own[..., None]], axis=-1))
        pulled, alone = both[..., :-1], both[..., -1]
        left = shared - (self.border.mT @ alone[..., None]).sum(axis=-3)[..., 0]
        found = np.linalg.solve(self._complement(pulled), left[..., None])
        return self.joined(alone - (pulled @ found[:, None])[..., 0], found[..., 0])

    def eliminated(self) -> tuple[FloatArray, FloatArray]:
        """P, the own blocks' inverses times the border (R, G, n, k), and the Schur complement of the corner."""
        pulled = np.asarray(np.linalg.solve(self.own, self.border), dtype=np.float64)
        return pulled, self._complement(pulled)

    def inverse(self) -> GroupedCovariance:
        """The inverse of a single definite matrix, divided by its diagonal first (see `symmetric_inverse`)."""
        scale = np.sqrt(np.maximum(self.diagonal, 1e-300))
        return self.scaled(scale).inverse_before(scale)

    def inverse_before(self, scale: FloatArray) -> GroupedCovariance:
        """The inverse of the single matrix that became this one when it was divided by ``scale`` (1, q)."""
        own, shared = (part[0] for part in self.parts(scale, 1.0))
        alone = np.linalg.inv(self.own[0]) / (own[:, :, None] * own[:, None, :])
        if not shared.size:
            return GroupedCovariance(self.partition, alone, self.border[0], self.corner[0], self.corner[0])
        pulled, complement = self.eliminated()
        return GroupedCovariance(
            self.partition,
            alone,
            -pulled[0] * (shared / own[:, :, None]),
            np.eye(len(shared)),
            np.linalg.inv(complement[0]) / (shared[:, None] * shared),
        )

    def flattest(self, least: float) -> FloatArray:
        """The direction (q,) of the first matrix's smallest eigenvalue, or one with an eigenvalue below ``least``."""
        values, vectors = np.linalg.eigh(self.own[0])
        if not self.partition.shared.size or (values.size and values[:, 0].min() < least):
            group = int(values[:, 0].argmin())
            own = np.zeros(self.own.shape[1:3])
            own[group] = vectors[group, :, 0]
            return self._alone(own, np.zeros(self.partition.shared.size))
        pulled, complement = self.eliminated()
        shared = np.linalg.eigh(complement[0])[1][:, 0]
        return self._alone(-(pulled[0] @ shared), shared)

    def _alone(self, own: FloatArray, shared: FloatArray) -> FloatArray:
        joined: FloatArray = self.joined(own[None], shared[None])[0]
        return joined

    def dense(self) -> FloatArray:
        """The matrices whole, (R, q, q)."""
        own, shared = self.partition.own, self.partition.shared
        whole = np.zeros((len(self.own), self.partition.q + 1, self.partition.q + 1))
        for g, places in enumerate(own):
            whole[:, places[:, None], places] = self.own[:, g]
            whole[:, places[:, None], shared] = self.border[:, g]
            whole[:, shared[:, None], places] = self.border[:, g].mT
        whole[:, shared[:, None], shared] = self.corner
        return whole[:, :-1, :-1]

    def parts(self, values: FloatArray, empty: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Values (R, q) of each group's own parameters (R, G, n), ``empty`` where it has fewer, and of the shared."""
        if self.partition.whole:
            return values[:, None, :], values[:, :0]
        longer = np.concatenate([values, np.full((len(values), 1), empty)], axis=1)
        return longer.take(self.partition.own, axis=1), longer.take(self.partition.shared, axis=1)

    def joined(self, own: FloatArray, shared: FloatArray) -> FloatArray:
        """Values (R, q) from those of each group's own parameters (R, G, n) and of the shared ones (R, k)."""
        if self.partition.whole:
            alone: FloatArray = own[:, 0]
            return alone
        whole = np.empty((len(own), self.partition.q + 1))
        whole[:, self.partition.own], whole[:, self.partition.shared] = own, shared
        return whole[:, :-1]

    def _complement(self, pulled: FloatArray) -> FloatArray:
        return np.asarray(self.corner - (self.border.mT @ pulled).sum(axis=-3))

    def _take(self, chosen: BoolArray) -> GroupedMatrix:
        return GroupedMatrix(self.partition, self.own[chosen], self.border[chosen], self.corner[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class GroupedCovariance:
    """Covariance matrix of the free parameters of groups: blocks of each group, and what all owe to a few quantities.

    The matrix is ``D + F C F'`` with D zero between groups.

    Attributes
    ----------
    partition
        Which parameters are whose.
    alone
        D among each group's own parameters, (G, n, n); it is zero among the shared ones.
    own, shared
        F of each group's own parameters (G, n, r) and of the shared ones (k, r).
    core
        C, (r, r).
    """

    partition: Partition
    alone: FloatArray
    own: FloatArray
    shared: FloatArray
    core: FloatArray

    def times(self, factor: float) -> GroupedCovariance:
        """The matrix multiplied by a number."""
        return replace(self, alone=self.alone * factor, core=self.core * factor)

    def sandwich(self, meat: GroupedMatrix) -> GroupedCovariance:
        """Multiply a single matrix on both sides by this one, the inverse of another."""
        owed, total = self._owed(meat)
        k = len(self.shared)
        own = np.concatenate([self.own, self.alone @ owed], axis=-1)
        shared = np.concatenate([self.shared, np.zeros((k, k))], axis=-1)
        core = np.block([[self.core @ total @ self.core, self.core], [self.core, np.zeros((k, k))]])
        return GroupedCovariance(self.partition, self.alone @ meat.own[0] @ self.alone, own, shared, core)

    def trace(self, other: GroupedMatrix) -> float:
        """Trace of the product of this matrix, an inverse, with another."""
        alone = np.where(self.partition.filled[:, :, None], self.alone, 0.0)
        return float((alone * other.own[0]).sum() + np.trace(self.core @ self._owed(other)[1]))

    def _owed(self, meat: GroupedMatrix) -> tuple[FloatArray, FloatArray]:
        """Products of the own parameters' scores with those that F makes of all (G, n, r), and of the latter (r, r)."""
        own, border = meat.own[0], meat.border[0]
        owed = own @ self.own + border @ self.shared
        across = self.own.mT @ border @ self.shared
        total = (self.own.mT @ own @ self.own + across + across.mT).sum(axis=0)
        return owed, total + self.shared.T @ meat.corner[0] @ self.shared

    def of_groups(self) -> FloatArray:
        """Covariances among the parameters that each group depends on (`Partition.columns`), (G, n + k, n + k)."""
        groups, n = self.partition.own.shape
        shared = np.broadcast_to(self.shared, (groups, *self.shared.shape))
        follow = np.concatenate([self.own, shared], axis=1)
        found: FloatArray = follow @ self.core @ follow.mT
        found[:, :n, :n] += self.alone
        return found

    def variances(self, slopes: csr_array) -> FloatArray:
        """Variances (R,) of linear combinations of the parameters with sparse coefficients (R, q)."""
        partition = self.partition
        if partition.whole:
            return row_variances(slopes, self.alone[0])
        places, follow = self._follow()
        filled = partition.filled[:, :, None] & partition.filled[:, None, :]
        row = np.broadcast_to(partition.own[:, :, None], filled.shape)[filled]
        column = np.broadcast_to(partition.own[:, None, :], filled.shape)[filled]
        alone = csr_array((self.alone[filled], (row, column)), shape=(partition.q, partition.q))
        owed = slopes[:, places] @ follow
        found: FloatArray = slopes.multiply(slopes @ alone).sum(axis=1) + ((owed @ self.core) * owed).sum(axis=1)
        return found

    def _follow(self) -> tuple[IntArray, FloatArray]:
        """Parameters in another order, and F in that order, (q, r)."""
        partition = self.partition
        follow = np.concatenate([self.own[partition.filled], self.shared])
        return np.append(partition.own[partition.filled], partition.shared), follow

    def dense(self) -> FloatArray:
        """The matrix whole, (q, q)."""
        partition = self.partition
        whole = np.zeros((partition.q + 1, partition.q + 1))
        places, follow = self._follow()
        whole[places[:, None], places] = follow @ self.core @ follow.T
        for g, own in enumerate(partition.own):
            whole[own[:, None], own] += self.alone[g]
        return whole[:-1, :-1]
