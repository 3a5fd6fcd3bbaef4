"""Weighted least squares of thresholds, means, slopes and covariances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import (
    Point,
    ScaledMoments,
    Slopes,
    collect_square,
    slopes,
    weighted_sum,
)
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.ordered.response_derivatives import curvature, part_derivatives, response_derivatives
from csisem.covariance.ordered.response_moments import (
    MomentVector,
    Pull,
    entry_gradient,
    pulled,
)
from csisem.covariance.vech import weighed

# Small enough that its square vanishes against 1.
_STEP = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class OrderedPoint(Point):
    """The discrepancy at one parameter vector per sample.

    Attributes
    ----------
    pull
        Derivatives of ``v'm``, v the weighted residuals.
    weighted
        v, (R, G, s).
    """

    pull: Pull
    weighted: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OrderedQuadratic:
    """``r'V r`` with the residuals r of the moments of ordered and numeric items (Muthen 1984).

    V is the inverse of the moments' covariance, the inverse of its diagonal, or the identity.

    Attributes
    ----------
    structure
        The model.
    sample
        Means and covariances of latent responses and numeric variables, for starting values, and shares of the groups.
    moments
        The sample's vectors, (R, G, s).
    weight
        V, (R, G, s, s), or its diagonal (R, G, s); the first axis is 1 where samples share it.
    """

    structure: Structure
    sample: ScaledMoments
    moments: FloatArray
    weight: FloatArray

    def take(self, members: IntArray) -> Self:
        weight = self.weight if len(self.weight) == 1 else self.weight[members]
        structure, sample = self.structure.take(members), self.sample.take(members)
        return replace(self, structure=structure, sample=sample, moments=self.moments[members], weight=weight)

    def of(self, structure: Structure) -> Self:
        return replace(self, structure=structure)

    def marginals(self) -> tuple[FloatArray, FloatArray]:
        return self.sample.marginals()

    @property
    def vector(self) -> MomentVector:
        """Places of the moments."""
        if self.structure.responses is None:
            raise TypeError("the model has no ordered items")
        return MomentVector(self.structure.responses)

    def at(self, theta: FloatArray) -> OrderedPoint:
        vector = self.vector
        matrices = self.structure.matrices(theta)
        moments = implied(vector.responses.conditional(matrices))
        residual = self.moments - vector.of(moments)
        weighted = weighed(self.weight, residual[..., None])[..., 0]
        value = weighted_sum(self.sample.share, (residual * weighted).sum(axis=-1) / 2)
        pull = pulled(vector, moments, weighted)
        white = np.broadcast_to(self.structure.unit, moments.cov.shape)
        return OrderedPoint(theta, value, matrices, moments, white, -pull.cov, pull.mean, pull, weighted)

    def turned(self, point: Point, mean: FloatArray, cov: FloatArray) -> OrderedPoint:
        """The point as if its moments lay those of means and covariances above the sample's, scales as they are."""
        own, vector = _ordered(point), self.vector
        weighted = -weighed(self.weight, vector.moved(point.moments, mean, cov)[..., None])[..., 0]
        pull = pulled(vector, point.moments, weighted)
        return replace(own, away=-pull.cov, distance=pull.mean, pull=pull, weighted=weighted)

    def slopes(self, point: Point) -> Slopes:
        pull = _ordered(point).pull
        return slopes(
            self.structure,
            self.sample,
            point,
            lambda stack: -entry_gradient(self.structure, point.moments, pull, stack),
        )

    def expected(self, point: Point, slope: Slopes) -> GroupedMatrix:
        by = part_derivatives(self.vector, self.structure, point, slope)
        moved = response_derivatives(self.vector, point, by)
        return collect_square(self.structure, self.sample, moved.mT @ weighed(self.weight, moved))

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        """Exact second derivatives; by complex steps of the gradient where predictors have variances that follow."""
        own, vector = _ordered(point), self.vector
        if vector.responses.predicting:
            return self._stepped(own)
        by = part_derivatives(vector, self.structure, point, slope)
        moved = response_derivatives(vector, point, by)
        square = moved.mT @ weighed(self.weight, moved)
        square = square + curvature(vector, self.structure, point, slope, by, own.pull, own.weighted)
        return collect_square(self.structure, self.sample, square)

    def _stepped(self, point: OrderedPoint) -> GroupedMatrix:
        """Second derivatives by complex steps along one parameter of every group at once."""
        partition = self.structure.partition
        steps, count = partition.directions(), len(point.theta)
        theta = point.theta[:, None, :] + 1j * _STEP * steps
        many = self.take(np.repeat(np.arange(count), len(steps)))
        gradient = many.slopes(many.at(theta.reshape(-1, theta.shape[-1]))).gradient.imag / _STEP
        moved = np.zeros((count, len(steps), partition.q + 1))
        moved[..., :-1] = gradient.reshape(count, len(steps), -1)
        return GroupedMatrix.of(partition, _blocks(moved, partition.columns, partition.own.shape[1]))


def _ordered(point: Point) -> OrderedPoint:
    if not isinstance(point, OrderedPoint):
        raise TypeError("the point is not one of ordered items")
    return point


def _blocks(moved: FloatArray, columns: IntArray, own: int) -> FloatArray:
    """Blocks (R, G, n + k, n + k) from derivatives (R, n + k, q) of the gradient; those of shared ones occur once."""
    # Steps along the shared parameters tell of every group's own; those along a group's own of this group alone.
    found = np.moveaxis(moved[..., columns], 1, 2)
    found[..., :own, own:] = np.swapaxes(found[..., own:, :own], -1, -2)
    found[:, 1:, own:, own:] = 0.0
    return found
