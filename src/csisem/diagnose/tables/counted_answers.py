"""Answers behind a printed table of counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.survey import Survey, as_survey
from csisem.survey.columns import as_pandas
from csisem.survey.named_numbers import is_figures

MOST_COUNTED = 1_000_000
"""Most questionnaires of a table of counts, since each becomes a row."""

NO_MATRIX = "counts=True takes a table of counts of"


def counted(data: object, counts: object, names: Sequence[str], *, alike: bool = False) -> object:
    """Return one row for each questionnaire that a table counts; without ``counts`` the data themselves.

    ``counts`` is the column of counts of a frame or `Survey` whose rows are cells; or True, and the data are the table
    itself: rows are the answers to the first of ``names``, columns those to the second; a mapping or a Series for one
    name. ``alike`` asks for the same answers in rows and columns.
    """
    if counts is None or counts is False:
        return data
    if counts is not True:
        return _of_cells(data, counts)
    if isinstance(data, Survey):
        raise OptionError("counts=True takes the table itself; of a Survey whose rows are cells name the column of "
                          "counts.")  # fmt: skip
    table, labels = _table(data, names)
    if alike and labels[0] != labels[-1]:
        raise DataError(f"The rows of the table are the answers {listed(labels[0])}, its columns {listed(labels[1])}; "
                        "expectation and perception are compared on the same answers.")  # fmt: skip
    places = np.nonzero(np.ones(table.shape))
    rows = np.repeat(np.arange(table.size), _whole(table.ravel()))
    columns, texts = {}, {}
    for name, own, place in zip(names, labels, places, strict=True):
        numbers = [label for label in own if isinstance(label, int | float | np.number) and not isinstance(label, bool)]
        if len(numbers) == len(own):
            columns[name] = np.asarray(numbers)[place[rows]]
        else:
            # Codes keep the printed order of the answers.
            columns[name] = place[rows] + 1
            texts[name] = {float(code): str(label) for code, label in enumerate(own, start=1)}
    return Survey(pd.DataFrame(columns), value_labels=texts)


def _of_cells(data: object, counts: object) -> Survey:
    survey = as_survey(data)
    frame = as_pandas(survey.frame)
    if not isinstance(counts, str) or counts not in frame.columns:
        near = nearest(counts, map(str, frame.columns)) if isinstance(counts, str) else ""
        raise OptionError(f"counts= is the column that holds the counts of the cells, or True for a table of counts; "
                          f"got {shown(counts)}{near}.")  # fmt: skip
    rows = np.repeat(np.arange(len(frame)), _whole(frame[counts].to_numpy()))
    return survey.with_answers(frame.drop(columns=counts).iloc[rows].reset_index(drop=True))


def _table(data: object, names: Sequence[str]) -> tuple[FloatArray, list[list[Hashable]]]:
    """Counts, one axis a question, and the answers along each axis."""
    axes = len(names)
    if is_figures(data):
        pairs = dict(data.items())
        table, labels = np.array(list(pairs.values()), dtype=object), [list(pairs)]
    elif isinstance(data, pd.DataFrame):
        table, labels = data.to_numpy(dtype=object), [list(data.index), list(data.columns)]
    elif isinstance(data, np.ndarray) or (isinstance(data, Sequence) and not isinstance(data, str)):
        try:
            table = np.array(data, dtype=object)
        except ValueError:
            table = np.empty(0, dtype=object)
        labels = [list(range(1, length + 1)) for length in table.shape]
    else:
        raise DataError(f"{NO_MATRIX} {listed(names)}; got {type(data).__name__!r}.")
    if table.ndim != axes or not table.size:
        kind = "one row of counts" if axes == 1 else "a table of rows and columns"
        raise DataError(f"{NO_MATRIX} {listed(names)}, {kind}; got {table.ndim} axes of {table.size} counts.")
    for name, own in zip(names, labels, strict=True):
        if twice := [label for label in dict.fromkeys(own) if own.count(label) > 1]:
            raise DataError(f"The table has the answer {listed(twice)} of {name!r} more than once.")
    return table, labels


def _whole(given: FloatArray) -> IntArray:
    """Counts as whole numbers."""
    try:
        counts = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        counts = np.array([np.nan])
    if wrong := [value for value in counts.tolist() if not (value >= 0 and value == np.floor(value))]:
        raise DataError(f"Counts are whole numbers of at least 0; got {shown(wrong[0])}. Percentages and sampling "
                        "weights are not counts.")  # fmt: skip
    if not 0 < counts.sum() <= MOST_COUNTED:
        raise DataError(
            f"The counts add up to {counts.sum():g}; tables of 1 to {MOST_COUNTED:,} questionnaires are read."
        )
    return counts.astype(np.intp)


def one_name(name: object, option: str) -> list[str]:
    """Return the name of a table's axis, of which there is one."""
    names = [name] if isinstance(name, str) else list(name) if isinstance(name, Sequence) else []
    if len(names) != 1 or not isinstance(names[0], str):
        raise OptionError(f"{option}= names one question of a table of counts, not {shown(name)}.")
    return names
