"""How an index goes together with figures from elsewhere: economic series, another survey's index."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtr

from csisem.arrays import FloatArray
from csisem.errors import CsisemWarning, DataError, OptionError, listed, nearest, shown
from csisem.index.joint_covariance import column_of, unique_rows
from csisem.options import check_flag, check_share, names_of
from csisem.survey.named_numbers import is_figures, number

if TYPE_CHECKING:
    import pandas as pd


FEW_POINTS = 20
"""Points below which a correlation over time is warned about."""

# A correlation has an interval by Fisher's z from this number of points.
_LEAST = 4


def relation(
    index: pd.Series[float] | Mapping[object, float],
    series: pd.Series[float] | Mapping[object, float],
    *,
    lags: Sequence[int] = (0, 1, 2),
    differences: bool = False,
    level: float = 0.95,
) -> pd.DataFrame:
    """Correlate an index over waves with an economic series, at several lags.

    Parameters
    ----------
    index
        Index by wave, in the order of the waves; ``trend(...).set_index("wave")["index"]``.
    series
        The figure by the same waves: sales, profit, market share. A wave that one of the two lacks keeps its place, so
        that a lag stays that many waves, and the pairs it would be in are left out.
    lags
        How many waves the figure comes after the index; negative before it.
    differences
        Correlate changes from wave to wave, so that two trends do not pass for a relation.
    level
        Of intervals.

    Returns
    -------
    DataFrame
        ``lag, n, r, ci_lower, ci_upper, pvalue, slope, slope_se``: Pearson's correlation with Fisher's interval, and
        the change of the figure per index point. Intervals take the waves for independent draws; a warning is given
        below 20 points.

    Raises
    ------
    DataError
        Fewer than four pairs at a lag, no variation, or waves whose order cannot be told.
    OptionError
        A lag is no whole number, ``level`` not between 0 and 1, ``differences`` neither True nor False.
    """
    import pandas as pd

    check_share("level", level)
    check_flag("differences", differences)
    steps = _whole(lags)
    x, y = _aligned(index, series)
    common = int(np.count_nonzero(~np.isnan(x + y)))
    if differences:
        x, y = np.diff(x), np.diff(y)
    rows = []
    for lag in steps:
        early, late = (x, y) if lag >= 0 else (y, x)
        step = abs(lag)
        first, last = early[: max(len(early) - step, 0)], late[step:]
        both = ~np.isnan(first + last)
        if (n := int(np.count_nonzero(both))) < _LEAST:
            raise DataError(f"At lag {lag} there are {n} points; a correlation needs at least {_LEAST}.")
        own = (first[both], last[both]) if lag >= 0 else (last[both], first[both])
        rows.append((lag, *_correlated(*own, level)))
    if common < FEW_POINTS:
        warnings.warn(f"{common} points over time say little: a correlation may come from a common trend or from "
                      "chance, and the best of several lags is no test.", CsisemWarning, stacklevel=2)  # fmt: skip
    return pd.DataFrame(rows, columns=["lag", "n", "r", "ci_lower", "ci_upper", "pvalue", "slope", "slope_se"])


def link(
    customers: pd.DataFrame,
    employees: pd.DataFrame,
    on: str | Sequence[str],
    *,
    value: str = "index",
    level: float = 0.95,
) -> pd.DataFrame:
    """Relate customers' index to employees' over the units that both were asked about.

    Parameters
    ----------
    customers, employees
        Frames with a row a unit (store, branch, wave): its index and standard error, as `csi` or `score` return for one
        construct or node.
    on
        The column(s) that name the unit; units of one frame alone are left out.
    value
        The column of the index.
    level
        Of intervals.

    Returns
    -------
    DataFrame
        One row: ``n, r, ci_lower, ci_upper, pvalue, slope, slope_se, r_corrected``. ``slope`` is points of customers
        per point of employees; ``r_corrected`` the correlation of the units' true indices, r over the root of the
        product of reliabilities, 1 less the mean sampling variance over the variance between units (Spearman 1904), nan
        where that is not positive or r would exceed 1.

    Raises
    ------
    DataError
        A column is missing, several rows name one unit, or there are fewer than four common units.
    """
    import pandas as pd

    check_share("level", level)
    keys = list(names_of("on", on))
    for frame in (customers, employees):
        unique_rows(frame, keys)
        for name in (value, "se"):
            if not isinstance(name, str) or name not in frame.columns:
                raise DataError(f"The frame has no column {shown(name)}{nearest(str(name), map(str, frame.columns))}.")
            column_of(frame, name)
    both = customers[[*keys, value, "se"]].merge(employees[[*keys, value, "se"]], on=keys, suffixes=("_c", "_e"))
    if len(both) < _LEAST:
        raise DataError(f"Only {len(both)} units are in both frames; a correlation needs at least {_LEAST}.")
    x, y = both[f"{value}_e"].to_numpy(), both[f"{value}_c"].to_numpy()
    n, r, *rest = _correlated(x, y, level)
    reliable = [1 - float((both[f"se_{end}"] ** 2).mean() / both[f"{value}_{end}"].var()) for end in ("c", "e")]
    product = reliable[0] * reliable[1] if min(reliable) > 0 else np.nan
    corrected = r / product**0.5
    rows = [(n, r, *rest, corrected if abs(corrected) <= 1 else np.nan)]
    return pd.DataFrame(rows, columns=["n", "r", "ci_lower", "ci_upper", "pvalue", "slope", "slope_se", "r_corrected"])


def _whole(lags: object) -> list[int]:
    """The lags, checked."""
    if isinstance(lags, str | Mapping) or not isinstance(lags, Iterable):
        raise OptionError(f"lags= takes a list of whole numbers, such as [0, 1], not {shown(lags)}.")
    found = list(lags)
    if not found or not all(isinstance(lag, Integral) and not isinstance(lag, bool) for lag in found):
        raise OptionError(f"lags= takes a list of whole numbers, such as [0, 1], not {shown(lags)}.")
    return [int(lag) for lag in found]


def _aligned(
    index: pd.Series[float] | Mapping[object, float], series: pd.Series[float] | Mapping[object, float]
) -> tuple[FloatArray, FloatArray]:
    """Values of both over all waves, in their order; nan where one of the two has none."""
    for given, what in ((index, "index"), (series, "series")):
        if not is_figures(given):
            raise DataError(f"The {what} goes by wave: give a mapping or a Series, not {type(given).__name__!r}.")
    own, other = _figures(index, "index"), _figures(series, "series")
    if not any(wave in other for wave in own):
        raise DataError(f"The index has the waves {listed(own)}, the series {listed(other)}: none in common.")
    waves = _merged(list(own), list(other))
    first, last = (np.array([given.get(wave, np.nan) for wave in waves], dtype=np.float64) for given in (own, other))
    return first, last


def _figures(given: pd.Series[float] | Mapping[object, float], what: str) -> dict[object, float]:
    pairs = list(given.items())
    waves = [wave for wave, _ in pairs]
    if twice := [wave for wave in dict.fromkeys(waves) if waves.count(wave) > 1]:
        raise DataError(f"The {what} has several figures of {listed(twice)}; select one construct, one group.")
    return {wave: number(value, f"The figure of {wave!r}") for wave, value in pairs}


def _merged(own: list[object], other: list[object]) -> list[object]:
    """All waves in their order, which both must have in common."""
    shared = [wave for wave in own if wave in other]
    alone = [wave for wave in other if wave not in own]
    if not alone:
        return own
    parts = [_between(waves, shared) for waves in (own, other)]
    same = shared == [wave for wave in other if wave in own]
    if not same or any(first and last for first, last in zip(*parts, strict=True)):
        raise DataError(f"The series has {listed(alone)} alone, whose place among the waves of the index cannot be "
                        "told; give both the same waves, blank where there is no figure.")  # fmt: skip
    stretches = [first or last for first, last in zip(*parts, strict=True)]
    return [wave for stretch, end in zip(stretches, [*shared, None], strict=True) for wave in (*stretch, end)][:-1]


def _between(waves: list[object], shared: list[object]) -> list[list[object]]:
    """Waves before, between and after those that are shared."""
    parts: list[list[object]] = [[]]
    for wave in waves:
        if wave in shared:
            parts.append([])
        else:
            parts[-1].append(wave)
    return parts


def _correlated(x: FloatArray, y: FloatArray, level: float) -> tuple[int, float, float, float, float, float, float]:
    """n, Pearson's r, Fisher's interval, p-value by t, and slope of y on x with its error."""
    n = len(x)
    a, b = x - x.mean(), y - y.mean()
    spread, other = float(a @ a), float(b @ b)
    if spread <= 0 or other <= 0:
        raise DataError(f"One of the series is constant over the {n} points, so there is no correlation.")
    r = float(np.clip(a @ b / (spread * other) ** 0.5, -1, 1))
    z, width = np.arctanh(r) if abs(r) < 1 else np.copysign(np.inf, r), -ndtri((1 - level) / 2) / (n - 3) ** 0.5
    slope = float(a @ b) / spread
    slope_se = (max(other - slope**2 * spread, 0.0) / (n - 2) / spread) ** 0.5
    pvalue = 2 * float(stdtr(n - 2, -abs(slope) / slope_se)) if slope_se > 0 else 0.0
    return n, r, float(np.tanh(z - width)), float(np.tanh(z + width)), pvalue, slope, slope_se
