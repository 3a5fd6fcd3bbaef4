"""Response quality: straight-lining, speeders, duplicates and missing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, nearest
from csisem.options import check_name, names_of
from csisem.sampling.arguments import count, positive, share
from csisem.survey import Questionnaire, Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd


REASONS = ("straight_line", "speeder", "duplicate_id", "duplicate_row", "missing", "off_scale")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quality(Page):
    """Doubtful answers; nothing was removed.

    Attributes
    ----------
    n
        Number of rows.
    flagged
        Number of rows with at least one mark.
    summary
        By mark: ``rows, share, rule``.
    items
        By item: ``answered, missing, missing_rate, off_scale, values`` (number of different answers), ``top`` (share of
        the most frequent).
    rows
        By row: ``longest`` (equal answers in a row), ``spread`` (standard deviation of a row's answers on 0-100),
        ``missing_rate``, ``seconds`` if there is a duration, and a column of True and False for each mark.
    notes
        Sentences to read first.
    """

    n: int
    flagged: int
    summary: pd.DataFrame
    items: pd.DataFrame
    rows: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def mask(self) -> pd.Series[bool]:
        """True for each row with at least one mark, to inspect or, if you decide so, to leave out."""
        return self.rows[[name for name in REASONS if name in self.rows]].any(axis=1)


def quality(
    data: object,
    items: Sequence[str] | Questionnaire | None = None,
    *,
    duration: str | None = None,
    id: str | None = None,
    fastest: float | None = None,
    most_missing: float = 0.5,
    longest: int | None = None,
) -> Quality:
    """Mark straight-lining, speeders, duplicates, missing answers and answers off their scale; remove nothing.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path. If answers may lie off their scale, make the survey without ``items=``:
        items named there are checked, and refused, at once.
    items
        Question columns in the order in which they were asked, or a questionnaire; None: the survey's items.
    duration
        Column of the seconds that a respondent took.
    id
        Column that identifies respondents; None: the survey's own.
    fastest
        Seconds below which a row is a speeder's; None: a third of the median duration.
    most_missing
        Share of missing answers above which a row is marked.
    longest
        Number of equal answers in a row from which a row is marked as a straight line. Answers count as they were given
        (reversed items are not turned); a missing answer and a change of scale end a line. None: the largest number of
        consecutive items on one scale, but at least five.

    Returns
    -------
    Quality

    Raises
    ------
    DataError
        If a column is missing or is text, or there are no rows.
    OptionError
        If an option is invalid.

    See Also
    --------
    pilot : Screening of questions.

    Examples
    --------
    >>> frame = pd.DataFrame({"q1": [5, 3, 3, 9, 4], "q2": [5, 4, 4, 2, 3], "q3": [5, 2, 2, 1, 4],
    ...                       "q4": [5, 1, 1, None, 5], "q5": [5, 4, 4, None, 5]})
    >>> found = cs.diagnose.quality(cs.Survey(frame, scale=(1, 5)), list(frame))
    >>> found.summary["rows"]
    mark
    straight_line    1
    duplicate_row    2
    missing          0
    off_scale        1
    Name: rows, dtype: int64
    >>> found.mask.tolist()
    [True, True, True, True, False]
    """
    survey = as_survey(data)
    named = items.items if isinstance(items, Questionnaire) else survey.items if items is None else items
    names = names_of("items", named, once=False)
    if isinstance(items, str) or not names:
        raise OptionError("Name the items: a list of columns, a questionnaire, or a survey made with items=.")
    if not survey.n:
        raise DataError("The data have no rows.")
    for option, column in (("duration", duration), ("id", id)):
        if column is not None:
            check_name(option, column)
            if column not in survey.columns:
                raise DataError(f"There is no column {column!r} (named in {option}=){nearest(column, survey.columns)}.")
    most_missing = share("most_missing", most_missing, whole=True)
    longest = None if longest is None else count("longest", longest, 2)
    fastest = None if fastest is None else positive("fastest", fastest)
    raw, blank, off = _read(survey, names)
    table, rules = _rows(survey, names, raw, blank, off, most_missing, longest)
    notes: list[str] = []
    _speed(survey, table, rules, duration, fastest)
    _duplicates(survey, table, rules, id or survey.id, raw, notes)
    return _result(survey, names, raw, blank, off, table, rules, notes)


def _read(survey: Survey, names: tuple[str, ...]) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Answers as given (n, p), and which of them are missing or refusals, or off their scale."""
    plain = Survey(survey.frame)
    raw = plain.answers(names).to_numpy(dtype=np.float64)
    blank, off = np.isnan(raw), np.zeros(raw.shape, dtype=bool)
    for place, name in enumerate(names):
        scale = survey.scale_of(name)
        codes = sum(survey.coding.codes_of(name), ())
        blank[:, place] |= np.isin(raw[:, place], codes)
        if scale is not None:
            off[:, place] = ~blank[:, place] & ((raw[:, place] < scale.low) | (raw[:, place] > scale.high))
    return raw, blank, off


def _rows(
    survey: Survey,
    names: tuple[str, ...],
    raw: FloatArray,
    blank: BoolArray,
    off: BoolArray,
    most_missing: float,
    longest: int | None,
) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    n = len(raw)
    scales = _scale_codes(survey, names)
    runs = _longest_runs(np.where(blank, np.nan, raw), scales)
    needed = max(int(_longest_runs(scales[None].astype(np.float64), scales)[0]), 5) if longest is None else longest
    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else pd.RangeIndex(n)
    rate = blank.mean(axis=1)
    table = pd.DataFrame({"longest": runs, "spread": _spread(survey, names, raw, blank), "missing_rate": rate}, index)
    marks = {"straight_line": runs >= needed, "missing": rate > most_missing, "off_scale": off.any(axis=1)}
    table = table.assign(**marks)
    rules = {
        "straight_line": f"{needed} or more equal answers one after another",
        "missing": f"more than {most_missing:.0%} of the answers missing or refused",
        "off_scale": "an answer off its scale",
    }
    return table, rules


def _scale_codes(survey: Survey, names: tuple[str, ...]) -> IntArray:
    """A number for each item's scale (p,), so that answers are compared within one scale."""
    bounds = [(None, None) if (scale := survey.scale_of(name)) is None else (scale.low, scale.high) for name in names]
    order = list(dict.fromkeys(bounds))
    return np.array([order.index(one) for one in bounds], dtype=np.intp)


def _longest_runs(answers: FloatArray, scales: IntArray) -> IntArray:
    """Longest run of equal answers of each row (n,); a missing answer or another scale ends a run."""
    n, p = answers.shape
    run, best = np.ones(n, dtype=np.intp), np.ones(n, dtype=np.intp)
    for place in range(1, p):
        same = (answers[:, place] == answers[:, place - 1]) & (scales[place] == scales[place - 1])
        run = np.where(same, run + 1, 1)
        np.maximum(best, run, out=best)
    best[np.isnan(answers).all(axis=1)] = 0
    return best


def _spread(survey: Survey, names: tuple[str, ...], raw: FloatArray, blank: BoolArray) -> FloatArray:
    """Standard deviation of each row's answers, on 0-100 where scales are declared; nan for fewer than two."""
    points = np.where(blank, np.nan, raw)
    for place, name in enumerate(names):
        scale = survey.scale_of(name)
        if scale is not None:
            points[:, place] = scale.to_100(points[:, place])
    count = (~blank).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(points, axis=1) / count
        variance = np.nansum((points - mean[:, None]) ** 2, axis=1) / (count - 1)
    return np.where(count > 1, np.sqrt(variance), np.nan)


def _speed(
    survey: Survey, table: pd.DataFrame, rules: dict[str, str], duration: str | None, fastest: float | None
) -> None:
    if duration is None:
        if fastest is not None:
            raise OptionError("fastest= needs duration=, the column of the seconds that answering took.")
        return
    seconds = Survey(survey.frame).answers([duration])[duration].to_numpy(dtype=np.float64)
    if np.isnan(seconds).all():
        raise DataError(f"Column {duration!r} has no durations.")
    limit = float(np.nanmedian(seconds)) / 3 if fastest is None else fastest
    table["seconds"] = seconds
    table["speeder"] = seconds < limit
    rules["speeder"] = f"less than {limit:g} seconds" + (" (a third of the median)" if fastest is None else "")


def _duplicates(
    survey: Survey, table: pd.DataFrame, rules: dict[str, str], id: str | None, raw: FloatArray, notes: list[str]
) -> None:
    import pandas as pd

    if id is not None:
        codes, _ = survey.grouping(id)
        counts = np.bincount(codes[codes >= 0], minlength=1)
        table["duplicate_id"] = (codes >= 0) & (counts[np.maximum(codes, 0)] > 1)
        rules["duplicate_id"] = f"{id!r} occurs in several rows"
        if blank := int((codes < 0).sum()):
            notes.append(f"{id!r} is blank in {blank} {agree(blank, 'row', 'rows')}.")
    repeated = np.asarray(pd.DataFrame(raw).duplicated(keep=False), dtype=bool)
    if id is not None and survey.wave is not None:
        # The same customer may well answer alike in two waves.
        notes.append("Rows are compared over all waves.")
    table["duplicate_row"] = repeated & ~np.isnan(raw).all(axis=1)
    rules["duplicate_row"] = "all answers equal those of another row"


def _result(
    survey: Survey,
    names: tuple[str, ...],
    raw: FloatArray,
    blank: BoolArray,
    off: BoolArray,
    table: pd.DataFrame,
    rules: dict[str, str],
    notes: list[str],
) -> Quality:
    import pandas as pd

    marks = [name for name in REASONS if name in rules]
    counts = table[marks].sum().astype(int)
    summary = pd.DataFrame({"rows": counts, "share": counts / survey.n, "rule": [rules[name] for name in marks]})
    summary.index.name = "mark"
    found = [np.unique(column[~gone], return_counts=True)[1] for column, gone in zip(raw.T, blank.T, strict=True)]
    items = pd.DataFrame(
        {
            "answered": (~blank).sum(axis=0),
            "missing": blank.sum(axis=0),
            "missing_rate": blank.mean(axis=0),
            "off_scale": off.sum(axis=0),
            "values": [len(counts) for counts in found],
            "top": [counts.max() / counts.sum() if len(counts) else np.nan for counts in found],
        },
        index=pd.Index(names, name="item"),
    )
    flagged = int(table[marks].any(axis=1).sum())
    marked = f"{flagged} of {survey.n} rows {agree(flagged, 'carries', 'carry')} a mark"
    notes.insert(0, f"{marked}; nothing was removed (`.mask` says which).")
    return Quality(survey.n, flagged, summary, items, table, tuple(notes))
