"""Labelled pandas objects read off a fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance import derived
from csisem.covariance.matrices import Matrices, row_places
from csisem.inference.delta import delta_errors
from csisem.inference.intervals import wald
from csisem.model.expressions import compile_expression
from csisem.model.parameters import ParameterTable
from csisem.options import Residuals

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]


def parameters(fit: Fit) -> pd.DataFrame:
    """The parameter frame; see `Fit.parameters`."""
    import pandas as pd

    table, structure = fit.table, fit.structure

    def standardised(theta: FloatArray) -> FloatArray:
        return standardised_at(fit, structure.matrices(theta))

    est = np.concatenate([fit.values, _definitions(fit, fit.values)])
    if fit.status.usable:
        se = delta_errors(table.map, fit.vcov)
        if table.definitions:
            se = np.concatenate([se, fit.errors_of(lambda theta: _definitions(fit, _row_values(fit, theta)))])
        std = standardised(fit.theta)
        std_se = fit.errors_of(standardised)
        # What is 1 or 0 by definition has an error of rounding.
        std_se[std_se < 1e-12] = 0.0
        std_se[np.isnan(std)] = np.nan
    else:
        se = std = std_se = np.full(est.shape, np.nan)

    def every_row(theta: FloatArray) -> FloatArray:
        rows = _row_values(fit, theta)
        return np.concatenate([rows, _definitions(fit, rows)], axis=-1)

    tests = wald(est, se, df=fit.degrees_of(every_row))
    numbers = [est, se, tests.z, tests.pvalue, tests.lower, tests.upper, std, std_se]
    return pd.concat([labels(table), pd.DataFrame(np.column_stack(numbers), columns=_NUMBERS)], axis=1)


def values_at(fit: Fit, matrices: Matrices) -> FloatArray:
    """Rows of the parameter frame, ``:=`` quantities behind the others, at matrices (..., G, ...), real or complex."""
    rows = row_places(fit.table).gather(matrices)
    return np.concatenate([rows, _definitions(fit, rows)], axis=-1)


def standardised_at(fit: Fit, matrices: Matrices) -> FloatArray:
    """The same completely standardised."""
    # Where a variance is negative the standardised value is nan, in complex arithmetic by way of a warning.
    with np.errstate(invalid="ignore"):
        rows = derived.standardized_rows(row_places(fit.table), matrices)
    return np.concatenate([rows, _definitions(fit, rows)], axis=-1)


_NUMBERS = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std", "std_se"]


@lru_cache(maxsize=64)
def labels(table: ParameterTable) -> pd.DataFrame:
    """The columns that say what a row is; made once for a table, since pandas takes its time over text."""
    import pandas as pd

    rows = table.rows
    extra = len(table.definitions)
    groups: Sequence[object] = table.groups or (1,)
    names = [definition.name for definition in table.definitions]
    return pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows] + names,
            "op": [row.op for row in rows] + [":="] * extra,
            "rhs": [row.rhs for row in rows] + [definition.expression for definition in table.definitions],
            "group": [groups[row.group] for row in rows] + ["" if table.groups else groups[0]] * extra,
            "label": [row.label for row in rows] + names,
        }
    )


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


def _row_values(fit: Fit, theta: FloatArray) -> FloatArray:
    """Values (..., R) of the table's rows at free parameters (..., q)."""
    moved: FloatArray = fit.values + (theta - fit.theta) @ fit.table.map.T
    return moved


def _by_group(fit: Fit, names: Sequence[str]) -> pd.Index[str] | pd.MultiIndex:
    """Names, under their group's label where there are groups."""
    import pandas as pd

    if not fit.groups:
        return pd.Index(list(names))
    return pd.MultiIndex.from_tuples([(group, name) for group in fit.groups for name in names], names=["group", None])


def _usable(fit: Fit, values: FloatArray) -> FloatArray:
    return values if fit.status.usable else np.full(values.shape, np.nan)


def r_squared(fit: Fit) -> pd.Series[float]:
    """Explained shares of variance; see `Fit.r_squared`."""
    import pandas as pd

    items, latents = derived.r_squared(fit.lisrel)
    table = fit.table
    measured = [i for i, name in enumerate(table.observed) if name not in table.latents]
    pointed = sorted({row.row for row in table.rows if row.matrix == "beta"})
    values = np.concatenate([items[:, measured], latents[:, pointed]], axis=1)
    names = [table.observed[i] for i in measured] + [table.latents[j] for j in pointed]
    return pd.Series(_usable(fit, values).ravel(), index=_by_group(fit, names), name="r_squared")


def latent_correlations(fit: Fit) -> pd.DataFrame:
    """Correlations of constructs; see `Fit.latent_correlations`."""
    import pandas as pd

    count = fit.table.constructs
    names = list(fit.table.latents[:count])
    values = derived.latent_correlations(fit.lisrel)[:, :count, :count]
    return pd.DataFrame(_usable(fit, values).reshape(-1, count), index=_by_group(fit, names), columns=names)


def by_item(fit: Fit, matrices: FloatArray) -> pd.DataFrame:
    """Matrices (G, p, p) as one frame of items by items."""
    import pandas as pd

    names = list(fit.table.observed)
    return pd.DataFrame(_usable(fit, matrices).reshape(-1, len(names)), index=_by_group(fit, names), columns=names)


def means(fit: Fit) -> pd.Series[float]:
    """Implied means; see `Fit.implied_mean`."""
    import pandas as pd

    values = fit.implied_moments.mean if fit.table.meanstructure else fit.sample_mean
    return pd.Series(_usable(fit, values).ravel(), index=_by_group(fit, fit.table.observed), name="mean")


def residuals(fit: Fit, kind: Residuals) -> pd.DataFrame:
    """Residual matrices; see `Fit.residuals`."""
    sample, implied = fit.sample_cov, fit.implied_moments.cov
    if kind == "cor":
        sample, implied = _correlations(sample), _correlations(implied)
    return by_item(fit, sample - implied)


def _correlations(cov: FloatArray) -> FloatArray:
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    correlations: FloatArray = cov / (sd[..., :, None] * sd[..., None, :])
    return correlations
