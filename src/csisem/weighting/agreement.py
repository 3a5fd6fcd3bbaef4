"""Kendall's W, the agreement of respondents in their rankings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from csisem.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of m respondents who ranked n items.

    Attributes
    ----------
    w
        Kendall's coefficient of concordance: 0 for no agreement, 1 for identical rankings; nan for a single respondent.
    chisq, df, pvalue
        Friedman's test that rankings are random, ``m (n - 1) W`` on n - 1 degrees of freedom.
    respondents
        Number m of respondents.

    Examples
    --------
    >>> ranks = pd.DataFrame({"quality": [1, 1, 2], "price": [2, 3, 1], "service": [3, 2, 3]})
    >>> agreement = cs.weighting.ahp_from_ranking(ranks).agreement
    >>> round(agreement.w, 3), round(agreement.pvalue, 3)
    (0.444, 0.264)
    """

    w: float
    chisq: float
    df: int
    pvalue: float
    respondents: int


def shared_ranks(values: FloatArray) -> FloatArray:
    """Ranks (m, n) of values within their row, 1 the smallest; equal values share the mean of their ranks."""
    from scipy.stats import rankdata

    # The eigenvector of a matrix that prefers nothing is equal but for rounding.
    return rankdata(np.round(values, 12), axis=1)


def concordance(ranks: FloatArray) -> Agreement:
    """Kendall's W of rankings (m, n), corrected for ties (Kendall and Babington Smith 1939; Siegel 1956, chapter 9).

    ``W = 12 S / (m^2 (n^3 - n) - m sum T)``, S the squared deviations of the items' rank sums and T the sum of
    ``t^3 - t`` over the ties of a respondent.
    """
    m, n = ranks.shape
    if m < 2 or n < 2:
        return Agreement(np.nan, np.nan, max(n - 1, 0), np.nan, m)
    sums = ranks.sum(axis=0)
    # A tie of t items gives each of them t equals, itself among these: their squares add up to t^3.
    equals = (ranks[:, :, None] == ranks[:, None, :]).sum(axis=-1)
    ties = float((equals.astype(np.float64) ** 2).sum() - m * n)
    spread = m**2 * (n**3 - n) - m * ties
    if spread <= 0:
        return Agreement(np.nan, np.nan, n - 1, np.nan, m)
    w = float(12 * ((sums - sums.mean()) ** 2).sum() / spread)
    chisq = m * (n - 1) * w
    return Agreement(w, chisq, n - 1, float(chdtrc(n - 1, chisq)), m)
