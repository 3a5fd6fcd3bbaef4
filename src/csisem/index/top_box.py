"""Shares of answers: the top boxes of a scale, and promoters less detractors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.descriptive.averages import Asked, Averages, ask, averages, label_columns, tell, ungrouped
from csisem.errors import DataError, ScaleError, listed
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, framed
from csisem.inference.intervals import wilson
from csisem.inference.simultaneous import bonferroni_critical
from csisem.moments.domain_ratios import stacked
from csisem.options import check_whole, groups_of, names_of
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import scales_of

if TYPE_CHECKING:
    import pandas as pd


# Promoters answer 9 or 10, detractors 6 or less, out of ten or eleven points.
_PROMOTERS, _DETRACTORS = 9.0, 6.0


def top_box(
    data: object,
    items: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    boxes: int = 2,
    design: object = None,
) -> pd.DataFrame:
    """Percentage of answers in the top boxes of each item's scale, such as 9 and 10 of 1-10.

    Parameters
    ----------
    data
        A `Survey`, or a frame or path read without scales, which is then refused.
    items
        Items with a scale of whole numbers.
    by
        Column(s) whose values, or combinations of values, are domains.
    boxes
        How many answers from the top count.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``item, <by...>, n, share, se, ci_lower, ci_upper``, in percent of those who answered, errors through the
        sampling design and Wilson's intervals of 95 %, as `diagnose.frequencies`: they stay within 0-100, and have
        width where all answers are alike. ``.attrs`` holds the joint ``covariance``, ``degrees``, and ``wilson``, what
        the intervals are made of.

    Raises
    ------
    ScaleError
        An item has no scale, or one without that many answers.
    DataError
        A column is missing, or nobody in a domain answered an item.
    """
    survey, names = as_survey(data), names_of("items", items)
    asked, found = _estimated(survey, top_boxes(survey, names, boxes), names, by, design)
    frame = _frame((asked, found), names, "share")
    n, variance, degrees = found.n.ravel(), (frame["se"].to_numpy() / 100) ** 2, np.array(frame.attrs["degrees"])
    if not asked.survey.design:
        # Of independent rows it is Wilson's own: each group by itself, and normal.
        share = frame["share"].to_numpy() / 100
        variance, degrees = share * (1 - share) / n, np.full(len(n), np.inf)
    effective = (found.weight**2 / found.squares).ravel()
    frame.attrs["wilson"] = {
        "variance": variance.tolist(),
        "effective": effective.tolist(),
        "degrees": degrees.tolist(),
    }
    frame["ci_lower"], frame["ci_upper"] = share_bounds(frame, np.arange(len(frame)))
    return frame


def share_bounds(
    frame: pd.DataFrame, rows: IntArray, count: IntArray | int = 1, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Wilson's bounds, in percent, of some rows (m,) of a frame by `top_box`, ``count`` of which hold together."""
    held = {name: np.asarray(values, dtype=np.float64)[rows] for name, values in frame.attrs["wilson"].items()}
    share = frame["share"].to_numpy(dtype=np.float64)[rows] / 100
    lower, upper = wilson(
        share, held["variance"], held["effective"], bonferroni_critical(count, level, held["degrees"])
    )
    return 100 * lower, 100 * upper


def nps(
    data: object, items: str | Sequence[str], by: str | Sequence[str] | None = None, *, design: object = None
) -> pd.DataFrame:
    """Net promoter score: percentage of answers 9 and 10 less percentage of 6 and below.

    Parameters
    ----------
    data, by, design
        As for `top_box`.
    items
        Likelihood to recommend, on 0-10 (Reichheld 2003, Harvard Business Review 81) or 1-10.

    Returns
    -------
    DataFrame
        ``item, <by...>, n, nps, se, ci_lower, ci_upper``, between -100 and 100; intervals by t, since the difference of
        two shares is no share; as `top_box` otherwise.

    Raises
    ------
    ScaleError
        An item's scale is not 0-10 or 1-10.
    DataError
        As for `top_box`.
    """
    survey, names = as_survey(data), names_of("items", items)
    return _frame(_estimated(survey, promoters(survey, names), names, by, design), names, "nps")


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Quotients that are 100 for answers of at least ``high``, -100 for those of at most ``low``, else 0; each (k,)."""

    high: FloatArray
    low: FloatArray

    @property
    def count(self) -> int:
        return len(self.high)

    def kept(self, values: FloatArray) -> BoolArray:
        return np.ones(values.shape[1], dtype=bool)

    def of(self, values: FloatArray, places: IntArray) -> FloatArray:  # noqa: ARG002 - all domains are added up alike
        return stacked(*self.split(values))

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        sign = (values >= self.high[:, None]) * 100.0 - (values <= self.low[:, None]) * 100.0
        return sign, np.ones(values.shape), ~np.isnan(values)


def top_boxes(survey: Survey, items: tuple[str, ...], boxes: int) -> Boxes:
    """The top boxes of each item's scale; raises as `top_box` does."""
    check_whole("boxes", boxes, 1)
    ends = _ends(survey, items)
    if small := [item for item, (low, high) in zip(items, ends, strict=True) if not boxes <= high - low]:
        raise ScaleError(f"boxes={boxes} leaves nothing below on the scale of {listed(small)}.")
    return Boxes(np.array([high - boxes + 1 for _, high in ends]), np.full(len(items), -np.inf))


def promoters(survey: Survey, items: tuple[str, ...]) -> Boxes:
    """Promoters and detractors; raises as `nps` does."""
    for item, (low, high) in zip(items, _ends(survey, items), strict=True):
        if high != 10 or low not in (0, 1):
            raise ScaleError(f"A net promoter score needs the scale 0-10 or 1-10; {item!r} has {low:g}-{high:g}.")
    return Boxes(np.full(len(items), _PROMOTERS), np.full(len(items), _DETRACTORS))


def _ends(survey: Survey, items: tuple[str, ...]) -> list[tuple[float, float]]:
    ends = [(scale.low, scale.high) for scale in scales_of(survey, items, "Boxes are those of a scale")]
    if broken := [
        item for item, pair in zip(items, ends, strict=True) if not all(float(end).is_integer() for end in pair)
    ]:
        raise ScaleError(f"Boxes are whole numbers, which the scale of {listed(broken)} is not made of.")
    return ends


def _estimated(
    survey: Survey, boxes: Boxes, items: tuple[str, ...], by: str | Sequence[str] | None, design: object
) -> tuple[Asked, Averages]:
    groups = groups_of(by, ("item", "n", "share", "nps", *INTERVAL))
    asked = ask(under_design(survey, design), items, boxes, groups)
    found = averages(asked)
    if found.empty.any():
        domain, place = (int(k) for k in np.argwhere(found.empty)[0])
        where = f" in {listed([asked.labels[domain]])}" if asked.by else ""
        raise DataError(f"Nobody{where} answered {items[place]!r}, so there is no share.")
    tell(ungrouped(asked))
    return asked, found


def _frame(estimated: tuple[Asked, Averages], items: tuple[str, ...], name: str) -> pd.DataFrame:
    asked, found = estimated
    columns: dict[str, object] = {"item": list(items) * asked.domains}
    columns |= label_columns(asked.by, asked.labels, len(items))
    columns["n"] = found.n.ravel().astype(np.int64)
    value = found.value.ravel()
    variance = np.where(found.n.ravel() < 2, np.nan, found.covariance.variances())
    joint = found.covariance.matrix() if len(value) <= MOST_JOINT else None
    return framed(columns, value, variance, joint, np.repeat(found.degrees, len(items)), name)
