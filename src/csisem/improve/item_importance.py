"""Importance of indicators by weights or correlations, with their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.moment_statistics import columns_of, estimate
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.improve.quadrants import paired
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.index.hierarchy.leaf_directions import answers_of
from csisem.index.hierarchy.weight_tree import flat_tree
from csisem.index.scale_points import points_of
from csisem.inference.moment_functions import Gradient, gradient
from csisem.survey import Survey, as_survey
from csisem.survey.declared import columns_of_names, names_of_items
from csisem.survey.named_numbers import by_name, is_figures

Weights: TypeAlias = "Hierarchy | Mapping[str, float] | pd.Series[float]"
"""Weights by indicator, or a tree of indicators with weights."""


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
    texts
        Wordings of the indicators' questions; empty where none are known.
    """

    names: list[str]
    importance: FloatArray
    score: FloatArray
    se: FloatArray | None = None
    degrees: float = np.inf
    n: int | None = None
    lost: int = 0
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class _Indicators:
    """k indicators of a survey, each the weighted mean of columns.

    Attributes
    ----------
    names, texts
        Their names, and the wording of their questions (empty without).
    weights
        Their weights in the total, (k,).
    columns, within
        Columns of the questions, and their weights within the indicators, (k, columns).
    """

    survey: Survey
    names: list[str]
    texts: list[str]
    weights: FloatArray
    columns: tuple[str, ...]
    within: FloatArray


def simple(data: object, weights: Weights, design: object) -> Weighed:
    """Indicators by stated weights; see `targets.targets`."""
    if is_figures(data):
        if design is not None:
            raise OptionError("design= is for answers; figures have no design.")
        names, importance, score = _figures(data, weights)
        _check_range(names, importance, score)
        return Weighed(names, importance, score)
    own = _indicators(data, weights, (), design)
    columns = _points(own, (), 2)
    k = len(own.names)

    def means(mean: FloatArray, cov: FloatArray) -> FloatArray:  # noqa: ARG001 - means alone
        return mean

    found = estimate(columns, means, lambda mean, cov: Gradient(np.eye(k), np.zeros((k, *cov.shape))))  # noqa: ARG005
    _check_range(own.names, own.weights, found.value)
    return Weighed(own.names, own.weights, found.value, own.weights * found.se, found.degrees, columns.counted,
                   columns.dropped, own.texts)  # fmt: skip


def precise(
    data: object, weights: Weights | None, items: tuple[str, ...], target: tuple[str, ...], design: object
) -> Weighed:
    """Indicators by their correlation with overall satisfaction; see `targets.targets`."""
    if is_figures(data):
        raise DataError("method='precise' correlates answers over respondents; figures are one observation, n = 1, and "
                        "have no correlation. Give the answers, or take method='simple'.")  # fmt: skip
    own = _indicators(data, weights, items, design)
    if own.survey.n < 2:
        raise DataError(f"method='precise' correlates answers over respondents; with n = {own.survey.n} there is no "
                        "correlation.")  # fmt: skip
    known = (own.weights >= 0) & (own.weights < np.inf)
    if not known.all():
        raise DataError(f"The weight of {own.names[int(np.argmin(known))]!r} is not a finite number of at least 0.")
    outcome = columns_of_names(own.survey, target)
    if both := [name for name in outcome if name in own.columns]:
        raise DataError(f"{listed(both)} is both an indicator and overall satisfaction.")
    if not target and len(own.names) < 2:
        raise DataError("A single indicator has no others to correlate with; give outcome=.")
    columns = _points(own, outcome, 3)
    sides, k = _sides(own, len(outcome)), len(own.names)

    def coefficient(mean: FloatArray, cov: FloatArray) -> FloatArray:
        return with_others(cov, sides) * (100 - mean[..., :k])

    found = estimate(columns, coefficient, lambda mean, cov: gradient(coefficient, mean, cov))
    mean, cov = columns.moments()
    return Weighed(own.names, with_others(cov, sides), mean[:k], found.se, found.degrees, columns.counted,
                   columns.dropped, own.texts)  # fmt: skip


def _figures(data: Mapping[object, object], weights: Weights) -> tuple[list[str], FloatArray, FloatArray]:
    """Indicators with their weights and their indices, from figures."""
    if not isinstance(weights, Hierarchy):
        return paired(weights, data)  # type: ignore[arg-type]
    tree, at = weights.tree, weights.tree.indicators
    index = weights.score(data)["index"].to_numpy()
    return [tree.names[k] for k in at], tree.paths()[0][at], index[at]


