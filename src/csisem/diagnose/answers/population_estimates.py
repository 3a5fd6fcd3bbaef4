"""Population means, totals and ratios with standard errors under the design."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.averages import Asked, Averages, ask, averages, label_columns, ungrouped
from csisem.descriptive.complete_rows import survey_in_force
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree, tell
from csisem.inference.intervals import wald_interval
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.moments.domain_ratios import ItemRatios
from csisem.option_checks import check_share, groups_of, names_of
from csisem.options import DesignEffect, validate

# Weights that add up to the number of rows, but for rounding, do not refer to a population.
_ROUNDING = 1e-9
# Deviations over the mean that are rounding of equal answers.
_ALIKE = 1e-14
# Sampled share of the population above which weights are more likely scaled to the sample.
_LARGE_SHARE = 0.8

MOST_JOINT = 300
"""Most estimates whose joint covariance is kept with the frame; its size is the square of their number."""


def means(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    deff: DesignEffect = "finite",
) -> pd.DataFrame:
    """Estimate population means, ``sum w y / sum w`` over the rows that answered.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path.
    items
        Columns of numbers; codes of missing answers are left out, reversed items are reverse-coded.
    by
        Column(s) whose values, or combinations of values, are domains: parts of the population whose standard errors
        come from the whole sample, with every sampling unit.
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`.
    deff
        What the column ``deff`` compares with: ``"finite"``, simple random sampling without replacement from a
        population of the sum of the weights, where this exceeds the number of rows; ``"replace"``, sampling with
        replacement (as in R's survey).

    Returns
    -------
    DataFrame
        ``item, <by...>, n, estimate, se, ci_lower, ci_upper, deff``; ``n`` counts answers with a weight above zero;
        intervals are by t with the design's degrees of freedom (sampling units less strata; in a domain, those with
        rows there); ``deff`` is the variance over that of a simple random sample. ``.attrs`` holds ``covariance``
        (nested lists; empty above 300 estimates), ``degrees`` and ``notes`` (sentences, also issued as warnings).

    Raises
    ------
    DataError, DesignError, ScaleError
        If a column is missing, is text or has answers off its scale, or the design contradicts itself.
    OptionError
        If an option is invalid.

    See Also
    --------
    totals, ratios : Population totals and ratios.
    frequencies : Shares of answers.
    anova : Tests of equal means.

    Notes
    -----
    Taylor linearisation as in Woodruff (1971, JASA 66, 411-414), with influence ``w (y - mean) / sum w``; rows without
    strata and clusters form a single stratum, with n/(n - 1). The figures agree with R's survey.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.means(survey, "s1", by="firm", deff="replace")
    >>> table[["firm", "n", "estimate", "se", "ci_lower", "ci_upper", "deff"]].round(2)
        firm    n  estimate    se  ci_lower  ci_upper  deff
    0  Alder  778      7.58  0.06      7.46      7.71  1.74
    1  Birch  779      7.77  0.06      7.64      7.90  1.92
    2  Cedar  773      7.26  0.05      7.15      7.36  1.30
    """
    return _estimate(data, items, None, by, level, design, "item", total=False, deff=deff)


def totals(
    data: object,
    items: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    deff: DesignEffect = "finite",
) -> pd.DataFrame:
    """Estimate population totals, ``sum w y`` over the rows that answered.

    Parameters
    ----------
    data, items, by, level, design, deff
        As for `means`. Weights must be the number of members of the population that a row stands for.

    Returns
    -------
    DataFrame
        As for `means`.

    Raises
    ------
    DataError, DesignError, ScaleError, OptionError
        As for `means`.

    See Also
    --------
    means, ratios : Population means and ratios.

    Examples
    --------
    >>> survey = cs.Survey(pd.DataFrame({"spent": [10, 20, 30], "w": [100, 200, 100]}), weights="w")
    >>> cs.diagnose.totals(survey, "spent").round(1)
        item  n  estimate      se  ci_lower  ci_upper  deff
    0  spent  3    8000.0  2645.8   -3383.7   19383.7   1.8
    """
    return _estimate(data, items, None, by, level, design, "item", total=True, deff=deff)


def ratios(
    data: object,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    deff: DesignEffect = "finite",
) -> pd.DataFrame:
    """Estimate ratios of population totals, ``sum w y / sum w x`` over the rows that have both.

    Parameters
    ----------
    data, by, level, design, deff
        As for `means`.
    numerator, denominator
        Columns of numbers; one denominator for all numerators, or one for each.

    Returns
    -------
    DataFrame
        As for `means`, with ``ratio``, such as ``y/x``, as the first column.

    Raises
    ------
    DataError, DesignError, ScaleError, OptionError
        As for `means`; or if the numbers of numerators and denominators differ, or a denominator adds up to zero.

    See Also
    --------
    means, totals : Population means and totals.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> cs.diagnose.ratios(survey, "q1", "e1", deff="replace").round(3)
       ratio     n  estimate     se  ci_lower  ci_upper   deff
    0  q1/e1  2266     0.993  0.006     0.981     1.004  1.761
    """
    if not names_of("denominator", denominator, once=False):
        raise DataError("No denominators are named.")
    return _estimate(data, numerator, denominator, by, level, design, "ratio", total=False, deff=deff)


def _estimate(
    data: object,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str] | None,
    by: str | Sequence[str] | None,
    level: float,
    design: object,
    heading: str,
    *,
    total: bool,
    deff: DesignEffect,
) -> pd.DataFrame:
    check_share("level", level)
    replace = validate("deff", deff, DesignEffect) == "replace"
    columns = groups_of(by, (heading, "n", "estimate", "se", "ci_lower", "ci_upper", "deff"))
    items, names, parts = _parts(numerator, denominator)
    asked = ask(survey_in_force(data, design), items, parts, columns, total=total)
    found = averages(asked)
    if parts.denominator is not None and found.empty.any():
        place = int(np.argwhere(found.empty)[0][1])
        raise DataError(f"The denominator of {names[place]!r} adds up to zero, so there is no ratio.")
    frame = _frame(asked, names, found, _simple_variance(found, replace=replace), heading, level)
    frame.attrs["notes"] = _notes(asked, names, found, replace=replace)
    tell(frame.attrs["notes"])
    return frame


def _notes(asked: Asked, names: tuple[str, ...], found: Averages, *, replace: bool) -> list[Sentence]:
    """Notes on what the frame does not show."""
    notes = [*ungrouped(asked), *_thin(asked, names, found)]
    failed = int(np.count_nonzero(np.isnan(found.covariance.variances()) & (found.n.ravel() > 1)))
    if failed:
        notes.append(sentence("answers.no_errors", failed=failed, estimates=found.n.size, most=100 * MOST_FAILED))
    n, population = found.n.sum(axis=0).max(), found.weight.sum(axis=0).max()
    if not replace and n * (1 + _ROUNDING) < population < n / _LARGE_SHARE:
        notes.append(sentence("answers.weights_scaled", population=population, n=n, share=n / population))
    return notes


def _thin(asked: Asked, names: tuple[str, ...], found: Averages) -> list[Sentence]:
    """Notes on domains in which no row, or a single row, counts."""
    labels = asked.labels if asked.by else ("",)
    notes = []
    nobody = "answers.nobody_in_total" if asked.total else "answers.nobody"
    for count, code in ((0, nobody), (1, "answers.single_row")):
        items: dict[tuple[Hashable, ...], list[str]] = {}
        for name, rows in zip(names, found.n.T, strict=True):
            if thin := tuple(label for label, n in zip(labels, rows, strict=True) if n == count):
                items.setdefault(thin, []).append(name)
        for thin, own in items.items():
            notes.append(sentence(code, groups=thin if asked.by else None, by=asked.by, items=own))
    return notes


def _parts(
    numerator: str | Sequence[str], denominator: str | Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...], ItemRatios]:
    """Items to read, names of the quotients, and the quotients."""
    over = names_of("items" if denominator is None else "numerator", numerator, once=False)
    under = names_of("denominator", denominator, once=False)
    if not over:
        raise DataError("No items are named.")
    if len(under) == 1:
        under = under * len(over)
    if under and len(under) != len(over):
        raise DataError(f"There {agree(len(over), 'is one numerator', f'are {len(over)} numerators')} and {len(under)} "
                        "denominators; give one denominator, or one for each numerator.")  # fmt: skip
    items = tuple(dict.fromkeys(over + under))
    place = {name: i for i, name in enumerate(items)}
    parts = ItemRatios(np.array([place[name] for name in over], dtype=np.intp),
                       np.array([place[name] for name in under], dtype=np.intp) if under else None)  # fmt: skip
    return items, tuple(f"{a}/{b}" for a, b in zip(over, under, strict=True)) if under else over, parts


def _frame(
    asked: Asked, names: tuple[str, ...], found: Averages, simple: FloatArray, heading: str, level: float
) -> pd.DataFrame:
    k, counts = len(names), found.n
    # A single answer shows no spread.
    variance = np.where(counts.ravel() < 2, np.nan, found.covariance.variances())
    se = np.sqrt(np.maximum(variance, 0.0))
    value, degrees = found.value.ravel(), np.repeat(found.degrees, k)
    tested = wald_interval(value, se, level=level, df=degrees)
    columns: dict[str, object] = {heading: list(names) * asked.domains}
    columns |= label_columns(asked.by, asked.labels, k)
    columns |= {
        "n": counts.ravel().astype(np.int64),
        "estimate": value,
        "se": se,
        "ci_lower": tested.lower,
        "ci_upper": tested.upper,
        "deff": variance / np.where(simple.ravel() > (_ALIKE * value) ** 2, simple.ravel(), np.nan),
    }
    frame = pd.DataFrame(columns)
    frame.attrs = {
        "covariance": found.covariance.matrix().tolist() if len(value) <= MOST_JOINT else [],
        "degrees": degrees.tolist(),
    }
    return frame


def _simple_variance(found: Averages, *, replace: bool) -> FloatArray:
    """Variance of each estimate under simple random sampling with the same number of rows, (D, k)."""
    counts, weight = found.n, found.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        population = (weight > counts * (1 + _ROUNDING)) & ~np.bool_(replace)
        finite = np.where(population, 1 - counts / weight, 1.0)
        return np.asarray(found.spread * weight / (counts - 1) * finite)
