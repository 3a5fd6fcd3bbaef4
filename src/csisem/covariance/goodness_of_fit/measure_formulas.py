"""Formulas of the fit measures, as functions of numbers only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri, chndtr, chndtrinc, ndtri

from csisem.arrays import FloatArray, IntArray


def p_value(chisq: float, df: float) -> float:
    """Upper tail of the chi-square distribution; nan without degrees of freedom."""
    return float(chdtrc(df, chisq)) if df > 0 else float("nan")


_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Incremental:
    """Incremental fit measures relative to the baseline model of uncorrelated variables; lavaan's names."""

    cfi: float
    tli: float
    rfi: float
    nfi: float
    pnfi: float
    ifi: float
    rni: float


def incremental(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> Incremental:
    """Incremental measures (Bentler 1990; Tucker and Lewis 1973; Bollen 1986, 1989; Bentler and Bonett 1980)."""
    excess, baseline_excess = chisq - df, baseline_chisq - baseline_df
    if abs(excess) < _ROUNDING * max(baseline_chisq, 1.0):
        # A saturated model fits exactly; what is left is the rounding of its solution.
        excess = 0.0
    largest = max(excess, baseline_excess, 0.0)
    cfi = 1.0 if largest == 0.0 else 1.0 - max(excess, 0.0) / largest
    nfi = _ratio(baseline_chisq - chisq, baseline_chisq)
    tli = rfi = 1.0
    if df > 0:
        tli = _ratio(baseline_chisq * df - chisq * baseline_df, baseline_excess * df)
        rfi = _ratio(baseline_chisq * df - chisq * baseline_df, baseline_chisq * df)
    pnfi = nfi * df / baseline_df if baseline_df > 0 else float("nan")
    ifi = _ratio(baseline_chisq - chisq, baseline_chisq - df)
    return Incremental(cfi, tli, rfi, nfi, pnfi, ifi, _ratio(baseline_excess - excess, baseline_excess))


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator != 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Rmsea:
    """Root mean square error of approximation with its interval and tests of close and not-close fit."""

    value: float
    lower: float
    upper: float
    close_p: float
    notclose_p: float


def rmsea(
    chisq: float,
    df: float,
    n: float,
    groups: int = 1,
    *,
    factor: float = 1.0,
    level: float = 0.90,
    close: float = 0.05,
    notclose: float = 0.08,
) -> Rmsea:
    """RMSEA (Steiger and Lind 1980; Browne and Cudeck 1993); ``n`` is the factor of the discrepancy in chi-square.

    ``factor`` is the divisor of a scaled chi-square, for the robust RMSEA (Brosseau-Liard, Savalei and Li 2012), whose
    noncentrality is on the scale of the unscaled chi-square.
    """
    if df <= 0:
        return Rmsea(0.0, 0.0, 0.0, float("nan"), float("nan"))

    def from_noncentrality(noncentrality: float) -> float:
        return float(np.sqrt(factor * noncentrality / (n * df)) * np.sqrt(groups))

    tail = (1 - level) / 2
    lower = from_noncentrality(_noncentrality(chisq, df, 1 - tail))
    upper = from_noncentrality(_noncentrality(chisq, df, tail))
    at = [n * df * value**2 / groups / factor for value in (close, notclose)]
    return Rmsea(
        from_noncentrality(max(chisq - df, 0.0)),
        lower,
        upper,
        float(1 - chndtr(chisq, df, at[0])),
        float(chndtr(chisq, df, at[1])),
    )


# Above this the noncentral distribution is practically normal, and scipy's functions give nan not far above. ULS, whose
# unit is that of the answers, has chi-squares of this size.
_NORMAL_ABOVE = 1e7


def _noncentrality(chisq: float, df: float, probability: float) -> float:
    """The noncentrality at which ``chisq`` has that lower-tail probability, 0 at least."""
    if chisq > _NORMAL_ABOVE:
        # (chisq - df - x)^2 = 2 z^2 (df + 2 x), mean and variance of the noncentral chi-square.
        z = float(ndtri(probability))
        return chisq - df + 2 * z * z - z * float(np.sqrt(4 * (chisq - df + z * z) + 2 * df))
    if not float(chndtr(chisq, df, 0.0)) > probability:
        return 0.0
    start = float(chndtrinc(chisq, df, probability))
    # Older versions of scipy stop at 1e-8, and a Newton step removes the rest: the derivative of the probability by the
    # noncentrality is half its difference at two degrees of freedom more.
    at = float(chndtr(chisq, df, start))
    slope = (float(chndtr(chisq, df + 2, start)) - at) / 2
    return start - (at - probability) / slope


@dataclass(frozen=True, slots=True)
class ResidualMeasures:
    """Root mean square residuals of one group, or their means over groups weighted by size; lavaan's names."""

    rmr: float
    rmr_nomean: float
    srmr: float
    srmr_nomean: float
    crmr: float
    crmr_nomean: float
    srmr_mplus: float
    srmr_mplus_nomean: float


def residual_measures(
    cov: FloatArray,
    mean: FloatArray,
    implied_cov: FloatArray,
    implied_mean: FloatArray,
    shares: FloatArray,
    means: bool,
) -> ResidualMeasures:
    """Residual measures of G groups: ``cov`` (G, p, p), ``mean`` (G, p); ``means`` if means are modelled.

    ``srmr`` is Bentler's (residuals over sample standard deviations), ``crmr`` Bollen's (residual correlations),
    ``srmr_mplus`` the one of Mplus (residual correlations and relative residual variances).
    """
    p = cov.shape[-1]
    sd, sd_hat = np.sqrt(np.linalg.diagonal(cov)), np.sqrt(np.linalg.diagonal(implied_cov))
    raw, outer = cov - implied_cov, sd[:, :, None] * sd[:, None, :]
    correlation = cov / outer - implied_cov / (sd_hat[:, :, None] * sd_hat[:, None, :])
    residuals = np.stack([raw, raw / outer, correlation])
    whole = (residuals * residuals).sum(axis=(-2, -1))
    own = (np.linalg.diagonal(residuals) ** 2).sum(axis=-1)
    # Every off-diagonal residual occurs twice in the matrix.
    lower, strict = (whole + own) / 2, (whole - own) / 2
    squares = [lower[0], lower[1], strict[2], strict[2] + own[1]]
    counts = [p * (p + 1) / 2, p * (p + 1) / 2, p * (p - 1) / 2, p * (p + 1) / 2]
    shifts = [np.zeros(len(shares))] * 4
    if means:
        shift = mean - implied_mean
        standard = ((shift / sd) ** 2).sum(axis=-1)
        shifts = [(shift**2).sum(axis=-1), standard, standard, ((mean / sd - implied_mean / sd_hat) ** 2).sum(axis=-1)]
    values: list[float] = []
    for square, mean_square, count in zip(squares, shifts, counts, strict=True):
        plain = np.sqrt(square / count) if count else np.zeros(len(shares))
        joint = np.sqrt((square + mean_square) / (count + p)) if means else plain
        values += [float(shares @ joint), float(shares @ plain)]
    return ResidualMeasures(*values)


@dataclass(frozen=True, slots=True)
class Goodness:
    """Share of the weighted sample moments that the model reproduces."""

    gfi: float
    agfi: float
    pgfi: float


def goodness(
    cov: FloatArray,
    mean: FloatArray,
    implied_cov: FloatArray,
    implied_mean: FloatArray,
    shares: FloatArray,
    means: bool,
    inverse: FloatArray,
    exogenous: IntArray,
    df: float,
) -> Goodness:
    """GFI and its relatives for ML (Joreskog and Sorbom 1982), averaged over G groups with ``shares`` (G,).

    ``1 - e'Ve / s'Vs`` with V the normal-theory weights from the ``inverse`` implied covariances. With a mean structure
    the (uncentred) means are among the moments; the moments of ``exogenous`` variables, which are fixed, are not.
    """
    groups, p = mean.shape
    residual, reference = cov - implied_cov, cov
    if exogenous.size:
        fixed = (slice(None), exogenous[:, None], exogenous)
        reference = cov.copy()
        residual[fixed] = reference[fixed] = 0.0
    error, total = _weighted_square(inverse, residual), _weighted_square(inverse, reference)
    if means:
        moved, level = mean - implied_mean, mean.copy()
        moved[:, exogenous] = level[:, exogenous] = 0.0
        error = error + (np.matmul(inverse, moved[..., None])[..., 0] * moved).sum(axis=-1)
        total = total + (np.matmul(inverse, level[..., None])[..., 0] * level).sum(axis=-1)
    gfi = float(shares @ (1 - error / total))
    return goodness_of(gfi, groups * (p * (p + 1) // 2 + (p if means else 0)), df)


def goodness_of(gfi: float, moments: int, df: float) -> Goodness:
    """Adjust a GFI for degrees of freedom."""
    agfi = 1 - moments / df * (1 - gfi) if df > 0 else 1.0
    return Goodness(gfi, agfi, df / moments * gfi)


def _weighted_square(inverse: FloatArray, matrix: FloatArray) -> FloatArray:
    """``vech' V vech`` with normal-theory weights: half the trace of ``(W M)^2``, by group."""
    product = inverse @ matrix
    return np.asarray((product * product.mT).sum(axis=(-2, -1)) / 2)


@dataclass(frozen=True, slots=True)
class Criteria:
    """Log-likelihoods and information criteria."""

    logl: float
    unrestricted_logl: float
    aic: float
    bic: float
    bic2: float


def criteria(logl: float, unrestricted: float, npar: int, n: int) -> Criteria:
    """AIC, BIC and the sample-size adjusted BIC (lavaan's ``bic2``; Sclove 1987)."""
    adjusted = (n + 2) / 24
    return Criteria(
        logl,
        unrestricted,
        -2 * logl + 2 * npar,
        -2 * logl + npar * float(np.log(n)),
        -2 * logl + npar * float(np.log(adjusted)),
    )


def hoelter(chisq: float, df: float, n: float, alpha: float) -> float:
    """Critical N (Hoelter 1983): the sample size at which the discrepancy would just be significant."""
    if df <= 0 or chisq <= 0:
        return float("nan")
    return float(chdtri(df, alpha)) / (chisq / n) + 1


def ecvi(chisq: float, n: float, npar: int) -> float:
    """Expected cross-validation index (Browne and Cudeck 1993)."""
    return chisq / n + 2 * npar / n


def mfi(chisq: float, df: float, n: float) -> float:
    """McDonald's (1989) noncentrality index."""
    return float(np.exp(-0.5 * (chisq - df) / n))
