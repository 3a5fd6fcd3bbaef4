"""Direction, points, names and satisfaction that a questionnaire declares of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.errors import DataError, nearest, shown
from csisem.options import Direction
from csisem.survey.named_numbers import scales_of

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True)
class Declared:
    """What a questionnaire says of one item.

    Attributes
    ----------
    name
        The indicator of which it is the only question; empty if there are several.
    indicator
        The indicator that it measures; empty if there is none.
    direction
        Its own direction or that of its indicator; None where none is declared.
    settled
        Whether the question itself says its direction, or that its wording is negative.
    doubt
        The word that makes it look like a complaint, while no direction is declared.
    bounds
        Lowest and highest answer.
    answers, points
        Its answers as they are read, and their points of 0-100; empty for equal steps between the bounds.
    satisfied
        From where on an answer counts as satisfied: ``("code", code)`` or ``("points", points)``; None: the default.
    options
        Texts of the options of a choice, in their order.
    """

    name: str = ""
    indicator: str = ""
    direction: Direction | None = None
    settled: bool = False
    doubt: str = ""
    bounds: tuple[float, float] | None = None
    answers: tuple[float, ...] = ()
    points: tuple[float, ...] = ()
    satisfied: tuple[str, float] | None = None
    options: tuple[str, ...] = ()

    @property
    def lowers(self) -> bool:
        """Whether more of it lowers the total."""
        return self.direction == "lowers"


NOTHING = Declared()
"""What is known of an item of a plain frame."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemPoints:
    """The conversion of answers to L items into points of 0-100, where more is better unless nothing is turned.

    Attributes
    ----------
    low, width
        Lowest answer and width of each scale, (L,).
    given
        Answers and their points by place, of items whose points are not equal steps.
    lowers
        Items whose points are taken from 100, (L,).
    """

    low: FloatArray
    width: FloatArray
    given: Mapping[int, tuple[tuple[float, ...], tuple[float, ...]]]
    lowers: BoolArray

    def of(self, values: FloatArray) -> FloatArray:
        """Points (L, m) of answers (L, m), nan where missing; answers between two others have points between theirs."""
        points: FloatArray = 100.0 * ((values - self.low[:, None]) / self.width[:, None])
        for place, (answers, own) in self.given.items():
            points[place] = np.interp(values[place], answers, own)
        if self.lowers.any():
            points[self.lowers] = 100.0 - points[self.lowers]
        return points


def item_points(survey: Survey, items: tuple[str, ...], need: str, *, turned: bool = True) -> ItemPoints:
    """Return the conversion for items of a survey; ``need`` begins the refusal of one without a scale."""
    scales = scales_of(survey, items, need)
    low, high = (np.array([getattr(scale, end) for scale in scales], dtype=np.float64) for end in ("low", "high"))
    own = [survey.declared.get(item, NOTHING) for item in items]
    given = {place: (one.answers, one.points) for place, one in enumerate(own) if one.points}
    return ItemPoints(low, high - low, given, np.array([turned and one.lowers for one in own], dtype=bool))


def lowering(survey: Survey, items: Iterable[str]) -> BoolArray:
    """Whether more of each item lowers the total, (L,)."""
    return np.array([survey.declared.get(item, NOTHING).lowers for item in items], dtype=bool)


def turned(survey: Survey, items: Sequence[str], values: FloatArray) -> FloatArray:
    """Return answers (m, L) with those of lowering items turned: between the ends of their scale, or in sign."""
    own = lowering(survey, items)
    if not own.any():
        return values
    scales = [survey.scale_of(item) for item in items]
    ends = np.array([0.0 if scale is None else scale.low + scale.high for scale in scales])
    return np.where(own, ends - values, values)


def column_of(survey: Survey, name: str) -> str:
    """Return the column of an item that is named by its column or its indicator; another name as it is."""
    if name in survey.columns:
        return name
    found = [item for item, own in survey.declared.items() if own.name == name]
    return found[0] if len(found) == 1 else name


def columns_of_names(survey: Survey, names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of items that are named by their columns or their indicators.

    Where a questionnaire has named indicators, an unknown name is refused with the nearest of both.
    """
    found = tuple(column_of(survey, name) for name in names)
    indicators = [own.name for own in survey.declared.values() if own.name]
    if indicators and (odd := [name for name in found if name not in survey.columns]):
        hint = nearest(odd[0], [*indicators, *survey.columns])
        raise DataError(f"There is no column and no indicator {shown(odd[0])}{hint}.")
    return found


def names_of_items(survey: Survey, items: Iterable[str]) -> list[str]:
    """Return the indicators of which items are the only questions, and the items where there are others."""
    return [survey.declared.get(item, NOTHING).name or item for item in items]


def joined(survey: Survey, others: Mapping[str, Declared]) -> dict[str, Declared]:
    """Return what a survey declares of its items, completed by what is known of them from elsewhere.

    Points by answer hold for the scale that they were given for, and are left out where the survey has another.
    """
    found = dict(survey.declared)
    for item, own in others.items():
        if item in found or item not in survey.columns:
            continue
        scale = survey.scale_of(item)
        same = scale is None or own.bounds is None or (scale.low, scale.high) == own.bounds
        found[item] = own if same else replace(own, answers=(), points=(), bounds=None)
    return found
