"""Disconfirmation of expectations: gaps, paired tests and shares of the disappointed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.averages import label_columns
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.proportions import GroupMeans, group_means
from csisem.diagnose.tables.counted_answers import counted
from csisem.diagnose.tables.frequencies import SHARES, check_interval, share_frame
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, ScaleError, shown
from csisem.inference.intervals import wald_interval
from csisem.inference.multiplicity import adjusted
from csisem.option_checks import groups_of
from csisem.options import Adjustment, ShareInterval, validate
from csisem.survey import Survey
from csisem.survey.declared import item_points, turned

_COLUMNS = ("pair", "expected", "perceived", "gap", "statistic", "df", "pvalue", "adjusted", "balance", "balance_se",
            "balance_pvalue", "verdict", "class", *SHARES)  # fmt: skip

CLASSES = ("disappointed", "satisfied", "delighted")
"""Perceived below, as, or above what was expected (失望, 满意, 感动)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disconfirmation(Pictured, Page):
    """Perceptions compared with expectations.

    Attributes
    ----------
    table
        By pair (and group): ``n, expected, perceived, gap`` (perceived less expected), ``se, statistic, df, pvalue,
        adjusted, ci_lower, ci_upper`` of the gap by t; ``balance`` (percent delighted less percent disappointed, which
        uses only the order of the answers) with ``balance_se, balance_pvalue``; ``verdict``, by the gap's interval.
    classes
        By pair (and group) and class ``disappointed``, ``satisfied``, ``delighted``: ``answered, percent, se,
        ci_lower, ci_upper``.
    notes
        Sentences to read first.
    """

    _picture = "disconfirmation"

    table: pd.DataFrame
    classes: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def disconfirmation(
    data: object,
    pairs: Mapping[str, Sequence[str]] | Sequence[Sequence[str]],
    *,
    by: str | Sequence[str] | None = None,
    adjust: Adjustment = "holm",
    interval: ShareInterval = "wilson",
    level: float = 0.95,
    design: object = None,
    counts: str | bool | None = None,
) -> Disconfirmation:
    """Compare perceptions with expectations, question by question, and count who is disappointed.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; each pair uses the rows that answered both of its questions.
    pairs
        A mapping from a name to ``(expectation, perception)``, or a list of such pairs. Two questions on different
        scales are compared on 0-100.
    by
        Column(s) whose values, or combinations of values, are groups. Under a design groups are domains.
    adjust
        Adjustment of the p-values in ``adjusted`` for all tests of the table: ``"holm"``, ``"bonferroni"``, ``"fdr"``,
        ``"none"``.
    interval
        Kind of the intervals of the classes' shares: ``"wilson"`` or ``"wald"``.
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`.
    counts
        None: each row is a respondent. The name of a column: each row is a cell of a printed table, and the column
        counts its questionnaires. True: ``data`` is the table of counts itself, of one pair, with
        expectations as rows and perceptions as columns. Sampling weights are not counts.

    Returns
    -------
    Disconfirmation

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text or has answers off its scale, nobody answered both questions, or only one of the
        two has a scale.
    OptionError
        If ``pairs`` are not pairs of columns, or an option is invalid.

    See Also
    --------
    csisem.improve.gaps : Gaps of dimensions, in points of 0-100.

    Notes
    -----
    Disconfirmation of expectations (Oliver 1980, Journal of Marketing Research 17, 460-469). Without a design the test
    is Student's paired test. Under a design it is that of the mean gap by Taylor linearisation, groups being domains,
    by t with one degree of freedom less than the design's, as ``svyttest`` of R's survey.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.diagnose.disconfirmation(survey, {"overall": ("e1", "q1")}, by="firm")
    >>> found.table[["firm", "gap", "ci_lower", "ci_upper", "verdict"]].round(2)
        firm   gap  ci_lower  ci_upper            verdict
    0  Alder -0.11     -0.23      0.01        as expected
    1  Birch  0.36      0.22      0.50  above expectation
    2  Cedar -0.54     -0.66     -0.42  below expectation
    """
    adjust = validate("adjust", adjust, Adjustment)
    interval = check_interval(interval, level)
    grouping, named = groups_of(by, _COLUMNS), _named(pairs)
    if counts is True and (grouping or len(named) != 1):
        raise OptionError("counts=True takes the table of one pair without by=; give cells with a column of counts.")
    survey = survey_in_force(counted(data, counts, next(iter(named.values())), alike=True), design)
    tables, shares, notes = [], [], []
    for name, (expectation, perception) in named.items():
        sample, converted = _both(survey, expectation, perception, grouping)
        notes += _notes(sample, name, converted)
        gap = sample.values[:, 1] - sample.values[:, 0]
        sign = np.sign(np.where(np.abs(gap) < 1e-9, 0.0, gap))
        classed = (sign[:, None] == np.array([-1.0, 0.0, 1.0])).astype(np.float64)
        means = group_means(sample, np.column_stack([sample.values, gap, 100 * sign]))
        head = {"pair": name} | label_columns(grouping, sample.labels)
        tables.append(pd.DataFrame(head | _tested(sample, means, level)))
        frame = share_frame(sample, grouping, group_means(sample, classed), "class", CLASSES, interval, level)
        frame.insert(0, "pair", name)
        shares.append(frame)
    table = pd.concat(tables, ignore_index=True)
    table.insert(list(table.columns).index("pvalue") + 1, "adjusted", adjusted(table["pvalue"].to_numpy(), adjust))
    return Disconfirmation(table, pd.concat(shares, ignore_index=True), tuple(notes))


