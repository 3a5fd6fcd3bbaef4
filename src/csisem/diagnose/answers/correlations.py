"""Correlations with intervals under the design, and part-whole correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import itemgetter

import numpy as np
from scipy.special import stdtr

from csisem.arrays import BoolArray, FloatArray, IntArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown, tell
from csisem.inference.intervals import wald_interval
from csisem.option_checks import check_share, names_of
from csisem.options import Correlation, validate
from csisem.survey import Survey
from csisem.survey.declared import turned
from csisem.survey.undeclared_codes import undeclared_warnings

# Correlations beyond which only rounding is left.
_CERTAIN = 1 - 1e-12
# Answers that are correlated at a time.
_CELLS = 4_000_000
# Most cells of a table of two items that are counted instead of the rows.
_CELLS_OF_A_TABLE = 2_500


@dataclass(frozen=True, slots=True, eq=False)
class Correlated:
    """Correlations of k pairs with their rows, intervals and the p-values of the tests that they are zero, (k,)."""

    n: IntArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    pvalue: FloatArray


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
    method = validate("method", method, Correlation)
    check_share("level", level)
    survey, names = survey_in_force(data, design), names_of("items", items)
    pairs = list(
        combinations(names, 2) if others is None else ((a, b) for a in names for b in names_of("others", others))
    )
    if not pairs:
        raise DataError("Name two items or more, or others= to correlate them with.")
    tell(undeclared_warnings(survey, [item for pair in pairs for item in pair]))
    for first, second in pairs:
        if first == second:
            raise OptionError(f"{first!r} is named on both sides; an item correlates with itself at 1.")
    names = tuple(dict.fromkeys(name for pair in pairs for name in pair))
    answers = _Answers.of(survey, names, ranked=method == "spearman")
    frames = []
    for first, own in groupby(pairs, key=itemgetter(0)):
        seconds = [second for _, second in own]
        most = max(1, _CELLS // max(survey.n, 1))
        for start in range(0, len(seconds), most):
            part = seconds[start : start + most]
            found = answers.correlated(first, part, method, level)
            frames.append(
                pd.DataFrame({"first": first, "second": part, "n": found.n, "correlation": found.value,
                              "ci_lower": found.lower, "ci_upper": found.upper, "pvalue": found.pvalue})
            )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The answers to all items, read once.

    Attributes
    ----------
    survey
        The survey under the design in force.
    place
        Positions of the items.
    values
        Answers (n, items), nan where there is none; for ranks their different values, numbered in order.
    ranked
        Whether ranks are correlated.
    """

    survey: Survey
    place: dict[str, int]
    values: FloatArray
    ranked: bool

    @classmethod
    def of(cls, survey: Survey, items: tuple[str, ...], *, ranked: bool) -> _Answers:
        values = survey.answers(items).to_numpy(dtype=np.float64, copy=ranked)
        if ranked:
            for column in values.T:
                known = ~np.isnan(column)
                column[known] = np.unique(column[known], return_inverse=True)[1]
        return cls(survey, {name: j for j, name in enumerate(items)}, values, ranked)

    def correlated(self, first: str, seconds: list[str], method: Correlation, level: float) -> Correlated:
        """Correlate an item with k others, each pair in the rows that answered both."""
        sample = Sample.read(self.survey, (first,))
        places = np.array([self.place[name] for name in (first, *seconds)])
        values = self.values[np.ix_(sample.rows, places)]
        x, y, pairs = values[:, :1], values[:, 1:], [(first, second) for second in seconds]
        if self.ranked and not sample.designed and (x.max() + 1) * (np.nanmax(y, initial=0) + 1) <= _CELLS_OF_A_TABLE:
            tables = _cells(x[:, 0].astype(np.intp), y)
            return _correlated(sample, *tables, pairs, method, level)
        there = ~np.isnan(y)
        columns = _ranks(x, y, there) if self.ranked else (x, y)
        return _correlated(sample, columns, sample.weights[:, None] * there, there.sum(axis=0), pairs, method, level)


def _cells(x: IntArray, y: FloatArray) -> tuple[tuple[FloatArray, FloatArray], FloatArray, IntArray]:
    """Ranks (c, k) of the c pairs of different values, their counts (c, k), and the rows (k,), of numbered values.

    Rows with the same two values count together, which spares a million rows of answers to a few options their sums.
    """
    rows, width = int(x.max()) + 1, int(np.nanmax(y, initial=0)) + 1
    ranks, counts = np.zeros((2, rows, width, y.shape[1])), np.zeros((rows, width, y.shape[1]))
    start = x * width
    for j, column in enumerate(y.T):
        place = np.where(np.isnan(column), rows * width, start + column).astype(np.intp)
        table = np.bincount(place, minlength=rows * width + 1)[:-1].reshape(rows, width)
        for side in (0, 1):
            margin = table.sum(axis=1 - side)
            ranks[side, :, :, j] = np.expand_dims(np.cumsum(margin) - (margin - 1) / 2, 1 - side)
        counts[..., j] = table
    flat = (rows * width, y.shape[1])
    return (
        (ranks[0].reshape(flat), ranks[1].reshape(flat)),
        counts.reshape(flat),
        counts.sum(axis=(0, 1)).astype(np.intp),
    )


