"""Isotonic and logistic regression with confidence bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import Linearisation, added, variance
from csisem.inference.intervals import wald_interval
from csisem.inference.resample import blocks, counts, rescaled
from csisem.library_settings import global_settings
from csisem.survey import Units
from csisem.survey.sampling_units import first_rows

# Cells of the table of means over all pairs of values that are computed at a time.
_CELLS = 4_000_000
_STEPS = 100
_STILL = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class CurveRows:
    """Rows (n,) with their sampling units.

    Attributes
    ----------
    x, y, weight
        Each (n,).
    unit
        Each row's resampling unit: its first-stage cluster, or the row itself, (n,).
    stratum, fraction
        Stratum of each unit, (U,), including units without an answer, and sampling fraction of each stratum, (H,).
    design
        The design, linearised.
    finest
        Each row's last-stage unit of the design, (n,).
    """

    x: FloatArray
    y: FloatArray
    weight: FloatArray
    unit: IntArray
    stratum: IntArray
    fraction: FloatArray
    design: Linearisation
    finest: IntArray

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray, units: Units, kept: BoolArray) -> CurveRows:
        """The rows ``kept`` (N,) of all N rows with their sampling units."""
        unit = units.stages[0] if units.clusters else np.arange(units.n)
        stratum = np.zeros(int(unit.max(initial=-1)) + 1, dtype=np.intp)
        stratum[unit] = units.strata
        weight = np.ones(units.n) if units.weights is None else units.weights
        fraction = np.zeros(units.n_strata)
        if units.fractions[0] is not None:
            fraction = units.fractions[0][first_rows(units.strata, units.n_strata)]
        design = linearise(units)
        return cls(x, y, weight[kept], unit[kept], stratum, fraction, design, design.code[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """Values and band (g,) of a logistic curve, and its coefficients."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    intercept: float
    slope: float
    slope_se: float


def logistic_curve(sample: CurveRows, grid: FloatArray, level: float) -> Logistic:
    """Weighted logistic regression of shares 0-1, with standard errors by the design and a band of the logit.

    Quasi-likelihood (Papke and Wooldridge 1996, Journal of Applied Econometrics 11, 619-632), fitted by statsmodels and
    linearised (Binder 1983).
    """
    centre = float(sample.weight @ sample.x / sample.weight.sum())
    design = np.stack([np.ones(len(sample.x)), sample.x - centre], axis=1)
    beta = _coefficients(sample, design)
    if beta is None:
        raise DataError("The logistic curve does not exist: satisfaction separates loyal from other customers; "
                        "use method='isotonic'.")  # fmt: skip
    share = expit(design @ beta)
    information = (design * (sample.weight * share * (1 - share))[:, None]).T @ design
    scores = design * (sample.weight * (sample.y - share))[:, None]
    influence = np.asarray(np.linalg.solve(information, scores.T).T, dtype=np.float64)
    spread = variance(sample.design, added(influence, sample.finest, sample.design.count))
    if sample.design.row_factor is not None:
        spread += (influence * sample.design.row_factor[sample.finest][:, None]).T @ influence
    at = np.stack([np.ones(len(grid)), grid - centre], axis=1)
    logit = at @ beta
    tests = wald_interval(logit, np.sqrt(((at @ spread) * at).sum(axis=1)), level=level)
    return Logistic(
        expit(logit),
        expit(tests.lower),
        expit(tests.upper),
        float(beta[0] - beta[1] * centre),
        float(beta[1]),
        float(spread[1, 1] ** 0.5),
    )


def _coefficients(sample: CurveRows, design: FloatArray) -> FloatArray | None:
    """Intercept and slope (2,) by statsmodels; None if it does not converge."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    counted = sample.weight > 0
    share = sample.weight[counted] / sample.weight[counted].mean()
    model = GLM(sample.y[counted], design[counted], family=Binomial(), freq_weights=share)
    # Separation of the groups is reported by our own message.
    with global_settings("statsmodels"), np.errstate(all="ignore"):
        fit = model.fit(maxiter=_STEPS, tol=_STILL, tol_criterion="params")
    return np.asarray(fit.params, dtype=np.float64) if fit.converged else None


def isotonic_curve(
    sample: CurveRows, grid: FloatArray, level: float, count: int, seed: int | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values and percentile band (g,) of the isotonic regression, linear between its points.

    Units are resampled within strata by `inference.resample.rescaled`.
    """
    from scipy.sparse import csr_array

    values, place = np.unique(sample.x, return_inverse=True)
    shape = (len(values), len(sample.stratum))
    weight, total = (
        csr_array((each, (place, sample.unit)), shape=shape) for each in (sample.weight, sample.weight * sample.y)
    )
    whole = np.ones(shape[1])
    curve = _along(isotonic(np.asarray(weight @ whole), np.asarray(total @ whole)), values, grid)
    scheme = rescaled(sample.stratum, len(sample.fraction), sample.fraction)
    step = max(1, _CELLS // len(values) ** 2)
    draws = []
    for block in blocks(int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed, count):
        factor = (scheme.base + scheme.slope * counts(scheme, block)).T
        for first in range(0, block.count, step):
            some = factor[:, first : first + step]
            both = np.asarray(weight @ some).T, np.asarray(total @ some).T
            draws.append(_along(isotonic(*both), values, grid))
    tail = (1 - level) / 2
    lower, upper = np.quantile(np.concatenate(draws), [tail, 1 - tail], axis=0)
    return curve, lower, upper


def isotonic(weight: FloatArray, total: FloatArray) -> FloatArray:
    """Isotonic regression (..., k) of totals over weights (..., k): ``max_{i <= k} min_{j >= k} mean(i..j)``.

    Values without weight take the fit of the next above, or else below (Barlow, Bartholomew, Bremner and Brunk 1972,
    chapter 1).
    """
    k = weight.shape[-1]
    zero = np.zeros((*weight.shape[:-1], 1))
    w, t = (np.concatenate([zero, np.cumsum(part, axis=-1)], axis=-1) for part in (weight, total))
    # Mean of values i to j: rows i, columns j; undefined below the diagonal and without weight.
    spans = w[..., None, 1:] - w[..., :-1, None]
    inside = (np.tri(k).T > 0) & (spans > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(inside, (t[..., None, 1:] - t[..., :-1, None]) / spans, np.inf)
    least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
    # Where only values without weight follow, there is no mean.
    rows = np.where(np.isfinite(least) & (np.tri(k).T > 0), least, -np.inf)
    return np.asarray(np.maximum.accumulate(rows.max(axis=-2), axis=-1))


def _along(curves: FloatArray, values: FloatArray, grid: FloatArray) -> FloatArray:
    """Curves (..., k) over ``values``, interpolated at the points of a grid (..., g); flat beyond the ends."""
    right = np.clip(np.searchsorted(values, grid), 1, len(values) - 1)
    left = right - 1
    share = np.clip((grid - values[left]) / (values[right] - values[left]), 0.0, 1.0)
    return curves[..., left] + share * (curves[..., right] - curves[..., left])
