"""Frames whose cells may be sentences."""

from __future__ import annotations

from collections.abc import Sequence

from csisem.arrays import pd
from csisem.display.table import sentence_column


def sentence_frame(names: Sequence[str], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Return rows as a frame of Python objects, so that sentences keep both languages."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pd.DataFrame({name: sentence_column(list(cells)) for name, cells in zip(names, columns, strict=True)})
