"""Design effects of clusters and of unequal weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csisem.errors import OptionError, shown
from csisem.option_checks import real
from csisem.sampling.arguments import positive


def deff_clusters(rows: float, icc: float) -> float:
    """Design effect of cluster sampling: the variance of a mean over that of a simple random sample.

    Parameters
    ----------
    rows
        Average number m of respondents per cluster.
    icc
        Intraclass correlation, the proportion of the variance that lies between clusters; 0.01-0.10 is common for
        stores.

    Returns
    -------
    float
        ``1 + (m - 1) icc``.

    Raises
    ------
    OptionError
        If m is below 1, or the correlation is impossible in clusters of m respondents.

    See Also
    --------
    deff_weights, size_mean

    Notes
    -----
    Kish (1965, Survey Sampling, 5.4).

    Examples
    --------
    >>> cs.sampling.deff_clusters(10, icc=0.05)
    1.45
    """
    m = positive("rows", rows)
    if m < 1:
        raise OptionError(f"rows={rows!r}: a cluster gives at least one respondent.")
    if not real(icc) * (m - 1) > -1 or not real(icc) <= 1:
        raise OptionError(f"icc={shown(icc)} is not an intraclass correlation of {m:g} rows, which lies between "
                          f"{-1 / (m - 1) if m > 1 else -np.inf:.3g} and 1.")  # fmt: skip
    return 1 + (m - 1) * float(icc)


def deff_weights(weights: ArrayLike) -> float:
    """Design effect of unequal weights: the variance of a mean over that of a simple random sample.

    Parameters
    ----------
    weights
        Sampling weights (n,).

    Returns
    -------
    float
        ``1 + cv^2 = n sum w^2 / (sum w)^2``, cv being the weights' coefficient of variation.

    Raises
    ------
    OptionError
        If a weight is missing or negative, or if all are zero.

    See Also
    --------
    deff_clusters, size_mean

    Notes
    -----
    Kish (1992, Journal of Official Statistics 8, 183-200).

    Examples
    --------
    >>> cs.sampling.deff_weights([1, 1, 2, 4])
    1.375
    """
    try:
        w = np.asarray(weights, dtype=np.float64).ravel()
    except (TypeError, ValueError, OverflowError):
        raise OptionError("weights= must be numbers, but hold something else.") from None
    if not w.size or not (np.isfinite(w) & (w >= 0)).all() or not w.any():
        raise OptionError("weights= must be finite numbers of at least 0, not all zero.")
    w = w / w.max()
    return float(w.size * (w @ w) / w.sum() ** 2)
