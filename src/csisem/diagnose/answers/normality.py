"""Normality of items or indices: moments, tests and plot data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from scipy.special import ndtr, ndtri

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.answers.normality_tests import LEAST_AGOSTINO, MOST_SHAPIRO, NormalTest, mardia, univariate_tests
from csisem.diagnose.strata.target import MARKED, target_of
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree, listed
from csisem.fit.fit import Fit
from csisem.inference.contrasts import wald_f
from csisem.option_checks import names_of
from csisem.survey.scale import SMALLEST

MOST_POINTS = 512
"""Most points of a P-P or Q-Q plot; of more rows evenly spaced ones are used."""

# Up to so many different values each has its own bar; the most bars otherwise.
_DISCRETE, _MOST_BARS = 21, 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Normality(Pictured, Page):
    """Distributions of items or indices compared with the normal distribution.

    Attributes
    ----------
    shape
        By item: ``n, mean, sd, skewness, skewness_se, kurtosis, kurtosis_se`` (excess; weighted, with the sum of the
        weights as divisor), with standard errors of the design in force, which do not assume normality.
    tests
        ``item, method, statistic, df, pvalue, respects_design``: ``"shapiro-wilk"``, ``"anderson-darling"``,
        ``"lilliefors"``, ``"d'agostino-pearson"``, and under the design ``"skewness and kurtosis"`` (Wald chi-square or
        F); for several items ``"mardia, skewness"`` and ``"mardia, kurtosis"``.
    pp, qq
        ``item, expected, observed``: cumulative shares (P-P plot), and quantiles (Q-Q plot).
    histogram
        ``item, left, right, percent, normal``: weighted percentages, and those of a normal distribution.
    notes
        Sentences to read first.
    """

    _picture = "histogram"

    shape: pd.DataFrame
    tests: pd.DataFrame
    pp: pd.DataFrame = field(repr=False)
    qq: pd.DataFrame = field(repr=False)
    histogram: pd.DataFrame = field(repr=False)
    notes: tuple[Sentence, ...] = ()


def normality(data: object, items: str | Sequence[str], *, fit: Fit | None = None, design: object = None) -> Normality:
    """Compare the distribution of items, or of constructs' indices, with the normal distribution.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; None: the rows of ``fit``.
    items
        Questions, each with the rows that answered it; or, with ``fit``, constructs or ``"index"`` (as for `anova`).
    fit
        The fit that gives the item weights of the indices.
    design
        None uses the survey's own design, False none; or another `Design`. The classical tests ignore it.

    Returns
    -------
    Normality

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text, is constant or has answers off its scale, or has fewer than eight answers.
    ModelError
        If the fit has no such construct.
    OptionError
        If an option is invalid.

    See Also
    --------
    frequencies : The answers themselves.

    Notes
    -----
    In a survey of thousands every test rejects; plots and moments show whether it matters. P-values of Lilliefors's
    test end at 0.99 and are extrapolated below 1e-4; Anderson and Darling's is 0 below 5e-31. P-P and Q-Q plots use
    Hazen's (1914) plotting positions, histograms Freedman and Diaconis's (1981) bars.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.diagnose.normality(survey, "s1")
    >>> found.shape.round(2)
      item     n  mean    sd  skewness  skewness_se  kurtosis  kurtosis_se
    0   s1  2330  7.58  1.31     -0.85         0.12      1.72         0.54
    """
    names = names_of("items", items)
    if not names:
        raise DataError("No items are named.")
    samples = [target_of(data, name, fit=fit, design=design) for name in names]
    shapes, tests, plots = [], [], []
    for sample in samples:
        _check(sample)
        shape, own = _shape(sample)
        shapes.append(shape)
        tests += [{"item": sample.items[0], **asdict(test)} for test in [*univariate_tests(sample.values[:, 0]), own]]
        plots.append(_plots(sample))
    if len(samples) > 1:
        tests += _together(samples)
    pp, qq, histogram = (pd.concat(parts, ignore_index=True) for parts in zip(*plots, strict=True))
    return Normality(
        pd.concat(shapes, ignore_index=True), pd.DataFrame(tests), pp, qq, histogram, _notes(samples, tests)
    )


def _notes(samples: Sequence[Sample], tests: Sequence[Mapping[str, object]]) -> tuple[Sentence, ...]:
    notes = []
    lost = {(test["item"], test["method"]) for test in tests if test["statistic"] != test["statistic"]}
    for sample in samples:
        item = sample.items[0]
        if sample.n > MOST_SHAPIRO:
            notes.append(sentence("answers.shapiro", item=item, most=MOST_SHAPIRO, n=sample.n))
        if (item, "d'agostino-pearson") in lost:
            notes.append(sentence("answers.agostino", item=item, least=LEAST_AGOSTINO, n=sample.n))
        if (item, "skewness and kurtosis") in lost:
            if len(np.unique(sample.values[sample.weights > 0])) == 2:
                notes.append(sentence("answers.two_answers", item=item))
            else:
                notes.append(sentence("answers.few_degrees", item=item, degrees=sample.degrees()))
        if sample.dropped:
            dropped = {"dropped": sample.dropped, "n": sample.survey.n}
            notes.append(sentence("answers.no_value", item=item, **dropped))
    if samples[0].designed:
        notes.append(MARKED)
    return tuple(notes)


def _check(sample: Sample) -> None:
    values, name = sample.values[:, 0], sample.items[0]
    if values.min() == values.max():
        raise DataError(f"{name!r} is constant (always {values[0]:g}), so it has no distribution.")
    if sample.n < 8:
        raise DataError(
            f"{name!r} has {sample.n} {agree(sample.n, 'answer', 'answers')}; tests of normality need at least 8."
        )
    counted = values[sample.weights > 0]
    if not np.ptp(counted) > SMALLEST:
        raise DataError(f"All rows of {name!r} with a weight above zero have the answer {counted[0]:g}.")


def _shape(sample: Sample) -> tuple[pd.DataFrame, NormalTest]:
    """Weighted moments with standard errors, and Wald's test that skewness and excess kurtosis are zero."""
    y, share = sample.values[:, 0], sample.weights / sample.total
    mean = float(share @ y)
    sd = float(np.sqrt(share @ (y - mean) ** 2))
    z = (y - mean) / sd
    third, fourth = float(share @ z**3), float(share @ z**4)
    # The influence of a row on the standardised moments (Hampel's influence function).
    rows = np.column_stack(
        [z**3 - third - 3 * z - 1.5 * third * (z**2 - 1), z**4 - fourth - 4 * third * z - 2 * fourth * (z**2 - 1)]
    )
    covariance = sample.variance(rows / sample.total)
    se = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    degrees = sample.degrees()
    test = wald_f(np.array([third, fourth - 3]), covariance, degrees - 1)
    shape = pd.DataFrame(
        {"item": sample.items[0], "n": sample.n, "mean": mean, "sd": sd * np.sqrt(sample.n / (sample.n - 1)),
         "skewness": third, "skewness_se": se[0], "kurtosis": fourth - 3, "kurtosis_se": se[1]}, index=[0],
    )  # fmt: skip
    return shape, NormalTest("skewness and kurtosis", test.statistic, test.df1, test.pvalue, respects_design=True)


