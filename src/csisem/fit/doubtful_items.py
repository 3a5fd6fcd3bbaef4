"""Warnings of items that hardly load, or vary far more than others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.fit.status import Thresholds


def doubtful_items(
    construct: str,
    items: Sequence[str],
    loadings: FloatArray,
    sd: FloatArray,
    group: str | None,
    thresholds: Thresholds,
) -> list[Sentence]:
    """Warnings of the items of a construct, from their standardised loadings (k,) and standard deviations (k,).

    One item has none. A loading of nan, such as that of an item with another loading to judge, is passed over.
    """
    if len(items) < 2:
        return []
    said = []
    with np.errstate(invalid="ignore"):
        weak = np.flatnonzero(np.abs(loadings) < thresholds.loading_near_zero).tolist()
    if weak:
        said.append(
            sentence("fit.loadings_near_zero", items=[items[i] for i in weak], construct=construct, group=group,
                     loading=loadings[weak[0]])
        )  # fmt: skip
    widest = int(np.argmax(sd))
    others = float(np.delete(sd, widest).max())
    times = sd[widest] / others if others > 0 else np.inf
    # Of two items nobody knows which one is the odd one out, and units may differ.
    if times >= thresholds.spread * (1 if len(items) > 2 else 2):
        said.append(
            sentence("fit.wide_item", item=items[widest], construct=construct, group=group, sd=sd[widest], times=times)
        )
    return said
