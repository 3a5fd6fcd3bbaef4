"""Fit measures of scaled tests: lavaan's ``.scaled`` and ``.robust``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from csisem.covariance.goodness_of_fit import measure_formulas
from csisem.covariance.goodness_of_fit.complete_data_misfit import Misfit
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, ScaledTest


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """Chi-squares and log-likelihoods of the model and of the models it is compared with."""

    chisq: float
    df: int
    baseline_chisq: float
    baseline_df: int
    logl: float
    unrestricted_logl: float
    multiplier: float


def scaled_measures(
    correction: Correction, plain: Discrepancies, groups: int, *, robust: bool = True
) -> dict[str, float]:
    """Measures of a scaled test.

    ``.scaled`` replaces the plain chi-squares by the scaled ones; its RMSEA instead refers the plain chi-square
    to ``tr(U Gamma)`` degrees of freedom, except for a shifted test. ``.robust`` (Brosseau-Liard and Savalei 2014)
    estimates what the measure would be under normality: chi-squares minus ``factor * df``; left out without ``robust``.
    """
    model, baseline = correction.model, correction.baseline
    scaled = measure_formulas.incremental(model.chisq, model.df, baseline.chisq, baseline.df)
    factor, baseline_factor = model.mean_factor, baseline.mean_factor
    if model.shift:
        close = measure_formulas.rmsea(model.chisq, model.df, plain.multiplier, groups)
    else:
        close = measure_formulas.rmsea(plain.chisq, factor * plain.df, plain.multiplier, groups)
    values = {
        "chisq.scaled": model.chisq,
        "df.scaled": model.df,
        "pvalue.scaled": measure_formulas.p_value(model.chisq, model.df),
        "chisq.scaling.factor": model.factor,
        "baseline.chisq.scaled": baseline.chisq,
        "baseline.df.scaled": baseline.df,
        "baseline.pvalue.scaled": measure_formulas.p_value(baseline.chisq, baseline.df),
        "baseline.chisq.scaling.factor": baseline.factor,
        "cfi.scaled": scaled.cfi,
        "tli.scaled": scaled.tli,
        "nnfi.scaled": scaled.tli,
        "rfi.scaled": scaled.rfi,
        "nfi.scaled": scaled.nfi,
        "pnfi.scaled": scaled.pnfi,
        "ifi.scaled": scaled.ifi,
        "rni.scaled": scaled.rni,
        "rmsea.scaled": close.value,
        "rmsea.ci.lower.scaled": close.lower,
        "rmsea.ci.upper.scaled": close.upper,
        "rmsea.pvalue.scaled": close.close_p,
        "rmsea.notclose.pvalue.scaled": close.notclose_p,
    }
    # With adjusted degrees of freedom lavaan defines no robust measures; incomplete answers have a misfit of their own.
    if model.df != plain.df or correction.misfit is not None or not robust:
        return values
    apart = Misfit(plain.chisq, factor, plain.baseline_chisq, baseline_factor)
    return values | robust_measures(apart, plain, groups, model)


def robust_measures(
    apart: Misfit, plain: Discrepancies, groups: int, scaled: ScaledTest | None = None
) -> dict[str, float]:
    """What the measures would be under normality and complete answers: chi-squares minus ``factor * df``.

    ``scaled`` is the test whose noncentrality gives the RMSEA's interval; None: the chi-square over its factor.
    """
    df, baseline_df = plain.df, plain.baseline_df
    if apart.factor == 0:
        # A census leaves no sampling error, as in `scaled_tests.mean_scaled`.
        apart = replace(apart, factor=np.nan, baseline_factor=np.nan)
    excess, baseline_excess = (
        apart.chisq - apart.factor * df,
        apart.baseline_chisq - apart.baseline_factor * baseline_df,
    )
    largest = max(excess, baseline_excess, 0.0)
    tli = 1 - excess * baseline_df / (baseline_excess * df) if df > 0 else np.nan
    chisq, factor = (scaled.chisq, scaled.factor) if scaled else (apart.chisq / apart.factor, apart.factor)
    close = measure_formulas.rmsea(chisq, df, plain.multiplier, groups, factor=factor)
    return {
        "cfi.robust": 1.0 if largest == 0 else 1 - max(excess, 0.0) / largest,
        "tli.robust": tli,
        "nnfi.robust": tli,
        "rni.robust": 1 - excess / baseline_excess,
        "rmsea.robust": float(np.sqrt(max(excess, 0.0) / (plain.multiplier * df) * groups)) if df else 0.0,
        "rmsea.ci.lower.robust": close.lower,
        "rmsea.ci.upper.robust": close.upper,
        "rmsea.pvalue.robust": close.close_p,
        "rmsea.notclose.pvalue.robust": close.notclose_p,
    }
