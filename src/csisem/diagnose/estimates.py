"""Means, totals and ratios of the population, with errors under the sampling design."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.diagnose.quotients import Answered, Influence, Parts, Squares, SquaresKernel
from csisem.errors import DataError
from csisem.fit.drawn import under_design
from csisem.fit.replicated import rule_of
from csisem.inference.design import degrees_of_freedom, linearise
from csisem.inference.influence import Covariance, JointCovariance, StackCovariance, UnitCovariance
from csisem.inference.intervals import wald
from csisem.inference.replicates import replicate_degrees
from csisem.moments.totals import Cells, ReplicateTotals, UnitTotals
from csisem.survey import Survey, as_survey
from csisem.survey.fieldwork import warn_unless_random
from csisem.survey.survey import names_of

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

# Weights that add up to the rows, but for rounding, stand for no population.
_ROUNDING = 1e-9

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
        lists; empty above 300 estimates) and ``degrees``.

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
    return _estimate(data, numerator, denominator, by, design, "ratio", total=False, replace=replace)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is to be estimated: k quotients in D domains of a survey."""

    survey: Survey
    items: tuple[str, ...]
    names: tuple[str, ...]
    parts: Parts
    by: tuple[str, ...]
    codes: IntArray | None
    labels: tuple[Hashable, ...]
    total: bool

    @property
    def domains(self) -> int:
        return max(len(self.labels), 1) if self.by else 1


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Estimates (D, k), their covariance and degrees of freedom (D,), and their weighted squared deviations (D, k)."""

    value: FloatArray
    covariance: Covariance
    degrees: FloatArray
    spread: FloatArray


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
    survey = under_design(as_survey(data), design)
    warn_unless_random(survey.fieldwork, stacklevel=3)
    asked = _asked(survey, numerator, denominator, names_of(by or ()), total=total)
    found = _found(asked)
    counts, weight = asked.survey.rows(asked.items, by=asked.by).reduce(Answered(asked.parts, asked.domains))
    simple = _simple_variance(found, counts, weight, replace=replace)
    return _frame(asked, found, counts, simple, heading)


def _asked(
    survey: Survey,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str] | None,
    by: tuple[str, ...],
    *,
    total: bool,
) -> _Asked:
    over = names_of(numerator)
    under = names_of(denominator) if denominator is not None else ()
    if len(under) == 1:
        under = under * len(over)
    if under and len(under) != len(over):
        raise DataError(f"There are {len(over)} numerators and {len(under)} denominators; give one denominator, or one "
                        "for each numerator.")  # fmt: skip
    items = tuple(dict.fromkeys(over + under))
    place = {name: i for i, name in enumerate(items)}
    parts = Parts(np.array([place[name] for name in over], dtype=np.intp),
                  np.array([place[name] for name in under], dtype=np.intp) if under else None)  # fmt: skip
    names = tuple(f"{a}/{b}" for a, b in zip(over, under, strict=True)) if under else over
    codes, labels = survey.grouping(by) if by else (None, ())
    if by and not labels:
        raise DataError(f"No row is in a group of {', '.join(map(repr, by))}: every one is blank.")
    return _Asked(survey, items, names, parts, by, codes, labels, total)


def _found(asked: _Asked) -> _Found:
    survey, k = asked.survey, len(asked.names)
    every = np.arange(asked.domains)
    codes = np.zeros(survey.n, dtype=np.intp) if asked.codes is None else asked.codes
    kernel = UnitTotals(asked.parts, asked.domains)
    sums = kernel.spread(survey.rows(asked.items, units=codes).reduce(kernel)).sums
    over, under = sums[:, :k], sums[:, k:]
    if asked.parts.denominator is not None and (under == 0).any():
        place = int(np.argwhere(under == 0)[0][1])
        raise DataError(f"The denominator of {asked.names[place]!r} adds up to zero, so there is no ratio.")
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = over / under
    nothing, whole = np.zeros_like(quotient), np.ones_like(quotient)
    influence = Influence(asked.parts, nothing, whole, every) if asked.total else None
    deviation = Influence(asked.parts, quotient, whole if asked.total else under, every)
    used = influence or deviation
    value = over if asked.total else quotient
    covariance: Covariance
    if survey.design.replicate_weights:
        squares = _squares(asked, used, deviation, None, None)
        covariance, degrees = _replicates(asked, value)
    else:
        squares, covariance, degrees = _linearised(asked, used, deviation)
    return _Found(value, covariance, degrees, squares.spread)


def _squares(
    asked: _Asked, influence: Influence, deviation: Influence, factor: FloatArray | None, units: IntArray | None
) -> Squares:
    rows = asked.survey.rows(asked.items, by=asked.by, units=units)
    return rows.reduce(SquaresKernel(influence, deviation, factor))


def _linearised(
    asked: _Asked, influence: Influence, deviation: Influence
) -> tuple[Squares, UnitCovariance, FloatArray]:
    """Squares of rows, covariance and degrees of freedom from the sampling units."""
    survey, domains = asked.survey, asked.domains
    design = linearise(survey.units())
    cells = Cells.of(design.code, design.count, asked.codes, domains)
    placed = Influence(influence.parts, influence.value, influence.scale, cells.group)
    kernel = UnitTotals(placed, cells.count)
    totals = kernel.spread(survey.rows(asked.items, units=cells.code).reduce(kernel))
    squares = _squares(asked, influence, deviation, design.row_factor, design.code)
    none = np.zeros((influence.value.size, 0))
    rows = None
    if design.row_factor is not None:
        rows = JointCovariance(none, np.zeros((0, 0)), none.T, squares.products)
    covariance = UnitCovariance(design, rows, none, None, totals.sums, cells.unit, cells.group, domains)
    return squares, covariance, degrees_of_freedom(design, totals.rows, cells.unit, cells.group, domains)


def _replicates(asked: _Asked, value: FloatArray) -> tuple[StackCovariance, FloatArray]:
    """Covariance and degrees of freedom from the replicate weights."""
    rows = asked.survey.rows(asked.items, by=asked.by, weights=False, replicates=True)
    found = rows.reduce(ReplicateTotals(asked.parts, asked.domains))
    k = len(asked.names)
    # A domain may be empty under some replicate weights.
    with np.errstate(divide="ignore", invalid="ignore"):
        stack = found.sums[..., :k] if asked.total else found.sums[..., :k] / found.sums[..., k:]
    covariance = StackCovariance(stack.reshape(len(stack), -1), value.ravel(), rule_of(asked.survey.design))
    return covariance, np.full(asked.domains, replicate_degrees(found.gram))


def _frame(asked: _Asked, found: _Found, counts: FloatArray, simple: FloatArray, heading: str) -> pd.DataFrame:
    import pandas as pd

    k = len(asked.names)
    # One answer says nothing about its own spread.
    variance = np.where(counts.ravel() < 2, np.nan, found.covariance.variances())
    se = np.sqrt(np.maximum(variance, 0.0))
    value, degrees = found.value.ravel(), np.repeat(found.degrees, k)
    tested = wald(value, se, df=degrees)
    columns: dict[str, object] = {heading: list(asked.names) * asked.domains}
    for position, column in enumerate(asked.by):
        labels = [label if len(asked.by) == 1 else label[position] for label in asked.labels]  # type: ignore[index]
        columns[column] = [label for label in labels for _ in range(k)]
    columns |= {
        "n": counts.ravel().astype(np.int64),
        "estimate": value,
        "se": se,
        "ci_lower": tested.lower,
        "ci_upper": tested.upper,
        "deff": variance / np.where(simple.ravel() > 0, simple.ravel(), np.nan),
    }
    frame = pd.DataFrame(columns)
    frame.attrs = {
        "covariance": found.covariance.matrix().tolist() if len(value) <= MOST_JOINT else [],
        "degrees": degrees.tolist(),
    }
    return frame


def _simple_variance(found: _Found, counts: FloatArray, weight: FloatArray, *, replace: bool) -> FloatArray:
    """Variance of each estimate under simple random sampling of as many rows, (D, k)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        population = (weight > counts * (1 + _ROUNDING)) & ~np.bool_(replace)
        finite = np.where(population, 1 - counts / weight, 1.0)
        return np.asarray(found.spread * weight / (counts - 1) * finite)
