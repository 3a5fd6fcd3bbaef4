"""Covariances of statistics of domains, from influence values or replicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.inference.design_variance import Linearisation, variance, variances
from csisem.inference.replicate_variance import ReplicateRule

# Most array entries for the totals of some domains at a time.
_CELLS = 20_000_000


class Covariance(Protocol):
    """Covariance of k statistics in each of D domains."""

    def variances(self) -> FloatArray:
        """The diagonal, (D k,)."""

    def matrix(self) -> FloatArray:
        """The whole, (D k, D k)."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitCovariance:
    """Covariance under a design, from the totals of F sampling units and, where rows are units, their squares.

    The influence of a unit on domain d is ``L_d`` times its scores, plus its own part where it has rows in d.

    Attributes
    ----------
    design
        Rule by which totals give variances.
    rows
        Covariance from the squares of rows; None where only totals count.
    left, scores
        L (D k, q) and totals of scores (F, q); None where domains share no estimated parameters.
    own, unit, domain
        Own influence (N, k) of N pairs of a unit and a domain, each (N,).
    domains
        Number D of domains.
    """

    design: Linearisation
    rows: Covariance | None
    left: FloatArray
    scores: FloatArray | None
    own: FloatArray
    unit: IntArray
    domain: IntArray
    domains: int

    def variances(self) -> FloatArray:
        step = max(1, _CELLS // max(1, self.design.count * self.own.shape[1]))
        starts = range(0, self.domains, step)
        between: FloatArray = np.concatenate([variances(self.design, self._totals(start, step)) for start in starts])
        return between if self.rows is None else between + self.rows.variances()

    def matrix(self) -> FloatArray:
        between = variance(self.design, self._totals(0, self.domains))
        return between if self.rows is None else between + self.rows.matrix()

    def _totals(self, start: int, step: int) -> FloatArray:
        """Totals of the units' influence on ``step`` domains from ``start``, (F, step k)."""
        stop, k = min(start + step, self.domains), self.own.shape[1]
        totals = np.zeros((self.design.count, stop - start, k))
        if self.scores is not None:
            totals += (self.scores @ self.left[start * k : stop * k].T).reshape(totals.shape)
        inside = np.flatnonzero((self.domain >= start) & (self.domain < stop))
        # A unit and a domain occur in one pair only, so that no place is written twice.
        totals[self.unit[inside], self.domain[inside] - start] += self.own[inside]
        return totals.reshape(len(totals), -1)


@dataclass(frozen=True, slots=True, eq=False)
class StackCovariance:
    """Covariance from replicates of the statistics (R, D k) and their values in the sample (D k,)."""

    stack: FloatArray
    whole: FloatArray
    rule: ReplicateRule

    def variances(self) -> FloatArray:
        return self.rule.variances(self.stack, self.whole)

    def matrix(self) -> FloatArray:
        return self.rule.variance(self.stack, self.whole)


@dataclass(frozen=True, slots=True, eq=False)
class JointCovariance:
    """Covariance of k statistics in each of D domains: ``L M L' + L C + C' L'`` plus blocks on the diagonal.

    With thousands of domains the matrix would not fit in memory; the variances do.

    Attributes
    ----------
    left, middle, cross
        L (D k, q), M (q, q) and C (q, D k).
    blocks
        Blocks of the domains, (D, k, k).
    """

    left: FloatArray
    middle: FloatArray
    cross: FloatArray
    blocks: FloatArray

    def variances(self) -> FloatArray:
        shared = ((self.left @ self.middle) * self.left).sum(axis=1) + 2 * (self.left * self.cross.T).sum(axis=1)
        return np.asarray(shared + np.linalg.diagonal(self.blocks).ravel())

    def matrix(self) -> FloatArray:
        mixed = self.left @ self.cross
        whole: FloatArray = self.left @ self.middle @ self.left.T + mixed + mixed.T
        k = self.blocks.shape[-1]
        for d, block in enumerate(self.blocks):
            whole[d * k : (d + 1) * k, d * k : (d + 1) * k] += block
        return whole


def domain_covariance(
    by_parameter: FloatArray,
    by_mean: FloatArray,
    inverse: FloatArray,
    share: FloatArray,
    scores: FloatArray,
    mixed: FloatArray,
    answers: FloatArray,
    weight: float,
) -> JointCovariance:
    """Joint covariance of statistics of D domains that share estimated parameters.

    The influence of row i on the statistics t_d of domain d is
    ``J_d H^-1 s_i + [i in d] C_d (x_i - mean_d) / share_d``; the second part is zero outside the domain. The covariance
    is the sum of products of the weighted influences over the squared sum of weights (Deville 1999, Survey Methodology
    25; subgroups as domains: Sarndal, Swensson and Wretman 1992, chapter 10).

    Parameters
    ----------
    by_parameter
        J, derivatives by the q parameters, (D, k, q).
    by_mean
        C, derivatives by the p means, (D, k, p).
    inverse
        H^-1, inverse information per observation, (q, q).
    share
        Share of each domain in the sum of weights, (D,).
    scores, mixed, answers
        Sums of w^2 s s' (q, q), w^2 s (x - mean)' (D, q, p) and w^2 (x - mean)(x - mean)' (D, p, p).
    weight
        Sum of weights.
    """
    domains, k, _ = by_parameter.shape
    left = (by_parameter @ inverse).reshape(domains * k, -1) / weight
    reach = by_mean / share[:, None, None] / weight
    cross = mixed @ reach.mT
    return JointCovariance(
        left,
        scores,
        np.moveaxis(cross, 0, 1).reshape(left.shape[1], domains * k),
        reach @ answers @ reach.mT,
    )
