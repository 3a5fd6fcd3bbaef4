"""The population of a model, and the model fitted to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray
from csisem.covariance.estimation.solve import solve_one
from csisem.errors import ModelError, OptionError, listed, untold
from csisem.fit.bootstrap.simulated_answers import SimulatedAnswers
from csisem.fit.covariance.covariance_fit import as_covariance
from csisem.fit.covariance.identification import inverse_or_flat
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.settings import CovarianceSettings
from csisem.fit.solution import Uncertainty
from csisem.fit.status import Status, not_identified
from csisem.moments.correlations import correlations_of
from csisem.moments.moments import Moments
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.monte_carlo.drawn_rows import DrawnRows
from csisem.monte_carlo.numeric_experiment import NumericExperiment
from csisem.monte_carlo.ordered_experiment import OrderedExperiment
from csisem.monte_carlo.sampled_indices import SampledIndices
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.simulation import response_scales
from csisem.specification.simulation.parameter_values import Values, row_values
from csisem.specification.simulation.population import Population, population
from csisem.survey.design import Design
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    from csisem.models.model import Model
    from csisem.options import Estimator, Parameterization
    from csisem.specification.parameters import ParameterTable
    from csisem.specification.simulation.response_scales import Skew

# Largest skewness of answers, and what it is as `Margins.spread`.
_MOST_SKEW = 20.0
_MOST_SPREAD = float(response_scales.Margins.of(np.array([_MOST_SKEW])).spread[0])

_THRESHOLD = re.compile(r"^(.+)\|t(\d+)$")


def people_of(model: Model, values: Values | None, scales: tuple[Scale | None, ...]) -> Population:
    """Moments of the population's continuous responses."""
    table = model.table(meanstructure=True)
    return population(table, row_values(table, values), response_scales.centres(scales))


def numeric_experiment(
    model: Model,
    people: Population,
    n: int,
    estimator: Estimator,
    scales: tuple[Scale | None, ...],
    skew: Skew,
) -> NumericExperiment:
    """Samples of ``n`` numeric answers; rows are drawn where moments do not say enough."""
    count = np.asarray(n, dtype=np.int64)
    moments = Moments(count, np.asarray(float(n)), people.mean, people.cov, people.items, (None,) * len(people.items))
    with untold():
        solution = as_covariance(model.fit(moments, "ML"), "Power").solution
    solution.require_usable("Power")
    _check_linear(model.table())
    if solution.table.exogenous and estimator != "ML":
        raise OptionError(f"Power of models with observed predictors is that of 'ML', not of {estimator!r}.")
    sd = np.sqrt(np.diag(people.cov))
    margins = response_scales.margins(skew, people.items)
    if (margins.spread > _MOST_SPREAD).any():
        raise OptionError(f"skew= is beyond {_MOST_SKEW:g} for some item, where a few answers rule a sample; take "
                          "skewness nearer 0.")  # fmt: skip
    factor = response_scales.factors(correlations_of(people.cov), 0.0, margins, people.items)[1]
    rows = DrawnRows(n, factor, margins, people.mean, sd, scales)
    drawn = estimator != "ML" or bool(margins.spread.any()) or any(scale is not None for scale in scales)
    bounded = [scale for scale in scales if scale is not None]
    indices, truth = None, np.zeros(0)
    if len(bounded) == len(scales) and solution.table.constructs:
        lows, highs = (np.array([getattr(scale, end) for scale in bounded]) for end in ("low", "high"))
        indices = SampledIndices.of(solution, lows, highs)
        truth = indices.values(solution.theta[None], rows.means()[None])[0]
    return NumericExperiment(solution, rows if drawn else None, estimator != "ML", estimator == "MLR", indices, truth)


def ordered_experiment(
    model: Model,
    values: Values | None,
    n: int,
    estimator: Estimator,
    scales: tuple[Scale | None, ...],
    parameterization: Parameterization,
) -> OrderedExperiment:
    """Samples of ``n`` ordered answers, from thresholds among the values or from the steps of the scales."""
    counts = _thresholds(values)
    if counts:
        if lacking := [name for name in model.items if name not in counts]:
            raise ModelError(f"values= has thresholds, but none of {listed(lacking)}; give those of every item.")
        table = model.table(ordered=OrderedItems(tuple((name, counts[name]) for name in model.items), parameterization))
        rows = row_values(table, _without_derived(table, values))
        theta = np.linalg.pinv(table.map.toarray()) @ (rows - table.base)
        return _with_indices(_at(table, theta, n, estimator, None), scales)
    if any(scale is None for scale in scales):
        raise ModelError("Ordered answers take thresholds in values=, such as 'q1 | t1', or scale= for every item, "
                         "whose steps then are the thresholds of normal responses.")  # fmt: skip
    people = people_of(model, values, scales)
    sd = np.sqrt(np.diag(people.cov))
    cuts = [
        (np.arange(int(scale.high - scale.low)) + 0.5 + scale.low - mean) / own
        for scale, mean, own in zip(scales, people.mean, sd, strict=True)
        if scale is not None
    ]
    items = OrderedItems(
        tuple((name, len(cut)) for name, cut in zip(people.items, cuts, strict=True)), parameterization
    )
    table = model.table(ordered=items)
    return _with_indices(_at(table, None, n, estimator, (np.concatenate(cuts), correlations_of(people.cov))), scales)


