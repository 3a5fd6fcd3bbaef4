"""Indicators carried from step to step: kept, revised, dropped, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.option_checks import check_name, check_text, listing_of
from csisem.options import Carried, ProgrammeStep, validate
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.steps import STEPS, step_of
from csisem.survey import Questionnaire
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.text import as_text

CARRYING: tuple[ProgrammeStep, ...] = STEPS[:4]
"""The steps through which indicators are carried; analysis and improvement decide on the next round's."""

WORDS: Mapping[Carried, Sentence] = {
    "kept": sentence("programme.kept"),
    "revised": sentence("programme.revised"),
    "dropped": sentence("programme.dropped"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step decides on an indicator or a question, why, and the wording before a revision."""

    name: str
    state: Carried
    step: ProgrammeStep
    why: str
    before: str = ""

    def __post_init__(self) -> None:
        check_name("name", self.name, "an indicator or a question")
        object.__setattr__(self, "state", validate("state", self.state, Carried))
        object.__setattr__(self, "step", step_of(self.step))
        check_text("why", self.why)
        check_text("before", self.before)
        if not self.why.strip():
            raise OptionError(f"A decision on {shown(self.name)} needs a reason; give why=.")


def decisions_of(given: object, draft: Questionnaire) -> tuple[Decision, ...]:
    """Return decisions from a list of decisions, or of mappings with their fields; each names what the draft has."""
    listing = None if isinstance(given, Mapping) else listing_of(given)
    if listing is None:
        raise OptionError(f"decisions= takes a list of mappings, not {shown(given)}.")
    known = [part.name for part in fields(Decision)]
    found = []
    for one in listing:
        if isinstance(one, Decision):
            found.append(one)
            continue
        if not isinstance(one, Mapping):
            raise OptionError(f"A decision takes {', '.join(known)}, not {shown(one)}.")
        if odd := [key for key in one if key not in known]:
            raise OptionError(f"A decision has the key {shown(odd[0])}{nearest(str(odd[0]), known)}; it may have "
                              f"{', '.join(known)}.")  # fmt: skip
        if lacking := [key for key in known[:4] if key not in one]:
            raise OptionError(f"The decision {shown(dict(one))} lacks {lacking[0]!r}.")
        found.append(Decision(**one))
    for decision in found:
        check_known(decision.name, draft)
    return tuple(found)


def check_known(name: str, draft: Questionnaire) -> None:
    """Refuse a name that is neither an indicator nor a question of the draft."""
    known = names_in(draft)
    if name not in known:
        raise DataError(f"The programme has no indicator or question {shown(name)}{nearest(name, known)}.")


def names_in(draft: Questionnaire) -> tuple[str, ...]:
    """Names of all indicators, then of all questions."""
    return tuple(dict.fromkeys([node.name for _, node in draft.walk()] + [one.name for one in draft.questions]))


def latest(decisions: Sequence[Decision]) -> dict[str, Decision]:
    """Return the last decision on each name."""
    return {one.name: one for one in decisions}


def carried(draft: Questionnaire, decisions: Sequence[Decision]) -> Questionnaire:
    """Return the questionnaire without what was dropped; the weights left over go to the siblings in proportion."""
    dropped = {name for name, one in latest(decisions).items() if one.state == "dropped"}
    if not dropped:
        return draft
    return without(draft, dropped)


def without(draft: Questionnaire, dropped: set[str]) -> Questionnaire:
    """Return a questionnaire without indicators or questions; a question goes with its indicator."""
    gone = dropped & {one.name for one in draft.questions}
    for _, node in draft.walk():
        if node.name in dropped:
            gone |= set(node.all_items)
    tolerances = tuple(one for one in draft.price_tolerance if not {one.name, one.increase, one.decrease} & gone)
    gone |= {one.name for one in draft.price_tolerance} - {one.name for one in tolerances}
    indicators = _pruned(draft.indicators, dropped, gone)
    questions = tuple(one for one in draft.questions if one.name not in gone)
    if not questions:
        raise DataError("Every question of the programme was dropped; keep one.")
    respondent = tuple(name for name in draft.respondent if name not in gone)
    return replace(draft, questions=questions, indicators=indicators, price_tolerance=tolerances, respondent=respondent)


def _pruned(nodes: Sequence[Indicator], dropped: set[str], gone: set[str]) -> tuple[Indicator, ...]:
    left = []
    for node in nodes:
        children = _pruned(node.children, dropped, gone)
        items = tuple(item for item in node.items if item not in gone)
        # An indicator that nothing measures any more is dropped with its last question.
        if node.name not in dropped and (children or items or not (node.children or node.items)):
            left.append(replace(node, children=children, items=items))
    before = [node.weight for node in nodes if node.weight is not None]
    after = [node.weight for node in left if node.weight is not None]
    if len(left) == len(nodes) or len(before) < len(nodes) or not sum(after):
        return tuple(left)
    scale = sum(before) / sum(after)
    return tuple(replace(node, weight=(node.weight or 0.0) * scale) for node in left)


def weights_left(draft: Questionnaire, asked: Questionnaire, given: Mapping[str, float]) -> dict[str, float]:
    """Return the given weights of what is still asked; those of what was dropped go to its siblings in proportion."""
    left = {node.name for _, node in asked.walk()} | set(asked.items)
    found = {name: weight for name, weight in given.items() if name in left}
    families = [draft.indicators, *(node.children for _, node in draft.walk())]
    own = [{node.name: _own_weight(node, given) for node in family} for family in families]
    own += [{item: given.get(item) for item in node.items} for _, node in draft.walk() if len(node.items) > 1]
    for family in own:
        weights = {name: weight for name, weight in family.items() if weight is not None}
        after = {name: weight for name, weight in weights.items() if name in left}
        if len(weights) == len(family) > len(after) and sum(after.values()) > 0:
            scale = sum(weights.values()) / sum(after.values())
            found |= {name: weight * scale for name, weight in after.items()}
    return found


def _own_weight(node: Indicator, given: Mapping[str, float]) -> float | None:
    """The weight of an indicator, for which that of its only question may stand."""
    alone = node.items[0] if len(node.items) == 1 else node.name
    return given.get(node.name, given.get(alone, node.weight))


def indicator_frame(draft: Questionnaire, decisions: Sequence[Decision], language: str) -> pd.DataFrame:
    """Return a row for each indicator and question: what each step decided, where it stands, and why."""
    columns = ("name", "level", "parent", "text", *CARRYING, "state", "why")
    rows = [(*place, *_decided(place[0], above, decisions)) for place, above in _places(draft, language)]
    return sentence_frame(columns, rows).astype({"level": int})


Place = tuple[str, int, str, str]
Placed = tuple[Place, tuple[str, ...]]


def _places(draft: Questionnaire, language: str) -> Iterator[Placed]:
    """Yield name, level, parent and text of indicators and questions, each with the names above it."""
    placed: set[str] = set()

    def below(
        nodes: Sequence[Indicator], level: int, above: tuple[str, ...]
    ) -> Iterator[tuple[Place, tuple[str, ...]]]:
        for node in nodes:
            parent = above[-1] if above else ""
            yield (node.name, level, parent, as_text(node.text).into(language)), above
            yield from below(node.children, level + 1, (*above, node.name))
            for item in node.items:
                placed.add(item)
                if item != node.name:
                    yield (item, level + 1, node.name, asked.get(item, "")), (*above, node.name)

    asked = {one.name: as_text(one.text).into(language) for one in draft.questions}
    yield from below(draft.indicators, 1, ())
    for name, text in asked.items():
        if name not in placed:
            yield (name, 0, "", text), ()


def _decided(name: str, above: tuple[str, ...], decisions: Sequence[Decision]) -> tuple[object, ...]:
    """What each carrying step decided, the last state, and the reasons; what stands above is dropped with all below."""
    own = [one for one in decisions if one.name == name or (one.name in above and one.state != "revised")]
    states: list[object] = []
    gone = False
    for step in CARRYING:
        here = [one for one in own if one.step == step]
        states.append("" if gone and not here else WORDS[here[-1].state if here else "kept"])
        gone = here[-1].state == "dropped" if here else gone
    last = own[-1] if own else None
    why = "; ".join(one.why for one in own if one.state != "kept" or one is last)
    return (*states, WORDS[last.state if last else "kept"], why)
