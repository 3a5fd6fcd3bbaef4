"""Firms in order of their index, with ranks that hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError
from csisem.index.joint_covariance import joint_of, unique_rows
from csisem.inference.simultaneous import rank_bounds
from csisem.options import check_share, groups_of

if TYPE_CHECKING:
    import pandas as pd


def rank(
    indices: pd.DataFrame,
    by: str | Sequence[str],
    *,
    value: str = "index",
    covariance: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rank firms (regions, stores) by their index, with simultaneous intervals of the ranks.

    Parameters
    ----------
    indices
        A row for each of k firms, with its index and standard error: rows of one construct of `csi`, of one node of
        `Hierarchy.score`, of one item of `top_box`.
    by
        The column(s) that name the firm.
    value
        The column of the index.
    covariance
        Joint covariance of the rows (k, k). None takes that which the frame carries, or takes rows for independent.
    level
        Probability, at least, that the true ranks of all firms lie within their intervals.

    Returns
    -------
    DataFrame
        ``<by...>, index, se, rank, rank_lower, rank_upper``, best first; ``.attrs["independent"]`` says whether rows
        were taken for independent.

    Raises
    ------
    DataError
        A column is missing, two rows name one firm, or an index is missing.

    Notes
    -----
    A firm ranks behind those, and before those, that the simultaneous interval of the difference sets apart, over all
    pairs (Mohamad, Goeman and van Zwet 2022; Bonferroni, so that coverage is at least ``level`` by construction).
    """
    import pandas as pd

    check_share("level", level)
    names = list(groups_of(by, (value, "se", "rank", "rank_lower", "rank_upper")))
    unique_rows(indices, names)
    joint = joint_of(indices, value, covariance)
    if np.isnan(joint.value).any():
        missing = indices.loc[np.isnan(joint.value), names].iloc[0].tolist()
        raise DataError(f"The index of {', '.join(map(str, missing))} is missing, so it has no rank.")
    lower, upper = rank_bounds(joint.value, joint.covariance, joint.degrees, level)
    order = np.argsort(-joint.value, kind="stable")
    frame = pd.DataFrame(
        {
            **{name: indices[name].to_numpy()[order] for name in names},
            value: joint.value[order],
            "se": np.sqrt(np.diagonal(joint.covariance))[order],
            "rank": np.arange(1, len(order) + 1),
            "rank_lower": lower[order].astype(np.int64),
            "rank_upper": upper[order].astype(np.int64),
        }
    )
    frame.attrs["independent"] = not joint.known
    return frame
