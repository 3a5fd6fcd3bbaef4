"""Step 5: report, workbook and script to take away."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import csisem as cs
from csisem.app import html_parts
from csisem.app.journey import Findings
from csisem.app.pages.first_a_file import first_an_analysis
from csisem.app.panel_library import View
from csisem.app.python_script import python_script, report_options
from csisem.app.session import Session
from csisem.display.labels import frame_title
from csisem.errors import untold
from csisem.options import Audience, Language


def files_page(session: Session) -> View:
    """A button for each file, which makes it and then hands it over."""
    findings = session.journey.findings
    if findings is None:
        return first_an_analysis(session)
    word, pn = session.word, session.pn
    head = html_parts.heading(word("app.files")) + html_parts.paragraph(word("app.files.what"))
    script = python_script(session.journey, session.language)
    shown = html_parts.heading(word("app.script"), 3) + html_parts.lines(script)
    return pn.Column(
        session.html(head),
        file_row(session, word("app.report"), "report.html", lambda: _report(session, findings, "full")),
        file_row(session, word("app.summary"), "summary.html", lambda: _report(session, findings, "executive")),
        file_row(session, word("app.workbook"), "results.xlsx", lambda: _workbook(session, findings)),
        file_row(session, word("app.script"), "analysis.py", script.encode),
        session.html(shown),
        sizing_mode="stretch_width",
    )


def file_row(session: Session, label: str, name: str, make: Callable[[], bytes]) -> View:
    """A button that makes a file beside the page, and then the link to it."""
    pn = session.pn
    button, slot = session.widget("Button", label=label, width=300), pn.Row()

    async def start(_: object) -> None:
        button.loading = True
        with session.refusals():
            contents = await session.elsewhere(make)
            slot[:] = [
                session.widget("FileDownload",
                    file=io.BytesIO(contents), filename=name, label=session.word("app.download", name=name),
                    auto=True, width=300,
                )
            ]  # fmt: skip
        button.loading = False

    button.on_click(start)
    return pn.Row(button, slot)


def _report(session: Session, findings: Findings, audience: Audience) -> bytes:
    path = session.folder / f"report-{audience}.html"
    options = report_options(session.journey, findings.target, session.language)
    with untold():
        cs.report(findings.fit, path, audience=audience, **options)
    return path.read_bytes()


def _workbook(session: Session, findings: Findings) -> bytes:
    """The fit's sheets, and one for each further finding."""
    path, language = session.folder / "results.xlsx", session.language
    results: dict[str, Any] = {"fit": findings.fit}
    results |= {_sheet("index_by", column, language): frame for column, frame in findings.by.items()}
    results |= {_sheet("Anova", column, language): page for column, page in findings.means.items()}
    more = {"app.sheet.priorities": findings.priorities, "app.sheet.targets": findings.targets}
    results |= {session.word(code): frame for code, frame in more.items() if frame is not None}
    with untold():
        cs.workbook(results, path, language=language)
    return path.read_bytes()


def _sheet(name: str, column: str, language: Language) -> str:
    return f"{frame_title(name, language)} {column}"
