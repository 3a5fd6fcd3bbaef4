"""Published tables of means, covariances and correlations as checked arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, listed, nearest
from csisem.survey.scale import Scale, as_scale


def names(table: object, items: Sequence[str] | None) -> tuple[str, ...]:
    if table is None:
        raise DataError("A table of moments needs cov=, or corr= together with sd=.")
    names = tuple(items) if items is not None else tuple(str(name) for name in getattr(table, "columns", ()))
    if not names:
        raise DataError("A table of moments without column names needs items=.")
    if len(set(names)) < len(names):
        raise DataError(f"Items appear twice in the table: {listed(sorted({x for x in names if names.count(x) > 1}))}.")
    return names


def matrix(cov: object, corr: object, sd: object, names: tuple[str, ...]) -> FloatArray:
    if cov is not None:
        return _checked(_square(cov, names), names)
    if sd is None:
        raise DataError("Correlations need the standard deviations too: give sd=.")
    deviations = vector(sd, names, "sd")
    if (deviations <= 0).any():
        raise DataError(f"The standard deviation of {names[int(np.argmin(deviations))]!r} is not positive.")
    correlations = _checked(_square(corr, names), names)
    own = np.abs(np.diag(correlations) - 1)
    # Printed correlations are rounded, but a variable's with itself never is.
    if (own > 1e-8).any():
        worst = int(np.argmax(own))
        raise DataError(f"The correlation of {names[worst]!r} with itself is {correlations[worst, worst]:g}, not 1; "
                        "give covariances as cov=.")  # fmt: skip
    return correlations * np.outer(deviations, deviations)


def _square(table: Any, names: tuple[str, ...]) -> FloatArray:
    """A (p, p) array from a frame, an array, or a lower triangle given as ragged lists."""
    p = len(names)
    if hasattr(table, "columns"):
        # A labelled frame is read by its labels, whatever their order.
        for axis, labels in enumerate((getattr(table, "index", ()), table.columns)):
            known = [str(label) for label in labels]
            if sorted(known) == sorted(names):
                table = table.take([known.index(name) for name in names], axis=axis)
    if hasattr(table, "to_numpy"):
        table = table.to_numpy()
    try:
        rows = [np.asarray(row, dtype=np.float64) for row in table]
    except (TypeError, ValueError):
        raise DataError("The table holds something that is no number; covariances are numbers throughout.") from None
    if len(rows) != p or any(len(row) not in (p, i + 1) for i, row in enumerate(rows)):
        raise DataError(f"The table has {len(rows)} rows, but {p} items are named; it must be {p} x {p}.")
    matrix = np.zeros((p, p))
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    # A blank or zero upper triangle is how tables are printed.
    upper = matrix[np.triu_indices(p, 1)]
    if p > 1 and (np.isnan(upper) | (upper == 0.0)).all():
        matrix = np.tril(np.nan_to_num(matrix, nan=np.nan)) + np.tril(matrix, -1).T
    return matrix


def _checked(matrix: FloatArray, names: tuple[str, ...]) -> FloatArray:
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise DataError(f"The table has no number for {names[i]!r} and {names[j]!r}.")
    gap = np.abs(matrix - matrix.T)
    scale = np.sqrt(np.abs(np.outer(np.diag(matrix), np.diag(matrix))))
    # Printed tables are rounded the same way on both sides, so only a typing mistake exceeds this.
    if (gap > 1e-8 * np.maximum(scale, 1e-300)).any():
        i, j = np.unravel_index(np.argmax(gap / np.maximum(scale, 1e-300)), gap.shape)
        raise DataError(
            f"The table is not symmetric: {names[i]!r} with {names[j]!r} is {matrix[i, j]:g} on one side and "
            f"{matrix[j, i]:g} on the other."
        )
    matrix = (matrix + matrix.T) / 2
    if (np.diag(matrix) <= 0).any():
        raise DataError(f"The variance of {names[int(np.argmin(np.diag(matrix)))]!r} is not positive.")
    standard = matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
    smallest = float(np.linalg.eigvalsh(standard)[0])
    if smallest < -1e-6:
        raise DataError(
            f"The table is not a covariance matrix: its smallest eigenvalue (in correlations) is {smallest:.3g}, "
            "below zero; look for a typing mistake or for pairwise deletion."
        )
    return matrix


def vector(values: Any, names: tuple[str, ...], what: str) -> FloatArray:
    if hasattr(values, "reindex"):
        values = values.reindex(list(names))
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{what} holds something that is no number.") from None
    if vector.shape != (len(names),):
        raise DataError(f"{what} has {vector.size} numbers, but {len(names)} items are named.")
    if not np.isfinite(vector).all():
        raise DataError(f"{what} has no number for {names[int(np.argmin(np.isfinite(vector)))]!r}.")
    return vector


def means(mean: object, names: tuple[str, ...]) -> FloatArray:
    return vector(mean, names, "mean")


def scales(scale: object, names: tuple[str, ...]) -> tuple[Scale | None, ...]:
    if isinstance(scale, Mapping):
        unknown = [name for name in scale if name not in names]
        if unknown:
            raise DataError(f"scale= names {unknown[0]!r}, which is no item of the table{nearest(unknown[0], names)}.")
        return tuple(as_scale(scale[name]) if name in scale else None for name in names)
    return tuple(None if scale is None else as_scale(scale) for _ in names)
