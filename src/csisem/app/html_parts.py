"""Escaped HTML of tables, sentences and pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from csisem.reporting.tables.table_contents import TableContents

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# Texts of so many letters stay in one line, even Chinese ones.
_SHORT = 12


def heading(text: str, level: int = 2) -> str:
    """A heading."""
    return f"<h{level} dir='auto'>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; ``kind`` is a class of the stylesheet."""
    return f"<p class='{kind}' dir='auto'>{escape(text)}</p>"


def listing(texts: Iterable[str]) -> str:
    """A list; nothing without texts."""
    entries = "".join(f"<li dir='auto'>{escape(text)}</li>" for text in texts)
    return f"<ul>{entries}</ul>" if entries else ""


def facts(pairs: Mapping[str, str]) -> str:
    """Names and what is known of each."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd dir='auto'>{escape(text).replace(chr(10), '<br>')}</dd>"
        for name, text in pairs.items()
    )
    return f"<dl>{rows}</dl>"


def box(title: str, texts: Iterable[str], kind: str) -> str:
    """What must be read first: a title with reasons below."""
    return f"<div class='{kind}' role='status'><b dir='auto'>{escape(title)}</b>{listing(texts)}</div>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, title: str = "") -> str:
    """A table of text whose first columns are names."""
    kinds = ["left" if k < left else "" for k in range(len(header))]
    head = "".join(f"<th class='{kind}'>{escape(name)}</th>" for kind, name in zip(kinds, header, strict=True))
    body = "".join(_row(row, kinds) for row in rows)
    caption = f"<caption dir='auto'>{escape(title)}</caption>" if title else ""
    return f"<div class='table'><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def report_table(made: TableContents, noted: bool = True) -> str:
    """A table as in papers, with its notes unless they are told elsewhere."""
    kinds = ["left" if column.left else "" for column in made.columns]
    head = "".join(f"<th class='{k}'>{escape(one.header)}</th>" for k, one in zip(kinds, made.columns, strict=True))
    body, before = "", ""
    for group, row in zip(made.groups or ("",) * len(made.rows), made.rows, strict=True):
        if group != before:
            body += f"<tr class='group'><th colspan='{len(kinds)}' dir='auto'>{escape(group)}</th></tr>"
        body, before = body + _row(row, kinds), group
    caption = f"<caption dir='auto'>{escape(made.title)}</caption>"
    shown = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    notes = "".join(paragraph(note, "soft") for note in made.notes if noted)
    return f"<div class='table'>{shown}</div>{notes}"


def picture(figure: Figure, text: str) -> str:
    """A drawn figure as an image; ``text`` says what it shows."""
    import io

    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight")
    data = base64.b64encode(drawn.getvalue()).decode("ascii")
    return f"<figure><img src='data:image/svg+xml;base64,{data}' alt='{escape(text, quote=True)}'></figure>"


def lines(text: str) -> str:
    """Text that keeps its lines."""
    return f"<pre dir='auto'>{escape(text)}</pre>"


def refusal(sentence: str) -> str:
    """What went wrong; nothing without a sentence."""
    return f"<div class='refusal' role='alert' dir='auto'>{escape(sentence)}</div>" if sentence else ""


def frame_of(page: str, title: str) -> str:
    """A whole page of HTML in a frame of its own, where no script runs."""
    return f"<iframe sandbox title='{escape(title, quote=True)}' srcdoc='{escape(page, quote=True)}'></iframe>"


def _row(cells: Sequence[str], kinds: Sequence[str]) -> str:
    inner = "".join(
        f"<td class='{kind}{' short' * (len(text) <= _SHORT)}' dir='auto'>{escape(text)}</td>"
        for kind, text in zip(kinds, cells, strict=True)
    )
    return f"<tr>{inner}</tr>"
