"""Weights from the ranks of a single ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import OptionError
from csisem.option_checks import check_number
from csisem.options import RankWeights, validate
from csisem.weighting.read_rankings import read_ranks


def rank_weights(
    ranks: object,
    names: Sequence[str] | None = None,
    *,
    method: RankWeights = "centroid",
    exponent: float | None = None,
) -> pd.Series[float]:
    """Weights of n items from their ranks in one ranking.

    Parameters
    ----------
    ranks
        Ranks from 1, the most important: a mapping or Series from item to rank, or a list. Items of one rank get the
        mean of the weights of the ranks they take up.
    names
        The items of a list.
    method
        ``"sum"``: ``2 (n + 1 - r)/(n (n + 1))``; ``"reciprocal"``: ``(1/r)/sum(1/k)``; ``"centroid"`` (rank order
        centroid): ``(1/n) sum_{k >= r} 1/k``; ``"exponent"``: ``(n + 1 - r)^exponent``, scaled to sum 1.
    exponent
        For ``"exponent"``: 0 gives equal weights, 1 those of ``"sum"``.

    Returns
    -------
    Series
        Weights by item, sum 1.

    Raises
    ------
    DataError
        If a rank is blank or text.
    OptionError
        If there are several rankings, or if ``exponent`` is given without its method or missing with it.

    See Also
    --------
    ahp_from_ranking

    Notes
    -----
    Stillwell, Seaver and Edwards (1981, Organizational Behavior and Human Performance 28, 62-77); rank order centroid:
    Barron and Barrett (1996, Management Science 42, 1515-1523).

    Examples
    --------
    >>> ranks = {"quality": 1, "price": 2, "service": 3}
    >>> cs.weighting.rank_weights(ranks).round(3).to_dict()
    {'quality': 0.611, 'price': 0.278, 'service': 0.111}
    >>> cs.weighting.rank_weights(ranks, method="sum").round(3).to_dict()
    {'quality': 0.5, 'price': 0.333, 'service': 0.167}
    """
    method = validate("method", method, RankWeights)
    if (exponent is not None) != (method == "exponent"):
        raise OptionError("exponent= belongs to method='exponent', which needs it.")
    if exponent is not None:
        check_number("exponent", exponent, 0)
    values, labels = read_ranks(ranks, names, "average")
    if len(values) > 1:
        raise OptionError(f"rank_weights takes one ranking, not {len(values)}; ahp_from_ranking takes many.")
    shared = values[0]
    # The ranks that tied items take up lie around their mean.
    equal = (shared[:, None] == shared).sum(axis=1)
    first = np.rint(shared - (equal - 1) / 2).astype(np.intp) - 1
    sums = np.concatenate([[0.0], np.cumsum(_by_rank(len(shared), method, exponent))])
    weights = (sums[first + equal] - sums[first]) / equal
    return pd.Series(weights / weights.sum(), index=pd.Index(labels, name="item"), name="weight")


def _by_rank(n: int, method: RankWeights, exponent: float | None) -> FloatArray:
    rank = np.arange(1, n + 1, dtype=np.float64)
    if method == "reciprocal":
        return 1 / rank
    if method == "centroid":
        return np.cumsum(1 / rank[::-1])[::-1]
    return (n + 1 - rank) ** (1.0 if exponent is None else exponent)
