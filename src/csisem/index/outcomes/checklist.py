"""Hard indicators in points, and a self-assessment checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError, listed, shown
from csisem.option_checks import check_number, check_whole, listing_of, names_of, real, rising
from csisem.survey.named_numbers import numbers
from csisem.survey.questionnaire.questionnaire import Questionnaire
from csisem.survey.survey import Survey

SIZES = (7, 5, 4, 7, 4, 7, 6)
"""Number of questions in the seven groups of the self-assessment of a customer-oriented company."""


def self_assessment(
    answers: Sequence[float] | Sequence[Sequence[float]] | object,
    questionnaire: Questionnaire | None = None,
    *,
    sizes: Sequence[int] = SIZES,
    names: Sequence[str] | None = None,
    scale: tuple[float, float] = (1, 5),
) -> pd.DataFrame:
    """Score a self-assessment checklist by group of questions.

    Parameters
    ----------
    answers
        All answers in order, or one list per group; with a questionnaire also its answers, a frame or `Survey` with a
        row per person, of which the means over those who answered are scored.
    questionnaire
        The checklist, such as ``templates.questionnaire("self_assessment")``: its indicators of the first level are
        the groups, in place of ``sizes``, ``names`` and ``scale``.
    sizes
        Number of questions in each group; the seven groups of the default have 7, 5, 4, 7, 4, 7 and 6.
    names
        Names of the groups; None numbers them.
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
        If there are too few or too many answers, or one is off the scale, or nobody answered one.
    OptionError
        If the number of names does not match, ``sizes`` are not whole numbers, ``scale`` does not rise, or the
        questions of ``questionnaire`` have several scales.

    Examples
    --------
    >>> cs.index.outcomes.self_assessment([5, 4, 3, 4, 2], sizes=[3, 2], names=["contact", "follow-up"])
           group  items  score  maximum  percent  points
    0    contact      3   12.0     15.0     80.0    75.0
    1  follow-up      2    6.0     10.0     60.0    50.0
    2      Total      5   18.0     25.0     72.0    65.0

    The answers of three persons to the template:

    >>> checklist = cs.templates.questionnaire("self_assessment", "zh")
    >>> answers = pd.DataFrame({item: [3, 4, 5] for item in checklist.items})
    >>> cs.index.outcomes.self_assessment(answers, checklist)["maximum"].tolist()
    [35.0, 25.0, 20.0, 35.0, 20.0, 35.0, 30.0, 200.0]
    """
    if questionnaire is not None:
        groups = _Groups.of(questionnaire)
        sizes, names, scale = groups.sizes, groups.names, groups.scale
        if isinstance(answers, Survey) or hasattr(answers, "columns"):
            answers = groups.means(answers)
    counts, (low, high) = _counts(sizes), rising("scale", scale, "the lowest and the highest answer")
    labels = list(names_of("names", names)) if names is not None else [str(k + 1) for k in range(len(counts))]
    if len(labels) != len(counts):
        raise OptionError(f"There are {len(counts)} groups but {len(labels)} names.")
    parts = None if isinstance(answers, Mapping) else listing_of(answers)
    if parts is None:
        raise DataError(f"Answers are a list, or one list per group, not {shown(answers)}.")
    lists = [group for part in parts if (group := listing_of(part)) is not None]
    if parts and len(lists) == len(parts):
        lengths = [len(group) for group in lists]
        if lengths != counts:
            raise DataError(f"The groups have {lengths} answers, where the checklist has {counts} questions.")
        values = np.concatenate([numbers(group, "An answer") for group in lists])
    else:
        values = numbers(parts, "An answer")
    if len(values) != sum(counts):
        raise DataError(f"There are {len(values)} answers, where the checklist has {sum(counts)} questions.")
    if (wrong := ~((values >= low) & (values <= high))).any():
        place = int(np.argmax(wrong))
        raise DataError(f"Answer {place + 1} is {values[place]:g}, off the scale {low:g}-{high:g}.")
    scores = np.add.reduceat(values, np.concatenate([[0], np.cumsum(counts)[:-1]]))
    items = np.array([*counts, sum(counts)])
    score = np.append(scores, scores.sum())
    return pd.DataFrame(
        {
            "group": [*labels, "Total"],
            "items": items,
            "score": score,
            "maximum": items * float(high),
            "percent": 100 * score / (items * high),
            "points": 100 * (score - items * low) / (items * (high - low)),
        }
    )


@dataclass(frozen=True)
class _Groups:
    """The groups of a checklist's questionnaire."""

    questionnaire: Questionnaire
    names: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    scale: tuple[float, float]

    @classmethod
    def of(cls, questionnaire: object) -> _Groups:
        """Return the indicators of the first level, whose questions have one scale."""
        if not isinstance(questionnaire, Questionnaire):
            raise OptionError(f"questionnaire= must be a Questionnaire; got {shown(questionnaire)}.")
        nodes = questionnaire.indicators
        items = tuple(node.all_items for node in nodes)
        scales = {questionnaire[item].bounds for group in items for item in group}
        scale = next(iter(scales), None)
        if scale is None or len(scales) > 1 or not all(items):
            raise OptionError("questionnaire= needs indicators with questions of one scale, whose points are summed.")
        return cls(questionnaire, tuple(node.name for node in nodes), items, scale)

    @property
    def sizes(self) -> list[int]:
        return [len(group) for group in self.items]

    def means(self, answers: object) -> list[float]:
        """Return the mean answer to each question, over those who answered it."""
        items = [item for group in self.items for item in group]
        means = self.questionnaire.survey(answers, checked=False).answers(items).mean()
        if nobody := [item for item, mean in means.items() if np.isnan(mean)]:
            raise DataError(f"Nobody answered {listed(nobody)}.")
        return [float(mean) for mean in means]


def _counts(sizes: object) -> list[int]:
    counts = listing_of(sizes)
    if not counts:
        raise OptionError(f"sizes= takes the number of questions in each group, not {shown(sizes)}.")
    for count in counts:
        check_whole("sizes", count, 1, 10_000)
    return [int(real(count)) for count in counts]


@overload
def hard_points(value: float, worst: float, best: float) -> float: ...
@overload
def hard_points(value: ArrayLike, worst: float, best: float) -> FloatArray | float: ...
def hard_points(value: ArrayLike, worst: float, best: float) -> FloatArray | float:
    """Rescale a measured (hard) indicator to points of 0-100, for a hierarchy with asked (soft) ones.

    Parameters
    ----------
    value
        Minutes of delay, share of defects, answered calls: any shape.
    worst, best
        The values of 0 and 100 points; ``best`` below ``worst`` if less is better. Values beyond are clipped.

    Returns
    -------
    float or ndarray

    Raises
    ------
    DataError
        If a value is not a number.
    OptionError
        If the two bounds are equal.

    See Also
    --------
    csisem.index.Hierarchy : The index of a tree of indicators.

    Examples
    --------
    >>> cs.index.outcomes.hard_points([0, 12, 45], worst=30, best=0)
    array([100.,  60.,   0.])
    """
    check_number("worst", worst)
    check_number("best", best)
    if worst == best:
        raise OptionError(f"worst={worst} and best={best} must differ.")
    # Far beyond bounds that hardly differ is beyond them all the same.
    with np.errstate(over="ignore"):
        points = np.clip(100 * (numbers(value, "The indicator") - worst) / (best - worst), 0.0, 100.0)
    return points if points.ndim else float(points)
