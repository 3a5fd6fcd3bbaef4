"""Scores of thresholds and polychoric correlations by answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.ordered.moment_layout import Layout
from csisem.moments.ordered.polychoric import CellScores, PairTables, thresholds


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTables:
    """Scores of the rows of one group by their codes, the last code of m + 1 being no answer, with score 0.

    Attributes
    ----------
    single
        Of the thresholds of each ordered item, (o, m - 1, m + 1).
    pair
        Of the correlations of pairs, (P, (m + 1)^2), the later item's code counting m + 1.
    """

    single: FloatArray
    pair: FloatArray


def threshold_scores(margins: FloatArray) -> FloatArray:
    """Slope of the log-likelihood on each threshold by answer, (..., p, m - 1, m), at shares (..., p, m)."""
    cut, m = thresholds(margins), margins.shape[-1]
    known = np.isfinite(cut)
    density = np.where(known, np.exp(-(np.where(known, cut, 0.0) ** 2) / 2) / np.sqrt(2 * np.pi), 0.0)
    with np.errstate(divide="ignore"):
        inverse = np.where(margins > 0, 1 / margins, 0.0)
    table = np.zeros((*margins.shape[:-1], m - 1, m))
    cuts = np.arange(m - 1)
    table[..., cuts, cuts] = density * inverse[..., :-1]
    table[..., cuts, cuts + 1] = -density * inverse[..., 1:]
    return table


def score_tables(cells: PairTables, scores: CellScores) -> ScoreTables:
    """Tables of one group, (o, m) margins, from its cells and their scores."""
    o, m = cells.margins.shape
    single = np.zeros((o, m - 1, m + 1))
    single[..., :m] = threshold_scores(cells.margins)
    pair = np.zeros((len(cells.pairs), m + 1, m + 1))
    pair[:, :m, :m] = scores.score
    return ScoreTables(single, pair.reshape(len(pair), (m + 1) ** 2))


def add_information(
    bread: FloatArray, layout: Layout, cells: PairTables, scores: CellScores, answered: FloatArray, both: FloatArray
) -> None:
    """Add the mean products of scores of ordered items, one group's, to ``bread`` (s, s).

    ``answered`` (o,) and ``both`` (P,) are the shares of the weight that answer each ordered item, and each pair.
    """
    items = np.flatnonzero(layout.ordered)
    single = threshold_scores(cells.margins)
    inner = (single * cells.margins[:, None, :]) @ single.mT * answered[:, None, None]
    for item, own in zip(items, inner, strict=True):
        number = layout.count[item] - 1
        at = np.arange(number) + layout.first_threshold[item]
        bread[np.ix_(at, at)] = own[:number, :number]
    row, col = items[cells.pairs.T]
    at = layout.cov[row, col]
    bread[at, at] = scores.information * both
    steps = np.arange(scores.crossed.shape[-1])
    for side, item in enumerate((row, col)):
        inside = steps < layout.count[item][:, None] - 1
        pair, step = np.nonzero(inside)
        bread[at[pair], layout.first_threshold[item][pair] + step] = scores.crossed[pair, side, step] * both[pair]
