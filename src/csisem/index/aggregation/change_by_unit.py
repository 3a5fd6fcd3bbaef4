"""Decomposition of the change of an aggregate by firm and industry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError
from csisem.index.change_decomposition import change_frame, decompose
from csisem.index.joint_covariance import check_frame, column_of, joint_of
from csisem.option_checks import check_share


def contributions(before: pd.DataFrame, after: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Decompose the change of a total between two times by its units.

    Parameters
    ----------
    before, after
        Frames of `aggregate` with the same levels, from two independent samples.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``level, <units>, before, after, change, by_index, by_weight, contribution`` and, where there are standard
        errors, ``se, ci_lower, ci_upper`` of the contribution with weights taken as known. ``by_index`` is a unit's
        part of the total's change through its own index, ``by_weight`` through its share of the basis, positive when
        shares move to units above the total; a unit that exists at one time only contributes to ``by_weight``. A unit's
        parts are the sums of those below it.

    Raises
    ------
    DataError
        If the frames are not results of `aggregate`, or have different levels.
    OptionError
        If ``level`` is not between 0 and 1.

    See Also
    --------
    aggregate : The total at each time.
    Hierarchy.contributions : The same for a tree of indicators.

    Notes
    -----
    Bennet (1920); units that come or go as in Griliches and Regev (1995, Journal of Econometrics 65, 175-203).

    Examples
    --------
    >>> before = pd.DataFrame({"firm": list("AB"), "index": [66.2, 74.8], "se": [1.1, 0.7], "sales": [60, 40]})
    >>> after = before.assign(index=[68.0, 74.1], sales=[50, 50])
    >>> first, last = (cs.index.aggregate(time, ["firm"], {"firm": "sales"}) for time in (before, after))
    >>> cs.index.contributions(first, last).drop(columns=["level", "before", "after"]).round(2)
      firm  change  by_index  by_weight  contribution    se  ci_lower  ci_upper
    0         1.41      0.67       0.73          1.41  0.97     -0.49      3.31
    1    A    1.80      0.99       0.32          1.31  0.85     -0.36      2.99
    2    B   -0.70     -0.32       0.41          0.10  0.45     -0.78      0.97
    """
    check_share("level", level)
    first, last = _units_of(before, "before"), _units_of(after, "after")
    if first.levels != last.levels:
        raise DataError(f"The levels of before are {', '.join(first.levels)}, those of after {', '.join(last.levels)}.")
    # The lowest units of both times, then every unit that holds some of them, from the total down.
    lowest = list(dict.fromkeys([*first.lowest, *last.lowest]))
    change = decompose(*(part for units in (first, last) for part in units.at(lowest)))
    depth = len(first.levels)
    nodes = list(dict.fromkeys(unit[:k] for k in range(depth + 1) for unit in lowest))
    below = np.array([[unit[: len(node)] == node for unit in lowest] for node in nodes], dtype=np.float64)
    columns: dict[str, object] = {"level": [first.heads[len(node)] for node in nodes]}
    for position, name in enumerate(first.levels):
        columns[name] = [node[position] if position < len(node) else "" for node in nodes]
    x0, x1 = (np.array([units.index.get(node, np.nan) for node in nodes]) for units in (first, last))
    variance = None
    if first.covariance is not None and last.covariance is not None:
        variance = np.zeros(len(nodes))
        for units, slope in ((first, change.slope_before), (last, change.slope_after)):
            places = [lowest.index(unit) for unit in units.lowest]
            reach = (below @ slope)[:, places]
            variance += ((reach @ np.asarray(units.covariance)) * reach).sum(axis=1)
    return change_frame(columns, x0, x1, below, change, variance, np.inf, level)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """A frame of `aggregate`, units being keyed by their names from the highest level down; the total's key is empty.

    Attributes
    ----------
    levels, heads
        Columns of the levels, the highest first, and the values of ``level`` for units of each depth.
    index, weight
        Index and share in the total of every unit.
    lowest, covariance
        The units of the lowest level, and the covariance of their indices.
    """

    levels: tuple[str, ...]
    heads: tuple[str, ...]
    index: dict[tuple[str, ...], float]
    weight: dict[tuple[str, ...], float]
    lowest: list[tuple[str, ...]]
    covariance: FloatArray | None

    def at(self, units: list[tuple[str, ...]]) -> tuple[FloatArray, FloatArray]:
        """Weights (k,) and indices (k,); 0 and nan for an absent unit."""
        return (
            np.array([self.weight.get(unit, 0.0) for unit in units]),
            np.array([self.index.get(unit, np.nan) for unit in units]),
        )


def _units_of(frame: pd.DataFrame, which: str) -> _Units:
    check_frame(frame, which)
    columns = list(frame.columns)
    if "level" not in columns or "basis" not in columns or not {"weight", "index"} <= set(columns):
        raise DataError(f"{which} is not a frame of aggregate(): it lacks level, basis, weight or index.")
    levels = tuple(map(str, columns[columns.index("level") + 1 : columns.index("basis")]))
    paths = [tuple(name for name in row if name) for row in frame[list(levels)].itertuples(index=False)]
    share = dict(zip(paths, column_of(frame, "weight").tolist(), strict=True))
    weight = {path: float(np.prod([share[path[: k + 1]] for k in range(len(path))])) for path in paths}
    bottom = [len(path) == len(levels) for path in paths]
    return _Units(
        levels,
        (str(frame["level"].iloc[0]), *levels),
        dict(zip(paths, column_of(frame, "index").tolist(), strict=True)),
        weight,
        [path for path, low in zip(paths, bottom, strict=True) if low],
        joint_of(frame[bottom]).covariance if "se" in columns else None,
    )
