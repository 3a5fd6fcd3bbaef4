"""Estimates as labelled pandas objects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.fit.solution import Solution
from csisem.inference.delta import jacobian
from csisem.inference.intervals import wald_interval
from csisem.specification.parameters import ParameterTable, Tangent
from csisem.specification.syntax.expressions import compile_expression

if TYPE_CHECKING:
    import pandas as pd


def parameters(solution: Solution) -> pd.DataFrame:
    """The parameter frame; see `Fit.parameters`."""
    table = solution.table
    est = with_definitions(table, solution.values)
    if solution.status.usable:
        rows, std_slopes = solution.standardized()
        std = with_definitions(table, rows)
        slopes = table.map
        if table.definitions or table.formed:
            slopes = vstack([slopes, csr_array(_definition_slopes(table, solution.values) @ slopes)], format="csr")
            # Values that depend on one that does not exist are nan already; no other value may become nan.
            known = std_slopes.copy()
            known.data[np.isnan(known.data)] = 0.0
            std_slopes = vstack([std_slopes, csr_array(_definition_slopes(table, rows) @ known)], format="csr")
        if solution.replicates is None:
            se, std_se = solution.uncertainty.errors(slopes), solution.uncertainty.errors(std_slopes)
        else:
            se = solution.errors_of(partial(rows_at, solution))
            std_se = solution.errors_of(partial(_standardized_at, solution))
        # Values that are 1 or 0 by definition have a standard error of rounding.
        std_se[std_se < 1e-12] = 0.0
        std_se[np.isnan(std)] = np.nan
        if table.tangent is not None:
            still = _at_bounds(table, solution.values, table.tangent)
            se[still] = std_se[still] = np.nan
    else:
        se = std = std_se = np.full(est.shape, np.nan)
    tests = wald_interval(est, se, df=solution.degrees_of(partial(rows_at, solution)))
    numbers = [est, se, tests.z, tests.pvalue, tests.lower, tests.upper, std, std_se]
    frame = _template(table).copy(deep=False)
    if table.tangent is not None:
        frame.attrs["notes"] = [said for said in solution.status.warnings if said.code in _AT_BOUND]
    frame.isetitem(range(frame.shape[1] - len(_NUMBERS), frame.shape[1]), np.array(numbers)[:, shown_rows(table)].T)
    return frame


def _at_bounds(table: ParameterTable, values: FloatArray, tangent: Tangent) -> BoolArray:
    """Which rows and ``:=`` quantities, (R + D,), would have a standard error but for active inequalities."""
    if not table.definitions and not table.formed:
        return tangent.still
    slopes = _definition_slopes(table, values)
    before, now = (np.abs(slopes @ moved).sum(axis=1) for moved in (tangent.along.toarray(), table.map.toarray()))
    return np.append(tangent.still, (before > 0) & (now <= _ROUNDING * before))


def intervals(solution: Solution, frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """Intervals of the parameter frame's estimates and standardised values; see `Fit.intervals`."""
    found = labels(solution.table)
    for name, function in (("est", rows_at), ("std", _standardized_at)):
        before = "" if name == "est" else "std_"
        value, se = (frame[column].to_numpy() for column in (name, f"{before}se"))
        degrees = np.asarray(solution.degrees_of(partial(function, solution)))
        degrees = degrees[shown_rows(solution.table)] if degrees.ndim else degrees
        ends = wald_interval(value, se, level=level, df=degrees)
        found[name], found[f"{before}se"] = value, se
        found[f"{before}z"], found[f"{before}pvalue"] = ends.z, ends.pvalue
        found[f"{before}ci_lower"], found[f"{before}ci_upper"] = ends.lower, ends.upper
    return found


# Share of a quantity's slopes that is left where an inequality holds it.
_ROUNDING = 1e-10
_AT_BOUND = ("fit.at_bound", "fit.no_error_at_bound")
_NUMBERS = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std", "std_se"]


@lru_cache(maxsize=64)
def _template(table: ParameterTable) -> pd.DataFrame:
    """The frame without its numbers; made once for a table, since columns of text are slow to make."""
    frame = labels_of_all(table)
    if table.formed:
        frame = frame.iloc[shown_rows(table)].reset_index(drop=True)
    return frame.assign(**dict.fromkeys(_NUMBERS, np.zeros(len(frame))))


