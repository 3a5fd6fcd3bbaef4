"""Judgement matrices, read, checked and completed by reciprocals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.errors import DataError, listed
from csisem.option_checks import names_of

# How far the product of two reciprocal entries may be from 1: 0.33 for 1/3, 0.17 for 1/6.
_ROUNDED = 0.05


def read_matrix(matrix: object, names: Sequence[str] | None = None, which: str = "") -> tuple[FloatArray, list[str]]:
    """Return a positive reciprocal matrix (n, n) and its items' names.

    Of each pair the entry of at least 1 counts, so that rounded reciprocals (0.33 for 1/3) do no harm; a blank is the
    reciprocal of its mirror. Messages add ``which`` matrix it is.
    """
    where = f" of {which}" if which else ""
    rows, columns = _names_in(matrix)
    found = columns if names is None else list(names_of("names", names, once=False))
    try:
        values = np.array(matrix, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"The judgement matrix{where} must hold numbers; write 1/3 as a number, not as text.") from None
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not len(values):
        raise DataError(f"A judgement matrix is square; the one{where or ' given'} has shape {values.shape}.")
    labels = found or [f"item{k + 1}" for k in range(len(values))]
    if len(labels) != len(values) or len(set(labels)) < len(labels):
        raise DataError(f"The judgement matrix{where} has {len(values)} items, but its names are {listed(labels)}.")
    if columns and rows not in (columns, [str(k) for k in range(len(labels))]):
        raise DataError(f"The rows of the judgement matrix{where} are {listed(rows)}, its columns {listed(columns)}; "
                        "they must be the same items in the same order.")  # fmt: skip
    mirror = values.T
    values = np.where(np.isnan(values) & (mirror > 0), 1 / np.where(mirror > 0, mirror, 1.0), values)
    np.fill_diagonal(values, np.where(np.isnan(np.diagonal(values)), 1.0, np.diagonal(values)))
    _check_entries(values, labels, where)
    above = values >= values.T
    return np.where(above, values, 1 / values.T), labels


def _names_in(matrix: object) -> tuple[list[str], list[str]]:
    """Names of the rows and columns of a frame; of anything else none."""
    index, columns = getattr(matrix, "index", None), getattr(matrix, "columns", None)
    return ([], []) if index is None or columns is None else (list(map(str, index)), list(map(str, columns)))


def _check_entries(values: FloatArray, labels: list[str], where: str) -> None:
    def pair(wrong: BoolArray) -> tuple[int, int, str]:
        i, j = (int(k) for k in np.argwhere(wrong)[0])
        return i, j, f"{labels[i]!r} against {labels[j]!r}"

    if (wrong := (values <= 0) | np.isinf(values)).any():
        i, j, text = pair(wrong)
        raise DataError(f"Judgements are finite numbers above zero; {text}{where} is {values[i, j]:g}.")
    if np.isnan(values).any():
        raise DataError(f"The judgement matrix{where} is blank for {pair(np.isnan(values))[2]}, both ways round.")
    if (wrong := np.abs(values * values.T - 1) > _ROUNDED).any():
        i, j, text = pair(wrong)
        if i == j:
            raise DataError(f"An item compared with itself is 1; {labels[i]!r}{where} is {values[i, i]:g}.")
        raise DataError(f"Judgements are reciprocal: {text}{where} is {values[i, j]:g}, so the other way round it is "
                        f"{1 / values[i, j]:.4g}, not {values[j, i]:g}.")  # fmt: skip
