"""Two questions against each other: satisfied or not by the answers to an item, with tests that know the design."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.category_order import ordered
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.outcome import FIXED, target_of
from csisem.diagnose.tables.independence_tests import (
    adjusted_residuals,
    association,
    classical_tests,
    design_tests,
    exact_test,
    expected,
)
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, listed
from csisem.options import check_name
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit


# Expected counts below which chi-square is rough (Cochran 1954), in how large a part of the cells.
_SMALL, _PART = 5.0, 0.2
_DRAWS, _SEED = 20_000, 1

MOST_CELLS = 400
"""Cells up to which a table is made; the covariance of their totals is the square of their number."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crosstab(Page):
    """Two questions, crossed.

    Attributes
    ----------
    item, by
        The questions; rows are the answers to ``item``, columns those to ``by``.
    n
        Rows that answered both.
    counts
        Rows in each cell, with totals.
    percent
        Weighted percentages of each column, which add up to 100.
    tests
        ``method, statistic, df1, df2, pvalue, respects_design``: ``"pearson"``, ``"likelihood ratio"``, ``"exact"``
        (where cells are small), ``"rao-scott, first order"`` (chi-square), ``"rao-scott, second order"`` (F) and
        ``"wald"`` (F).
    strength
        ``cramer_v, contingency_c, corrected_c`` of the weighted table.
    residuals
        Adjusted residuals of the counts: beyond 2 or so a cell has more, or fewer, rows than independence lets expect.
    notes
        Sentences to read first.
    """

    item: str
    by: str
    n: int
    counts: pd.DataFrame
    percent: pd.DataFrame
    tests: pd.DataFrame
    strength: pd.Series[float]
    residuals: pd.DataFrame
    notes: tuple[str, ...] = ()