def _plots(sample: Sample) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """P-P and Q-Q points and the histogram of one column."""
    order = np.argsort(sample.values[:, 0], kind="stable")
    y, share = sample.values[order, 0], sample.weights[order] / sample.total
    mean, sd = float(share @ y), float(np.sqrt(share @ (y - share @ y) ** 2) * np.sqrt(sample.n / (sample.n - 1)))
    # Half of a row's own share lies below it (Hazen's plotting position).
    reached = np.cumsum(share) - share / 2
    chosen = np.unique(np.linspace(0, len(y) - 1, min(len(y), MOST_POINTS)).round().astype(np.intp))
    chosen = chosen[(reached[chosen] > 0) & (reached[chosen] < 1)]
    name, at, shown = sample.items[0], reached[chosen], y[chosen]
    pp = pd.DataFrame({"item": name, "expected": ndtr((shown - mean) / sd), "observed": at})
    qq = pd.DataFrame({"item": name, "expected": mean + sd * ndtri(at), "observed": shown})
    edges = _edges(y)
    bars = np.histogram(y, edges, weights=share)[0]
    under = np.diff(ndtr((edges - mean) / sd))
    histogram = pd.DataFrame(
        {"item": name, "left": edges[:-1], "right": edges[1:], "percent": 100 * bars, "normal": 100 * under}
    )
    return pp, qq, histogram


def _edges(y: FloatArray) -> FloatArray:
    """Bounds of the bars: around each of few values, otherwise by Freedman and Diaconis (1981)."""
    levels = np.unique(y)
    if len(levels) <= _DISCRETE:
        middle = (levels[1:] + levels[:-1]) / 2
        return np.concatenate([[2 * levels[0] - middle[0]], middle, [2 * levels[-1] - middle[-1]]])
    edges = np.histogram_bin_edges(y, "fd")
    if 1 < len(edges) <= _MOST_BARS + 1:
        return np.asarray(edges, dtype=np.float64)
    return np.linspace(levels[0], levels[-1], (_MOST_BARS if len(edges) > 2 else 10) + 1)


def _together(samples: Sequence[Sample]) -> list[dict[str, object]]:
    """Mardia's tests of the rows that have all values."""
    shared = samples[0].rows
    for sample in samples[1:]:
        shared = np.intersect1d(shared, sample.rows, assume_unique=True)
    names = listed(sample.items[0] for sample in samples)
    if len(shared) <= len(samples) + 1:
        raise DataError(f"{len(shared)} {agree(len(shared), 'row has', 'rows have')} a value of all of {names}; too "
                        "few to test them together.")  # fmt: skip
    values = np.column_stack([sample.values[np.searchsorted(sample.rows, shared), 0] for sample in samples])
    spread = np.linalg.eigvalsh(np.corrcoef(values.T)) if (values.std(axis=0) > 0).all() else np.zeros(1)
    if spread[0] < 1e-10:
        raise DataError(f"{names} are collinear: one follows from the others; leave one out to test them together.")
    found = mardia(values)
    item = ", ".join(sample.items[0] for sample in samples)
    return [{"item": item, **asdict(test)} for test in (found.skewness_test, found.kurtosis_test)]
