"""The printed summary of a survey, as text and HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

from csisem.errors import listed
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


def lines_of(survey: Survey) -> dict[str, str]:
    """Return the headings and texts of a survey's summary."""
    every, zeros = survey.coding.scales.get("*"), survey.design_counts.zero_weights
    items = items_by_scale({name: survey.scale_of(name) for name in survey.items})
    lines = {
        "rows": f"{survey.n:,}",
        "columns": f"{len(survey.columns)} ({kind_of(survey.frame)})",
        **({} if survey.source is None else survey.source.lines()),
        "items": items or "checked when a model names them",
        "lowering": listed(name for name, own in survey.declared.items() if own.lowers),
        "scale": "" if items or every is None else str(every),
        "refusals": refusals_of(survey),
        "undeclared codes": "; ".join(one.clause for one in survey.undeclared()),
        "design": f"{survey.design}{f' ({zeros} rows of weight zero, kept)' if zeros else ''}",
        "segments": listed(survey.segments),
        "ordered": listed(survey.ordered),
        "id": survey.id,
        "wave": survey.wave,
        "fieldwork": str(survey.fieldwork or ""),
    }
    return {heading: text for heading, text in lines.items() if text}


def refusals_of(survey: Survey) -> str:
    """Return how many answers are declared refusal codes, by column; only columns of numbers have codes."""
    declared = dict.fromkeys((*survey.coding.missing_codes, *survey.coding.scales, *survey.items))
    coded = [name for name in declared if name in survey.columns and survey.coding.codes_of(name)[0]]
    names = [name for name in coded if survey.numeric(name)]
    counts = survey.counts(names)["refused"].tolist() if names else []
    found = [f"{count:,} in {name!r}" for name, count in zip(names, counts, strict=True) if count]
    more = len(found) - _MOST
    return "; ".join(found[:_MOST]) + (f"; and in {more} more columns" if more > 0 else "")


_MOST = 6


def as_text(lines: Mapping[str, str]) -> str:
    """Return headings and their texts, a line each."""
    width = max(map(len, lines))
    below = "\n" + " " * (width + 4)
    return "Survey\n" + "\n".join(f"  {name:<{width}}  {below.join(text.splitlines())}" for name, text in lines.items())


def as_html(lines: Mapping[str, str]) -> str:
    """Return headings and their texts as a table."""
    left = "style='text-align:left'"
    cells = "".join(
        f"<tr><th {left}>{html.escape(name)}</th><td {left}>{html.escape(text).replace(chr(10), '<br>')}</td></tr>"
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
