"""Customer delivered value: total value against total cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.averages import ask, averages
from csisem.descriptive.complete_rows import survey_in_force
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown
from csisem.index.scale_points import Points, points_of
from csisem.inference.intervals import wald_interval
from csisem.option_checks import check_share
from csisem.options import DeliveredForm, validate
from csisem.survey.named_numbers import by_name, is_figures, parts_of_one

# Smaller changes count as zero.
_SAME = 1e-6

ROUTES = (
    "raise value at the same cost",
    "lower cost at the same value",
    "raise value and lower cost",
    "raise value more than cost",
    "lower cost more than value",
)
"""The five ways to raise delivered value."""


@dataclass(frozen=True, slots=True)
class DeliveredValue:
    """Total value and total cost to the customer, in points, and the delivered value.

    Attributes
    ----------
    value, cost
        Weighted means of their parts.
    delivered
        Value less cost, or over cost.
    se, ci_lower, ci_upper
        Standard error and interval of ``delivered``; nan for figures.
    form
        ``"difference"`` or ``"ratio"``.
    """

    value: float
    cost: float
    delivered: float
    se: float
    ci_lower: float
    ci_upper: float
    form: DeliveredForm


def delivered_value(
    data: object,
    values: Mapping[str, float],
    costs: Mapping[str, float],
    *,
    form: DeliveredForm = "difference",
    design: object = None,
    level: float = 0.95,
) -> DeliveredValue:
    """Compute customer delivered value: total value less, or over, total cost.

    Parameters
    ----------
    data
        Figures: a mapping or Series by name; or answers: a `Survey` with scales.
    values
        Weights of the parts of total value (product, service, staff, image), summing to 1.
    costs
        Weights of the parts of total cost (money, time, energy, mind), summing to 1; a high figure is a high cost.
    form
        ``"difference"``: value - cost; ``"ratio"``: value / cost.
    design
        For answers: None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the interval.

    Returns
    -------
    DeliveredValue

    Raises
    ------
    DataError
        If a part is missing or is in both value and cost, weights do not sum to 1, or the cost of a ratio is not above
        zero.
    ScaleError
        If an item has no scale.
    OptionError
        If ``form`` is unknown, ``level`` is not between 0 and 1, or figures are given with a design.

    See Also
    --------
    improvement_route : How delivered value rose between two times.

    Notes
    -----
    Kotler's customer delivered value. With answers each part is the mean over those who answered it; standard errors
    are linearised by the design, of a ratio by the delta method.

    Examples
    --------
    >>> figures = {"product": 72, "service": 65, "money": 55, "time": 40}
    >>> found = cs.improve.delivered_value(figures, {"product": 0.6, "service": 0.4}, {"money": 0.7, "time": 0.3})
    >>> round(found.value, 1), round(found.cost, 1), round(found.delivered, 1)
    (69.2, 50.5, 18.7)
    """
    form = validate("form", form, DeliveredForm)
    check_share("level", level)
    values, costs = by_name(values, "Weight in value"), by_name(costs, "Weight in cost")
    names = _checked(values, costs)
    weights = np.zeros((2, len(names)))
    weights[0, : len(values)] = parts_of_one(values, "the parts of value")
    weights[1, len(values) :] = parts_of_one(costs, "the parts of cost")
    covariance, degrees = np.full((2, 2), np.nan), np.inf
    if is_figures(data):
        if design is not None:
            raise OptionError("design= is for answers; figures have no design.")
        value, cost = weights @ _figures(data, names)
    else:
        survey = survey_in_force(data, design)
        # More of a cost is more, whatever it does to satisfaction.
        scores = points_of(survey, names, complete=False).scores
        points = Points(replace(scores, lowers=scores.lowers & (weights[1] == 0)))
        found = averages(ask(survey, names, points, (), combine=weights))
        if found.empty.any():
            raise DataError(f"Nobody answered {names[int(np.argmax(found.empty[0]))]!r}.")
        (value, cost), covariance, degrees = found.value[0], found.covariance.matrix(), float(found.degrees[0])
    if form == "ratio" and not cost > 0:
        raise DataError(f"The total cost is {cost:g}, so value over cost has no meaning.")
    slope = np.array([1.0, -1.0]) if form == "difference" else np.array([1 / cost, -value / cost**2])
    delivered = value - cost if form == "difference" else value / cost
    se = float(np.sqrt(slope @ covariance @ slope))
    tests = wald_interval(np.array(delivered), np.array(se), level=level, df=degrees)
    return DeliveredValue(float(value), float(cost), float(delivered), se, float(tests.lower), float(tests.upper), form)


def improvement_route(before: DeliveredValue, after: DeliveredValue) -> str:
    """Name the route by which delivered value rose, one of five.

    Parameters
    ----------
    before, after
        Results of `delivered_value` in the same form; for ratios "more" refers to relative changes. Differences of less
        than a millionth of a point count as zero.

    Returns
    -------
    str
        One of "raise value at the same cost", "lower cost at the same value", "raise value and lower cost", "raise
        value more than cost", "lower cost more than value"; or "delivered value did not rise".

    Raises
    ------
    OptionError
        If one is not a result of `delivered_value`, or their forms differ.

    See Also
    --------
    delivered_value : Delivered value at one time.

    Examples
    --------
    >>> weights = {"product": 1.0}, {"money": 1.0}
    >>> before = cs.improve.delivered_value({"product": 72, "money": 55}, *weights)
    >>> after = cs.improve.delivered_value({"product": 75, "money": 55}, *weights)
    >>> cs.improve.improvement_route(before, after)
    'raise value at the same cost'
    """
    for one in (before, after):
        if not isinstance(one, DeliveredValue):
            raise OptionError(f"improvement_route() compares results of delivered_value(), not {shown(one)}.")
    if before.form != after.form:
        raise OptionError(f"One result is a {before.form}, the other a {after.form}; compare two of one form.")
    value, cost = after.value - before.value, after.cost - before.cost
    rise = value - cost if after.form == "difference" else after.delivered - before.delivered
    up, down = [0 if abs(change) < _SAME else int(np.sign(change)) for change in (value, cost)]
    known = {(1, 0): 0, (0, -1): 1, (1, -1): 2, (1, 1): 3, (-1, -1): 4}
    if rise < _SAME or (up, down) not in known:
        return "delivered value did not rise"
    return ROUTES[known[up, down]]


def _checked(values: dict[str, float], costs: dict[str, float]) -> tuple[str, ...]:
    if both := [name for name in values if name in costs]:
        raise DataError(f"{listed(both)} {agree(len(both), 'is', 'are')} part of both value and cost.")
    return (*values, *costs)


def _figures(data: object, names: tuple[str, ...]) -> FloatArray:
    given = by_name(data, "Figure")
    if missing := [name for name in names if name not in given or np.isnan(given[name])]:
        raise DataError(f"There is no figure of {listed(missing)}{nearest(missing[0], given)}.")
    return np.array([given[name] for name in names])
