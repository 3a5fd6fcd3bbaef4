"""Frames as aligned text and HTML, and sentences in frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csisem.arrays import pd
from csisem.display.labels import labelled
from csisem.display.sentences import Sentence, text_in
from csisem.display.wording import p_text
from csisem.library_settings import global_settings
from csisem.options import Language


def text_table(frame: pd.DataFrame | pd.Series[float], *, index: bool = True, most: int | None = None) -> str:
    """Return a frame as text whose columns stay aligned where names are Chinese; of ``most`` rows, if given."""
    with global_settings(), pd.option_context("display.unicode.east_asian_width", True):
        # A Chinese letter is two columns wide.
        return frame.to_string(index=index, max_rows=most)


def sentence_column(said: Sequence[object]) -> pd.Series[Any]:
    """Return sentences as a column of Python objects: pandas' own text would keep their English wording alone."""
    return pd.Series(said, dtype=object)


def worded(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a frame whose sentences, such as those of a column ``method``, are text in a language."""
    shown = frame.copy(deep=False)
    for name, column in frame.items():
        if any(isinstance(value, Sentence) for value in column):
            shown[name] = [text_in(value, language) for value in column]
    return shown


def is_p(name: object) -> bool:
    """Whether a column or a number of this name is a p-value."""
    text = str(name)
    return text in ("adjusted", "p") or "pvalue" in text


def for_reading(result: pd.DataFrame | pd.Series[float], language: Language) -> pd.DataFrame | pd.Series[Any]:
    """Return a frame as pages show it: p-values as text, no exponents, and in Chinese under Chinese headings.

    In English columns keep the names that they have in Python.
    """
    if isinstance(result, pd.Series):
        frame = pd.DataFrame({"value": result})
        numbers: list[Any] = [p_text(one) if is_p(name) else one for name, one in result.items()]
        if any(isinstance(one, str) for one in numbers):
            frame["value"] = [one if isinstance(one, str) else f"{one:.6g}" for one in numbers]
        shown = labelled(frame, language) if language != "en" else frame
        series = shown.iloc[:, 0]
        series.name = result.name
        return series
    frame = worded(result, language)
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        if column.dtype.kind != "f":
            continue
        if is_p(name):
            frame.isetitem(place, [p_text(value) for value in column])
        elif (small := (column != 0) & (column.abs() < 10.0**-_DIGITS)).any():
            # pandas would print the whole column with exponents.
            frame.isetitem(place, column.where(~small, 0.0).to_numpy())
    return frame if language == "en" else labelled(frame, language)


_DIGITS = 6
