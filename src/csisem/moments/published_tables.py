"""Published tables of means, covariances and correlations, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, listed, nearest, shown
from csisem.option_checks import LARGEST, names_of
from csisem.survey.scale import Scale, as_scale


def names(table: object, items: Sequence[str] | None) -> tuple[str, ...]:
    """Names of the items, given or read from the columns of a frame."""
    if table is None:
        raise DataError("A table of moments needs cov=, or corr= together with sd=.")
    given = items if items is not None else [str(name) for name in getattr(table, "columns", ())]
    names = names_of("items", given, once=False)
    if not names:
        raise DataError("A table of moments without column names needs items=.")
    if len(set(names)) < len(names):
        raise DataError(f"Items appear twice in the table: {listed(sorted({x for x in names if names.count(x) > 1}))}.")
    return names


def matrix(cov: object, corr: object, sd: object, names: tuple[str, ...]) -> FloatArray:
    """Covariances (p, p), given or computed from correlations and standard deviations."""
    if cov is not None:
        return _checked(_square(cov, names), names)
    if sd is None:
        raise DataError("Correlations need the standard deviations too: give sd=.")
    deviations = vector(sd, names, "sd")
    if (deviations <= 0).any():
        raise DataError(f"The standard deviation of {names[int(np.argmin(deviations))]!r} is not positive.")
    correlations = _checked(_square(corr, names), names)
    own = np.abs(np.diag(correlations) - 1)
    # Printed correlations are rounded, but the correlation of a variable with itself is exactly 1.
    if (own > 1e-8).any():
        worst = int(np.argmax(own))
        raise DataError(f"The correlation of {names[worst]!r} with itself is {correlations[worst, worst]:g}, not 1; "
                        "give covariances as cov=.")  # fmt: skip
    return correlations * np.outer(deviations, deviations)


def _square(table: Any, names: tuple[str, ...]) -> FloatArray:
    """Array (p, p) from a frame, an array, or a lower triangle given as ragged lists."""
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
        rows = [np.asarray(row, dtype=np.float64).reshape(-1) for row in table]
    except (TypeError, ValueError, OverflowError):
        raise DataError("The table holds something that is not a number.") from None
    if len(rows) != p or any(len(row) not in (p, i + 1) for i, row in enumerate(rows)):
        raise DataError(f"The table has {len(rows)} rows, but {p} items are named; it must be {p} x {p}.")
    matrix = np.zeros((p, p))
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    # Tables are often printed with a blank or zero upper triangle.
    upper = matrix[np.triu_indices(p, 1)]
    if p > 1 and (np.isnan(upper) | (upper == 0.0)).all():
        matrix = np.tril(np.nan_to_num(matrix, nan=np.nan)) + np.tril(matrix, -1).T
    return matrix


def _checked(matrix: FloatArray, names: tuple[str, ...]) -> FloatArray:
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise DataError(f"The table has no number for {names[i]!r} and {names[j]!r}.")
    if (np.abs(matrix) > LARGEST**2).any():
        raise DataError(f"The table holds numbers beyond {LARGEST**2:g}; use another unit.")
    gap = np.abs(matrix - matrix.T)
    scale = np.sqrt(np.abs(np.outer(np.diag(matrix), np.diag(matrix))))
    # Both sides of a printed table are rounded alike, so that only a typing mistake exceeds this.
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
            "below zero. Look for a typing mistake or for pairwise deletion."
        )
    return matrix


def vector(values: Any, names: tuple[str, ...], what: str) -> FloatArray:
    """Numbers (p,) in the order of ``names``; ``what`` names the argument in messages."""
    if hasattr(values, "reindex") and hasattr(values, "index"):
        if not values.index.is_unique:
            raise DataError(f"{what} names {shown(values.index[values.index.duplicated()][0])} more than once.")
        values = values.reindex(list(names))
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{what} holds something that is not a number.") from None
    if vector.shape != (len(names),):
        raise DataError(f"{what} has {vector.size} numbers, but {len(names)} items are named.")
    if (np.abs(vector) > LARGEST).any():
        raise DataError(f"{what} holds infinite numbers, or numbers beyond {LARGEST:g}; use another unit.")
    if not np.isfinite(vector).all():
        raise DataError(f"{what} has no number for {names[int(np.argmin(np.isfinite(vector)))]!r}.")
    return vector


def scales(scale: object, names: tuple[str, ...]) -> tuple[Scale | None, ...]:
    """Scale of each item, from one for all or a mapping by item."""
    if isinstance(scale, Mapping):
        unknown = [name for name in scale if name not in names]
        if unknown:
            raise DataError(
                f"scale= names {unknown[0]!r}, which is not an item of the table{nearest(unknown[0], names)}."
            )
        return tuple(as_scale(scale[name]) if name in scale else None for name in names)
    return tuple(None if scale is None else as_scale(scale) for _ in names)
