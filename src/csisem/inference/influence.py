"""Variances of statistics from the influence of each row on them (Taylor linearisation)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def domain_covariance(
    by_parameter: FloatArray,
    by_mean: FloatArray,
    inverse: FloatArray,
    share: FloatArray,
    scores: FloatArray,
    mixed: FloatArray,
    answers: FloatArray,
    weight: float,
) -> FloatArray:
    """Joint covariance of statistics of D domains that share estimated parameters.

    Row i has on the statistics t_d of domain d the influence ``J_d H^-1 s_i + [i in d] C_d (x_i - mean_d) / share_d``,
    zero outside in the second part; the covariance is the sum of products of the weighted influences over the squared
    sum of weights (Deville 1999, Survey Methodology 25; subgroups as domains: Sarndal, Swensson and Wretman
    1992, chapter 10).

    Parameters
    ----------
    by_parameter
        J, derivatives by the q parameters, (D, k, q).
    by_mean
        C, derivatives by the p means, (D, k, p).
    inverse
        H^-1, inverse information per observation, (q, q).
    share
        Share of each domain in the sum of weights, (D,).
    scores, mixed, answers
        Sums of w^2 s s' (q, q), w^2 s (x - mean)' (D, q, p) and w^2 (x - mean)(x - mean)' (D, p, p).
    weight
        Sum of weights.

    Returns
    -------
    Covariance (D k, D k).
    """
    domains, k, _ = by_parameter.shape
    pull = by_parameter @ inverse
    stacked = pull.reshape(domains * k, -1)
    total = stacked @ scores @ stacked.T
    reach = by_mean / share[:, None, None]
    for d in range(domains):
        own = slice(d * k, (d + 1) * k)
        cross = stacked @ mixed[d] @ reach[d].T
        total[:, own] += cross
        total[own, :] += cross.T
        total[own, own] += reach[d] @ answers[d] @ reach[d].T
    covariance: FloatArray = total / weight**2
    return covariance
