"""Frames of indices and their joint covariance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.inference.intervals import wald_interval
from csisem.option_checks import LARGEST

INTERVAL = ("se", "ci_lower", "ci_upper")
"""Columns of a standard error and its interval."""

MOST_JOINT = 300
"""Most rows of a frame with which their joint covariance is kept; its size is the square of their number."""

# The column ``se`` and the square roots of the covariance's diagonal are the same numbers.
_SAME = 1e-9

# Correlations computed or printed with fewer digits may have an eigenvalue this far below zero.
_ROUNDED = 1e-6


class SharedRows(list[list[float]]):
    """Nested lists that are never copied: pandas copies ``attrs`` deeply with every operation on a frame."""

    def __deepcopy__(self, memo: dict[int, object]) -> SharedRows:
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """k indices, their covariance (k, k) and degrees of freedom (k,), and whether the covariance was stated."""

    value: FloatArray
    covariance: FloatArray
    degrees: FloatArray
    known: bool


def joint_of(frame: pd.DataFrame, value: str = "index", covariance: object = None) -> Joint:
    """Indices of a frame's rows with their joint covariance.

    The covariance is ``covariance`` (k, k) if given; else the one in ``frame.attrs``, also after rows were selected or
    reordered; else the squares of ``se``, rows being taken as independent.
    """
    check_frame(frame, "The indices")
    values = column_of(frame, value)
    degrees = np.full(len(values), np.inf)
    if covariance is not None:
        matrix = _symmetric(covariance, "covariance=", len(values))
        return Joint(values, matrix, degrees, True)
    se = column_of(frame, "se")
    own = np.asarray(frame.attrs.get("covariance") or [], dtype=np.float64)
    whole = np.asarray(frame.attrs.get("degrees") or [], dtype=np.float64)
    places = frame.index.to_numpy()
    if own.size and places.dtype.kind in "iu" and places.min(initial=0) >= 0 and places.max(initial=-1) < len(own):
        matrix = own[np.ix_(places, places)]
        if np.allclose(np.sqrt(np.maximum(np.diagonal(matrix), 0)), se, rtol=_SAME, atol=0, equal_nan=True):
            return Joint(values, matrix, whole[places] if len(whole) == len(own) else degrees, True)
    return Joint(values, np.diag(se**2), degrees, False)


def column_of(frame: pd.DataFrame, name: object) -> FloatArray:
    """Numbers of a column, nan where missing."""
    if not isinstance(name, str) or name not in frame.columns:
        raise DataError(f"The frame has no column {shown(name)}{nearest(str(name), map(str, frame.columns))}.")
    column = frame[name]
    kind = getattr(column.dtype, "kind", "O")
    if kind in "cmM":
        raise DataError(f"Column {shown(name)} of the frame holds {column.dtype}, not numbers.")
    try:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"Column {name!r} of the frame holds text.") from None
    if (np.abs(values) > LARGEST).any():
        raise DataError(f"Column {shown(name)} of the frame holds infinite numbers, or numbers beyond {LARGEST:g}.")
    return values


def framed(
    columns: Mapping[str, object],
    value: FloatArray,
    variance: FloatArray,
    covariance: FloatArray | None,
    degrees: FloatArray,
    *,
    name: str = "index",
    level: float = 0.95,
) -> pd.DataFrame:
    """A frame of ``columns`` and ``index, se, ci_lower, ci_upper``, with covariance and degrees in ``.attrs``.

    Without a joint covariance, as of very many rows, that attribute is empty.
    """
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    tests = wald_interval(value, se, level=level, df=degrees)
    frame = pd.DataFrame({**columns, name: value, "se": se, "ci_lower": tests.lower, "ci_upper": tests.upper})
    frame.attrs = {
        "covariance": SharedRows(() if covariance is None else covariance.tolist()),
        "degrees": degrees.tolist(),
    }
    return frame


def labelled(matrix: object, names: list[str], what: str) -> FloatArray:
    """A covariance matrix with rows and columns in the order of ``names``."""
    if not isinstance(matrix, pd.DataFrame):
        raise DataError(f"{what} must be a frame with rows and columns {listed(names)}, not {shown(matrix)}.")
    if sorted(map(str, matrix.index)) != sorted(names) or list(matrix.index) != list(matrix.columns):
        raise DataError(f"{what} must have rows and columns {listed(names)}.")
    return _symmetric(matrix.loc[names, names], what, len(names))


def _symmetric(matrix: object, what: str, count: int) -> FloatArray:
    try:
        values = np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{what} holds something that is not a number.") from None
    if values.shape != (count, count):
        raise DataError(f"{what} has shape {values.shape} for {count} rows.")
    if not np.allclose(values, values.T, rtol=1e-9, atol=0, equal_nan=True):
        raise DataError(f"{what} is not symmetric.")
    return _covariances(values, what)


def _covariances(values: FloatArray, what: str) -> FloatArray:
    """Refuse a symmetric matrix (k, k) that no k estimates can have; blanks are those of missing indices."""
    known = ~np.isnan(np.diagonal(values))
    own = values[np.ix_(known, known)]
    variance = np.diagonal(own)
    if not np.isfinite(own).all():
        raise DataError(f"{what} must hold finite numbers.")
    if (variance < 0).any():
        raise DataError(f"{what} has a variance below zero ({variance.min():.3g}), which no estimate has.")
    spread = np.sqrt(np.where(variance > 0, variance, 1.0))
    smallest = float(np.linalg.eigvalsh(own / np.outer(spread, spread))[0]) if own.size else 0.0
    if smallest < -_ROUNDED or (np.abs(own[variance == 0]) > 0).any():
        raise DataError(f"{what} is not a covariance matrix: the smallest eigenvalue of its correlations is "
                        f"{min(smallest, 0.0):.3g}.")  # fmt: skip
    return values


def check_frame(frame: object, what: str) -> None:
    """Refuse what is not a pandas frame; ``what`` begins the sentence."""
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"{what} must be a pandas frame, such as csi() and score() return, not {shown(frame)}.")
    if frame.columns.nlevels > 1 or not frame.columns.is_unique:
        raise DataError(f"{what} must have one name for each column, and none twice.")
    if not len(frame):
        raise DataError(f"{what} have no rows." if what.endswith("s") else f"{what} has no rows.")


def unique_rows(frame: pd.DataFrame, by: list[str]) -> None:
    """Refuse a frame in which two rows have the same values of ``by``."""
    check_frame(frame, "The indices")
    if not by:
        raise OptionError("Name the column(s) that identify rows.")
    for name in by:
        if name not in frame.columns:
            raise DataError(f"The frame has no column {shown(name)}{nearest(name, map(str, frame.columns))}.")
    if (twice := frame.duplicated(by)).any():
        first = frame.loc[twice, by].iloc[0].tolist()
        raise DataError(f"Several rows have {listed(by)} = {listed(first)}; select one construct, or name all columns "
                        "that identify rows.")  # fmt: skip
