"""Correlations of an index with economic series and other indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral

import numpy as np
from scipy.special import ndtri, stdtr

from csisem.arrays import FloatArray, pd
from csisem.display.sentences import sentence
from csisem.errors import DataError, OptionError, listed, shown, tell
from csisem.index.joint_covariance import column_of, unique_rows
from csisem.option_checks import check_flag, check_name, check_share, listing_of, names_of
from csisem.survey.named_numbers import is_figures, number

FEW_POINTS = 20
"""Points below which a correlation over time comes with a warning."""

# Fewest points with an interval by Fisher's z.
_LEAST = 4

_COLUMNS = ["n", "r", "ci_lower", "ci_upper", "pvalue", "slope", "slope_se"]


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
        Index by wave, in the order of the waves: ``trend(...).set_index("wave")["index"]``.
    series
        The figure by the same waves: sales, profit, market share. A wave that one of the two lacks keeps its place, so
        that a lag stays that many waves; its pairs are left out.
    lags
        Number of waves by which the figure follows the index; negative if it precedes. A lag with fewer than four pairs
        is left out, with a warning: four waves have a correlation at lag 0 only.
    differences
        Whether to correlate changes from wave to wave, so that two trends do not pass for a relation.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``lag, n, r, ci_lower, ci_upper, pvalue, slope, slope_se``: Pearson's correlation with Fisher's interval, and
        the change of the figure per index point. Intervals take waves as independent.

    Raises
    ------
    DataError
        If there are fewer than four pairs at every lag, a series is constant, or the order of the waves is ambiguous.
    OptionError
        If a lag is not a whole number, ``level`` is not between 0 and 1, or ``differences`` is not True or False.

    Warns
    -----
    CsisemWarning
        If there are fewer than 20 points, or lags are left out.

    See Also
    --------
    trend : The index over waves.
    link : Correlation of two indices over units.

    Examples
    --------
    >>> waves = range(24)
    >>> index = {wave: 70 + np.sin(wave) for wave in waves}
    >>> sales = {wave: 100 + 3 * np.sin(wave - 1) + wave % 2 for wave in waves}
    >>> cs.index.relation(index, sales, lags=[0, 1]).round(2)
       lag   n     r  ci_lower  ci_upper  pvalue  slope  slope_se
    0    0  24  0.49      0.10      0.74    0.02   1.51      0.58
    1    1  23  0.97      0.93      0.99    0.00   2.97      0.16
    """
    check_share("level", level)
    check_flag("differences", differences)
    steps = _whole(lags)
    x, y = _aligned(index, series)
    common = int(np.count_nonzero(~np.isnan(x + y)))
    if differences:
        x, y = np.diff(x), np.diff(y)
    rows, short = [], []
    for lag in steps:
        early, late = (x, y) if lag >= 0 else (y, x)
        step = abs(lag)
        first, last = early[: max(len(early) - step, 0)], late[step:]
        both = ~np.isnan(first + last)
        if (n := int(np.count_nonzero(both))) < _LEAST:
            short.append((lag, n))
            continue
        own = (first[both], last[both]) if lag >= 0 else (last[both], first[both])
        rows.append((lag, *_correlated(*own, level)))
    if not rows:
        lag, n = max(short, key=lambda pair: pair[1])
        raise DataError(f"At lag {shown(lag)} there are {n} points; a correlation needs at least {_LEAST}.")
    notes = [sentence("index.few_points", points=common)] if common < FEW_POINTS else []
    if short:
        left = {"lags": [lag for lag, _ in short], "points": [n for _, n in short]}
        notes.append(sentence("index.short_lags", **left, least=_LEAST))
    tell(notes)
    return pd.DataFrame(rows, columns=["lag", *_COLUMNS])


