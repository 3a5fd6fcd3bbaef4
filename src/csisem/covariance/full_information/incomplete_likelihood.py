"""Objective of full-information maximum likelihood, batched over patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.estimation.discrepancy import Point, ScaledMoments, Slopes, slopes, weighted_sum
from csisem.covariance.estimation.observed_information import chained
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import Structure
from csisem.covariance.vech import lower, quadrangle, triangle


@dataclass(frozen=True, slots=True, eq=False)
class Incomplete:
    """Discrepancy of R samples whose rows fall into P patterns of answered items (Arbuckle 1996).

    An unanswered item is treated as an independent variable with mean 0, variance 1 and value 0: all patterns then have
    matrices of one size, and their factors are computed as one batch.

    Attributes
    ----------
    structure
        The model.
    answered, group
        Which items the rows of each pattern answered (P, p), and the group of each pattern (P,), in order.
    mean, cov
        Moments of the patterns, (R, P, p) and (R, P, p, p), zero where unanswered.
    share
        Share of each pattern in the weight of all rows, (R, P).
    level
        Means (R, G, p) that are used if the model has none.
    """

    structure: Structure
    answered: BoolArray
    group: IntArray
    mean: FloatArray
    cov: FloatArray
    share: FloatArray
    level: FloatArray

    def take(self, members: IntArray) -> Self:
        return replace(
            self,
            structure=self.structure.take(members),
            mean=self.mean[members],
            cov=self.cov[members],
            share=self.share[members],
            level=self.level[members],
        )

    def of(self, structure: Structure) -> Self:
        return replace(self, structure=structure)

    def marginals(self) -> tuple[FloatArray, FloatArray]:
        """Means and variances (R, G, p) of the answers to each item."""
        there = self.answered[None] * self.share[..., None]
        weight = self.total(there)
        mean = self.total(there * self.mean) / weight
        away = self.mean - mean[:, self.group]
        return mean, self.total(there * (np.linalg.diagonal(self.cov) + away**2)) / weight

    def at(self, theta: FloatArray) -> Point:
        """The discrepancy; ``white``, ``away`` and ``distance`` are by pattern, (R, P, ...)."""
        matrices = self.structure.matrices(theta)
        moments = implied(matrices)
        mean = moments.mean if self.structure.meanstructure else self.level
        white, logdet = whiten(moments.cov, self.answered, self.group)
        distance = np.matmul(white, (self.mean - mean[:, self.group])[..., None])[..., 0]
        whitened = white @ self.cov @ white.mT
        whitened = whitened + distance[..., :, None] * distance[..., None, :]
        value = weighted_sum(self.share, (logdet + np.einsum("...ii->...", whitened)) / 2)
        return Point(theta, value, matrices, moments, white, self.structure.unit - whitened, distance)

    def turned(self, point: Point, mean: FloatArray, cov: FloatArray) -> Point:
        white = point.white
        distance = -np.matmul(white, mean[:, self.group, :, None])[..., 0]
        return replace(point, away=white @ cov[:, self.group] @ white.mT, distance=distance)

    def slopes(self, point: Point) -> Slopes:
        return slopes(self.structure, self._sample(point), self.reduced(point))

    def expected(self, point: Point, slope: Slopes) -> GroupedMatrix:
        """Expected second derivatives given the patterns."""
        inverse = self.inverse(point)
        second = quadrangle(triangle(inverse), triangle(inverse), self._per_group())
        mean = self._sum(inverse)
        weight = self._joined(mean, np.zeros((*mean.shape[:-1], second.shape[-1])), second)
        return chained(self.structure, self._sample(point), point, slope, weight, bent=False)

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        weight = self.moment_information(point)
        return chained(self.structure, self._sample(point), point, slope, weight, bent=True)

    def moment_information(self, point: Point) -> FloatArray:
        """Exact second derivatives by the moments of each group, means first, then vech, (R, G, s, s).

        With W = Sigma^-1 and T = S + d d' of a pattern, d = mean - mu, and directions X and Y of Sigma:
        ``tr((2 W T W - W) X W Y)/2`` for Sigma and Sigma, ``x' W X W d`` for mu and Sigma, ``x' W y`` for mu and mu.
        """
        inverse = self.inverse(point)
        white = point.white
        left = triangle(inverse - 2 * (white.mT @ point.away @ white))
        second = quadrangle(left, triangle(inverse), self._per_group())
        level = np.matmul(white.mT, point.distance[..., None])[..., 0]
        return self._joined(self._sum(inverse), mean_by_covariance(inverse, level, self._per_group()), second)

    def _joined(self, mean: FloatArray, mixed: FloatArray, second: FloatArray) -> FloatArray:
        if not self.structure.meanstructure:
            return second
        top = np.concatenate([mean, mixed], axis=-1)
        return np.concatenate([top, np.concatenate([mixed.mT, second], axis=-1)], axis=-2)

    def inverse(self, point: Point) -> FloatArray:
        """Inverses of the patterns' covariances (R, P, p, p), zero where unanswered."""
        return np.asarray(point.white.mT @ point.white)

    def _per_group(self) -> list[tuple[FloatArray, slice]]:
        """Shares (R, patterns of the group) and places of the patterns of each group."""
        edges = np.searchsorted(self.group, np.arange(self.structure.groups + 1))
        places = [slice(a, b) for a, b in pairwise(edges.tolist())]
        return [(self.share[:, place], place) for place in places]

    def total(self, values: FloatArray) -> FloatArray:
        """Sums (R, G, ...) over the patterns of each group of values (R, P, ...) that include the shares."""
        first = np.searchsorted(self.group, np.arange(self.structure.groups))
        return np.asarray(np.add.reduceat(values, first, axis=1))

    def _sum(self, values: FloatArray) -> FloatArray:
        """Sums (R, G, ...) over the patterns of each group of values (R, P, ...) times their shares."""
        flat = values.reshape(*values.shape[:2], -1)
        sums = [np.matmul(share[:, None, :], flat[:, place])[:, 0] for share, place in self._per_group()]
        return np.stack(sums, axis=1).reshape(values.shape[0], -1, *values.shape[2:])

    def reduced(self, point: Point) -> Point:
        """The point with the groups' derivatives by the moments in place of whitened moments.

        The differential of the discrepancy is ``tr(M dSigma)/2 - g'dmu`` with ``M = sum W - W T W`` and
        ``g = sum W d``; `slopes` takes them for those of a model whose covariance is the identity.
        """
        white = point.white
        residual = self._sum(white.mT @ (point.away @ white))
        level = self._sum(np.matmul(white.mT, point.distance[..., None])[..., 0])
        return replace(point, white=np.broadcast_to(self.structure.unit, residual.shape), away=residual, distance=level)

    def _sample(self, point: Point) -> ScaledMoments:
        """Sample for `slopes`; the shares of the groups are in the sums already."""
        groups = (len(point.theta), self.structure.groups)
        return ScaledMoments(self.level, point.moments.cov, np.ones(groups))


