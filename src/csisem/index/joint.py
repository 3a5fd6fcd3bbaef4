"""Indices with their joint covariance, as frames carry them and as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.errors import DataError, listed, nearest
from csisem.index.satisfaction import SharedRows
from csisem.inference.intervals import wald

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

# A frame's own errors and the diagonal of its covariance matrix are the same numbers.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """k indices, their covariance (k, k) and degrees of freedom (k,), and whether that covariance was stated."""

    value: FloatArray
    covariance: FloatArray
    degrees: FloatArray
    known: bool


def joint_of(frame: pd.DataFrame, value: str = "index", covariance: object = None) -> Joint:
    """Return the indices of a frame's rows with their joint covariance.

    That is ``covariance`` (k, k) where it is given; else the one the frame carries in ``.attrs``, also when rows were
    selected or reordered since; else the squares of its ``se``, rows being independent.

    Raises
    ------
    DataError
        A column is missing, or the covariance does not belong to the rows.
    """
    for name in (value, "se") if covariance is None else (value,):
        if name not in frame.columns:
            raise DataError(f"The frame has no column {name!r}{nearest(name, map(str, frame.columns))}.")
    values = frame[value].to_numpy(dtype=np.float64)
    degrees = np.full(len(values), np.inf)
    if covariance is not None:
        matrix = np.asarray(covariance, dtype=np.float64)
        if matrix.shape != (len(values), len(values)):
            raise DataError(f"covariance= has shape {matrix.shape} for {len(values)} rows.")
        if not np.allclose(matrix, matrix.T, rtol=1e-9, atol=0, equal_nan=True):
            raise DataError("covariance= is not symmetric.")
        return Joint(values, matrix, degrees, True)
    se = frame["se"].to_numpy(dtype=np.float64)
    own = np.asarray(frame.attrs.get("covariance") or [], dtype=np.float64)
    whole = np.asarray(frame.attrs.get("degrees") or [], dtype=np.float64)
    places = frame.index.to_numpy()
    if own.size and places.dtype.kind in "iu" and places.min(initial=0) >= 0 and places.max(initial=-1) < len(own):
        matrix = own[np.ix_(places, places)]
        if np.allclose(np.sqrt(np.maximum(np.diagonal(matrix), 0)), se, rtol=_SAME, atol=0, equal_nan=True):
            return Joint(values, matrix, whole[places] if len(whole) == len(own) else degrees, True)
    return Joint(values, np.diag(se**2), degrees, False)


def framed(
    columns: Mapping[str, object],
    value: FloatArray,
    variance: FloatArray,
    covariance: FloatArray | None,
    degrees: FloatArray,
    name: str = "index",
) -> pd.DataFrame:
    """Return a frame of ``columns`` and ``index, se, ci_lower, ci_upper``; its ``.attrs`` carry covariance and degrees.

    Without a joint covariance, of very many rows, the attribute is empty.
    """
    import pandas as pd

    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    tests = wald(value, se, df=degrees)
    frame = pd.DataFrame({**columns, name: value, "se": se, "ci_lower": tests.lower, "ci_upper": tests.upper})
    frame.attrs = {
        "covariance": SharedRows(() if covariance is None else covariance.tolist()),
        "degrees": degrees.tolist(),
    }
    return frame


def is_figures(data: object) -> bool:
    """Whether data are figures by name, a mapping or a Series, and not a frame or a Survey, which have columns."""
    return isinstance(data, Mapping) or (hasattr(data, "items") and not hasattr(data, "columns"))


def unique_rows(frame: pd.DataFrame, by: list[str]) -> None:
    """Refuse a frame in which two rows have the same values of ``by``.

    Raises
    ------
    DataError
        The sentence names the values.
    """
    for name in by:
        if name not in frame.columns:
            raise DataError(f"The frame has no column {name!r}{nearest(name, map(str, frame.columns))}.")
    if (twice := frame.duplicated(by)).any():
        first = frame.loc[twice, by].iloc[0].tolist()
        raise DataError(f"Several rows have {listed(by)} = {listed(first)}; select one construct, or name all columns "
                        "that tell rows apart.")  # fmt: skip
