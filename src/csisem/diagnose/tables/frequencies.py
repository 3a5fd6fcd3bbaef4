"""How often each answer was given, in per cent of the population, with intervals under the design."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.category_order import ordered
from csisem.descriptive.complete_rows import Sample, labelled
from csisem.descriptive.proportions import GroupMeans, group_means, share_interval
from csisem.errors import DataError
from csisem.options import ShareInterval, check_share, groups_of, names_of, validate
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd


MOST_ANSWERS = 200
"""Different answers up to which a column is counted; more are those of an open question or an identifier."""

# Points of a scale up to which those that nobody chose are shown too.
_SHOWN = 21

SHARES = ("n", "answered", "percent", "se", "ci_lower", "ci_upper")
"""Columns of a count, its share and the share's interval."""


def frequencies(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Count the answers to single questions.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path.
    items
        Columns of numbers or text, each with up to 200 different answers.
    by
        Column(s) whose values are looked at one by one, as domains.
    interval
        ``"wilson"``, which stays within 0 and 100, or ``"wald"``, symmetric.
    level
        Of the intervals.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``item, <by...>, answer, n, answered, percent, se, ci_lower, ci_upper, cumulative``: rows that gave the answer
        and rows that gave any; percentages are weighted, those of an item and group add up to 100. Of a scale of whole
        numbers the answers that nobody gave are shown too.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing or off its scale, nobody answered, or there are too many different answers.
    OptionError
        An option is none of those above.

    Notes
    -----
    Wilson (1927, JASA 22, 209-212), under a design with the effective number of rows and t (Kott and Carr 1997, Journal
    of Official Statistics 13, 169-179).
    """
    import pandas as pd

    interval = check_interval(interval, level)
    survey, grouping = under_design(as_survey(data), design), groups_of(by, ("item", "answer", *SHARES, "cumulative"))
    warn_unless_random(survey.fieldwork, stacklevel=2)
    parts = []
    for item in names_of("items", items):
        sample, codes, answers = _answered(survey, item, grouping)
        sample.warn_of_groups(2)
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
    """Return k shares of each group: ``<by...>, <heading>, answered, percent, se, ci_lower, ci_upper``."""
    import pandas as pd

    k = len(names)
    lower, upper = share_interval(means, interval, level)
    return pd.DataFrame(
        {name: [label for label in labels for _ in range(k)] for name, labels in labelled(sample.labels, by).items()}
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
    """Rows that answered one question, the place of each answer, and the answers."""
    if survey.numeric(item):
        sample = Sample.read(survey, (item,), by)
        levels, codes = np.unique(sample.values[:, 0], return_inverse=True)
        every = _points(survey, item, levels)
        places = np.searchsorted(every, levels)[codes]
        _, shown = ordered(np.arange(len(every)), every.tolist(), survey, item)
        return sample, places, shown
    codes, labels = survey.grouping(item)
    groups, names = survey.grouping(by) if by else (np.zeros(survey.n, dtype=np.intp), ("all",))
    kept = np.flatnonzero((codes >= 0) & (groups >= 0))
    if not kept.size:
        raise DataError(f"No row has an answer to {item!r}{' in any group' if by else ''}.")
    sample = Sample.among(survey, (item,), np.zeros((len(kept), 1)), kept, groups, names, by)
    return sample, *ordered(codes[kept], labels, survey, item)


def _points(survey: Survey, item: str, levels: FloatArray) -> FloatArray:
    """The answers that a table shows, ascending: all points of a short scale of whole numbers, or those that occur."""
    scale = survey.scale_of(item)
    if scale is None or scale.high - scale.low >= _SHOWN:
        return levels
    points = np.arange(scale.low, scale.high + 1)
    return points if np.isin(levels, points).all() else levels
