"""Importance against satisfaction in four fields, named by what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.errors import DataError, OptionError, listed, nearest

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

FIELDS = ("weakness", "improve continuously", "strength", "maintain")
"""Fields in the order in which they ask for work: important and low, unimportant and low, important and high,
unimportant and high."""


def quadrant(
    importance: Mapping[str, float] | pd.Series[float],
    satisfaction: Mapping[str, float] | pd.Series[float],
    *,
    cut: str | tuple[float, float] = "mean",
) -> pd.DataFrame:
    """Put items in four fields by importance (or expectation) and satisfaction.

    Parameters
    ----------
    importance, satisfaction
        By item, in any units.
    cut
        Where low ends: ``"mean"`` or ``"median"`` of the items, or two numbers. An item at the cut is high.

    Returns
    -------
    DataFrame
        ``item, importance, satisfaction, field``: ``"strength"`` (both high: keep, innovate), ``"weakness"``
        (important, low: break through), ``"maintain"`` (unimportant, high), ``"improve continuously"`` (both low).
        ``.attrs["cuts"]`` has the two cuts.

    Raises
    ------
    DataError
        An item is missing on one side, or has no number.
    OptionError
        The cut is none of those.
    """
    import pandas as pd

    names, x, y = paired(importance, satisfaction)
    cuts = cuts_of(x, y, cut)
    frame = pd.DataFrame({"item": names, "importance": x, "satisfaction": y, "field": fields(x, y, cuts)})
    frame.attrs["cuts"] = cuts
    return frame


def paired(
    importance: Mapping[str, float] | pd.Series[float], satisfaction: Mapping[str, float] | pd.Series[float]
) -> tuple[list[str], FloatArray, FloatArray]:
    """Items, in the order of importance, with both numbers.

    Raises
    ------
    DataError
        An item is missing on one side, or has no number.
    """
    one = {str(name): float(value) for name, value in importance.items()}
    other = {str(name): float(value) for name, value in satisfaction.items()}
    for given, wanted, what in ((other, one, "satisfaction"), (one, other, "importance")):
        if missing := [name for name in wanted if name not in given]:
            raise DataError(f"{listed(missing)} has no {what}{nearest(missing[0], given)}.")
    names = list(one)
    x, y = np.array([one[name] for name in names]), np.array([other[name] for name in names])
    if (wrong := ~(np.isfinite(x) & np.isfinite(y))).any():
        raise DataError(f"{names[int(np.argmax(wrong))]!r} has no number for importance or satisfaction.")
    if not names:
        raise DataError("There are no items.")
    return names, x, y


def cuts_of(x: FloatArray, y: FloatArray, cut: str | tuple[float, float]) -> tuple[float, float]:
    """Where low ends on both axes."""
    if cut == "mean":
        # The mean of equal numbers must not lie above them by rounding.
        return _no_more(float(x.mean()), x), _no_more(float(y.mean()), y)
    if cut == "median":
        return float(np.median(x)), float(np.median(y))
    if isinstance(cut, tuple | list) and len(cut) == 2:
        return float(cut[0]), float(cut[1])
    raise OptionError(f"cut={cut!r} is neither 'mean' nor 'median' nor a pair of numbers (importance, satisfaction).")


def _no_more(mean: float, values: FloatArray) -> float:
    return min(mean, float(values.max()))


def fields(x: FloatArray, y: FloatArray, cuts: tuple[float, float]) -> list[str]:
    """The field of each item."""
    important, high = x >= cuts[0], y >= cuts[1]
    return [FIELDS[2 * int(h) + int(not i)] for i, h in zip(important, high, strict=True)]
