"""Characters that files of some kinds cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from csisem.arrays import pd
from csisem.errors import DataError, shown

# A text file ends at a NUL for many programs; XML has no control characters but tab and ends of lines; no encoding has
# half of a pair of characters.
NOT_IN_TEXT = re.compile("[\0\ud800-\udfff]")
NOT_IN_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check_letters(frame: pd.DataFrame, path: Path, wrong: re.Pattern[str]) -> None:
    """Refuse a name or a text with a character that a kind of file cannot hold."""
    check_texts(
        [
            *map(str, frame.columns),
            *(cell for k in range(frame.shape[1]) for cell in frame.iloc[:, k] if isinstance(cell, str)),
        ],
        path,
        wrong,
    )


def check_texts(texts: Iterable[str], path: Path, wrong: re.Pattern[str]) -> None:
    """Refuse a text with a character that a kind of file cannot hold."""
    for text in texts:
        if found := wrong.search(text):
            raise DataError(
                f"{str(path)!r} cannot be written: {shown(text)} holds the control character {found[0]!r}, which "
                f"{path.suffix.lower()} files cannot keep; rename it in the data, or write .json."
            )
