"""The four fields of importance and satisfaction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.survey.named_numbers import by_name

FIELDS = ("weakness", "improve continuously", "strength", "maintain")
"""Fields by urgency: important and low, unimportant and low, important and high, unimportant and high."""


def quadrant(
    importance: Mapping[str, float] | pd.Series[float],
    satisfaction: Mapping[str, float] | pd.Series[float],
    *,
    cut: str | tuple[float, float] = "mean",
) -> pd.DataFrame:
    """Classify items into four fields by importance (or expectation) and satisfaction.

    Parameters
    ----------
    importance, satisfaction
        Mapping or Series by item, in any units.
    cut
        Where low ends and high begins: ``"mean"`` or ``"median"`` of the items, or two numbers. An item at the cut is
        high.

    Returns
    -------
    DataFrame
        ``item, importance, satisfaction, field``: ``"strength"`` (both high: keep, innovate), ``"weakness"``
        (important, low: break through), ``"maintain"`` (unimportant, high), ``"improve continuously"`` (both low).
        ``.attrs["cuts"]`` has the two cuts.

    Raises
    ------
    DataError
        If an item is in one mapping only, or has no number.
    OptionError
        If ``cut`` is not a known word or two numbers.

    See Also
    --------
    targets : Rankings of indicators, also by quadrant.

    Examples
    --------
    >>> cs.improve.quadrant({"quality": 0.5, "service": 0.3, "value": 0.2}, {"quality": 68, "service": 76, "value": 72})
          item  importance  satisfaction     field
    0  quality         0.5          68.0  weakness
    1  service         0.3          76.0  maintain
    2    value         0.2          72.0  maintain
    """
    names, x, y = paired(importance, satisfaction)
    cuts = cuts_of(x, y, cut)
    frame = pd.DataFrame({"item": names, "importance": x, "satisfaction": y, "field": words(codes_of(x, y, cuts))})
    frame.attrs["cuts"] = tuple(map(float, cuts))
    return frame


def paired(
    importance: Mapping[str, float] | pd.Series[float], satisfaction: Mapping[str, float] | pd.Series[float]
) -> tuple[list[str], FloatArray, FloatArray]:
    """Items, in the order of ``importance``, with both numbers."""
    one, other = by_name(importance, "Importance"), by_name(satisfaction, "Satisfaction")
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


def cuts_of(x: FloatArray, y: FloatArray, cut: str | tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Where low ends on both axes, (...) each, for items (..., k)."""
    if isinstance(cut, str) and cut == "mean":
        return _mean(x), _mean(y)
    if isinstance(cut, str) and cut == "median":
        return np.median(x, axis=-1), np.median(y, axis=-1)
    if isinstance(cut, tuple | list) and len(cut) == 2 and all(_is_number(end) for end in cut):
        return np.full(x.shape[:-1], float(cut[0])), np.full(y.shape[:-1], float(cut[1]))
    raise OptionError(
        f"cut={shown(cut)} is neither 'mean' nor 'median' nor a pair of numbers (importance, satisfaction)."
    )


def _is_number(end: object) -> bool:
    return isinstance(end, int | float | np.number) and bool(np.isfinite(end))


def _mean(values: FloatArray) -> FloatArray:
    # Rounding must not lift the mean of equal numbers above them.
    mean: FloatArray = np.minimum(values.mean(axis=-1), values.max(axis=-1))
    return mean


def codes_of(x: FloatArray, y: FloatArray, cuts: tuple[FloatArray, FloatArray]) -> IntArray:
    """Positions in `FIELDS` of items (..., k), with cuts (...)."""
    important, high = x >= cuts[0][..., None], y >= cuts[1][..., None]
    return 2 * high.astype(np.intp) + ~important


def words(codes: IntArray) -> list[str]:
    """Names of fields from their positions (k,)."""
    return [FIELDS[code] for code in codes]
