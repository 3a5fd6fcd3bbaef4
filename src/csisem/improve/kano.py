"""Kano's categories of quality from pairs of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray, pd
from csisem.descriptive.averages import Asked, Averages, ask, averages, label_columns, refuse_empty, ungrouped
from csisem.descriptive.complete_rows import survey_in_force
from csisem.errors import DataError, shown, tell
from csisem.improve.paired_answers import read_pairs
from csisem.inference.intervals import wald_interval
from csisem.moments.domain_ratios import Quotients
from csisem.option_checks import check_share, groups_of
from csisem.survey import Survey
from csisem.survey.named_numbers import numbers

CATEGORIES = ("must-be", "one-dimensional", "attractive", "indifferent", "reverse", "questionable")
"""Kano's categories; the letters of the table are their initials."""

# Rows: answers to "if it has it", columns: to "if it lacks it"; both like, must be, neutral, live with, dislike.
_TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
_LETTERS = "MOAIRQ"
_PLACE = np.array([[_LETTERS.index(letter) for letter in row] for row in _TABLE])

_COLUMNS = ("item", "n", *CATEGORIES, "category", "pvalue", "clear", "better", "better_se", "worse", "worse_se")
_NUMBERS = len(CATEGORIES) + 2


def kano(
    data: object,
    pairs: Mapping[str, tuple[str, str]],
    *,
    by: str | Sequence[str] | None = None,
    codes: Sequence[float] = (1, 2, 3, 4, 5),
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Classify qualities into Kano's categories by the answers to pairs of questions.

    Parameters
    ----------
    data
        A `Survey`, frame or path.
    pairs
        From the name of a quality to the columns of the functional question ("how do you feel if it has it") and the
        dysfunctional one ("if it lacks it").
    by
        Column(s) whose values, or combinations of values, are classified separately.
    codes
        The numbers for I like it, it must be so, I am neutral, I can live with it, I dislike it.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the test behind ``clear``.

    Returns
    -------
    DataFrame
        ``item, <by...>, n``, the shares of ``must-be, one-dimensional, attractive, indifferent, reverse,
        questionable``; ``category``, the most frequent, ``pvalue`` of its lead over the next (of a sign test where all
        answers are in one category), and ``clear``, whether it is below 1 - level; ``better`` and ``worse`` with
        ``better_se, worse_se``: the rise of satisfaction with the quality, ``(A + O)/(A + O + M + I)``, and its fall
        without, ``-(O + M)/(A + O + M + I)``. ``.attrs`` has ``degrees``.

    Raises
    ------
    DataError
        If a column is missing, an answer is not one of the codes, or nobody answered a pair.
    OptionError
        If ``pairs`` is not a mapping, or ``level`` is not between 0 and 1.

    See Also
    --------
    penalty_reward : Unequal effects of low and high answers to one question.

    Notes
    -----
    Kano, Seraku, Takahashi and Tsuji (1984); table and coefficients as in Berger et al. (1993, Center for Quality of
    Management Journal 2(4)). Tests and standard errors are linearised by the design.

    Examples
    --------
    >>> answers = pd.DataFrame({"punctual": [2, 3, 3, 2, 1] * 20, "late": [5, 5, 5, 5, 4] * 20})
    >>> found = cs.improve.kano(answers, {"punctuality": ("punctual", "late")})
    >>> found[["item", "must-be", "attractive", "category", "clear", "better", "worse"]]
              item  must-be  attractive category  clear  better  worse
    0  punctuality      0.8         0.2  must-be   True     0.2   -0.8
    """
    check_share("level", level)
    pairs = read_pairs(pairs, "quality", "if it has it", "if it lacks it")
    survey = survey_in_force(data, design)
    items, questions = list(pairs), tuple(dict.fromkeys(column for pair in pairs.values() for column in pair))
    values = np.atleast_1d(numbers(codes, "A code"))
    if values.shape != (5,) or len(set(values.tolist())) != 5 or not np.isfinite(values).all():
        raise DataError(f"codes= takes five different numbers, not {shown(codes)}.")
    _check_codes(survey, questions, values)
    places = np.array([[questions.index(column) for column in pairs[item]] for item in items])
    asked = ask(survey, questions, AnswerPairs(places, values), groups_of(by, _COLUMNS))
    found = averages(asked)
    nobody = found.n[:, ::_NUMBERS] == 0
    refuse_empty(asked, nobody, lambda place: f"answered both questions on {items[place]!r}")
    tell(ungrouped(asked))
    return _frame(asked, found, items, level)


@dataclass(frozen=True, slots=True, eq=False)
class AnswerPairs(Quotients):
    """Quotients of k qualities: six shares of the pairs of answers, then better and worse, for each.

    Attributes
    ----------
    places
        Positions of both questions of each quality, (k, 2).
    codes
        The numbers of the five answers, (5,).
    """

    places: IntArray
    codes: FloatArray

    @property
    def count(self) -> int:
        return len(self.places) * _NUMBERS

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        order = np.argsort(self.codes)
        answer = order[np.searchsorted(self.codes[order], np.nan_to_num(values, nan=self.codes[0]))]
        both = np.asarray(~np.isnan(values)[self.places].any(axis=1))
        category = _PLACE[answer[self.places[:, 0]], answer[self.places[:, 1]]]
        one = (category[:, None] == np.arange(6)[:, None]) & both[:, None]
        must, wanted, delight, indifferent = (one[:, k] for k in range(4))
        counted = must | wanted | delight | indifferent
        over = np.concatenate([one, (delight | wanted)[:, None], 0.0 - (wanted | must)[:, None]], axis=1)
        under = np.concatenate([np.repeat(both[:, None], 6, axis=1), np.repeat(counted[:, None], 2, axis=1)], axis=1)
        shape = (self.count, values.shape[1])
        return over.reshape(shape), under.reshape(shape).astype(np.float64), np.repeat(both, _NUMBERS, axis=0)


def _check_codes(survey: Survey, questions: tuple[str, ...], codes: FloatArray) -> None:
    answers = survey.answers(questions)
    for column in questions:
        given = answers[column].dropna()
        if len(odd := given[~given.isin(codes)]):
            raise DataError(f"Question {column!r} has {len(odd)} answers that are not among the codes "
                            f"{', '.join(f'{code:g}' for code in codes)} (first {odd.iloc[0]:g}).")  # fmt: skip


def _frame(asked: Asked, found: Averages, items: list[str], level: float) -> pd.DataFrame:
    value, covariance = found.value.reshape(-1, _NUMBERS), found.covariance.matrix()
    se = np.sqrt(np.maximum(np.diagonal(covariance), 0.0)).reshape(value.shape)
    n, degrees = found.n.reshape(value.shape)[:, 0], np.repeat(found.degrees, len(items))
    shares, place = value[:, :6], np.arange(len(value))
    first, second = np.argsort(-shares, axis=1, kind="stable")[:, :2].T
    lead = shares[place, first] - shares[place, second]
    one, other = place * _NUMBERS + first, place * _NUMBERS + second
    variance = covariance[one, one] + covariance[other, other] - 2 * covariance[one, other]
    tested = wald_interval(lead, np.sqrt(np.maximum(variance, 0.0)), df=degrees).pvalue
    # With all units in one category there is no standard error: a sign test against the next.
    pvalue = np.where(lead == 1, np.minimum(1.0, 2 * 0.5 ** np.minimum(n, degrees + 1)), tested)
    frame = pd.DataFrame(
        {
            "item": items * asked.domains,
            **label_columns(asked.by, asked.labels, len(items)),
            "n": n.astype(np.int64),
            **dict(zip(CATEGORIES, shares.T, strict=True)),
            "category": np.array(CATEGORIES, dtype=object)[first],
            "pvalue": pvalue,
            "clear": pvalue < 1 - level,
            "better": value[:, 6],
            "better_se": se[:, 6],
            "worse": value[:, 7],
            "worse_se": se[:, 7],
        }
    )
    frame.attrs["degrees"] = degrees.tolist()
    return frame
