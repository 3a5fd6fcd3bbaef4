"""The change of an aggregate, by firm and industry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError
from csisem.index.change_decomposition import decompose
from csisem.index.joint_covariance import check_frame, joint_of
from csisem.inference.intervals import wald

if TYPE_CHECKING:
    import pandas as pd


def contributions(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Split the change of a total between two times by the units that it is made of.

    Parameters
    ----------
    before, after
        Frames of `aggregate` with the same levels, of two independent samples.

    Returns
    -------
    DataFrame
        ``level, <levels>, before, after, change, by_index, by_weight, contribution`` and, where there are errors, ``se,
        ci_lower, ci_upper`` of the contribution with weights taken as known. ``by_index`` is a unit's part of the
        total's change by its own index, ``by_weight`` by its share of the basis, positive when shares move to units
        above the total; a unit that is there only once counts in ``by_weight``. A unit's parts are the sums of those
        below it.

    Raises
    ------
    DataError
        The frames are not those of `aggregate`, or have other levels.

    Notes
    -----
    Bennet (1920); units that come or go as in Griliches and Regev (1995, Journal of Econometrics 65, 175-203).
    """
    import pandas as pd

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
    for position, level in enumerate(first.levels):
        columns[level] = [node[position] if position < len(node) else "" for node in nodes]
    x0, x1 = (np.array([units.index.get(node, np.nan) for node in nodes]) for units in (first, last))
    contribution = below @ (change.by_index + change.by_weight)
    frame = pd.DataFrame(
        {
            **columns,
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
    spread = np.zeros(len(nodes))
    for units, slope in ((first, change.slope_before), (last, change.slope_after)):
        places = [lowest.index(unit) for unit in units.lowest]
        reach = (below @ slope)[:, places]
        spread += ((reach @ np.asarray(units.covariance)) * reach).sum(axis=1)
    tests = wald(contribution, se := np.sqrt(np.maximum(spread, 0.0)))
    return frame.assign(se=se, ci_lower=tests.lower, ci_upper=tests.upper)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """What a frame of `aggregate` says: units are named from the highest level down, the total by nothing.

    Attributes
    ----------
    levels, heads
        Columns of the levels, the highest first, and what ``level`` calls the units of each depth.
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
        """Weights (k,), 0 where a unit is not there, and indices (k,), nan."""
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
    share = dict(zip(paths, frame["weight"].tolist(), strict=True))
    weight = {path: float(np.prod([share[path[: k + 1]] for k in range(len(path))])) for path in paths}
    bottom = [len(path) == len(levels) for path in paths]
    return _Units(
        levels,
        (str(frame["level"].iloc[0]), *levels),
        dict(zip(paths, frame["index"].tolist(), strict=True)),
        weight,
        [path for path, low in zip(paths, bottom, strict=True) if low],
        joint_of(frame[bottom]).covariance if "se" in columns else None,
    )
