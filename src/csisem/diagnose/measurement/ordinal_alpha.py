"""Reliability of ordered answers: alpha of the normal variables behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import IntArray
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.measurement.alpha import Reliability, bounded_interval, cronbach
from csisem.diagnose.measurement.item_reliability import table
from csisem.errors import DataError, listed
from csisem.moments.ordinal import cell_influence, count_cells, polychoric
from csisem.options import check_share

if TYPE_CHECKING:
    import pandas as pd


MOST_CATEGORIES = 20
"""Different answers up to which an item is taken for ordered categories."""


def ordinal_alpha(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Ordinal alpha of each block of items: Cronbach's alpha of their polychoric correlations.

    It is the reliability that the normal variables behind the answers would have, not that of the sum of the answers as
    they are (Zumbo, Gadermann and Zeisser 2007; Chalmers 2018 warns of reading it so). Weights count.

    Parameters
    ----------
    data, items, by, level, design
        As for `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, categories, ordinal_alpha, ordinal_alpha_low, ordinal_alpha_high, method``;
        ``categories`` is the largest number of different answers to an item. Intervals are linearised, from what each
        row moves the polychoric correlations by (Muthen 1984), and know the design. Nan for one item, and where a
        polychoric correlation does not exist, in which case ``method`` names the pair.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `alpha`; or an item has more than 20 different answers.
    """
    check_share("level", level)

    def row(part: Sample) -> dict[str, object]:
        found = [np.unique(column, return_inverse=True) for column in part.values.T]
        most = max(len(values) for values, _ in found)
        if most > MOST_CATEGORIES:
            many = [name for name, (values, _) in zip(part.items, found, strict=True) if len(values) > MOST_CATEGORIES]
            raise DataError(f"Ordinal alpha is for up to {MOST_CATEGORIES} categories, and of {listed(many)} there are "
                            f"up to {most} different answers; use alpha().")  # fmt: skip
        if len(part.items) < 2:
            return {"categories": most} | _columns(Reliability(np.nan, np.nan, np.nan, "one item"))
        codes = np.stack([code for _, code in found], axis=1)
        return {"categories": most} | _columns(_alpha(part, codes, level))

    return table(data, items, by, design, row)


def _alpha(part: Sample, codes: IntArray, level: float) -> Reliability:
    """Ordinal alpha of codes (m, p), with the interval of the design in force."""
    cells = count_cells(codes, part.weights)
    correlations = polychoric(cells)
    if np.isnan(correlations).any():
        first, second = (part.items[k] for k in np.argwhere(np.isnan(correlations))[0])
        return Reliability(np.nan, np.nan, np.nan, f"no polychoric correlation of {second!r} and {first!r}")
    value, p = float(cronbach(correlations)), codes.shape[1]
    moved = cell_influence(cells, correlations)
    one, two = codes[:, cells.pairs[:, 0]], codes[:, cells.pairs[:, 1]]
    rows = moved[np.arange(len(cells.pairs)), one, two].sum(axis=1)
    # Alpha is p / (p - 1) (1 - p / sum r), in which each pair's correlation stands twice.
    slope = p / (p - 1) * 2 * p / correlations.sum() ** 2
    se = float(np.sqrt(max(part.variance(slope * rows[:, None] / part.total)[0, 0], 0.0)))
    return Reliability(value, *bounded_interval(value, se, part.degrees(), level), "polychoric, two steps")


def _columns(found: Reliability) -> dict[str, object]:
    return {"ordinal_alpha": found.value, "ordinal_alpha_low": found.lower, "ordinal_alpha_high": found.upper,
            "method": found.method}  # fmt: skip
