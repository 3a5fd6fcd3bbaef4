"""Loadings, reliability and discriminant validity of a fit in one table."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Mapping
from typing import Any

from csisem.arrays import pd
from csisem.diagnose.measurement.reliability import reliability
from csisem.diagnose.measurement.validity import validity
from csisem.display.labels import heading, said
from csisem.errors import CsisemError, CsisemWarning
from csisem.fit.fit import Fit
from csisem.reporting.tables.text_columns import Format, TextColumn, note_texts

_COEFFICIENTS = ("alpha", "omega", "rho_a", "rho_c", "ave")


def measurement_columns(fit: Fit, form: Format) -> tuple[list[TextColumn], list[str], list[str]]:
    """A row for each construct with its coefficients and HTMT, and below it a row for each item with its loading."""
    with warnings.catch_warnings():
        # The verdict is among the notes.
        warnings.simplefilter("ignore", CsisemWarning)
        found = reliability(fit)
        notes = note_texts(found.attrs, form.language)
        ratios, lacking = _ratios(fit)
    notes += lacking
    rows: list[tuple[str, list[str]]] = []
    names = list(dict.fromkeys(found["construct"]))
    groups = list(fit.groups) or [None]
    for group in groups:
        own = found if group is None else _of_group(found, group)
        table = {str(row["construct"]): row for row in own.to_dict("records")}
        for place, name in enumerate(names, start=1):
            head = [f"{place}. {name}", "", *(_number(table[name], one, form) for one in _COEFFICIENTS)]
            head += [_ratio(ratios, group, name, other, form) if k < place - 1 else "" for k, other in enumerate(names)]
            rows.append((_label(group), head))
            rows += [(_label(group), [f"\u2003{item}", form.number(value), *[""] * (len(head) - 2)])
                     for item, value in _loadings(fit, group, name)]  # fmt: skip
    return _columns(rows, names, form), [group for group, _ in rows], [*notes, *_explained(fit, form)]


def _columns(rows: list[tuple[str, list[str]]], names: list[str], form: Format) -> list[TextColumn]:
    heads = [form.said("Construct, item", "结构变量与题项"), heading("loading", form.language)]
    heads += [heading(one, form.language) for one in _COEFFICIENTS]
    spanner = form.said("HTMT with construct", "与各结构变量的 HTMT")
    columns = []
    for k, head in enumerate([*heads, *map(str, range(1, len(names) + 1))]):
        cells = tuple(row[k] for _, row in rows)
        if any(cells):
            columns.append(TextColumn(head, cells, left=k == 0, spanner=spanner if k >= len(heads) else ""))
    return columns


def _of_group(found: pd.DataFrame, group: Hashable) -> pd.DataFrame:
    """The rows of one group; the columns of groups are those after the construct."""
    by = list(found.columns[1 : list(found.columns).index("n_items")])
    parts = group if isinstance(group, tuple) and len(by) > 1 else (group,)
    chosen = pd.Series(True, index=found.index)
    for column, part in zip(by, parts, strict=True):
        chosen &= found[column] == part
    return found[chosen]


def _ratios(fit: Fit) -> tuple[pd.DataFrame | None, list[str]]:
    """HTMT, or why there is none."""
    try:
        return validity(fit).htmt, []
    except CsisemError as problem:
        return None, [str(problem)]


def _ratio(ratios: pd.DataFrame | None, group: Any, one: str, other: str, form: Format) -> str:
    if ratios is None:
        return ""
    table: Any = ratios if group is None else ratios.loc[group]
    if one not in table.index or other not in table.columns:
        return ""
    value = float(table.loc[one, other])
    return "" if math.isnan(value) else form.number(value)


def _loadings(fit: Fit, group: object, construct: str) -> list[tuple[str, float]]:
    """Standardised loadings of the items of a construct; those of composites under a covariance structure are none."""
    frame = fit.loadings
    rows = frame[frame["lhs"] == construct]
    if group is not None:
        rows = rows[[one == group for one in rows["group"]]]
    return list(zip(rows["rhs"], rows["std"], strict=True))


def _number(row: Mapping[Hashable, Any], name: str, form: Format) -> str:
    return form.number(float(row[name])) if name in row else ""


def _label(group: object) -> str:
    return "" if group is None else ", ".join(map(str, group)) if isinstance(group, tuple) else str(group)


def _explained(fit: Fit, form: Format) -> list[str]:
    """What the columns are; and the verdict, where the numbers must not be used."""
    lines = [said("report_tables.measurement", form.language)]
    if not fit.status:
        lines.append(said("fit_summary.status", form.language, verdict=fit.status.verdict))
    return lines
