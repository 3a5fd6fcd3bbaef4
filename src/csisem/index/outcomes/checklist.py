"""What the firm knows of itself: measured (hard) indicators in points, and the self-assessment checklist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray
from csisem.errors import DataError, OptionError, shown
from csisem.options import check_number, check_whole, names_of, rising
from csisem.survey.named_numbers import numbers

if TYPE_CHECKING:
    import pandas as pd


GROUPS = (7, 5, 4, 7, 4, 7, 6)
"""Questions in the seven groups of the self-assessment of a customer-oriented company."""


def self_assessment(
    answers: Sequence[float] | Sequence[Sequence[float]],
    *,
    groups: Sequence[int] = GROUPS,
    names: Sequence[str] | None = None,
    scale: tuple[float, float] = (1, 5),
) -> pd.DataFrame:
    """Add up a checklist by group.

    Parameters
    ----------
    answers
        All answers in order, or one list per group.
    groups
        Number of questions in each group; the seven groups have 7, 5, 4, 7, 4, 7 and 6.
    names
        Of the groups; None numbers them.
    scale
        Lowest and highest answer.

    Returns
    -------
    DataFrame
        ``group, items, score, maximum, percent, points`` and a last row ``Total``: ``percent`` is score over maximum,
        ``points`` 0-100 from all lowest to all highest answers.

    Raises
    ------
    DataError
        There are too few or too many answers, or one is off the scale.
    OptionError
        Names do not fit the groups, or groups or scale are none.
    """
    import pandas as pd

    sizes, (low, high) = _sizes(groups), rising("scale", scale, "the lowest and the highest answer")
    labels = list(names_of("names", names)) if names is not None else [str(k + 1) for k in range(len(sizes))]
    if len(labels) != len(sizes):
        raise OptionError(f"There are {len(sizes)} groups but {len(labels)} names.")
    if isinstance(answers, str | bytes | Mapping) or not isinstance(answers, Iterable):
        raise DataError(f"Answers are a list, or one list per group, not {shown(answers)}.")
    parts = list(answers)
    if parts and isinstance(parts[0], Sequence | np.ndarray) and not isinstance(parts[0], str):
        lengths = [len(part) for part in parts]  # type: ignore[arg-type]
        if lengths != sizes:
            raise DataError(f"The groups have {lengths} answers, where the checklist has {sizes} questions.")
        values = np.concatenate([numbers(part, "An answer") for part in parts])
    else:
        values = numbers(parts, "An answer")
    if len(values) != sum(sizes):
        raise DataError(f"There are {len(values)} answers, where the checklist has {sum(sizes)} questions.")
    if (wrong := ~((values >= low) & (values <= high))).any():
        place = int(np.argmax(wrong))
        raise DataError(f"Answer {place + 1} is {values[place]:g}, off the scale {low:g}-{high:g}.")
    scores = np.add.reduceat(values, np.concatenate([[0], np.cumsum(sizes)[:-1]]))
    counts = np.array([*sizes, sum(sizes)], dtype=np.float64)
    score = np.append(scores, scores.sum())
    return pd.DataFrame(
        {
            "group": [*labels, "Total"],
            "items": counts.astype(np.int64),
            "score": score,
            "maximum": counts * high,
            "percent": 100 * score / (counts * high),
            "points": 100 * (score - counts * low) / (counts * (high - low)),
        }
    )


def _sizes(groups: object) -> list[int]:
    sizes = list(groups) if isinstance(groups, Iterable) and not isinstance(groups, str) else []
    if not sizes:
        raise OptionError(f"groups= takes the number of questions in each group, not {shown(groups)}.")
    for size in sizes:
        check_whole("groups", size, 1)
    return sizes


@overload
def hard_points(value: float, worst: float, best: float) -> float: ...
@overload
def hard_points(value: ArrayLike, worst: float, best: float) -> FloatArray | float: ...
def hard_points(value: ArrayLike, worst: float, best: float) -> FloatArray | float:
    """Put a measured (hard) indicator in points of 0-100, so that it can stand in a hierarchy beside asked (soft) ones.

    Parameters
    ----------
    value
        Minutes of delay, share of defects, answered calls: any shape.
    worst, best
        What counts 0 and 100; ``best`` below ``worst`` where less is better. Values beyond are cut off.

    Raises
    ------
    OptionError
        The two are equal.
    """
    check_number("worst", worst)
    check_number("best", best)
    if worst == best:
        raise OptionError(f"worst={worst} and best={best} must differ.")
    points = np.clip(100 * (numbers(value, "The indicator") - worst) / (best - worst), 0.0, 100.0)
    return points if points.ndim else float(points)
