"""Fisher's linear discriminant of two weighted groups, with leave-one-out scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from csisem.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Hyperplane:
    """Hyperplane between two groups of rows (n, p): outside (0) and inside (1).

    Attributes
    ----------
    weight
        Sums of the groups' weights (2,).
    mean
        Means (2, p).
    within
        Pooled covariance (p, p), divisor n - 2 (of weights: their sum times (n - 2)/n).
    slopes, constant
        ``slopes @ x + constant`` is the log-odds of being inside, for normal answers with one covariance matrix.
    prior
        Prior log-odds.
    """

    weight: FloatArray
    mean: FloatArray
    within: FloatArray
    slopes: FloatArray
    constant: float
    prior: float

    @property
    def distance(self) -> float:
        """Squared Mahalanobis distance of the means."""
        return float(self.slopes @ (self.mean[1] - self.mean[0]))


def separate(x: FloatArray, inside: BoolArray, weights: FloatArray, prior: float | None) -> Hyperplane:
    """Find the hyperplane (Fisher 1936, Annals of Eugenics 7, 179-188); ``prior`` None takes the sample's odds."""
    n = len(x)
    groups = np.stack([~inside, inside]) * weights
    weight = groups.sum(axis=1)
    mean = groups @ x / weight[:, None]
    rest = x - mean[inside.astype(np.intp)]
    within = (rest * weights[:, None]).T @ rest / (weight.sum() * (n - 2) / n)
    slopes = np.linalg.solve(within, mean[1] - mean[0])
    odds = float(np.log(weight[1] / weight[0])) if prior is None else prior
    return Hyperplane(weight, mean, within, slopes, odds - float(slopes @ mean.sum(axis=0)) / 2, odds)


def left_out(x: FloatArray, inside: BoolArray, weights: FloatArray, plane: Hyperplane) -> FloatArray:
    """Log-odds (n,) of each row by the hyperplane of all other rows, with the prior kept.

    Leaving a row out is a rank-one update of the covariance (Sherman and Morrison 1950), so that no system is solved
    again (Lachenbruch and Mickey 1968, Technometrics 10, 1-11).
    """
    n, own = len(x), inside.astype(np.intp)
    whole = plane.weight.sum()
    inverse = np.linalg.inv(plane.within) / (whole * (n - 2) / n)
    rest = x - plane.mean[own]
    share = weights / (plane.weight[own] - weights)
    # Without the row its group's mean moves away from it, and the scatter loses the row's part.
    moved = -share[:, None] * rest
    sign = np.where(inside, 1.0, -1.0)[:, None]
    gap = plane.mean[1] - plane.mean[0] + sign * moved
    middle = x - plane.mean.sum(axis=0) / 2 - moved / 2
    turned = rest @ inverse
    factor = share * plane.weight[own]
    reduced = 1 - factor * (turned * rest).sum(axis=1)
    product = ((middle @ inverse) * gap).sum(axis=1)
    product += factor * (turned * middle).sum(axis=1) * (turned * gap).sum(axis=1) / reduced
    return np.asarray(product * (whole - weights) * (n - 3) / (n - 1) + plane.prior)


def separation(plane: Hyperplane, n: int) -> dict[str, float]:
    """Wilks's lambda, its F test that the groups have the same means, and the canonical correlation.

    The test is Hotelling's (1931), of independent rows.
    """
    p, share = len(plane.slopes), plane.weight / plane.weight.sum()
    between = n * float(share.prod()) * plane.distance / (n - 2)
    wilks = 1 / (1 + between)
    df2 = n - p - 1
    statistic = between * df2 / p
    return {"wilks": wilks, "statistic": statistic, "df1": p, "df2": df2, "pvalue": float(fdtrc(p, df2, statistic)),
            "canonical_correlation": float(np.sqrt(1 - wilks))}  # fmt: skip
