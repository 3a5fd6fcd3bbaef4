"""The change of a hierarchy's total, by node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError
from csisem.index.change_decomposition import decompose
from csisem.index.hierarchy.node_indices import Scored
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.joint_covariance import SharedRows
from csisem.inference.intervals import wald

if TYPE_CHECKING:
    import pandas as pd


def node_changes(old: Tree, new: Tree, first: Scored, last: Scored) -> pd.DataFrame:
    """Return `Hierarchy.contributions` of two scored times, whose trees differ in their weights at most."""
    import pandas as pd

    if (first.n is None) != (last.n is None):
        raise DataError("Give figures of both times, or answers of both.")
    leaves, below = new.leaves, new.below.astype(np.float64)
    x0, x1 = first.value[0], last.value[0]
    change = decompose(old.paths()[0, leaves], x0[leaves], new.paths()[0, leaves], x1[leaves])
    contribution = below @ (change.by_index + change.by_weight)
    frame = pd.DataFrame(
        {
            "node": new.names,
            "level": new.level,
            "before": x0,
            "after": x1,
            "change": x1 - x0,
            "by_index": below @ change.by_index,
            "by_weight": below @ change.by_weight,
            "contribution": contribution,
        }
    )
    if first.covariance is None or last.covariance is None:
        return frame
    square = np.ix_(leaves, leaves)
    spread = sum(
        below @ slope @ covariance[square] @ slope.T @ below.T
        for slope, covariance in ((change.slope_before, first.covariance), (change.slope_after, last.covariance))
    )
    degrees = np.minimum(first.degrees, last.degrees)
    tests = wald(contribution, se := np.sqrt(np.maximum(np.diagonal(spread), 0.0)), df=degrees)
    frame = frame.assign(se=se, ci_lower=tests.lower, ci_upper=tests.upper)
    frame.attrs = {"covariance": SharedRows(np.asarray(spread).tolist()), "degrees": degrees.tolist()}
    return frame