def whiten(cov: FloatArray, answered: BoolArray, group: IntArray) -> tuple[FloatArray, FloatArray]:
    """Inverse Cholesky factors (R, P, p, p) of the answered part of covariances (R, G, p, p), and log determinants."""
    both = answered[:, :, None] & answered[:, None, :]
    white, logdet = cholesky(np.where(both, cov[:, group], np.eye(cov.shape[-1])))
    return np.where(answered[:, None, :], white, 0.0), logdet


@dataclass(frozen=True, slots=True, eq=False)
class DomainMeans:
    """Maximum-likelihood means of D domains whose covariances are known.

    Attributes
    ----------
    mean
        Solutions (D, p) of ``sum w W (x - mean) = 0``, with W the inverse covariance of what a row answers; 0 where
        unknown.
    retained
        ``(Sigma H)^-1`` (D, p, p), H the mean of W: times the deviation of a completed row it gives the row's influence
        on the means; the identity if no answer is missing.
    moved
        Derivatives of the means by the lower triangle of Sigma, (D, p, p*).
    unknown
        Items that no row of a domain answered, (D, p); their derivatives are zero.
    """

    mean: FloatArray
    retained: FloatArray
    moved: FloatArray
    unknown: BoolArray


def domain_means(
    answered: BoolArray, domain: IntArray, mean: FloatArray, weight: FloatArray, cov: FloatArray
) -> DomainMeans:
    """Means of domains from the moments of their P patterns (P, ...), given covariances ``cov`` (D, p, p)."""
    first = np.searchsorted(domain, np.arange(len(cov)))
    inverse, total, pulled, unknown = (
        part[0] for part in _pulled(answered, domain, mean[None], weight[None], cov[None])
    )
    share = np.add.reduceat(weight, first)[:, None, None]
    share[share == 0] = 1.0
    estimate: FloatArray = np.linalg.solve(total, pulled[..., None])[..., 0]
    distance = np.matmul(inverse, (mean - estimate[domain])[..., None])[..., 0] * answered
    edges = [*first.tolist(), len(domain)]
    places = [(weight[None, a:b], slice(a, b)) for a, b in pairwise(edges)]
    mixed = mean_by_covariance(inverse[None], distance[None], places)[0]
    retained = np.asarray(np.linalg.inv(cov @ (total / share)), dtype=np.float64)
    return DomainMeans(estimate, retained, np.asarray(-np.linalg.solve(total, mixed), dtype=np.float64), unknown)


