"""Moments of the codes of ordered answers, as numbers."""

from __future__ import annotations

from csisem.moments.moments import Moments
from csisem.moments.pairwise import Available, available
from csisem.moments.patterns import Patterns
from csisem.options import Missing
from csisem.survey.rows.rows import Rows


def code_moments(rows: Rows, given: tuple[str, ...], missing: Missing) -> Moments:
    """Moments of rows that answer everything; after ``"pairwise"`` of those that answer each pair of items.

    Rows without an answer to one of the predictors ``given`` are not used in either case.
    """
    if missing != "pairwise":
        return Moments.from_rows(rows)
    patterns = Patterns.from_rows(rows, given)
    found = answers_of(patterns)
    return patterns.moments(found.mean, found.pairwise())


def answers_of(patterns: Patterns) -> Available:
    """Moments of the rows that answer each item or pair, by group."""
    return available(patterns.answered, patterns.group, patterns.n_groups, patterns.weight, patterns.mean, patterns.cov)
