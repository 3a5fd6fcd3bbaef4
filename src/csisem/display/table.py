"""Frames as aligned text, and sentences in frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csisem.arrays import pd
from csisem.display.sentences import Sentence, text_in
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
