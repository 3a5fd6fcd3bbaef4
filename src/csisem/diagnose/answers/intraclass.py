"""Intra-class correlations of several ratings of the same things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, fdtri

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, listed, tell
from csisem.option_checks import check_share, names_of

# One more than k - 1 times an intra-class correlation is zero, at the pole, but for rounding.
_POLE = 1e-10

_KINDS = (
    ("ICC(1,1)", "different raters for each, one rating"),
    ("ICC(A,1)", "absolute agreement, one rating"),
    ("ICC(C,1)", "consistency, one rating"),
    ("ICC(1,k)", "different raters for each, mean of all ratings"),
    ("ICC(A,k)", "absolute agreement, mean of all ratings"),
    ("ICC(C,k)", "consistency, mean of all ratings"),
)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Mean squares of n things rated k times: between things, between ratings, residual, and within things."""

    n: int
    k: int
    things: float
    ratings: float
    rest: float
    within: float

    @classmethod
    def of(cls, values: FloatArray) -> Ratings:
        """Analyse ratings (n, k)."""
        n, k = values.shape
        centred = values - values.mean()
        by_thing, by_rating = centred.mean(axis=1), centred.mean(axis=0)
        things, ratings = k * (by_thing @ by_thing), n * (by_rating @ by_rating)
        rest = ((centred - by_thing[:, None] - by_rating) ** 2).sum()
        return cls(n, k, things / (n - 1), ratings / (k - 1), rest / ((n - 1) * (k - 1)),
                   (rest + ratings) / (n * (k - 1)))  # fmt: skip


def icc(data: object, items: Sequence[str], *, level: float = 0.95) -> pd.DataFrame:
    """Intra-class correlations of several ratings of the same things: by raters, mystery shoppers or repetitions.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path with a row for each thing rated; rows with all ratings are used, unweighted.
    items
        The columns of the ratings.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``type, description, icc, statistic, df1, df2, pvalue, ci_lower, ci_upper``: the six coefficients of Shrout and
        Fleiss (1979, Psychological Bulletin 86, 420-428) under the names of McGraw and Wong (1996, Psychological
        Methods 1, 30-46). ``ICC(C,k)`` is Cronbach's alpha. Of a mean of k ratings icc and bounds are nan where that
        of one rating is -1/(k - 1) or less, the pole of Spearman and Brown's formula. ``.attrs`` has ``n`` and
        ``lost``, the rows used and left out, and ``notes``, which are also issued as warnings.

    Raises
    ------
    DataError, ScaleError
        If a column is missing, is text or has answers off its scale, there is one column, a single row has all ratings,
        or the things do not differ.

    See Also
    --------
    alpha : Reliability of items that measure one construct.

    Examples
    --------
    Four shoppers visit six stores (Shrout and Fleiss 1979, table 2):

    >>> visits = pd.DataFrame({"a": [9, 6, 8, 7, 10, 6], "b": [2, 1, 4, 1, 5, 2],
    ...                        "c": [5, 3, 6, 2, 6, 4], "d": [8, 2, 8, 6, 9, 7]})
    >>> cs.diagnose.icc(visits, list("abcd"))[["type", "icc", "ci_lower", "ci_upper"]].round(2)
           type   icc  ci_lower  ci_upper
    0  ICC(1,1)  0.17     -0.13      0.72
    1  ICC(A,1)  0.29      0.02      0.76
    2  ICC(C,1)  0.71      0.34      0.95
    3  ICC(1,k)  0.44     -0.88      0.91
    4  ICC(A,k)  0.62      0.07      0.93
    5  ICC(C,k)  0.91      0.68      0.99
    """
    names = names_of("items", items)
    if len(names) < 2:
        raise DataError("An intra-class correlation needs two ratings or more; name their columns.")
    check_share("level", level)
    sample = Sample.of(data, names, design=False)
    if sample.n < 2:
        raise DataError("A single row has all ratings; an intra-class correlation needs more.")
    found = Ratings.of(sample.values)
    if not found.rest > 0 or not found.things > 0:
        raise DataError(f"The ratings {listed(names)} differ by constants alone, or the things rated do not differ; an "
                        "intra-class correlation needs both.")  # fmt: skip
    frame = pd.DataFrame([(*kind, *row) for kind, row in zip(_KINDS, _rows(found, level), strict=True)],
                         columns=["type", "description", "icc", "statistic", "df1", "df2", "pvalue", "ci_lower",
                                  "ci_upper"])  # fmt: skip
    notes = _notes(sample, found, frame.set_index("type")["icc"])
    frame.attrs = {"n": sample.n, "lost": sample.dropped, "notes": notes}
    tell(notes)
    return frame


