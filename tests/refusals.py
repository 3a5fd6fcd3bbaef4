"""What a refusal must look like, and the small survey and model that the tests of bad input spoil."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

import csisem as cs

ITEMS = ["CUEX1", "CUEX2", "CUEX3", "CUSA1", "CUSA2", "CUSA3"]
MEASURED = "EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1 + CUSA2 + CUSA3\n"
SMALL = MEASURED + "SAT ~ EXP"
# Signs of a message that was written by numpy, pandas or Python rather than for a reader.
FOREIGN = ("array(", "numpy", "LinAlg", "dtype", "object has no", "Traceback", "NoneType", " nan")


def refusal(kind: type[Exception], call: Callable[[], object]) -> str:
    """The message of the refusal, checked to be one sentence, or two: what is wrong, and what to do."""
    with pytest.raises(kind) as caught:
        call()
    assert isinstance(caught.value, cs.CsisemError)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert text.count(". ") <= 1
    assert not [sign for sign in FOREIGN if sign in text]
    assert caught.value.text("zh") != text
    return text


def with_value(frame: pd.DataFrame, rows: slice | list[int], column: str, value: object) -> pd.DataFrame:
    changed = frame.copy()
    if isinstance(value, str):
        changed[column] = changed[column].astype(object)
    elif isinstance(value, float):
        changed[column] = changed[column].astype(float)
    changed.iloc[rows, changed.columns.get_loc(column)] = value
    return changed
