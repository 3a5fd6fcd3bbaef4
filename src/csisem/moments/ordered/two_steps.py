"""Estimates of single items, then of pairs given these."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray
from csisem.errors import DataError, agree, listed, shown
from csisem.moments.crossproducts import Sums
from csisem.moments.dependence import exact_combinations
from csisem.moments.ordered.cell_counts import CellCounts, pair_tables, single_empty_cells, without_empty_cells
from csisem.moments.ordered.group_estimates import GroupEstimates
from csisem.moments.ordered.item_answers import checked_answers, refuse_lacking
from csisem.moments.ordered.moment_layout import Layout
from csisem.moments.ordered.numeric_regression import RegressionKernel
from csisem.moments.ordered.ordered_probit import ordered_probit
from csisem.moments.ordered.polychoric import PairTables, polychoric, thresholds
from csisem.moments.ordered.second_step import residual_correlations
from csisem.moments.ordered.used_rows import Overview, OverviewKernel, Use
from csisem.survey.rows.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class TwoSteps:
    """Estimates of both steps in each of G groups, and the counts they come from.

    Attributes
    ----------
    use
        Which rows count.
    sums
        Counts of rows by group, and moments of the k covariates after a column of zeros.
    groups
        Estimates of each group.
    cells
        Tables of all pairs of the o ordered items, by group.
    answered, both
        Shares of the weight of rows that answer each ordered item, (G, o), and each pair of them, (G, P).
    rows_of_pairs
        Number of rows that answer both of two items, (G, p, p).
    filled
        Pairs of items with an empty cell that was filled.
    """

    use: Use
    sums: Sums
    groups: tuple[GroupEstimates, ...]
    cells: PairTables
    answered: FloatArray
    both: FloatArray
    rows_of_pairs: NDArray[np.int64]
    filled: tuple[tuple[str, str], ...]

    @property
    def covariate_mean(self) -> FloatArray:
        """Means of the covariates, (G, k)."""
        return self.sums.mean[:, 1:]

    @property
    def covariate_cov(self) -> FloatArray:
        """Covariances of the covariates with divisor n, (G, k, k)."""
        return np.asarray(self.sums.cross[:, 1:, 1:] / self.sums.weight[:, None, None])


def two_steps(rows: Rows, p: int, ordered: Sequence[str], *, listwise: bool) -> TwoSteps:
    """Estimate the p items of the rows, whose other columns are covariates, in two steps."""
    items, k = rows.items[:p], len(rows.items) - p
    labels: tuple[Hashable, ...] = rows.labels if rows.by else (None,)
    use = Use(p, listwise, {label: place for place, label in enumerate(labels)})
    places = tuple(place for place, item in enumerate(items) if item in ordered)
    numeric = tuple(place for place in range(p) if place not in places)
    names = [items[place] for place in places]
    overview = rows.reduce(OverviewKernel(use, places, numeric))
    sums = overview.sums
    if not sums.weight.sum() > 0:
        raise DataError(_nothing_used(rows, p, sums, listwise=listwise))
    _check_counts(overview, items, rows)
    found = checked_answers(overview.answers, names)
    answers = tuple(found[places.index(place)] if place in places else () for place in range(p))
    cells, answered, both = pair_tables(rows.reduce(CellCounts(places, found, use)), found)
    refuse_lacking(cells.margins, names, found, sums.labels)
    first = _first_step(rows, use, answers, numeric, overview, cells, k)
    tables, filled = None, np.zeros(0, dtype=np.intp)
    if not k:
        level = sums.n.sum() / sums.weight.sum()
        filled = np.flatnonzero(single_empty_cells(cells, found).any(axis=0))
        tables = polychoric(without_empty_cells(cells, found, both * level))
    if tables is not None and not numeric:
        correlations = tables
    else:
        correlations = residual_correlations(rows, use, first, exact=listwise, tables=tables)
    _refuse_perfect(correlations, items)
    groups = tuple(replace(group, correlations=own) for group, own in zip(first, correlations, strict=True))
    share = sums.weight[:, None]
    pairs = tuple((names[j], names[i]) for i, j in cells.pairs[filled])
    return TwoSteps(use, sums, groups, cells, answered / share, both / share, overview.both, pairs)


def _first_step(
    rows: Rows, use: Use, answers: tuple[tuple[float, ...], ...], numeric: tuple[int, ...], overview: Overview,
    cells: PairTables, k: int,
) -> tuple[GroupEstimates, ...]:  # fmt: skip
    """Thresholds, means, slopes and standard deviations; correlations are not yet known."""
    layout, sums = Layout.of(answers, k), overview.sums
    groups, p = len(sums.n), layout.p
    given = sums.mean[:, 1:]
    sd = np.sqrt(np.diagonal(sums.cross[:, 1:, 1:], axis1=1, axis2=2) / sums.weight[:, None])
    _refuse_constant(sd, rows.items[p:], sums.labels)
    for group, cross in enumerate(sums.cross[:, 1:, 1:]):
        if combinations := exact_combinations(cross, rows.items[p:]):
            raise DataError(f"The covariates determine each other{_where(sums.labels[group])}: "
                            f"{'; '.join(one.equation for one in combinations)}. Leave one out.")  # fmt: skip
    cut, slopes = thresholds(cells.margins), np.zeros((groups, p, k))
    if k:
        cut, slopes[:, layout.ordered] = ordered_probit(rows, use, answers, cut, (given, sd))
    mean, spread = np.zeros((groups, p)), np.ones((groups, p))
    if numeric:
        at = list(numeric)
        kernel = RegressionKernel(use, numeric, overview.total / overview.answered, given)
        mean[:, at], slopes[:, at], variance = kernel.estimates(rows.reduce(kernel))
        _refuse_constant(np.sqrt(variance), [rows.items[j] for j in numeric], sums.labels)
        spread[:, at] = np.sqrt(variance)
    own = np.arange(cut.shape[-1]) < layout.count[layout.ordered][:, None] - 1
    return tuple(
        GroupEstimates(answers, layout, cut[g][own], mean[g], slopes[g], spread[g], np.eye(p)) for g in range(groups)
    )


def _nothing_used(rows: Rows, p: int, sums: Sums, *, listwise: bool) -> str:
    """Reason why no row can be used."""
    if not rows.n:
        return "The data have no rows."
    if sums.n.sum():
        return "The weights of all rows that could be used are zero."
    if sums.ungrouped:
        return f"None of the {sums.ungrouped} rows with answers is in a group: {listed(rows.by)} is blank in all."
    need = rows.items if listwise else rows.items[p:]
    what = f"an answer to all of {listed(need)}" if len(need) else "an answer"
    return f"None of the {rows.n} rows has {what}."


def _refuse_constant(sd: FloatArray, names: Sequence[str], labels: Sequence[Hashable]) -> None:
    """Refuse numeric columns without variation in a group, by standard deviations (G, d)."""
    for own, label in zip(sd, labels, strict=True):
        flat = [name for name, size in zip(names, own, strict=True) if not size > 0]
        if flat:
            raise DataError(f"{listed(flat)} {agree(len(flat), 'does', 'do')} not vary{_where(label)}, or "
                            f"{agree(len(flat), 'is', 'are')} determined by the covariates: no correlation exists. "
                            f"Leave {agree(len(flat), 'it', 'them')} out.")  # fmt: skip


def _where(label: Hashable) -> str:
    """Name the group, where there are groups."""
    return "" if label is None else f" in group {shown(label)}"


def _check_counts(overview: Overview, items: Sequence[str], rows: Rows) -> None:
    """Refuse a group without rows, and a pair of items that nobody answered."""
    sums = overview.sums
    for label, weight, both in zip(sums.labels, sums.weight, overview.both, strict=True):
        if not weight > 0:
            raise DataError(f"Group {shown(label)} of {listed(rows.by)} has no row that can be used. Leave it out.")
        if len(lacking := np.argwhere(both == 0)):
            j, i = lacking[0]
            what = (
                f"Nobody answered {shown(items[i])}"
                if i == j
                else f"Nobody answered both {listed([items[j], items[i]])}"
            )
            raise DataError(f"{what}{_where(label)}: no correlation can be estimated. Leave one of the items out.")


def _refuse_perfect(correlations: FloatArray, items: Sequence[str]) -> None:
    """Refuse correlations of 1 or -1, which are nan."""
    lost = [f"{items[i]!r} and {items[j]!r}" for i, j in np.argwhere(np.isnan(correlations).any(axis=0)) if i < j]
    if lost:
        rest = f" and of {len(lost) - 3} other pairs" if len(lost) > 3 else ""
        raise DataError(f"The correlation underlying the answers to {'; '.join(lost[:3])}{rest} is 1 or -1: the "
                        "likelihood has no maximum. Leave one of the items out, or join rare answers.")  # fmt: skip
