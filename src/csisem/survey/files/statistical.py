"""Files of SPSS and Stata, with the missing values that they declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError
from csisem.survey.code_range import Code, CodeRange
from csisem.survey.files.source import Contents, FileSource

# Stata's .a to .z are no numbers; they are read as -1000001 to -1000026.
_TAG = -1_000_000.0
TAGGED = CodeRange(_TAG - 26, _TAG - 1)
"""The numbers that stand for Stata's tagged missing values."""

# SPSS writes LOWEST and HIGHEST as the ends of a double.
_OPEN = 1e300


def read_spss(path: Path, encoding: str | None) -> Contents:
    """Read an SPSS file; user-missing codes stay among the answers, so that refusals can be counted."""
    import pyreadstat

    if path.suffix.lower() == ".por":
        if encoding is not None:
            raise DataError(f"{path.name!r} is always read as UTF-8; leave encoding= out.")
        return _read(path, "SPSS", pyreadstat.read_por)
    return _read(path, "SPSS", partial(pyreadstat.read_sav, user_missing=True, encoding=encoding))


def read_stata(path: Path, encoding: str | None) -> Contents:
    """Read a Stata file; its tagged missing values become numbers that are declared as refusals."""
    import pyreadstat

    return _read(path, "Stata", partial(pyreadstat.read_dta, user_missing=True, encoding=encoding))


def _read(path: Path, kind: str, reader: Callable[[str], tuple[pd.DataFrame, Any]]) -> Contents:
    import pyreadstat

    try:
        frame, meta = reader(str(path))
    except MemoryError:
        raise
    except Exception as problem:  # a damaged file may also hold texts or dates that cannot be
        known = isinstance(problem, pyreadstat.ReadstatError | pyreadstat.PyreadstatError)
        reason = str(problem).rstrip(".") if known else "its contents are damaged"
        article = "an SPSS" if kind == "SPSS" else "a Stata"
        raise DataError(f"{path.name!r} cannot be read as {article} file: {reason}.") from problem
    codes = {name: _codes_of(ranges) for name, ranges in meta.missing_ranges.items() if _numeric(frame[name])}
    frame, notes = _untagged(frame, meta.missing_user_values) if kind == "Stata" else (frame, ())
    frame, more = _blank_texts(frame, meta.missing_ranges)
    notes += more
    labels, tags = _labels(meta)
    codes |= {name: (TAGGED,) for name in dict.fromkeys((*meta.missing_user_values, *tags)) if kind == "Stata"}
    codes = {name: own for name, own in codes.items() if own and _numeric(frame[name])}
    blanks = int(frame.isna().to_numpy().sum())
    texts = {name: text for name, text in meta.column_names_to_labels.items() if text}
    return Contents(frame, FileSource(path.name, kind, *frame.shape, blanks=blanks, notes=notes), texts, labels, codes)


def _numeric(column: pd.Series[Any]) -> bool:
    return column.dtype.kind in "fiu"


def _codes_of(ranges: Sequence[Mapping[str, float | str]]) -> tuple[Code, ...]:
    """Return user-missing codes and ranges as they are declared, whichever of their numbers occur."""
    codes: list[Code] = []
    for bounds in ranges:
        low, high = float(bounds["lo"]), float(bounds["hi"])
        if low == high:
            codes.append(low)
        else:
            codes.append(CodeRange(-np.inf if low < -_OPEN else low, np.inf if high > _OPEN else high))
    return tuple(dict.fromkeys(codes))


def _is_tag(value: object) -> bool:
    return isinstance(value, str) and len(value) == 1 and "a" <= value <= "z"


def _number(tag: str) -> float:
    return _TAG - (ord(tag) - ord("a") + 1)


def _untagged(frame: pd.DataFrame, tagged: Mapping[str, Sequence[object]]) -> tuple[pd.DataFrame, tuple[Sentence, ...]]:
    """Return numbers instead of Stata's tagged missing values, with a note of how many; blanks among dates."""
    columns: dict[str, pd.Series[Any]] = {}
    count = 0
    for name in tagged:
        values = frame[name].tolist()
        tags = [_is_tag(value) for value in values]
        count += sum(tags)
        plain = all(
            tag or value is None or isinstance(value, int | float) for tag, value in zip(tags, values, strict=True)
        )
        new = [(_number(value) if plain else None) if tag else value for tag, value in zip(tags, values, strict=True)]
        columns[name] = pd.Series(new, index=frame.index, dtype=np.float64 if plain else None)
    if not count:
        return frame, ()
    return frame.assign(**columns), (sentence("file.tagged", count=count, columns=list(columns)),)


def _blank_texts(
    frame: pd.DataFrame, ranges: Mapping[str, Sequence[Mapping[str, object]]]
) -> tuple[pd.DataFrame, tuple[Sentence, ...]]:
    """Blank the texts that are empty, which have no other blank in these files, and those declared missing."""
    columns: dict[str, pd.Series[Any]] = {}
    names: list[str] = []
    texts: dict[str, None] = {}
    count = 0
    for name, column in frame.items():
        if column.dtype.kind in "fiubmM":
            continue
        refused = column.isin([str(bounds["lo"]).rstrip() for bounds in ranges.get(str(name), ())])
        if refused.any():
            names.append(str(name))
            texts |= dict.fromkeys(column[refused])
            count += int(refused.sum())
        if (blank := refused | (column == "")).any():
            columns[str(name)] = column.mask(blank, None)
    notes = (sentence("file.missing_texts", count=count, columns=names, texts=list(texts)),) if count else ()
    return frame.assign(**columns) if columns else frame, notes


def _labels(meta: Any) -> tuple[dict[str, dict[float, str]], list[str]]:
    """Return the labels of numbers by column, those of tags under the tags' numbers, and the columns with tags."""
    numeric: dict[str, dict[float, str]] = {}
    tagged = []
    for name, labels in meta.variable_value_labels.items():
        own = {value: str(text) for value, text in labels.items() if isinstance(value, int | float)}
        tags = {_number(value): str(text) for value, text in labels.items() if _is_tag(value)}
        if len(own) + len(tags) == len(labels):
            numeric[name] = {float(value): text for value, text in own.items()} | tags
        if tags and own:
            tagged.append(name)
    return numeric, tagged