def _indicators(data: object, weights: Weights | None, items: tuple[str, ...], design: object) -> _Indicators:
    """The indicators of a hierarchy, or those that are named; refused where a direction is in doubt."""
    if isinstance(weights, Hierarchy):
        tree, asked = weights.tree, weights.questionnaire
        survey = answers_of(data, tree, asked)
        names, importance = [tree.names[k] for k in tree.indicators], tree.paths()[0][tree.indicators]
        if items and (odd := [name for name in items if name not in names]):
            raise DataError(f"items= names {shown(odd[0])}, not an indicator of the hierarchy{nearest(odd[0], names)}.")
        kept = [names.index(name) for name in items] or list(range(len(names)))
        within = tree.paths()[tree.indicators][:, tree.leaves][kept]
        used = np.flatnonzero((within > 0).any(axis=0))
        columns = tuple(tree.items[k] for k in used)
        names, importance, within = [names[k] for k in kept], importance[kept], within[:, used]
    else:
        given = None if weights is None else by_name(weights, "Weight")
        wanted = list(items) or list(given or {})
        if given is not None and (missing := [name for name in wanted if name not in given]):
            raise DataError(f"{listed(missing)} has no weight.")
        survey = as_survey(data)
        columns = columns_of_names(survey, wanted)
        names = names_of_items(survey, columns)
        importance = np.array([1.0 if given is None else given[name] for name in wanted])
        within = np.eye(len(columns))
        survey = answers_of(survey, flat_tree(names, columns), None)
    texts = [_wording(survey, [columns[k] for k in np.flatnonzero(row)]) for row in within]
    known = any(column in survey.declared for column in columns) and any(texts)
    return _Indicators(survey_in_force(survey, design), names, texts if known else [], importance, columns, within)


def with_others(cov: FloatArray, sides: FloatArray) -> FloatArray:
    """Correlations (..., k) of the first k columns each with its weighted sum of columns, the rows of (k, p)."""
    k = len(sides)
    shared = np.matmul(cov[..., :k, :], sides.T)
    own = np.diagonal(shared, axis1=-2, axis2=-1)
    spread = ((sides @ cov) * sides).sum(axis=-1)
    found: FloatArray = own / np.sqrt(spread * np.diagonal(cov, axis1=-2, axis2=-1)[..., :k])
    return found


def _wording(survey: Survey, columns: Sequence[str]) -> str:
    """The wording of the questions of an indicator."""
    return " / ".join(text for column in columns if (text := survey.item_texts.get(column, "")))


def _points(own: _Indicators, outcome: tuple[str, ...], least: int) -> Sample:
    """Complete rows of indicators and outcomes in points of 0-100, of questions that vary."""
    items = (*own.columns, *outcome)
    scale = points_of(own.survey, items, complete=True)
    columns = columns_of(own.survey, items, least)
    low, high = columns.values.min(axis=0), columns.values.max(axis=0)
    if flat := [name for name, same in zip(names_of_items(own.survey, items), low == high, strict=True) if same]:
        raise DataError(f"{listed(flat)} has the same answer in all {len(columns.values)} complete rows.")
    points = scale.of_rows(columns.values)
    if len(own.names) == len(own.columns):
        return columns.with_values(points)
    width = len(own.columns)
    return columns.with_values(np.concatenate([points[:, :width] @ own.within.T, points[:, width:]], axis=1))


def _sides(own: _Indicators, outcomes: int) -> FloatArray:
    """Weights of the sum of columns that each indicator is correlated with, (indicators, columns)."""
    k = len(own.names)
    if outcomes:
        return np.tile(np.r_[np.zeros(k), np.full(outcomes, 1 / outcomes)], (k, 1))
    return np.where(np.eye(k) > 0, 0.0, own.weights)


def _check_range(names: list[str], importance: FloatArray, score: FloatArray) -> None:
    if (wrong := ~(importance >= 0)).any():
        raise DataError(f"The weight of {names[int(np.argmax(wrong))]!r} is not at least 0.")
    if (wrong := ~((score >= 0) & (score <= 100))).any():
        place = int(np.argmax(wrong))
        raise DataError(f"The index of {names[place]!r} is {score[place]:g}, not within 0-100.")
