"""Weights from one ranking: by the place alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.options import RankWeights, check_number, validate
from csisem.weighting.read_rankings import read_ranks

if TYPE_CHECKING:
    import pandas as pd


def rank_weights(
    ranks: object, method: RankWeights = "centroid", names: list[str] | None = None, *, exponent: float | None = None
) -> pd.Series[float]:
    """Weights of n items from their places in one ranking, 1 the most important.

    Parameters
    ----------
    ranks
        A mapping or Series from item to rank, or a list of ranks. Items of one rank get the mean of the weights of the
        places they share.
    names
        The items of a list.
    method
        ``"sum"``: ``2 (n + 1 - r)/(n (n + 1))``; ``"reciprocal"``: ``(1/r)/sum(1/k)``; ``"centroid"`` (rank order
        centroid): ``(1/n) sum_{k >= r} 1/k``; ``"exponent"``: ``(n + 1 - r)^exponent``, scaled to sum 1.
    exponent
        Of ``"exponent"`` alone: 0 gives equal weights, 1 those of ``"sum"``.

    Returns
    -------
    Series
        Weights by item, sum 1.

    Raises
    ------
    DataError
        Several rankings, or ranks that are blank or text.
    OptionError
        ``exponent`` without its method, or the other way round.

    Notes
    -----
    Stillwell, Seaver and Edwards (1981, Organizational Behavior and Human Performance 28, 62-77); rank order centroid:
    Barron and Barrett (1996, Management Science 42, 1515-1523).
    """
    import pandas as pd

    method = validate("method", method, RankWeights)
    if (exponent is not None) != (method == "exponent"):
        raise OptionError("exponent= belongs to method='exponent', which needs it.")
    if exponent is not None:
        check_number("exponent", exponent, 0)
    values, labels = read_ranks(ranks, names, "average")
    if len(values) > 1:
        raise OptionError(f"rank_weights takes one ranking, not {len(values)}; ahp_from_ranking takes many.")
    places = values[0]
    by_place = _by_place(len(places), method, exponent)
    # The places that items of one rank share lie around their mean.
    equal = (places[:, None] == places).sum(axis=1)
    first = np.rint(places - (equal - 1) / 2).astype(np.intp) - 1
    sums = np.concatenate([[0.0], np.cumsum(by_place)])
    weights = (sums[first + equal] - sums[first]) / equal
    return pd.Series(weights / weights.sum(), index=pd.Index(labels, name="item"), name="weight")


def _by_place(n: int, method: RankWeights, exponent: float | None) -> FloatArray:
    place = np.arange(1, n + 1, dtype=np.float64)
    if method == "reciprocal":
        return 1 / place
    if method == "centroid":
        return np.cumsum(1 / place[::-1])[::-1]
    return (n + 1 - place) ** (1.0 if exponent is None else exponent)
