"""Top-box shares and net promoter scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray, pd
from csisem.descriptive.averages import Asked, Averages, ask, averages, label_columns, refuse_empty, ungrouped
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, ScaleError, listed, shown, tell
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, framed
from csisem.inference.intervals import wilson
from csisem.inference.simultaneous import bonferroni_critical
from csisem.moments.domain_ratios import Quotients
from csisem.option_checks import check_share, check_whole, groups_of, names_of
from csisem.survey import Survey, as_survey
from csisem.survey.declared import ItemPoints, item_points, lowering
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import scales_of
from csisem.survey.satisfied import satisfied_from

SATISFIED = "satisfied"
"""The option that counts those who are satisfied in place of a number of answers."""

# Promoters answer 9 or 10, detractors 6 or less, out of ten or eleven points.
_PROMOTERS, _DETRACTORS = 9.0, 6.0


def top_box(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    boxes: int | Literal["satisfied"] = 2,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Percentage of answers in the top boxes of each item's scale, such as 9 and 10 of 1-10.

    Parameters
    ----------
    data
        A `Survey` with scales.
    items
        Item(s) with a scale of whole numbers.
    by
        Column(s) whose values, or combinations of values, are domains.
    boxes
        Number of answers from the top that count; of an item that lowers the total, from the bottom. Or
        ``"satisfied"``: those that count as satisfied: as the questionnaire says, or else from the label "satisfied" or
        满意 on, or else from 80 points on.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``item, <by...>, n, share, se, ci_lower, ci_upper``, in percent of those who answered. Standard errors are by
        the sampling design, intervals are Wilson's, as in `diagnose.frequencies`: they stay within 0-100, and have
        width where all answers are alike. ``.attrs`` holds the joint ``covariance``, ``degrees``, ``wilson``, the
        input of the intervals, and with ``"satisfied"`` ``notes``, which say what was taken.

    Raises
    ------
    ScaleError
        If an item has no scale, or one with too few answers.
    DataError
        If a column is missing, or nobody in a domain answered an item.
    OptionError
        If ``boxes`` is neither a whole number above 0 nor ``"satisfied"``, or ``level`` is not between 0 and 1.

    See Also
    --------
    nps : Net promoter score.
    trend : Top-box shares over waves.
    csisem.diagnose.frequencies : Shares of all answers.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> cs.index.top_box(survey, "s1", by="firm").round(2)
      item   firm    n  share    se  ci_lower  ci_upper
    0   s1  Alder  778  25.08  1.98     21.34     29.24
    1   s1  Birch  779  29.20  1.93     25.49     33.20
    2   s1  Cedar  773  15.33  1.42     12.70     18.40
    """
    check_share("level", level)
    survey, names = as_survey(data), names_of("items", items)
    check_boxes(boxes)
    counted: Boxes | Reached
    notes: list[Sentence] = []
    if isinstance(boxes, str):
        counted, notes = satisfied_shares(survey, names)
    else:
        counted = top_boxes(survey, names, boxes)
    asked, found = _estimated(survey, counted, names, by, design)
    frame = _frame(asked, found, "share", level)
    n, variance, degrees = found.n.ravel(), (frame["se"].to_numpy() / 100) ** 2, np.array(frame.attrs["degrees"])
    if not asked.survey.design:
        # With independent rows, Wilson's own interval: each group by itself, and normal.
        share = frame["share"].to_numpy() / 100
        variance, degrees = share * (1 - share) / n, np.full(len(n), np.inf)
    effective = (found.weight**2 / found.squares).ravel()
    frame.attrs["wilson"] = {
        "variance": variance.tolist(),
        "effective": effective.tolist(),
        "degrees": degrees.tolist(),
    }
    if notes:
        frame.attrs["notes"] = notes
    frame["ci_lower"], frame["ci_upper"] = share_bounds(frame, np.arange(len(frame)), level=level)
    return frame


