"""Ordinal alpha: Cronbach's alpha of polychoric correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import IntArray, pd
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.measurement.alpha import Reliability, bounded_interval, cronbach
from csisem.diagnose.measurement.item_reliability import table
from csisem.display.sentences import sentence
from csisem.errors import DataError, agree, listed
from csisem.moments.correlations import indefinite
from csisem.moments.ordered.polychoric import cell_influence, count_cells, polychoric
from csisem.option_checks import check_share

MOST_CATEGORIES = 20
"""Most different answers of an item that is treated as ordered categories."""


def ordinal_alpha(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Ordinal alpha of each block of items: Cronbach's alpha of their polychoric correlations.

    It is the reliability of the normal variables underlying the answers, not that of the sum of the answers themselves
    (Zumbo, Gadermann and Zeisser 2007; Chalmers 2018 warns against reading it so). Sampling weights are used.

    Parameters
    ----------
    data, items, by, level, design
        As for `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, categories, ordinal_alpha, ordinal_alpha_ci_lower, ordinal_alpha_ci_upper,
        method``; ``categories`` is the largest number of different answers to an item. Intervals are linearised, from
        the influence of each row on the polychoric correlations (Muthen 1984), and follow the design. Nan for a single
        item, and where a polychoric correlation does not exist, in which case ``method`` names the pair.

    Raises
    ------
    DataError, ScaleError, DesignError, OptionError
        As for `alpha`; or if an item has more than 20 different answers.

    See Also
    --------
    alpha : Reliability of the sum of the answers.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.ordinal_alpha(survey, ["s1", "s2", "s3"])
    >>> table[["n", "categories", "ordinal_alpha"]].round(3)
          n  categories  ordinal_alpha
    0  2203          10          0.837
    """
    check_share("level", level)

    def row(part: Sample) -> dict[str, object]:
        found = [np.unique(column, return_inverse=True) for column in part.values.T]
        most = max(len(values) for values, _ in found)
        if most > MOST_CATEGORIES:
            many = [name for name, (values, _) in zip(part.items, found, strict=True) if len(values) > MOST_CATEGORIES]
            raise DataError(f"Ordinal alpha is for up to {MOST_CATEGORIES} categories; {listed(many)} "
                            f"{agree(len(many), 'has', 'have')} up to {most} answers. Use alpha().")  # fmt: skip
        own = _alpha(part, np.stack([code for _, code in found], axis=1), level)
        return {"categories": most} | own.columns("ordinal_alpha") | {"method": own.method}

    return table(data, items, by, design, lambda _, parts: [row(part) for part in parts])


def _alpha(part: Sample, codes: IntArray, level: float) -> Reliability:
    """Ordinal alpha of codes (m, p), with its interval under the design."""
    if len(part.items) < 2:
        return Reliability.unknown(sentence("measurement.one_item"))
    cells = count_cells(codes, part.weights)
    correlations = polychoric(cells)
    if np.isnan(correlations).any():
        first, second = (part.items[k] for k in np.argwhere(np.isnan(correlations))[0])
        return Reliability.unknown(sentence("measurement.no_polychoric", first=second, second=first))
    value, p = float(cronbach(correlations)), codes.shape[1]
    method = sentence("measurement.polychoric")
    if (lowest := indefinite(correlations, part.items)) is not None:
        method = sentence("measurement.indefinite_polychoric", eigenvalue=lowest[0])
    moved = cell_influence(cells, correlations)
    one, two = codes[:, cells.pairs[:, 0]], codes[:, cells.pairs[:, 1]]
    rows = moved[np.arange(len(cells.pairs)), one, two].sum(axis=1)
    # Alpha is p / (p - 1) (1 - p / sum r), where each pair's correlation occurs twice.
    slope = p / (p - 1) * 2 * p / correlations.sum() ** 2
    se = float(np.sqrt(max(part.variance(slope * rows[:, None] / part.total)[0, 0], 0.0)))
    return Reliability(value, *bounded_interval(value, se, part.degrees(), level), method)
