"""From satisfaction to loyalty: the repurchase rule and the curve of a survey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray
from csisem.errors import DataError, OptionError
from csisem.index.outcomes.curves import Sample, isotonic_curve, logistic_curve
from csisem.index.scale_points import points_of
from csisem.inference.bootstrap_intervals import least_draws
from csisem.options import LoyaltyCurve, check_number, check_seed, check_share, check_whole, names_of, validate
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import numbers

if TYPE_CHECKING:
    import pandas as pd


# Fewer draws make no band.
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
    """Probability of buying again at a satisfaction index, by a straight line.

    Parameters
    ----------
    index
        0-100, any shape.
    reference, probability
        A point of the line: 0.75 at an index of 67.
    slope
        Per point; 0.0058 is the figure the training texts take from Anderson and Sullivan (1993, Marketing Science 12,
        125-143). Fit your own with `loyalty_curve`.

    Returns
    -------
    float or ndarray
        Cut off at 0 and 1; nan where the index is.

    Raises
    ------
    DataError
        An index is not within 0-100.
    OptionError
        The line's point or slope is no such number.
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
    bootstrap: int = 1000,
    seed: int | None = None,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Fit how loyalty rises with satisfaction, with a band.

    Parameters
    ----------
    data
        A `Survey` with scales.
    satisfaction
        Item or items; their mean in points of 0-100 is the satisfaction of a row that answered them all.
    loyalty
        An item.
    loyal
        The answer from which a customer counts as loyal, so that the curve is the share of loyal customers; None takes
        the answer in points, divided by 100.
    method
        ``"isotonic"``: never falling, of any shape (Jones and Sasser 1995 expect it convex where customers can leave);
        ``"logistic"``: one S-shaped curve.
    at
        Points of satisfaction to evaluate at; None takes 0, 5, ..., 100 that lie within the answers.
    bootstrap, seed
        Resamples of the isotonic band, and their seed.
    level
        Of the band, at each point by itself.
    design
        None takes the survey's own, False ignores it, or another `Design`; its units are resampled within strata, or
        linearised.

    Returns
    -------
    DataFrame
        ``satisfaction, loyalty, lower, upper``, loyalty between 0 and 1. ``.attrs["rows"]`` counts the rows used; of
        the logistic curve also ``intercept``, ``slope`` and ``slope_se`` per point.

    Raises
    ------
    DataError
        A column is missing, fewer than ten rows answered, or satisfaction or loyalty does not vary.
    ScaleError
        An item has no scale.
    OptionError
        A number, a word or the number of resamples is none, or too few of these for the level.
    """
    import pandas as pd

    method = validate("method", method, LoyaltyCurve)
    check_share("level", level)
    if method == "isotonic":
        check_whole("bootstrap", bootstrap, max(_LEAST_DRAWS, least_draws(level)))
        check_seed(seed)
    survey = under_design(as_survey(data), design)
    if survey.design.replicate_weights:
        raise OptionError("The curve's band comes from sampling units; replicate weights are not used: design=False.")
    sample = _sample(survey, names_of("satisfaction", satisfaction), names_of("loyalty", loyalty), loyal)
    grid = _grid(sample, at)
    frame = pd.DataFrame({"satisfaction": grid})
    if method == "logistic":
        fitted = logistic_curve(sample, grid, level)
        frame = frame.assign(loyalty=fitted.value, lower=fitted.lower, upper=fitted.upper)
        frame.attrs = {"rows": len(sample.x), "intercept": fitted.intercept, "slope": fitted.slope,
                       "slope_se": fitted.slope_se}  # fmt: skip
        return frame
    value, lower, upper = isotonic_curve(sample, grid, level, bootstrap, seed)
    frame = frame.assign(loyalty=value, lower=lower, upper=upper)
    frame.attrs = {"rows": len(sample.x)}
    return frame


def _sample(survey: Survey, items: tuple[str, ...], outcome: tuple[str, ...], loyal: float | None) -> Sample:
    if not items or len(outcome) != 1:
        raise OptionError("A curve needs the item(s) of satisfaction=, and one item of loyalty=.")
    if outcome[0] in items:
        raise DataError(f"{outcome[0]!r} cannot be loyalty and satisfaction at once.")
    if loyal is not None:
        check_number("loyal", loyal)
    every = (*items, *outcome)
    points = points_of(survey, every, complete=True)
    answers = survey.answers(every).to_numpy(dtype=np.float64)
    scaled = (answers - points.low) / points.width
    kept = ~np.isnan(answers).any(axis=1)
    # Means that are equal must not differ by the rounding of their sums.
    x, y = np.round(100 * scaled[kept, :-1].mean(axis=1), 9), scaled[kept, -1]
    if loyal is not None:
        y = (answers[kept, -1] >= loyal).astype(np.float64)
    if len(x) < 10:
        raise DataError(f"{len(x)} rows answered all of it; a curve needs at least 10.")
    for name, values in (("Satisfaction", x), ("Loyalty", y)):
        if values.min() == values.max():
            raise DataError(f"{name} is the same for all {len(x)} rows, so there is no curve.")
    return Sample.of(x, y, survey.units(), kept)


def _grid(sample: Sample, at: Sequence[float] | None) -> FloatArray:
    low, high = sample.x.min(), sample.x.max()
    if at is None:
        grid = np.arange(0.0, 101.0, 5.0)
        return np.asarray(grid[(grid >= low - 1e-9) & (grid <= high + 1e-9)])
    grid = np.atleast_1d(numbers(at, "A point of at="))
    if grid.ndim != 1 or not grid.size or not ((grid >= 0) & (grid <= 100)).all():
        raise OptionError("at= holds points of satisfaction within 0-100.")
    return grid
