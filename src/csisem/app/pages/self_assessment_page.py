"""The self-assessment of a company, group by group."""

from __future__ import annotations

from csisem import table
from csisem.app import html_parts
from csisem.app.panel_library import View
from csisem.app.session import Session
from csisem.index.outcomes import self_assessment
from csisem.survey import Questionnaire
from csisem.survey.questionnaire.text import as_text
from csisem.templates import questionnaire

_POINTS = (1, 2, 3, 4, 5)
# Chosen until there is an answer, since one of the buttons always is.
_OPEN = "-"


def self_assessment_page(session: Session) -> View:
    """Forty statements in seven groups, and the score of each group with its maximum."""
    pn, word = session.pn, session.word
    checklist = questionnaire("self_assessment", session.language)
    scores = session.html(_scores(session, checklist))

    def answer(item: str, value: int | None) -> None:
        session.answers.pop(item, None)
        if value is not None:
            session.answers[item] = value
        scores.object = _scores(session, checklist)

    head = html_parts.heading(word("app.self_assessment")) + html_parts.paragraph(word("app.self_assessment.what"))
    parts = [session.html(head), scores]
    for group in checklist.indicators:
        parts.append(session.html(html_parts.heading(group.name, 3)))
        for item in group.items:
            choice = session.widget(
                "RadioButtonGroup",
                options={_OPEN: None, **{str(point): point for point in _POINTS}},
                value=session.answers.get(item),
                width=240,
            )
            choice.param.watch(lambda event, item=item: answer(item, event.new), "value")
            text = as_text(checklist[item].text).into(session.language)
            parts.append(pn.Row(choice, session.html(html_parts.paragraph(text)), sizing_mode="stretch_width"))
    return pn.Column(*parts, sizing_mode="stretch_width")


def _scores(session: Session, checklist: Questionnaire) -> str:
    """The table of scores once all is answered; until then how many answers are missing."""
    missing = [item for item in checklist.items if item not in session.answers]
    if missing:
        done = len(checklist.items) - len(missing)
        return html_parts.paragraph(session.word("app.answered", done=done, count=len(checklist.items)), "soft")
    found = self_assessment([session.answers[item] for item in checklist.items], checklist)
    made = table(found, style="plain", language=session.language, title=session.word("app.scores"), digits=1)
    return html_parts.report_table(made)
