"""Numbers by name, from the several forms that users have them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, shown
from csisem.option_checks import LARGEST
from csisem.plot.drawing.frames import check_frame, floats, numbers, one_of, optional, read_indices

_FORMS = "a frame of cs.csi, a frame of cs.diagnose.frequencies, numbers by name, or a table of numbers"


class Figures(NamedTuple):
    """Numbers by name and series.

    Attributes
    ----------
    names, series
        Names of the m rows and the s series.
    values, lower, upper
        Numbers and ends of their intervals, (m, s) each; nan where there is none.
    title
        The question that was asked, of frequencies.
    value
        The column that the numbers are from, where they are from a result.
    """

    names: list[object]
    series: list[object]
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    title: str = ""
    value: str = ""


def read_figures(data: object, item: object = None) -> Figures:
    """Numbers by name and series; refused without a finite number, or with two rows of one name."""
    if isinstance(data, pd.DataFrame) and {"answer", "percent"} <= set(data.columns):
        return _of_frequencies(data, item)
    if isinstance(data, pd.DataFrame) and "n" in data.columns and "ci_lower" in data.columns:
        return _of_indices(data)
    if isinstance(data, Mapping):
        data = pd.Series(list(data.values()), index=list(data), dtype=object)
    if isinstance(data, pd.Series):
        data = data.to_frame()
    if not isinstance(data, pd.DataFrame):
        raise DataError(f"data= must be {_FORMS}; got {shown(data)}.")
    if data.empty:
        raise DataError("data= has no numbers to draw.")
    values = floats(data)
    if values is None:
        raise DataError(f"data= must be {_FORMS}; it holds other values.")
    none = np.full(values.shape, np.nan)
    return _checked(Figures(list(data.index), list(data.columns), values, none, none))


def _checked(found: Figures) -> Figures:
    if not np.isfinite(found.values).any():
        raise DataError("data= has no number to draw.")
    if (np.abs(found.values) > LARGEST).any():
        raise DataError("data= has numbers that are too large to draw.")
    if len(set(map(str, found.names))) < len(found.names):
        raise DataError("data= has two rows of one name.")
    return found


def _of_frequencies(data: pd.DataFrame, item: object) -> Figures:
    """Percentages of the answers to one question."""
    rows = one_of(check_frame(data, ["item"], "cs.diagnose.frequencies", "data"), "item", item, "item")
    columns = [numbers(rows, "percent", "data"), optional(rows, "ci_lower"), optional(rows, "ci_upper")]
    if rows["answer"].duplicated().any():
        raise DataError("data= has several rows an answer; give those of one group.")
    values, lower, upper = (column[:, None] for column in columns)
    return Figures(list(rows["answer"]), ["percent"], values, lower, upper, str(rows["item"].iloc[0]), "percent")


def _of_indices(data: pd.DataFrame) -> Figures:
    """Indices: a row a construct, a series a segment; of one construct a row a segment."""
    found = read_indices(data, None, "cs.csi", several=True)
    rows = found.frame
    names = list(rows[found.heading])
    keys: list[object] = [found.value] * len(rows)
    if found.segments:
        labels = rows[list(found.segments)].itertuples(index=False, name=None)
        keys = [key[0] if len(key) == 1 else key for key in labels]
        if len(set(names)) == 1:
            names, keys = keys, names
    every, series = list(dict.fromkeys(names)), list(dict.fromkeys(keys))
    parts = np.full((3, len(every), len(series)), np.nan)
    columns = [optional(rows, name) for name in (found.value, "ci_lower", "ci_upper")]
    if len(set(zip(names, keys, strict=True))) < len(rows):
        raise DataError("data= has two rows of one name.")
    for row, (name, key) in enumerate(zip(names, keys, strict=True)):
        parts[:, every.index(name), series.index(key)] = [column[row] for column in columns]
    values, lower, upper = parts
    return _checked(Figures(every, series, values, lower, upper, value=found.value))
