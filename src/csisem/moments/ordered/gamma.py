"""Covariance Gamma of the moments, over rows or sampling units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.moments.ordered.polychoric import PairTables, cell_scores
from csisem.moments.ordered.row_scores import GroupScores
from csisem.moments.ordered.score_products import ScoreProducts, influence, sandwich
from csisem.moments.ordered.score_tables import add_information, score_tables
from csisem.moments.ordered.two_steps import TwoSteps
from csisem.moments.ordered.used_rows import Use
from csisem.moments.unit_totals import Cells, UnitTotals
from csisem.survey.rows.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class SampledUnits:
    """Sampling units of a design, and the rule by which their totals give a variance.

    Attributes
    ----------
    code, count
        Finest unit of each row (n,), and their number F.
    row_factor
        Factor of the squares of single rows in each finest unit, (F,); None where only totals count.
    variance
        From totals of the finest units (F, k) to the covariance (k, k) of their sums.
    degrees
        From the numbers of used rows of the finest units (F,) to the degrees of freedom.
    """

    code: IntArray
    count: int
    row_factor: FloatArray | None
    variance: Callable[[FloatArray], FloatArray]
    degrees: Callable[[FloatArray], float]


@dataclass(frozen=True, slots=True, eq=False)
class RowInfluence:
    """Influence of rows on the moments, and the covariance it gives.

    Attributes
    ----------
    scores
        Scores of each group's rows.
    bread
        Mean products of scores that turn them into influence, (G, s, s); see `influence`.
    gamma
        Covariance of the root of the groups' sizes times the moments over independent rows, (G, s, s).
    """

    scores: tuple[GroupScores, ...]
    bread: FloatArray
    gamma: FloatArray

    def of(self, group: int, values: FloatArray) -> FloatArray:
        """Influence (s, m) of rows (p + k, m) of one group: its moments vary with their weighted mean."""
        scores = self.scores[group]
        return influence(scores.estimates, self.bread[group], scores.of(values))


def row_influence(rows: Rows, steps: TwoSteps, factor: FloatArray | None = None) -> RowInfluence:
    """Influence of rows, by one pass over them; the squares of each row's have the ``factor`` of its unit, if given."""
    scores, bread = _scores(steps)
    sums = steps.sums
    products = rows.reduce(ScoreProducts(steps.use, scores, factor))
    bread += products.bread / sums.weight[:, None, None]
    found = [sandwich(*parts) for parts in zip(steps.groups, bread, products.meat, strict=True)]
    gamma: FloatArray = np.stack(found) * (sums.n.sum() / sums.weight.sum() / sums.weight)[:, None, None]
    return RowInfluence(scores, bread, gamma)


def _scores(steps: TwoSteps) -> tuple[tuple[GroupScores, ...], FloatArray]:
    """Scores of each group's rows, and the mean products of scores (G, s, s) as far as tables give them."""
    layout, cells = steps.groups[0].layout, steps.cells
    breads = np.zeros((len(steps.groups), layout.size, layout.size))
    if layout.covariates:
        return tuple(GroupScores(group, None) for group in steps.groups), breads
    at = np.flatnonzero(layout.ordered)
    found = []
    for place, group in enumerate(steps.groups):
        own = PairTables(cells.margins[place], cells.pairs, cells.shares[place])
        slopes = cell_scores(own, group.correlations[at[:, None], at])
        add_information(breads[place], layout, own, slopes, steps.answered[place], steps.both[place])
        found.append(GroupScores(group, score_tables(own, slopes)))
    return tuple(found), breads


@dataclass(frozen=True, slots=True, eq=False)
class _ScoreColumns:
    """Scores of rows whose pair of unit and group is known; ``group`` (N,) is that of each pair."""

    use: Use
    scores: tuple[GroupScores, ...]
    group: IntArray

    def kept(self, values: FloatArray) -> BoolArray:
        return self.use.used(values)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:
        found = np.empty((self.scores[0].estimates.layout.size, values.shape[1]))
        group = self.group[places]
        for place, own in enumerate(self.scores):
            rows = group == place
            if rows.any():
                found[:, rows] = own.of(values[:, rows])
        return found


def design_gamma(
    rows: Rows,
    by_cell: Callable[[IntArray], Rows],
    groups: IntArray | None,
    steps: TwoSteps,
    row: RowInfluence,
    units: SampledUnits,
) -> tuple[FloatArray, float]:
    """Covariance (G s, G s) of the roots of the groups' sizes times the moments under a design, and its degrees.

    Influence is zero outside a group, so that no unit is dropped; units that lie in several groups make their moments
    covary.

    Parameters
    ----------
    rows
        The rows, whose batches carry the design's finest units.
    by_cell
        From the code of each row to ungrouped rows whose batches carry it.
    groups
        Group of each row (n,), -1 for none; None without groups.
    steps, row, units
        The estimates, the influence of rows on them, and the design.
    """
    sums, count, size = steps.sums, len(steps.groups), row.bread.shape[-1]
    cells = Cells.of(units.code, units.count, groups, count)
    kernel = UnitTotals(_ScoreColumns(steps.use, row.scores, cells.group), cells.count)
    totals = kernel.spread(by_cell(cells.code).reduce(kernel))
    moved, used = np.zeros((units.count, count * size)), np.zeros(units.count)
    for group, bread in enumerate(row.bread):
        members = cells.group == group
        place = slice(group * size, (group + 1) * size)
        moved[cells.unit[members], place] = influence(steps.groups[group], bread, totals.sums[members].T).T
        used[cells.unit[members]] += totals.rows[members]
    found = units.variance(moved)
    if units.row_factor is not None:
        meat = rows.reduce(ScoreProducts(steps.use, row.scores, units.row_factor)).meat
        for group, bread in enumerate(row.bread):
            place = slice(group * size, (group + 1) * size)
            found[place, place] += sandwich(steps.groups[group], bread, meat[group])
    level = np.repeat(np.sqrt(sums.n.sum() / sums.weight.sum() / sums.weight), size)
    return found * level[:, None] * level, units.degrees(used)
