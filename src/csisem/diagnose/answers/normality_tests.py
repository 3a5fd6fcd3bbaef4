"""Tests of normality as functions of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, log_ndtr

from csisem.arrays import FloatArray

# Royston (1995) fitted Shapiro and Wilk's p-value up to so many rows.
MOST_SHAPIRO = 5000
LEAST_AGOSTINO = 20


@dataclass(frozen=True, slots=True)
class NormalTest:
    """A test of normality; ``df`` is nan unless the statistic is a chi-square or F."""

    method: str
    statistic: float
    df: float
    pvalue: float
    respects_design: bool = False


def univariate_tests(values: FloatArray) -> list[NormalTest]:
    """Tests of values (n,) by Shapiro and Wilk, Anderson and Darling, Lilliefors, and D'Agostino and Pearson.

    Shapiro and Wilk's is nan beyond 5,000 rows, D'Agostino and Pearson's below 20.
    """
    from scipy.stats import kurtosistest, shapiro, skewtest

    n = len(values)
    found = []
    if n <= MOST_SHAPIRO:
        own = shapiro(values)
        found.append(NormalTest("shapiro-wilk", float(own.statistic), np.nan, float(own.pvalue)))
    else:
        found.append(NormalTest("shapiro-wilk", np.nan, np.nan, np.nan))
    about = values - values.mean()
    found += [anderson_darling(about), lilliefors(about)]
    squares = (
        float(skewtest(values).statistic ** 2 + kurtosistest(values).statistic ** 2) if n >= LEAST_AGOSTINO else np.nan
    )
    found.append(NormalTest("d'agostino-pearson", squares, 2, float(chdtrc(2, squares))))
    return found


def anderson_darling(values: FloatArray) -> NormalTest:
    """Anderson and Darling's test of values (n,) near zero, with estimated mean and variance.

    P-value by D'Agostino and Stephens (1986, Goodness-of-Fit Techniques, table 4.9), from statsmodels; zero for a
    statistic above 13, where it is below 5e-31.
    """
    from statsmodels.stats.diagnostic import normal_ad

    with np.errstate(divide="ignore"):
        pvalue = float(normal_ad(values)[1])
    # statsmodels' statistic is infinite if an answer lies more than eight standard deviations above the mean.
    z, n = np.sort((values - values.mean()) / values.std(ddof=1)), len(values)
    odd = 2 * np.arange(1, n + 1) - 1
    statistic = float(-n - (odd * (log_ndtr(z) + log_ndtr(-z[::-1]))).mean())
    return NormalTest("anderson-darling", statistic, np.nan, pvalue)


def lilliefors(values: FloatArray) -> NormalTest:
    """Lilliefors's test (1967, JASA 62, 399-402) of values (n,) near zero, by statsmodels.

    P-value by Dallal and Wilkinson (1986, The American Statistician 40, 294-296) up to 0.1, where their formula holds
    (in two million samples within 10 % down to 1e-4; smaller ones are extrapolated), and from statsmodels' table of
    simulated quantiles above, which ends at 0.99.
    """
    from statsmodels.stats.diagnostic import lilliefors as theirs

    statistic, pvalue = theirs(values, dist="norm", pvalmethod="approx")
    return NormalTest("lilliefors", float(statistic), np.nan, float(pvalue))


@dataclass(frozen=True, slots=True)
class Mardia:
    """Mardia's skewness and kurtosis of p items, with their tests.

    Attributes
    ----------
    skewness, kurtosis
        ``b_1p`` and ``b_2p``, of covariances with divisor n (psych and semTools use n - 1).
    skewness_test, kurtosis_test
        ``n b_1p / 6`` by chi-square with ``p (p + 1)(p + 2) / 6`` degrees of freedom, corrected for small n; the
        squared standardised kurtosis by chi-square with one.
    """

    skewness: float
    kurtosis: float
    skewness_test: NormalTest
    kurtosis_test: NormalTest


# Rows whose products are held at a time.
_CHUNK = 4096


def mardia(values: FloatArray) -> Mardia:
    """Mardia's measures (1970, Biometrika 57, 519-530; 1974, Sankhya B 36, 115-128) of rows (n, p)."""
    n, p = values.shape
    centred = values - values.mean(axis=0)
    factor = np.linalg.cholesky(centred.T @ centred / n)
    white = np.linalg.solve(factor, centred.T).T
    third = np.zeros((p, p * p))
    for start in range(0, n, _CHUNK):
        part = white[start : start + _CHUNK]
        third += part.T @ (part[:, :, None] * part[:, None, :]).reshape(len(part), -1)
    skewness = float((third / n).ravel() @ (third / n).ravel())
    kurtosis = float(((white**2).sum(axis=1) ** 2).mean())
    df = p * (p + 1) * (p + 2) / 6
    small = (p + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (p + 1) - 6))
    statistic = n * skewness / 6 * small
    z = (kurtosis - p * (p + 2)) / np.sqrt(8 * p * (p + 2) / n)
    return Mardia(
        skewness,
        kurtosis,
        NormalTest("mardia, skewness", statistic, df, float(chdtrc(df, statistic))),
        NormalTest("mardia, kurtosis", float(z**2), 1, float(chdtrc(1, z**2))),
    )
