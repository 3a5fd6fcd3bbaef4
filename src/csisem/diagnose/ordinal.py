"""Reliability of ordered answers: alpha of the normal variables behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.diagnose.consistency import cronbach
from csisem.diagnose.reliabilities import table
from csisem.diagnose.sample import Sample
from csisem.errors import DataError, listed
from csisem.moments.ordinal import count_cells, polychoric

if TYPE_CHECKING:
    import pandas as pd

MOST_CATEGORIES = 20
"""Different answers up to which an item is taken for ordered categories."""


def ordinal_alpha(
    data: object, items: object = None, *, by: str | Sequence[str] = (), design: object = None
) -> pd.DataFrame:
    """Ordinal alpha of each block of items: Cronbach's alpha of their polychoric correlations.

    It is the reliability that the normal variables behind the answers would have, not that of the sum of the answers as
    they are (Zumbo, Gadermann and Zeisser 2007; Chalmers 2018 warns of reading it so). Weights count; there is no
    interval.

    Parameters
    ----------
    data, items, by, design
        As for `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, categories, ordinal_alpha, method``; ``categories`` is the largest number of
        different answers to an item. Nan for one item, and where a polychoric correlation does not exist, in which case
        ``method`` names the pair.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `alpha`; or an item has more than 20 different answers.
    """

    def row(part: Sample) -> dict[str, object]:
        found = [np.unique(column, return_inverse=True) for column in part.values.T]
        most = max(len(values) for values, _ in found)
        if most > MOST_CATEGORIES:
            many = [name for name, (values, _) in zip(part.items, found, strict=True) if len(values) > MOST_CATEGORIES]
            raise DataError(f"Ordinal alpha is for up to {MOST_CATEGORIES} categories, and of {listed(many)} there are "
                            f"up to {most} different answers; use alpha().")  # fmt: skip
        if len(part.items) < 2:
            return {"categories": most, "ordinal_alpha": np.nan, "method": "one item"}
        codes = np.stack([code for _, code in found], axis=1)
        correlations = polychoric(count_cells(codes, part.weights))
        method = "polychoric, two steps"
        if np.isnan(correlations).any():
            first, second = (part.items[k] for k in np.argwhere(np.isnan(correlations))[0])
            method = f"no polychoric correlation of {second!r} and {first!r}"
        return {"categories": most, "ordinal_alpha": float(cronbach(correlations)), "method": method}

    return table(data, items, by, design, row)
