"""Frequency tables with intervals under a sampling design."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.descriptive.averages import label_columns
from csisem.descriptive.category_order import ordered
from csisem.descriptive.complete_rows import Sample, groups_in, survey_in_force
from csisem.descriptive.proportions import GroupMeans, group_means, share_interval
from csisem.diagnose.tables.counted_answers import counted, one_name
from csisem.errors import DataError
from csisem.option_checks import check_share, groups_of, names_of
from csisem.options import ShareInterval, validate
from csisem.survey import Survey

MOST_ANSWERS = 200
"""Most answers of a column that is tabulated; more belong to an open question or an identifier."""

# Scales of up to so many points also show the answers that nobody gave.
_SHOWN = 21

SHARES = ("n", "answered", "percent", "se", "ci_lower", "ci_upper")
"""Columns of counts, shares and their intervals."""


def frequencies(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
    counts: str | bool | None = None,
) -> pd.DataFrame:
    """Frequency table of the answers to each question, in percent of the population.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path.
    items
        Columns of numbers or text, each with up to 200 different answers.
    by
        Column(s) whose values, or combinations of values, are groups. Under a design groups are domains.
    interval
        Kind of the intervals: ``"wilson"``, which stays within 0 and 100, or ``"wald"``, which is symmetric.
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`.
    counts
        None: each row is a respondent. The name of a column: each row is a cell of a printed table, and the column
        counts its questionnaires. True: ``data`` is the table of counts itself, from each answer to
        its count, or with ``by`` a table whose columns are the groups. Sampling weights are not counts.

    Returns
    -------
    DataFrame
        ``item, <by...>, answer, n, answered, percent, se, ci_lower, ci_upper, cumulative``: ``n`` rows gave the answer,
        ``answered`` rows gave any. Percentages are weighted; those of an item and group add up to 100. A scale of whole
        numbers also shows the answers that nobody gave.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing or has answers off its scale, nobody answered, or a column has too many different
        answers.
    OptionError
        If an option is invalid.

    See Also
    --------
    top_box : Percentage of the highest answers.
    multiple_answers : Questions with several answers.
    crosstab : Two questions against each other.

    Notes
    -----
    Wilson (1927, JASA 22, 209-212), under a design with the effective sample size and t (Kott and Carr 1997, Journal of
    Official Statistics 13, 169-179).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.frequencies(survey, "s1")
    >>> table[["answer", "n", "percent", "ci_lower", "ci_upper"]].tail(4).round(1)
       answer    n  percent  ci_lower  ci_upper
    6       7  593     24.2      22.2      26.4
    7       8  759     33.0      31.0      35.2
    8       9  462     21.1      19.2      23.2
    9      10   69      3.3       2.5       4.3
    >>> table = cs.diagnose.frequencies({"satisfied": 276, "not": 321}, "overall", counts=True)
    >>> table[["answer", "n", "percent", "ci_lower", "ci_upper"]].round(1)
          answer    n  percent  ci_lower  ci_upper
    0  satisfied  276     46.2      42.3      50.2
    1        not  321     53.8      49.8      57.7
    """
    interval = check_interval(interval, level)
    grouping = groups_of(by, ("item", "answer", *SHARES, "cumulative"))
    if counts is True:
        axes = one_name(items, "items") + (one_name(by, "by") if grouping else [])
        data = counted(data, counts, axes)
    survey = survey_in_force(counted(data, None if counts is True else counts, ()), design)
    parts = []
    for item in names_of("items", items):
        sample, codes, answers = _answered(survey, item, grouping)
        sample.warn_of_groups()
        if len(answers) > MOST_ANSWERS:
            raise DataError(f"{item!r} has {len(answers)} different answers, more than the {MOST_ANSWERS} that a table "
                            "can show; put them together first.")  # fmt: skip
        one_hot = np.zeros((sample.n, len(answers)))
        one_hot[np.arange(sample.n), codes] = 1.0
        means = group_means(sample, one_hot)
        count = np.zeros((len(sample.labels), len(answers)), dtype=np.intp)
        np.add.at(count, (sample.codes, codes), 1)
        frame = share_frame(sample, grouping, means, "answer", answers, interval, level)
        frame.insert(len(grouping) + 1, "n", count.ravel())
        frame["cumulative"] = 100 * np.cumsum(means.value, axis=1).ravel()
        frame.insert(0, "item", item)
        parts.append(frame)
    if not parts:
        raise DataError("No items are named.")
    return pd.concat(parts, ignore_index=True)


def check_interval(interval: object, level: float) -> ShareInterval:
    """Return the kind of interval of shares; refuse one that is unknown, and a level not between 0 and 1."""
    check_share("level", level)
    kind: ShareInterval = validate("interval", interval, ShareInterval)
    return kind


def share_frame(
    sample: Sample,
    by: tuple[str, ...],
    means: GroupMeans,
    heading: str,
    names: Sequence[Hashable],
    interval: ShareInterval,
    level: float,
) -> pd.DataFrame:
    """Return the k shares of each group: ``<by...>, <heading>, answered, percent, se, ci_lower, ci_upper``."""
    k = len(names)
    lower, upper = share_interval(means, interval, level)
    return pd.DataFrame(
        label_columns(by, sample.labels, k)
        | {
            heading: list(names) * len(sample.labels),
            "answered": np.repeat(means.n, k),
            "percent": 100 * means.value.ravel(),
            "se": 100 * np.sqrt(means.variance.ravel()),
            "ci_lower": 100 * lower.ravel(),
            "ci_upper": 100 * upper.ravel(),
        }
    )


def _answered(survey: Survey, item: str, by: tuple[str, ...]) -> tuple[Sample, IntArray, list[Hashable]]:
    """Rows that answered one question, the place of each row's answer, and the answers."""
    if survey.numeric(item):
        sample = Sample.read(survey, (item,), by)
        levels, codes = np.unique(sample.values[:, 0], return_inverse=True)
        every = _points(survey, item, levels)
        places = np.searchsorted(every, levels)[codes]
        _, shown = ordered(np.arange(len(every)), every.tolist(), survey, item)
        return sample, places, shown
    codes, labels = survey.grouping(item)
    groups, names = groups_in(survey, by)
    kept = np.flatnonzero((codes >= 0) & (groups >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to {item!r}{' in any group' if by else ''}.")
    sample = Sample.among(survey, (item,), np.zeros((len(kept), 1)), kept, groups, names, by)
    return sample, *ordered(codes[kept], labels, survey, item)


def _points(survey: Survey, item: str, levels: FloatArray) -> FloatArray:
    """The answers shown, ascending: all points of a short scale of whole numbers, otherwise those that occur."""
    scale = survey.scale_of(item)
    if scale is None or scale.high - scale.low >= _SHOWN:
        return levels
    points = np.arange(scale.low, scale.high + 1)
    return points if np.isin(levels, points).all() else levels
