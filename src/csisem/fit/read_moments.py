"""Sufficient statistics of a model's items, from any accepted data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from csisem.errors import DataError, listed
from csisem.fit.checks import check_columns
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.survey import as_survey

if TYPE_CHECKING:
    from csisem.specification.specification import Specification
    from csisem.survey.rows.rows import Rows


def gather(data: object, model: Specification, by: Sequence[str], *, weighted: bool = True) -> Moments:
    """Reduce any accepted data to moments of the model's items, grouped by columns ``by``; moments pass through."""
    if isinstance(data, Moments):
        if by and not data.groups:
            raise DataError(f"Moments carry no rows, so they cannot be grouped by {listed(by)}; give the answers.")
        return data.select(model.items)
    return Moments.from_rows(_rows(data, model, by, weighted=weighted))


def gather_patterns(
    data: object, model: Specification, by: Sequence[str], auxiliary: Sequence[str], needed: tuple[str, ...]
) -> Patterns:
    """Reduce answers to the moments of their patterns; rows without one of the ``needed`` items are left out."""
    return Patterns.from_rows(_rows(data, model, by, auxiliary), needed).with_every_group()


def _rows(
    data: object, model: Specification, by: Sequence[str], auxiliary: Sequence[str] = (), *, weighted: bool = True
) -> Rows:
    survey = as_survey(data)
    check_columns(model, survey, by, auxiliary)
    return survey.rows(model.items, by=by, weights=weighted, others=auxiliary)
