"""Cross tables of two questions with tests of independence."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.descriptive.category_order import ordered
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.diagnose.strata.target import FIXED, MARKED, index_cut, reached, target_of
from csisem.diagnose.tables.counted_answers import counted
from csisem.diagnose.tables.independence_tests import (
    TableTest,
    adjusted_residuals,
    association,
    classical_tests,
    design_tests,
    exact_test,
    expected,
)
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, agree
from csisem.fit.fit import Fit
from csisem.option_checks import check_name
from csisem.survey import Survey
from csisem.survey.declared import item_points
from csisem.survey.satisfied import SatisfiedFrom, check_threshold, satisfied_from

# Chi-square is rough where a larger part of the cells than this has expected counts below 5 (Cochran 1954).
_SMALL, _PART = 5.0, 0.2
_DRAWS, _SEED = 20_000, 1

MOST_CELLS = 400
"""Most cells of a table; the covariance of their totals has the square of their number of entries."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crosstab(Pictured, Page):
    """Cross table of two questions.

    Attributes
    ----------
    target, by
        The questions; rows are the answers to ``target``, columns those to ``by``.
    n
        Number of rows that answered both.
    counts
        Number of rows in each cell, with totals.
    percent
        Weighted percentages of each column, which add up to 100.
    tests
        ``method, statistic, df1, df2, pvalue, respects_design``: ``"pearson"``, ``"likelihood ratio"``, ``"exact"``
        (where expected counts are small), ``"rao-scott, first order"`` (chi-square), ``"rao-scott, second order"`` (F)
        and ``"wald"`` (F).
    strength
        ``cramer_v, contingency_c, corrected_c`` of the weighted table.
    residuals
        Adjusted residuals of the counts: a cell beyond about 2 in size has more, or fewer, rows than expected under
        independence.
    notes
        Sentences to read first.
    """

    _picture = "crosstab"

    target: str
    by: str
    n: int
    counts: pd.DataFrame
    percent: pd.DataFrame
    tests: pd.DataFrame
    strength: pd.Series[float]
    residuals: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def crosstab(
    data: object,
    target: str,
    *,
    by: str,
    threshold: float | Literal["declared"] | None = "declared",
    fit: Fit | None = None,
    design: object = None,
    counts: str | bool | None = None,
) -> Crosstab:
    """Cross the answers to two questions and test whether they are independent.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; None: the rows of ``fit``.
    target
        A question; or, with ``fit``, a construct or ``"index"`` (as for `anova`).
    by
        Another column: a question or a group.
    threshold
        From where on a customer counts as satisfied: points of 0-100, or ``"declared"``: as the questionnaire says, or
        else from the label "satisfied" or 满意 on, or else from 80 points on. A question with a scale then has two
        rows, satisfied or not, and a note says what was taken. None: a row for every answer, as for a question without
        a scale.
    fit
        The fit that gives the item weights of the construct's index.
    design
        None uses the survey's own design, False none; or another `Design`.
    counts
        None: each row is a respondent. The name of a column: each row is a cell of a printed table, and the column
        counts its questionnaires. True: ``data`` is the table of counts itself, with the answers to
        ``target`` as rows and those to ``by`` as columns. Sampling weights are not counts.

    Returns
    -------
    Crosstab

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing or has answers off its scale, nobody answered both questions, or a question has a single
        answer.
    ModelError
        If the fit has no such construct.
    OptionError
        If the threshold is neither ``"declared"`` nor within 0-100, or ``target`` and ``by`` are the same.

    See Also
    --------
    frequencies : A single question.
    anova : Means compared over groups.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.crosstab(survey, "s1", by="firm")
    >>> table.percent.round(1)
    firm         Alder  Birch  Cedar  total
    s1
    at least 80   25.1   29.2   15.3   24.4
    below 80      74.9   70.8   84.7   75.6
    >>> table.strength.round(3)
    cramer_v         0.113
    contingency_c    0.112
    corrected_c      0.159
    dtype: float64

    A printed table, as it stands:

    >>> printed = pd.DataFrame({"tidy": [203, 143], "untidy": [73, 178]}, index=["satisfied", "not"])
    >>> table = cs.diagnose.crosstab(printed, "overall", by="car", counts=True)
    >>> table.n, table.tests[["method", "statistic", "df1"]].head(1).round(2).values.tolist()
    (597, [['pearson', 51.23, 1.0]])
    """
    check_name("target", target, "one column or construct")
    check_name("by", by)
    if target == by and fit is None:
        raise OptionError(f"target and by= are both {target!r}; cross two questions.")
    if threshold is not None:
        check_threshold(threshold)
    if fit is not None and counts is not None and counts is not False:
        raise OptionError("counts= are of questions, and fit= needs the rows; give one of the two.")
    data = counted(data, counts, [target, by])
    sample, rows, row_labels, cut = _crossed(data, target, by, threshold, fit, design)
    columns, column_labels = ordered(sample.codes, sample.labels, sample.survey, by)
    labels = (row_labels, column_labels)
    cells = _cells(sample, by, rows, columns, labels)
    return _result(sample, by, cells, labels, fit, cut)


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
        raise DataError(f"{sample.items[0]!r} has {shape[0]} answers and {by!r} {shape[1]}; a table has up to "
                        f"{MOST_CELLS} cells, so combine answers first.")  # fmt: skip
    cell = rows * shape[1] + columns
    counts = np.bincount(cell, minlength=shape[0] * shape[1])
    totals = np.asarray(np.bincount(cell, sample.weights, minlength=counts.size), dtype=np.float64)
    for axis, name in enumerate((sample.items[0], by)):
        if (idle := np.flatnonzero(totals.reshape(shape).sum(axis=1 - axis) == 0)).size:
            raise DataError(f"The weights of {str(labels[axis][idle[0]])!r} of {name!r} add up to zero, so "
                            "there is no estimate.")  # fmt: skip
    one_hot = np.zeros((sample.n, counts.size))
    one_hot[np.arange(sample.n), cell] = 1.0
    return _Cells(counts.reshape(shape), totals.reshape(shape), sample.variance(one_hot))


