"""Step 4: the findings, the verdict first."""

from __future__ import annotations

from csisem.app import html_parts
from csisem.app.pages.first_a_file import first_an_analysis
from csisem.app.panel_library import View
from csisem.app.session import Session


def findings_page(session: Session) -> View:
    """The verdict, the diagram, indices, tests, the map and the targets."""
    if session.journey.findings is None:
        return first_an_analysis(session)
    head = html_parts.heading(session.word("app.results"))
    forward = session.widget("Button", label=session.word("app.next_files"), colour="primary")
    forward.on_click(lambda _: session.go("files"))
    return session.pn.Column(session.html(head + session.findings_text()), forward, sizing_mode="stretch_width")
