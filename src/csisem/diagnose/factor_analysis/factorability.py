"""KMO, Bartlett's test of sphericity and eigenvalues of random data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from csisem.arrays import FloatArray
from csisem.moments.correlations import correlations_of


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy:
    """Kaiser, Meyer and Olkin's measure of sampling adequacy, of all items and of each (p,)."""

    overall: float
    items: FloatArray


def kmo(correlations: FloatArray) -> Adequacy:
    """Squared correlations over the sum of these and squared partial ones (Kaiser and Rice 1974, EPM 34, 111-117)."""
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diagonal(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(correlations), dtype=bool)
    whole, part = correlations**2 * off, partial**2 * off
    by_item = whole.sum(axis=1) / (whole.sum(axis=1) + part.sum(axis=1))
    return Adequacy(float(whole.sum() / (whole.sum() + part.sum())), by_item)


@dataclass(frozen=True, slots=True)
class Sphericity:
    """Bartlett's test that no items correlate."""

    statistic: float
    df: int
    pvalue: float


def bartlett_sphericity(correlations: FloatArray, n: int) -> Sphericity:
    """``-(n - 1 - (2p + 5)/6) log det R`` as chi-square (Bartlett 1951, Biometrika 38, 337-344)."""
    p = len(correlations)
    statistic = -(n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(correlations)[1])
    df = p * (p - 1) // 2
    return Sphericity(statistic, df, float(chdtrc(df, statistic)))


def chance_eigenvalues(rows: int, p: int, n: int, rng: np.random.Generator) -> FloatArray:
    """Eigenvalues (n, p), descending, of correlations of n random data sets of independent normal rows.

    Wishart matrices by Bartlett's decomposition, so that the number of rows does not matter for speed.
    """
    lower = np.tril(rng.standard_normal((n, p, p)), -1)
    place = np.arange(p)
    lower[:, place, place] = np.sqrt(rng.chisquare(rows - 1 - place, (n, p)))
    correlations = correlations_of(lower @ np.swapaxes(lower, -1, -2))
    return np.asarray(np.linalg.eigvalsh(correlations)[:, ::-1], dtype=np.float64)
