"""Values that an argument does not expect: other types, extremes and odd frames."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

import csisem as cs

HUGE = 10**12

ANY: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "True": lambda: True,
    "0": lambda: 0,
    "-1": lambda: -1,
    "1": lambda: 1,
    "2.5": lambda: 2.5,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "-inf": lambda: -math.inf,
    "10**12": lambda: HUGE,
    "10**400": lambda: 10**400,
    "1e308": lambda: 1e308,
    "1e-308": lambda: 1e-308,
    "1j": lambda: 1j,
    "Decimal": lambda: Decimal("0.5"),
    "np.nan": lambda: np.float64("nan"),
    "empty text": lambda: "",
    "text": lambda: "x",
    "Chinese": lambda: "质量",
    "NUL": lambda: "\x00",
    "long text": lambda: "a" * 5000,
    "bytes": lambda: b"x",
    "date": lambda: datetime.date(2024, 2, 29),
    "NaT": lambda: pd.NaT,
    "NA": lambda: pd.NA,
    "object": object,
    "function": lambda: len,
    "class": lambda: dict,
    "generator": lambda: (one for one in "ab"),
    "()": lambda: (),
    "[]": lambda: [],
    "[None]": lambda: [None],
    "[nan]": lambda: [math.nan],
    "[text, number]": lambda: ["x", 1],
    "[text, text]": lambda: ["x", "x"],
    "[numbers]": lambda: [1, 2, 3],
    "[huge]": lambda: [1e308, 1e308, 1e308],
    "nested": lambda: [[1, 2], [3]],
    "range": lambda: range(3),
    "set": lambda: {"x", "y"},
    "{}": lambda: {},
    "{text: number}": lambda: {"x": 1},
    "{text: None}": lambda: {"x": None},
    "{number: text}": lambda: {1: "x"},
    "{text: {}}": lambda: {"x": {}},
    "{nan: nan}": lambda: {math.nan: math.nan},
    "array of none": lambda: np.zeros(0),
    "array of no axes": lambda: np.array(3.0),
    "square": lambda: np.zeros((2, 2)),
    "negative square": lambda: -np.eye(3),
    "cube": lambda: np.zeros((2, 2, 2)),
    "object array": lambda: np.array(["a", None], dtype=object),
    "series": lambda: pd.Series([1.0, 2.0]),
    "series of objects": lambda: pd.Series(["a", None], dtype=object),
    "series by twins": lambda: pd.Series([1.0, 2.0], index=["a", "a"]),
    "index": lambda: pd.Index(["a", "b"]),
    "frame of nothing": pd.DataFrame,
    "frame without rows": lambda: pd.DataFrame({"a": [], "b": []}),
    "frame with twins": lambda: pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    "frame of objects": lambda: pd.DataFrame({"a": [object(), None], "b": [[1], {}]}),
    "frame of dates": lambda: pd.DataFrame({"a": pd.date_range("2024-01-01", periods=3)}),
    "frame of Chinese": lambda: pd.DataFrame({"质量": [1, 2, 3], "满意": ["好", "坏", None]}),
    "frame of numbers as names": lambda: pd.DataFrame([[1, 2], [3, 4]]),
    "frame of blanks": lambda: pd.DataFrame({"a": [math.nan] * 3, "b": [math.nan] * 3}),
    "frame of levels": lambda: pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
    "scale": lambda: cs.Scale(1, 5),
    "design": cs.Design,
    "construct": lambda: cs.Construct("A", ["a", "b"]),
    "model": lambda: cs.Model.from_syntax("A =~ a + b + c"),
    "moments": lambda: cs.Moments.from_table(n=50, cov=np.eye(2), items=["a", "b"]),
}
"""What may be given for any argument, made anew each time."""

INSIDE = ("None", "-1", "0", "nan", "inf", "1e308", "text", "empty text", "bytes", "[]", "{}", "object", "10**400")
"""What may stand in place of one entry of a list, a tuple or a mapping."""


def _numbers(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns if frame[name].dtype.kind in "iuf"]


def _all(value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(**dict.fromkeys(_numbers(frame), value))


FRAMES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "no rows": lambda frame: frame.iloc[:0],
    "one row": lambda frame: frame.iloc[:1],
    "two rows": lambda frame: frame.iloc[:2],
    "no columns": lambda frame: frame.iloc[:, :0],
    "twins": lambda frame: pd.concat([frame, frame], axis=1),
    "all blank": _all(math.nan),
    "all infinite": _all(math.inf),
    "all text": _all("x"),
    "all lists": lambda frame: frame.assign(**{name: [[1]] * len(frame) for name in _numbers(frame)}),
    "all None": lambda frame: frame.assign(**dict.fromkeys(frame.columns, None)),
    "all dates": _all(pd.Timestamp("2024-02-29")),
    "all constant": _all(3),
    "all booleans": _all(True),
    "all complex": _all(1j),
    "far from zero": lambda frame: frame.assign(**{name: frame[name] + 1e13 for name in _numbers(frame)}),
    "huge": lambda frame: frame.assign(**{name: frame[name] * 1e307 for name in _numbers(frame)}),
    "tiny": lambda frame: frame.assign(**{name: frame[name] * 1e-307 for name in _numbers(frame)}),
    "as objects": lambda frame: frame.astype(object),
    "as text": lambda frame: frame.astype(str),
    "as categories": lambda frame: frame.astype("category"),
    "mirrored": lambda frame: frame.assign(**{name: -frame[name] for name in _numbers(frame)}),
    "one infinite": lambda frame: frame.assign(**{name: [math.inf, *frame[name][1:]] for name in _numbers(frame)[:1]}),
    "rows named alike": lambda frame: frame.set_axis([0] * len(frame)),
    "columns as numbers": lambda frame: frame.set_axis(range(frame.shape[1]), axis=1),
    "columns in levels": lambda frame: frame.set_axis(
        pd.MultiIndex.from_tuples([(name, 1) for name in frame.columns]), axis=1
    ),
}
"""A valid frame, spoiled."""


def wrong(value: object) -> dict[str, Callable[[], object]]:
    """Values to try in place of a valid one, by a name for the report."""
    tried = dict(ANY)
    if isinstance(value, cs.Survey):
        tried |= {f"frame, {name}": _spoiled(value.frame, make) for name, make in FRAMES.items()}
        tried |= {f"survey, {name}": _spoiled_survey(value, make) for name, make in FRAMES.items()}
    elif isinstance(value, pd.DataFrame):
        tried |= {f"frame, {name}": _spoiled(value, make) for name, make in FRAMES.items()}
    elif isinstance(value, pd.Series) and len(value):
        tried |= {f"first is {name}": _first_of_series(value, ANY[name]) for name in INSIDE}
    elif isinstance(value, Mapping) and value:
        tried |= {f"first value is {name}": _first_value(value, ANY[name]) for name in INSIDE}
        tried |= {f"first key is {name}": _first_key(value, ANY[name]) for name in ("None", "0", "empty text", "nan")}
    elif isinstance(value, list | tuple) and value:
        tried |= {f"first is {name}": _first(value, ANY[name]) for name in INSIDE}
        tried |= {"twice": lambda: [*value, *value]}
    elif isinstance(value, np.ndarray) and value.size:
        tried |= {f"first is {name}": _first_of_array(value, ANY[name]) for name in ("-1", "0", "nan", "inf", "1e308")}
    return tried


def _spoiled(frame: pd.DataFrame, make: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[], object]:
    return lambda: make(frame)


def _spoiled_survey(survey: cs.Survey, make: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[], object]:
    """The survey with spoiled answers; the spoiled frame itself where no survey can be made of it."""

    def spoil() -> object:
        frame = make(survey.frame)
        try:
            return survey.with_answers(frame)
        except cs.CsisemError:
            return frame

    return spoil


def _first(value: list[object] | tuple[object, ...], make: Callable[[], object]) -> Callable[[], object]:
    return lambda: type(value)([make(), *value[1:]])


def _first_value(value: Mapping[object, object], make: Callable[[], object]) -> Callable[[], object]:
    return lambda: {**value, next(iter(value)): make()}


def _first_key(value: Mapping[object, object], make: Callable[[], object]) -> Callable[[], object]:
    return lambda: {make() if place == 0 else key: one for place, (key, one) in enumerate(value.items())}


def _first_of_series(value: pd.Series, make: Callable[[], object]) -> Callable[[], object]:
    return lambda: pd.Series([make(), *value.iloc[1:]], index=value.index, name=value.name)


def _first_of_array(value: np.ndarray, make: Callable[[], object]) -> Callable[[], object]:
    return lambda: np.concatenate([[make()], np.asarray(value, dtype=float).ravel()[1:]]).reshape(value.shape)
