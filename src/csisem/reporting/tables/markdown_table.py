"""Tables in Markdown."""

from __future__ import annotations

import re

from csisem.reporting.tables.table_contents import TableContents

# What Markdown, or the HTML in it, would take as more than text.
_MARKS = re.compile(r"([\\`*_|~#]|\](?=[(\[:]))")


def markdown_of(made: TableContents) -> str:
    """The table as a pipe table, with its title above and its notes below."""
    width = len(made.columns)
    lines = [f"**{_escaped(made.title)}**", ""]
    lines.append(_row([
        _escaped(f"{one.spanner}: {one.header}" if one.spanner else one.header) for one in made.columns
    ]))  # fmt: skip
    lines.append(_row([":---" if column.left else "---:" for column in made.columns]))
    before = ""
    for group, row in zip(made.groups, made.rows, strict=True):
        if group and group != before:
            lines.append(_row([f"*{_escaped(group)}*", *[""] * (width - 1)]))
        before = group
        lines.append(_row([_escaped(cell) for cell in row]))
    for note in made.notes:
        lines += ["", _escaped(note)]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is; a tag is none, though ``<0.001`` may stay."""
    marked = _MARKS.sub(r"\\\1", text.replace("\n", " "))
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", marked.replace("&", "&amp;").replace("\u2003", "&emsp;"))
