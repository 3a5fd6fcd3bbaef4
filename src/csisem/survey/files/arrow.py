"""Columns of text in Arrow, as numbers, booleans or text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from csisem.arrays import LARGEST_COUNT, FloatArray, IntArray, pd
from csisem.survey.files.numbers import Numbers, Texts

_BOOLEANS = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}


def frame_of(names: Sequence[str], columns: Sequence[Any], numbers: Numbers) -> pd.DataFrame:
    """Return Arrow columns of text as a frame: numbers where every cell is one or a blank, else text."""
    made: list[Any] = [None] * len(names)
    points: list[int] = []
    for i, (name, column) in enumerate(zip(names, columns, strict=True)):
        made[i] = _plain(name, column, numbers)
        if made[i] is not None:
            points += [i] if made[i].dtype.kind == "f" else []
        else:
            texts, codes, distinct = _distinct(name, column)
            numbers.read(distinct, _placing(made, i, codes))
            if made[i] is None and set(texts) <= _BOOLEANS.keys() and texts:
                made[i] = _booleans(texts, codes)
    for i in points:
        if numbers.in_doubt or _thousandths(made[i], columns[i]):
            texts, codes, _ = _distinct(names[i], columns[i])
            if any("." in text for text in texts):
                numbers.points(names[i], texts, _placing(made, i, codes))
    numbers.settle()
    for i, column in enumerate(columns):
        if made[i] is None or names[i] in numbers.found.doubtful:
            made[i] = column.to_pandas()
    return pd.DataFrame(dict(enumerate(made)), copy=False).set_axis(list(names), axis=1)


def _plain(name: str, column: Any, numbers: Numbers) -> Any:
    """Return a column of plain numbers; None where it needs a closer look."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        floats = column.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    values = floats.to_numpy()
    present = values[~np.isnan(values)]
    if len(present) != len(values) - floats.null_count or np.isinf(present).any():
        return None
    whole = len(present) and bool((present == np.floor(present)).all())
    zeros, powers = (_has_zeros(column), _has_powers(column)) if whole else (False, False)
    if name in numbers.codes and (zeros or powers or pc.any(pc.starts_with(column, "+")).as_py()):
        return None
    doubtful = (zeros or powers) and name not in numbers.items
    if doubtful and len(pc.unique(column.drop_null())) != len(np.unique(present)):
        # Two texts that are one number may be two codes, which a closer look decides.
        return None
    if whole and not floats.null_count:
        try:
            values = column.cast(pa.int64()).to_numpy()
        except pa.ArrowInvalid:
            whole = False
    if numbers.decimal == "," and values.dtype.kind == "f" and len(present):
        return None
    if values.dtype.kind == "f" and np.abs(present).max(initial=0.0) > LARGEST_COUNT:
        # Numbers of 17 digits, such as those of orders, would lose their last.
        return None
    numbers.found.zeros += [name] if zeros else []
    return values if values.flags.writeable else values.copy()


def _has_zeros(column: Any) -> bool:
    """Whether a cell has leading zeros, as 007 has."""
    import pyarrow.compute as pc

    zeros = pc.starts_with(column, "0")
    return bool(pc.any(zeros).as_py()) and bool(
        pc.any(pc.match_substring_regex(column.filter(zeros), "^0[0-9]")).as_py()
    )


def _has_powers(column: Any) -> bool:
    """Whether a cell is written as a power of ten, as 1e5 is."""
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(column)).as_py() or 0) < 3:
        return False
    return any(pc.any(pc.match_substring(column, letter)).as_py() for letter in "eE")


def _thousandths(values: FloatArray, column: Any) -> bool:
    """Whether numbers may have three decimals each, so that a point may as well stand between thousands."""
    first = column.slice(0, 20).drop_null().to_pylist()
    if not all(text.strip()[-4:-3] == "." or text.strip().lstrip("+-").isdigit() for text in first):
        return False
    known = values[~np.isnan(values)]
    return bool(((np.abs(known) >= 1) | (known == 0)).all() and (np.round(known, 3) == known).all())


def _distinct(name: str, column: Any) -> tuple[list[str], IntArray, Texts]:
    encoded = column.combine_chunks().dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
    return texts, codes, Texts(name, texts, np.bincount(codes[codes >= 0], minlength=len(texts)))


def _placing(made: list[Any], i: int, codes: IntArray) -> Callable[[FloatArray], None]:
    def place(values: FloatArray) -> None:
        spread = np.append(values, np.nan)[codes]
        whole = bool(len(spread)) and bool((spread == np.floor(spread)).all())
        made[i] = spread.astype(np.int64) if whole and bool((np.abs(spread) < LARGEST_COUNT).all()) else spread

    return place


def _booleans(texts: Sequence[str], codes: IntArray) -> Any:
    values = np.array([*(_BOOLEANS[text] for text in texts), None], dtype=object)[codes]
    return values if (codes < 0).any() else values.astype(bool)
