"""Kernel of squared scores and fourth moments, for robust estimators."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import casewise_scores
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.lisrel.structure import Structure
from csisem.moments.batch_rows import complete, row_weights, rows_by_group
from csisem.moments.row_contributions import contributions
from csisem.survey.rows.rows import Batch


@dataclass(frozen=True, slots=True, eq=False)
class FourthMoments:
    """Sums over the rows of G groups, weighted by the squared sampling weights (1 without weights).

    Attributes
    ----------
    weight
        Sum of the squared weights, (G,).
    scores
        Products of the casewise scores by the parameters that each group depends on, (G, n + k, n + k).
    model2, model4, sample2, sample4, single2, single4, fixed2, fixed4
        Second and fourth powers of the lengths of rows (G,): whitened by the implied covariances, by the sample
        covariances, by the sample variances alone, and, for the exogenous variables only, by their sample covariances.
    item2, item4
        Squares and fourth powers of standardised answers, (G, p).
    products
        Products of the rows' contributions to the moments, (G, m, m): centred answers where means are modelled, then
        centred products by the lower triangle; None if the test does not need them.
    """

    weight: FloatArray
    scores: FloatArray
    model2: FloatArray
    model4: FloatArray
    sample2: FloatArray
    sample4: FloatArray
    single2: FloatArray
    single4: FloatArray
    fixed2: FloatArray
    fixed4: FloatArray
    item2: FloatArray
    item4: FloatArray
    products: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class FourthMomentKernel:
    """Kernel for `Rows.reduce`: the second pass of robust estimators.

    Attributes
    ----------
    structure, point, slope
        The model at its estimate, as a batch of one.
    mean, centre
        Sample means, and the means at which scores and the lengths under the model are centred, (G, p).
    cov, white
        Sample covariances and their inverse Cholesky factors, (G, p, p).
    exogenous, white_exogenous
        Positions of the k variables whose moments are fixed, and inverse Cholesky factors of their covariances
        (G, k, k).
    group_of
        Position of each group label; ``{None: 0}`` without groups.
    level
        Factor that scales the weights of each group to mean 1, (G,).
    products
        Whether products of the contributions to the moments are summed.
    factor
        Factor of the squares in each sampling unit that batches carry, (F,); None for 1.
    """

    structure: Structure
    point: Point
    slope: Slopes
    mean: FloatArray
    centre: FloatArray
    cov: FloatArray
    white: FloatArray
    exogenous: IntArray
    white_exogenous: FloatArray
    group_of: dict[Hashable, int]
    level: FloatArray
    products: bool
    factor: FloatArray | None = None

    def partial(self, batch: Batch) -> FourthMoments:
        sums = self._zeros()
        multiplied = row_weights(batch, self.factor)
        for label, inside in rows_by_group(batch, complete(batch.values)):
            group = self.group_of[label]
            values = batch.values if inside.all() else batch.values[:, inside]
            weights = None if multiplied is None else multiplied[inside]
            if weights is not None and batch.weights is not None:
                weights = weights * self.level[group]
            self._add(sums, group, values, weights)
        return sums

    def merge(self, left: FourthMoments, right: FourthMoments) -> FourthMoments:
        for name in (field.name for field in fields(FourthMoments)):
            total, part = getattr(left, name), getattr(right, name)
            if total is not None:
                total += part
        return left

    def _zeros(self) -> FourthMoments:
        groups, p, width = self.structure.groups, self.structure.p, self.structure.map.shape[-1]
        size = p * (p + 1) // 2 + (p if self.structure.meanstructure else 0)
        weight, model2, model4, sample2, sample4, single2, single4, fixed2, fixed4 = np.zeros((9, groups))
        item2, item4 = np.zeros((2, groups, p))
        scores = np.zeros((groups, width, width))
        products = np.zeros((groups, size, size)) if self.products else None
        return FourthMoments(
            weight, scores, model2, model4, sample2, sample4, single2, single4, fixed2, fixed4, item2, item4,
            products,
        )  # fmt: skip

    def _add(self, sums: FourthMoments, group: int, values: FloatArray, weights: FloatArray | None) -> None:
        """Add complete rows (p, m) of one group, multiplied by ``weights`` (m,), or 1 if these are None."""
        centred = values - self.mean[group][:, None]
        # The two means are one array where they are the same.
        shifted = centred if self.centre is self.mean else values - self.centre[group][:, None]
        scores = casewise_scores(self.structure, self.point, self.slope, group, shifted)
        squared = np.ones(values.shape[1]) if weights is None else weights * weights
        if weights is not None:
            scores *= weights
        sums.scores[group] += scores @ scores.T
        sums.weight[group] += squared.sum()
        fixed = _lengths(self.white_exogenous[group], centred[self.exogenous])
        items = np.square(centred, out=values)
        items /= np.diagonal(self.cov[group])[:, None]
        lengths = (
            (sums.model2, sums.model4, _lengths(self.point.white[0, group], shifted)),
            (sums.sample2, sums.sample4, _lengths(self.white[group], centred)),
            (sums.single2, sums.single4, items.sum(axis=0)),
            (sums.fixed2, sums.fixed4, fixed),
        )
        for second, fourth, length in lengths:
            second[group] += squared @ length
            fourth[group] += squared @ length**2
        sums.item2[group] += items @ squared
        sums.item4[group] += np.square(items, out=items) @ squared
        if sums.products is not None:
            moments = contributions(centred, self.cov[group], self.structure.meanstructure)
            if weights is not None:
                moments *= weights
            sums.products[group] += moments @ moments.T


def _lengths(white: FloatArray, centred: FloatArray) -> FloatArray:
    """Squared lengths (m,) of whitened rows (p, m)."""
    whitened = white @ centred
    return np.asarray(np.einsum("ij,ij->j", whitened, whitened))
