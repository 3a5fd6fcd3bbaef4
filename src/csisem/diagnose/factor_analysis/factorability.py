"""Whether correlations hold common factors, and how many: KMO, Bartlett's test, eigenvalues against chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from csisem.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy:
    """Kaiser, Meyer and Olkin's measure of sampling adequacy: of all items, and of each (p,)."""

    overall: float
    items: FloatArray


def kmo(correlations: FloatArray) -> Adequacy:
    """Squared correlations over themselves plus squared partial ones (Kaiser and Rice 1974, EPM 34, 111-117)."""
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diagonal(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(correlations), dtype=bool)
    whole, part = correlations**2 * off, partial**2 * off
    by_item = whole.sum(axis=1) / (whole.sum(axis=1) + part.sum(axis=1))
    return Adequacy(float(whole.sum() / (whole.sum() + part.sum())), by_item)


@dataclass(frozen=True, slots=True)
class Sphericity:
    """Bartlett's test of the hypothesis that no items correlate."""

    statistic: float
    df: int
    pvalue: float


def bartlett_sphericity(correlations: FloatArray, n: int) -> Sphericity:
    """``-(n - 1 - (2p + 5)/6) log det R`` as chi-square (Bartlett 1951, Biometrika 38, 337-344)."""
    p = len(correlations)
    statistic = -(n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(correlations)[1])
    df = p * (p - 1) // 2
    return Sphericity(statistic, df, float(chdtrc(df, statistic)))


def chance_eigenvalues(n: int, p: int, draws: int, rng: np.random.Generator) -> FloatArray:
    """Eigenvalues (draws, p), descending, of correlation matrices of n independent normal rows.

    Drawn as Wishart matrices by Bartlett's decomposition, so that the number of rows costs nothing.
    """
    lower = np.tril(rng.standard_normal((draws, p, p)), -1)
    place = np.arange(p)
    lower[:, place, place] = np.sqrt(rng.chisquare(n - 1 - place, (draws, p)))
    cov = lower @ np.swapaxes(lower, -1, -2)
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    return np.linalg.eigvalsh(cov / (sd[:, :, None] * sd[:, None, :]))[:, ::-1]
