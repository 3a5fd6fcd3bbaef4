"""Questions of which several answers may be ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.descriptive.complete_rows import Sample
from csisem.descriptive.proportions import group_means
from csisem.diagnose.tables.frequencies import SHARES, check_interval, share_frame
from csisem.errors import DataError, listed, nearest
from csisem.options import ShareInterval, groups_of, names_of
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd


def multiple_answers(
    data: object,
    options: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Count the answers to a question of which several may be ticked, held as one column of 0 and 1 an option.

    Parameters
    ----------
    data, by, interval, level, design
        As for `frequencies`.
    options
        The columns, or the question's name, whose columns are ``<name>_1``, ``<name>_2``, ... as a `Questionnaire`
        codes them. A row without any of them was not asked and is left out; a blank beside an answer is not ticked.

    Returns
    -------
    DataFrame
        ``option, <by...>, n, answered, percent, se, ci_lower, ci_upper, percent_of_ticks``: rows that ticked it and
        rows that were asked; ``percent`` is that of the rows, which add up to more than 100.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing or holds anything but 0, 1 and blanks, or no row was asked.
    OptionError
        An option is none of those above.
    """
    interval = check_interval(interval, level)
    survey, grouping = under_design(as_survey(data), design), groups_of(by, ("option", *SHARES, "percent_of_ticks"))
    warn_unless_random(survey.fieldwork, stacklevel=2)
    names = _columns(survey, options)
    values = survey.answers(names).to_numpy(dtype=np.float64)
    for name, column in zip(names, values.T, strict=True):
        if (odd := np.unique(column[~np.isnan(column) & ~np.isin(column, (0.0, 1.0))])).size:
            raise DataError(f"Column {name!r} holds {odd[0]:g}; a question with several answers has 0 and 1 an option.")
    codes, labels = survey.grouping(grouping) if grouping else (np.zeros(survey.n, dtype=np.intp), ("all",))
    kept = np.flatnonzero(~np.isnan(values).all(axis=1) & (codes >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to any of {listed(names)}.")
    ticked = np.nan_to_num(values[kept])
    sample = Sample.among(survey, names, ticked, kept, codes, labels, grouping)
    sample.warn_of_groups(2)
    means = group_means(sample, ticked)
    count = np.stack([ticked[sample.codes == code].sum(axis=0) for code in range(len(sample.labels))])
    frame = share_frame(sample, grouping, means, "option", names, interval, level)
    frame.insert(len(grouping) + 1, "n", count.ravel().astype(np.intp))
    whole = means.value.sum(axis=1, keepdims=True)
    frame["percent_of_ticks"] = (100 * means.value / np.where(whole > 0, whole, np.nan)).ravel()
    frame.insert(0, "option", frame.pop("option"))
    return frame


def _columns(survey: Survey, options: str | Sequence[str]) -> tuple[str, ...]:
    """The columns of the options."""
    if isinstance(options, str) and options not in survey.columns:
        found = tuple(name for name in survey.columns if name.startswith(f"{options}_") and survey.numeric(name))
        if found:
            return found
        raise DataError(f"There is no column {options!r}{nearest(options, survey.columns)}, and there are none of "
                        f"numbers named {options}_1, {options}_2 and so on.")  # fmt: skip
    return names_of("options", options)
