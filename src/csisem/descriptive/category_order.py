"""Answers of a column in the order in which tables show them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import IntArray
from csisem.survey import Survey


def ordered(codes: IntArray, labels: Sequence[Hashable], survey: Survey, name: str) -> tuple[IntArray, list[Hashable]]:
    """Return codes (m,) and labels of the answers that occur: numbers ascending, others in order of appearance.

    ``codes`` are places in ``labels``. Texts declared for the column ``name`` replace its numbers.
    """
    present, first = np.unique(codes, return_index=True)
    numbers = all(isinstance(labels[code], int | float | np.number) for code in present)
    order = np.argsort([float(labels[code]) for code in present] if numbers else first, kind="stable")
    place = np.empty(len(present), dtype=np.intp)
    place[order] = np.arange(len(present))
    texts = dict(survey.value_labels.get(name, {}))
    scale = survey.scale_of(name)
    if scale is not None and not scale.reverse:
        texts = {**scale.labels, **texts}
    return place[np.searchsorted(present, codes)], [_shown(labels[present[k]], texts) for k in order]


def _shown(label: Hashable, texts: dict[float, str]) -> Hashable:
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    return texts.get(label, label) if isinstance(label, int | float | np.number) else label  # type: ignore[arg-type]
