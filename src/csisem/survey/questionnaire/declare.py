"""What a questionnaire declares of its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from csisem.errors import QuestionnaireError, listed
from csisem.options import Direction
from csisem.survey.complaint_words import complaint_like
from csisem.survey.declared import Declared
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.scoring import points_by_answer, satisfied_of
from csisem.survey.questionnaire.text import as_text

if TYPE_CHECKING:
    from csisem.survey.questionnaire.draft import Draft


class Measured(NamedTuple):
    """An item under an indicator, whose direction is that of the nearest node above that states one."""

    item: str
    node: Indicator
    direction: Direction | None


def declared_of(draft: Draft) -> dict[str, Declared]:
    """Return what is declared of each item."""
    return dict(_each(draft, draft.items))


def choices_of(draft: Draft) -> dict[str, Declared]:
    """Return the order of the options of each choice, which has no scale."""
    chosen = [one for one in draft.questions if one.kind == "choice" and one.bounds is None]
    return {
        one.name: Declared(options=tuple(text for own in one.texts.values() for _, text in own.by_language))
        for one in chosen
    }


def _each(draft: Draft, items: Iterable[str]) -> Iterator[tuple[str, Declared]]:
    above: dict[str, list[Measured]] = {}
    for one in measured(draft.indicators):
        above.setdefault(one.item, []).append(one)
    names = Counter(node.name for _, node in draft.walk())
    questions = {one.name: one for one in draft.questions}
    for item in items:
        places = above.get(item, [])
        inherited = _inherited(item, places, questions.get(item))
        node = places[0].node if len(places) == 1 else None
        alone = node is not None and len(node.items) == 1 and names[node.name] == 1
        name, indicator = (node.name if node is not None and alone else ""), (places[0].node.name if places else "")
        question = questions.get(item)
        if question is None:
            most = next(one.most for one in draft.price_tolerance if one.name == item)
            yield item, Declared(name, indicator, inherited, bounds=(-most, most))
            continue
        direction = question.direction or inherited
        # Answers that are reverse-coded and lower the total are turned twice, so they are asked about.
        twice = question.reverse and direction == "lowers"
        settled = (question.direction is not None or question.reverse) and not twice
        points = points_by_answer(question, draft.scoring)
        # A code of ratings says nothing of yes and no.
        general = None if question.kind == "yes_no" and isinstance(draft.satisfied, float) else draft.satisfied
        own = general if question.satisfied is None else question.satisfied
        yield (
            item,
            Declared(
                name,
                indicator,
                direction,
                settled,
                "" if direction or settled else doubt_of(question, [one.node.name for one in places]),
                question.bounds,
                tuple(points),
                tuple(points.values()),
                None if own is None else satisfied_of(question, own),
            ),
        )


def measured(nodes: Iterable[Indicator], direction: Direction | None = None) -> Iterator[Measured]:
    """Yield the items below nodes, with the direction that each inherits."""
    for node in nodes:
        own = node.direction or direction
        yield from (Measured(item, node, own) for item in node.items)
        yield from measured(node.children, own)


def doubt_of(question: Question, indicators: Iterable[str] = ()) -> str:
    """Return the word that makes a question look like a complaint, or nothing."""
    if question.bounds is None:
        return ""
    labels = [text for own in question.texts.values() for _, text in own.by_language]
    words = [text for _, text in as_text(question.text).by_language]
    return complaint_like(words, [question.name, *indicators], labels)


def _inherited(item: str, places: list[Measured], question: Question | None) -> Direction | None:
    stated = list(dict.fromkeys(one.direction for one in places if one.direction))
    if len(stated) > 1 and (question is None or question.direction is None):
        raise QuestionnaireError(f"Question {item!r} measures {listed(one.node.name for one in places)}, of which one "
                                 "raises and another lowers the total; state its own direction=.")  # fmt: skip
    return stated[0] if stated else None