def link(
    customers: pd.DataFrame,
    employees: pd.DataFrame,
    on: str | Sequence[str],
    *,
    value: str = "index",
    level: float = 0.95,
) -> pd.DataFrame:
    """Correlate customers' index with employees' over the units (stores, branches) of both surveys.

    Parameters
    ----------
    customers, employees
        Frames with a row for each unit: its index and standard error, as `csi` or `Hierarchy.score` return for one
        construct or node.
    on
        The column(s) that name the unit; units in only one frame are left out.
    value
        The column of the index.
    level
        Confidence level of the interval.

    Returns
    -------
    DataFrame
        One row: ``n, r, ci_lower, ci_upper, pvalue, slope, slope_se, r_corrected``. ``slope`` is points of customers
        per point of employees; ``r_corrected`` the correlation of the units' true indices (see Notes).

    Raises
    ------
    DataError
        If a column is missing, several rows name one unit, or there are fewer than four common units.
    OptionError
        If ``level`` is not between 0 and 1.

    See Also
    --------
    relation : Correlation of an index with an economic series.

    Notes
    -----
    ``r_corrected`` is r over the square root of the product of the two reliabilities (Spearman 1904). The reliability
    is 1 less the mean sampling variance over the variance between units. ``r_corrected`` is nan where a reliability is
    not positive or the result would exceed 1.

    Examples
    --------
    >>> stores = pd.DataFrame({"store": list("ABCDEF"), "index": [68, 72, 75, 66, 79, 71], "se": 1.5})
    >>> staff = pd.DataFrame({"store": list("ABCDEF"), "index": [61, 66, 74, 63, 70, 69], "se": 2.0})
    >>> cs.index.link(stores, staff, on="store").round(2)
       n     r  ci_lower  ci_upper  pvalue  slope  slope_se  r_corrected
    0  6  0.78     -0.08      0.97    0.07   0.77      0.31         0.91
    """
    check_share("level", level)
    keys = list(names_of("on", on))
    check_name("value", value)
    parts = []
    for frame in (customers, employees):
        unique_rows(frame, keys)
        parts.append(frame[keys].assign(**{name: column_of(frame, name) for name in (value, "se")}))
    both = parts[0].merge(parts[1], on=keys, suffixes=("_c", "_e"))
    if len(both) < _LEAST:
        raise DataError(f"Only {len(both)} units are in both frames; a correlation needs at least {_LEAST}.")
    x, y = column_of(both, f"{value}_e"), column_of(both, f"{value}_c")
    n, r, *rest = _correlated(x, y, level)
    reliable = [1 - float((both[f"se_{end}"] ** 2).mean() / both[f"{value}_{end}"].var()) for end in ("c", "e")]
    product = reliable[0] * reliable[1] if min(reliable) > 0 else np.nan
    corrected = r / product**0.5
    rows = [(n, r, *rest, corrected if abs(corrected) <= 1 else np.nan)]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "r_corrected"])


def _whole(lags: object) -> list[int]:
    """Check the lags."""
    found = [] if isinstance(lags, Mapping) else listing_of(lags)
    whole = [int(lag) for lag in found or () if isinstance(lag, Integral) and not isinstance(lag, bool)]
    if not found or len(whole) < len(found):
        raise OptionError(f"lags= takes a list of whole numbers, such as [0, 1], not {shown(lags)}.")
    return whole


def _aligned(
    index: pd.Series[float] | Mapping[object, float], series: pd.Series[float] | Mapping[object, float]
) -> tuple[FloatArray, FloatArray]:
    """Values of both over all waves in order; nan where missing."""
    for given, what in ((index, "index"), (series, "series")):
        if not is_figures(given):
            raise DataError(f"The {what} must be a mapping or a Series by wave, not {type(given).__name__!r}.")
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
        raise DataError(f"The {what} has several figures for {listed(twice)}; select one construct and one group.")
    return {wave: number(value, f"The figure of {wave!r}") for wave, value in pairs}


def _merged(own: list[object], other: list[object]) -> list[object]:
    """All waves in the order that both series imply."""
    shared = [wave for wave in own if wave in other]
    alone = [wave for wave in other if wave not in own]
    if not alone:
        return own
    parts = [_between(waves, shared) for waves in (own, other)]
    same = shared == [wave for wave in other if wave in own]
    if not same or any(first and last for first, last in zip(*parts, strict=True)):
        raise DataError(f"Only the series has {listed(alone)}, and their place among the waves of the index is "
                        "ambiguous; give both the same waves, blank where there is no figure.")  # fmt: skip
    stretches = [first or last for first, last in zip(*parts, strict=True)]
    return [wave for stretch, end in zip(stretches, [*shared, None], strict=True) for wave in (*stretch, end)][:-1]


def _between(waves: list[object], shared: list[object]) -> list[list[object]]:
    """Waves before, between and after the shared ones."""
    parts: list[list[object]] = [[]]
    for wave in waves:
        if wave in shared:
            parts.append([])
        else:
            parts[-1].append(wave)
    return parts


def _correlated(x: FloatArray, y: FloatArray, level: float) -> tuple[int, float, float, float, float, float, float]:
    """n, Pearson's r, Fisher's interval, p-value by t, and slope of y on x with its standard error."""
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
