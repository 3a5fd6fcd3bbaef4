"""The frame of the app: steps, and a page beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from csisem.app import html_parts
from csisem.app.pages.answers_page import answers_page
from csisem.app.pages.choice_page import choice_page
from csisem.app.pages.files_page import files_page
from csisem.app.pages.findings_page import findings_page
from csisem.app.pages.model_page import model_page
from csisem.app.pages.programme_page import programme_page
from csisem.app.pages.questionnaire_page import questionnaire_page
from csisem.app.pages.self_assessment_page import self_assessment_page
from csisem.app.panel_library import View
from csisem.app.session import Session

PAGES: Mapping[str, Callable[[Session], View]] = {
    "data": answers_page,
    "model": model_page,
    "settings": choice_page,
    "results": findings_page,
    "files": files_page,
    "programme": programme_page,
    "self_assessment": self_assessment_page,
    "questionnaire": questionnaire_page,
}
_JOURNEY = 5
_TITLES = {
    "data": "app.data", "model": "app.model", "settings": "app.settings", "results": "app.results",
    "files": "app.files", "programme": "app.programme", "self_assessment": "app.self_assessment",
    "questionnaire": "app.questionnaire",
}  # fmt: skip
_LEFT = [".bk-btn { text-align: left; font-size: 14px; padding: .45rem .8rem; }"]


def main_page(session: Session) -> View:
    """Everything that one browser page shows; it rebuilds itself when the reader moves or changes the language."""
    pn = session.pn
    top, steps = pn.Row(sizing_mode="stretch_width"), pn.Column(width=215, margin=(0, 20, 0, 0))
    shown = pn.Column(sizing_mode="stretch_width")
    content = pn.Column(session.notice, shown, sizing_mode="stretch_width", max_width=1020)

    def show() -> None:
        top[:] = _top(session)
        steps[:] = _steps(session)
        shown[:] = [PAGES[session.place](session)]

    session.shown = show
    show()
    return pn.Column(
        top, pn.Row(steps, content, sizing_mode="stretch_width"), sizing_mode="stretch_width", margin=(10, 20)
    )


def _top(session: Session) -> list[View]:
    title = session.html(html_parts.heading(session.word("app.title"), 1))
    language = session.widget(
        "RadioButtonGroup", options={"English": "en", "中文": "zh"}, value=session.language, width=150, align="end"
    )
    language.param.watch(lambda event: session.speak(event.new), "value")
    return [title, language]


def _steps(session: Session) -> list[View]:
    made: list[View] = []
    for place, name in enumerate(PAGES):
        if place in (0, _JOURNEY):
            part = session.word("app.analysis" if place == 0 else "app.more")
            made.append(session.html(html_parts.paragraph(part, "part")))
        number = f"{place + 1}  " if place < _JOURNEY else ""
        kind = "primary" if name == session.place else "default"
        button = session.widget(
            "Button",
            label=f"{number}{session.word(_TITLES[name])}",
            colour=kind,
            width=205,
            stylesheets=_LEFT,
            margin=(2, 5),
        )
        button.on_click(partial(_go, session, name))
        made.append(button)
    return made


def _go(session: Session, name: str, _: object) -> None:
    session.go(name)