def crosstab(
    data: object,
    item: str,
    *,
    by: str,
    threshold: float | None = 80.0,
    fit: Fit | None = None,
    design: object = None,
) -> Crosstab:
    """Cross the answers to two questions and test whether they are independent.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; None: the rows of ``fit``.
    item
        A question, or with ``fit=`` a construct or ``"index"`` (as for `anova`).
    by
        Another column: a question or a group.
    threshold
        Points of 0-100 from which a customer counts as satisfied; a question with a scale then has two rows,
        satisfied or not. None: every answer is a row, as of a question without a scale.
    fit
        Whose construct's index is cut.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    Crosstab

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, answers lie off their scale, nobody answered both, or one of the questions has a single
        answer.
    OptionError
        The threshold is not within 0-100, or ``item`` and ``by`` are the same.
    """
    check_name("item", item, "one column or construct")
    check_name("by", by)
    if item == by and fit is None:
        raise OptionError(f"item and by= are both {item!r}; cross two questions.")
    if threshold is not None and not (isinstance(threshold, Real) and 0 < threshold <= 100):
        raise OptionError(f"threshold={threshold!r} is not a number of points above 0 and up to 100.")
    sample, rows, row_labels = _crossed(data, item, by, threshold, fit, design)
    columns, column_labels = ordered(sample.codes, sample.labels, sample.survey, by)
    labels = (row_labels, column_labels)
    cells = _cells(sample, by, rows, columns, labels)
    return _result(sample, by, cells, labels, fit)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Rows (r, c), weighted totals (r, c) and their design covariance (r c, r c) of the cells."""

    counts: IntArray
    totals: FloatArray
    covariance: FloatArray


def _cells(
    sample: Sample, by: str, rows: IntArray, columns: IntArray, labels: tuple[list[Hashable], list[Hashable]]
) -> _Cells:
    shape = (len(labels[0]), len(labels[1]))
    for name, own in zip((sample.items[0], by), labels, strict=True):
        if len(own) < 2:
            raise DataError(
                f"{agree(sample.n, 'The single row has', f'All {sample.n} rows have')} one answer to {name!r}, "
                f"{str(own[0])!r}, so there is nothing to cross."
            )
    if shape[0] * shape[1] > MOST_CELLS:
        raise DataError(f"{sample.items[0]!r} has {shape[0]} answers and {by!r} {shape[1]}; up to {MOST_CELLS} cells "
                        "can be crossed, so put answers together first.")  # fmt: skip
    cell = rows * shape[1] + columns
    counts = np.bincount(cell, minlength=shape[0] * shape[1])
    totals = np.asarray(np.bincount(cell, sample.weights, minlength=counts.size), dtype=np.float64)
    for axis, name in enumerate((sample.items[0], by)):
        if (idle := np.flatnonzero(totals.reshape(shape).sum(axis=1 - axis) == 0)).size:
            raise DataError(f"The weights of {str(labels[axis][idle[0]])!r} of {name!r} add up to zero, so nobody "
                            "there counts.")  # fmt: skip
    one_hot = np.zeros((sample.n, counts.size))
    one_hot[np.arange(sample.n), cell] = 1.0
    return _Cells(counts.reshape(shape), totals.reshape(shape), sample.variance(one_hot))


def _crossed(
    data: object, item: str, by: str, threshold: float | None, fit: Fit | None, design: object
) -> tuple[Sample, IntArray, list[Hashable]]:
    """The rows that answered both, and the answer to ``item`` of each, as codes and labels."""
    if fit is not None:
        if threshold is None:
            raise OptionError("An index has no answers to cross; give threshold=, the points that satisfy.")
        sample = target_of(data, item, by=by, fit=fit, design=design)
        return _cut(sample, sample.values[:, 0], threshold)
    survey = under_design(as_survey(data), design)
    if not survey.numeric(item):
        return _texts(survey, item, by)
    sample, scale = Sample.of(survey, item, by=by), survey.scale_of(item)
    if scale is not None and threshold is not None:
        return _cut(sample, np.asarray(scale.to_100(sample.values[:, 0])), threshold)
    levels, codes = np.unique(sample.values[:, 0], return_inverse=True)
    return sample, *ordered(codes, levels.tolist(), survey, item)


def _cut(sample: Sample, points: FloatArray, threshold: float) -> tuple[Sample, IntArray, list[Hashable]]:
    # Points come from sums of rounded numbers: 80 less the last digit is 80.
    satisfied = points >= threshold - 1e-9
    labels: list[Hashable] = [f"at least {threshold:g}", f"below {threshold:g}"]
    if satisfied.all() or not satisfied.any():
        labels = labels[:1] if satisfied.all() else labels[1:]
        return sample, np.zeros(sample.n, dtype=np.intp), labels
    return sample, np.where(satisfied, 0, 1), labels


def _texts(survey: Survey, item: str, by: str) -> tuple[Sample, IntArray, list[Hashable]]:
    """Every answer of a column of text."""
    warn_unless_random(survey.fieldwork, stacklevel=4)
    codes, labels = survey.grouping(item)
    other, groups = survey.grouping(by)
    kept = np.flatnonzero((codes >= 0) & (other >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to both {item!r} and {by!r}.")
    sample = Sample.among(survey, (item,), np.zeros((len(kept), 1)), kept, other, groups, (by,))
    return sample, *ordered(codes[kept], labels, survey, item)


def _result(
    sample: Sample, by: str, cells: _Cells, labels: tuple[list[Hashable], list[Hashable]], fit: Fit | None
) -> Crosstab:
    import pandas as pd

    rows, columns = (pd.Index(own, name=name, tupleize_cols=False) for own, name in
                     zip(labels, (sample.items[0], by), strict=True))  # fmt: skip
    counts, shares = cells.counts, cells.totals / sample.total
    numbers = counts.astype(np.float64)
    tests = classical_tests(counts)
    small = expected(numbers) < _SMALL
    if small.mean() > _PART:
        tests.append(exact_test(counts, _DRAWS, _SEED))
    tests += design_tests(cells.totals, cells.covariance, sample.n, sample.degrees())
    table = pd.DataFrame(counts, rows, columns)
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum(axis=0)
    percent = pd.DataFrame(100 * shares / shares.sum(axis=0), rows, columns)
    percent["total"] = 100 * shares.sum(axis=1)
    notes = [FIXED] if fit is not None else []
    if sample.dropped:
        notes.append(f"{sample.dropped} of {sample.survey.n} rows {agree(sample.dropped, 'lacks', 'lack')} an answer "
                     f"to {sample.items[0]} or {by}.")  # fmt: skip
    notes += sample.without_rows()
    if alone := listed(label for label, count in zip(labels[1], counts.sum(axis=0), strict=True) if count == 1):
        notes.append(f"A single row is all there is in {alone} of {by!r}: its percentages are that row's answer.")
    if small.mean() > _PART:
        notes.append(f"{small.mean():.0%} of the cells expect fewer than {_SMALL:g} rows: read the exact test.")
    if any(test.method.startswith("rao") and np.isnan(test.statistic) for test in tests):
        notes.append("Empty cells leave Rao and Scott's tests without design effects; put answers together.")
    if sample.designed:
        notes.append("Only the rows marked respects_design know the sampling design.")
    return Crosstab(sample.items[0], by, sample.n, table, percent, pd.DataFrame([asdict(test) for test in tests]),
                    pd.Series(asdict(association(shares * sample.n))),
                    pd.DataFrame(adjusted_residuals(numbers), rows, columns), tuple(notes))  # fmt: skip