def known_means(
    answered: BoolArray, domain: IntArray, mean: FloatArray, weight: FloatArray, cov: FloatArray
) -> FloatArray:
    """The means (R, D, p) of `domain_means` in R samples, from (R, P, p), (R, P) and (R, D, p, p).

    Nan where no row of a domain answered an item.
    """
    _, total, pulled, unknown = _pulled(answered, domain, mean, weight, cov)
    return np.where(unknown, np.nan, np.linalg.solve(total, pulled[..., None])[..., 0])


def _pulled(
    answered: BoolArray, domain: IntArray, mean: FloatArray, weight: FloatArray, cov: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """W of each pattern (R, P, p, p), and sums over domains of ``w W`` (R, D, p, p) and ``w W mean`` (R, D, p).

    Also the items that nobody answered, (R, D, p): the sum of ``w W`` has 1 on their diagonal, so that it can be solved
    for the other items.
    """
    white, _ = whiten(cov, answered, domain)
    inverse = white.mT @ white
    first = np.searchsorted(domain, np.arange(cov.shape[1]))
    total = np.add.reduceat(weight[..., None, None] * inverse, first, axis=1)
    pull = weight[..., None] * np.matmul(inverse, mean[..., None])[..., 0]
    unknown = ~np.logical_or.reduceat((weight[..., None] > 0) & answered, first, axis=1)
    total[unknown[..., None] & np.eye(cov.shape[-1], dtype=bool)] = 1.0
    return inverse, total, np.add.reduceat(pull, first, axis=1), unknown


def mean_by_covariance(
    inverse: FloatArray, level: FloatArray, members: Sequence[tuple[FloatArray, slice]]
) -> FloatArray:
    """Sums over members j of ``w W X u`` (R, G, p, p*) for X the elements of vech, W (R, P, p, p) and u (R, P, p)."""
    p = inverse.shape[-1]
    row, col = lower(p)
    half = np.where(row == col, 0.5, 1.0)
    flat = inverse.reshape(*inverse.shape[:-2], p * p)
    groups = []
    for share, inside in members:
        product = (flat[:, inside] * share[..., None]).mT @ level[:, inside]
        cube = product.reshape(-1, p, p, p)
        groups.append((cube[..., row, col] + cube[..., col, row]) * half)
    return np.stack(groups, axis=1)
