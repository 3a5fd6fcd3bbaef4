"""Domains of an index: groups of the fit, values of other columns."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.full_information.incomplete_likelihood import DomainMeans, domain_means
from csisem.errors import DataError, listed
from csisem.fit.covariance.ordered.code_moments import answers_of
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.fitted_rows import given_back, require_rows
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.missing_answers import means_of
from csisem.fit.solution import Solution
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import warn_unless_random


@dataclass(frozen=True, slots=True, eq=False)
class Domains:
    """The D domains that indices are computed for.

    Attributes
    ----------
    moments
        Their moments, with a leading axis of domains.
    by
        The columns that define the domains.
    labels
        The domains' values of those columns.
    group
        Position of each domain's group in the fit.
    own
        Whether these are the fitted rows, so that means and weights come from the same sample.
    survey
        Their rows; None when there are only moments.
    unknown
        Items without a mean in a domain, since none of its rows with a positive weight answered them, (D, p).
    estimated
        Means estimated from incomplete rows; None for means of complete rows.
    unanswered
        Labels of groups that are no domain, since none of their rows has an answer.
    """

    moments: Moments
    by: tuple[str, ...]
    labels: tuple[tuple[Hashable, ...], ...]
    group: IntArray
    own: bool
    survey: Survey | None
    unknown: BoolArray
    estimated: DomainMeans | None = None
    unanswered: tuple[Hashable, ...] = ()

    @property
    def n(self) -> NDArray[np.int64]:
        """Rows of each domain, (D,); 0 where all of them have weight zero."""
        return np.where(self.moments.weight > 0, self.moments.n, 0)

    @property
    def weight(self) -> FloatArray:
        """Sums of weights as divisors, (D,): 1 where all rows of a domain have weight zero."""
        return np.where(self.moments.weight > 0, self.moments.weight, 1.0)

    @property
    def mean(self) -> FloatArray:
        """Means of the domains, (D, p), nan where unknown; ``moments`` hold arbitrary numbers there."""
        return np.where(self.unknown, np.nan, self.moments.mean)


def domains_of(solution: Solution, data: object, by: tuple[str, ...]) -> Domains:
    """Split the fitted rows, or other answers, by the fit's own columns and by ``by``."""
    columns = tuple(dict.fromkeys(solution.settings.by + by))
    if data is None or _same_answers(data, solution.data):
        own, rows_of, given = True, solution.data, None
    elif isinstance(data, Moments):
        own, rows_of, given = False, None, data
    else:
        rows_of, given = as_survey(data, solution.data), None
        found = given_back(solution, rows_of) if solution.data is None else None
        own, rows_of = found is not None, rows_of if found is None else found
    if rows_of is not None:
        warn_unless_random(rows_of)
    if own and isinstance(solution, OrderedSolution) and solution.settings.missing == "pairwise":
        return _by_item(solution, rows_of, columns)
    if solution.patterns is not None:
        return _incomplete(solution, given, rows_of, columns, own=own)
    if own and set(columns) == set(solution.settings.by):
        moments = solution.row_moments
    elif given is not None:
        if by and not given.groups:
            raise DataError(f"by={list(by)} needs rows, and moments hold none; give the answers.")
        moments = given.select(solution.table.observed)
    else:
        answers = require_rows(rows_of, "an index by column needs", "give data=")
        moments = Moments.from_rows(solution.rows(answers, by=columns))
    if np.isnan(moments.mean).all():
        raise DataError("The index needs the items' means, and the table of moments has none: give mean=.")
    labels = tuple(label if isinstance(label, tuple) else (label,) for label in moments.groups) if columns else ((),)
    stacked = moments if moments.mean.ndim == 2 else _stacked(moments)
    unknown = np.broadcast_to(stacked.weight[:, None] == 0, stacked.mean.shape)
    return Domains(stacked, columns, labels, _group_of(solution, labels), own, rows_of, unknown)


def _incomplete(
    solution: Solution, given: Moments | None, survey: Survey | None, columns: tuple[str, ...], *, own: bool
) -> Domains:
    """Domains of incomplete rows: means by maximum likelihood, given the fitted covariances."""
    if survey is None:
        if given is not None or set(columns) != set(solution.settings.by) or solution.patterns is None:
            raise DataError(f"After missing={solution.settings.missing!r} an index of other answers, or by column, "
                            "needs the rows; give data=.")  # fmt: skip
        patterns = solution.patterns
    else:
        patterns = Patterns.from_rows(solution.rows(survey, by=columns), solution.table.exogenous)
    labels = tuple(label if isinstance(label, tuple) else (label,) for label in patterns.groups) if columns else ((),)
    group = _group_of(solution, labels)
    cov = solution.implied_covariances[group]
    if isinstance(solution, CompositeSolution):
        means = means_of(solution, patterns, cov)
    else:
        means = domain_means(patterns.answered, patterns.group, patterns.mean, patterns.weight, cov)
    found = patterns.moments(means.mean, cov)
    moments = found if patterns.groups else _stacked(found)
    return Domains(moments, columns, labels, group, own, survey, means.unknown, means, patterns.unanswered)


def _by_item(solution: OrderedSolution, survey: Survey | None, columns: tuple[str, ...]) -> Domains:
    """Domains of incomplete rows with ordered items: the mean of each item's answers, as pairwise deletion has them."""
    rows = solution.rows(require_rows(survey, "an index after missing='pairwise' needs", "give data="), by=columns)
    patterns = Patterns.from_rows(rows, solution.table.exogenous)
    found = answers_of(patterns)
    unknown = ~(found.answered > 0)
    mean = np.where(unknown, 0.0, found.mean)
    # A row that answers counts as often as rows per answer.
    count = 1 / np.where(unknown, np.inf, found.answered)
    retained = count[..., None] * np.eye(count.shape[-1])
    means = DomainMeans(mean, retained, np.zeros((*mean.shape, 0)), unknown)
    moments = patterns.moments(mean, np.nan_to_num(found.pairwise()))
    labels = tuple(label if isinstance(label, tuple) else (label,) for label in patterns.groups) if columns else ((),)
    group = _group_of(solution, labels)
    stacked = moments if patterns.groups else _stacked(moments)
    return Domains(stacked, columns, labels, group, True, survey, unknown, means, patterns.unanswered)


def _same_answers(data: object, fitted: Survey | None) -> bool:
    """Whether these are the fitted answers, under any design."""
    if fitted is None:
        return False
    return fitted.same_rows(data) if isinstance(data, Survey) else data is fitted.frame


def _stacked(moments: Moments) -> Moments:
    return replace(
        moments,
        n=moments.n[None],
        weight=moments.weight[None],
        mean=moments.mean[None],
        cov=moments.cov[None],
        squares=None if moments.squares is None else moments.squares[None],
    )


def _group_of(solution: Solution, labels: tuple[tuple[Hashable, ...], ...]) -> IntArray:
    """The fit's group of every domain: the part of its label that belongs to the fit's own columns."""
    if not solution.groups:
        return np.zeros(len(labels), dtype=np.intp)
    width = len(solution.settings.by)
    known = {group if isinstance(group, tuple) else (group,): g for g, group in enumerate(solution.groups)}
    for label in labels:
        if label[:width] not in known:
            name = label[0] if width == 1 else label[:width]
            raise DataError(f"The fit has no group {name!r}; it was fitted to {listed(solution.groups)}.")
    return np.array([known[label[:width]] for label in labels], dtype=np.intp)
