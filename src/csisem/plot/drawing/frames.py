"""Results that pictures are drawn from, checked."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, listed, nearest, shown
from csisem.option_checks import LARGEST


def check_frame(frame: object, columns: Sequence[str], source: str, name: str = "frame") -> pd.DataFrame:
    """The frame that ``source`` returns; refused without its columns, or without rows."""
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"{name}= must be the frame that {source} returns; got {shown(frame)}.")
    names = list(frame.columns)
    if frame.columns.nlevels > 1 or len(set(names)) < len(names):
        raise DataError(f"{name}= must be the frame that {source} returns; its columns do not have one name each.")
    if missing := [column for column in columns if column not in frame.columns]:
        raise DataError(
            f"{name}= must be the frame that {source} returns; it has no "
            f"{'column' if len(missing) == 1 else 'columns'} {listed(missing)}."
        )
    if frame.empty:
        raise DataError(f"{name}= has no rows to draw.")
    return frame


def check_result(result: object, kind: type, source: str, name: str = "result") -> Any:
    """The result that ``source`` returns; refused if it is of another class."""
    if not isinstance(result, kind):
        raise DataError(f"{name}= must be what {source} returns; got {shown(result)}.")
    return result


def numbers(frame: pd.DataFrame, column: str, name: str = "frame") -> FloatArray:
    """A column as floats; refused unless it holds numbers, one of them finite, none too large to draw."""
    values = floats(frame[column])
    if values is None:
        raise DataError(f"{name}= must hold numbers in {column!r}; got {shown(frame[column].iloc[0])}.")
    if not np.isfinite(values).any():
        raise DataError(f"{name}= has no number in {column!r} to draw.")
    if (np.abs(values[np.isfinite(values)]) > LARGEST).any():
        raise DataError(f"{name}= has numbers in {column!r} that are too large to draw.")
    return values


def optional(frame: pd.DataFrame, column: str) -> FloatArray:
    """A column as floats, nan where the frame lacks it or it holds no numbers that can be drawn."""
    values = floats(frame[column]) if column in frame.columns else None
    if values is None:
        return np.full(len(frame), np.nan)
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def floats(column: pd.Series[Any] | pd.DataFrame) -> FloatArray | None:
    """Numbers as floats, what is missing as nan; None where there are dates, complex numbers or texts."""
    kinds = {column.dtype.kind} if isinstance(column, pd.Series) else {kind.kind for kind in column.dtypes}
    if kinds & set("cmM"):
        return None
    try:
        return np.asarray(column.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return None


def one_of(frame: pd.DataFrame, column: str, chosen: object, option: str) -> pd.DataFrame:
    """The rows of one value of a column: the one that is chosen, or the only one there."""
    known = list(dict.fromkeys(frame[column]))
    if chosen is None:
        if len(known) == 1:
            return frame
        raise DataError(f"The frame has several values of {column!r}; give {option}= one of {listed(known)}.")
    if not isinstance(chosen, Hashable) or chosen not in set(known):
        near = nearest(chosen, map(str, known)) if isinstance(chosen, str) else ""
        raise DataError(f"{option}={shown(chosen)} is not one of {listed(known)}{near}.")
    return frame[[one == chosen for one in frame[column]]]


class Indices(NamedTuple):
    """A frame of indices, shares or scores, and what its columns are.

    Attributes
    ----------
    frame
        The rows to draw.
    heading, value
        Columns of the names (constructs, nodes or items) and of the figures.
    segments
        Columns of the segments; of a trend the last is the wave.
    """

    frame: pd.DataFrame
    heading: str
    value: str
    segments: tuple[str, ...]


def read_indices(frame: object, of: object, source: str, *, waves: bool = False, several: bool = False) -> Indices:
    """The rows of a frame of indices.

    Of one construct, node or item if ``of`` is given, or if there are segments besides ``waves``, unless ``several``.
    """
    if isinstance(frame, pd.DataFrame) and {"level", "basis", "weight", "index"} <= set(frame.columns) and not waves:
        frame = _of_aggregate(check_frame(frame, ["level"], source))
    found = check_frame(frame, ["n", "ci_lower", "ci_upper"], source)
    columns = list(found.columns)
    heading = next((name for name in ("construct", "node", "item") if name in columns), None)
    value = next((name for name in ("index", "nps", "estimate", "share") if name in columns), None)
    before = columns[: columns.index("n")]
    segments = tuple(name for name in before if name not in (heading, "level"))
    if heading is not None and not waves and of is None and found[heading].nunique() > 1:
        # The rows of one segment, such as one firm's constructs, are read by construct.
        segments = tuple(name for name in segments if found[name].nunique(dropna=False) > 1)
    if heading is None or value is None or (waves and not segments):
        raise DataError(f"frame= must be the frame that {source} returns; got columns {listed(columns)}.")
    if of is not None or (len(segments) > waves and not several):
        found = one_of(found, heading, of, "of")
    numbers(found, value)
    return Indices(found, heading, value, segments)


def _of_aggregate(frame: pd.DataFrame) -> pd.DataFrame:
    """Indices of firms, industries and the nation by name: those above, then its own."""
    levels = [name for name in list(frame.columns)[1 : list(frame.columns).index("basis")] if name != "level"]
    rows = frame[levels].itertuples(index=False)
    above = [tuple(name for name in row if isinstance(name, str | int) and name != "") for row in rows]
    parts = {name: optional(frame, name) for name in ("index", "ci_lower", "ci_upper")}
    return pd.DataFrame({"item": [names or ("Total",) for names in above], "n": np.nan, **parts})
