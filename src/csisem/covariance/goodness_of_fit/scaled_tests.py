"""Scaled chi-square tests from the traces of U Gamma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.complete_data_misfit import Misfit
from csisem.options import Test


@dataclass(frozen=True, slots=True)
class ScaledTest:
    """A test statistic corrected for the distribution of the answers.

    Attributes
    ----------
    chisq, df
        The corrected statistic and its degrees of freedom.
    factor
        Divisor of the statistic.
    shift
        Number added after the division.
    mean_factor
        tr(U Gamma) / df: the mean correction alone, for robust fit measures.
    """

    chisq: float
    df: float
    factor: float
    shift: float
    mean_factor: float


@dataclass(frozen=True, slots=True)
class Correction:
    """Scaled tests of the model and of the baseline model; for incomplete answers also the complete-data misfit."""

    model: ScaledTest
    baseline: ScaledTest
    misfit: Misfit | None = None


def _unscaled(chisq: float, df: float) -> ScaledTest:
    """Without degrees of freedom nothing is corrected, and the factor is nan."""
    return ScaledTest(chisq, df, np.nan, 0.0, 1.0)


def mean_scaled(chisq: float, df: float, trace: float) -> ScaledTest:
    """Divide by ``trace / df`` (Satorra and Bentler 1994; Yuan and Bentler 2000 with their trace)."""
    if df <= 0:
        return _unscaled(chisq, df)
    if trace == 0:
        # In a census there is no sampling error, and no factor by which chi-square is too large.
        return ScaledTest(np.nan, df, np.nan, 0.0, np.nan)
    return ScaledTest(chisq * df / trace, df, trace / df, 0.0, trace / df)


def mean_variance_adjusted(chisq: float, df: float, trace: float, trace_square: float) -> ScaledTest:
    """Refer to ``df' = tr^2 / tr(square)`` degrees of freedom (Satterthwaite; Satorra and Bentler 1994)."""
    if df <= 0:
        return _unscaled(chisq, df)
    adjusted = trace**2 / trace_square
    factor = trace / adjusted
    return ScaledTest(chisq / factor, adjusted, factor, 0.0, trace / df)


def scaled_shifted(chisq: float, df: float, trace: float, trace_square: float) -> ScaledTest:
    """Scale and shift so that mean and variance are those of the model's df (Asparouhov and Muthen 2010)."""
    if df <= 0:
        return _unscaled(chisq, df)
    slope = float(np.sqrt(df / trace_square))
    shift = df - slope * trace
    return ScaledTest(chisq * slope + shift, df, 1 / slope, shift, trace / df)


def corrected(test: Test, chisq: float, df: float, traced: tuple[float, float]) -> ScaledTest:
    """Correct a chi-square by the traces of U Gamma and, if the test needs it, of its square."""
    if test == "scaled.shifted":
        return scaled_shifted(chisq, df, *traced)
    if test == "mean.var.adjusted":
        return mean_variance_adjusted(chisq, df, *traced)
    return mean_scaled(chisq, df, traced[0])


def restriction_traces(restriction: FloatArray, inverse: FloatArray, robust: FloatArray) -> tuple[float, float]:
    """tr(U Gamma) and tr((U Gamma)^2) of restrictions ``A theta = 0`` on a model's parameters (Satorra 2000).

    With ``inverse`` P^-1, the inverse information, and ``robust`` P^-1 G P^-1, the sandwich covariance of the
    parameters, both (q, q) per observation, the nonzero eigenvalues of U Gamma are those of
    ``(A P^-1 A')^-1 A (P^-1 G P^-1) A'``; ``restriction`` is A (restrictions, q).
    """
    normal, actual = (restriction @ covariance @ restriction.T for covariance in (inverse, robust))
    product = np.linalg.solve(normal, actual)
    return float(np.trace(product)), float((product * product.T).sum())
