"""Checks of the columns that a survey declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from csisem.errors import DataError
from csisem.option_checks import check_kind, check_name, names_of
from csisem.survey.columns import Table, as_table, check_names
from csisem.survey.fieldwork import Fieldwork
from csisem.survey.item_counts import check_vary
from csisem.survey.rows.rows import Spread
from csisem.survey.sampling_units import check_design
from csisem.survey.undeclared_codes import CodeSearch

if TYPE_CHECKING:
    from csisem.survey.survey import Survey

INTERNAL = frozenset({"coding", "design_counts", "grouping", "numbers", "numeric", "same_rows", "undeclared", "units",
                      "with_coding", "with_declared", "with_source", "declared"})  # fmt: skip
"""Names of a survey that are for the package's own use."""


def check_roles(survey: Survey, table: Table) -> None:
    """Refuse a declared column that does not exist, and a record of fieldwork that is something else."""
    for option, column in (("id", survey.id), ("wave", survey.wave)):
        if column is not None:
            check_name(option, column)
    check_kind("fieldwork", survey.fieldwork, Fieldwork, unset=True)
    for role, names in (
        ("named in segments=", survey.segments),
        ("named in id= or wave=", (name for name in (survey.id, survey.wave) if name is not None)),
        ("named in ordered=", survey.ordered),
        ("named in scale=, missing_codes=, not_applicable= or reverse=", survey.coding.named),
        ("named in item_texts=", survey.item_texts),
        ("named in value_labels=", survey.value_labels),
    ):
        check_names(names, table, role)


def check_items(survey: Survey, items: tuple[str, ...]) -> None:
    """Refuse items that are text, constant, unanswered, infinite or off their scale."""
    if not items:
        return
    if not survey.n:
        raise DataError("The data have no rows.")
    rows = survey.rows(items, weights=False)
    check_vary(rows.items, rows.reduce(Spread()))


def declared_items(declared: tuple[str, ...], items: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the items asked for, by default those that a survey declares."""
    names = declared if items is None else names_of("items", items, once=False)
    if not names:
        raise DataError("items= must name the items, since this survey was made without items=.")
    return names


def other_answers(survey: Survey, frame: object) -> dict[str, object]:
    """Return what changes in a survey with other answers: those of a `Survey` bring what their file declares."""
    coding, source = survey.coding, None
    if isinstance(frame, type(survey)):
        coding, source, frame = coding.with_file(frame.coding), frame.source, frame.frame
    table = as_table(frame)
    counts, units = check_design(survey.design, table, whole=False)
    return {
        "frame": frame,
        "source": source,
        "coding": coding,
        "value_labels": coding.labels,
        "design_counts": counts,
        "_table": table,
        "_units": units,
        "_search": CodeSearch(),
    }
