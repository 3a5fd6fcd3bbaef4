"""What steps show that need answers before there are any."""

from __future__ import annotations

from csisem.app import html_parts
from csisem.app.panel_library import View
from csisem.app.session import Session


def first_a_file(session: Session) -> View:
    """A sentence and the way to the first step."""
    button = session.widget("Button", label=session.word("app.to_data"), colour="primary")
    button.on_click(lambda _: session.go("data"))
    return session.pn.Column(session.html(html_parts.paragraph(session.word("app.first_a_file"))), button)


def first_an_analysis(session: Session) -> View:
    """The same for steps that need an analysis."""
    button = session.widget("Button", label=session.word("app.to_settings"), colour="primary")
    button.on_click(lambda _: session.go("settings"))
    return session.pn.Column(session.html(html_parts.paragraph(session.word("app.first_an_analysis"))), button)
