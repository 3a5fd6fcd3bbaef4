"""The printed summary of a survey, as text and HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping

from csisem.errors import listed
from csisem.survey.scale import Scale


def as_text(lines: Mapping[str, str]) -> str:
    """Return headings and their texts, a line each."""
    width = max(map(len, lines))
    return "Survey\n" + "\n".join(f"  {name:<{width}}  {text}" for name, text in lines.items())


def as_html(lines: Mapping[str, str]) -> str:
    """Return headings and their texts as a table."""
    left = "style='text-align:left'"
    cells = "".join(
        f"<tr><th {left}>{html.escape(name)}</th><td {left}>{html.escape(text)}</td></tr>"
        for name, text in lines.items()
    )
    return f"<table><caption>Survey</caption><tbody>{cells}</tbody></table>"


def kind_of(frame: object) -> str:
    """Return the library and type of a frame, such as ``pandas DataFrame``."""
    return f"{type(frame).__module__.partition('.')[0]} {type(frame).__name__}"


def items_by_scale(scales: Mapping[str, Scale | None]) -> str:
    """Return how many items are on which scale, and their names."""
    items: dict[str, list[str]] = {}
    for name, scale in scales.items():
        items.setdefault("without a scale" if scale is None else f"on scale {scale}", []).append(name)
    return "; ".join(f"{len(names)} {where}: {listed(names)}" for where, names in items.items())
