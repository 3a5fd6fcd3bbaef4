"""Local minima of one sample's discrepancy, sought from several starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.measurement_start import through_measurement
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import drawn_start, plain_start
from csisem.covariance.estimation.unit_variance_start import curvature_in_closed_form, through_unit_variances
from csisem.specification.parameters import ParameterTable

_MOST_STEPS = 100
_DRAWS, _DIRECT = 12, 8
_SEED = 20131


@dataclass(frozen=True, slots=True, eq=False)
class Minima:
    """Minima that K starts lead to.

    Attributes
    ----------
    theta
        Free parameters (K, q).
    value
        The discrepancy (K,), inf where a start led to none.
    """

    theta: FloatArray
    value: FloatArray


def other_minima(table: ParameterTable, objective: Objective, theta: FloatArray) -> Minima:
    """Minimise a batch of one again: from the measurement model, from a start like lavaan's, and from draws.

    ``theta`` (1, q) is the minimum that is known. All starts are one batch. Those of the last two kinds go by way of
    the model without markers, in which they converge, and to the lowest minimum, two or three times as often. Some
    draws do not, since a construct whose residual variance is fixed at one cannot have a negative one.
    """
    anywhere = other_starts(table, objective)
    count = len(anywhere)
    many = objective.take(np.zeros(count + _DIRECT + 1, dtype=np.intp))
    free = through_unit_variances(table, many.take(np.arange(count)), np.stack(anywhere))
    starts = np.concatenate([free, anywhere[:_DIRECT], through_measurement(table, objective, theta)])
    found = minimise(many, starts, _MOST_STEPS, exact=curvature_in_closed_form(objective.structure))
    return Minima(found.theta, np.where(found.converged, found.value, np.inf))


def other_starts(table: ParameterTable, objective: Objective) -> list[FloatArray]:
    """Starts (q,) drawn at random, always the same, and one like lavaan's, of a batch of one."""
    mean, variance = objective.marginals()
    rng = np.random.default_rng(_SEED)
    found = [drawn_start(table, objective.structure, mean[0], variance[0], rng) for _ in range(_DRAWS)]
    return [*found, plain_start(table, objective.structure, mean[0], variance[0])]
