"""Is a sample normal: statistics with their p-values, numbers in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, log_ndtr, ndtr

FloatArray = NDArray[np.float64]

# Shapiro and Wilk's p-value was fitted up to here (Royston 1995).
MOST_SHAPIRO = 5000


@dataclass(frozen=True, slots=True)
class NormalTest:
    """A test of normality; ``df`` is nan for a statistic with a distribution of its own."""

    method: str
    statistic: float
    df: float
    pvalue: float
    respects_design: bool = False


def univariate_tests(values: FloatArray) -> list[NormalTest]:
    """Shapiro and Wilk's, Anderson and Darling's, Lilliefors's and D'Agostino and Pearson's tests of values (n,).

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
    z = np.sort((values - values.mean()) / values.std(ddof=1))
    found += [anderson_darling(z), lilliefors(z)]
    squares = float(skewtest(values).statistic ** 2 + kurtosistest(values).statistic ** 2) if n >= 20 else np.nan
    found.append(NormalTest("d'agostino-pearson", squares, 2, float(chdtrc(2, squares))))
    return found


def anderson_darling(z: FloatArray) -> NormalTest:
    """Anderson and Darling's test of sorted standardised values (n,), mean and variance estimated.

    P-value by D'Agostino and Stephens (1986, Goodness-of-Fit Techniques, table 4.9).
    """
    n = len(z)
    odd = 2 * np.arange(1, n + 1) - 1
    statistic = float(-n - (odd * (log_ndtr(z) + log_ndtr(-z[::-1]))).mean())
    a = statistic * (1 + 0.75 / n + 2.25 / n**2)
    if a < 0.2:
        pvalue = 1 - np.exp(-13.436 + 101.14 * a - 223.73 * a**2)
    elif a < 0.34:
        pvalue = 1 - np.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    elif a < 0.6:
        pvalue = np.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    else:
        # Beyond 13 the fitted parabola turns up again.
        pvalue = np.exp(1.2937 - 5.709 * min(a, 13.0) + 0.0186 * min(a, 13.0) ** 2)
    return NormalTest("anderson-darling", statistic, np.nan, float(pvalue))


def lilliefors(z: FloatArray) -> NormalTest:
    """Lilliefors's test (1967, JASA 62, 399-402) of sorted standardised values (n,).

    P-value by Dallal and Wilkinson (1986, The American Statistician 40, 294-296) up to 0.1, where their formula holds;
    above, from quantiles of Stephens's (1974) ``D (sqrt(n) - 0.01 + 0.85/sqrt(n))``, which hardly depends on n.
    """
    n = len(z)
    below, place = ndtr(z), np.arange(1, n + 1)
    statistic = float(max((place / n - below).max(), (below - (place - 1) / n).max()))
    # Their formula is for up to 100 rows; beyond, the statistic is scaled to what 100 would give.
    d, size = (statistic, n) if n <= 100 else (statistic * (n / 100) ** 0.49, 100)
    exponent = -7.01256 * d**2 * (size + 2.78019) + 2.99587 * d * np.sqrt(size + 2.78019)
    pvalue = float(np.exp(exponent - 0.122119 + 0.974598 / np.sqrt(size) + 1.67997 / size))
    if pvalue > 0.1:
        modified = statistic * (np.sqrt(n) - 0.01 + 0.85 / np.sqrt(n))
        pvalue = float(max(np.interp(modified, _QUANTILES, _TAILS), 0.1))
    return NormalTest("lilliefors", statistic, np.nan, pvalue)


# Upper tails of Stephens's statistic in 200,000 normal samples of 200 rows; at 20 and at 500 they differ by about 0.01.
_TAILS = (1.0, 0.999, 0.99, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_QUANTILES = (0.0, 0.3174, 0.3669, 0.4209, 0.4542, 0.4792, 0.5007, 0.538, 0.5729, 0.6081, 0.6457, 0.689, 0.743, 0.8256)


@dataclass(frozen=True, slots=True)
class Mardia:
    """Mardia's skewness and kurtosis of p items, with their tests.

    Attributes
    ----------
    skewness, kurtosis
        ``b_1p`` and ``b_2p``, of covariances with divisor n (psych and semTools take n - 1).
    skewness_test, kurtosis_test
        ``n b_1p / 6`` by chi-square with ``p (p + 1)(p + 2) / 6`` degrees of freedom, corrected for small n; the
        standardised kurtosis, squared, by chi-square with one.
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
