"""Combined sets of weights, and the consistency of a hierarchy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import xlogy

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.options import Combination, validate
from csisem.survey.named_numbers import by_name, entries_of
from csisem.weighting.ahp import Ahp


def combine(
    *weights: Mapping[str, float] | pd.Series[float],
    method: Combination = "multiplicative",
    shares: Sequence[float] | None = None,
) -> pd.Series[float]:
    """Combine several sets of weights of the same items, such as those of AHP and entropy.

    Parameters
    ----------
    weights
        Mappings or Series from item to weight, at least 0; the first gives the order.
    method
        ``"multiplicative"``: their product, ``w_i ~ prod_k w_ki^s_k``; ``"linear"``: ``sum_k s_k w_ki``.
    shares
        Influence of each set: exponents (1 by default), or for a mean proportions that sum to 1 (equal by default).

    Returns
    -------
    Series
        Weights by item, sum 1.

    Raises
    ------
    DataError
        If the sets have different items, a weight is negative, or the product is zero for every item.
    OptionError
        If the shares are not one number of at least 0 for each set, or those of a mean do not sum to 1.

    See Also
    --------
    ahp, entropy

    Examples
    --------
    >>> judged, measured = {"quality": 0.6, "price": 0.4}, {"quality": 0.3, "price": 0.7}
    >>> cs.weighting.combine(judged, measured).round(3).to_dict()
    {'quality': 0.391, 'price': 0.609}
    >>> cs.weighting.combine(judged, measured, method="linear", shares=[0.5, 0.5]).round(3).to_dict()
    {'quality': 0.45, 'price': 0.55}
    """
    method = validate("method", method, Combination)
    if len(weights) < 2:
        raise DataError(f"Combining needs two sets of weights or more, not {len(weights)}.")
    items = list(by_name(weights[0], "Weight"))
    stack = np.stack([_scaled(one, items, position) for position, one in enumerate(weights, start=1)])
    share = _shares(shares, len(weights), method)
    found = share @ stack if method == "linear" else np.exp(xlogy(share[:, None], stack).sum(axis=0))
    if not found.sum() > 0:
        raise DataError("The product of the weights is zero for every item; use method='linear'.")
    return pd.Series(found / found.sum(), index=pd.Index(items, name="item"), name="weight")


def _scaled(weights: Mapping[str, float] | pd.Series[float], items: list[str], position: int) -> FloatArray:
    given = by_name(weights, "Weight")
    if odd := [name for name in given if name not in items]:
        raise DataError(f"Set {position} of weights has an item that the first has not, {listed(odd)}"
                        f"{nearest(odd[0], items)}.")  # fmt: skip
    if missing := [name for name in items if name not in given]:
        raise DataError(f"Set {position} of weights lacks {listed(missing)}.")
    values = np.array([given[name] for name in items])
    if not (np.isfinite(values) & (values >= 0)).all() or not values.sum() > 0:
        raise DataError(f"Set {position} of weights must hold finite numbers of at least 0 that are not all zero.")
    return np.asarray(values / values.sum())


def _shares(shares: Sequence[float] | None, count: int, method: Combination) -> FloatArray:
    if shares is None:
        return np.full(count, 1 / count if method == "linear" else 1.0)
    try:
        share = np.asarray(shares, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        share = np.empty(0)
    if share.shape != (count,) or not (np.isfinite(share) & (share >= 0)).all():
        raise OptionError(f"shares= must give each of the {count} sets of weights one number of at least 0.")
    if method == "linear" and abs(share.sum() - 1) > 1e-9:
        raise OptionError(f"shares= of a mean must sum to 1; these sum to {share.sum():g}.")
    return share


def overall_consistency(results: Mapping[str, Ahp], weights: Mapping[str, float] | pd.Series[float]) -> float:
    """Consistency ratio of a hierarchy.

    Parameters
    ----------
    results
        Result of `ahp` for the children of each node, by node.
    weights
        Global weights of those nodes; the root's is 1.

    Returns
    -------
    float
        ``sum w_k CI_k / sum w_k RI_k`` (Saaty 1980).

    Raises
    ------
    DataError
        If a node of ``results`` has no weight.
    OptionError
        If ``results`` is not a mapping to results of `ahp`.

    See Also
    --------
    ahp

    Examples
    --------
    >>> total = cs.weighting.ahp([[1, 2], [1 / 2, 1]], ["product", "service"])
    >>> service = cs.weighting.ahp([[1, 3, 4], [1 / 3, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> results, weights = {"total": total, "service": service}, {"total": 1, "service": 1 / 3}
    >>> round(cs.weighting.overall_consistency(results, weights), 4)
    0.0158
    """
    given, results = by_name(weights, "Weight"), entries_of("results", results, "the AHP of its children")
    if odd := [name for name, one in results.items() if not isinstance(one, Ahp)]:
        raise OptionError(f"results= must hold results of ahp(); got {shown(results[odd[0]])} for {shown(odd[0])}.")
    if missing := [name for name in results if name not in given]:
        raise DataError(f"There is no weight of {listed(missing)}{nearest(missing[0], given)}.")
    index = sum(given[name] * one.ci for name, one in results.items())
    random = sum(given[name] * one.random_index for name, one in results.items() if len(one.names) > 2)
    return float(index / random) if random else 0.0
