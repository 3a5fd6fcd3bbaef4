"""Weights of a sample: from its drawing, for those who did not answer, and to the population's known figures."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown
from csisem.options import names_of
from csisem.sampling.allocation import by_stratum
from csisem.sampling.arguments import count, positive
from csisem.sampling.draw import groups_of
from csisem.survey import Design, Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd


def base_weights(
    data: object, population: Mapping[Any, float] | pd.Series, *, strata: str | Sequence[str]
) -> pd.Series[Any]:
    """Return ``N_h / n_h``: how many customers each drawn row stands for.

    Parameters
    ----------
    data
        The drawn sample, a row a customer, those who did not answer included.
    population
        Customers in each stratum; several columns are tuples of their values.
    strata
        The column(s) of the strata.

    Raises
    ------
    DataError
        A column is missing or has blanks, or a stratum is only in the data or only in ``population``.
    OptionError
        A number is none.
    """
    if not names_of("strata", strata):
        raise OptionError("strata= names no columns.")
    return poststratify(Survey(as_survey(data).frame), population, by=strata)


def adjust_nonresponse(
    data: object,
    answered: str,
    *,
    by: str | Sequence[str] = (),
    weights: str | None = None,
) -> pd.Series[Any]:
    """Return weights in which those who answered stand also for those of their class who did not.

    Parameters
    ----------
    data
        The drawn sample, a row a customer.
    answered
        Column of 1 (or True) for a customer who answered, 0 for one who did not.
    by
        Column(s) of the weighting classes; none: one class.
    weights
        Column of the weights so far; None: the survey's own, or 1.

    Returns
    -------
    Series
        ``w sum(w) / sum(w of those who answered)`` within classes, 0 for those who did not (Kalton and Flores-Cervantes
        2003, Journal of Official Statistics 19, 81-97). Sums of the classes stay what they were.

    Raises
    ------
    DataError
        A column is missing or has blanks, ``answered`` holds something else, or nobody answered in a class.
    """
    survey = as_survey(data)
    codes, labels = _classes(survey, by)
    yes = flags(survey, answered)
    before = _weights(survey, weights)
    whole = np.bincount(codes, before, minlength=len(labels))
    kept = np.bincount(codes, before * yes, minlength=len(labels))
    if silent := [label for label, sum_, all_ in zip(labels, kept, whole, strict=True) if not sum_ and all_]:
        classes = f"{listed(silent)} of {listed(names_of('by', by))}"
        where = f" in {classes}, so its customers stand for nobody; merge classes" if by else ""
        raise DataError(f"Nobody answered{where}.")
    return _series(survey, before * yes * np.divide(whole, kept, out=np.zeros(len(kept)), where=kept > 0)[codes])


def poststratify(
    data: object,
    totals: Mapping[Any, float] | pd.Series,
    *,
    by: str | Sequence[str],
    weights: str | None = None,
) -> pd.Series[Any]:
    """Return weights that add up to known totals of the population in each class.

    Parameters
    ----------
    data
        Those who answered.
    totals
        Customers in each class; several columns are tuples of their values. Numbers that add up to 1 are shares of what
        the weights add up to.
    by
        The column(s) of the classes.
    weights
        Column of the weights so far; None: the survey's own, or 1.

    Raises
    ------
    DataError
        A column is missing or has blanks, a class is in the data and not in ``totals``, or the other way round, or its
        weights add up to zero.
    OptionError
        A total is no number.
    """
    if not (names := names_of("by", by)):
        raise OptionError("by= names no columns.")
    return rake(data, [Margin(names, totals)], weights=weights)


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """Known totals of the population by one column, or by several crossed."""

    by: tuple[str, ...]
    totals: Mapping[Any, float] | pd.Series


def rake(
    data: object,
    margins: Mapping[str, Mapping[Any, float] | pd.Series] | Sequence[Margin],
    *,
    weights: str | None = None,
    tolerance: float = 1e-9,
    iterations: int = 1000,
) -> pd.Series[Any]:
    """Return weights that add up to the population's totals by several columns at once.

    Parameters
    ----------
    data
        Those who answered.
    margins
        Totals of the classes, by column; numbers that add up to 1 are shares of what the weights add up to.
    weights
        Column of the weights so far; None: the survey's own, or 1.
    tolerance
        Largest relative difference from any total at the end.
    iterations
        Rounds over all columns after which it is given up.

    Returns
    -------
    Series
        Iterative proportional fitting (Deming and Stephan 1940, Annals of Mathematical Statistics 11, 427-444).

    Raises
    ------
    DataError
        As for `poststratify`, or the totals of two columns differ in their sum, or the rounds do not settle.
    OptionError
        A total is no number.
    """
    survey = as_survey(data)
    before = _weights(survey, weights)
    if isinstance(margins, Mapping):
        margins = [Margin((name,), totals) for name, totals in margins.items()]
    if not isinstance(margins, Sequence) or isinstance(margins, str):
        raise OptionError(f"margins= takes a mapping from column to totals, not {type(margins).__name__!r}.")
    if not margins:
        raise OptionError("margins= names no columns.")
    targets = [_target(survey, margin, before) for margin in margins]
    _check_sums(margins, targets)
    after, most = before, count("iterations", iterations)
    allowed = positive("tolerance", tolerance)
    for _ in range(most):
        for codes, totals in targets:
            now = np.bincount(codes, after, minlength=len(totals))
            after = after * np.divide(totals, now, out=np.zeros(len(now)), where=now > 0)[codes]
        if all(_off(after, codes, totals) <= allowed for codes, totals in targets):
            return _series(survey, after)
    off, names = max((_off(after, *target), margin.by) for target, margin in zip(targets, margins, strict=True))
    raise DataError(
        f"The totals are not met together after {most} rounds ({listed(names)} is off by up to {off:.2g} of its "
        "total): some combination of classes that they need has no rows; merge classes."
    )


def _target(survey: Survey, margin: Margin, weights: FloatArray) -> tuple[IntArray, FloatArray]:
    """Classes of the rows (n,), and the totals of the classes."""
    if not isinstance(margin, Margin):
        raise OptionError(f"margins= takes a mapping from column to totals, or Margins, not {margin!r}.")
    if not survey.n:
        raise DataError("The data have no rows.")
    codes, labels = groups_of(survey, margin.by, "class column")
    given = margin.totals.to_dict() if hasattr(margin.totals, "to_dict") else margin.totals
    where = listed(margin.by)
    if isinstance(given, Mapping):
        if missing := [label for label in labels if label not in given]:
            raise DataError(f"{where} holds {listed(missing)}, for which there is no total"
                            f"{nearest(str(missing[0]), map(str, given))}.")  # fmt: skip
        if empty := [label for label, total in given.items() if label not in frozenset(labels) and total]:
            raise DataError(f"No row of {where} is {listed(empty)}, so its customers stand for nobody; merge classes.")
        given = {label: given[label] for label in labels}
    if not hasattr(given, "items"):
        raise OptionError(f"The totals of {where} are a mapping from class to number, or a Series, not {shown(given)}.")
    totals = by_stratum(f"totals of {where}", given, labels)
    if abs(totals.sum() - 1) <= 1e-9:
        totals = totals * weights.sum()
    sums = np.bincount(codes, weights, minlength=len(labels))
    if none := [label for label, sum_, total in zip(labels, sums, totals, strict=True) if not sum_ and total]:
        raise DataError(
            f"The weights of {listed(none)} of {where} add up to zero, so no factor brings them to a total."
        )
    return codes, totals


def _check_sums(margins: Sequence[Margin], targets: Sequence[tuple[IntArray, FloatArray]]) -> None:
    sums = [float(totals.sum()) for _, totals in targets]
    for margin, total in zip(margins, sums, strict=True):
        if abs(total - sums[0]) > 1e-9 * sums[0]:
            raise DataError(f"The totals of {listed(margins[0].by)} add up to {sums[0]:g}, those of "
                            f"{listed(margin.by)} to {total:g}; both are all customers.")  # fmt: skip


def _off(weights: FloatArray, codes: IntArray, totals: FloatArray) -> float:
    """Largest relative difference of a class from its total."""
    now = np.bincount(codes, weights, minlength=len(totals))
    return float((np.abs(now - totals) / np.where(totals > 0, totals, 1.0)).max())


def _classes(survey: Survey, by: str | Sequence[str]) -> tuple[IntArray, tuple[Hashable, ...]]:
    names = names_of("by", by)
    return groups_of(survey, names, "class column") if names else (np.zeros(survey.n, dtype=np.intp), ("all",))


def flags(survey: Survey, name: str) -> FloatArray:
    """Return a column of 0 and 1 (n,), free of blanks.

    Raises
    ------
    DataError
        It holds something else.
    """
    values = survey.answers([name])[name].to_numpy(dtype=np.float64)
    if (wrong := np.flatnonzero(~np.isin(values, (0.0, 1.0)))).size:
        raise DataError(f"Column {name!r} must be 0 or 1 (or False or True) in every row, but "
                        f"{wrong.size} {agree(wrong.size, 'row holds', 'rows hold')} "
                        f"something else (first in row {wrong[0] + 1}, counting from 1).")  # fmt: skip
    return values


def _weights(survey: Survey, name: str | None) -> FloatArray:
    design = Design(weights=survey.design.weights if name is None else name)
    own = survey.units(design).weights if design else None
    return np.ones(survey.n) if own is None else own


def _series(survey: Survey, values: FloatArray) -> pd.Series[Any]:
    import pandas as pd

    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else None
    return pd.Series(values, index=index, name="weight")
