"""Driver analysis: correlations, regression, and shares of R-squared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.moment_statistics import columns_of, estimate
from csisem.descriptive.unit_bootstrap import check_draws, resampled
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, agree, listed, tell
from csisem.fit.bootstrap.wild_replicates import wild_note
from csisem.improve import importance
from csisem.improve.bootstrap_ranks import rank_span, ranks_of
from csisem.inference.bootstrap_intervals import interval
from csisem.inference.intervals import wald_interval
from csisem.inference.moment_functions import Gradient, gradient
from csisem.moments.correlations import correlations_of, variance_inflation
from csisem.moments.dependence import equations_of
from csisem.option_checks import check_share, names_of
from csisem.options import DriverMeasure, validate
from csisem.survey import Survey
from csisem.survey.declared import columns_of_names, names_of_items, turned
from csisem.survey.scale import SMALLEST

EVERY: tuple[DriverMeasure, ...] = ("correlation", "regression", "lmg", "relative")

COLLINEAR = 10.0
"""Variance inflation from which there is a warning."""

MOST_RESAMPLED = 10
"""Most drivers for which the exact LMG shares of every replicate are computed."""

# Smallest eigenvalue of the drivers' correlations that allows a regression.
_SINGULAR = 1e-10


def drivers(
    data: object,
    outcome: str | Sequence[str],
    items: str | Sequence[str],
    *,
    measures: DriverMeasure | Sequence[DriverMeasure] = EVERY,
    design: object = None,
    level: float = 0.95,
    n: int = 0,
    seed: int | None = None,
) -> pd.DataFrame:
    """Rank items by their contribution to an outcome, with intervals by the sampling design.

    Parameters
    ----------
    data
        A `Survey`, frame or path. Rows with a missing answer to any of the items are left out.
    outcome
        The item(s) of overall satisfaction; for several, the plain mean of their answers. Answers to items that lower
        the total by the questionnaire are turned, so that more is better in all.
    items
        The p drivers.
    measures
        ``"correlation"`` with the outcome; ``"regression"``: standardised coefficients; ``"lmg"``: the increment of
        R-squared averaged over all orders of entry (Lindeman, Merenda and Gold 1980; Shapley), exact up to 15 drivers,
        over 2,000 random orders above; ``"relative"``: Johnson's (2000) relative weights.
    design
        None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the intervals.
    n
        Bootstrap replicates of the rows, or of a design's clusters, for percentile intervals; 0 takes linearised
        standard errors instead. With ``"lmg"`` for at most 10 drivers.
    seed
        Seed of random orders and replicates.

    Returns
    -------
    DataFrame
        ``item, measure, n, estimate, se, ci_lower, ci_upper, share, rank, vif``: ``share`` of R-squared for the last
        two measures, whose estimates sum to it; ``rank`` within the measure, 1 for the largest. A bootstrap adds
        ``se_robust``, the interquartile range of the replicates over 1.349, and ``rank_lower, rank_upper``, which
        contain 95 % of the ranks. ``.attrs``: ``r_squared``, its ``r_squared_se``, number of rows ``lost``,
        ``degrees``, and ``notes`` (sentences) on wild replicates.

    Raises
    ------
    DataError
        If a column is missing, an item is also an outcome or is constant, rows are too few, or drivers are linearly
        dependent.
    OptionError
        If a measure is unknown, ``level`` is not between 0 and 1, or ``n`` is too small for it.

    Warns
    -----
    CsisemWarning
        If a variance inflation factor is 10 or more.

    See Also
    --------
    ipma : Importance by the paths of a model.
    penalty_reward : Unequal effects of low and high answers.

    Notes
    -----
    All measures are smooth functions of covariances; standard errors are by Taylor linearisation. Intervals of
    ``"lmg"`` and ``"relative"`` near zero are rough, since neither can be negative.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.improve.drivers(survey, ["s1", "s2", "s3"], ["q1", "q2", "v1"], measures="lmg")
    >>> found[["item", "estimate", "ci_lower", "ci_upper", "share", "rank"]].round(2)
      item  estimate  ci_lower  ci_upper  share  rank
    0   q1      0.19      0.16      0.22   0.36     1
    1   q2      0.15      0.13      0.17   0.29     3
    2   v1      0.18      0.16      0.21   0.35     2
    """
    wanted: list[DriverMeasure] = [validate("measures", one, DriverMeasure) for one in names_of("measures", measures)]
    if not wanted:
        raise OptionError(f"measures= must name at least one of {listed(EVERY)}.")
    check_share("level", level)
    check_draws(n, seed, level)
    names, target = names_of("items", items), names_of("outcome", outcome)
    survey = survey_in_force(data, design)
    names, target = columns_of_names(survey, names), columns_of_names(survey, target)
    columns = _columns(survey, names, target)
    names = tuple(names_of_items(survey, names))
    asked = _Asked(tuple(wanted), len(names), seed)
    vif = _checked(columns.moments()[1], names)
    if n and "lmg" in wanted and len(names) > MOST_RESAMPLED:
        raise OptionError(f"LMG with replicates takes at most {MOST_RESAMPLED} drivers, and these are {len(names)}; "
                          "leave out n= for linearised standard errors, or take measures='relative'.")  # fmt: skip
    found = estimate(columns, asked.function, asked.gradient)
    draws, ends = None, None
    said: list[Sentence] = []
    if n:
        draws = resampled(columns, asked.function, n, seed)
        ends = interval(draws, found.value, "percentile", level=level)
        se, lower, upper = ends.se, ends.lower, ends.upper
        said = wild_note(ends, [*(f"{measure} of {name}" for measure in wanted for name in names), "R-squared"])
    else:
        se = found.se
        tests = wald_interval(found.value, se, level=level, df=found.degrees)
        lower, upper = tests.lower, tests.upper
    p, explained = len(names), float(found.value[-1])
    rows = []
    for k, measure in enumerate(wanted):
        part = slice(k * p, (k + 1) * p)
        order = ranks_of(found.value[part])
        share = found.value[part] / explained if measure in ("lmg", "relative") else np.full(p, np.nan)
        robust = {} if ends is None else {"se_robust": ends.robust[part]}
        numbers = {"estimate": found.value[part], "se": se[part], **robust, "ci_lower": lower[part],
                   "ci_upper": upper[part], "share": share, "rank": order, "vif": vif}  # fmt: skip
        if draws is not None:
            numbers["rank_lower"], numbers["rank_upper"] = rank_span(draws[:, part])
        rows.append(pd.DataFrame({"item": list(names), "measure": measure, "n": columns.counted, **numbers}))
    frame = pd.concat(rows, ignore_index=True)
    frame.attrs = {"r_squared": explained, "r_squared_se": float(se[-1]), "lost": columns.dropped,
                   "degrees": found.degrees, "notes": said}  # fmt: skip
    return frame


@dataclass(frozen=True, slots=True)
class _Asked:
    """The measures of p drivers one after the other, then R-squared."""

    measures: tuple[DriverMeasure, ...]
    p: int
    seed: int | None

    def function(self, mean: FloatArray, cov: FloatArray) -> FloatArray:  # noqa: ARG002 - means have no effect
        corr = correlations_of(cov)
        parts = [
            importance.averaged(self._regressions(corr)) if measure == "lmg" else _SMOOTH[measure](corr)
            for measure in self.measures
        ]
        return np.concatenate([*parts, importance.r_squared(corr)[..., None]], axis=-1)

    def gradient(self, mean: FloatArray, cov: FloatArray) -> Gradient:
        def smooth(mean: FloatArray, cov: FloatArray) -> FloatArray:  # noqa: ARG001 - means have no effect
            corr = correlations_of(cov)
            # LMG has its own derivatives, filled in below.
            parts = [np.zeros_like(corr[..., :-1, -1]) if m == "lmg" else _SMOOTH[m](corr) for m in self.measures]
            return np.concatenate([*parts, importance.r_squared(corr)[..., None]], axis=-1)

        found = gradient(smooth, mean, cov)
        if "lmg" not in self.measures:
            return found
        own = importance.averaged_gradient(cov, self._regressions(correlations_of(cov)))
        for k, measure in enumerate(self.measures):
            if measure == "lmg":
                found.by_cov[k * self.p : (k + 1) * self.p] = own.by_cov
        return found

    def _regressions(self, corr: FloatArray) -> importance.Regressions:
        return importance.regressions(corr, np.random.default_rng(self.seed))


_SMOOTH = {
    "correlation": lambda corr: corr[..., :-1, -1],
    "regression": importance.regression,
    "relative": importance.relative_weights,
}


def _columns(survey: Survey, names: tuple[str, ...], target: tuple[str, ...]) -> Sample:
    """Complete rows of the drivers and, last, the mean of the outcome's items."""
    if both := [name for name in names if name in target]:
        raise DataError(f"{listed(both)} {agree(len(both), 'is', 'are')} both outcome and driver; leave one out.")
    if not names or not target:
        raise OptionError("Name the outcome and at least one driver.")
    found = columns_of(survey, (*names, *target), len(names) + 2)
    split = len(names)
    values = turned(survey, (*names, *target), found.values)
    outcome = values[:, split:].mean(axis=1, keepdims=True)
    columns = found.with_values(np.concatenate([values[:, :split], outcome], axis=1))
    spread = columns.values[columns.weights > 0]
    if constant := [name for name, low, high in zip((*names, "the outcome"), spread.min(axis=0), spread.max(axis=0),
                                                    strict=True) if not high - low > SMALLEST]:  # fmt: skip
        raise DataError(f"{listed(constant)} is constant over the {columns.counted} complete rows.")
    return columns


def _checked(cov: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """Variance inflation factors (p,), with a warning if large."""
    corr = correlations_of(cov)
    values, vectors = np.linalg.eigh(corr[:-1, :-1])
    if values[0] < _SINGULAR:
        bound = [name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 1e-6]
        raise DataError(f"The drivers {listed(bound)} are linearly dependent "
                        f"({equations_of(cov[:-1, :-1], names)}); leave one of them out.")  # fmt: skip
    vif = variance_inflation(corr[:-1, :-1])
    if (vif >= COLLINEAR).any():
        close = [name for name, value in zip(names, vif, strict=True) if value >= COLLINEAR]
        tell([sentence("improvement.collinear_drivers", drivers=close, vif=vif.max())])
    return vif