def _at(
    table: ParameterTable, theta: FloatArray | None, n: int, estimator: Estimator,
    moments: tuple[FloatArray, FloatArray] | None,
) -> OrderedExperiment:  # fmt: skip
    """The experiment at true parameters, or at those that have thresholds (T,) and correlations (p, p)."""
    _check_linear(table)
    if table.exogenous:
        raise ModelError("Power with ordered items is that of models without observed predictors.")
    if table.ordered is None:
        raise ValueError("the table has no ordered items")
    start = moments or (np.zeros(sum(count for _, count in table.ordered.thresholds)), np.eye(len(table.observed)))
    solution = _solution(table, start, n, estimator)
    if theta is None:
        found = solve_one(table, solution.objective, solution.start[None])
        if not found.converged[0]:
            raise ModelError("No parameters of the ordered model have the correlations of these values.")
        theta = found.theta[0]
    solution = replace(solution, theta=theta)
    inverse, flat = inverse_or_flat(solution.grouped_information("expected"))
    if inverse is None:
        solution.changed(status=not_identified(table.names(), flat)).require_usable("Power")
    implied = SimulatedAnswers.of(solution, solution)
    sample = _solution(table, (implied.thresholds[0], implied.correlations[0]), n, estimator)
    return OrderedExperiment(replace(sample, theta=theta), implied)


def _with_indices(experiment: OrderedExperiment, scales: tuple[Scale | None, ...]) -> OrderedExperiment:
    """The experiment with the indices of its constructs, where every item has a scale with as many answers."""
    solution = experiment.solution
    first, known = solution.first, [scale for scale in scales if scale is not None]
    counts = [int(scale.high - scale.low) + 1 for scale in known]
    if counts != [len(own) for own in first.answers] or not solution.table.constructs:
        return experiment
    answers = tuple(tuple(scale.low + k for k in range(count)) for scale, count in zip(known, counts, strict=True))
    mean, variance = np.empty((2, len(answers)))
    for item, own in enumerate(answers):
        below = ndtr(first.thresholds[0, first.threshold_items == item])
        share = np.diff(below, prepend=0.0, append=1.0)
        mean[item] = share @ np.array(own)
        variance[item] = share @ (np.array(own) - mean[item]) ** 2
    codes = replace(solution.moments, mean=mean, cov=np.diag(variance), scales=scales)
    solution = replace(solution, first=replace(first, answers=answers), codes=codes)
    lows, highs = (np.array([getattr(scale, end) for scale in known]) for end in ("low", "high"))
    indices = SampledIndices.of(solution, lows, highs)
    parameters = np.concatenate([solution.theta, variance])
    truth = indices.values(parameters[None], mean[None])[0]
    drawn = replace(experiment.answers, answers=answers)
    return OrderedExperiment(solution, drawn, indices, truth)


def _solution(
    table: ParameterTable, moments: tuple[FloatArray, FloatArray], n: int, estimator: Estimator
) -> OrderedSolution:
    """The solution that has thresholds (T,) and correlations (p, p) as its sample, with unit weights."""
    if table.ordered is None:
        raise ValueError("the table has no ordered items")
    thresholds, correlations = moments
    p = len(correlations)
    size = len(thresholds) + p * (p - 1) // 2
    counts = dict(table.ordered.thresholds)
    first = OrderedMoments(
        items=table.observed,
        covariates=(),
        answers=tuple(tuple(float(k + 1) for k in range(counts[name] + 1)) for name in table.observed),
        n=np.array([n]),
        weight=np.array([float(n)]),
        thresholds=thresholds[None],
        mean=np.zeros((1, p)),
        cov=correlations[None],
        slopes=np.zeros((1, p, 0)),
        covariate_mean=np.zeros((1, 0)),
        covariate_cov=np.zeros((1, 0, 0)),
        gamma=np.eye(size)[None],
    )
    sample = Moments(
        np.asarray(n, dtype=np.int64), np.asarray(float(n)), np.zeros(p), correlations, table.observed, (None,) * p
    )
    settings = CovarianceSettings(
        estimator, "listwise", (), Design(), "sandwich", "normal", "expected", "native", (), ()
    )
    # A population has no rows, whose moments would stand beside those of latent responses.
    return OrderedSolution(
        table, settings, sample, np.full(table.npar, np.nan), Status(True, True, True, ()), 0, None, None,
        Uncertainty.unknown(table.npar), first=first, codes=sample,
    )  # fmt: skip


def _check_linear(table: ParameterTable) -> None:
    """Refuse restrictions under which the errors of every sample would follow other equations."""
    if table.restrictions is not None:
        raise ModelError("Power is that of models with linear equations between parameters; leave nonlinear ones, "
                         "inequalities and bounds out.")  # fmt: skip


def _thresholds(values: Values | None) -> dict[str, int]:
    """Numbers of thresholds of the items that have some among the values."""
    if values is None:
        return {}
    if isinstance(values, Mapping):
        names = [str(name).replace(" ", "") for name in values]
    else:
        names = [f"{lhs}{op}{rhs}" for lhs, op, rhs in zip(values["lhs"], values["op"], values["rhs"], strict=True)]
    counts: dict[str, int] = {}
    for name in names:
        if found := _THRESHOLD.match(name):
            counts[found[1]] = max(counts.get(found[1], 0), int(found[2]))
    return counts


def _without_derived(table: ParameterTable, values: Values | None) -> Values | None:
    """A frame of parameters without the rows that follow from the others."""
    if values is None or isinstance(values, Mapping):
        return values
    derived = {(row.lhs, row.op, row.rhs) for row in table.rows if row.derived}
    kept = [key not in derived for key in zip(values["lhs"], values["op"], values["rhs"], strict=True)]
    return values[kept]
