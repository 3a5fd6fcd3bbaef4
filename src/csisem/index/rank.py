"""Ranks of firms with simultaneous confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError
from csisem.index.joint_covariance import joint_of, unique_rows
from csisem.inference.simultaneous import rank_bounds
from csisem.option_checks import check_name, check_share, groups_of


def rank(
    indices: pd.DataFrame,
    *,
    by: str | Sequence[str],
    value: str = "index",
    covariance: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rank firms (regions, stores) by their index, with simultaneous confidence intervals of the ranks.

    Parameters
    ----------
    indices
        A row for each of k firms, with its index and standard error: the rows of one construct from `csi`, of one node
        from `Hierarchy.score`, or of one item from `top_box`.
    by
        The column(s) that name the firm.
    value
        The column of the index.
    covariance
        Joint covariance of the rows (k, k). None takes the one that the frame carries, or else takes rows as
        independent.
    level
        Confidence level: the probability, at least, that the true ranks of all firms lie within their intervals.

    Returns
    -------
    DataFrame
        ``<by...>, index, se, rank, rank_lower, rank_upper``, best first; ``.attrs["independent"]`` is whether rows
        were taken as independent.

    Raises
    ------
    DataError
        If a column is missing, two rows name one firm, or an index is missing.
    OptionError
        If ``level`` is not between 0 and 1, or no column is named.

    See Also
    --------
    csisem.csi : The index by firm.
    trend : Changes of the index over waves.

    Notes
    -----
    A firm's interval starts behind the firms that are significantly better and ends before those that are significantly
    worse, by simultaneous tests of all pairs (Mohamad, Goeman and van Zwet 2022; Bonferroni, so that coverage is at
    least ``level`` by construction).

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": list("ABC"), "index": [71.2, 74.9, 70.6], "se": [0.6, 0.6, 0.7]})
    >>> cs.index.rank(firms, by="firm")
      firm  index   se  rank  rank_lower  rank_upper
    0    B   74.9  0.6     1           1           1
    1    A   71.2  0.6     2           2           3
    2    C   70.6  0.7     3           2           3
    """
    check_share("level", level)
    check_name("value", value)
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
