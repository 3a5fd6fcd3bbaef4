"""Moments of ordered and numeric items of a survey, and their covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError, listed, nearest, shown
from csisem.moments.ordered.gamma import SampledUnits, design_gamma, row_influence
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.two_steps import TwoSteps, two_steps
from csisem.option_checks import names_of
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
    units: SampledUnits | None = None,
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
    units
        Sampling units of the design, over which Gamma is then computed; None takes rows as independent.

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

    Examples
    --------
    >>> from csisem.moments.ordered.read_ordered import read_ordered
    >>> moments = read_ordered(cs.datasets.retail_survey(), ["s1", "s2", "s3"], ["s1", "s2"])
    >>> moments.cov[0].round(2)
    array([[1.  , 0.64, 0.95],
           [0.64, 1.  , 0.87],
           [0.95, 0.87, 2.28]])
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
    influence = row_influence(rows, steps)
    gamma, across, degrees = influence.gamma, None, None
    if units is not None:
        codes = survey.grouping(by)[0] if by else None
        across, degrees = design_gamma(
            survey.rows(items, by=by or None, weights=weights, others=covariates, units=units.code),
            lambda code: survey.rows(items, weights=weights, others=covariates, units=code),
            codes, steps, influence, units,
        )  # fmt: skip
        size = steps.groups[0].layout.size
        gamma = np.stack([across[k : k + size, k : k + size] for k in range(0, len(across), size)])
    found = gathered(rows, len(items), steps, gamma)
    if units is None:
        return replace(found, influence=influence)
    return replace(found, influence=influence, gamma_of_rows=influence.gamma, across=across, degrees=degrees)


def gathered(rows: Rows, p: int, steps: TwoSteps, gamma: FloatArray) -> OrderedMoments:
    """The moments of p items of the rows, whose other columns are covariates, from both steps."""
    groups, sums = steps.groups, steps.sums
    return OrderedMoments(
        items=rows.items[:p],
        covariates=rows.items[p:],
        answers=groups[0].answers,
        n=sums.n,
        weight=sums.weight,
        thresholds=np.stack([group.thresholds for group in groups]),
        mean=np.stack([group.mean for group in groups]),
        cov=np.stack([group.correlations * np.outer(group.sd, group.sd) for group in groups]),
        slopes=np.stack([group.slopes for group in groups]),
        covariate_mean=steps.covariate_mean,
        covariate_cov=steps.covariate_cov,
        gamma=gamma,
        scales=rows.scales[:p],
        groups=sums.labels if rows.by else (),
        dropped=sums.dropped,
        zero_weight=sums.zero_weight,
        ungrouped=sums.ungrouped,
        weighted=rows.weighted,
        answered=steps.rows_of_pairs,
        filled=steps.filled,
    )
