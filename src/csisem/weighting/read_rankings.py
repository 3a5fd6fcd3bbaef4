"""Rankings of respondents, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, listed, nearest, shown, tell
from csisem.option_checks import LARGEST, names_of
from csisem.options import Ties, validate
from csisem.weighting.agreement import shared_ranks


def read_ranks(ranks: object, names: Sequence[str] | None, ties: Ties) -> tuple[FloatArray, list[str]]:
    """Return rankings (m, n), 1 the most important, and the items' names; warn of rows with a blank, left out."""
    ties = validate("ties", ties, Ties)
    if names is not None:
        names = names_of("names", names, once=False)
    frame = _frame(ranks, names)
    labels = [str(name) for name in frame.columns]
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise DataError(f"A ranking needs two different items or more, not {listed(labels) or 'none'}.")
    try:
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError, OverflowError):
        raise DataError("Ranks are numbers, 1 for the most important; the ranking holds text.") from None
    if (np.abs(values) > LARGEST).any():
        raise DataError("Ranks are numbers, 1 for the most important; the ranking holds infinite or far larger ones.")
    blank = np.isnan(values).any(axis=1)
    if blank.all():
        raise DataError("No respondent ranked all items." if len(blank) else "There are no rankings.")
    if blank.any():
        tell([f"{int(blank.sum())} of {len(blank)} respondents did not rank all {len(labels)} items and are left out."])
    rows = pd.Index(frame.index)[~blank]
    return _checked(values[~blank], labels, rows.tolist(), ties), labels


def _frame(ranks: object, names: Sequence[str] | None) -> pd.DataFrame:
    """Rankings as a pandas frame, one row per respondent."""
    if isinstance(ranks, pd.Series):
        frame = ranks.to_frame().T
    elif isinstance(ranks, pd.DataFrame):
        return ranks if names is None else ranks.loc[:, _known(names, ranks)]
    elif isinstance(ranks, Mapping):
        frame = pd.DataFrame([dict(ranks)])
    else:
        try:
            values = np.atleast_2d(np.array(ranks, dtype=np.float64))
        except (TypeError, ValueError, OverflowError):
            raise DataError("Give ranks as numbers: a frame with one row per respondent and one column per item, a "
                            "mapping from item to rank, or nested lists.") from None  # fmt: skip
        if values.ndim > 2:
            raise DataError(f"Ranks are one list, or one for each respondent; these have shape {values.shape}.")
        frame = pd.DataFrame(values, columns=[f"item{k + 1}" for k in range(values.shape[-1])])
    if names is not None:
        if len(names) != frame.shape[1]:
            raise DataError(f"There are {frame.shape[1]} ranked items but {len(names)} names.")
        frame.columns = pd.Index([str(name) for name in names])
    return frame


def _known(names: Sequence[str], frame: pd.DataFrame) -> list[str]:
    columns = [str(column) for column in frame.columns]
    for name in names:
        if name not in columns:
            raise DataError(f"There is no column {shown(name)} of ranks{nearest(str(name), columns)}.")
    return list(names)


def _checked(values: FloatArray, labels: list[str], rows: list[object], ties: Ties) -> FloatArray:
    n = len(labels)
    ordered = np.sort(values, axis=1)
    tied = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    if ties == "average":
        return shared_ranks(values)
    if tied.any():
        row = int(np.argmax(tied))
        rank = ordered[row][np.flatnonzero(ordered[row, 1:] == ordered[row, :-1])[0]]
        same = [name for name, value in zip(labels, values[row], strict=True) if value == rank]
        raise DataError(f"{int(tied.sum())} of {len(values)} rankings have ties: row {rows[row]!r} gives rank {rank:g} "
                        f"to {listed(same)}; ties='average' accepts them.")  # fmt: skip
    wrong = (ordered != np.arange(1.0, n + 1)).any(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DataError(f"{int(wrong.sum())} of {len(values)} rankings are not permutations of 1 to {n}: row "
                        f"{rows[row]!r} holds {', '.join(f'{value:g}' for value in ordered[row])}; ties='average' "
                        "re-ranks any numbers.")  # fmt: skip
    return values
