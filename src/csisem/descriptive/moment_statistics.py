"""Functions of means and covariances with standard errors under a sampling design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.errors import DataError
from csisem.inference.design_rules import rule_of
from csisem.inference.moment_functions import Gradient, gradient, influence
from csisem.inference.replicate_variance import replicate_degrees
from csisem.survey import Survey

Function = Callable[[FloatArray, FloatArray], FloatArray]
"""From means (..., p) and covariances (..., p, p) to statistics (..., k)."""

Slopes = Callable[[FloatArray, FloatArray], Gradient]
"""From means (p,) and covariances (p, p) to the derivatives of the statistics."""


def columns_of(survey: Survey, items: tuple[str, ...], least: int = 2) -> Sample:
    """Return the complete rows of some items, at least ``least`` of which have a weight above zero."""
    sample = Sample.read(survey, items)
    if sample.counted < least:
        raise DataError(f"{sample.counted} rows answered all {len(items)} items; at least {least} are needed.")
    return sample


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Estimates (k,), their covariance (k, k), and degrees of freedom."""

    value: FloatArray
    covariance: FloatArray
    degrees: float

    @property
    def se(self) -> FloatArray:
        """Standard errors, (k,)."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))


def estimate(sample: Sample, function: Function, slopes: Slopes) -> Statistics:
    """Estimate statistics of the moments: linearised by sampling unit, or from the replicate weights.

    Rows that lack an answer are in no sum, but their sampling units stay in the design, as for a domain.
    """
    mean, cov = sample.moments()
    value = function(mean, cov)
    if not sample.survey.design.replicate_weights:
        return _linearised(sample, mean, cov, value, slopes(mean, cov))
    weights = sample.replicates().T
    stack = function(*moments_under(sample.values, weights))
    return Statistics(value, rule_of(sample.survey.design).variance(stack, value),
                      replicate_degrees(weights @ weights.T))  # fmt: skip


def linearised(sample: Sample, function: Function) -> Statistics:
    """Estimate statistics of the moments with linearised variances, which replicate weights estimate too."""
    mean, cov = sample.moments()
    return _linearised(sample, mean, cov, function(mean, cov), gradient(function, mean, cov))


def _linearised(sample: Sample, mean: FloatArray, cov: FloatArray, value: FloatArray, slopes: Gradient) -> Statistics:
    rows = influence(slopes, cov, (sample.values - mean).T).T / sample.total
    return Statistics(value, sample.variance(rows), sample.degrees())


def moments_under(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means (R, p) and covariances (R, p, p) of rows (n, p) under sets of weights (R, n)."""
    total = weights.sum(axis=1)
    centre = values.mean(axis=0)
    away = values - centre
    p = away.shape[1]
    row, column = np.triu_indices(p)
    products = weights @ (away[:, row] * away[:, column]) / total[:, None]
    shift = weights @ away / total[:, None]
    cov = np.empty((len(weights), p, p))
    cov[:, row, column] = cov[:, column, row] = products
    cov -= shift[:, :, None] * shift[:, None, :]
    return centre + shift, cov
