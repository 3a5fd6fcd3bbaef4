"""Probabilities of fields and ranks from bootstrap replicates."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.improve.quadrants import FIELDS, codes_of, cuts_of
from csisem.inference.bootstrap_intervals import MOST_LOST


def potential(importance: FloatArray, performance: FloatArray) -> FloatArray:
    """Gain of the target, in points, if a spot were perfect: importance times the distance to 100."""
    return importance * (100 - performance)


def ranks_of(gain: FloatArray) -> IntArray:
    """Ranks (..., m), 1 for the largest; ties in the order given."""
    order = np.argsort(-gain, axis=-1, kind="stable")
    return np.argsort(order, axis=-1, kind="stable") + 1


def rank_span(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bounds (m,) of 95 % of the ranks in replicates (R, m); nan if too few replicates have all values."""
    whole = np.isfinite(draws).all(axis=1)
    if whole.mean() < 1 - MOST_LOST or whole.sum() < 2:
        return np.full(draws.shape[1], np.nan), np.full(draws.shape[1], np.nan)
    return _span(ranks_of(draws[whole]))


def _span(ranks: IntArray) -> tuple[FloatArray, FloatArray]:
    lower, upper = np.quantile(ranks, [0.025, 0.975], axis=0, method="inverted_cdf").astype(np.float64)
    return lower, upper


def stability(
    draws: tuple[FloatArray, FloatArray], rank: IntArray, cut: str | tuple[float, float]
) -> dict[str, FloatArray]:
    """Columns (m,) of a map from replicates of importance and performance, (R, m) each, with cuts of their own.

    They are the probabilities of the fields, bounds of 95 % of the ranks, and probabilities of the sample's ``rank``
    and of rank 1; nan if too few replicates have all spots.
    """
    importance, performance = draws
    names = [*(f"p_{name.replace(' ', '_')}" for name in FIELDS), "rank_lower", "rank_upper", "p_rank", "p_first"]
    whole = np.isfinite(importance).all(axis=1) & np.isfinite(performance).all(axis=1)
    if whole.mean() < 1 - MOST_LOST or whole.sum() < 2:
        return {name: np.full(len(rank), np.nan) for name in names}
    x, y = importance[whole], performance[whole]
    codes, drawn = codes_of(x, y, cuts_of(x, y, cut)), ranks_of(potential(x, y))
    shares = [(codes == field).mean(axis=0) for field in range(len(FIELDS))]
    return dict(
        zip(names, [*shares, *_span(drawn), (drawn == rank).mean(axis=0), (drawn == 1).mean(axis=0)], strict=True)
    )
