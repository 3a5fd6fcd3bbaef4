"""What replicates say about a map: how probable each field is, and how firm the order of priorities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.improve.quadrants import FIELDS, codes_of, cuts_of
from csisem.inference.bootstrap_intervals import MOST_LOST


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Of m spots, from R replicates; nan where too few replicates have all of them.

    Attributes
    ----------
    probability
        Share of the replicates in which each spot is in each of `FIELDS`, (4, m).
    lower, upper
        Ranks between which 95 % of the replicates lie, (m,).
    same, first
        Shares of the replicates in which a spot has the sample's rank, or is first, (m,).
    """

    probability: FloatArray
    lower: FloatArray
    upper: FloatArray
    same: FloatArray
    first: FloatArray


def potential(importance: FloatArray, performance: FloatArray) -> FloatArray:
    """Points that the target would gain if a spot were perfect: importance times the distance to 100."""
    return importance * (100 - performance)


def ranks_of(gain: FloatArray) -> IntArray:
    """Ranks (..., m), 1 for the largest; the earlier of equals first."""
    order = np.argsort(-gain, axis=-1, kind="stable")
    return np.argsort(order, axis=-1, kind="stable") + 1


def rank_span(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ranks (m,) between which 95 % of those of replicates (R, m) lie; nan where too few have all of them."""
    whole = np.isfinite(draws).all(axis=1)
    if whole.mean() < 1 - MOST_LOST or whole.sum() < 2:
        return np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    return _span(ranks_of(draws[whole]))


def _span(ranks: IntArray) -> tuple[FloatArray, FloatArray]:
    lower, upper = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf").astype(np.float64)
    return lower, upper


def stability(draws: tuple[FloatArray, FloatArray], rank: IntArray, cut: str | tuple[float, float]) -> Stability:
    """Read importance and performance of the replicates, (R, m) each; every one has cuts of its own."""
    importance, performance = draws
    whole = np.isfinite(importance).all(axis=1) & np.isfinite(performance).all(axis=1)
    m = importance.shape[1]
    if whole.mean() < 1 - MOST_LOST or whole.sum() < 2:
        nothing = np.full(m, np.nan)
        return Stability(np.full((len(FIELDS), m), np.nan), nothing, nothing, nothing, nothing)
    x, y = importance[whole], performance[whole]
    codes = codes_of(x, y, cuts_of(x, y, cut))
    drawn = ranks_of(potential(x, y))
    lower, upper = _span(drawn)
    return Stability(
        np.stack([(codes == field).mean(axis=0) for field in range(len(FIELDS))]),
        lower,
        upper,
        (drawn == rank).mean(axis=0),
        (drawn == 1).mean(axis=0),
    )
