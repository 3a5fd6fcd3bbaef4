"""A questionnaire's indicator system as a nested mapping of weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import DataError, listed, nearest
from csisem.index.hierarchy.weight_tree import Tree, read_tree
from csisem.survey import Questionnaire
from csisem.survey.named_numbers import by_name
from csisem.survey.questionnaire.declare import declared_of
from csisem.survey.questionnaire.indicator import LEVELS, Indicator

_HAN = re.compile(r"[\u3400-\u9fff]")


def tree_of(
    questionnaire: Questionnaire,
    weights: Mapping[str, float] | pd.Series[float] | None,
    name: str,
    *,
    normalize: bool,
) -> Tree:
    """The tree of a questionnaire's indicators, with their directions and the names of their levels."""
    given = {} if weights is None else by_name(weights, "Weight")
    known = [node.name for _, node in questionnaire.walk()]
    known += [item for _, node in questionnaire.walk() for item in node.items]
    if odd := [one for one in given if one not in known]:
        raise DataError(f"weights= names {odd[0]!r}, which is not an indicator or a question{nearest(odd[0], known)}.")
    if not questionnaire.indicators:
        raise DataError("The questionnaire has no indicators; give them, or use from_dict().")
    tree = read_tree(_children(questionnaire.indicators, given), name, normalize=normalize)
    declared = declared_of(questionnaire)
    own = [declared[column].direction if column in declared else stated
           for column, stated in zip(tree.columns, tree.directions, strict=True)]  # fmt: skip
    indicators = {node.name for _, node in questionnaire.walk()} | {name}
    questions = tuple(node not in indicators for node in tree.names)
    names = _level_names(questionnaire, tree, questions)
    return replace(tree, directions=tuple(own), level_names=names, questions=questions, stated=())


def _children(nodes: Sequence[Indicator], given: Mapping[str, float]) -> dict[str, object]:
    stated = {node.name: _stated(node, given) for node in nodes}
    # A single child has weight 1.
    if len(nodes) > 1 and (bare := [name for name, weight in stated.items() if weight is None]):
        raise DataError(f"Indicator {listed(bare)} has no weight among {listed(stated)}; state it, or give weights=, "
                        "such as weights='equal'.")  # fmt: skip
    found: dict[str, object] = {}
    for node in nodes:
        own = stated[node.name]
        parts: dict[str, object] = {"weight": 1.0 if own is None else own}
        if node.direction is not None:
            parts["direction"] = node.direction
        if not node.children and not node.items:
            raise DataError(f"Indicator {node.name!r} has no children and no questions, so it has no value.")
        if len(node.items) == 1:
            parts["column"] = node.items[0]
        else:
            parts["children"] = _children(node.children, given) if node.children else _items(node.items, given)
        found[node.name] = parts
    return found


def _stated(node: Indicator, given: Mapping[str, float]) -> float | None:
    """The weight of an indicator, which its only question may stand for."""
    alone = node.items[0] if len(node.items) == 1 else node.name
    return given.get(node.name, given.get(alone, node.weight))


def _items(items: Sequence[str], given: Mapping[str, float]) -> dict[str, object]:
    """Equal weights of sibling questions, unless all have a stated one."""
    own = {item: given[item] for item in items if item in given}
    if own and len(own) < len(items):
        raise DataError(f"weights= names {listed(own)}, but not all of {listed(items)}.")
    return dict(own) if own else dict.fromkeys(items, 1 / len(items))


def _level_names(questionnaire: Questionnaire, tree: Tree, questions: Sequence[bool]) -> tuple[str, ...]:
    """The level of every node by name: the total, the questionnaire's levels, and questions below an indicator."""
    levels = questionnaire.levels
    if levels == LEVELS and not any(_HAN.search(node.name) for _, node in questionnaire.walk()):
        levels = tuple(sentence("index.level", number=k).text("en") for k in range(1, len(levels) + 1))
    language = "zh" if any(map(_HAN.search, levels)) else "en"
    total, question = (sentence(code).text(language) for code in ("index.level_total", "index.level_question"))  # type: ignore[arg-type]
    return tuple(
        total if level == 1 else question if asked else levels[level - 2]
        for asked, level in zip(questions, tree.level.tolist(), strict=True)
    )
