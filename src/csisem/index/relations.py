"""How an index goes together with figures from elsewhere: economic series, another survey's index."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr

from csisem.errors import CsisemWarning, DataError, listed
from csisem.index.joint import unique_rows
from csisem.options import names_of
from csisem.survey.figures import number

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

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
        The figure by the same waves: sales, profit, market share. Waves that only one of the two has are left out.
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
        Fewer than four common waves at a lag, or no variation.
    """
    import pandas as pd

    x, y = _common(index, series)
    if differences:
        x, y = np.diff(x), np.diff(y)
    rows = []
    for lag in lags:
        early, late = (x, y) if lag >= 0 else (y, x)
        step = abs(lag)
        first, last = early[: len(early) - step], late[step:]
        if len(first) < _LEAST:
            raise DataError(f"At lag {lag} there are {len(first)} points; a correlation needs at least {_LEAST}.")
        own = (first, last) if lag >= 0 else (last, first)
        rows.append((lag, *_correlated(*own, level)))
    if len(x) < FEW_POINTS:
        warnings.warn(f"{len(x)} points over time say little: a correlation may come from a common trend or from "
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

    keys = list(names_of("on", on))
    for frame in (customers, employees):
        unique_rows(frame, keys)
        if missing := [name for name in (value, "se") if name not in frame.columns]:
            raise DataError(f"A frame lacks the columns {listed(missing)}.")
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


def _common(
    index: pd.Series[float] | Mapping[object, float], series: pd.Series[float] | Mapping[object, float]
) -> tuple[FloatArray, FloatArray]:
    """Values of the waves that both have, in the order of the index."""
    for given, what in ((index, "index"), (series, "series")):
        if not hasattr(given, "items") or hasattr(given, "columns"):
            raise DataError(f"The {what} goes by wave: give a mapping or a Series, not {type(given).__name__!r}.")
    own, other = (
        {wave: number(value, f"The figure of {wave!r}") for wave, value in given.items()} for given in (index, series)
    )
    waves = [wave for wave in own if wave in other and own[wave] == own[wave] and other[wave] == other[wave]]
    if not waves:
        raise DataError(f"The index has the waves {listed(own)}, the series {listed(other)}: none in common.")
    return np.array([own[wave] for wave in waves], dtype=float), np.array([other[wave] for wave in waves], dtype=float)


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
