"""Means, totals and ratios of the population, with errors under the sampling design."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.averages import Asked, Averages, ask, averages, label_columns, ungrouped
from csisem.errors import CsisemWarning, DataError, agree, listed
from csisem.inference.intervals import wald
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.moments.domain_ratios import Parts
from csisem.options import check_flag, groups_of, names_of
from csisem.survey import as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd


# Weights that add up to the rows, but for rounding, stand for no population.
_ROUNDING = 1e-9
# Deviations over the mean that are rounding of answers which are all alike.
_ALIKE = 1e-14
# Share of the population in the sample above which weights are rather scaled to the sample.
_LARGE_SHARE = 0.8

MOST_JOINT = 300
"""Estimates up to which their joint covariance is kept with the frame; its size is the square of their number."""


def means(
    data: object,
    items: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    design: object = None,
    replace: bool = False,
) -> pd.DataFrame:
    """Estimate means of the population, ``sum w y / sum w`` over the rows that answered.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path.
    items
        Columns of numbers; codes for missing answers are left out, reversed items turned.
    by
        Column(s) whose values, or combinations of values, are domains: means of the part of the population, errors of
        the whole sample, in which no sampling unit is left out.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    replace
        Whether `deff` compares with simple random sampling with replacement; if not, and if the weights add up to more
        than the rows, without replacement from a population of their sum.

    Returns
    -------
    DataFrame
        ``item, <by...>, n, estimate, se, ci_lower, ci_upper, deff``; n counts answers with a weight above zero,
        intervals are 95 % by t with the design's degrees of freedom (sampling units less strata, in a domain those with
        rows there), ``deff`` is the variance over that of a simple random sample. In ``.attrs``: ``covariance`` (nested
        lists; empty above 300 estimates), ``degrees`` and ``notes`` (sentences, which are warned of too).

    Raises
    ------
    DataError, DesignError, ScaleError
        A column is missing, text or off its scale, or the design contradicts itself.

    Notes
    -----
    Taylor linearisation as in Woodruff (1971, JASA 66, 411-414): influence ``w (y - mean) / sum w``; rows without
    strata and clusters are a single stratum, with n/(n - 1). Figures agree with R's survey.
    """
    return _estimate(data, items, None, by, design, "item", total=False, replace=replace)


def totals(
    data: object,
    items: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    design: object = None,
    replace: bool = False,
) -> pd.DataFrame:
    """Estimate totals of the population, ``sum w y`` over the rows that answered.

    Parameters and columns are those of `means`. Weights must say how many of the population a row stands for.
    """
    return _estimate(data, items, None, by, design, "item", total=True, replace=replace)


def ratios(
    data: object,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    design: object = None,
    replace: bool = False,
) -> pd.DataFrame:
    """Estimate ratios of population totals, ``sum w y / sum w x`` over the rows that have both.

    Parameters and columns are those of `means`; the first column, ``ratio``, says ``y/x``. One denominator serves all
    numerators, or each has its own.

    Raises
    ------
    DataError
        Besides what `means` refuses: the numbers of numerators and denominators differ, or a denominator adds up to
        zero.
    """
    if not names_of("denominator", denominator, once=False):
        raise DataError("No denominators are named.")
    return _estimate(data, numerator, denominator, by, design, "ratio", total=False, replace=replace)


def _estimate(
    data: object,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str] | None,
    by: str | Sequence[str] | None,
    design: object,
    heading: str,
    *,
    total: bool,
    replace: bool,
) -> pd.DataFrame:
    check_flag("replace", replace)
    columns = groups_of(by, (heading, "n", "estimate", "se", "ci_lower", "ci_upper", "deff"))
    items, names, parts = _parts(numerator, denominator)
    survey = under_design(as_survey(data), design)
    warn_unless_random(survey.fieldwork, stacklevel=3)
    asked = ask(survey, items, parts, columns, total=total)
    found = averages(asked)
    if parts.denominator is not None and found.empty.any():
        place = int(np.argwhere(found.empty)[0][1])
        raise DataError(f"The denominator of {names[place]!r} adds up to zero, so there is no ratio.")
    frame = _frame(asked, names, found, _simple_variance(found, replace=replace), heading)
    frame.attrs["notes"] = _notes(asked, names, found, replace=replace)
    for sentence in frame.attrs["notes"]:
        warnings.warn(sentence, CsisemWarning, stacklevel=3)
    return frame


def _notes(asked: Asked, names: tuple[str, ...], found: Averages, *, replace: bool) -> list[str]:
    """What a reader of the frame would not see in it."""
    said = [*ungrouped(asked), *_thin(asked, names, found)]
    failed = int(np.count_nonzero(np.isnan(found.covariance.variances()) & (found.n.ravel() > 1)))
    if failed:
        said.append(f"{failed} of {found.n.size} estimates have no error, since more than {100 * MOST_FAILED:g} % of "
                    "the replicate weights leave them no row.")  # fmt: skip
    n, population = found.n.sum(axis=0).max(), found.weight.sum(axis=0).max()
    if not replace and n * (1 + _ROUNDING) < population < n / _LARGE_SHARE:
        said.append(f"The weights add up to {population:,.6g} for {n:,.0f} rows, so that deff compares with drawing "
                    f"{n / population:.0%} of the population without replacement; of weights scaled to the sample take "
                    "replace=True.")  # fmt: skip
    return said


def _thin(asked: Asked, names: tuple[str, ...], found: Averages) -> list[str]:
    """Sentences about domains in which nobody, or a single row, counts."""
    labels = asked.labels if asked.by else ("",)
    nothing = "so that the total is 0 without an error" if asked.total else "so that there is no estimate"
    said = []
    for count, who, end in ((0, "Nobody with a weight above zero", nothing),
                            (1, "A single row", "and shows no spread: its error is unknown")):  # fmt: skip
        items: dict[str, list[str]] = {}
        for name, rows in zip(names, found.n.T, strict=True):
            if thin := listed(label for label, n in zip(labels, rows, strict=True) if n == count):
                items.setdefault(thin, []).append(name)
        for thin, own in items.items():
            where = f" of {thin} of {listed(asked.by)}" if asked.by else ""
            said.append(f"{who}{where} answered {listed(own)}, {end}.")
    return said


def _parts(
    numerator: str | Sequence[str], denominator: str | Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...], Parts]:
    """Items that are read, names of the quotients, and the quotients."""
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
    parts = Parts(np.array([place[name] for name in over], dtype=np.intp),
                  np.array([place[name] for name in under], dtype=np.intp) if under else None)  # fmt: skip
    return items, tuple(f"{a}/{b}" for a, b in zip(over, under, strict=True)) if under else over, parts


def _frame(asked: Asked, names: tuple[str, ...], found: Averages, simple: FloatArray, heading: str) -> pd.DataFrame:
    import pandas as pd

    k, counts = len(names), found.n
    # One answer says nothing about its own spread.
    variance = np.where(counts.ravel() < 2, np.nan, found.covariance.variances())
    se = np.sqrt(np.maximum(variance, 0.0))
    value, degrees = found.value.ravel(), np.repeat(found.degrees, k)
    tested = wald(value, se, df=degrees)
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
    """Variance of each estimate under simple random sampling of as many rows, (D, k)."""
    counts, weight = found.n, found.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        population = (weight > counts * (1 + _ROUNDING)) & ~np.bool_(replace)
        finite = np.where(population, 1 - counts / weight, 1.0)
        return np.asarray(found.spread * weight / (counts - 1) * finite)