def _ranks(x: FloatArray, y: FloatArray, there: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Ranks of numbered values (m, 1) and (m, k), each pair among the rows that are ``there`` (m, k)."""
    ranks = np.zeros((2, *y.shape))
    whole = _midranks(x[:, 0])
    for j, rows in enumerate(there.T):
        ranks[0, rows, j] = whole if rows.all() else _midranks(x[rows, 0])
        ranks[1, rows, j] = _midranks(y[rows, j])
    return ranks[0], ranks[1]


def _midranks(number: FloatArray) -> FloatArray:
    """Ranks of values that are numbered in order; ties share the mean of theirs."""
    code = number.astype(np.intp)
    count = np.bincount(code)
    return (np.cumsum(count) - (count - 1) / 2)[code]


def _correlated(
    sample: Sample,
    columns: tuple[FloatArray, FloatArray],
    weight: FloatArray,
    n: IntArray,
    pairs: Sequence[tuple[str, str]],
    method: Correlation = "pearson",
    level: float = 0.95,
) -> Correlated:
    """Correlate k pairs of columns, each (m, k) or (m, 1), with the weights (m, k) of their ``n`` (k,) rows."""
    for pair, count in zip(pairs, n.tolist(), strict=True):
        if count < 4:
            raise DataError(f"{count} {agree(count, 'row', 'rows')} answered both {listed(pair)}; a correlation needs "
                            "four or more.")  # fmt: skip
    total = weight.sum(axis=0)
    if not total.all():
        k = int(np.argmin(total))
        raise DataError(f"The {n[k]} rows that answered {listed(pairs[k])} all have weight zero.")
    centred, deviation = [], []
    for side, column in enumerate(columns):
        known = np.where(np.isnan(column), 0.0, column)
        mean = np.einsum("mk,mk->k", weight, known) / total
        known = known - mean
        variance = np.einsum("mk,mk,mk->k", weight, known, known) / total
        # The variance of a constant may be rounding.
        if (constant := np.flatnonzero(variance <= 1e-24 * mean**2)).size:
            k = int(constant[0])
            raise DataError(f"{pairs[k][side]!r} is constant in the {n[k]} rows that count, so it has no correlation.")
        centred.append(known)
        deviation.append(np.sqrt(variance))
    product = deviation[0] * deviation[1]
    r = np.clip(np.einsum("mk,mk,mk->k", weight, *centred) / (total * product), -1.0, 1.0)
    certain = np.abs(r) > _CERTAIN
    safe = np.where(certain, 0.0, r)
    if sample.designed:
        x, y = (z / sd for z, sd in zip(centred, deviation, strict=True))
        influence = (weight > 0) * (x * y - safe * (x**2 + y**2) / 2) / total
        se = np.sqrt(np.maximum(np.diagonal(sample.variance(influence)), 0.0)) / (1 - safe**2)
        degrees = np.array([sample.among_rows(rows).degrees() for rows in (weight > 0).T])
    else:
        se = np.sqrt((1.0 if method == "pearson" else 1 + safe**2 / 2) / (n - 3))
        degrees = np.full(len(n), np.inf)
    # Fisher's z has a standard error that does not depend on the correlation.
    test = wald_interval(np.arctanh(safe), se, level=level, df=degrees)
    pvalue = test.pvalue
    if not sample.designed:
        pvalue = 2 * stdtr(n - 2, -np.abs(safe) * np.sqrt((n - 2) / (1 - safe**2)))
    return Correlated(
        n,
        r,
        np.where(certain, r, np.tanh(test.lower)),
        np.where(certain, r, np.tanh(test.upper)),
        np.where(certain, 0.0, pvalue),
    )


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
        A `Survey`, a data frame or a path; rows that answered all items are used. Answers to items that lower the total
        by the questionnaire are turned.
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
    names = names_of("items", items)
    if len(names) < 2:
        raise DataError("An index without its only item has no value; name two items or more.")
    check_share("level", level)
    sample = Sample.of(data, names, design=design)
    weight = _weights(sample.survey, names, item_weights)
    values = turned(sample.survey, names, sample.values)
    parts = values * weight
    total = parts.sum(axis=1)
    weights = np.broadcast_to(sample.weights[:, None], parts.shape)
    pairs = [(name, "index") for name in names]
    whole, rest = (
        _correlated(sample, (values, index), weights, np.full(len(names), sample.n), pairs, level=level)
        for index in (total[:, None], total[:, None] - parts)
    )
    return pd.DataFrame({
        "item": list(names), "n": sample.n, "weight": weight, "correlation": whole.value, "corrected": rest.value,
        "ci_lower": rest.lower, "ci_upper": rest.upper, "pvalue": rest.pvalue,
    })  # fmt: skip


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
