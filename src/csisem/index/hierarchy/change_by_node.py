"""Decomposition of the change of a hierarchy's total by node."""

from __future__ import annotations

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError
from csisem.index.change_decomposition import change_frame, decompose
from csisem.index.hierarchy.node_frames import levels_of
from csisem.index.hierarchy.node_indices import NodeIndices
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.joint_covariance import SharedRows


def check_same_nodes(old: Tree, new: Tree) -> None:
    """Refuse two trees whose nodes are not the same in the same order."""
    if old.names != new.names or (old.parent != new.parent).any():
        raise DataError("The earlier hierarchy has other nodes, or the same in another order; contributions need the "
                        "same indicators.")  # fmt: skip


def node_changes(old: Tree, new: Tree, first: NodeIndices, last: NodeIndices, level: float) -> pd.DataFrame:
    """`Hierarchy.contributions` between two times, whose trees differ at most in their weights."""
    if (first.n is None) != (last.n is None):
        raise DataError("Give figures of both times, or answers of both.")
    leaves, below = new.leaves, new.below.astype(np.float64)
    x0, x1 = first.value[0], last.value[0]
    change = decompose(old.paths()[0, leaves], x0[leaves], new.paths()[0, leaves], x1[leaves])
    columns = {"node": new.names, "level": levels_of(new)}
    if first.covariance is None or last.covariance is None:
        return change_frame(columns, x0, x1, below, change, None, np.inf, level)
    square = np.ix_(leaves, leaves)
    spread = sum(
        below @ slope @ covariance[square] @ slope.T @ below.T
        for slope, covariance in ((change.slope_before, first.covariance), (change.slope_after, last.covariance))
    )
    degrees = np.minimum(first.degrees, last.degrees)
    frame = change_frame(columns, x0, x1, below, change, np.diagonal(spread), degrees, level)
    frame.attrs = {"covariance": SharedRows(np.asarray(spread).tolist()), "degrees": degrees.tolist()}
    return frame
