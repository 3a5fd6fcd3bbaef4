"""A table for a paper, and the formats it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from csisem.display.text_layout import pad, paragraph, table, width
from csisem.option_checks import as_path
from csisem.reporting.tables.great_tables_adapter import great_table, html_of, latex_of
from csisem.reporting.tables.markdown_table import markdown_of
from csisem.reporting.tables.table_contents import TableContents, spanners
from csisem.reporting.tables.table_sheet import workbook_of
from csisem.reporting.tables.word_document import document_of
from csisem.writing import write_files

if TYPE_CHECKING:
    from great_tables import GT


@dataclass(frozen=True, eq=False, repr=False)
class ReportTable(TableContents):
    """A table for a paper; what it holds is text, rounded and worded.

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

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> made = cs.table(fit.paths[["lhs", "op", "rhs", "est", "se", "pvalue", "std"]], title="Paths")
    >>> print(made.to_markdown())
    **Paths**
    <BLANKLINE>
    | Relation | Estimate | SE | p | Standardised |
    | :--- | ---: | ---: | ---: | ---: |
    | EXP → VAL | 0.939 | 0.230 | <0.001 | 0.522 |
    | EXP → SAT | 0.472 | 0.128 | <0.001 | 0.513 |
    | VAL → SAT | 0.246 | 0.050 | <0.001 | 0.481 |
    | SAT → LOY | 1.711 | 0.230 | <0.001 | 0.852 |
    """

    def text(self) -> str:
        """Return the table as aligned text."""
        header = [column.header for column in self.columns]
        names = next((k for k, column in enumerate(self.columns) if not column.left), len(self.columns))
        rows: list[tuple[str, ...]] = []
        flush = set()
        for k, row in enumerate(self.rows):
            if self.groups[k] and (k == 0 or self.groups[k] != self.groups[k - 1]):
                flush.add(len(rows))
                rows.append((self.groups[k], *[""] * (len(row) - 1)))
            if not self.groups[k]:
                flush.add(len(rows))
            rows.append(row)
        lines = table(header, rows, names, flush=flush) if self.columns else []
        if over := spanners(self.columns):
            lines.insert(0, _line_of_spanners(over, [header, *rows]))
        wide = max(map(width, lines), default=0)
        below = [line for note in self.notes for line in paragraph(note)]
        return "\n".join([self.title, "-" * wide, *lines, "-" * wide, *below])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def gt(self) -> GT:
        """Return the table as a great_tables object, to be styled further."""
        return great_table(self)

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """Return the table as HTML that needs nothing else; all text is escaped. Given a path, also write the page.

        Parameters
        ----------
        path
            A file to write, whole or not at all; None writes none.
        """
        shown = html_of(self)
        page = (
            f'<!DOCTYPE html>\n<html lang="{self.language}">\n<head><meta charset="utf-8"></head>\n<body>\n{shown}\n'
            "</body>\n</html>\n"
        )
        return self._written(shown, path, page)

    def to_latex(self, path: str | PathLike[str] | None = None) -> str:
        """Return the table in LaTeX, for the packages booktabs, caption and (in Chinese) ctex.

        Parameters
        ----------
        path
            A file to write, whole or not at all; None writes none.
        """
        return self._written(latex_of(self), path)

    def to_markdown(self, path: str | PathLike[str] | None = None) -> str:
        """Return the table in Markdown, as a pipe table.

        Parameters
        ----------
        path
            A file to write, whole or not at all; None writes none.
        """
        return self._written(markdown_of(self), path)

    def to_word(self, path: str | PathLike[str]) -> None:
        """Write the table as a Word document, whole or not at all.

        Parameters
        ----------
        path
            The file to write.
        """
        write_files({as_path("path", path): document_of([self])})

    def to_excel(self, path: str | PathLike[str]) -> None:
        """Write the table as an Excel workbook, whole or not at all; numbers stay numbers as they are rounded here.

        Parameters
        ----------
        path
            The file to write.
        """
        place = as_path("path", path)
        write_files({place: workbook_of(self, place)})

    def _written(self, text: str, path: str | PathLike[str] | None, page: str | None = None) -> str:
        if path is not None:
            write_files({as_path("path", path): text if page is None else page})
        return text


def _line_of_spanners(over: Sequence[tuple[str, list[int]]], rows: Sequence[Sequence[str]]) -> str:
    """Headings over several columns, each in the middle of its columns."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    # Columns are two blanks apart.
    ends = [sum(widths[: k + 1]) + 2 * k for k in range(len(widths))]
    line = ""
    for label, places in over:
        start, end = ends[places[0]] - widths[places[0]], ends[places[-1]]
        before = max(start + (end - start - width(label)) // 2, width(line) + 2 * bool(line))
        line = pad(line, min(before, max(end - width(label), 0)) if not line else before) + label
    return line
