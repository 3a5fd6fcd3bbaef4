"""Penalty-reward contrasts: effects of low and high answers on satisfaction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray, pd
from csisem.descriptive.complete_rows import survey_in_force
from csisem.descriptive.moment_statistics import Statistics, columns_of, estimate
from csisem.errors import DataError, OptionError, agree, listed
from csisem.index.scale_points import points_of
from csisem.inference.intervals import wald_interval
from csisem.inference.moment_functions import Gradient, gradient
from csisem.option_checks import check_number, check_share, names_of
from csisem.survey.declared import columns_of_names, names_of_items


def penalty_reward(
    data: object,
    outcome: str | Sequence[str],
    items: str | Sequence[str],
    *,
    low: float = 40.0,
    high: float = 80.0,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare the effects of low and of high answers to each item on overall satisfaction.

    Parameters
    ----------
    data
        A `Survey` with scales; rows with a missing answer are left out.
    outcome
        The item(s) of overall satisfaction; for several, their mean in points.
    items
        The items.
    low, high
        Answers of at most ``low`` points of 0-100 are low, of at least ``high`` points high.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the tests behind ``type``: an effect counts where p < 1 - level.

    Returns
    -------
    DataFrame
        ``item, n_low, n_high, penalty, penalty_se, reward, reward_se, contrast, contrast_se, pvalue, type``:
        ``penalty`` (usually negative) and ``reward`` in points of the outcome, from one regression on low and high
        answers to all items; ``contrast`` their sum, negative where low answers weigh more than high ones, and its
        ``pvalue``; ``type`` ``"basic"`` (contrast below zero), ``"excitement"`` (above zero), ``"performance"`` (no
        significant contrast, but an effect) or ``"indifferent"`` (no effect). ``.attrs``: number of rows ``n`` and
        ``lost``, ``r_squared``.

    Raises
    ------
    DataError
        If an item has no low, no high or no other answers, or the contrasts are linearly dependent.
    ScaleError
        If an item has no scale.
    OptionError
        If no item or no outcome is named, or a number is out of its range.

    See Also
    --------
    kano : Kano's categories from pairs of questions.
    drivers : Linear effects of items.

    Notes
    -----
    Brandt (1987); Mikulic and Prebezac (2011, Managing Service Quality 21, 46-66). Standard errors are linearised by
    the design.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.improve.penalty_reward(survey, "s1", ["q1", "q3", "v1"])
    >>> found[["item", "n_low", "n_high", "penalty", "reward", "contrast", "pvalue", "type"]].round(2)
      item  n_low  n_high  penalty  reward  contrast  pvalue         type
    0   q1     44     575   -11.77    6.30     -5.47    0.12  performance
    1   q3    105     441   -13.84    6.82     -7.02    0.00        basic
    2   v1    126     214   -10.62    6.25     -4.37    0.01        basic
    """
    check_share("level", level)
    check_number("low", low, 0, 100)
    check_number("high", high, 0, 100)
    if not low < high:
        raise OptionError(f"low={low} and high={high} must rise within 0-100.")
    names, target = names_of("items", items), names_of("outcome", outcome)
    if not names or not target:
        raise OptionError("Name the outcome and at least one item.")
    if both := [name for name in names if name in target]:
        raise DataError(f"{listed(both)} {agree(len(both), 'is', 'are')} both outcome and item; leave one out.")
    survey = survey_in_force(data, design)
    names, target = columns_of_names(survey, names), columns_of_names(survey, target)
    every = (*names, *target)
    scale = points_of(survey, every, complete=True)
    columns = columns_of(survey, every, 2 * len(names) + 2)
    points = scale.of_rows(columns.values)
    own = points[:, : len(names)]
    # Points of 0-100 are quotients, which rounding must not move across a bound.
    bad, good = own <= low + 1e-9, own >= high - 1e-9
    _check_filled(names, bad, good, columns.weights > 0)
    y = points[:, len(names) :].mean(axis=1, keepdims=True)
    columns = columns.with_values(np.concatenate([bad, good, y], axis=1, dtype=np.float64))
    k = len(names)

    def coefficients(mean: FloatArray, cov: FloatArray) -> FloatArray:  # noqa: ARG001 - means have no effect
        beta = np.linalg.solve(cov[..., :-1, :-1], cov[..., :-1, -1:])[..., 0]
        explained = (beta * cov[..., :-1, -1]).sum(axis=-1) / cov[..., -1, -1]
        return np.concatenate([beta, beta[..., :k] + beta[..., k:], explained[..., None]], axis=-1)

    def slopes(mean: FloatArray, cov: FloatArray) -> Gradient:
        return gradient(coefficients, mean, cov)

    try:
        found = estimate(columns, coefficients, slopes)
    except np.linalg.LinAlgError:
        raise DataError("Low and high answers to the items are linearly dependent; leave an item out.") from None
    counted = columns.weights > 0
    frame = _frame(
        tuple(names_of_items(survey, names)), bad[counted].sum(axis=0), good[counted].sum(axis=0), found, level
    )
    frame.attrs = {"n": columns.counted, "lost": columns.dropped, "r_squared": float(found.value[-1])}
    return frame


def _frame(names: tuple[str, ...], low: IntArray, high: IntArray, found: Statistics, level: float) -> pd.DataFrame:
    k = len(names)
    tests = wald_interval(found.value, found.se, level=level, df=found.degrees)
    columns: dict[str, object] = {"item": list(names), "n_low": low, "n_high": high}
    for part, name in enumerate(("penalty", "reward", "contrast")):
        place = slice(part * k, (part + 1) * k)
        columns |= {name: found.value[place], f"{name}_se": found.se[place]}
    columns["pvalue"] = tests.pvalue[place]
    columns["type"] = _types(found.value, tests.pvalue, k, 1 - level)
    return pd.DataFrame(columns)


def _check_filled(names: tuple[str, ...], bad: BoolArray, good: BoolArray, counted: BoolArray) -> None:
    for what, part in (("low", bad), ("high", good), ("in between", ~(bad | good))):
        if empty := [name for name, there in zip(names, part[counted].max(axis=0), strict=True) if not there]:
            raise DataError(f"Nobody answered {what} to {listed(empty)}; move low= or high=.")


def _types(value: FloatArray, pvalue: FloatArray, k: int, alpha: float) -> list[str]:
    named = []
    for item in range(k):
        contrast, p = value[2 * k + item], pvalue[2 * k + item]
        if p < alpha:
            named.append("basic" if contrast < 0 else "excitement")
        elif min(pvalue[item], pvalue[k + item]) < alpha:
            named.append("performance")
        else:
            named.append("indifferent")
    return named
