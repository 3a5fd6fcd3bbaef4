"""Warnings of items that hardly load, or vary far more than others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.fit.status import Thresholds


@dataclass(frozen=True, slots=True, eq=False)
class ItemBlocks:
    """The items of each construct that has some; an item of two constructs is there twice.

    Attributes
    ----------
    constructs
        Names of the constructs (b,).
    starts
        Where the items of each start, (b + 1,); the last is their number k.
    items
        Names of the items (k,).
    """

    constructs: tuple[str, ...]
    starts: tuple[int, ...]
    items: tuple[str, ...]


def doubtful_items(
    blocks: ItemBlocks, loadings: FloatArray, sd: FloatArray, group: str | None, thresholds: Thresholds
) -> list[Sentence]:
    """Warnings of items, from their standardised loadings (k,) and standard deviations (k,).

    An item alone has none. A loading of nan, such as that of an item with another loading to judge, is passed over, and
    so are the standard deviations of a construct with one of nan, such as that of an ordered item.
    """
    if not blocks.items:
        return []
    first = blocks.starts[:-1]
    weak = np.abs(loadings) < thresholds.loading_near_zero
    wide = np.maximum.reduceat(sd, first) >= thresholds.spread * np.minimum.reduceat(sd, first)
    if not (weak.any() or wide.any()):
        return []
    said = []
    for construct, start, stop in zip(blocks.constructs, first, blocks.starts[1:], strict=True):
        if stop - start < 2:
            continue
        items, own = blocks.items[start:stop], sd[start:stop]
        if places := np.flatnonzero(weak[start:stop]).tolist():
            said.append(
                sentence("fit.loadings_near_zero", items=[items[i] for i in places], construct=construct, group=group,
                         loading=loadings[start + places[0]])
            )  # fmt: skip
        if np.isnan(own).any():
            continue
        widest = int(np.argmax(own))
        others = float(np.delete(own, widest).max())
        times = own[widest] / others if others > 0 else np.inf
        # Of two items nobody knows which one is the odd one out, and units may differ.
        if times >= thresholds.spread * (1 if len(items) > 2 else 2):
            said.append(
                sentence("fit.wide_item", item=items[widest], construct=construct, group=group, sd=own[widest],
                         times=times)
            )  # fmt: skip
    return said