def _notes(sample: Sample, name: str, converted: list[Sentence]) -> list[Sentence]:
    notes = [*converted]
    if sample.dropped:
        notes.append(sentence("tables.pair_left_out", dropped=sample.dropped, n=sample.survey.n))
    notes += [*sample.without_rows(), *sample.single_rows()]
    return [sentence("rows.of_pair", pair=name, note=note) for note in notes]


def _named(pairs: object) -> dict[str, tuple[str, str]]:
    """The pairs of columns by name."""
    found: dict[str, tuple[str, str]] = {}
    if isinstance(pairs, Mapping):
        named = [(str(name), pair) for name, pair in pairs.items()]
    elif isinstance(pairs, Sequence) and not isinstance(pairs, str):
        named = [("", pair) for pair in pairs]
    else:
        named = []
    for name, pair in named:
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2 or pair[0] == pair[1]:
            raise OptionError(f"A pair is (expectation, perception), two different columns; got {shown(pair)}.")
        found[name or f"{pair[0]}, {pair[1]}"] = (str(pair[0]), str(pair[1]))
    if not found:
        raise OptionError("pairs= must be {'name': ('expectation', 'perception'), ...} or a list of such pairs.")
    return found


def _both(survey: Survey, expectation: str, perception: str, by: tuple[str, ...]) -> tuple[Sample, list[Sentence]]:
    """Rows that answered both questions, and what was done to compare their answers."""
    sample = Sample.read(survey, (expectation, perception), by)
    one, two = (survey.scale_of(name) for name in sample.items)
    if one is None and two is None:
        return sample, []
    if one is None or two is None:
        missing, other = (expectation, perception) if one is None else (perception, expectation)
        raise ScaleError(f"{other!r} has a scale and {missing!r} has none; declare it to compare the two.")
    points = item_points(survey, sample.items, "Points of 0-100 need a scale")
    if (one.low, one.high) == (two.low, two.high) and not points.given:
        return sample.with_values(turned(survey, sample.items, sample.values)), []
    how = sentence("tables.scored" if points.given else "tables.rescaled", items=sample.items)
    return sample.with_values(np.ascontiguousarray(points.of(sample.values.T).T)), [how]


def _tested(sample: Sample, means: GroupMeans, level: float) -> dict[str, object]:
    """Columns of the table, a row a group."""
    # As svyttest of R's survey, which uses one degree less than the design's.
    n, degrees = means.n, means.degrees - 1.0
    unbiased = np.ones(len(n))
    if not sample.designed:
        unbiased = np.asarray(np.where(n > 1, n / np.maximum(n - 1, 1), np.nan), dtype=np.float64)
        degrees = n.astype(np.float64) - 1.0
    se = np.sqrt(means.variance * unbiased[:, None])
    gap = wald_interval(means.value[:, 2], se[:, 2], level=level, df=degrees)
    balance = wald_interval(means.value[:, 3], se[:, 3], level=level, df=degrees)
    verdict = np.where(gap.upper < 0, "below expectation", np.where(gap.lower > 0, "above expectation", "as expected"))
    return {
        "n": means.n,
        "expected": means.value[:, 0],
        "perceived": means.value[:, 1],
        "gap": means.value[:, 2],
        "se": se[:, 2],
        "statistic": gap.z,
        "df": degrees,
        "pvalue": gap.pvalue,
        "ci_lower": gap.lower,
        "ci_upper": gap.upper,
        "balance": means.value[:, 3],
        "balance_se": se[:, 3],
        "balance_pvalue": balance.pvalue,
        "verdict": np.where(np.isnan(gap.lower), "unknown", verdict),
    }
