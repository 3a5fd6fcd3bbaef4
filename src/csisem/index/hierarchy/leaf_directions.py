"""Directions of leaves: declared, or doubtful by names or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import DataError
from csisem.index.hierarchy.node_frames import highest_lowering
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.scale_points import points_of
from csisem.survey import Questionnaire, Survey, as_survey
from csisem.survey.complaint_words import complaint_like
from csisem.survey.declared import NOTHING, Declared, joined
from csisem.survey.falling_answers import falling, nearest_siblings, sampled
from csisem.survey.questionnaire.declare import declared_of


def answers_of(data: object, tree: Tree, questionnaire: Questionnaire | None) -> Survey:
    """The survey in the data with all that is declared of its items; refused where a direction is in doubt."""
    if questionnaire is None:
        survey = as_survey(data)
    elif isinstance(data, Survey):
        survey = data.with_declared(joined(data, declared_of(questionnaire)))
    else:
        read = as_survey(data) if isinstance(data, str | Path) else data
        survey = questionnaire.survey(read, checked=False)
    survey = _with_directions(survey, tree)
    refuse_doubtful_names(tree, survey, questionnaire)
    refuse_falling_answers(tree, survey)
    return survey


def _with_directions(survey: Survey, tree: Tree) -> Survey:
    """The survey with the directions of the tree, which hold where the two differ."""
    known = dict(survey.declared)
    for k in tree.leaves:
        if tree.directions[k] is not None:
            own = known.get(tree.columns[k], NOTHING)
            settled = own.settled or (bool(tree.stated) and tree.stated[k])
            known[tree.columns[k]] = replace(own, direction=tree.directions[k], settled=settled, doubt="")
    return survey.with_declared(known)


def refuse_doubtful_names(tree: Tree, survey: Survey | None, questionnaire: Questionnaire | None) -> None:
    """Refuse leaves that are named like complaints while their direction is not declared."""
    declared = {} if questionnaire is None else declared_of(questionnaire)
    if survey is not None:
        declared = dict(survey.declared)
    doubtful: dict[str, str] = {}
    for k in np.flatnonzero(tree.paths()[0] > 0):
        if tree.columns[k] and tree.directions[k] is None and (word := _doubt(tree, int(k), survey, declared)):
            doubtful[tree.names[k]] = word
    if doubtful:
        words = list(dict.fromkeys(doubtful.values()))
        raise DataError(sentence("index.doubtful_names", nodes=list(doubtful), words=words))


def _doubt(tree: Tree, leaf: int, survey: Survey | None, declared: Mapping[str, Declared]) -> str:
    """The word that makes a leaf look like a complaint, unless its direction is known."""
    column = tree.columns[leaf]
    if (own := declared.get(column)) is not None:
        return "" if own.direction is not None or own.settled else own.doubt
    scale = None if survey is None else survey.scale_of(column)
    if scale is not None and scale.reverse:
        return ""
    text = "" if survey is None else survey.item_texts.get(column, "")
    above = [] if tree.parent[leaf] <= 0 else [tree.names[tree.parent[leaf]]]
    return complaint_like([text], [column, tree.names[leaf], *above], () if scale is None else scale.labels.values())


def refuse_falling_answers(tree: Tree, survey: Survey) -> None:
    """Refuse leaves without a stated direction whose answers fall as those of their siblings rise."""
    leaves, weight, items = tree.leaves, tree.paths()[0], tree.items
    counted = weight[leaves] > 0
    free = counted & np.array([not _stated(survey, item) for item in items])
    if not free.any() or counted.sum() < 2:
        return
    points = points_of(survey, items, complete=False).scores.of(sampled(survey.rows(items, weights=False)))
    siblings = nearest_siblings(np.where(weight > 0, tree.parent, -1), leaves) & counted
    if found := falling(points, siblings, free):
        whys = [_why_falling(survey, items[k]) for k in found]
        alike = [k for k, why in zip(found, whys, strict=True) if why == whys[0]]
        names, columns = [tree.names[leaves[k]] for k in alike], [items[k] for k in alike]
        raise DataError(sentence(whys[0], nodes=names, columns=columns))


def _why_falling(
    survey: Survey, item: str
) -> Literal["index.falling_answers", "index.rising_answers", "index.turned_twice"]:
    """The sentence about a question whose points fall as those of its siblings rise."""
    if _turned_twice(survey, item):
        return "index.turned_twice"
    return "index.rising_answers" if survey.declared.get(item, NOTHING).lowers else "index.falling_answers"


def noted(frame: pd.DataFrame, tree: Tree) -> pd.DataFrame:
    """The frame with a note on the nodes whose index is turned."""
    if turned := [tree.names[k] for k in np.flatnonzero(highest_lowering(tree))]:
        frame.attrs["notes"] = [sentence("index.turned", nodes=turned)]
    return frame


def _stated(survey: Survey, item: str) -> bool:
    """Whether the question itself says its direction, or is reverse-coded, but not both so that nothing is turned."""
    return (survey.declared.get(item, NOTHING).settled or _reversed(survey, item)) and not _turned_twice(survey, item)


def _turned_twice(survey: Survey, item: str) -> bool:
    """Whether answers are reverse-coded and also lower the total, so that they are as they were given."""
    return survey.declared.get(item, NOTHING).lowers and _reversed(survey, item)


def _reversed(survey: Survey, item: str) -> bool:
    scale = survey.scale_of(item)
    return scale is not None and scale.reverse
