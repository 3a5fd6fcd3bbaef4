"""Importance of indicators by weights or correlations, with their scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.moment_statistics import columns_of, estimate
from csisem.errors import DataError, OptionError, listed
from csisem.improve.quadrants import paired
from csisem.index.scale_points import points_of
from csisem.inference.moment_functions import Gradient, gradient
from csisem.survey import Survey
from csisem.survey.named_numbers import by_name, is_figures


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """k indicators.

    Attributes
    ----------
    names, importance, score
        Indicators, their importance (k,), and their index in points of 0-100, (k,).
    se, degrees
        Standard errors of ``importance (100 - score)``, (k,), None for figures, and degrees of freedom.
    n, lost
        Number of rows used, None for figures, and of rows left out.
    """

    names: list[str]
    importance: FloatArray
    score: FloatArray
    se: FloatArray | None = None
    degrees: float = np.inf
    n: int | None = None
    lost: int = 0


def simple(data: object, weights: Mapping[str, float] | pd.Series[float], design: object) -> Weighed:
    """Indicators by stated weights; see `targets.targets`."""
    if is_figures(data):
        if design is not None:
            raise OptionError("design= is for answers; figures have no design.")
        names, importance, score = paired(weights, data)  # type: ignore[arg-type]
        _check_range(names, importance, score)
        return Weighed(names, importance, score)
    given = by_name(weights, "Weight")
    names, importance = list(given), np.array(list(given.values()))
    columns = _points(survey_in_force(data, design), tuple(names), 2)
    k = len(names)

    def means(mean: FloatArray, cov: FloatArray) -> FloatArray:  # noqa: ARG001 - means alone
        return mean

    found = estimate(columns, means, lambda mean, cov: Gradient(np.eye(k), np.zeros((k, *cov.shape))))  # noqa: ARG005
    _check_range(names, importance, found.value)
    return Weighed(names, importance, found.value, importance * found.se, found.degrees, columns.counted,
                   columns.dropped)  # fmt: skip


def precise(
    data: object,
    weights: Mapping[str, float] | pd.Series[float] | None,
    items: tuple[str, ...],
    target: tuple[str, ...],
    design: object,
) -> Weighed:
    """Indicators by their correlation with overall satisfaction; see `targets.targets`."""
    if is_figures(data):
        raise DataError("method='precise' correlates answers over respondents; figures are one observation, n = 1, and "
                        "have no correlation. Give the answers, or take method='simple'.")  # fmt: skip
    survey = survey_in_force(data, design)
    if survey.n < 2:
        raise DataError(f"method='precise' correlates answers over respondents; with n = {survey.n} there is no "
                        "correlation.")  # fmt: skip
    given = None if weights is None else by_name(weights, "Weight")
    if given and (wrong := [name for name, weight in given.items() if not 0 <= weight < np.inf]):
        raise DataError(f"The weight of {wrong[0]!r} is not a finite number of at least 0.")
    names = list(items) or list(given or {})
    if both := [name for name in names if name in target]:
        raise DataError(f"{listed(both)} is both an indicator and overall satisfaction.")
    if not target and len(names) < 2:
        raise DataError("A single indicator has no others to correlate with; give outcome=.")
    columns = _points(survey, (*names, *target), 3)
    sides, k = _sides(names, target, given), len(names)

    def coefficient(mean: FloatArray, cov: FloatArray) -> FloatArray:
        return with_others(cov, sides) * (100 - mean[..., :k])

    found = estimate(columns, coefficient, lambda mean, cov: gradient(coefficient, mean, cov))
    mean, cov = columns.moments()
    return Weighed(names, with_others(cov, sides), mean[:k], found.se, found.degrees, columns.counted, columns.dropped)


def with_others(cov: FloatArray, sides: FloatArray) -> FloatArray:
    """Correlations (..., k) of the first k columns each with its weighted sum of columns, the rows of (k, p)."""
    k = len(sides)
    shared = np.matmul(cov[..., :k, :], sides.T)
    own = np.diagonal(shared, axis1=-2, axis2=-1)
    spread = ((sides @ cov) * sides).sum(axis=-1)
    found: FloatArray = own / np.sqrt(spread * np.diagonal(cov, axis1=-2, axis2=-1)[..., :k])
    return found


def _points(survey: Survey, items: tuple[str, ...], least: int) -> Sample:
    """Complete rows in points of 0-100, of items that vary."""
    scale = points_of(survey, items, complete=True)
    columns = columns_of(survey, items, least)
    low, high = columns.values.min(axis=0), columns.values.max(axis=0)
    if flat := [name for name, same in zip(items, low == high, strict=True) if same]:
        raise DataError(f"{listed(flat)} has the same answer in all {len(columns.values)} complete rows.")
    return columns.with_values(scale.of_rows(columns.values))


def _sides(names: list[str], target: tuple[str, ...], weights: dict[str, float] | None) -> FloatArray:
    """Weights of the sum of columns that each indicator is correlated with, (indicators, columns)."""
    k = len(names)
    if target:
        return np.tile(np.r_[np.zeros(k), np.full(len(target), 1 / len(target))], (k, 1))
    given = dict.fromkeys(names, 1.0) if weights is None else weights
    if missing := [name for name in names if name not in given]:
        raise DataError(f"{listed(missing)} has no weight.")
    return np.where(np.eye(k) > 0, 0.0, np.array([given[name] for name in names]))


def _check_range(names: list[str], importance: FloatArray, score: FloatArray) -> None:
    if (wrong := ~(importance >= 0)).any():
        raise DataError(f"The weight of {names[int(np.argmax(wrong))]!r} is not at least 0.")
    if (wrong := ~((score >= 0) & (score <= 100))).any():
        place = int(np.argmax(wrong))
        raise DataError(f"The index of {names[place]!r} is {score[place]:g}, not within 0-100.")
