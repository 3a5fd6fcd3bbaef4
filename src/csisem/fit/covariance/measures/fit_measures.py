"""Fit measures of a covariance structure under lavaan's names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import cholesky, log_determinant
from csisem.covariance.goodness_of_fit import measure_formulas
from csisem.fit.covariance.identification import degrees_of_freedom
from csisem.fit.covariance.measures.imputed_measures import pooled_discrepancies, pooled_measures
from csisem.fit.covariance.measures.least_squares_measures import least_squares_discrepancies, least_squares_goodness
from csisem.fit.covariance.measures.ordered_measures import (
    correlation_misfit,
    ordered_discrepancies,
    ordered_goodness,
    ordered_residuals,
    wrmr,
)
from csisem.fit.covariance.measures.reference_models import discrepancies_of, misfit, references
from csisem.fit.covariance.measures.scaled_measures import Discrepancies, robust_measures, scaled_measures
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def discrepancies(solution: CovarianceSolution) -> Discrepancies:
    """Compare the model with the saturated and with the baseline model.

    The baseline frees all variances, and the covariances of exogenous observed variables, and nothing else.
    """
    if solution.imputed is not None:
        return pooled_discrepancies(solution, solution.imputed)
    if solution.patterns is not None:
        return discrepancies_of(solution)
    if isinstance(solution, OrderedSolution):
        return ordered_discrepancies(solution)
    if solution.recipe.discrepancy != "ML":
        return least_squares_discrepancies(solution)
    return _compared(solution)[0]


def _complete(solution: CovarianceSolution) -> bool:
    """Whether a solution is by maximum likelihood from complete rows of one data set."""
    return solution.imputed is None and solution.patterns is None and solution.recipe.discrepancy == "ML"


# Relative rounding of a discrepancy, which is a difference of numbers that hang on the units of the answers.
_ROUNDING = 1e-15


def _inverse(solution: CovarianceSolution) -> FloatArray:
    """Inverses of the implied covariances without auxiliary variables, (G, p, p)."""
    own = slice(solution.table.measured)
    white, _ = cholesky(solution.implied_moments.cov[:, own, own])
    return white.mT @ white


def _compared(solution: CovarianceSolution) -> tuple[Discrepancies, FloatArray]:
    """Discrepancies of maximum likelihood from complete rows, in closed form, and inverse implied covariances."""
    table, cov, mean, implied = solution.table, solution.sample_cov, solution.sample_mean, solution.implied_moments
    groups, p = mean.shape
    x = solution.exogenous
    y = np.setdiff1d(np.arange(p), x)
    df, baseline_df = degrees_of_freedom(table)
    white, logdet = cholesky(implied.cov)
    inverse, logdet_s = white.mT @ white, log_determinant(cov)
    logdet_x = log_determinant(cov[:, x[:, None], x]) if x.size else np.zeros(groups)
    trace = (inverse * cov).sum(axis=(-2, -1))
    if table.meanstructure:
        shift = mean - implied.mean
        trace = trace + (np.matmul(inverse, shift[..., None])[..., 0] * shift).sum(axis=-1)
    # A Wishart likelihood has one row less in every group.
    n, size = solution.group_size, solution.counted
    kernel = logdet + trace - logdet_s - p
    kernel = np.where(np.abs(kernel) > _ROUNDING * (np.abs(logdet) + np.abs(logdet_s) + 2 * p), kernel, 0.0)
    diagonal = np.log(cov.diagonal(0, -2, -1)[:, y]).sum(axis=-1)
    constant = len(y) * np.log(2 * np.pi)
    found = Discrepancies(
        # Both are at least 0; rounding may carry a perfect fit just below, where distribution functions give nan.
        chisq=max(float(size @ kernel), 0.0),
        df=df,
        baseline_chisq=max(float(size @ (diagonal + logdet_x - logdet_s)), 0.0),
        baseline_df=baseline_df,
        logl=float(-(n @ (constant + logdet + trace - logdet_x - x.size)) / 2),
        unrestricted_logl=float(-(n @ (constant + logdet_s + p - logdet_x - x.size)) / 2),
        multiplier=float(size.sum()),
    )
    return found, inverse


def fit_measures(solution: CovarianceSolution) -> pd.Series[float]:
    """All fit measures under lavaan's names; nan when the fit is not usable."""
    import pandas as pd

    index = _index(likelihood=solution.recipe.discrepancy == "ML")
    if not solution.status.usable:
        return pd.Series(np.nan, index=index, name="value")
    values = _values(solution)
    plain = pd.Series(np.array([values[name] for name in index]), index=index, name="value")
    if solution.correction is None and _complete(solution):
        return plain
    found, groups, corrected = discrepancies(solution), solution.table.n_groups, solution.correction
    more: dict[str, float] = {}
    if corrected is not None:
        more |= scaled_measures(corrected, found, groups, robust=solution.table.ordered is None)
    if solution.imputed is not None:
        more |= pooled_measures(solution, solution.imputed)
    elif isinstance(solution, OrderedSolution):
        more |= {"wrmr": wrmr(solution)}
        if corrected is not None and (apart := correlation_misfit(solution)) is not None:
            more |= robust_measures(apart, found, groups)
    elif solution.patterns is not None:
        apart = corrected.misfit if corrected is not None else None
        more |= robust_measures(apart or misfit(solution, references(solution)), found, groups)
    if not more:
        return plain
    joined: pd.Series[float] = pd.concat([plain, pd.Series(more, name="value")])
    return joined


