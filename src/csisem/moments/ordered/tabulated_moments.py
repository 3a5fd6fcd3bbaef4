"""Moments of ordered items from tables of their pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.ordered.cell_counts import pair_tables, without_empty_cells
from csisem.moments.ordered.polychoric import (
    SETTLED,
    PairTables,
    cell_influence,
    cell_scores,
    polychoric,
    threshold_influence,
    thresholds,
)
from csisem.moments.ordered.replicate_tables import CountSums


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


@dataclass(frozen=True, slots=True, eq=False)
class CountedMoments:
    """Moments of R replicates of weighted or incomplete rows, in G groups.

    Attributes
    ----------
    moments
        The moments and the diagonal of their Gamma, (R, G, s).
    correlations
        Polychoric correlations (R, G, p, p).
    cells
        Shares of the answers and of their pairs, (R, G, ...).
    """

    moments: TabulatedMoments
    correlations: FloatArray
    cells: PairTables


def counted_moments(
    sums: CountSums, answers: Sequence[Sequence[float]], start: FloatArray | None = None, settled: float = SETTLED
) -> CountedMoments:
    """Both steps from weighted counts, each pair by the rows that answer both items, and the variances.

    Correlations start from ``start`` (p, p) and have converged when a step of their atanh is below ``settled``.

    A row that answers one item of a pair alone has an influence on the correlation through this item's thresholds.
    """
    cells, answered, both = pair_tables(sums.counts, answers)
    # Groups without weight have no shares; their replicates are left out.
    level = (sums.rows.sum(axis=-1) / sums.weight.sum(axis=-1))[..., None]
    correlations = polychoric(without_empty_cells(cells, answers, both * level[..., None]), start, settled)
    scores, shift = cell_scores(cells, correlations), threshold_influence(cells.margins)
    if sums.squares is None:
        square_margins, squares = cells.margins * answered[..., None], cells.shares * both[..., None, None]
    else:
        own, alone, together = pair_tables(sums.squares, answers)
        square_margins, squares = own.margins * alone[..., None], own.shares * together[..., None, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.einsum("...pmt,...pm->...pt", shift**2, square_margins) / answered[..., None] ** 2
        row, col = cells.pairs.T
        first, second = (
            (shift[..., item, :, :] @ scores.crossed[..., side, :, None])[..., 0] / answered[..., item, None]
            for side, item in enumerate((row, col))
        )
        moved = scores.score / both[..., None, None] - first[..., :, None] - second[..., None, :]
        total = (squares * moved**2).sum(axis=(-2, -1))
        for part, item, axis in ((first, row, -1), (second, col, -2)):
            total += ((square_margins[..., item, :] - squares.sum(axis=axis)) * part**2).sum(axis=-1)
        total /= scores.information**2
    kept = np.arange(spread.shape[-1]) < np.array([len(found) - 1 for found in answers])[:, None]
    size = (sums.weight * level)[..., None]
    vector = np.concatenate([thresholds(cells.margins)[..., kept], correlations[..., row, col]], axis=-1)
    gamma = np.concatenate([spread[..., kept], total], axis=-1) * size
    return CountedMoments(TabulatedMoments(vector, gamma), correlations, cells)