@lru_cache(maxsize=64)
def shown_rows(table: ParameterTable) -> IntArray | slice:
    """Which rows (R), ``:=`` quantities and weights of composites the frames show, weights first."""
    if not table.formed:
        return slice(None)
    rows, count = len(table.rows), row_count(table)
    first = rows + len(table.definitions)
    return np.concatenate([np.arange(first, count), np.flatnonzero(~table.internal), np.arange(rows, first)])


def row_count(table: ParameterTable) -> int:
    """Number of the rows, ``:=`` quantities and weights of composites together."""
    weights = table.n_groups * sum(len(one.items) for one in table.formed)
    return len(table.rows) + len(table.definitions) + weights


def labels_of_all(table: ParameterTable) -> pd.DataFrame:
    """The columns that identify rows, ``:=`` quantities and weights of composites, also of rows not shown."""
    import pandas as pd

    rows, definitions = table.rows, table.definitions
    groups: Sequence[object] = table.groups or (1,)
    names = [definition.name for definition in definitions]
    weights = [(one.name, item) for _ in groups for one in table.formed for item in one.items]
    texts = (
        [row.lhs for row in rows] + names + [name for name, _ in weights],
        [row.op for row in rows] + [":="] * len(names) + ["<~"] * len(weights),
        [row.rhs for row in rows]
        + [definition.expression for definition in definitions]
        + [item for _, item in weights],
        [row.label for row in rows] + names + [""] * len(weights),
    )
    # One array divided into columns: it takes pandas as long for one column as for four.
    joined, count = pd.array([text for column in texts for text in column], dtype="str"), len(texts[0])
    lhs, op, rhs, label = (joined[k * count : (k + 1) * count] for k in range(len(texts)))
    group = [groups[row.group] for row in rows] + ["" if table.groups else groups[0]] * len(names)
    group += [label for label in groups for _ in range(len(weights) // len(groups))]
    return pd.DataFrame({"lhs": lhs, "op": op, "rhs": rhs, "group": group, "label": label}, copy=False)


def labels(table: ParameterTable) -> pd.DataFrame:
    """The columns of the frame that identify a row."""
    return _template(table)[["lhs", "op", "rhs", "group", "label"]].copy(deep=False)


def rows_with(frame: pd.DataFrame, operator: str) -> pd.DataFrame:
    """Rows of the parameter frame with one operator, numbered anew."""
    return frame[frame["op"] == operator].reset_index(drop=True)


def _definitions(table: ParameterTable, rows: FloatArray) -> FloatArray:
    """Values (..., D) of the ``:=`` quantities at row values (..., R), real or complex; a label names its first row."""
    values: dict[str, FloatArray] = {}
    for r in range(len(table.rows) - 1, -1, -1):
        label = table.rows[r].label
        if label:
            values[label] = rows[..., r]
    found = []
    for definition in table.definitions:
        value = compile_expression(definition.expression).evaluate(values)
        # A quotient by zero has no value; inf would pass for one.
        value = np.where(np.isfinite(value), value, np.nan)
        found.append(np.broadcast_to(value, rows.shape[:-1]))
        values[definition.name] = found[-1]
    return np.stack(found, axis=-1) if found else rows[..., :0]


@lru_cache(maxsize=64)
def _loading_rows(table: ParameterTable) -> tuple[IntArray, ...]:
    """For each group and composite the rows of the loadings (k, k) of its items on it and on its excrescent variables.

    A loading that is not there, of an item on the variable of another, is -1.
    """
    place = {(row.group, row.lhs, row.rhs): r for r, row in enumerate(table.rows) if row.op == "=~"}
    return tuple(
        np.array([[place.get((group, name, item), -1) for name in (one.name, *one.excrescent)] for item in one.items])
        for group in range(table.n_groups)
        for one in table.formed
    )


def _formation_weights(table: ParameterTable, rows: FloatArray) -> FloatArray:
    """Weights (..., W) of the composites at row values (..., R), real or complex: the first row of inverse loadings.

    At standardised rows they are the standardised weights.
    """
    found = []
    for places in _loading_rows(table):
        loadings = np.where(places < 0, 0.0, rows[..., places])
        known: BoolArray = np.asarray(np.isfinite(loadings).all(axis=(-1, -2), keepdims=True))
        inverse = np.linalg.inv(np.where(known, loadings, np.eye(len(places))))
        found.append(np.where(known[..., 0], inverse[..., 0, :], np.nan))
    return np.concatenate(found, axis=-1)


def definition_warnings(table: ParameterTable, values: FloatArray) -> tuple[Sentence, ...]:
    """A warning of ``:=`` quantities that have no value at row values (R,), such as a quotient by zero."""
    if not table.definitions:
        return ()
    none = np.isnan(_definitions(table, values))
    lost = [f"{one.name} := {one.expression}" for one, gone in zip(table.definitions, none, strict=True) if gone]
    return (sentence("fit.undefined", definitions=lost),) if lost else ()


def _definition_slopes(table: ParameterTable, rows: FloatArray) -> FloatArray:
    """Derivatives (D + W, R) of the ``:=`` quantities and of composites' weights by the row values (R,)."""
    return jacobian(lambda moved: with_definitions(table, moved)[..., len(table.rows) :], rows)


def rows_at(solution: Solution, theta: FloatArray) -> FloatArray:
    """Values (..., R + D) of all rows and ``:=`` quantities at free parameters (..., q)."""
    return with_definitions(solution.table, solution.values + (theta - solution.theta) @ solution.table.map.T)


def _standardized_at(solution: Solution, theta: FloatArray) -> FloatArray:
    """The same, standardised."""
    return with_definitions(solution.table, solution.standardized_at(theta))


def with_definitions(table: ParameterTable, rows: FloatArray) -> FloatArray:
    """Row values (..., R), and behind them ``:=`` quantities and weights of composites, (..., R + D + W)."""
    parts = [rows, _definitions(table, rows)]
    if table.formed:
        parts.append(_formation_weights(table, rows))
    return np.concatenate(parts, axis=-1)


def _by_group(solution: Solution, names: Sequence[str]) -> pd.Index[str] | pd.MultiIndex:
    """Names, with the group's label where there are groups."""
    import pandas as pd

    if not solution.groups:
        return pd.Index(list(names))
    return pd.MultiIndex.from_tuples(
        [(group, name) for group in solution.groups for name in names], names=["group", None]
    )


def _usable(solution: Solution, values: FloatArray) -> FloatArray:
    return values if solution.status.usable else np.full(values.shape, np.nan)


def r_squared(solution: Solution, names: Sequence[str], values: FloatArray) -> pd.Series[float]:
    """Explained shares of variance (G, k) by name; see `Fit.r_squared`."""
    import pandas as pd

    return pd.Series(_usable(solution, values).ravel(), index=_by_group(solution, names), name="r_squared")


def latent_correlations(solution: Solution, values: FloatArray) -> pd.DataFrame:
    """Correlations of constructs (G, k, k) by name; see `Fit.latent_correlations`."""
    return square(solution, list(solution.table.latents[: solution.table.shown]), values)


def by_item(solution: Solution, matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, p, p) as one frame of items by items."""
    return square(solution, list(solution.table.observed), matrices)


def square(solution: Solution, names: list[str], matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, k, k) as one frame of names by names."""
    return rectangle(solution, names, names, matrices)


def rectangle(solution: Solution, names: list[str], columns: list[str], matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, k, l) as one frame of names by columns."""
    import pandas as pd

    index = _by_group(solution, names)
    return pd.DataFrame(_usable(solution, matrices).reshape(len(index), len(columns)), index=index, columns=columns)


def means(solution: Solution, values: FloatArray, names: Sequence[str] | None = None) -> pd.Series[float]:
    """Means (G, p) by item, all of them or those with ``names``; see `Fit.implied_mean`."""
    import pandas as pd

    index = _by_group(solution, solution.table.observed if names is None else names)
    return pd.Series(_usable(solution, values).ravel(), index=index, name="mean")
