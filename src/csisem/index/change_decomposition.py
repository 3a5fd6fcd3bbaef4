"""Decomposition of the change of a weighted mean by its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.inference.intervals import wald_interval


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A change of ``X = sum w x`` by its k parts; `by_index` and `by_weight` together add up to it.

    Attributes
    ----------
    by_index
        Mean weight times the change of the part's own index, (k,).
    by_weight
        Change of the weight times the part's distance from the whole, averaged over the two times, (k,).
    slope_before, slope_after
        Derivatives of their sum by the indices of each time, (k, k), weights being fixed.
    """

    by_index: FloatArray
    by_weight: FloatArray
    slope_before: FloatArray
    slope_after: FloatArray


def decompose(
    weight_before: FloatArray, index_before: FloatArray, weight_after: FloatArray, index_after: FloatArray
) -> Change:
    """Decompose the change of a weighted mean whose weights (k,) sum to 1 at each time.

    Bennet (1920, Journal of the Royal Statistical Society 83, 455-462); a part that exists at one time only, with index
    nan and weight 0 at the other, contributes by its distance from the mean whole (Griliches and Regev 1995, Journal of
    Econometrics 65, 175-203).
    """
    first, last = ~np.isnan(index_before), ~np.isnan(index_after)
    x0, x1 = np.where(first, index_before, 0.0), np.where(last, index_after, 0.0)
    both = first & last
    mean_weight = np.where(both, (weight_before + weight_after) / 2, 0.0)
    moved = weight_after - weight_before
    count = np.maximum(first.astype(np.float64) + last, 1.0)
    middle = (weight_before @ x0 + weight_after @ x1) / 2
    own = np.diag(mean_weight)
    spread = np.diag(moved / count)
    return Change(
        mean_weight * (x1 - x0),
        moved * ((x0 + x1) / count - middle),
        -own + spread - np.outer(moved, weight_before) / 2,
        own + spread - np.outer(moved, weight_after) / 2,
    )


def change_frame(
    columns: Mapping[str, object],
    before: FloatArray,
    after: FloatArray,
    below: FloatArray,
    change: Change,
    variance: FloatArray | None,
    degrees: FloatArray | float,
    level: float,
) -> pd.DataFrame:
    """A row for each of m nodes with its parts of a change, ``below`` (m, k) being 1 for the parts below a node.

    ``variance`` (m,) is that of the contributions; None leaves intervals out.
    """
    contribution = below @ (change.by_index + change.by_weight)
    frame = pd.DataFrame(
        {
            **columns,
            "before": before,
            "after": after,
            "change": after - before,
            "by_index": below @ change.by_index,
            "by_weight": below @ change.by_weight,
            "contribution": contribution,
        }
    )
    if variance is None:
        return frame
    se = np.sqrt(np.maximum(variance, 0.0))
    tests = wald_interval(contribution, se, level=level, df=degrees)
    return frame.assign(se=se, ci_lower=tests.lower, ci_upper=tests.upper)
