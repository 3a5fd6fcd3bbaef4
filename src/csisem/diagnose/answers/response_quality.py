"""Response quality: straight-lining, speeders, duplicates and missing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray, pd
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.option_checks import check_name, names_of
from csisem.sampling.arguments import count, positive, share
from csisem.survey import Questionnaire, Survey, as_survey
from csisem.survey.code_range import coded

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
    notes: tuple[Sentence, ...] = ()

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
                hint = nearest(column, survey.columns)
                raise DataError(f"There is no column {shown(column)} (named in {option}=){hint}.")
    most_missing = share("most_missing", most_missing, whole=True)
    longest = None if longest is None else count("longest", longest, 2)
    fastest = None if fastest is None else positive("fastest", fastest)
    answers = _Answers.of(survey, names)
    table, marks = _rows(answers, most_missing, longest)
    if duration is not None:
        table["seconds"], marks["speeder"] = _speed(survey, duration, fastest)
    elif fastest is not None:
        raise OptionError("fastest= needs duration=, the column of the seconds that answering took.")
    id = id or (survey.id if survey.id in survey.columns else None)
    marks |= _duplicates(answers, id)
    return _result(answers, table, marks, id)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """Answers as given (n, p), and which of them are missing or refusals, or off their scale."""

    survey: Survey
    names: tuple[str, ...]
    given: FloatArray
    blank: BoolArray
    off: BoolArray

    @classmethod
    def of(cls, survey: Survey, names: tuple[str, ...]) -> _Answers:
        given = Survey(survey.frame).answers(names).to_numpy(dtype=np.float64)
        blank, off = np.isnan(given), np.zeros(given.shape, dtype=bool)
        for place, name in enumerate(names):
            scale = survey.scale_of(name)
            blank[:, place] |= coded(given[:, place], [*chain(*survey.coding.codes_of(name))])
            if scale is not None:
                off[:, place] = ~blank[:, place] & ((given[:, place] < scale.low) | (given[:, place] > scale.high))
        return cls(survey, names, given, blank, off)


Marks = dict[str, tuple[BoolArray, Sentence]]
"""Which rows (n,) have a mark, and the rule of the mark, by its name."""


def _rows(answers: _Answers, most_missing: float, longest: int | None) -> tuple[pd.DataFrame, Marks]:
    """Figures of each row, and the marks that its answers get."""
    scales = _scale_codes(answers)
    runs = _longest_runs(np.where(answers.blank, np.nan, answers.given), scales)
    if longest is None:
        longest = max(int(_longest_runs(scales[None].astype(np.float64), scales)[0]), 5)
    rate, frame = answers.blank.mean(axis=1), answers.survey.frame
    index = frame.index if isinstance(frame, pd.DataFrame) else pd.RangeIndex(len(rate))
    table = pd.DataFrame({"longest": runs, "spread": _spread(answers), "missing_rate": rate}, index)
    return table, {
        "straight_line": (runs >= longest, sentence("answers.rule.straight_line", longest=longest)),
        "missing": (rate > most_missing, sentence("answers.rule.missing", most=most_missing)),
        "off_scale": (answers.off.any(axis=1), sentence("answers.rule.off_scale")),
    }


def _scale_codes(answers: _Answers) -> IntArray:
    """A number for each item's scale (p,), so that answers are compared within one scale."""
    scales = [answers.survey.scale_of(name) for name in answers.names]
    bounds = [None if scale is None else (scale.low, scale.high) for scale in scales]
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


def _spread(answers: _Answers) -> FloatArray:
    """Standard deviation of each row's answers, on 0-100 where scales are declared; nan for fewer than two."""
    points = np.where(answers.blank, np.nan, answers.given)
    for place, name in enumerate(answers.names):
        scale = answers.survey.scale_of(name)
        if scale is not None:
            points[:, place] = scale.to_100(points[:, place])
    count = (~answers.blank).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(points, axis=1) / count
        variance = np.nansum((points - mean[:, None]) ** 2, axis=1) / (count - 1)
    return np.where(count > 1, np.sqrt(variance), np.nan)


def _speed(survey: Survey, duration: str, fastest: float | None) -> tuple[FloatArray, tuple[BoolArray, Sentence]]:
    """Seconds of each row (n,), and the mark of speeders."""
    seconds = Survey(survey.frame).answers([duration])[duration].to_numpy(dtype=np.float64)
    if np.isnan(seconds).all():
        raise DataError(f"Column {duration!r} has no durations.")
    limit = float(np.nanmedian(seconds)) / 3 if fastest is None else fastest
    return seconds, (seconds < limit, sentence("answers.rule.speeder", limit=limit, median=fastest is None))


def _duplicates(answers: _Answers, id: str | None) -> Marks:
    marks: Marks = {}
    if id is not None:
        codes, _ = answers.survey.grouping(id)
        counts = np.bincount(codes[codes >= 0], minlength=1)
        repeated = (codes >= 0) & (counts[np.maximum(codes, 0)] > 1)
        marks["duplicate_id"] = repeated, sentence("answers.rule.duplicate_id", id=id)
    alike = pd.DataFrame(answers.given).duplicated(keep=False).to_numpy() & ~np.isnan(answers.given).all(axis=1)
    return marks | {"duplicate_row": (alike, sentence("answers.rule.duplicate_row"))}


def _notes(survey: Survey, flagged: int, id: str | None) -> tuple[Sentence, ...]:
    notes = [sentence("answers.marked", flagged=flagged, n=survey.n)]
    if id is not None:
        if blank := int((survey.grouping(id)[0] < 0).sum()):
            notes.append(sentence("answers.blank_id", id=id, rows=blank))
        if survey.wave in survey.columns:
            # The same customer may well answer alike in two waves.
            notes.append(sentence("answers.all_waves"))
    return tuple(notes)


def _result(answers: _Answers, table: pd.DataFrame, marks: Marks, id: str | None) -> Quality:
    survey, blank = answers.survey, answers.blank
    named = [name for name in REASONS if name in marks]
    for name, (marked, _) in marks.items():
        table[name] = marked
    counts = table[named].sum().astype(int)
    rules = sentence_column([marks[name][1] for name in named]).set_axis(counts.index)
    summary = pd.DataFrame({"rows": counts, "share": counts / survey.n, "rule": rules})
    summary.index.name = "mark"
    values = [np.unique(one[~gone], return_counts=True)[1] for one, gone in zip(answers.given.T, blank.T, strict=True)]
    items = pd.DataFrame(
        {
            "answered": (~blank).sum(axis=0),
            "missing": blank.sum(axis=0),
            "missing_rate": blank.mean(axis=0),
            "off_scale": answers.off.sum(axis=0),
            "values": [len(counts) for counts in values],
            "top": [counts.max() / counts.sum() if len(counts) else np.nan for counts in values],
        },
        index=pd.Index(answers.names, name="item"),
    )
    flagged = int(table[named].any(axis=1).sum())
    return Quality(survey.n, flagged, summary, items, table, _notes(survey, flagged, id))
