"""Thresholds, means, slopes and correlations of ordered and numeric items."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    from csisem.moments.ordered.gamma import RowInfluence


@dataclass(frozen=True, eq=False)
class OrderedMoments:
    """Moments of p ordered and numeric items of G groups, estimated in two steps (Muthen 1984).

    An ordered item is a normal variable cut at thresholds; without covariates it has mean 0 and variance 1, with
    covariates those are its residual's. The vector of the s moments holds the T thresholds by item, the means of
    numeric items, the slopes on the k covariates by item, and the lower triangle of the covariances by rows, without
    the variances of ordered items.

    Attributes
    ----------
    items, covariates
        Names of the p items and of the k covariates on which they are conditioned.
    answers
        The different answers to each item in rising order, the same in every group; empty for a numeric item.
    n, weight
        Rows used and sum of their sampling weights, (G,).
    thresholds
        (G, T): those of each ordered item, one fewer than its answers, in the order of the items.
    mean, cov
        Means (G, p), 0 for ordered items, and covariances (G, p, p), with divisor n and 1 as the variance of an ordered
        item: polychoric and polyserial correlations, the latter times the standard deviation of the numeric item. With
        covariates they are intercepts and residual covariances.
    slopes
        Of the items on the covariates, (G, p, k).
    covariate_mean, covariate_cov
        Of the covariates, (G, k) and (G, k, k), with divisor n.
    gamma
        Covariance of the root of `size` times the vector of moments, (G, s, s), by the influence of rows; under a
        design over its sampling units.
    scales
        The scale of each item, or None where none was declared.
    groups
        Labels of the groups in order of first appearance; empty without groups.
    dropped, zero_weight, ungrouped
        Rows left out for a missing answer; rows kept with weight zero; complete rows that belong to no group.
    weighted
        Whether sampling weights were used.
    answered
        Rows that answer both of two items, (G, p, p); all of ``n`` where rows are left out listwise.
    filled
        Pairs of items with two answers each of whose four combinations nobody gave one, so that half a row was moved
        into it when their correlation was estimated.
    gamma_of_rows
        Under a design, the same with rows taken as independent, (G, s, s); None where ``gamma`` is that.
    across
        Under a design, the covariance of the roots of the groups' sizes times their vectors of moments, (G s, G s),
        whose blocks on the diagonal are ``gamma``: units that lie in several groups make their moments covary. None for
        independent rows.
    degrees
        Degrees of freedom of the design, first-stage units less strata; None for independent rows.
    influence
        Influence of single rows on the moments, from which ``gamma`` comes.
    """

    items: tuple[str, ...]
    covariates: tuple[str, ...]
    answers: tuple[tuple[float, ...], ...]
    n: NDArray[np.int64]
    weight: FloatArray
    thresholds: FloatArray
    mean: FloatArray
    cov: FloatArray
    slopes: FloatArray
    covariate_mean: FloatArray
    covariate_cov: FloatArray
    gamma: FloatArray
    scales: tuple[Scale | None, ...] = ()
    groups: tuple[Hashable, ...] = ()
    dropped: int = 0
    zero_weight: int = 0
    ungrouped: int = 0
    weighted: bool = False
    answered: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int64))
    filled: tuple[tuple[str, str], ...] = ()
    gamma_of_rows: FloatArray | None = None
    across: FloatArray | None = None
    degrees: float | None = None
    influence: RowInfluence | None = None

    @property
    def size(self) -> FloatArray:
        """Sizes of the groups, (G,): their sums of weights, scaled so that they add up to the rows used."""
        return np.asarray(self.weight * (self.n.sum() / self.weight.sum()))

    @property
    def weighing_gamma(self) -> FloatArray:
        """Gamma by which least squares weigh, (G, s, s): over rows, so that clusters change errors only."""
        return self.gamma if self.gamma_of_rows is None else self.gamma_of_rows

    @cached_property
    def ordered(self) -> BoolArray:
        """Which items are ordered, (p,)."""
        return np.array([bool(answers) for answers in self.answers])

    @property
    def ordered_items(self) -> tuple[str, ...]:
        """Names of the ordered items."""
        return tuple(name for name, answers in zip(self.items, self.answers, strict=True) if answers)

    @cached_property
    def threshold_items(self) -> IntArray:
        """The item of each threshold, (T,)."""
        counts = [max(len(answers) - 1, 0) for answers in self.answers]
        return np.repeat(np.arange(len(self.items)), counts)

    @cached_property
    def products(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the covariances among the moments."""
        row, col = np.tril_indices(len(self.items))
        kept = (row != col) | ~self.ordered[row]
        return row[kept], col[kept]

    @property
    def vector(self) -> FloatArray:
        """The moments as a vector, (G, s)."""
        row, col = self.products
        slopes = self.slopes.reshape(len(self.n), -1)
        return np.concatenate([self.thresholds, self.mean[:, ~self.ordered], slopes, self.cov[:, row, col]], axis=1)
