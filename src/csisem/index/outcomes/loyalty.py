"""Loyalty as a function of satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError
from csisem.index.outcomes.curves import CurveRows, isotonic_curve, logistic_curve
from csisem.index.scale_points import points_of
from csisem.inference.bootstrap_intervals import least_draws
from csisem.option_checks import (
    MOST_REPLICATES,
    check_number,
    check_seed,
    check_share,
    check_whole,
    names_of,
)
from csisem.options import LoyaltyCurve, validate
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import numbers

# Fewest bootstrap replicates of a band.
_LEAST_DRAWS = 100


@overload
def repurchase(index: float, *, reference: float = ..., probability: float = ..., slope: float = ...) -> float: ...
@overload
def repurchase(
    index: ArrayLike, *, reference: float = ..., probability: float = ..., slope: float = ...
) -> FloatArray | float: ...
def repurchase(
    index: ArrayLike, *, reference: float = 67.0, probability: float = 0.75, slope: float = 0.0058
) -> FloatArray | float:
    """Probability of repurchase at a satisfaction index, by a straight line.

    Parameters
    ----------
    index
        Index of 0-100, any shape.
    reference, probability
        A point of the line: probability 0.75 at an index of 67.
    slope
        Change of the probability per point; 0.0058 is the figure that the training texts take from Anderson and
        Sullivan (1993, Marketing Science 12, 125-143).

    Returns
    -------
    float or ndarray
        Clipped to 0-1; nan where the index is nan.

    Raises
    ------
    DataError
        If an index is not within 0-100.
    OptionError
        If ``reference``, ``probability`` or ``slope`` is not a number in its range.

    See Also
    --------
    loyalty_curve : Loyalty estimated from your own answers.

    Examples
    --------
    >>> cs.index.outcomes.repurchase([60, 67, 75]).round(3)
    array([0.709, 0.75 , 0.796])
    """
    check_number("reference", reference, 0, 100)
    check_number("probability", probability, 0, 1)
    check_number("slope", slope)
    points = numbers(index, "An index")
    if ((points < 0) | (points > 100)).any():
        raise DataError(f"An index lies within 0-100; there is one of {points[(points < 0) | (points > 100)][0]:g}.")
    found = np.clip(probability + slope * (points - reference), 0.0, 1.0)
    return found if found.ndim else float(found)


def loyalty_curve(
    data: object,
    satisfaction: str | Sequence[str],
    loyalty: str,
    *,
    loyal: float | None = None,
    method: LoyaltyCurve = "isotonic",
    at: Sequence[float] | None = None,
    n: int = 1000,
    seed: int | None = None,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate loyalty as a function of satisfaction, with a confidence band.

    Parameters
    ----------
    data
        A `Survey` with scales.
    satisfaction
        Item(s) whose mean in points of 0-100 is a respondent's satisfaction; rows with a missing answer are left out.
    loyalty
        The item of loyalty.
    loyal
        The answer from which a customer counts as loyal, so that the curve is the share of loyal customers; None takes
        the answer in points, divided by 100.
    method
        ``"isotonic"``: non-decreasing, of any shape (Jones and Sasser 1995 expect it convex where customers can leave);
        ``"logistic"``: one S-shaped curve.
    at
        Points of satisfaction at which to evaluate; None takes 0, 5, ..., 100 within the range of the answers.
    n, seed
        Bootstrap replicates of the isotonic band, and their seed.
    design
        None takes the survey's own, False ignores it, or another `Design`; its units are resampled within strata
        (isotonic), or linearised (logistic).
    level
        Confidence level of the band, pointwise.

    Returns
    -------
    DataFrame
        ``satisfaction, loyalty, ci_lower, ci_upper``, loyalty between 0 and 1. ``.attrs`` has the number of ``rows``
        used; of the logistic curve also ``intercept``, ``slope`` and ``slope_se`` per point.

    Raises
    ------
    DataError
        If a column is missing, fewer than ten rows answered, or satisfaction or loyalty is constant.
    ScaleError
        If an item has no scale.
    OptionError
        If an option is unknown or out of range, or ``n`` is too small for ``level``.

    See Also
    --------
    repurchase : A rule of thumb.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> curve = cs.index.outcomes.loyalty_curve(survey, ["s1", "s2", "s3"], "l1", loyal=9, at=[60, 75, 90],
    ...                                         method="logistic")
    >>> curve.round(3)
       satisfaction  loyalty  ci_lower  ci_upper
    0          60.0    0.094     0.076     0.116
    1          75.0    0.331     0.303     0.360
    2          90.0    0.701     0.657     0.742
    """
    method = validate("method", method, LoyaltyCurve)
    check_share("level", level)
    if method == "isotonic":
        check_whole("n", n, max(_LEAST_DRAWS, least_draws(level)), MOST_REPLICATES)
        check_seed(seed)
    survey = under_design(as_survey(data), design)
    if survey.design.replicate_weights:
        raise OptionError("The curve's band does not use replicate weights; give design=False.")
    sample = _sample(survey, names_of("satisfaction", satisfaction), names_of("loyalty", loyalty), loyal)
    grid = _grid(sample, at)
    frame = pd.DataFrame({"satisfaction": grid})
    if method == "logistic":
        fitted = logistic_curve(sample, grid, level)
        frame = frame.assign(loyalty=fitted.value, ci_lower=fitted.lower, ci_upper=fitted.upper)
        frame.attrs = {"rows": len(sample.x), "intercept": fitted.intercept, "slope": fitted.slope,
                       "slope_se": fitted.slope_se}  # fmt: skip
        return frame
    value, lower, upper = isotonic_curve(sample, grid, level, n, seed)
    frame = frame.assign(loyalty=value, ci_lower=lower, ci_upper=upper)
    frame.attrs = {"rows": len(sample.x)}
    return frame


