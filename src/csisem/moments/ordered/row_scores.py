"""Scores of rows on the estimates of both steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray, IntArray
from csisem.moments.ordered.group_estimates import GroupEstimates, StandardRows
from csisem.moments.ordered.pair_likelihoods import PairSlopes
from csisem.moments.ordered.score_tables import ScoreTables
from csisem.moments.ordered.second_step import pair_slopes

_ROOT = np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class GroupScores:
    """Scores of the rows of one group.

    Attributes
    ----------
    estimates
        The group's estimates.
    tables
        Scores of ordered items by their answers; None with covariates.
    """

    estimates: GroupEstimates
    tables: ScoreTables | None

    def of(self, values: FloatArray, weight: FloatArray | None = None, bread: FloatArray | None = None) -> FloatArray:
        """Scores (s, m) of rows (p + k, m), 0 where an answer is missing.

        Weighted sums of products that are not known from tables are added to ``bread`` (s, s) if given: of an item's
        first step, and of each correlation with itself and with the first step of its items.
        """
        group = self.estimates
        layout = group.layout
        scores = np.zeros((layout.size, values.shape[1]))
        if self.tables is not None and layout.ordered.all():
            self._look_up(scores, group.codes(values), self.tables)
            return scores
        rows = group.standardise(values)
        if self.tables is not None:
            self._look_up(scores, rows.code, self.tables)
        weight = np.ones(values.shape[1]) if weight is None else weight
        for item in range(layout.p):
            if layout.ordered[item] and self.tables is not None:
                continue
            self._single(scores, rows, item)
            if bread is not None:
                at = layout.own(item)
                bread[np.ix_(at, at)] += (scores[at] * weight) @ scores[at].T
        for i in range(layout.p):
            for j in range(i):
                if layout.ordered[i] and layout.ordered[j] and self.tables is not None:
                    continue
                slopes = pair_slopes(rows, layout.ordered, i, j, float(group.correlations[i, j]))
                at = layout.cov[i, j]
                scores[at] = np.where(np.isnan(slopes.rho), 0.0, slopes.rho)
                if bread is not None:
                    weighted = scores[at] * weight
                    bread[at, at] += weighted @ scores[at]
                    self._cross(bread, rows, (i, j), slopes, weighted)
        return scores

    def _look_up(self, scores: FloatArray, code: IntArray, tables: ScoreTables) -> None:
        """Write the scores of thresholds and polychoric correlations."""
        layout = self.estimates.layout
        items = np.flatnonzero(layout.ordered)
        width = tables.single.shape[-1]
        place = 0
        for k, item in enumerate(items):
            start = layout.first_threshold[item]
            for step in range(layout.count[item] - 1):
                np.take(tables.single[k, step], code[item], out=scores[start + step], mode="clip")
            base = code[item] * width
            for other in items[:k]:
                np.take(tables.pair[place], base + code[other], out=scores[layout.cov[item, other]], mode="clip")
                place += 1

    def _single(self, scores: FloatArray, rows: StandardRows, item: int) -> None:
        """Write the scores of an item's first step."""
        group, layout = self.estimates, self.estimates.layout
        if not layout.ordered[item]:
            sd, z = group.sd[item], np.nan_to_num(rows.z[item])
            scores[layout.mean[item]] = z / sd
            scores[layout.slope[item]] = rows.x * (z / sd)
            scores[layout.cov[item, item]] = np.where(np.isnan(rows.z[item]), 0.0, (z * z - 1) / (2 * sd * sd))
            return
        low, high, code = rows.low[item], rows.high[item], rows.code[item]
        with np.errstate(invalid="ignore"):
            upper = low + high > 0
        inside = ndtr(np.where(upper, -low, high)) - ndtr(np.where(upper, -high, low))
        up, down = (np.exp(-(cut**2) / 2) / _ROOT / inside for cut in (high, low))
        start = layout.first_threshold[item]
        for step in range(layout.count[item] - 1):
            scores[start + step] = np.where(code == step, up, 0.0) - np.where(code == step + 1, down, 0.0)
        scores[layout.slope[item]] = rows.x * (down - up)

    def _cross(
        self, bread: FloatArray, rows: StandardRows, pair: tuple[int, int], slopes: PairSlopes, weighted: FloatArray
    ) -> None:
        """Add the products of a correlation's weighted scores with those of the first step of its items."""
        group, layout = self.estimates, self.estimates.layout
        at = layout.cov[pair]
        for item, (one, two) in zip(pair, (slopes.first, slopes.second), strict=True):
            first, second = (np.where(np.isnan(part), 0.0, part) * weighted for part in (one, two))
            if not layout.ordered[item]:
                sd = group.sd[item]
                bread[at, layout.mean[item]] += first.sum() / sd
                bread[at, layout.slope[item]] += rows.x @ first / sd
                bread[at, layout.cov[item, item]] += second.sum() / sd**2
                continue
            number, start = layout.count[item] - 1, layout.first_threshold[item]
            up, down = (np.bincount(rows.code[item], part, minlength=number + 1) for part in (first, second))
            bread[at, start : start + number] += up[:number] - down[1 : number + 1]
            bread[at, layout.slope[item]] += rows.x @ (second - first)
