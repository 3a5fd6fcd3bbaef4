"""The findings of an analysis as HTML, the verdict first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import csisem as cs
from csisem.app import html_parts
from csisem.app.journey import Findings
from csisem.display.labels import note, said
from csisem.errors import CsisemError, untold
from csisem.options import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from csisem.arrays import pd

_LACKING = {
    "index": "app.step.index", "by": "app.step.by", "means": "app.step.means", "priorities": "app.step.priorities",
    "targets": "app.step.targets",
}  # fmt: skip


# The map's errors are in the workbook.
_MAP = ("rank", "construct", "importance", "performance", "potential", "field")


def findings_html(findings: Findings, language: Language) -> str:
    """All findings; of a fit that must not be read the verdict and its diagram without numbers."""
    with untold():
        # Warnings were taken down when the findings were computed.
        return "".join(_parts(findings, language))


def _parts(findings: Findings, language: Language) -> Iterator[str]:
    fit, target = findings.fit, findings.target
    yield _verdict(findings, language)
    yield html_parts.heading(said("app.diagram", language), 3)
    yield f"<figure>{cs.plot.path_diagram_svg(fit, language=language)}</figure>"
    if not fit:
        return
    yield _table(fit, language, "measures")
    if findings.index is not None:
        frame = findings.index
        yield html_parts.heading(said("app.indices", language), 3)
        yield _drawn(lambda ax: cs.plot.index(frame, ax=ax, language=language), _height(frame), "app.indices", language)
        yield _table(frame, language)
    for column, frame in findings.by.items():
        yield from _group(findings, column, frame[frame["construct"] == target], language)
    if findings.priorities is not None and len(findings.priorities):
        points = findings.priorities
        yield html_parts.heading(said("app.map", language), 3)
        yield html_parts.paragraph(said("app.map.what", language, target=target), "soft")
        yield _drawn(lambda ax: cs.plot.ipma(points, ax=ax, language=language), 4.8, "app.map", language)
        yield _table(points[[*_MAP]], language, title=said("app.map", language))
    if findings.targets is not None:
        yield html_parts.heading(said("app.targets", language), 3)
        yield html_parts.paragraph(said("app.targets.what", language, target=target), "soft")
        yield _table(findings.targets, language, title=said("app.targets", language))
    yield html_parts.heading(said("app.parameters", language), 3)
    yield _table(fit, language, "parameters")


def _verdict(findings: Findings, language: Language) -> str:
    fit = findings.fit
    status = fit.status
    reasons = [one.text(language) for one in (*status.reasons, *status.warnings)]
    title = said("app.verdict", language, verdict=status.verdict)
    text = html_parts.box(title, reasons, "verdict" if fit else "verdict refused")
    if not fit:
        text += html_parts.paragraph(said("app.refused", language))
    lacking = [
        said(
            "app.lacking", language, name=said(_LACKING[name], language), column=part or None, reason=why.text(language)
        )
        for name, part, why in findings.lacking
    ]
    told = [note(one, language) for one in findings.warned]
    return text + html_parts.listing([*told, *lacking])


def _group(findings: Findings, column: str, frame: pd.DataFrame, language: Language) -> Iterator[str]:
    """The target's index by the groups of a column, and the tests of their means."""
    yield html_parts.heading(said("app.index_by", language, target=findings.target, column=column), 3)
    code, size = "app.index_by", _height(frame)
    names = {"target": findings.target, "column": column}
    yield _drawn(lambda ax: cs.plot.index(frame, ax=ax, language=language), size, code, language, **names)
    yield _table(frame, language)
    if column in findings.means:
        page = findings.means[column]
        shown = list(page.frames())
        for name in shown:
            # Notes are of the whole page.
            yield _table(page, language, name, noted=name == shown[-1])


def _table(
    result: object, language: Language, what: str | None = None, title: str | None = None, noted: bool = True
) -> str:
    try:
        return html_parts.report_table(cs.table(result, what, style="plain", language=language, title=title), noted)
    except CsisemError as problem:
        return html_parts.paragraph(problem.text(language), "soft")


def _height(frame: pd.DataFrame) -> float:
    return max(2.2, 1.2 + 0.3 * len(frame))


def _drawn(draw: Callable[[Axes], Axes], height: float, code: str, language: Language, **fields: str) -> str:
    """A picture on a figure of its own, which no window shows."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, height), layout="constrained")
    try:
        draw(figure.add_subplot())
    except CsisemError as problem:
        return html_parts.paragraph(problem.text(language), "soft")
    return html_parts.picture(figure, said(code, language, **fields))
