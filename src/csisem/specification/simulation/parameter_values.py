"""Parameter values for a simulation, checked against the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.errors import ModelError, agree, listed, nearest, shown
from csisem.specification.simulation.response_scales import is_number

if TYPE_CHECKING:
    import pandas as pd

    from csisem.specification.parameters import Parameter, ParameterTable


Values: TypeAlias = Union[Mapping[str, float], "pd.DataFrame"]
"""Numbers by parameter (``"Value ~ Quality"``, or a label), or a frame with the columns ``lhs op rhs est``."""

# Given values meet the model's equalities if they differ by less than this, relative to their size: results of the same
# arithmetic in another order do, numbers rounded for print do not.
_SAME = 1e-8


def row_values(table: ParameterTable, values: Values | None) -> FloatArray:
    """Find the values (R,) of a table's rows from the given ones and the model's equalities.

    Only intercepts that neither the model nor the user gives are nan.
    """
    given = _given(table, values)
    # Moments of exogenous variables and unwritten latent means are not in the table's map.
    direct = {r: number for r, (_, number) in given.items() if _outside(table, table.rows[r])}
    tied = [r for r in given if r not in direct]
    whole = table.map.toarray()
    mapping, wanted = whole[tied], np.array([given[r][1] for r in tied])
    inverse = np.linalg.pinv(mapping)
    theta = inverse @ (wanted - table.base[tied])
    _check_agreement(table, {r: given[r] for r in tied}, table.base[tied] + mapping @ theta)
    value = table.base + whole @ theta
    # A row is determined if it lies in the span of the given rows; otherwise the distance is of order 1.
    known = np.linalg.norm(whole - whole @ inverse @ mapping, axis=1) < 1e-8
    for r, row in enumerate(table.rows):
        if r in direct:
            value[r] = direct[r]
        elif row.exogenous:
            known[r] = False
    _check_complete(table, known)
    _check_restrictions(table, theta)
    return np.where(known, value, np.nan)


def _outside(table: ParameterTable, row: Parameter) -> bool:
    return row.exogenous or (row.op == "~1" and not row.user and row.lhs in table.latents[: table.constructs])


def _given(table: ParameterTable, values: Values | None) -> dict[int, tuple[str, float]]:
    """The user's names and numbers by row; a label stands for its first row."""
    rows = _rows_by_name(table)
    given: dict[int, tuple[str, float]] = {}
    for name, raw in _pairs(table, values):
        key = _compact(name)
        if "|" in key and table.ordered is None:
            raise ModelError(f"values= names {name!r}, a threshold of an ordered item, and the answers here are "
                             "numeric; cs.power takes thresholds with ordered=True and estimator='WLSMV'.")  # fmt: skip
        if key not in rows:
            names = [*(row.name for row in table.rows), *(row.label for row in table.rows if row.label)]
            raise ModelError(f"values= names {name!r}, which is not a parameter of the model{nearest(name, names)}.")
        number = _number(name, raw)
        earlier, before = given.setdefault(rows[key], (name, number))
        if not _same(before, number):
            raise ModelError(
                f"values= gives one parameter twice: {earlier!r} is {before:g} and {name!r} is {number:g}."
            )
    return given


def _rows_by_name(table: ParameterTable) -> dict[str, int]:
    rows: dict[str, int] = {}
    for r, row in enumerate(table.rows):
        rows.setdefault(_compact(row.name), r)
        if row.op == "~~":
            rows.setdefault(_compact(f"{row.rhs}~~{row.lhs}"), r)
        if row.label:
            rows.setdefault(_compact(row.label), r)
    return rows


def _pairs(table: ParameterTable, values: Values | None) -> Iterator[tuple[str, object]]:
    if values is None:
        return
    if isinstance(values, Mapping):
        defined = {definition.name for definition in table.definitions}
        for name, number in values.items():
            if str(name) in defined:
                raise ModelError(f"values= names {name!r}, which ':=' computes from other parameters; give those.")
            yield str(name), number
        return
    yield from _frame_pairs(values)


def _frame_pairs(frame: Any) -> Iterator[tuple[str, object]]:
    columns = [str(name) for name in getattr(frame, "columns", ())]
    if not columns:
        raise ModelError("values= takes a mapping from parameter to number or a pandas frame such as fit.parameters, "
                         f"not {type(frame).__name__!r}.")  # fmt: skip
    missing = [name for name in ("lhs", "op", "rhs", "est") if name not in columns]
    if missing:
        raise ModelError(f"The frame in values= lacks the columns {listed(missing)}; fit.parameters has them.")
    parameters = frame[frame["op"] != ":="]
    if "group" in columns and len(groups := list(dict.fromkeys(parameters["group"]))) > 1:
        raise ModelError(f"The frame in values= has {len(groups)} groups ({listed(groups)}), but answers are drawn for "
                         f"one; pass frame[frame['group'] == {groups[0]!r}].")  # fmt: skip
    for lhs, op, rhs, est in zip(*(parameters[name] for name in ("lhs", "op", "rhs", "est")), strict=True):
        yield f"{lhs} ~1" if op == "~1" else f"{lhs} {op} {rhs}", est


def _number(name: str, raw: object) -> float:
    if is_number(raw):
        return float(raw)
    raise ModelError(f"The value of {shown(name)} must be a finite number; got {shown(raw)}.")


def _check_agreement(table: ParameterTable, given: dict[int, tuple[str, float]], solved: FloatArray) -> None:
    wrong = [r for (r, (_, number)), value in zip(given.items(), solved, strict=True) if not _same(number, value)]
    for r in wrong:
        if not table.free[r]:
            name, number = given[r]
            hint = "; of a fit under 'theta' give parameterization='theta'" if "~*~" in name else ""
            raise ModelError(f"{name!r} is given as {number:g}, but the model fixes it at {table.base[r]:g}{hint}.")
    if wrong:
        raise ModelError(f"The values of {listed(given[r][0] for r in wrong)} contradict an equality of the model.")


def _check_complete(table: ParameterTable, known: BoolArray) -> None:
    """Refuse missing values; only intercepts that the model does not write may be left out."""
    absent = {
        row.tie: row.name
        for row, found in reversed(list(zip(table.rows, known, strict=True)))
        if not found and (row.op != "~1" or row.user)
    }
    if absent:
        names = list(absent.values())[::-1]
        raise ModelError(f"Simulation needs a value for every free parameter, but {len(names)} "
                         f"{agree(len(names), 'has', 'have')} none: {listed(names)}.")  # fmt: skip


def _check_restrictions(table: ParameterTable, theta: FloatArray) -> None:
    """Refuse values that an inequality, a bound or a nonlinear equation of the model excludes."""
    found = table.restrictions
    if found is None:
        return
    value = found.values(theta)
    missed = np.where(found.equality, np.abs(value), -value) > _SAME
    if missed.any():
        texts = [text for text, one in zip(found.texts, missed, strict=True) if one]
        raise ModelError(f"The values do not satisfy {listed(texts)} of the model.")


def _same(first: float, second: float) -> bool:
    return abs(first - second) <= _SAME * max(abs(first), abs(second), 1.0)


def _compact(name: str) -> str:
    return "".join(name.replace("`", "").split())
