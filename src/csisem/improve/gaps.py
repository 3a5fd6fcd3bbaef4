"""Gaps between expected and perceived quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.averages import ask, averages, label_columns, refuse_empty, ungrouped
from csisem.descriptive.complete_rows import survey_in_force
from csisem.errors import DataError, agree, listed, nearest, shown, tell
from csisem.improve.paired_answers import Differences, read_pairs
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, framed
from csisem.index.scale_points import points_of
from csisem.inference.intervals import wald_interval
from csisem.option_checks import check_share, groups_of, names_of
from csisem.survey.named_numbers import by_name, entries_of, number, parts_of_one

_COLUMNS = ("level", "item", "n", "expected", "perceived", "gap", *INTERVAL, "pvalue", "class")

FIVE = {
    1: ("knowledge", "management", "expected"),
    2: ("standards", "standards", "management"),
    3: ("delivery", "delivered", "standards"),
    4: ("communication", "delivered", "promised"),
    5: ("service", "perceived", "expected"),
}
"""The five gaps: a name, the figure, and the figure subtracted from it."""


def gaps(
    data: object,
    pairs: Mapping[str, tuple[str, str]],
    *,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    by: str | Sequence[str] | None = None,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare perceived with expected quality by question, by dimension and in total.

    Parameters
    ----------
    data
        A `Survey` with scales; a row counts for a question if it answered both columns.
    pairs
        From the name of a question to its columns of expectation and of perception.
    dimensions
        From the name of a dimension (such as SERVQUAL's five) to its questions; its score is their unweighted mean.
        None: no dimensions, and the total is over questions.
    weights
        Weights of the dimensions (or questions) in the total, summing to 1; None takes equal weights.
    by
        Column(s) whose values, or combinations of values, get their own gaps.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the intervals, and of the test behind ``class``.

    Returns
    -------
    DataFrame
        ``level, item, <by...>, n, expected, perceived, gap, se, ci_lower, ci_upper, pvalue, class``: means and gap
        (perceived less expected) in points of 0-100; n the fewest rows of any question below; ``class`` is
        ``"disappointed"``, ``"satisfied"`` (no significant gap) or ``"delighted"``. ``.attrs``: joint ``covariance``
        of the gaps, ``degrees``.

    Raises
    ------
    DataError
        If a column is missing, nobody answered a pair, or dimensions or weights do not match the questions.
    ScaleError
        If an item has no scale.
    OptionError
        If ``pairs`` is not a mapping, or ``level`` is not between 0 and 1.

    See Also
    --------
    five_gaps : The five gaps of a service from its figures.
    service_expectations : A template of eight expectations.
    csisem.diagnose.disconfirmation : Disconfirmation of one pair of questions.

    Notes
    -----
    Parasuraman, Zeithaml and Berry (1988, Journal of Retailing 64, 12-40); paired differences, linearised by the
    design, by t with all its degrees of freedom, as means (`diagnose.disconfirmation` takes one less, as R's survey).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.improve.gaps(survey, {"overall": ("e1", "q1"), "few faults": ("e3", "q5")})
    >>> found[["level", "item", "n", "expected", "perceived", "gap", "se", "class"]].round(2)
          level        item     n  expected  perceived   gap    se         class
    0     total       Total  2252     72.46      71.53 -0.93  0.47  disappointed
    1  question     overall  2266     75.55      74.92 -0.64  0.50     satisfied
    2  question  few faults  2252     69.37      68.14 -1.23  0.64     satisfied
    """
    check_share("level", level)
    pairs = read_pairs(pairs, "question", "of expectation", "of perception")
    survey = survey_in_force(data, design)
    names = list(pairs)
    questions = tuple(dict.fromkeys(column for pair in pairs.values() for column in pair))
    heads, labels, sums = _sums(names, dimensions, weights)
    places = np.array([[questions.index(column) for column in pairs[name]] for name in names])
    points = points_of(survey, questions, complete=False)
    # Weighted sums of expectation, perception and difference over the questions.
    combine = np.asarray(np.kron(sums, np.eye(3)), dtype=np.float64)
    asked = ask(survey, questions, Differences(points, places), groups_of(by, _COLUMNS), combine=combine)
    found = averages(asked)
    refuse_empty(asked, found.empty, lambda place: f"answered both questions on {names[place // 3]!r}")
    tell(ungrouped(asked))
    count = len(labels)
    n = np.stack([found.n[:, ::3][:, row > 0].min(axis=1) for row in sums], axis=1)
    value = found.value.reshape(-1, count, 3)
    variance = found.covariance.variances().reshape(-1, count, 3)[..., 2].ravel()
    joint = found.covariance.matrix()[2::3, 2::3] if value.shape[0] * count <= MOST_JOINT else None
    degrees = np.repeat(found.degrees, count)
    columns: dict[str, object] = {"level": heads * len(value), "item": labels * len(value)}
    columns |= label_columns(asked.by, asked.labels, count)
    columns |= {"n": n.ravel().astype(np.int64), "expected": value[..., 0].ravel(), "perceived": value[..., 1].ravel()}
    variance = np.where(n.ravel() < 2, np.nan, variance)
    frame = framed(columns, value[..., 2].ravel(), variance, joint, degrees, name="gap", level=level)
    tests = wald_interval(frame["gap"].to_numpy(), frame["se"].to_numpy(), df=degrees)
    sure = tests.pvalue < 1 - level
    frame["pvalue"] = tests.pvalue
    frame["class"] = np.where(
        sure & (tests.z < 0), "disappointed", np.where(sure & (tests.z > 0), "delighted", "satisfied")
    )
    return frame


