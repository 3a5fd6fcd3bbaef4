"""What a table for a paper holds: text by column and row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from csisem.arrays import pd
from csisem.options import Language, TableStyle
from csisem.reporting.tables.text_columns import TextColumn


@dataclass(frozen=True, eq=False, repr=False)
class TableContents:
    """A table of text, rounded and worded.

    Attributes
    ----------
    title
        Its title.
    columns
        Headings and cells.
    groups
        The heading of the rows that each row stands under; empty where rows stand under none.
    notes
        What stands below.
    language, style
        As it was asked for.
    """

    title: str
    columns: tuple[TextColumn, ...]
    groups: tuple[str, ...]
    notes: tuple[str, ...]
    language: Language
    style: TableStyle

    @property
    def frame(self) -> pd.DataFrame:
        """The table as text: a column for each heading, and the heading of the rows as the index."""
        frame = pd.DataFrame({k: list(column.cells) for k, column in enumerate(self.columns)}, dtype=object)
        frame.columns = pd.Index([column.header for column in self.columns])
        return frame.set_index(pd.Index(self.groups)) if any(self.groups) else frame

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of each row."""
        return list(zip(*(column.cells for column in self.columns), strict=True))

    @property
    def identity(self) -> str:
        """A name that tables of the same contents share, for the styles of a page."""
        contents = repr((self.title, self.columns, self.groups, self.notes, self.style))
        return f"t{sha256(contents.encode('utf-8', 'backslashreplace')).hexdigest()[:10]}"


def spanners(columns: Sequence[TextColumn]) -> list[tuple[str, list[int]]]:
    """Headings over several columns, with the places of these."""
    found: list[tuple[str, list[int]]] = []
    for k, column in enumerate(columns):
        if not column.spanner:
            continue
        if found and found[-1][0] == column.spanner and found[-1][1][-1] == k - 1:
            found[-1][1].append(k)
        else:
            found.append((column.spanner, [k]))
    return found
