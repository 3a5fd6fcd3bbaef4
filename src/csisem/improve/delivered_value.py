"""Customer delivered value: what a customer gets, less or over what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.averages import ask, averages
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown
from csisem.index.scale_points import Points, points_of
from csisem.inference.intervals import wald
from csisem.options import DeliveredForm, check_share, validate
from csisem.survey import as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import by_name, is_figures, parts_of_one

# Changes below a millionth are none.
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
    """Total value and total cost to the customer, in points, and what is delivered.

    Attributes
    ----------
    value, cost
        Weighted means of their parts.
    delivered
        Value less cost, or over cost.
    se, ci_lower, ci_upper
        Of ``delivered``; nan for figures.
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
    """Compute customer delivered value.

    Parameters
    ----------
    data
        Figures by name, or answers: a `Survey` with scales.
    values
        Weights of the parts of total value (product, service, staff, image), summing to 1.
    costs
        Weights of the parts of total cost (money, time, energy, mind), summing to 1; a high figure is a high cost.
    form
        ``"difference"``: value - cost; ``"ratio"``: value / cost.
    design
        Of answers: None takes the survey's own, False ignores it, or another `Design`.
    level
        Of the interval.

    Returns
    -------
    DeliveredValue

    Raises
    ------
    DataError
        A part is missing or on both sides, weights do not sum to 1, or the cost of a ratio is not above zero.
    ScaleError
        An item has no scale.

    Notes
    -----
    Kotler's customer delivered value. Each part of answers is the mean over those who answered it; errors are
    linearised through the design, of a ratio by the delta method.
    """
    form = validate("form", form, DeliveredForm)
    check_share("level", level)
    values, costs = by_name(values, "Weight in value"), by_name(costs, "Weight in cost")
    names = _checked(values, costs)
    weights = np.zeros((2, len(names)))
    weights[0, : len(values)], weights[1, len(values) :] = list(values.values()), list(costs.values())
    covariance, degrees = np.full((2, 2), np.nan), np.inf
    if is_figures(data):
        if design is not None:
            raise OptionError("design= belongs to answers; figures have none.")
        value, cost = weights @ _figures(data, names)
    else:
        survey = under_design(as_survey(data), design)
        points: Points = points_of(survey, names, complete=False)
        found = averages(ask(survey, names, points, (), combine=weights))
        if found.empty.any():
            raise DataError(f"Nobody answered {names[int(np.argmax(found.empty[0]))]!r}.")
        (value, cost), covariance, degrees = found.value[0], found.covariance.matrix(), float(found.degrees[0])
    if form == "ratio" and not cost > 0:
        raise DataError(f"The total cost is {cost:g}, so value over cost has no meaning.")
    slope = np.array([1.0, -1.0]) if form == "difference" else np.array([1 / cost, -value / cost**2])
    delivered = value - cost if form == "difference" else value / cost
    se = float(np.sqrt(slope @ covariance @ slope))
    tests = wald(np.array(delivered), np.array(se), level=level, df=degrees)
    return DeliveredValue(float(value), float(cost), float(delivered), se, float(tests.lower), float(tests.upper), form)


def improvement_route(before: DeliveredValue, after: DeliveredValue) -> str:
    """Name the way by which delivered value rose, one of five; or say that it did not rise.

    Parameters
    ----------
    before, after
        Results of `delivered_value` in the same form; of ratios the quotient is what rises, so that "more" is meant in
        proportion. Value and cost that differ by less than a millionth of a point are the same.

    Raises
    ------
    OptionError
        One is no such result, or their forms differ.
    """
    for one in (before, after):
        if not isinstance(one, DeliveredValue):
            raise OptionError(f"Routes compare results of delivered_value(), and {shown(one)} is none.")
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
        raise DataError(f"{listed(both)} {agree(len(both), 'is', 'are')} part of value and of cost.")
    parts_of_one(values, "the parts of value")
    parts_of_one(costs, "the parts of cost")
    return (*values, *costs)


def _figures(data: object, names: tuple[str, ...]) -> FloatArray:
    given = by_name(data, "Figure")
    if missing := [name for name in names if name not in given or np.isnan(given[name])]:
        raise DataError(f"There is no figure of {listed(missing)}{nearest(missing[0], given)}.")
    return np.array([given[name] for name in names])
