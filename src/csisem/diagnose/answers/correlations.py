"""Correlations with intervals under the design, and of items with an index that they are part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.errors import DataError, OptionError, agree, listed, nearest
from csisem.options import Correlation, check_share, names_of, validate
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd


# Correlations beyond which there is no error left to speak of.
_CERTAIN = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Correlated:
    """A correlation with its interval and the p-value of its being zero."""

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
    """Correlate items, pair by pair.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; of each pair the rows that answered both.
    items
        Columns of numbers.
    others
        What each item is correlated with; None: each other.
    method
        ``"pearson"`` or ``"spearman"`` (of ranks).
    level
        Of the intervals.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``first, second, n, correlation, ci_lower, ci_upper, pvalue``. Intervals are symmetric in Fisher's z: with the
        error ``1/sqrt(n - 3)`` (of ranks ``sqrt((1 + r^2/2)/(n - 3))``), or under a design with the linearised one.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, text, off its scale or constant, or a pair has fewer than four rows.
    OptionError
        An option is none of those above.

    Notes
    -----
    Fisher (1921, Metron 1, 3-32); Bonett and Wright (2000, Psychometrika 65, 23-28). Under a design ranks are those of
    the rows, taken for fixed.
    """
    import pandas as pd

    method = validate("method", method, Correlation)
    check_share("level", level)
    survey, names = under_design(as_survey(data), design), names_of("items", items)
    warn_unless_random(survey.fieldwork, stacklevel=2)
    asked = list(
        combinations(names, 2) if others is None else ((a, b) for a in names for b in names_of("others", others))
    )
    if not asked:
        raise DataError("Name two items or more, or others= to correlate them with.")
    rows = []
    for first, second in asked:
        if first == second:
            raise OptionError(f"{first!r} is named on both sides; a question correlates with itself by 1.")
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
    # What is left of a constant is rounding.
    for name, variance, middle in zip(sample.items, np.diagonal(cov), mean, strict=True):
        if variance <= 1e-24 * max(middle**2, 1.0):
            raise DataError(f"{name!r} is constant in the {sample.n} rows that count, so it correlates with nothing.")
    z = (sample.values - mean) / np.sqrt(np.diagonal(cov))
    r = float(np.clip(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), -1.0, 1.0))
    if abs(r) > _CERTAIN:
        return Correlated(r, r, r, 0.0)
    if sample.designed:
        rows = (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2)[:, None] / sample.total
        se, degrees = float(np.sqrt(max(sample.variance(rows)[0, 0], 0.0))) / (1 - r**2), sample.degrees()
        return _interval(r, se, degrees, level, se)
    spread = 1.0 if method == "pearson" else 1 + r**2 / 2
    t = abs(r) * np.sqrt((sample.n - 2) / (1 - r**2))
    found = _interval(r, float(np.sqrt(spread / (sample.n - 3))), np.inf, level, np.nan)
    return Correlated(r, found.lower, found.upper, float(2 * stdtr(sample.n - 2, -t)))


def _interval(r: float, se: float, degrees: float, level: float, tested: float) -> Correlated:
    """Interval by Fisher's z, and the p-value of z over the error ``tested``."""
    if not degrees > 0:
        return Correlated(r, np.nan, np.nan, np.nan)
    finite, tail, z = np.isfinite(degrees), (1 - level) / 2, np.arctanh(r)
    width = -float(stdtrit(degrees, tail) if finite else ndtri(tail)) * se
    ratio = -abs(z) / tested if tested > 0 else np.nan
    pvalue = 2 * float(stdtr(degrees, ratio) if finite else ndtr(ratio))
    return Correlated(r, float(np.tanh(z - width)), float(np.tanh(z + width)), pvalue)


def part_whole(
    data: object,
    items: str | Sequence[str],
    *,
    weights: Mapping[str, float] | None = None,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Correlate each item with the index it is part of, as it is and without the item.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; rows that answered all items.
    items
        The items of the index.
    weights
        Their weights, on the answers as read; None: equal weights on 0-100 (on the answers where no scale is declared).
        ``cs.csi(fit).attrs["weights"]`` has those of a fit.
    level
        Of the intervals.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``item, n, weight, correlation, corrected, ci_lower, ci_upper, pvalue``; the last three belong to ``corrected``,
        the correlation with the index of the other items.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, text, off its scale or constant, or there are fewer than two items.
    OptionError
        ``weights`` miss an item or name another.
    """
    import pandas as pd

    names = names_of("items", items)
    if len(names) < 2:
        raise DataError("An index without its only item is nothing; name two items or more.")
    check_share("level", level)
    sample = Sample.of(data, names, design=design)
    weight = _weights(sample.survey, names, weights)
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


def _weights(survey: Survey, names: tuple[str, ...], weights: Mapping[str, float] | None) -> FloatArray:
    """Weights (p,) of the answers as read, which add up to 1."""
    if weights is None:
        scales = [survey.scale_of(name) for name in names]
        raw = np.array([1.0 if scale is None else 1 / (scale.high - scale.low) for scale in scales])
        if None in scales:
            raw = np.ones(len(names))
        return np.asarray(raw / raw.sum())
    if not isinstance(weights, Mapping):
        raise OptionError(f"weights= takes a mapping from item to weight, not {type(weights).__name__!r}.")
    if unknown := [name for name in weights if name not in names]:
        raise OptionError(f"weights= names {unknown[0]!r}, which is no item{nearest(unknown[0], names)}.")
    if missing := [name for name in names if name not in weights]:
        raise OptionError(f"weights= has none for {listed(missing)}.")
    found = np.array([float(weights[name]) for name in names])
    if not np.isfinite(found).all() or not found.sum() > 0:
        raise OptionError("weights= are numbers whose sum is above zero.")
    return np.asarray(found / found.sum())
