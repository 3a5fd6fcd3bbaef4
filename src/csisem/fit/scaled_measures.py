"""Fit measures of scaled tests: lavaan's ``.scaled`` and ``.robust`` names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.covariance import measures
from csisem.covariance.scaled import Correction


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


def scaled_measures(correction: Correction, plain: Discrepancies, groups: int) -> dict[str, float]:
    """Measures of a corrected test.

    ``.scaled`` puts the corrected chi-squares where the plain ones stand; its RMSEA instead refers the plain chi-square
    to ``tr(U Gamma)`` degrees of freedom, except for a shifted test. ``.robust`` (Brosseau-Liard and Savalei 2014)
    estimates what the measure would be under normality: chi-squares minus ``factor * df``.
    """
    model, baseline = correction.model, correction.baseline
    scaled = measures.incremental(model.chisq, model.df, baseline.chisq, baseline.df)
    # What chi-square is expected to be; a saturated model has no factor, and spends nothing.
    spent = model.mean_factor * plain.df if plain.df > 0 else 0.0
    baseline_spent = baseline.mean_factor * plain.baseline_df if plain.baseline_df > 0 else 0.0
    if model.shift:
        close = measures.rmsea(model.chisq, model.df, plain.multiplier, groups)
    else:
        close = measures.rmsea(plain.chisq, spent, plain.multiplier, groups)
    values = {
        "chisq.scaled": model.chisq,
        "df.scaled": model.df,
        "pvalue.scaled": measures.p_value(model.chisq, model.df),
        "chisq.scaling.factor": model.factor,
        "baseline.chisq.scaled": baseline.chisq,
        "baseline.df.scaled": baseline.df,
        "baseline.pvalue.scaled": measures.p_value(baseline.chisq, baseline.df),
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
    if model.df != plain.df:
        # With adjusted degrees of freedom lavaan defines no robust measures.
        return values
    excess, baseline_excess = plain.chisq - spent, plain.baseline_chisq - baseline_spent
    largest = max(excess, baseline_excess, 0.0)
    tli = 1 - excess * plain.baseline_df / (baseline_excess * plain.df) if plain.df > 0 else 1.0
    robust = measures.rmsea(model.chisq, model.df, plain.multiplier, groups, factor=model.factor)
    values |= {
        "cfi.robust": 1.0 if largest == 0 else 1 - max(excess, 0.0) / largest,
        "tli.robust": tli,
        "nnfi.robust": tli,
        "rni.robust": 1 - excess / baseline_excess,
        "rmsea.robust": float(np.sqrt(max(excess, 0.0) / (plain.multiplier * plain.df) * groups)) if plain.df else 0.0,
        "rmsea.ci.lower.robust": robust.lower,
        "rmsea.ci.upper.robust": robust.upper,
        "rmsea.pvalue.robust": robust.close_p,
        "rmsea.notclose.pvalue.robust": robust.notclose_p,
    }
    return values
