"""A survey at a glance: what a reader wants to know first, as text and as HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from csisem.errors import listed

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


def as_text(survey: Survey) -> str:
    """Return headings and what stands under them, a line each."""
    lines = _lines(survey)
    width = max(map(len, lines))
    return "Survey\n" + "\n".join(f"  {name:<{width}}  {text}" for name, text in lines.items())


def as_html(survey: Survey) -> str:
    """Return the same as a table."""
    cells = "".join(
        f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
        f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
        for name, text in _lines(survey).items()
    )
    return f"<table><caption>Survey</caption><tbody>{cells}</tbody></table>"


def _lines(survey: Survey) -> dict[str, str]:
    kind = f"{type(survey.frame).__module__.partition('.')[0]} {type(survey.frame).__name__}"
    lines = {"rows": f"{survey.n:,}", "columns": f"{len(survey.columns)} ({kind})"}
    by_scale: dict[str, list[str]] = {}
    for name in survey.items:
        scale = survey.scale_of(name)
        by_scale.setdefault("no scale" if scale is None else f"scale {scale}", []).append(name)
    shown = [f"{len(names)} on {scale}: {listed(names)}" for scale, names in by_scale.items()]
    lines["items"] = "; ".join(shown).replace("on no scale", "without a scale") or "checked when a model names them"
    every = survey.coding.scales.get("*")
    if every is not None and not survey.items:
        lines["scale"] = str(every)
    zeros = survey.design_counts.zero_weights
    lines["design"] = str(survey.design) + (f" ({zeros} rows of weight zero, kept)" if zeros else "")
    for heading, names in (("segments", survey.segments), ("ordered", survey.ordered)):
        if names:
            lines[heading] = listed(names)
    rest = {"id": survey.id, "wave": survey.wave, "fieldwork": survey.fieldwork and str(survey.fieldwork)}
    return lines | {heading: one for heading, one in rest.items() if one}
