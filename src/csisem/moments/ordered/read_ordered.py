"""Moments of ordered and numeric items of a survey, pass by pass over its rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.ordered.cell_counts import CellCounts, pair_tables, without_empty_cells
from csisem.moments.ordered.item_answers import AnswerKernel, AnswerSets, checked_answers, refuse_lacking
from csisem.moments.ordered.moment_layout import Layout
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.polychoric import PairTables, cell_scores, polychoric, thresholds
from csisem.moments.ordered.score_products import OrderedScores, ScoreProducts, sandwich
from csisem.moments.ordered.score_tables import add_information, score_tables
from csisem.options import names_of
from csisem.survey.rows.rows import Batch, Rows

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


def read_ordered(
    survey: Survey,
    items: Sequence[str],
    ordered: Sequence[str],
    covariates: Sequence[str] = (),
    *,
    by: Sequence[str] = (),
    missing: str = "listwise",
    weights: bool = True,
) -> OrderedMoments:
    """Compute the moments of ordered and numeric items in two steps, and their covariance.

    Parameters
    ----------
    survey
        The answers.
    items
        The p items, ordered and numeric.
    ordered
        Those that are ordered.
    covariates
        Numeric columns on which the items are conditioned.
    by
        Columns whose values define groups.
    missing
        ``"listwise"`` leaves out rows with a missing answer, and counts them.
    weights
        Whether to use the design's sampling weights.

    Returns
    -------
    OrderedMoments

    Raises
    ------
    DataError
        If no row can be used; if an ordered item has one answer, more than 30, or decimals; if a group lacks an answer
        that another gave; or if a correlation is 1 or -1.
    OptionError
        If an ordered item is not among the items.

    Notes
    -----
    The first step estimates each item alone, the second each pair given the first (Muthen 1984, Psychometrika 49,
    115-132). A table of two answers by two with one empty cell has half a row moved into it when its correlation is
    estimated; see `without_empty_cells`. Information is the mean product of the rows' scores, as in lavaan.
    """
    items, ordered, by = names_of("items", items), names_of("ordered", ordered), names_of("by", by)
    for item in ordered:
        if item not in items:
            raise OptionError(f"ordered= names {shown(item)}, which is not an item of the model{nearest(item, items)}.")
    rows = survey.rows(items, by=by, weights=weights)
    places = tuple(items.index(item) for item in items if item in ordered)
    overview = rows.reduce(_OverviewKernel(AnswerKernel(places), CrossProducts()))
    sums = overview.sums
    if not sums.n.sum():
        raise DataError(f"None of the {rows.n} rows has an answer to all of {listed(items)}: each misses at least one.")
    names = tuple(items[place] for place in places)
    found = checked_answers(overview.answers, names)
    group_of: dict[Hashable, int] = {label: k for k, label in enumerate(sums.labels)}
    counts = rows.reduce(CellCounts(places, found, group_of))
    cells, _, both = pair_tables(counts, found)
    refuse_lacking(cells.margins, names, found, sums.labels)
    level = sums.n.sum() / sums.weight.sum()
    correlations = polychoric(without_empty_cells(cells, found, both * level))
    _refuse_perfect(correlations, names)
    answers = tuple(found[names.index(item)] if item in names else () for item in items)
    layout = Layout.of(answers, 0)
    gamma = _gamma(rows, layout, answers, cells, correlations, group_of, sums)
    groups = len(sums.n)
    p = len(items)
    cut = thresholds(cells.margins)
    own = np.arange(cut.shape[-1]) < layout.count[layout.ordered][:, None] - 1
    return OrderedMoments(
        items=items, covariates=(), answers=answers, n=sums.n, weight=sums.weight,
        thresholds=cut[:, own], mean=np.zeros((groups, p)), cov=correlations, slopes=np.zeros((groups, p, 0)),
        covariate_mean=np.zeros((groups, 0)), covariate_cov=np.zeros((groups, 0, 0)), gamma=gamma,
        scales=rows.scales[:p], groups=sums.labels if rows.by else (), dropped=sums.dropped,
        zero_weight=sums.zero_weight, ungrouped=sums.ungrouped, weighted=rows.weighted,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Overview:
    """What the first pass over the rows finds."""

    answers: AnswerSets
    sums: Sums


@dataclass(frozen=True, slots=True)
class _OverviewKernel:
    """Kernel of the different answers, and of counts, means and cross-products."""

    answers: AnswerKernel
    products: CrossProducts

    def partial(self, batch: Batch) -> _Overview:
        # The second kernel overwrites the batch.
        answers = self.answers.partial(batch)
        return _Overview(answers, self.products.partial(batch))

    def merge(self, left: _Overview, right: _Overview) -> _Overview:
        return _Overview(self.answers.merge(left.answers, right.answers), self.products.merge(left.sums, right.sums))


def _gamma(
    rows: Rows,
    layout: Layout,
    answers: tuple[tuple[float, ...], ...],
    cells: PairTables,
    correlations: FloatArray,
    group_of: dict[Hashable, int],
    sums: Sums,
) -> FloatArray:
    """Covariance (G, s, s) of the root of n times the moments, by the influence of rows."""
    groups, breads = [], []
    for group in range(len(sums.n)):
        own = PairTables(cells.margins[group], cells.pairs, cells.shares[group])
        scores = cell_scores(own, correlations[group])
        groups.append(OrderedScores(layout, answers, score_tables(own, scores)))
        bread = np.zeros((layout.size, layout.size))
        add_information(bread, layout, own, scores, np.ones(len(own.margins)), np.ones(len(own.pairs)))
        breads.append(bread)
    meat = rows.reduce(ScoreProducts(tuple(groups), group_of, layout.size))
    found = [sandwich(bread, layout, own) for bread, own in zip(breads, meat, strict=True)]
    return np.stack(found) * (sums.n / sums.weight**2)[:, None, None]


def _refuse_perfect(correlations: FloatArray, items: Sequence[str]) -> None:
    """Refuse a polychoric correlation of 1 or -1, which is nan."""
    lost = np.argwhere(np.isnan(correlations).any(axis=0))
    if not len(lost):
        return
    pairs = [f"{items[i]!r} and {items[j]!r}" for i, j in lost if i < j]
    raise DataError(f"The polychoric correlation of {'; '.join(pairs[:3])}{' and of other pairs' * (len(pairs) > 3)} "
                    "is 1 or -1: one answer tells the other, so that no finite estimate exists. Leave one of the items "
                    "out, or join rare answers.")  # fmt: skip
