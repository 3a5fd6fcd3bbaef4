"""Shares of the most satisfied: top boxes, the net promoter score, and questions with several answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from csisem.diagnose.frequencies import check_interval, share_frame
from csisem.diagnose.sample import Sample, labelled
from csisem.diagnose.shares import group_means
from csisem.errors import DataError, OptionError, ScaleError, listed
from csisem.fit.drawn import under_design
from csisem.options import ShareInterval
from csisem.survey import Survey, as_survey
from csisem.survey.fieldwork import warn_unless_random
from csisem.survey.survey import names_of

if TYPE_CHECKING:
    import pandas as pd


def top_box(
    data: object,
    items: str | Sequence[str],
    *,
    top: int = 2,
    by: str | Sequence[str] = (),
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Share of rows that gave one of the highest answers.

    Parameters
    ----------
    data, by, interval, level, design
        As for `frequencies`.
    items
        Questions on a scale of whole numbers.
    top
        How many of the highest answers count: 2 takes 9 and 10 of 1-10.

    Returns
    -------
    DataFrame
        ``item, <by...>, answers, answered, percent, se, ci_lower, ci_upper``.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `frequencies`; a question has no scale.
    OptionError
        ``top`` is no number of answers of the scale.
    """
    import pandas as pd

    check_interval(interval, level)
    survey, grouping = under_design(as_survey(data), design), names_of(by)
    warn_unless_random(survey.fieldwork, stacklevel=2)
    parts = []
    for item in names_of(items):
        sample, scale = Sample.read(survey, (item,), grouping), survey.scale_of(item)
        if scale is None:
            raise ScaleError(f"The highest answers to {item!r} need its scale; declare scale= on the survey.")
        if not (isinstance(top, int) and 1 <= top <= scale.high - scale.low):
            raise OptionError(f"top={top!r} is no number of answers of the scale {scale} of {item!r}.")
        lowest = scale.high - top + 1
        means = group_means(sample, (sample.values >= lowest).astype(np.float64))
        answers = f"{scale.high:g}" if top == 1 else f"{lowest:g}-{scale.high:g}"
        frame = share_frame(sample, grouping, means, "answers", [answers], interval, level)
        frame.insert(0, "item", item)
        parts.append(frame)
    if not parts:
        raise DataError("No items are named.")
    return pd.concat(parts, ignore_index=True)


def nps(
    data: object,
    item: str,
    *,
    by: str | Sequence[str] = (),
    promoters: float = 9,
    detractors: float = 6,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Net promoter score: per cent of promoters less per cent of detractors.

    Parameters
    ----------
    data, by, level, design
        As for `frequencies`.
    item
        The question how likely one is to recommend, 0-10 (or 1-10).
    promoters, detractors
        Lowest answer of a promoter and highest of a detractor.

    Returns
    -------
    DataFrame
        ``item, <by...>, answered, promoters, passives, detractors, nps, se, ci_lower, ci_upper``, in per cent.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `frequencies`; the scale does not hold the bounds.
    OptionError
        The bounds are not in order.

    Notes
    -----
    Reichheld (2003, Harvard Business Review 81, 12, 46-54); the error is that of the mean of +100, 0 and -100.
    """
    import pandas as pd

    check_interval("wald", level)
    if not detractors < promoters:
        raise OptionError(f"detractors={detractors!r} is not below promoters={promoters!r}.")
    survey, grouping = under_design(as_survey(data), design), names_of(by)
    sample, scale = Sample.of(survey, item, by=grouping), survey.scale_of(item)
    if scale is not None and not scale.low <= detractors < promoters <= scale.high:
        raise ScaleError(f"The scale {scale} of {item!r} does not hold detractors={detractors!r} and "
                         f"promoters={promoters!r}; give the bounds that fit it.")  # fmt: skip
    values = sample.values[:, 0]
    over, under = values >= promoters, values <= detractors
    columns = np.column_stack([over, ~over & ~under, under, 1.0 * over - under]).astype(np.float64)
    means = group_means(sample, columns)
    degrees = np.where(np.isfinite(means.degrees), means.degrees, np.maximum(means.n - 1, 0))
    t = np.where(degrees > 0, stdtrit(np.maximum(degrees, 1), (1 + level) / 2), np.nan)
    score, se = 100 * means.value[:, 3], 100 * np.sqrt(means.variance[:, 3])
    shares = dict(zip(("promoters", "passives", "detractors"), 100 * means.value.T[:3], strict=True))
    return pd.DataFrame(
        {"item": item} | labelled(sample.labels, grouping) | {"answered": means.n} | shares
        | {"nps": score, "se": se, "ci_lower": score - t * se, "ci_upper": score + t * se}
    )  # fmt: skip


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
    """
    check_interval(interval, level)
    survey, grouping = under_design(as_survey(data), design), names_of(by)
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
    sample = Sample.among(survey, names, ticked, kept, codes, labels)
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
    return names_of(options)
