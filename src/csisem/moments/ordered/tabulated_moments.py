"""Moments of ordered items from tables of their pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.ordered.cell_counts import without_empty_cells
from csisem.moments.ordered.polychoric import PairTables, cell_influence, polychoric, thresholds


@dataclass(frozen=True, slots=True, eq=False)
class TabulatedMoments:
    """Moments of p ordered items and the diagonal of their Gamma; leading axes hold samples.

    Attributes
    ----------
    vector
        Thresholds by item, then correlations by the lower triangle, (..., s), as `OrderedMoments.vector` has them. Nan
        where a correlation is 1 or -1; infinite where the last or first answer to an item does not occur.
    gamma_diagonal
        Variances of the root of n times the moments, (..., s): all that diagonally weighted least squares need.
    """

    vector: FloatArray
    gamma_diagonal: FloatArray


def tabulated_moments(
    cells: PairTables, answers: Sequence[Sequence[float]], rows: FloatArray, start: FloatArray | None = None
) -> TabulatedMoments:
    """Both steps, and the variances of what they estimate, from counts of rows alone.

    The influence of a row on a correlation depends on its cell of the pair's table alone, so that resampled rows need
    only be counted.

    Parameters
    ----------
    cells
        Tables of all pairs by counts of rows, (..., P, m, m), as `count_cells` makes them.
    answers
        Different answers to each item.
    rows
        Number of rows of each sample, (...).
    start
        Correlations (p, p) near those sought.
    """
    both = np.broadcast_to(np.asarray(rows)[..., None], (*np.shape(rows), len(cells.pairs)))
    correlations = polychoric(without_empty_cells(cells, answers, both), start)
    cut = thresholds(cells.margins)
    own = np.arange(cut.shape[-1]) < np.array([len(found) - 1 for found in answers])[:, None]
    below = np.cumsum(cells.margins, axis=-1)[..., :-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        # Thresholds are normal quantiles of cumulated shares.
        spread = below * (1 - below) * 2 * np.pi * np.exp(cut**2)
    moved = (cells.shares * cell_influence(cells, correlations) ** 2).sum(axis=(-2, -1))
    row, col = cells.pairs.T
    return TabulatedMoments(
        np.concatenate([cut[..., own], correlations[..., row, col]], axis=-1),
        np.concatenate([spread[..., own], moved], axis=-1),
    )
