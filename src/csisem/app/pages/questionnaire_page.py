"""The questionnaire's form, its check, and files to print."""

from __future__ import annotations

from importlib.util import find_spec

from csisem import table
from csisem.app import html_parts
from csisem.app.pages.files_page import file_row
from csisem.app.panel_library import View
from csisem.app.session import Session
from csisem.survey import Questionnaire
from csisem.templates import contents, questionnaire

_ENDINGS = ".toml,.qsf"


def questionnaire_page(session: Session) -> View:
    """A template or the reader's own file, as it is printed."""
    pn, word = session.pn, session.word
    known = contents(session.language)
    rows = known[known["kind"] == "questionnaire"].to_dict("records")
    choice = session.widget(
        "Select", label=word("app.template"), options={str(row["title"]): str(row["name"]) for row in rows}, width=420
    )
    upload = session.widget("FileInput", accept=_ENDINGS, width=360, align="end")
    below = pn.Column(sizing_mode="stretch_width")

    def show(_: object = None) -> None:
        with session.refusals():
            below[:] = _form(session, questionnaire(choice.value, session.language))

    def own(_: object) -> None:
        with session.refusals():
            path = session.store(str(upload.filename), upload.value)
            read = Questionnaire.from_qsf if path.suffix.lower() == ".qsf" else Questionnaire.from_toml
            below[:] = _form(session, read(path))

    choice.param.watch(show, "value")
    upload.param.watch(own, "value")
    show()
    head = html_parts.heading(word("app.questionnaire")) + html_parts.paragraph(word("app.questionnaire.what"))
    return pn.Column(session.html(head), pn.Row(choice, upload), below, sizing_mode="stretch_width")


def _form(session: Session, asked: Questionnaire) -> list[View]:
    """Findings on the draft, the form, and its files."""
    language, word = session.language, session.word
    found = asked.check(language)
    checked = html_parts.paragraph(word("app.draft_good"), "soft")
    if len(found):
        checked = html_parts.report_table(table(found, style="plain", language=language, title=word("app.draft")))
    printed = asked.form(language, format="html")
    files = [file_row(session, word("app.form_html"), "questionnaire.html", printed.encode)]
    if find_spec("docx") is not None:
        label = word("app.form_docx")
        files.append(file_row(session, label, "questionnaire.docx", lambda: asked.form(language, format="docx")))
    files.append(file_row(session, word("app.form_toml"), "questionnaire.toml", lambda: asked.to_toml().encode()))
    page = html_parts.frame_of(printed, word("app.questionnaire"))
    return [session.pn.Column(*files), session.html(page), session.html(checked)]
