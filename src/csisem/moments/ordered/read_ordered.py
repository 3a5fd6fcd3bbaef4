"""Moments of ordered and numeric items of a survey, and their covariance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError, listed, nearest, shown
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.polychoric import PairTables, cell_scores
from csisem.moments.ordered.row_scores import GroupScores
from csisem.moments.ordered.score_products import ScoreProducts, sandwich
from csisem.moments.ordered.score_tables import add_information, score_tables
from csisem.moments.ordered.two_steps import TwoSteps, two_steps
from csisem.options import names_of
from csisem.survey.rows.rows import Rows

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
        ``"listwise"`` leaves out rows with a missing answer, and counts them; ``"pairwise"`` estimates each item and
        pair from all rows that answer it, and leaves out only rows without any answer, or without a covariate.
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
    covariates = names_of("covariates", covariates)
    for item in ordered:
        if item not in items:
            raise OptionError(f"ordered= names {shown(item)}, which is not an item of the model{nearest(item, items)}.")
    if not ordered:
        raise OptionError("ordered= names no item: moments of ordered items need at least one.")
    if twice := [name for name in covariates if name in items]:
        raise OptionError(f"{listed(twice)} cannot be an item and a covariate at once.")
    if missing not in ("listwise", "pairwise"):
        raise OptionError(f"missing={shown(missing)} is not one of 'listwise', 'pairwise'.")
    rows = survey.rows(items, by=by or None, weights=weights, others=covariates)
    steps = two_steps(rows, len(items), ordered, listwise=missing == "listwise")
    groups, sums = steps.groups, steps.sums
    return OrderedMoments(
        items=items,
        covariates=covariates,
        answers=groups[0].answers,
        n=sums.n,
        weight=sums.weight,
        thresholds=np.stack([group.thresholds for group in groups]),
        mean=np.stack([group.mean for group in groups]),
        cov=np.stack([group.correlations * np.outer(group.sd, group.sd) for group in groups]),
        slopes=np.stack([group.slopes for group in groups]),
        covariate_mean=steps.covariate_mean,
        covariate_cov=steps.covariate_cov,
        gamma=_gamma(rows, steps),
        scales=rows.scales[: len(items)],
        groups=sums.labels if rows.by else (),
        dropped=sums.dropped,
        zero_weight=sums.zero_weight,
        ungrouped=sums.ungrouped,
        weighted=rows.weighted,
        answered=steps.rows_of_pairs,
        filled=steps.filled,
    )


def _gamma(rows: Rows, steps: TwoSteps) -> FloatArray:
    """Covariance (G, s, s) of the root of the groups' sizes times the moments, by the influence of rows."""
    scores, breads = _scores(steps)
    sums = steps.sums
    products = rows.reduce(ScoreProducts(steps.use, scores))
    breads += products.bread / sums.weight[:, None, None]
    found = [sandwich(*parts) for parts in zip(steps.groups, breads, products.meat, strict=True)]
    gamma: FloatArray = np.stack(found) * (sums.n.sum() / sums.weight.sum() / sums.weight)[:, None, None]
    return gamma


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
