"""Entropy weights, by how much indicators differ between objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, listed, shown


def entropy(table: pd.DataFrame | Mapping[str, Sequence[float]]) -> pd.Series[float]:
    """Weights of p indicators by the entropy of their values over n objects.

    An indicator whose values differ more between the objects gets a larger weight.

    Parameters
    ----------
    table
        A frame with one row per object (firm, store, wave) and one column per indicator; numbers of at least 0, larger
        ones being better in all columns. A shift of an indicator's zero changes its weight.

    Returns
    -------
    Series
        Weights by indicator, sum 1; ``.attrs["entropy"]`` has the entropies ``1 - d_j``.

    Raises
    ------
    DataError
        If there are fewer than two objects, a blank, text, a negative number or a column of zeros, or if no indicator
        differs between the objects.

    See Also
    --------
    combine

    Notes
    -----
    ``d_j / sum d`` with ``d_j = 1 + sum_i p_ij ln p_ij / ln n`` and ``p_ij = x_ij / sum_i x_ij`` (Shannon 1948; Zeleny
    1982, Multiple Criteria Decision Making, chapter 7).

    Examples
    --------
    >>> stores = pd.DataFrame({"quality": [82, 75, 64], "price": [70, 71, 69], "service": [90, 60, 75]})
    >>> cs.weighting.entropy(stores).round(3).to_dict()
    {'quality': 0.275, 'price': 0.004, 'service': 0.721}
    """
    try:
        frame = pd.DataFrame(table)
    except (TypeError, ValueError):
        raise DataError("Entropy weights need a frame with one row per object and one column per indicator, not "
                        f"{shown(table)}.") from None  # fmt: skip
    labels = [str(name) for name in frame.columns]
    try:
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError("Entropy weights need numbers; a column of the table holds text.") from None
    if len(values) < 2 or not labels:
        raise DataError(f"Entropy weights compare objects; the table has {len(values)} rows and {len(labels)} columns.")
    for wrong, what in (
        (np.isnan(values), "a blank"),
        (~(values >= 0) | np.isinf(values), "a negative or infinite number"),
    ):
        if wrong.any():
            row, column = (int(k) for k in np.argwhere(wrong)[0])
            raise DataError(f"Column {labels[column]!r} has {what} in row {frame.index[row]!r}; entropy weights need "
                            "finite numbers of at least 0.")  # fmt: skip
    totals = values.sum(axis=0)
    if (totals == 0).any():
        zero = [name for name, total in zip(labels, totals, strict=True) if total == 0]
        raise DataError(f"Column {listed(zero)} is zero throughout, so it has no shares.")
    share = values / totals
    # 1 - e is the mean of n p ln(n p) over ln n; 0 ln 0 is 0.
    relative = share * len(values)
    divergence = (relative * np.log(np.where(relative > 0, relative, 1.0))).mean(axis=0) / np.log(len(values))
    divergence = np.maximum(divergence, 0.0)
    if divergence.sum() <= 0:
        raise DataError("No indicator differs between the objects, so entropy gives none of them a weight.")
    weights = pd.Series(divergence / divergence.sum(), index=pd.Index(labels, name="item"), name="weight")
    weights.attrs["entropy"] = dict(zip(labels, (1 - divergence).tolist(), strict=True))
    return weights
