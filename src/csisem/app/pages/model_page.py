"""Step 2: columns given to constructs, or a model's text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from csisem import plot
from csisem.app import html_parts
from csisem.app.journey import OWN, PRESETS, ModelChoice
from csisem.app.pages.first_a_file import first_a_file
from csisem.app.panel_library import View
from csisem.app.run_journey import build_model
from csisem.app.session import Session
from csisem.display.sentences import text_in
from csisem.errors import CsisemError
from csisem.survey import Survey

_TITLES = {
    "acsi": "app.preset.acsi", "ecsi": "app.preset.ecsi", "ccsi": "app.preset.ccsi", "scsb": "app.preset.scsb",
    "ncsb": "app.preset.ncsb", OWN: "app.preset.own",
}  # fmt: skip


_NARROW, _WIDE = 190, 300
# Seconds without a further choice.
_PAUSE = 0.4


def model_page(session: Session) -> View:
    """The model to choose, its columns, and its diagram as far as it goes."""
    survey = session.journey.survey
    if survey is None:
        return first_a_file(session)
    pn, choice = session.pn, session.journey.model
    preset = session.widget("Select",
        label=session.word("app.which_model"), width=420, value=choice.preset,
        options={session.word(title): name for name, title in _TITLES.items()},
    )  # fmt: skip
    preset.param.watch(lambda event: _choose(session, replace(session.journey.model, preset=event.new)), "value")
    head = html_parts.heading(session.word("app.model")) + html_parts.paragraph(session.word("app.model.what"))
    shown = session.html(_diagram(session))
    columns = _syntax(session, shown) if choice.preset == OWN else _columns(session, survey, shown)
    forward = session.widget("Button", label=session.word("app.next_settings"), colour="primary")
    forward.on_click(lambda _: _forward(session))
    return pn.Column(session.html(head), preset, *columns, shown, forward, sizing_mode="stretch_width")


def _choose(session: Session, choice: ModelChoice) -> None:
    """Take another published model; columns keep constructs that it has, too."""
    if choice.preset != OWN:
        names = PRESETS[choice.preset].constructs
        kept = {column: construct for column, construct in choice.construct_of.items() if construct in names}
        choice = replace(choice, construct_of=kept, language=session.language)
    session.change(model=choice)
    session.shown()


def _syntax(session: Session, shown: View) -> list[View]:
    """The text of a model in lavaan's syntax."""
    text = session.widget("TextAreaInput",
        label=session.word("app.syntax"), value=session.journey.model.syntax, height=260, max_length=100_000,
        placeholder="Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2\nSatisfaction ~ Quality",
        sizing_mode="stretch_width",
    )  # fmt: skip

    async def take(event: Any) -> None:
        session.change(model=replace(session.journey.model, syntax=str(event.new)))
        await _redraw(session, shown)

    text.param.watch(take, "value")
    return [session.html(html_parts.paragraph(session.word("app.syntax.what"), "soft")), text]


def _columns(session: Session, survey: Survey, shown: View) -> list[View]:
    """A choice of construct for each column of numbers."""
    pn, choice = session.pn, session.journey.model
    model = PRESETS[choice.preset]
    names = {model.chinese[one] if session.language == "zh" else one: one for one in model.constructs}
    options = {session.word("app.no_construct"): "", **names}
    chosen: list[View] = []
    for column in survey.columns:
        if not survey.numeric(column):
            continue
        text = survey.item_texts.get(column, "")
        name = f"{column}: {text}" if text else column
        width = _WIDE if survey.item_texts else _NARROW
        select = session.widget(
            "Select", options=options, value=choice.construct_of.get(column, ""), width=width, label=name
        )
        select.param.watch(partial(_given, session, column, shown), "value")
        chosen.append(select)
    told = session.html(html_parts.paragraph(session.word("app.mapping"), "soft"))
    return [told, pn.FlexBox(*chosen, sizing_mode="stretch_width")]


async def _given(session: Session, column: str, shown: View, event: Any) -> None:
    """Let a column measure a construct; items stand in the order of the columns."""
    choice, survey = session.journey.model, session.journey.survey
    given = {**choice.construct_of, column: event.new}
    order = survey.columns if survey is not None else tuple(given)
    kept = {name: given[name] for name in order if given.get(name)}
    session.change(model=replace(choice, construct_of=kept, language=session.language))
    await _redraw(session, shown)


async def _redraw(session: Session, shown: View) -> None:
    """Draw the model's diagram once no further choice follows."""
    model = session.journey.model
    await asyncio.sleep(_PAUSE)
    if session.journey.model is model:
        drawn = await session.elsewhere(lambda: _diagram(session))
        if session.journey.model is model:
            shown.object = drawn


def _diagram(session: Session) -> str:
    """The model's diagram; what it lacks, where it is not complete yet."""
    choice = session.journey.model
    if not (choice.syntax.strip() if choice.preset == OWN else choice.construct_of):
        return ""
    try:
        model = build_model(choice)
    except CsisemError as problem:
        return html_parts.paragraph(problem.text(session.language), "soft")
    svg = plot.path_diagram_svg(model, language=session.language, estimates="none")
    source = html_parts.paragraph(str(text_in(model.source, session.language)), "soft") if model.source else ""
    return f"<figure>{svg}</figure>{source}"


def _forward(session: Session) -> None:
    with session.refusals():
        build_model(session.journey.model)
        session.go("settings")
