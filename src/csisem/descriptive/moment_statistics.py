"""Functions of means and covariances with standard errors under a sampling design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.errors import DataError
from csisem.inference.design_rules import rule_of
from csisem.inference.design_variance import added, degrees_of_freedom, linearise, variance
from csisem.inference.moment_map import Gradient, influence
from csisem.inference.replicate_variance import replicate_degrees
from csisem.survey import Batch, Survey

Function = Callable[[FloatArray, FloatArray], FloatArray]
"""From means (..., p) and covariances (..., p, p) to statistics (..., k)."""

Slopes = Callable[[FloatArray, FloatArray], Gradient]
"""From means (p,) and covariances (p, p) to the derivatives of the statistics."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Complete rows of p columns with their design.

    Attributes
    ----------
    survey
        All N rows and their design.
    values
        The complete rows, (n, p).
    kept
        Which rows these are, (N,).
    weight, replicates
        Their weights (n,) and replicate weights (R, n); None without.
    """

    survey: Survey
    values: FloatArray
    kept: BoolArray
    weight: FloatArray
    replicates: FloatArray | None

    @property
    def n(self) -> int:
        """Complete rows with a weight above zero."""
        return int(np.count_nonzero(self.weight > 0))

    @property
    def lost(self) -> int:
        """Rows that lack an answer."""
        return len(self.kept) - len(self.values)

    def with_values(self, values: FloatArray) -> Columns:
        """The same rows with other columns (n, q)."""
        return replace(self, values=values)


def columns_of(survey: Survey, items: tuple[str, ...], least: int = 2) -> Columns:
    """Return the complete rows of some items, in the questionnaire's units.

    Raises
    ------
    DataError
        A column is missing or text, or fewer than ``least`` rows are complete.
    """
    parts = survey.rows(items, replicates=bool(survey.design.replicate_weights)).reduce(_Whole())
    answers = np.concatenate([part.values for part in parts], axis=1).T
    kept = ~np.isnan(answers).any(axis=1)
    given = [part.weights for part in parts if part.weights is not None]
    weight = np.concatenate(given) if given else np.ones(len(answers))
    count = int(np.count_nonzero(kept & (weight > 0)))
    if count < least:
        raise DataError(f"{count} rows answered all {len(items)} items; at least {least} are needed.")
    repeated = [part.replicates for part in parts if part.replicates is not None]
    replicates = np.concatenate(repeated, axis=1)[:, kept] if repeated else None
    return Columns(survey, answers[kept], kept, weight[kept], replicates)


@dataclass(frozen=True, slots=True)
class _Whole:
    """Kernel that keeps the batches."""

    def partial(self, batch: Batch) -> list[Batch]:
        return [replace(batch, values=batch.values.copy())]

    def merge(self, left: list[Batch], right: list[Batch]) -> list[Batch]:
        left.extend(right)
        return left


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


def moments_of(values: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted means (p,) and covariances (p, p) with the sum of the weights as divisor."""
    mean = weight @ values / weight.sum()
    away = values - mean
    return mean, (away * weight[:, None]).T @ away / weight.sum()


def estimate(columns: Columns, function: Function, slopes: Slopes) -> Statistics:
    """Estimate statistics of the moments: linearised by sampling unit, or from the replicate weights.

    Rows that lack an answer are in no sum, but their sampling units stay in the design, as for a domain.
    """
    mean, cov = moments_of(columns.values, columns.weight)
    value = function(mean, cov)
    if columns.replicates is not None:
        return _replicated(columns, columns.replicates, function, value)
    own = influence(slopes(mean, cov), cov, (columns.values - mean).T).T
    return Statistics(value, *linearised(columns, own * (columns.weight / columns.weight.sum())[:, None]))


def linearised(columns: Columns, rows: FloatArray) -> tuple[FloatArray, float]:
    """Covariance (k, k) of statistics to which rows add (n, k), and its degrees of freedom."""
    design = linearise(columns.survey.units())
    code = design.code[columns.kept]
    spread = variance(design, added(rows, code, design.count))
    if design.row_factor is not None:
        spread += (rows * design.row_factor[code][:, None]).T @ rows
    counted = np.bincount(code, columns.weight > 0, minlength=design.count).astype(np.float64)
    zeros = np.zeros(design.count, dtype=np.intp)
    degrees = degrees_of_freedom(design, counted, np.arange(design.count), zeros, 1)
    return spread, float(degrees[0])


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


def _replicated(columns: Columns, weights: FloatArray, function: Function, value: FloatArray) -> Statistics:
    stack = function(*moments_under(columns.values, weights))
    gram = weights @ weights.T
    return Statistics(value, rule_of(columns.survey.design).variance(stack, value), replicate_degrees(gram))