def _sample(survey: Survey, items: tuple[str, ...], outcome: tuple[str, ...], loyal: float | None) -> CurveRows:
    if not items or len(outcome) != 1:
        raise OptionError("A curve needs the item(s) satisfaction=, and one item loyalty=.")
    if outcome[0] in items:
        raise DataError(f"{outcome[0]!r} cannot be both loyalty and satisfaction.")
    if loyal is not None:
        check_number("loyal", loyal)
    every = (*items, *outcome)
    points = points_of(survey, every, complete=True)
    answers = survey.answers(every).to_numpy(dtype=np.float64)
    scaled = points.of_rows(answers) / 100
    kept = ~np.isnan(answers).any(axis=1)
    # Rounding of sums must not make equal means differ.
    x, y = np.round(100 * scaled[kept, :-1].mean(axis=1), 9), scaled[kept, -1]
    if loyal is not None:
        y = (answers[kept, -1] >= loyal).astype(np.float64)
    if len(x) < 10:
        raise DataError(f"{len(x)} rows answered all {len(every)} items; a curve needs at least 10.")
    for name, values in (("Satisfaction", x), ("Loyalty", y)):
        if values.min() == values.max():
            raise DataError(f"{name} is the same for all {len(x)} rows, so there is no curve.")
    return CurveRows.of(x, y, survey.units(), kept)


def _grid(sample: CurveRows, at: Sequence[float] | None) -> FloatArray:
    low, high = sample.x.min(), sample.x.max()
    if at is None:
        grid = np.arange(0.0, 101.0, 5.0)
        return np.asarray(grid[(grid >= low - 1e-9) & (grid <= high + 1e-9)])
    grid = np.atleast_1d(numbers(at, "A point of at="))
    if grid.ndim != 1 or not grid.size or not ((grid >= 0) & (grid <= 100)).all():
        raise OptionError("at= takes points of satisfaction within 0-100.")
    return grid
