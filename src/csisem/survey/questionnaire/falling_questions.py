"""Questions without a direction whose answers oppose those of their siblings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.survey.declared import Declared
from csisem.survey.falling_answers import falling, thinned
from csisem.survey.questionnaire.coding import coded
from csisem.survey.questionnaire.declare import declared_of, measured

if TYPE_CHECKING:
    from csisem.arrays import BoolArray, FloatArray
    from csisem.survey.questionnaire.draft import Draft


def falling_questions(draft: Draft, answers: object) -> list[str]:
    """Return the items without a stated direction that correlate negatively with their siblings in some answers."""
    items = tuple(dict.fromkeys(one.item for one in measured(draft.indicators) if one.item in draft.items))
    if len(items) < 2:
        return []
    frame = coded(answers, draft.questions, draft.price_tolerance, None).frame
    declared = declared_of(draft)
    values = np.stack([_read(draft, item, frame[item].to_numpy(dtype=np.float64), declared[item]) for item in items])
    free = np.array([not declared[item].settled for item in items])
    return [items[k] for k in falling(thinned(values), _siblings(draft, items), free)]


def _read(draft: Draft, item: str, raw: FloatArray, declared: Declared) -> FloatArray:
    """Answers in points, so far as order matters: codes cleaned, reverse-coded, turned."""
    scale = next((one.as_scale for one in draft.questions if one.name == item), None)
    read = raw if scale is None else scale.clean(raw)
    points = np.interp(read, declared.answers, declared.points) if declared.points else read
    return -points if declared.lowers else points


def _siblings(draft: Draft, items: tuple[str, ...]) -> BoolArray:
    """Whether an item is below the nearest node above another one that has other items, (L, L)."""
    groups = [set(node.all_items) for _, node in draft.walk()] + [set(items)]
    found = np.zeros((len(items), len(items)), dtype=bool)
    for k, item in enumerate(items):
        own = min((group for group in groups if item in group and len(group) > 1), key=len)
        found[k] = [other in own and other != item for other in items]
    return found
