"""Tests of independence in a cross table, classical and under a design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from csisem.arrays import FloatArray, IntArray
from csisem.inference.contrasts import sum_to_zero, wald_f

# Eigenvalue of the simple covariances, as correlations, below which design effects are not defined.
_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class TableTest:
    """A test of independence; ``df2`` is nan for a chi-square."""

    method: str
    statistic: float
    df1: float
    df2: float
    pvalue: float
    respects_design: bool = False


def expected(counts: FloatArray) -> FloatArray:
    """Expected counts (r, c) under independence."""
    return np.asarray(np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum())


def pearson(counts: FloatArray) -> float:
    """Pearson's statistic (1900)."""
    fitted = expected(counts)
    return float(((counts - fitted) ** 2 / fitted).sum())


def degrees(counts: FloatArray) -> int:
    """``(r - 1)(c - 1)``."""
    rows, columns = counts.shape
    return int((rows - 1) * (columns - 1))


def classical_tests(counts: IntArray) -> list[TableTest]:
    """Pearson's test and the likelihood ratio, of independent rows."""
    from scipy.stats import chi2_contingency

    found = []
    for method, power in (("pearson", 1.0), ("likelihood ratio", 0.0)):
        test = chi2_contingency(counts, correction=False, lambda_=power)
        found.append(TableTest(method, float(test.statistic), test.dof, np.nan, float(test.pvalue)))
    return found


def exact_test(counts: IntArray, draws: int, seed: int) -> TableTest:
    """Fisher's exact test of a 2 x 2 table; a Monte Carlo test of larger ones.

    Random tables with the same margins (Patefield 1981) give the p-value ``(1 + b)/(1 + draws)``, where b of them have
    a Pearson statistic at least as large.
    """
    if counts.shape == (2, 2):
        from scipy.stats import fisher_exact

        return TableTest("exact", np.nan, 1, np.nan, float(fisher_exact(counts)[1]))
    from scipy.stats import random_table

    drawn = random_table(counts.sum(axis=1), counts.sum(axis=0)).rvs(size=draws, random_state=seed)
    fitted = expected(counts.astype(np.float64))
    statistics = ((drawn - fitted) ** 2 / fitted).sum(axis=(1, 2))
    beyond = int(np.count_nonzero(statistics >= pearson(counts.astype(np.float64)) * (1 - 1e-10)))
    return TableTest("exact (drawn)", np.nan, degrees(counts.astype(np.float64)), np.nan, (1 + beyond) / (1 + draws))


def design_tests(totals: FloatArray, covariance: FloatArray, n: int, df: float) -> list[TableTest]:
    """Rao and Scott's corrections of Pearson's test, and Wald's test.

    First order: Pearson's statistic over the mean design effect, by chi-square; second order: by F with Satterthwaite's
    degrees of freedom (Rao and Scott 1981, JASA 76, 221-230; 1984, Annals of Statistics 12, 46-60; F as in Thomas and
    Rao 1987). Wald: of the totals' deviations from independence (Koch, Freeman and Freeman 1975). A test is nan where
    the design leaves no variance.

    ``totals`` are the weighted totals of the cells (r, c), ``covariance`` their design covariance (r c, r c) with cells
    by rows, ``n`` the rows of the sample and ``df`` the design's degrees of freedom.
    """
    k, shares = degrees(totals), totals / totals.sum()
    statistic = n * pearson(shares)
    effects = _design_effects(shares, covariance / totals.sum() ** 2, n)
    trace, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    first = second = df1 = np.nan
    if trace > 0 and squares > 0:
        first, second, df1 = k * statistic / trace, statistic / trace, trace**2 / squares
    pvalue = float(fdtrc(df1, df1 * df, second)) if df > 0 else np.nan
    gradient, deviation = _deviations(totals)
    wald = wald_f(deviation, gradient @ covariance @ gradient.T, df)
    return [
        TableTest("rao-scott, first order", first, k, np.nan, float(chdtrc(k, first)), True),
        TableTest("rao-scott, second order", second, df1, df1 * df, pvalue, True),
        TableTest("wald", wald.statistic, wald.df1, wald.df2, wald.pvalue, True),
    ]


def _design_effects(shares: FloatArray, covariance: FloatArray, n: int) -> FloatArray:
    """Generalised design effects (k, k) of the deviations from independence."""
    rows, columns = shares.shape
    one, two = (sum_to_zero(count) for count in (rows, columns))
    main = np.hstack(
        [np.ones((rows * columns, 1)), np.kron(one, np.ones((columns, 1))), np.kron(np.ones((rows, 1)), two)]
    )
    both = np.kron(one, two)
    free = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    p = shares.ravel()
    scaled = free / np.where(p > 0, p, np.inf)[:, None]
    # The contrasts are orthogonal to the margins, so that the variance of the total drops out.
    simple = free.T @ scaled / n
    scale = np.sqrt(np.diagonal(simple))
    # Many empty cells leave some deviations without a variance.
    if not (scale > 0).all() or np.linalg.eigvalsh(simple / np.outer(scale, scale))[0] < _SINGULAR:
        return np.full(simple.shape, np.nan)
    return np.asarray(np.linalg.solve(simple, scaled.T @ covariance @ scaled))


def _deviations(totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Deviations ``t_ij - t_i t_j / t`` but for the last row and column, (k,), after their derivatives (k, r c)."""
    rows, columns = totals.shape
    whole = totals.sum()
    by_row, by_column = totals.sum(axis=1) / whole, totals.sum(axis=0) / whole
    independent = np.outer(by_row, by_column)
    gradient = np.eye(rows * columns).reshape(rows, columns, rows, columns) + independent[:, :, None, None]
    for i in range(rows):
        gradient[i, :, i, :] -= by_column[:, None]
    for j in range(columns):
        gradient[:, j, :, j] -= by_row[:, None]
    return gradient[:-1, :-1].reshape(-1, rows * columns), (totals - whole * independent)[:-1, :-1].ravel()


def association(counts: FloatArray) -> dict[str, float]:
    """Cramer's V (1946), Pearson's contingency coefficient C (1904), and C over its maximum.

    The maximum is ``sqrt((m - 1)/m)``, m the shorter side.
    """
    n, m = counts.sum(), min(counts.shape)
    statistic = pearson(counts)
    c = float(np.sqrt(statistic / (statistic + n)))
    v = float(np.sqrt(statistic / n / (m - 1)))
    return {"cramer_v": v, "contingency_c": c, "corrected_c": c / float(np.sqrt((m - 1) / m))}


def adjusted_residuals(counts: FloatArray) -> FloatArray:
    """Residuals (r, c) that are standard normal under independence (Haberman 1973, Biometrics 29, 205-220)."""
    n, fitted = counts.sum(), expected(counts)
    free = np.outer(1 - counts.sum(axis=1) / n, 1 - counts.sum(axis=0) / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((counts - fitted) / np.sqrt(fitted * free))