def _notes(sample: Sample, found: Ratings, values: pd.Series[float]) -> list[Sentence]:
    notes = []
    if sample.dropped:
        notes.append(sentence("answers.ratings_left_out", dropped=sample.dropped, n=sample.survey.n, used=sample.n))
    if (values.iloc[:3] < 0).any():
        notes.append(sentence("answers.no_agreement", things=found.things, rest=found.rest))
    if lost := [name for name, value in values.items() if np.isnan(value)]:
        singles = [values[str(name).replace("k", "1")] for name in lost]
        notes.append(sentence("answers.beyond_pole", types=lost, pole=-1 / (found.k - 1), value=min(singles)))
    return notes


def _rows(found: Ratings, level: float) -> list[tuple[float, ...]]:
    n, k = found.n, found.k
    one = _single(found.things, found.within, n * (k - 1), found, level)
    agree = _agreement(found, level)
    same = _single(found.things, found.rest, (n - 1) * (k - 1), found, level)
    singles = (one, agree, same)
    # The mean of k ratings, with its bounds, by Spearman and Brown's formula.
    means = [tuple(_of_mean(x, k) if place in (0, 5, 6) else x for place, x in enumerate(row)) for row in singles]
    return [*singles, *means]


def _of_mean(value: float, k: int) -> float:
    """Spearman and Brown's formula for the mean of k ratings; nan from its pole, -1/(k - 1), downwards."""
    # No population lies below the pole; beyond it the formula turns poor agreement into values above 1.
    rest = 1 + (k - 1) * value
    return k * value / rest if rest > _POLE else np.nan


def _single(signal: float, noise: float, df: int, found: Ratings, level: float) -> tuple[float, ...]:
    """ICC of one rating, its F with df, p-value and bounds, from two mean squares."""
    k, df1, share = found.k, found.n - 1, (1 + level) / 2
    ratio = signal / noise
    low, high = ratio / fdtri(df1, df, share), ratio * fdtri(df, df1, share)
    return ((ratio - 1) / (ratio + k - 1), ratio, df1, df, float(fdtrc(df1, df, ratio)),
            float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1)))  # fmt: skip


def _agreement(found: Ratings, level: float) -> tuple[float, ...]:
    """ICC of absolute agreement of one rating, with Satterthwaite's degrees of freedom for its bounds."""
    n, k, share = found.n, found.k, (1 + level) / 2
    rest, ratings, things = found.rest, found.ratings, found.things
    value = (things - rest) / (things + (k - 1) * rest + k * (ratings - rest) / n)
    a, b = k * value * ratings / rest, n * (1 + (k - 1) * value) - k * value
    df = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    upper, lower = fdtri(n - 1, df, share), fdtri(df, n - 1, share)
    mixed = k * ratings + (k * n - k - n) * rest
    low = n * (things - upper * rest) / (upper * mixed + n * things)
    high = n * (lower * things - rest) / (mixed + n * lower * things)
    ratio = things / rest
    degrees = (n - 1, (n - 1) * (k - 1))
    return (value, ratio, *degrees, float(fdtrc(*degrees, ratio)), float(low), float(high))
