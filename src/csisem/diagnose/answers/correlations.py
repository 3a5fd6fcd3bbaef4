"""Correlations with intervals under the design, and part-whole correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown, tell
from csisem.inference.intervals import wald
from csisem.options import Correlation, check_share, names_of, validate
from csisem.survey import Survey
from csisem.survey.undeclared_codes import undeclared_warnings

if TYPE_CHECKING:
    import pandas as pd


# Correlations beyond which only rounding is left.
_CERTAIN = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Correlated:
    """A correlation with its interval and the p-value of the test that it is zero."""

    value: float
    lower: float
    upper: float
    pvalue: float


def correlations(
    data: object,
    items: str | Sequence[str],
    others: str | Sequence[str] | None = None,
    *,
    method: Correlation = "pearson",
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Correlations of items, pair by pair, with intervals.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; each pair uses the rows that answered both items.
    items
        Columns of numbers.
    others
        Columns that each item is correlated with; None: the items with each other.
    method
        ``"pearson"`` or ``"spearman"`` (of ranks).
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`.

    Returns
    -------
    DataFrame
        ``first, second, n, correlation, ci_lower, ci_upper, pvalue``. Intervals are symmetric in Fisher's z, with the
        standard error ``1/sqrt(n - 3)`` (of ranks ``sqrt((1 + r^2/2)/(n - 3))``) or, under a design, the linearised
        one.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text, is constant or has answers off its scale, or a pair has fewer than four rows.
    OptionError
        If an option is invalid, or an item is paired with itself.

    See Also
    --------
    part_whole : Correlations of items with an index that they are part of.
    crosstab : Association of answers without an order.

    Notes
    -----
    Fisher (1921, Metron 1, 3-32); Bonett and Wright (2000, Psychometrika 65, 23-28). Under a design the ranks are those
    of the rows, taken as fixed.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.correlations(survey, ["s1", "q1", "l1"])
    >>> table[["first", "second", "n", "correlation", "ci_lower", "ci_upper"]].round(3)
      first second     n  correlation  ci_lower  ci_upper
    0    s1     q1  2270        0.543     0.508     0.575
    1    s1     l1  2252        0.480     0.443     0.515
    2    q1     l1  2259        0.412     0.368     0.455
    """
    import pandas as pd

    method = validate("method", method, Correlation)
    check_share("level", level)
    survey, names = survey_in_force(data, design), names_of("items", items)
    pairs = list(
        combinations(names, 2) if others is None else ((a, b) for a in names for b in names_of("others", others))
    )
    if not pairs:
        raise DataError("Name two items or more, or others= to correlate them with.")
    tell(undeclared_warnings(survey, [item for pair in pairs for item in pair]))
    rows = []
    for first, second in pairs:
        if first == second:
            raise OptionError(f"{first!r} is named on both sides; an item correlates with itself at 1.")
        sample = Sample.read(survey, (first, second))
        found = correlated(sample, method, level)
        rows.append({"first": first, "second": second, "n": sample.n, "correlation": found.value,
                     "ci_lower": found.lower, "ci_upper": found.upper, "pvalue": found.pvalue})  # fmt: skip
    return pd.DataFrame(rows)


def correlated(sample: Sample, method: Correlation = "pearson", level: float = 0.95) -> Correlated:
    """Correlate the two columns of a sample."""
    if sample.n < 4:
        raise DataError(f"{sample.n} {agree(sample.n, 'row', 'rows')} answered both {listed(sample.items)}; a "
                        "correlation needs four or more.")  # fmt: skip
    if method == "spearman":
        from scipy.stats import rankdata

        sample = sample.with_values(rankdata(sample.values, axis=0))
    mean, cov = sample.moments()
    # The variance of a constant may be rounding.
    for name, variance, middle in zip(sample.items, np.diagonal(cov), mean, strict=True):
        if variance <= 1e-24 * max(middle**2, 1.0):
            raise DataError(f"{name!r} is constant in the {sample.n} rows that count, so it has no correlation.")
    z = (sample.values - mean) / np.sqrt(np.diagonal(cov))
    r = float(np.clip(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), -1.0, 1.0))
    if abs(r) > _CERTAIN:
        return Correlated(r, r, r, 0.0)
    if sample.designed:
        rows = (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2)[:, None] / sample.total
        se = float(np.sqrt(max(sample.variance(rows)[0, 0], 0.0))) / (1 - r**2)
        return _by_fisher_z(r, se, sample.degrees(), level)
    spread = 1.0 if method == "pearson" else 1 + r**2 / 2
    t = abs(r) * np.sqrt((sample.n - 2) / (1 - r**2))
    interval = _by_fisher_z(r, float(np.sqrt(spread / (sample.n - 3))), np.inf, level)
    return replace(interval, pvalue=float(2 * stdtr(sample.n - 2, -t)))