@cache
def _index(*, likelihood: bool) -> pd.Index[str]:
    import pandas as pd

    return pd.Index([name for name in _NAMES if likelihood or name not in _LIKELIHOOD])


def _values(solution: CovarianceSolution) -> dict[str, float]:
    found, inverse = _compared(solution) if _complete(solution) else (discrepancies(solution), _inverse(solution))
    criteria = measure_formulas.criteria(found.logl, found.unrestricted_logl, solution.table.counted, solution.n)
    chisq, df, size = found.chisq, found.df, found.multiplier
    return (
        {
            "npar": solution.table.counted,
            "fmin": chisq / 2 / (size if solution.recipe.discrepancy == "ML" else solution.n),
            "chisq": chisq,
            "df": df,
            "pvalue": _p_value(solution, chisq, df),
            "logl": criteria.logl,
            "unrestricted.logl": criteria.unrestricted_logl,
            "aic": criteria.aic,
            "bic": criteria.bic,
            "ntotal": solution.n,
            "bic2": criteria.bic2,
            "cn_05": measure_formulas.hoelter(chisq, df, size, 0.05),
            "cn_01": measure_formulas.hoelter(chisq, df, size, 0.01),
            "mfi": measure_formulas.mfi(chisq, df, size),
            "ecvi": measure_formulas.ecvi(chisq, size, solution.table.counted),
        }
        | _relative(solution, found)
        | _approximation(found, solution.table.n_groups)
        | _residual(solution, found, inverse)
    )


def _p_value(solution: CovarianceSolution, chisq: float, df: float) -> float:
    """The p-value of a chi-square; nan for ULS, a sum of squares in the answers' units."""
    return np.nan if solution.recipe.discrepancy == "ULS" else measure_formulas.p_value(chisq, df)


def _relative(solution: CovarianceSolution, found: Discrepancies) -> dict[str, float]:
    """The baseline, and measures relative to it."""
    relative = measure_formulas.incremental(found.chisq, found.df, found.baseline_chisq, found.baseline_df)
    return {
        "baseline.chisq": found.baseline_chisq,
        "baseline.df": found.baseline_df,
        "baseline.pvalue": _p_value(solution, found.baseline_chisq, found.baseline_df),
        "cfi": relative.cfi,
        "tli": relative.tli,
        "nnfi": relative.tli,
        "rfi": relative.rfi,
        "nfi": relative.nfi,
        "pnfi": relative.pnfi,
        "ifi": relative.ifi,
        "rni": relative.rni,
    }


def _approximation(found: Discrepancies, groups: int) -> dict[str, float]:
    close = measure_formulas.rmsea(found.chisq, found.df, found.multiplier, groups)
    return {
        "rmsea": close.value,
        "rmsea.ci.lower": close.lower,
        "rmsea.ci.upper": close.upper,
        "rmsea.ci.level": 0.90,
        "rmsea.pvalue": close.close_p,
        "rmsea.close.h0": 0.05,
        "rmsea.notclose.pvalue": close.notclose_p,
        "rmsea.notclose.h0": 0.08,
    }


def _residual(solution: CovarianceSolution, found: Discrepancies, inverse: FloatArray) -> dict[str, float]:
    """Root mean square residuals, and the share of the moments that the model reproduces."""
    means, implied, shares = solution.table.meanstructure, solution.implied_moments, solution.group_size / solution.n
    # Auxiliary variables are reproduced by construction.
    own = slice(solution.table.measured)
    moments = (
        solution.sample_cov[:, own, own],
        solution.sample_mean[:, own],
        solution.implied_covariances[:, own, own],
        implied.mean[:, own],
        shares,
        means,
    )
    residual = measure_formulas.residual_measures(*moments)
    if isinstance(solution, OrderedSolution):
        residual = ordered_residuals(solution)
        good = ordered_goodness(solution, found.df)
    elif solution.recipe.discrepancy == "ML":
        good = measure_formulas.goodness(*moments, inverse, solution.exogenous, found.df)
    else:
        good = least_squares_goodness(solution, found.df)
    return {
        "rmr": residual.rmr,
        "rmr_nomean": residual.rmr_nomean,
        "srmr": residual.srmr if solution.table.ordered is None else residual.srmr_nomean,
        "srmr_bentler": residual.srmr,
        "srmr_bentler_nomean": residual.srmr_nomean,
        "crmr": residual.crmr,
        "crmr_nomean": residual.crmr_nomean,
        "srmr_mplus": residual.srmr_mplus,
        "srmr_mplus_nomean": residual.srmr_mplus_nomean,
        "gfi": good.gfi,
        "agfi": good.agfi,
        "pgfi": good.pgfi,
    }


_NAMES = (
    "npar", "fmin", "chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "baseline.pvalue", "cfi", "tli", "nnfi",
    "rfi", "nfi", "pnfi", "ifi", "rni", "logl", "unrestricted.logl", "aic", "bic", "ntotal", "bic2", "rmsea",
    "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.ci.level", "rmsea.pvalue", "rmsea.close.h0", "rmsea.notclose.pvalue",
    "rmsea.notclose.h0", "rmr", "rmr_nomean", "srmr", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean",
    "srmr_mplus", "srmr_mplus_nomean", "cn_05", "cn_01", "gfi", "agfi", "pgfi", "mfi", "ecvi",
)  # fmt: skip
_LIKELIHOOD = frozenset({"logl", "unrestricted.logl", "aic", "bic", "ntotal", "bic2"})
"""Measures that take a likelihood; lavaan counts the rows among them."""
