"""Labelled pandas objects read off a fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.inference.delta import delta_errors, jacobian
from csisem.inference.intervals import wald
from csisem.specification.parameters import ParameterTable
from csisem.specification.syntax.expressions import compile_expression

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit


def parameters(fit: Fit) -> pd.DataFrame:
    """The parameter frame; see `Fit.parameters`."""
    table = fit.table
    est = np.concatenate([fit.values, _definitions(fit, fit.values)])
    if fit.status.usable:
        rows, std_slopes = fit.standardized()
        std = np.concatenate([rows, _definitions(fit, rows)])
        slopes = table.map
        if table.definitions:
            slopes = np.concatenate([slopes, _definition_slopes(fit, fit.values) @ slopes])
            # What depends on a value that does not exist is nan itself; nothing else may become so.
            known = np.where(np.isnan(std_slopes), 0.0, std_slopes)
            std_slopes = np.concatenate([std_slopes, _definition_slopes(fit, rows) @ known])
        if fit.replicates is None:
            se, std_se = delta_errors(slopes, fit.vcov), delta_errors(std_slopes, fit.vcov)
        else:
            se, std_se = fit.errors_of(partial(_rows_at, fit)), fit.errors_of(partial(_standardized_at, fit))
        # What is 1 or 0 by definition has an error of rounding.
        std_se[std_se < 1e-12] = 0.0
        std_se[np.isnan(std)] = np.nan
    else:
        se = std = std_se = np.full(est.shape, np.nan)
    tests = wald(est, se, df=fit.degrees_of(partial(_rows_at, fit)))
    numbers = [est, se, tests.z, tests.pvalue, tests.lower, tests.upper, std, std_se]
    frame = _template(table).copy(deep=False)
    frame.isetitem(range(frame.shape[1] - len(_NUMBERS), frame.shape[1]), np.array(numbers).T)
    return frame


_NUMBERS = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std", "std_se"]


@lru_cache(maxsize=64)
def _template(table: ParameterTable) -> pd.DataFrame:
    """The frame without its numbers; made once for a table, since pandas takes its time over text."""
    import pandas as pd

    rows, definitions = table.rows, table.definitions
    groups: Sequence[object] = table.groups or (1,)
    names = [definition.name for definition in definitions]
    texts = (
        [row.lhs for row in rows] + names,
        [row.op for row in rows] + [":="] * len(names),
        [row.rhs for row in rows] + [definition.expression for definition in definitions],
        [row.label for row in rows] + names,
    )
    # One array cut into columns: making it costs pandas the same for one column as for four.
    joined, count = pd.array([text for column in texts for text in column], dtype="str"), len(texts[0])
    lhs, op, rhs, label = (joined[k * count : (k + 1) * count] for k in range(len(texts)))
    group = [groups[row.group] for row in rows] + ["" if table.groups else groups[0]] * len(names)
    columns = {"lhs": lhs, "op": op, "rhs": rhs, "group": group, "label": label}
    return pd.DataFrame(columns | dict.fromkeys(_NUMBERS, np.zeros(count)), copy=False)


def labels(table: ParameterTable) -> pd.DataFrame:
    """The columns of the frame that say what a row is."""
    return _template(table)[["lhs", "op", "rhs", "group", "label"]].copy(deep=False)


def rows_with(fit: Fit, operator: str) -> pd.DataFrame:
    """Rows of the parameter frame with one operator, numbered anew."""
    frame = fit.parameters
    return frame[frame["op"] == operator].reset_index(drop=True)


def _definitions(fit: Fit, rows: FloatArray) -> FloatArray:
    """Values (..., D) of the ``:=`` quantities at row values (..., R), real or complex; a label names its first row."""
    values: dict[str, FloatArray] = {}
    for r in range(len(fit.table.rows) - 1, -1, -1):
        label = fit.table.rows[r].label
        if label:
            values[label] = rows[..., r]
    found = []
    for definition in fit.table.definitions:
        value = compile_expression(definition.expression).evaluate(values)
        found.append(np.broadcast_to(value, rows.shape[:-1]))
        values[definition.name] = found[-1]
    return np.stack(found, axis=-1) if found else rows[..., :0]


def _definition_slopes(fit: Fit, rows: FloatArray) -> FloatArray:
    """Derivatives (D, R) of the ``:=`` quantities by the row values (R,)."""
    return jacobian(lambda moved: _definitions(fit, moved), rows)


def _rows_at(fit: Fit, theta: FloatArray) -> FloatArray:
    """Values (..., R + D) of all rows and ``:=`` quantities at free parameters (..., q)."""
    return with_definitions(fit, fit.values + (theta - fit.theta) @ fit.table.map.T)


def _standardized_at(fit: Fit, theta: FloatArray) -> FloatArray:
    """The same, standardised."""
    return with_definitions(fit, fit.standardized_at(theta))


def with_definitions(fit: Fit, rows: FloatArray) -> FloatArray:
    """Row values (..., R), and the ``:=`` quantities at them behind, (..., R + D)."""
    return np.concatenate([rows, _definitions(fit, rows)], axis=-1)


def _by_group(fit: Fit, names: Sequence[str]) -> pd.Index[str] | pd.MultiIndex:
    """Names, under their group's label where there are groups."""
    import pandas as pd

    if not fit.groups:
        return pd.Index(list(names))
    return pd.MultiIndex.from_tuples([(group, name) for group in fit.groups for name in names], names=["group", None])


def _usable(fit: Fit, values: FloatArray) -> FloatArray:
    return values if fit.status.usable else np.full(values.shape, np.nan)


def r_squared(fit: Fit, names: Sequence[str], values: FloatArray) -> pd.Series[float]:
    """Explained shares of variance (G, k) by name; see `Fit.r_squared`."""
    import pandas as pd

    return pd.Series(_usable(fit, values).ravel(), index=_by_group(fit, names), name="r_squared")


def latent_correlations(fit: Fit, values: FloatArray) -> pd.DataFrame:
    """Correlations of constructs (G, k, k) by name; see `Fit.latent_correlations`."""
    return square(fit, list(fit.table.latents[: fit.table.constructs]), values)


def by_item(fit: Fit, matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, p, p) as one frame of items by items."""
    return square(fit, list(fit.table.observed), matrices)


def square(fit: Fit, names: list[str], matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, k, k) as one frame of names by names."""
    import pandas as pd

    return pd.DataFrame(_usable(fit, matrices).reshape(-1, len(names)), index=_by_group(fit, names), columns=names)


def means(fit: Fit, values: FloatArray) -> pd.Series[float]:
    """Means (G, p) by item; see `Fit.implied_mean`."""
    import pandas as pd

    return pd.Series(_usable(fit, values).ravel(), index=_by_group(fit, fit.table.observed), name="mean")


def correlations(cov: FloatArray) -> FloatArray:
    """Correlations (..., p, p) of covariances."""
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    among: FloatArray = cov / (sd[..., :, None] * sd[..., None, :])
    return among
