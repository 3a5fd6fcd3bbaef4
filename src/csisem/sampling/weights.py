"""Sampling weights: base weights, nonresponse adjustment, post-stratification and raking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown, tell
from csisem.option_checks import names_of
from csisem.sampling.allocation import by_stratum
from csisem.sampling.arguments import count, positive
from csisem.sampling.class_labels import matched, refuse_below_one
from csisem.sampling.draw import filled_groups
from csisem.survey import Design, Survey, as_survey
from csisem.survey.named_numbers import digits_of, rounding_of
from csisem.survey.value_labels import by_label

# Sums that differ by less than this part are equal.
_EXACT = 1e-9
# How near to 1 the sum of numbers below 1 is that were probably meant as shares.
_NEAR_ONE = 0.5
# Part of a total by which sums of whole numbers may differ, as those of customers in thousands do.
_LITTLE = 1e-3


def base_weights(
    data: object, population: Mapping[Any, float] | pd.Series, *, strata: str | Sequence[str]
) -> pd.Series[Any]:
    """Base weights of a stratified sample, the number of customers that each drawn row represents.

    Parameters
    ----------
    data
        The drawn sample, one row per customer, including those who did not answer.
    population
        Customers in each stratum; strata of several columns are tuples of their values.
    strata
        Column(s) of the strata.

    Returns
    -------
    Series
        ``N_h / n_h`` of each row.

    Raises
    ------
    DataError
        If a column is missing or has blanks, if a stratum is only in the data or only in ``population``, or if its
        population is smaller than the sample.
    OptionError
        If a number of customers is invalid.

    See Also
    --------
    draw, adjust_nonresponse, poststratify

    Examples
    --------
    >>> sample = pd.DataFrame({"region": ["east", "east", "west"]})
    >>> cs.sampling.base_weights(sample, {"east": 300, "west": 100}, strata="region").tolist()
    [150.0, 150.0, 100.0]
    """
    if not names_of("strata", strata):
        raise OptionError("strata= names no columns.")
    drawn = Survey(as_survey(data).frame)
    weights = poststratify(drawn, population, by=strata)
    if sum(float(customers) for _, customers in population.items()) <= 1 + _EXACT:
        raise DataError("population= adds up to 1 or less, as shares do; base weights take the number of customers of "
                        "each stratum.")  # fmt: skip
    refuse_below_one(weights.to_numpy(), *drawn.grouping(strata))
    return weights


def adjust_nonresponse(
    data: object,
    *,
    answered: str,
    by: str | Sequence[str] | None = None,
    weights: str | None = None,
) -> pd.Series[Any]:
    """Weights in which the customers who answered also represent those of their class who did not.

    Parameters
    ----------
    data
        The drawn sample, one row per customer.
    answered
        Column of 1 (or True) for a customer who answered, 0 for one who did not.
    by
        Column(s) of the weighting classes; None: one class.
    weights
        Column of the weights so far; None: the survey's own, or 1.

    Returns
    -------
    Series
        ``w sum(w) / sum(w of those who answered)`` within classes, 0 for those who did not answer. The sum of each
        class stays the same.

    Raises
    ------
    DataError
        If a column is missing or has blanks, if ``answered`` holds anything but 0 and 1, or if nobody answered in a
        class.

    See Also
    --------
    response_rates, poststratify, rake

    Notes
    -----
    Kalton and Flores-Cervantes (2003, Journal of Official Statistics 19, 81-97).

    Examples
    --------
    >>> sample = pd.DataFrame({"region": ["east", "east", "west"], "answered": [1, 0, 1], "w": [150, 150, 100]})
    >>> cs.sampling.adjust_nonresponse(sample, answered="answered", by="region", weights="w").tolist()
    [300.0, 0.0, 100.0]
    """
    survey, names = as_survey(data), names_of("by", by)
    every = (np.zeros(survey.n, dtype=np.intp), ("all",))
    codes, labels = filled_groups(survey, names, "class column") if names else every
    yes = flags(survey, answered)
    before = _weights(survey, weights)
    whole = np.bincount(codes, before, minlength=len(labels))
    kept = np.bincount(codes, before * yes, minlength=len(labels))
    if silent := [label for label, sum_, all_ in zip(labels, kept, whole, strict=True) if not sum_ and all_]:
        classes = f" in {listed(silent)} of {listed(names)}, so its customers are not represented; merge classes"
        raise DataError(f"Nobody answered{classes if names else ''}.")
    return _series(survey, before * yes * np.divide(whole, kept, out=np.zeros(len(kept)), where=kept > 0)[codes])


def poststratify(
    data: object,
    totals: Mapping[Any, float] | pd.Series,
    *,
    by: str | Sequence[str],
    weights: str | None = None,
) -> pd.Series[Any]:
    """Weights that add up to known population totals of one classification.

    Parameters
    ----------
    data
        The respondents, one row each.
    totals
        Customers in each class; classes of several columns are tuples of their values. A key may be a text for a number
        (``"1"`` for 1), or a value label. Numbers that add up to 1 are proportions of the sum of the weights; so are
        those that add up to 1 but for the rounding of each, such as 0.333 three times, with a warning.
    by
        Column(s) of the classes.
    weights
        Column of the weights so far; None: the survey's own, or 1.

    Returns
    -------
    Series
        The weights, multiplied within each class by its total over their sum. ``.attrs["notes"]`` says how rounded
        totals and keys were read.

    Raises
    ------
    DataError
        If a column is missing or has blanks, if a class is only in the data or only in ``totals``, or if its weights
        add up to zero.
    OptionError
        If a total is not a number of at least 0.

    See Also
    --------
    rake, base_weights

    Examples
    --------
    >>> sample = pd.DataFrame({"region": ["east", "east", "west"]})
    >>> cs.sampling.poststratify(sample, {"east": 0.5, "west": 0.5}, by="region").tolist()
    [0.75, 0.75, 1.5]
    """
    if not (names := names_of("by", by)):
        raise OptionError("by= names no columns.")
    return rake(data, {names: totals}, weights=weights)


def rake(
    data: object,
    margins: Mapping[str | tuple[str, ...], Mapping[Any, float] | pd.Series],
    *,
    weights: str | None = None,
    tolerance: float = 1e-9,
    iterations: int = 1000,
) -> pd.Series[Any]:
    """Weights that add up to known population totals of several classifications at once.

    Parameters
    ----------
    data
        The respondents, one row each.
    margins
        Totals of the classes as in `poststratify`, by column; a tuple of columns has the totals of their combinations.
        Sums that differ by no more than the rounding of the totals are made equal, with a warning.
    weights
        Column of the weights so far; None: the survey's own, or 1.
    tolerance
        Largest relative difference from any total at the end.
    iterations
        Largest number of rounds over all columns.

    Returns
    -------
    Series
        The weights; ``.attrs["notes"]`` as for `poststratify`.

    Raises
    ------
    DataError
        As for `poststratify`, or if the totals of two columns have different sums, or the rounds do not converge.
    OptionError
        If a total is not a number of at least 0.

    See Also
    --------
    poststratify, deff_weights

    Notes
    -----
    Iterative proportional fitting (Deming and Stephan 1940, Annals of Mathematical Statistics 11, 427-444).

    Examples
    --------
    >>> sample = pd.DataFrame({"region": ["east", "east", "west", "west"], "sex": ["f", "m", "f", "f"]})
    >>> margins = {"region": {"east": 60, "west": 40}, "sex": {"f": 70, "m": 30}}
    >>> cs.sampling.rake(sample, margins).round(1).tolist()
    [30.0, 30.0, 20.0, 20.0]
    """
    survey = as_survey(data)
    before = _weights(survey, weights)
    if not isinstance(margins, Mapping):
        raise OptionError(f"margins= takes a mapping from column to totals, not {type(margins).__name__!r}.")
    if not margins:
        raise OptionError("margins= names no columns.")
    columns = [names_of("margins", column) for column in margins]
    if () in columns:
        raise OptionError("margins= has a key that names no column.")
    notes: list[Sentence] = []
    read = [_margin(survey, *margin, before, notes) for margin in zip(columns, margins.values(), strict=True)]
    targets = [(margin.codes, margin.totals) for margin in _balanced(read, notes)]
    after, most = before, count("iterations", iterations)
    allowed = positive("tolerance", tolerance)
    for _ in range(most):
        for codes, totals in targets:
            now = np.bincount(codes, after, minlength=len(totals))
            after = after * np.divide(totals, now, out=np.zeros(len(now)), where=now > 0)[codes]
        if all(_off(after, codes, totals) <= allowed for codes, totals in targets):
            tell([note for note in notes if note.code != "rows.classes_matched"])
            return _series(survey, after, notes)
    off, names = max((_off(after, *target), names) for target, names in zip(targets, columns, strict=True))
    raise DataError(
        f"Raking did not converge in {most} rounds ({listed(names)} is off by up to {off:.2g} of its "
        "total): some combination of classes that they need has no rows; merge classes."
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Margin:
    """Totals of one classification: its columns, the class of each row (n,), and the totals (k,) to ``digits``."""

    names: tuple[str, ...]
    codes: IntArray
    totals: FloatArray
    digits: int

    @property
    def sum(self) -> float:
        return float(self.totals.sum())

    @property
    def rounding(self) -> float:
        """How far the sum may be off if each total is rounded to its digits."""
        return rounding_of(len(self.totals), self.digits)


def _margin(
    survey: Survey, names: tuple[str, ...], totals: object, weights: FloatArray, notes: list[Sentence]
) -> _Margin:
    """Read the totals of a classification; shares become totals of the weights."""
    if not survey.n:
        raise DataError("The data have no rows.")
    codes, labels = filled_groups(survey, names, "class column")
    given = totals.to_dict() if hasattr(totals, "to_dict") else totals
    where = listed(names)
    if not isinstance(given, Mapping):
        raise OptionError(f"The totals of {where} are a mapping from class to number, or a Series, not {shown(given)}.")
    own = matched(by_label(given, labels), labels)
    if moved := [key for key in given if key not in own]:
        notes.append(sentence("rows.classes_matched", keys=list(map(repr, moved)), columns=names))
    if missing := [label for label in labels if label not in own]:
        raise DataError(f"{where} holds {listed(missing)}, for which there is no total"
                        f"{nearest(str(missing[0]), map(str, own))}.")  # fmt: skip
    here = frozenset(labels)
    if empty := [label for label, total in own.items() if label not in here and total]:
        raise DataError(f"No row of {where} is {listed(empty)}, so its customers are not represented; merge classes.")
    numbers = by_stratum(f"The total of {where}", {label: own[label] for label in labels}, labels)
    margin = _of_shares(_Margin(names, codes, numbers, max(map(digits_of, numbers))), weights.sum(), notes)
    sums = np.bincount(codes, weights, minlength=len(labels))
    if none := [label for label, sum_, total in zip(labels, sums, numbers, strict=True) if not sum_ and total]:
        raise DataError(
            f"The weights of {listed(none)} of {where} add up to zero, so they cannot be scaled to a total."
        )
    return margin


def _of_shares(margin: _Margin, whole: float, notes: list[Sentence]) -> _Margin:
    """Make shares totals of the ``whole``: numbers that add up to 1, or to 1 but for the rounding of each."""
    off = abs(margin.sum - 1)
    if off <= _EXACT:
        return replace(margin, totals=margin.totals * whole)
    if margin.digits == 0 or margin.totals.max() > 1:
        return margin
    if off < margin.rounding:
        notes.append(sentence("rows.rounded_shares", columns=margin.names, sum=margin.sum, digits=margin.digits))
        return replace(margin, totals=margin.totals / margin.sum * whole)
    if off < _NEAR_ONE:
        notes.append(sentence("rows.near_shares", columns=margin.names, sum=margin.sum, digits=margin.digits))
    return margin


def _balanced(margins: list[_Margin], notes: list[Sentence]) -> list[_Margin]:
    """Give all margins one sum; sums that differ by more than the rounding of the totals are refused."""
    sums = [margin.sum for margin in margins]
    first = margins[0]
    for margin, total in zip(margins, sums, strict=True):
        if abs(total - sums[0]) > _EXACT * sums[0] and not _alike(first, margin):
            raise DataError(f"The totals of {listed(first.names)} add up to {sums[0]:g}, those of "
                            f"{listed(margin.names)} to {total:g}; both are all customers.")  # fmt: skip
    if max(sums) - min(sums) <= _EXACT * sums[0]:
        return margins
    # Percentages are of 100 even if none of them add up to it.
    percent = all(abs(total - 100) < margin.rounding for margin, total in zip(margins, sums, strict=True))
    whole = 100.0 if percent else sums[0]
    texts = [f"{total:.10g}" for total in sums]
    notes.append(sentence("rows.rounded_totals", columns=[listed(m.names) for m in margins], sums=texts, whole=whole))
    return [replace(margin, totals=margin.totals * whole / margin.sum) for margin in margins]


def _alike(one: _Margin, two: _Margin) -> bool:
    """Whether two sums differ by rounding alone, which whole numbers only have as percentages or if they are large."""
    off = abs(one.sum - two.sum)
    percent = all(abs(margin.sum - 100) < margin.rounding for margin in (one, two))
    decimals = min(one.digits, two.digits) > 0
    return off < one.rounding + two.rounding and (percent or decimals or off < _LITTLE * one.sum)


def _off(weights: FloatArray, codes: IntArray, totals: FloatArray) -> float:
    """Largest relative difference of a class from its total."""
    now = np.bincount(codes, weights, minlength=len(totals))
    return float((np.abs(now - totals) / np.where(totals > 0, totals, 1.0)).max())


def flags(survey: Survey, name: str) -> FloatArray:
    """Return a column of 0 and 1 (n,), free of blanks."""
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


def _series(survey: Survey, values: FloatArray, notes: Sequence[Sentence] = ()) -> pd.Series[Any]:
    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else None
    found = pd.Series(values, index=index, name="weight")
    found.attrs["notes"] = list(notes)
    return found