def share_bounds(
    frame: pd.DataFrame, rows: IntArray, count: IntArray | int = 1, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Wilson's bounds, in percent, of rows (m,) of a frame from `top_box`, simultaneous over ``count`` intervals."""
    held = {name: np.asarray(values, dtype=np.float64)[rows] for name, values in frame.attrs["wilson"].items()}
    share = frame["share"].to_numpy(dtype=np.float64)[rows] / 100
    critical = bonferroni_critical(count, level, held["degrees"])
    lower, upper = wilson(share, held["variance"], held["effective"], critical)
    return 100 * lower, 100 * upper


def nps(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Net promoter score: percentage of answers 9 and 10 less percentage of 6 and below.

    Parameters
    ----------
    data
        A `Survey` with scales.
    items
        Item(s) on the likelihood to recommend, on 0-10 (Reichheld 2003, Harvard Business Review 81) or 1-10.
    by
        Column(s) whose values, or combinations of values, are domains.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``item, <by...>, n, nps, se, ci_lower, ci_upper``, between -100 and 100. Standard errors are by the sampling
        design, intervals by t, since the difference of two shares is not a share. ``.attrs`` holds the joint
        ``covariance`` and ``degrees``.

    Raises
    ------
    ScaleError
        If an item's scale is not 0-10 or 1-10.
    DataError
        If a column is missing, or nobody in a domain answered an item.
    OptionError
        If ``level`` is not between 0 and 1.

    See Also
    --------
    top_box : Shares of the top boxes.
    trend : Net promoter scores over waves.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> cs.index.nps(survey, "l1", by="firm").round(2)
      item   firm    n    nps    se  ci_lower  ci_upper
    0   l1  Alder  771   7.23  2.94      1.35     13.12
    1   l1  Birch  769  13.68  3.11      7.46     19.89
    2   l1  Cedar  779  -9.07  3.57    -16.20     -1.93
    """
    check_share("level", level)
    survey, names = as_survey(data), names_of("items", items)
    return _frame(*_estimated(survey, promoters(survey, names), names, by, design), "nps", level)


@dataclass(frozen=True, slots=True, eq=False)
class Boxes(Quotients):
    """Quotients that are 100 for answers of at least ``high``, -100 for those of at most ``low``, else 0; each (k,)."""

    high: FloatArray
    low: FloatArray

    @property
    def count(self) -> int:
        return len(self.high)

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        sign = (values >= self.high[:, None]) * 100.0 - (values <= self.low[:, None]) * 100.0
        return sign, np.ones(values.shape), ~np.isnan(values)


@dataclass(frozen=True, slots=True, eq=False)
class Reached(Quotients):
    """Quotients that are 100 for answers of at least as many points as each item's cut, (k,)."""

    scores: ItemPoints
    cuts: FloatArray

    @property
    def count(self) -> int:
        return len(self.cuts)

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        # Points are quotients: 80 less the last digit is 80.
        reached = self.scores.of(values) >= self.cuts[:, None] - 1e-9
        return np.where(reached, 100.0, 0.0), np.ones(values.shape), ~np.isnan(values)


def satisfied_shares(survey: Survey, items: tuple[str, ...]) -> tuple[Reached, list[Sentence]]:
    """The answers that count as satisfied, and the sentences that say which."""
    scores = item_points(survey, items, "Satisfied is a matter of points")
    cuts = [satisfied_from(survey, item) for item in items]
    return Reached(scores, np.array([cut.points for cut in cuts])), [said for cut in cuts for said in cut.notes]


def check_boxes(boxes: object) -> None:
    """Refuse what is neither a number of answers nor ``"satisfied"``."""
    if not isinstance(boxes, str):
        check_whole("boxes", boxes, 1)
    elif boxes != SATISFIED:
        raise OptionError(f"boxes={shown(boxes)} is neither a number of answers nor {SATISFIED!r}.")


def top_boxes(survey: Survey, items: tuple[str, ...], boxes: int) -> Boxes | Reached:
    """The top boxes of each item's scale, of lowering items the bottom ones."""
    ends = _ends(survey, items)
    if small := [item for item, (low, high) in zip(items, ends, strict=True) if not boxes <= high - low]:
        raise ScaleError(f"boxes={shown(boxes)} leaves no answer below the top boxes on the scale of {listed(small)}.")
    high = np.array([high - boxes + 1 for _, high in ends])
    own = lowering(survey, items)
    if not own.any():
        return Boxes(high, np.full(len(items), -np.inf))
    scores = item_points(survey, items, "Top boxes need a scale")
    best = np.where(own, [low + boxes - 1 for low, _ in ends], high)
    return Reached(scores, scores.of(best[:, None])[:, 0])


def promoters(survey: Survey, items: tuple[str, ...]) -> Boxes:
    """Promoters and detractors."""
    for item, (low, high) in zip(items, _ends(survey, items), strict=True):
        if high != 10 or low not in (0, 1):
            raise ScaleError(f"A net promoter score needs the scale 0-10 or 1-10; {item!r} has {low:g}-{high:g}.")
    return Boxes(np.full(len(items), _PROMOTERS), np.full(len(items), _DETRACTORS))


def _ends(survey: Survey, items: tuple[str, ...]) -> list[tuple[float, float]]:
    ends = [(scale.low, scale.high) for scale in scales_of(survey, items, "Top boxes need a scale")]
    if broken := [item for item, pair in zip(items, ends, strict=True) if any(end % 1 for end in pair)]:
        raise ScaleError(f"Top boxes need a scale of whole numbers, and that of {listed(broken)} has others.")
    return ends


def _estimated(
    survey: Survey, boxes: Quotients, items: tuple[str, ...], by: str | Sequence[str] | None, design: object
) -> tuple[Asked, Averages]:
    groups = groups_of(by, ("item", "n", "share", "nps", *INTERVAL))
    asked = ask(under_design(survey, design), items, boxes, groups)
    found = averages(asked)
    refuse_empty(asked, found.empty, lambda place: sentence("answers.so_no_share", items=(items[place],)))
    tell(ungrouped(asked))
    return asked, found


def _frame(asked: Asked, found: Averages, name: str, level: float) -> pd.DataFrame:
    count = len(asked.items)
    columns: dict[str, object] = {"item": list(asked.items) * asked.domains}
    columns |= label_columns(asked.by, asked.labels, count)
    columns["n"] = found.n.ravel().astype(np.int64)
    value = found.value.ravel()
    variance = np.where(found.n.ravel() < 2, np.nan, found.covariance.variances())
    joint = found.covariance.matrix() if len(value) <= MOST_JOINT else None
    return framed(columns, value, variance, joint, np.repeat(found.degrees, count), name=name, level=level)