def _sums(
    names: list[str], dimensions: Mapping[str, Sequence[str]] | None, weights: Mapping[str, float] | None
) -> tuple[list[str], list[str], FloatArray]:
    """Kinds and names of the rows, and the weight of each question in each, (rows, questions)."""
    every = np.eye(len(names))
    parts, labels = every, names
    heads, found = ["question"] * len(names), [every]
    if dimensions is not None:
        given = entries_of("dimensions", dimensions, "its questions")
        dimensions = {name: names_of("dimensions", members) for name, members in given.items()}
        if empty := [name for name, members in dimensions.items() if not members]:
            raise DataError(f"{agree(len(empty), 'Dimension', 'Dimensions')} {listed(empty)} "
                            f"{agree(len(empty), 'has', 'have')} no questions.")  # fmt: skip
        if odd := [one for members in dimensions.values() for one in members if one not in names]:
            raise DataError(f"There is no question {odd[0]!r}{nearest(odd[0], names)}.")
        if both := [name for name in names if sum(name in members for members in dimensions.values()) != 1]:
            raise DataError(f"{listed(both)} must be in exactly one dimension.")
        labels = list(dimensions)
        parts = np.stack([every[[names.index(one) for one in members]].mean(axis=0) for members in dimensions.values()])
        heads, found = ["dimension"] * len(labels) + heads, [parts, every]
    stated = by_name(dict.fromkeys(labels, 1 / len(labels)) if weights is None else weights, "Weight")
    if sorted(stated) != sorted(labels):
        raise DataError(f"weights= must name {listed(labels)}, not {listed(stated) or 'none'}.")
    share = parts_of_one({label: stated[label] for label in labels}, "the total")
    rows = np.concatenate([share[None] @ parts, *found])
    below = names if dimensions is not None else []
    return ["total", *heads], ["Total", *labels, *below], rows


def five_gaps(figures: Mapping[str, float | tuple[float, float]], *, level: float = 0.95) -> pd.DataFrame:
    """Compute the five gaps of a service from its six figures.

    Parameters
    ----------
    figures
        ``expected`` and ``perceived`` (by customers), ``management`` (managers' perception of what is expected),
        ``standards``, ``delivered``, ``promised``: a number, or a number and its standard error; figures are
        independent.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``gap, name, difference`` and, where standard errors are given, ``se, ci_lower, ci_upper, pvalue``: 1 knowledge
        (management - expected), 2 standards (standards - management), 3 delivery (delivered - standards), 4
        communication (delivered - promised), 5 service (perceived - expected). Negative is a shortfall.

    Raises
    ------
    DataError
        If a figure is missing or unknown.
    OptionError
        If ``figures`` is not a mapping, or ``level`` is not between 0 and 1.

    See Also
    --------
    gaps : The fifth gap from answers, by question and dimension.

    Notes
    -----
    Parasuraman, Zeithaml and Berry (1985, Journal of Marketing 49, 41-50).

    Examples
    --------
    >>> figures = {"expected": 82, "management": 78, "standards": 75, "delivered": 73, "promised": 80, "perceived": 71}
    >>> cs.improve.five_gaps(figures)
       gap           name  difference
    0    1      knowledge        -4.0
    1    2      standards        -3.0
    2    3       delivery        -2.0
    3    4  communication        -7.0
    4    5        service       -11.0
    """
    check_share("level", level)
    figures = entries_of("figures", figures, "a number, or a number and its standard error")
    needed = list(dict.fromkeys(name for _, over, under in FIVE.values() for name in (over, under)))
    if odd := [name for name in figures if name not in needed]:
        raise DataError(f"There is no figure {odd[0]!r}{nearest(odd[0], needed)}; there are {listed(needed)}.")
    if missing := [name for name in needed if name not in figures]:
        raise DataError(f"The five gaps also need {listed(missing)}.")
    pair = {name: _with_error(name, value) for name, value in figures.items()}
    difference = np.array([pair[over][0] - pair[under][0] for _, over, under in FIVE.values()])
    frame = pd.DataFrame({"gap": list(FIVE), "name": [name for name, _, _ in FIVE.values()], "difference": difference})
    se = np.array([np.hypot(pair[over][1], pair[under][1]) for _, over, under in FIVE.values()])
    if np.isnan(se).all():
        return frame
    tests = wald_interval(difference, se, level=level)
    return frame.assign(se=se, ci_lower=tests.lower, ci_upper=tests.upper, pvalue=tests.pvalue)


def _with_error(name: str, value: object) -> tuple[float, float]:
    """A figure and its standard error, nan without."""
    both = list(value) if isinstance(value, tuple | list) else [value, None]
    if len(both) != 2:
        raise DataError(f"The figure {name!r} is a number, or a number and its standard error, not {shown(value)}.")
    figure, error = (number(one, f"The figure {name!r}") for one in both)
    if not np.isfinite(figure) or error < 0:
        raise DataError(
            f"The figure {name!r} is {figure:g} with the standard error {error:g}; that must be at least 0."
        )
    return figure, error
