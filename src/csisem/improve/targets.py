"""Which indicators to improve first: six rankings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.improve.item_importance import Weighed, precise, simple
from csisem.improve.quadrants import codes_of, cuts_of, words
from csisem.inference.intervals import wald
from csisem.options import TargetBy, TargetMethod, check_number, check_share, names_of, validate

if TYPE_CHECKING:
    import pandas as pd


BAND = 0.2
"""Half the width of the region along the diagonal, on axes from 0 to 1."""


def targets(
    data: object,
    weights: Mapping[str, float] | pd.Series[float] | None = None,
    *,
    method: TargetMethod = "simple",
    by: TargetBy = "coefficient",
    items: str | Sequence[str] | None = None,
    overall: str | Sequence[str] | None = None,
    cut: str | tuple[float, float] = "mean",
    band: float = BAND,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rank indicators by how much there is to gain from improving them.

    Parameters
    ----------
    data
        Answers: a `Survey` with scales; or figures, a mapping or Series from indicator to its index (0-100).
    weights
        Of the simple method: by indicator, such as `Hierarchy.global_weights`.
    method
        ``"simple"``: an indicator is as important as its weight; ``"precise"``: as its correlation with overall
        satisfaction over respondents.
    by
        ``"coefficient"``: importance times the distance to 100, ``w (100 - x)``; ``"quadrant"``: first what is
        important and low, then low, then important, then the rest, each in the order of the coefficient; ``"region"``:
        by how far importance exceeds the score on axes from the lowest to the highest item, ``u - v``, with a band
        along the diagonal in which the two are in balance.
    items
        Of the precise method: the indicators; None takes those of ``weights``.
    overall
        Of the precise method: the item(s) of overall satisfaction; None takes the weighted sum (or plain mean) of the
        other indicators, so that no indicator is correlated with itself.
    cut
        Of ``"quadrant"``: ``"mean"``, ``"median"`` or two numbers; at the cut is high.
    band
        Of ``"region"``: half the band's width.
    design
        Of answers: None takes the survey's own, False ignores it, or another `Design`.
    level
        Of intervals.

    Returns
    -------
    DataFrame
        ``rank, item, importance, score, coefficient`` and ``field`` (of `quadrant`) or ``excess, region``; of answers
        also the coefficient's ``se, ci_lower, ci_upper`` through the sampling design. First what to improve first.
        ``.attrs``: ``cuts``, rows ``n`` and ``lost``.

    Raises
    ------
    DataError
        The precise method with figures or a single row; an indicator is missing or does not vary.
    OptionError
        An option that the method does not use, or lacks.
    ScaleError
        An item has no scale.

    Notes
    -----
    The training texts name the six rankings (simple or precise, by quadrant, coefficient or region); the formulas are
    this package's.
    """
    method = validate("method", method, TargetMethod)
    by = validate("by", by, TargetBy)
    _check(method, by, weights, items, overall, cut, band)
    check_share("level", level)
    if method == "simple" and weights is not None:
        found = simple(data, weights, design)
    else:
        found = precise(data, weights, names_of("items", items), names_of("overall", overall), design)
    return _frame(found, by, cut, band, level)


def _check(
    method: TargetMethod, by: TargetBy, weights: object, items: object, overall: object, cut: object, band: float
) -> None:
    if method == "simple":
        if weights is None:
            raise OptionError("method='simple' needs weights=, such as a hierarchy's global_weights.")
        if items is not None or overall is not None:
            raise OptionError("items= and overall= belong to method='precise'; weights= names the indicators.")
    elif weights is None and not names_of("items", items):
        raise OptionError("method='precise' needs items=, or weights= of the indicators.")
    if not (isinstance(cut, str) and cut == "mean") and by != "quadrant":
        raise OptionError("cut= belongs to by='quadrant'.")
    check_number("band", band, 0, 1)
    if band != BAND and by != "region":
        raise OptionError("band= belongs to by='region'.")


def _frame(found: Weighed, by: TargetBy, cut: str | tuple[float, float], band: float, level: float) -> pd.DataFrame:
    import pandas as pd

    importance, score = found.importance, found.score
    coefficient = importance * (100 - score)
    columns: dict[str, object] = {"item": found.names, "importance": importance, "score": score,
                                  "coefficient": coefficient}  # fmt: skip
    if found.se is not None:
        tests = wald(coefficient, found.se, level=level, df=found.degrees)
        columns |= {"se": found.se, "ci_lower": tests.lower, "ci_upper": tests.upper}
    keys = [-coefficient]
    attrs: dict[Hashable, object] = {} if found.n is None else {"n": found.n, "lost": found.lost}
    if by == "quadrant":
        cuts = cuts_of(importance, score, cut)
        codes = codes_of(importance, score, cuts)
        columns["field"] = words(codes)
        keys.append(codes.astype(np.float64))
        attrs["cuts"] = tuple(map(float, cuts))
    elif by == "region":
        excess = _unit(importance) - _unit(score)
        columns["excess"] = excess
        columns["region"] = np.where(
            excess > band, "improve", np.where(excess < -band, "more than needed", "in balance")
        )
        keys.append(-excess)
    order = np.lexsort(keys)
    frame = pd.DataFrame(columns).iloc[order].reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    frame.attrs = attrs
    return frame


def _unit(values: FloatArray) -> FloatArray:
    """Values on an axis from the lowest (0) to the highest (1); all in the middle where they are the same."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