def _by_fisher_z(r: float, se: float, degrees: float, level: float) -> Correlated:
    """Interval and test of a correlation whose Fisher z has the standard error ``se``."""
    test = wald(np.arctanh(r), np.asarray(se), level=level, df=degrees)
    return Correlated(r, float(np.tanh(test.lower)), float(np.tanh(test.upper)), float(test.pvalue))


def part_whole(
    data: object,
    items: str | Sequence[str],
    *,
    item_weights: Mapping[str, float] | None = None,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Correlation of each item with the index that it is part of, as it is and corrected for the item.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; rows that answered all items are used.
    items
        The items of the index.
    item_weights
        Their weights, for the answers as read; None: equal weights on 0-100 (on the answers where no scale is
        declared). ``cs.csi(fit).attrs["weights"]`` has those of a fit.
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`.

    Returns
    -------
    DataFrame
        ``item, n, weight, correlation, corrected, ci_lower, ci_upper, pvalue``; the last three belong to ``corrected``,
        the correlation with the index of the other items.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text, is constant or has answers off its scale, or there are fewer than two items.
    OptionError
        If ``item_weights`` lack an item or name another.

    See Also
    --------
    item_statistics : Item-total correlations of blocks, without intervals.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.part_whole(survey, ["s1", "s2", "s3"])
    >>> table[["item", "correlation", "corrected", "ci_lower", "ci_upper"]].round(2)
      item  correlation  corrected  ci_lower  ci_upper
    0   s1         0.85       0.69      0.66      0.71
    1   s2         0.85       0.65      0.62      0.68
    2   s3         0.86       0.66      0.63      0.69
    """
    import pandas as pd

    names = names_of("items", items)
    if len(names) < 2:
        raise DataError("An index without its only item has no value; name two items or more.")
    check_share("level", level)
    sample = Sample.of(data, names, design=design)
    weight = _weights(sample.survey, names, item_weights)
    parts = sample.values * weight
    total = parts.sum(axis=1)
    rows = []
    for place, name in enumerate(names):
        item = sample.values[:, place]
        whole, rest = (
            correlated(sample.with_values(np.column_stack([item, index]), (name, "index")), level=level)
            for index in (total, total - parts[:, place])
        )
        rows.append({"item": name, "n": sample.n, "weight": weight[place], "correlation": whole.value,
                     "corrected": rest.value, "ci_lower": rest.lower, "ci_upper": rest.upper,
                     "pvalue": rest.pvalue})  # fmt: skip
    return pd.DataFrame(rows)


def _weights(survey: Survey, names: tuple[str, ...], given: Mapping[str, float] | None) -> FloatArray:
    """Weights (p,) of the answers as read, which add up to 1."""
    if given is None:
        scales = [survey.scale_of(name) for name in names]
        raw = np.array([1.0 if scale is None else 1 / (scale.high - scale.low) for scale in scales])
        if None in scales:
            raw = np.ones(len(names))
        return np.asarray(raw / raw.sum())
    if not isinstance(given, Mapping):
        raise OptionError(f"item_weights= must be a mapping from item to weight; got {shown(given)}.")
    if unknown := [name for name in given if name not in names]:
        raise OptionError(f"item_weights= names {unknown[0]!r}, which is not an item{nearest(unknown[0], names)}.")
    if missing := [name for name in names if name not in given]:
        raise OptionError(f"item_weights= has no weight for {listed(missing)}.")
    weights = np.array([float(given[name]) for name in names])
    if not np.isfinite(weights).all() or not weights.sum() > 0:
        raise OptionError("item_weights= must be numbers whose sum is above zero.")
    return np.asarray(weights / weights.sum())
