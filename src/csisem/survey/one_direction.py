"""Answers to the items of a block, turned into one direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from csisem.survey.declared import NOTHING, lowering
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


def in_one_direction(survey: Survey, blocks: Mapping[str, Sequence[str]]) -> tuple[Survey, tuple[str, ...]]:
    """Return the survey with lowering items of blocks that also have others reverse-coded, and the names of these."""
    turned: dict[str, None] = {}
    for items in blocks.values():
        own = lowering(survey, items)
        if own.any() and not own.all():
            turned |= dict.fromkeys(item for item, one in zip(items, own, strict=True) if one)
    scales = {item: scale for item in turned if (scale := _scale(survey, item)) is not None}
    if not scales:
        return survey, ()
    opposite = {item: replace(scale, reverse=not scale.reverse) for item, scale in scales.items()}
    coding = survey.coding
    coding = replace(coding, scales={**coding.scales, **opposite}, reverse=coding.reverse - scales.keys())
    declared = {item: replace(survey.declared.get(item, NOTHING), direction="raises") for item in scales}
    return survey.with_coding(coding).with_declared({**survey.declared, **declared}), tuple(scales)


def _scale(survey: Survey, item: str) -> Scale | None:
    """The scale of an item in the survey, or as the questionnaire declares it."""
    bounds = survey.declared.get(item, NOTHING).bounds
    return survey.scale_of(item) or (None if bounds is None else Scale(*bounds))
