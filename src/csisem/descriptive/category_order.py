"""Answers of a column in the order in which tables show them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import IntArray
from csisem.survey import Survey
from csisem.survey.declared import NOTHING
from csisem.survey.value_labels import ValueLabel, code_of, shown_labels


def ordered(codes: IntArray, labels: Sequence[Hashable], survey: Survey, name: str) -> tuple[IntArray, list[Hashable]]:
    """Return codes (m,) and labels of the answers that occur: numbers ascending, others as declared or as they appear.

    ``codes`` are places in ``labels``. Texts declared for the column ``name`` replace its numbers.
    """
    present, first = np.unique(codes, return_index=True)
    numbers = [number for code in present if (number := code_of(labels[code])) is not None]
    declared = survey.declared.get(name, NOTHING).options
    appearance = present if declared else first
    order = np.argsort(numbers if len(numbers) == len(present) else appearance, kind="stable")
    place = np.empty(len(present), dtype=np.intp)
    place[order] = np.arange(len(present))
    texts = survey.coding.texts_of(name)
    scale = survey.scale_of(name)
    if scale is not None and not scale.reverse:
        texts = {**scale.labels, **texts}
    shown = [_whole(labels[present[k]]) for k in order]
    return place[np.searchsorted(present, codes)], [
        label if isinstance(label, ValueLabel) else text
        for label, text in zip(shown, shown_labels(shown, texts), strict=True)
    ]


def _whole(label: Hashable) -> Hashable:
    return int(label) if isinstance(label, float) and label.is_integer() else label
