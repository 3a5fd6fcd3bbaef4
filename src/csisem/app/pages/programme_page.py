"""A programme's steps, and all results of a month."""

from __future__ import annotations

from pathlib import Path

import csisem as cs
from csisem.app import html_parts
from csisem.app.pages.files_page import file_row
from csisem.app.panel_library import View
from csisem.app.session import Session
from csisem.display.page import Page
from csisem.display.sentences import text_in
from csisem.display.table import worded
from csisem.errors import CsisemError, OptionError
from csisem.options import Language
from csisem.programme.programme import Programme
from csisem.programme.results import NotComputed
from csisem.programme.round import Round


def programme_page(session: Session) -> View:
    """A folder to open, its steps, a new wave, and a round."""
    pn, word = session.pn, session.word
    folder = session.widget(
        "TextInput", label=word("app.folder"), value=session.programme, placeholder="/home/me/shop", width=520
    )
    button = session.widget("Button", label=word("app.open"), colour="primary", align="end")
    below = pn.Column(sizing_mode="stretch_width")

    def show(_: object = None) -> None:
        with session.refusals():
            if not folder.value.strip():
                raise OptionError("There is no folder yet; write where the programme is.")
            found = Programme.read(folder.value.strip())
            session.programme = folder.value.strip()
            below[:] = _opened(session, found, show)

    button.on_click(show)
    if session.programme:
        show()
    head = html_parts.heading(word("app.programme")) + html_parts.paragraph(word("app.programme.what"))
    return pn.Column(session.html(head), pn.Row(folder, button), below, sizing_mode="stretch_width")


def _opened(session: Session, found: Programme, again: object) -> list[View]:
    """The steps of the programme, and its waves."""
    title = html_parts.heading(found.name or Path(session.programme).name, 3)
    steps = html_parts.report_table(
        cs.table(found.status(), style="plain", language=session.language, title=session.word("app.steps"))
    )
    return [session.html(title + steps), *_wave_to_add(session, found, again), *_round(session, found)]


def _wave_to_add(session: Session, found: Programme, again: object) -> list[View]:
    pn, word = session.pn, session.word
    name = session.widget("TextInput", label=word("app.new_wave"), placeholder="2026-12", width=150)
    upload = session.widget("FileInput", width=360, align="end")
    button = session.widget("Button", label=word("app.add_wave"), align="end")

    def add(_: object) -> None:
        with session.refusals():
            if upload.value is None or not name.value.strip():
                raise OptionError("A new wave has a name and a file; give both.")
            path = session.store(str(upload.filename), upload.value)
            found.add_wave(name.value.strip(), path)
            again()  # type: ignore[operator]

    button.on_click(add)
    return [pn.Row(name, upload, button)]


def _round(session: Session, found: Programme) -> list[View]:
    """The choice of a wave, and its results one at a time."""
    pn, word = session.pn, session.word
    if not found.waves:
        return [session.html(html_parts.paragraph(word("app.no_wave"), "soft"))]
    wave = session.widget("Select", label=word("app.wave"), options=list(found.waves), value=found.waves[-1], width=150)
    button = session.widget("Button", label=word("app.compute_round"), colour="primary", align="end")
    below = pn.Column(sizing_mode="stretch_width")

    async def compute(_: object) -> None:
        button.loading = True
        with session.refusals():
            this = await session.elsewhere(lambda: _computed(found, wave.value))
            below[:] = _results(session, this)
        button.loading = False

    button.on_click(compute)
    return [pn.Row(wave, button), below]


def _computed(found: Programme, wave: str) -> Round:
    this = found.round(wave)
    this.contents()
    return this


def _results(session: Session, this: Round) -> list[View]:
    """The list of results, the one that is chosen, and all of them as Markdown."""
    word, language = session.word, session.language
    contents = worded(this.contents(), language)
    titles = {str(row["title"]): str(row["name"]) for row in contents.to_dict("records")}
    choice = session.widget("Select", label=word("app.result"), options=titles, width=520)
    shown = session.html("")

    def show(_: object = None) -> None:
        with session.refusals():
            shown.object = _result(this, str(choice.value), language)

    choice.param.watch(show, "value")
    show()
    notes = session.html(html_parts.listing(one.text(language) for one in this.notes))
    name = f"{this.wave}.md"
    return [
        notes,
        choice,
        shown,
        file_row(session, word("app.all_results"), name, lambda: this.text(language).encode()),
    ]


def _result(this: Round, name: str, language: Language) -> str:
    """One result of a round: its tables, or why there is none."""
    found, title = this[name], this.title(name).text(language)
    if isinstance(found, NotComputed):
        return html_parts.paragraph(str(text_in(found.reason, language)))
    frames = list(found.frames()) if isinstance(found, Page) else []
    try:
        made = [cs.table(found, what, style="plain", language=language) for what in frames]
        made = made or [cs.table(found, style="plain", language=language, title=title)]
    except CsisemError:
        # What is no table, such as a plan.
        return html_parts.lines(this.text(language, names=[name]))
    head = html_parts.heading(title, 3) if frames else ""
    tables = "".join(html_parts.report_table(one, noted=one is made[-1]) for one in made)
    told = {note for one in made for note in one.notes}
    notes = (str(text_in(note, language)) for note in this.notes_on(name))
    return head + tables + html_parts.listing(note for note in notes if note not in told)
