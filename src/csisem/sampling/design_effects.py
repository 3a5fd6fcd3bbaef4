"""Design effects: how much larger than a simple random sample's the variance of a mean is."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from csisem.errors import OptionError
from csisem.sampling.arguments import positive


def deff_clusters(rows: float, icc: float) -> float:
    """Return the design effect of clusters, ``1 + (m - 1) icc`` (Kish 1965, Survey Sampling, 5.4).

    Parameters
    ----------
    rows
        Respondents per cluster, m, on average.
    icc
        Intra-class correlation, the part of the variance that lies between clusters; 0.01-0.10 is common for stores.

    Raises
    ------
    OptionError
        m is below 1, or the correlation is none that m rows can have.
    """
    m = positive("rows", rows)
    if m < 1:
        raise OptionError(f"rows={rows!r}: a cluster gives at least one respondent.")
    if not isinstance(icc, Real) or not icc * (m - 1) > -1 or not icc <= 1:
        raise OptionError(f"icc={icc!r} is no intra-class correlation of {m:g} rows, which lies between "
                          f"{-1 / (m - 1) if m > 1 else -np.inf:.3g} and 1.")  # fmt: skip
    return 1 + (m - 1) * float(icc)


def deff_weights(weights: ArrayLike) -> float:
    """Return the design effect of unequal weights, ``1 + cv^2 = n sum w^2 / (sum w)^2`` (Kish 1992, JOS 8, 183-200).

    Parameters
    ----------
    weights
        Sampling weights (n,).

    Raises
    ------
    OptionError
        A weight is missing or negative, or all are zero.
    """
    try:
        w = np.asarray(weights, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise OptionError("weights= must be numbers, and hold something else.") from None
    if not w.size or not (np.isfinite(w) & (w >= 0)).all() or not w.any():
        raise OptionError("weights= must be finite numbers of at least 0, not all zero.")
    return float(w.size * (w @ w) / w.sum() ** 2)
