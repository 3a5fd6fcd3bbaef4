"""Frames as aligned text, and sentences in frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def text_table(frame: pd.DataFrame | pd.Series[float], *, index: bool = True, most: int | None = None) -> str:
    """Return a frame as text whose columns stay aligned where names are Chinese; of ``most`` rows, if given."""
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):  # a Chinese letter is two columns wide
        return frame.to_string(index=index, max_rows=most)


def sentence_column(said: Sequence[object]) -> pd.Series[Any]:
    """Return sentences as a column of Python objects: pandas' own text would keep their English wording alone."""
    import pandas as pd

    return pd.Series(said, dtype=object)