def _crossed(
    data: object, target: str, by: str, threshold: float | str | None, fit: Fit | None, design: object
) -> tuple[Sample, IntArray, list[Hashable], tuple[Sentence, ...]]:
    """The rows that answered both questions, each row's answer to ``target`` as codes and labels, and notes on it."""
    if fit is not None:
        if threshold is None:
            raise OptionError("An index has no answers to cross; give threshold=, the points that count as satisfied.")
        sample = target_of(data, target, by=by, fit=fit, design=design)
        return _cut(sample, sample.values[:, 0], index_cut(fit, sample.items[0], sample.survey, threshold))
    survey = survey_in_force(data, design)
    if not survey.numeric(target):
        return *_texts(survey, target, by), ()
    sample, scale = Sample.read(survey, (target,), (by,)), survey.scale_of(target)
    if scale is not None and threshold is not None:
        points = item_points(survey, (target,), "Satisfied is a matter of points").of(sample.values.T)[0]
        return _cut(sample, points, satisfied_from(survey, target, threshold))
    levels, codes = np.unique(sample.values[:, 0], return_inverse=True)
    return sample, *ordered(codes, levels.tolist(), survey, target), ()


def _cut(
    sample: Sample, points: FloatArray, cut: SatisfiedFrom
) -> tuple[Sample, IntArray, list[Hashable], tuple[Sentence, ...]]:
    inside = reached(points, cut)
    labels: list[Hashable] = [*cut.sides]
    if inside.all() or not inside.any():
        labels = labels[:1] if inside.all() else labels[1:]
        return sample, np.zeros(sample.n, dtype=np.intp), labels, cut.notes
    return sample, np.where(inside, 0, 1), labels, cut.notes


def _texts(survey: Survey, target: str, by: str) -> tuple[Sample, IntArray, list[Hashable]]:
    """Every answer of a column of text."""
    codes, labels = survey.grouping(target)
    other, groups = survey.grouping(by)
    kept = np.flatnonzero((codes >= 0) & (other >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to both {target!r} and {by!r}.")
    sample = Sample.among(survey, (target,), np.zeros((len(kept), 1)), kept, other, groups, (by,))
    return sample, *ordered(codes[kept], labels, survey, target)


def _result(
    sample: Sample,
    by: str,
    cells: _Cells,
    labels: tuple[list[Hashable], list[Hashable]],
    fit: Fit | None,
    cut: tuple[Sentence, ...],
) -> Crosstab:
    rows, columns = (pd.Index(own, name=name, tupleize_cols=False) for own, name in
                     zip(labels, (sample.items[0], by), strict=True))  # fmt: skip
    counts, shares = cells.counts, cells.totals / sample.total
    numbers = counts.astype(np.float64)
    tests = classical_tests(counts)
    small = float((expected(numbers) < _SMALL).mean())
    if small > _PART:
        tests.append(exact_test(counts, _DRAWS, _SEED))
    tests += design_tests(cells.totals, cells.covariance, sample.n, sample.degrees())
    table = pd.DataFrame(counts, rows, columns)
    table["total"] = table.sum(axis=1)
    table.loc["total"] = table.sum(axis=0)
    percent = pd.DataFrame(100 * shares / shares.sum(axis=0), rows, columns)
    percent["total"] = 100 * shares.sum(axis=1)
    alone = [label for label, count in zip(labels[1], counts.sum(axis=0), strict=True) if count == 1]
    return Crosstab(sample.items[0], by, sample.n, table, percent, pd.DataFrame([asdict(test) for test in tests]),
                    pd.Series(association(shares * sample.n)),
                    pd.DataFrame(adjusted_residuals(numbers), rows, columns),
                    (*cut, *_notes(sample, by, alone, small, tests, of_fit=fit is not None)))  # fmt: skip


def _notes(
    sample: Sample, by: str, alone: list[Hashable], small: float, tests: list[TableTest], *, of_fit: bool
) -> tuple[Sentence, ...]:
    """Notes; ``alone`` are the groups of a single row, ``small`` the share of cells with a small expected count."""
    notes = [FIXED] if of_fit else []
    if sample.dropped:
        dropped = {"dropped": sample.dropped, "n": sample.survey.n}
        notes.append(sentence("tables.left_out", **dropped, item=sample.items[0], by=by))
    notes += sample.without_rows()
    if alone:
        notes.append(sentence("tables.single_row", groups=alone, by=by))
    if small > _PART:
        notes.append(sentence("tables.small_cells", share=small, least=_SMALL))
    if any(test.method.startswith("rao") and np.isnan(test.statistic) for test in tests):
        notes.append(sentence("tables.empty_cells"))
    if sample.designed:
        notes.append(MARKED)
    return tuple(notes)
