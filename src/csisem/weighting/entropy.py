"""Entropy weights: how much an indicator tells objects apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError, listed, shown

if TYPE_CHECKING:
    import pandas as pd


def entropy(table: pd.DataFrame | Mapping[str, Sequence[float]]) -> pd.Series[float]:
    """Weights of p indicators by the entropy of their values over n objects.

    Parameters
    ----------
    table
        A frame with a row an object (firm, store, wave) and a column an indicator; numbers of at least 0, all in the
        same direction. A shift of an indicator's zero changes its weight.

    Returns
    -------
    Series
        ``d_j / sum d`` with ``d_j = 1 + sum_i p_ij ln p_ij / ln n`` and ``p_ij = x_ij / sum_i x_ij`` (Shannon 1948;
        Zeleny 1982, Multiple Criteria Decision Making, chapter 7); ``.attrs["entropy"]`` has ``1 - d_j`` by indicator.

    Raises
    ------
    DataError
        Fewer than two objects, a blank, text, a negative number, a column of zeros, or no indicator that differs.
    """
    import pandas as pd

    try:
        frame = pd.DataFrame(table)
    except (TypeError, ValueError):
        raise DataError("Entropy weights need a frame with a row an object and a column an indicator, not "
                        f"{shown(table)}.") from None  # fmt: skip
    labels = [str(name) for name in frame.columns]
    try:
        values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError("Entropy weights need numbers; a column of the table holds text.") from None
    if len(values) < 2 or not labels:
        raise DataError(f"Entropy weights compare objects; the table has {len(values)} rows and {len(labels)} columns.")
    for wrong, what in ((np.isnan(values), "a blank"), (~(values >= 0) | np.isinf(values), "no number of at least 0")):
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
