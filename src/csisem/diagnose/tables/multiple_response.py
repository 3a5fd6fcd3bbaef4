"""Frequency tables of questions with several answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.complete_rows import Sample, groups_in, survey_in_force
from csisem.descriptive.proportions import group_means
from csisem.diagnose.tables.frequencies import SHARES, check_interval, share_frame
from csisem.errors import DataError, listed, nearest, shown
from csisem.option_checks import groups_of, names_of
from csisem.options import ShareInterval
from csisem.survey import Survey


def multiple_answers(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Frequency table of a question with several answers, coded as one column of 0 and 1 for each option.

    Parameters
    ----------
    data, by, interval, level, design
        As for `frequencies`.
    items
        The columns of the options; or the name of the question, whose columns are ``<name>_1``, ``<name>_2``, ... as a
        `Questionnaire` codes them. A row that is blank in all columns was not asked and is left out; a blank beside an
        answer means not ticked.

    Returns
    -------
    DataFrame
        ``option, <by...>, n, answered, percent, se, ci_lower, ci_upper, percent_of_ticks``: ``n`` rows ticked the
        option, ``answered`` rows were asked. ``percent`` refers to rows and may add up to more than 100.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing or holds values other than 0, 1 and blanks, or no row was asked.
    OptionError
        If an option is invalid.

    See Also
    --------
    frequencies : Questions with a single answer.

    Examples
    --------
    >>> frame = pd.DataFrame({"why_1": [1, 1, 0, None, 1], "why_2": [1, 0, 0, 1, 0]})
    >>> table = cs.diagnose.multiple_answers(frame, "why")
    >>> table[["option", "n", "answered", "percent", "percent_of_ticks"]]
      option  n  answered  percent  percent_of_ticks
    0  why_1  3         5     60.0              60.0
    1  why_2  2         5     40.0              40.0
    """
    interval = check_interval(interval, level)
    grouping = groups_of(by, ("option", *SHARES, "percent_of_ticks"))
    survey = survey_in_force(data, design)
    names = _columns(survey, items)
    values = survey.answers(names).to_numpy(dtype=np.float64)
    for name, column in zip(names, values.T, strict=True):
        if (odd := np.unique(column[~np.isnan(column) & ~np.isin(column, (0.0, 1.0))])).size:
            raise DataError(f"Column {name!r} holds {odd[0]:g}; a question with several answers has 0 and 1 in the "
                            "column of each option.")  # fmt: skip
    codes, labels = groups_in(survey, grouping)
    kept = np.flatnonzero(~np.isnan(values).all(axis=1) & (codes >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to any of {listed(names)}.")
    ticked = np.nan_to_num(values[kept])
    sample = Sample.among(survey, names, ticked, kept, codes, labels, grouping)
    sample.warn_of_groups()
    means = group_means(sample, ticked)
    count = np.stack([ticked[sample.codes == code].sum(axis=0) for code in range(len(sample.labels))])
    frame = share_frame(sample, grouping, means, "option", names, interval, level)
    frame.insert(len(grouping) + 1, "n", count.ravel().astype(np.intp))
    whole = means.value.sum(axis=1, keepdims=True)
    frame["percent_of_ticks"] = (100 * means.value / np.where(whole > 0, whole, np.nan)).ravel()
    frame.insert(0, "option", frame.pop("option"))
    return frame


def _columns(survey: Survey, items: str | Sequence[str]) -> tuple[str, ...]:
    """The columns of the options."""
    if isinstance(items, str) and items not in survey.columns:
        found = tuple(name for name in survey.columns if name.startswith(f"{items}_") and survey.numeric(name))
        if found:
            return found
        raise DataError(f"There is no column {shown(items)}{nearest(items, survey.columns)}, and there are no numeric "
                        f"columns {items[:60]}_1, {items[:60]}_2 and so on.")  # fmt: skip
    return names_of("items", items)
